//! A flow: a message on its way through a program, and the stack of where it is.

use std::future::Future;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::body;
use super::faults::Handling;
use super::fork::PartOf;
use super::split::Member;
use super::{
    Arguments, Enter, Exchange, Program, SequenceId, SequenceRef, Services, View, accepted,
    answer_fault,
};
use crate::endpoint::Endpoint;
use crate::message::{Direction, Fault, Message, Switch};

/// Where a flow came from, and what its artifact says about answers and faults.
#[derive(Debug)]
pub struct Origin {
    /// The artifact for logs: `api:NAME`, `proxy:NAME`, `sequence:main`.
    pub name: Arc<str>,
    /// What runs first.
    pub in_sequence: SequenceId,
    /// What a response runs through; without it the response goes to the client.
    pub out_sequence: Option<SequenceRef>,
    /// The artifact's fault sequence.
    pub fault_sequence: Option<SequenceRef>,
}

/// A running sequence. Frames are data: a branch of a fork starts with a copy.
#[derive(Debug, Clone)]
pub struct Frame {
    pub(super) sequence: SequenceId,
    pub(super) next: u32,
    pub(super) arguments: Option<Arc<Arguments>>,
    /// Handlers that are active while this frame is, outermost first.
    pub(super) on_error: [Option<SequenceRef>; 3],
}

/// A message on its way.
#[derive(Debug)]
pub struct Flow {
    /// The message.
    pub message: Message,
    /// What it runs through, from its start to its end.
    pub program: Arc<Program>,
    /// What steps may use of the world.
    pub services: Arc<Services>,
    /// Where it came from.
    pub origin: Arc<Origin>,
    /// The client that waits, if one does.
    pub exchange: Option<Arc<Exchange>>,
    pub(super) frames: Vec<Frame>,
    pub(super) handling: Option<Handling>,
    /// How often the flow came to its out sequence: again and again where that sends the response
    /// on itself.
    pub(super) outs: usize,
    /// What the flow does not wait for, but does not end without.
    pub(super) background: JoinSet<()>,
    pub(super) part_of: Option<PartOf>,
    /// The splits that this flow is a part of, outermost first.
    pub(super) members: Vec<Arc<Member>>,
    /// Whom the next step that sends sends to, in place of its own endpoint.
    pub(super) recipient: Option<Arc<Endpoint>>,
}

impl Flow {
    /// A flow at the start of its artifact.
    pub fn new(
        message: Message,
        program: Arc<Program>,
        services: Arc<Services>,
        origin: Arc<Origin>,
        exchange: Option<Arc<Exchange>>,
    ) -> Self {
        let mut frames = Vec::with_capacity(8);
        let start = origin.in_sequence;
        let own = program.sequence(start).and_then(|sequence| sequence.on_error.clone());
        frames.push(Frame {
            sequence: start,
            next: 0,
            arguments: None,
            on_error: [None, None, own],
        });
        Self {
            message,
            program,
            services,
            origin,
            exchange,
            frames,
            handling: None,
            outs: 0,
            background: JoinSet::new(),
            part_of: None,
            members: Vec::new(),
            recipient: None,
        }
    }

    /// What an expression sees of this flow.
    pub fn view(&self) -> View<'_> {
        View {
            message: &self.message,
            arguments: self.frames.last().and_then(|frame| frame.arguments.as_deref()),
            program: &self.program,
            services: &self.services,
        }
    }

    /// The name of the sequence that runs, for logs.
    pub fn sequence_name(&self) -> Arc<str> {
        self.frames
            .last()
            .and_then(|frame| self.program.sequence(frame.sequence))
            .map_or_else(|| Arc::from(""), |sequence| Arc::clone(&sequence.name))
    }

    /// Whether what runs is the out sequence, and not the in sequence.
    pub fn is_out_flow(&self) -> bool {
        self.message.direction == Direction::Response && self.outs > 0
    }

    /// Reads the body into memory, up to the limit, so that it can be looked at.
    pub async fn collect(&mut self) -> Result<(), Fault> {
        if self.message.payload.is_unread() { body::collect(self).await } else { Ok(()) }
    }

    /// Reads the body into memory, up to the limit, to be passed on as it comes.
    pub async fn gather(&mut self) -> Result<(), Fault> {
        body::gather(self).await
    }

    /// The part of a split that this flow is: of the innermost with an `id`, or of the innermost.
    pub fn member(&self, id: Option<&str>) -> Option<Arc<Member>> {
        let fits = |member: &&Arc<Member>| id.is_none() || member.split.id.as_deref() == id;
        self.members.iter().rev().find(fits).cloned()
    }

    /// Leaves a split, and those inside it: the flow stands for all its parts from now on.
    pub fn leave(&mut self, member: &Arc<Member>) {
        let at = self.members.iter().position(|own| Arc::ptr_eq(own, member));
        self.members.truncate(at.unwrap_or(self.members.len()));
    }

    /// Lets another part of the fork start in this one's place.
    pub fn make_room(&mut self) {
        if let Some(part) = &mut self.part_of {
            part.make_room();
        }
    }

    /// Starts work whose end nobody waits for; the flow counts as running until then.
    pub fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.background.spawn(work);
    }

    /// Tells the client 202, if it still waits.
    pub fn accept(&self) {
        if let Some(exchange) = &self.exchange {
            exchange.answer(accepted());
        }
    }

    /// Tells the client 202 before somebody else is waited for, if the flow wants it
    /// (`FORCE_SC_ACCEPTED`).
    pub fn accept_at_once(&self) {
        if self.message.switches().has(Switch::AcceptAtOnce) {
            self.accept();
        }
    }

    /// Tells the client of a failure that no handler is to see.
    pub fn answer_fault(&self, fault: &Fault) {
        if let Some(exchange) = &self.exchange {
            exchange.answer(answer_fault(fault, &self.message));
        }
    }

    /// How many sequences it is in, with those of the flows that wait for it.
    pub(super) fn depth(&self) -> usize {
        self.frames.len() + self.part_of.as_ref().map_or(0, |part| part.below)
    }

    /// Whether the flow is the copy for one of several recipients, on its way to the step that
    /// sends.
    pub fn is_for_recipient(&self) -> bool {
        self.recipient.is_some()
    }

    /// Whether the flow was taken over by a fault handler.
    pub fn is_handling_fault(&self) -> bool {
        self.handling.is_some()
    }

    pub(super) fn enter(&mut self, enter: Enter) -> Result<(), Fault> {
        if self.depth() >= self.services.limits.depth {
            return Err(Fault::flow(format!(
                "sequences are nested deeper than {} levels",
                self.services.limits.depth
            )));
        }
        let inherited = || self.frames.last().and_then(|frame| frame.arguments.clone());
        let own = self.program.sequence(enter.sequence).and_then(|found| found.on_error.clone());
        let [outer, inner] = enter.on_error;
        self.frames.push(Frame {
            sequence: enter.sequence,
            next: 0,
            arguments: enter.arguments.or_else(inherited),
            on_error: [outer, inner, own],
        });
        Ok(())
    }

    /// Leaves everything that runs and starts at a sequence.
    pub(super) fn restart(&mut self, sequence: SequenceId) {
        self.frames.clear();
        if let Some(part) = &mut self.part_of {
            part.floor = 0;
        }
        let own = self.program.sequence(sequence).and_then(|found| found.on_error.clone());
        self.frames.push(Frame { sequence, next: 0, arguments: None, on_error: [None, None, own] });
    }
}
