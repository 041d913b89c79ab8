//! What a mediator becomes: a step, and what a step can tell the interpreter.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{Arguments, Flow, Fork, SequenceId, SequenceRef};
use crate::diagnostic::Span;
use crate::endpoint::Endpoint;
use crate::expression::EvalError;
use crate::message::{Fault, PayloadError};

/// A compiled mediator.
#[derive(Debug)]
pub enum Step {
    /// Runs at once.
    Run(Box<dyn Run>),
    /// Waits for somebody: a back-end, a function.
    Await(Box<dyn Await>),
}

/// A step with the name and the place of the element that it was made of.
#[derive(Debug)]
pub struct Placed {
    /// The element's local name.
    pub name: &'static str,
    /// Where the element stands.
    pub span: Span,
    /// What it does.
    pub step: Step,
}

/// A mediator that never waits.
pub trait Run: Debug + Send + Sync {
    /// Mediates. A step that needs the body and finds it on the wire says
    /// [`Interrupt::NeedBody`] before it has changed anything, and is run again.
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt>;
}

/// What an [`Await`] gives.
pub type Waits<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Interrupt>> + Send + 'a>>;

/// A mediator that waits.
pub trait Await: Debug + Send + Sync {
    /// Mediates; the rule of [`Run::run`] about the body holds here too.
    fn run<'a>(&'a self, flow: &'a mut Flow) -> Waits<'a>;

    /// Whether a flow is parked meanwhile: a part of a fork that was parked goes on behind the
    /// fork, as in Synapse. A blocking call parks nobody.
    fn parks(&self) -> bool {
        true
    }
}

/// What the interpreter does next.
#[derive(Debug)]
pub enum Outcome {
    /// The next step of the sequence.
    Next,
    /// A sequence, then the next step.
    Enter(Enter),
    /// A sequence in place of what is left of the one that runs.
    Instead(Enter),
    /// The out sequence of the artifact in place of all that was left; the answer goes to the
    /// client where there is none.
    Out,
    /// A sequence in place of all that was left.
    Goto(SequenceId),
    /// Parts that run beside what is left, or instead of it.
    Fork(Box<Fork>),
    /// A copy of the flow for each recipient, instead of what is left: each runs this step again,
    /// to its recipient.
    Spread(Vec<Arc<Endpoint>>),
    /// Nothing more.
    Stop(Stop),
}

/// A sequence to run before the next step.
#[derive(Debug)]
pub struct Enter {
    /// The sequence.
    pub sequence: SequenceId,
    /// The parameters of a template; without them the caller's stay visible.
    pub arguments: Option<Arc<Arguments>>,
    /// Fault handlers that are active while the sequence runs, outermost first.
    pub on_error: [Option<SequenceRef>; 2],
}

impl Enter {
    /// A sequence that sees what its caller sees.
    pub fn sequence(sequence: SequenceId) -> Self {
        Self { sequence, arguments: None, on_error: [None, None] }
    }
}

/// Why a flow ends before its last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The client was answered.
    Answered,
    /// The flow drops the message: a client that still waits gets 202.
    Dropped,
    /// Others go on: parts of a fork, or the flow that collects them.
    Forked,
}

/// Why a step could not do its work.
#[derive(Debug)]
pub enum Interrupt {
    /// The body has to be read first; the step is run again then.
    NeedBody,
    /// A failure, for the fault handlers.
    Fault(Box<Fault>),
}

impl From<Interrupt> for Fault {
    /// What it is where no step can be run again.
    fn from(interrupt: Interrupt) -> Self {
        match interrupt {
            Interrupt::Fault(fault) => *fault,
            Interrupt::NeedBody => PayloadError::NeedBody.into(),
        }
    }
}

impl From<Fault> for Interrupt {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<EvalError> for Interrupt {
    fn from(error: EvalError) -> Self {
        match error {
            EvalError::NeedBody => Self::NeedBody,
            other => Fault::from(other).into(),
        }
    }
}

impl From<PayloadError> for Interrupt {
    fn from(error: PayloadError) -> Self {
        match error {
            PayloadError::NeedBody => Self::NeedBody,
            other => Fault::from(other).into(),
        }
    }
}
