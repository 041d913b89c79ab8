//! What an expression can see, and how it can fail.

use std::sync::Arc;

use crate::json;
use crate::message::{Fault, PayloadError, PropertyScope, Rules, Value};
use crate::xml::Tree;

/// What an expression sees. Implemented by a flow's message; by a fixture in tests.
///
/// A method that needs the body answers [`EvalError::NeedBody`] while it is still on the wire;
/// the interpreter collects it and evaluates again.
pub trait Scope {
    /// The payload as XML: the root element is the SOAP envelope, its `Body` holds the payload.
    fn xml(&self) -> Result<&Tree, EvalError>;
    /// The payload as JSON.
    fn json(&self) -> Result<&json::Value, EvalError>;
    /// A property; `None` when it is not set. Computed ones (`SYSTEM_TIME`, `To` …) and the
    /// fall-back of `default` to local entries are answered here as well.
    fn property(&self, scope: PropertyScope, name: &str) -> Option<Value>;
    /// A variable.
    fn variable(&self, name: &str) -> Option<Value>;
    /// A parameter of the template that runs; a deferred one is evaluated now.
    fn parameter(&self, name: &str) -> Result<Option<Value>, EvalError>;
    /// A query parameter of the request's URL, decoded; names compare without case.
    fn query_parameter(&self, name: &str) -> Option<Arc<str>>;
    /// A key of the configuration store (`${configs.x}`).
    fn config(&self, name: &str) -> Option<Value>;
    /// A secret by its alias; `None` when nothing holds it.
    fn secret(&self, alias: &str) -> Option<Arc<str>>;
    /// The content type of the payload (`ContentType` of axis2, else the header), in lower case
    /// and without parameters; empty when there is none.
    fn content_type(&self) -> Arc<str>;
    /// Milliseconds since 1970, of the injected clock.
    fn now_millis(&self) -> i64;
    /// What the evaluation may cost, and what documents in texts may ask for.
    fn rules(&self) -> &Rules;
}

/// Why an evaluation gave no value.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EvalError {
    /// The body has not arrived; collect it and evaluate again.
    #[error("the message body has not been read yet")]
    NeedBody,
    /// The payload cannot be read as what the expression asks for (fault 601000).
    #[error("{0}")]
    Payload(PayloadError),
    /// The expression itself failed: wrong type, unknown function, step budget.
    #[error("{0}")]
    Failed(Arc<str>),
}

impl EvalError {
    /// A failure of the expression itself.
    pub fn failed(message: impl Into<Arc<str>>) -> Self {
        Self::Failed(message.into())
    }

    /// The evaluation costs more than the rules allow.
    pub fn over_budget(steps: u64) -> Self {
        Self::failed(format!(
            "the evaluation takes more than the {steps} steps allowed by `limits.expression.steps`"
        ))
    }
}

/// Why an expression's text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong, in a phrase that stands alone.
    pub message: String,
    /// Where, as a byte offset into the text.
    pub offset: usize,
    /// What to do, when that is known.
    pub help: Option<String>,
}

impl ParseError {
    /// An error at an offset.
    pub fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), offset, help: None }
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The error with its place counted in a text that has so many bytes before the expression.
    pub fn shifted(mut self, bytes: usize) -> Self {
        self.offset += bytes;
        self
    }
}

/// What an expression may say, but surely does not mean: it always fails, or is read otherwise
/// than it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What is odd, in a phrase that stands alone.
    pub message: String,
    /// Where, as a byte offset into the text.
    pub offset: usize,
    /// What to do.
    pub help: String,
}

impl From<PayloadError> for EvalError {
    fn from(error: PayloadError) -> Self {
        match error {
            PayloadError::NeedBody => Self::NeedBody,
            other => Self::Payload(other),
        }
    }
}

impl From<EvalError> for Fault {
    fn from(error: EvalError) -> Self {
        match error {
            EvalError::Payload(error) => error.into(),
            other => Self::flow(other.to_string()),
        }
    }
}
