//! Forks: one message becomes several flows that run side by side.
//!
//! The parts are made one by one, when there is room for another, so that a split of a thousand
//! large messages never holds a thousand copies.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::flow::{Flow, Frame};
use super::interpreter::run;
use super::join::Outlet;
use super::split::{Member, Split};
use super::{Arguments, Enter, Exchange, Origin, Program, SequenceRef, Services, Stop, faults};
use crate::endpoint::Endpoint;
use crate::message::{Fault, Message, Value};

/// Parts of a fork in the order they are numbered.
pub type Parts = Box<dyn ExactSizeIterator<Item = Part> + Send>;

/// One part: a message and what it runs through.
#[derive(Debug)]
pub struct Part {
    /// Its own copy of the message.
    pub message: Message,
    /// What it runs through.
    pub sequence: SequenceRef,
}

/// A fork whose parts go their own ways (`clone`, `iterate`).
pub struct Fork {
    /// Its parts.
    pub parts: Parts,
    /// The name by which an aggregate finds the parts.
    pub id: Option<Arc<str>>,
    /// Whether a part starts only when the one before it has ended.
    pub sequential: bool,
    /// Whether no part starts behind one that failed.
    pub stop_on_failure: bool,
    /// Whether the flow goes on beside its parts.
    pub continue_parent: bool,
}

impl fmt::Debug for Fork {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts.len();
        formatter
            .debug_struct("Fork")
            .field("parts", &parts)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What makes a flow a part of a fork.
#[derive(Debug)]
pub(super) struct PartOf {
    /// How many frames at the bottom are the parent's: they run only for a part that has waited.
    pub(super) floor: usize,
    /// Whether the part waited for somebody since it started.
    pub(super) waited: bool,
    /// Whether its parent waits for it: it ends with its sequence.
    joined: bool,
    /// Where it leaves how it ended, when it, or the part that it was forked in, is waited for:
    /// only handlers inside that part see its faults.
    pub(super) outlet: Option<Outlet>,
    /// Whether a part of the fork has failed.
    pub(super) failed: Arc<AtomicBool>,
    /// How many sequences the flows that wait for it are in.
    pub(super) below: usize,
    /// The room that the part takes until it ends or is collected.
    slot: Option<OwnedSemaphorePermit>,
}

/// What every part of a fork starts with.
pub(super) struct Seed {
    program: Arc<Program>,
    services: Arc<Services>,
    origin: Arc<Origin>,
    exchange: Option<Arc<Exchange>>,
    frames: Vec<Frame>,
    /// How many of the frames run only for a part that has waited.
    floor: usize,
    arguments: Option<Arc<Arguments>>,
    members: Vec<Arc<Member>>,
    outs: usize,
    joined: bool,
    outlet: Option<Outlet>,
    failed: Arc<AtomicBool>,
    below: usize,
}

impl Seed {
    fn of(flow: &Flow) -> Self {
        let part_of = flow.part_of.as_ref();
        Self {
            program: Arc::clone(&flow.program),
            services: Arc::clone(&flow.services),
            origin: Arc::clone(&flow.origin),
            exchange: flow.exchange.clone(),
            frames: flow.frames.clone(),
            floor: flow.frames.len(),
            arguments: flow.frames.last().and_then(|frame| frame.arguments.clone()),
            members: flow.members.clone(),
            outs: flow.outs,
            joined: false,
            outlet: part_of.and_then(|part| part.outlet.clone()),
            failed: Arc::default(),
            below: part_of.map_or(0, |part| part.below),
        }
    }

    /// The seed of parts that their parent waits for: what is behind it is none of their business.
    pub(super) fn joined(flow: &Flow) -> Self {
        let below = flow.depth();
        Self { frames: Vec::new(), floor: 0, joined: true, below, ..Self::of(flow) }
    }

    /// The seed of parts that nobody waits for or hears of.
    pub(super) fn detached(flow: &Flow) -> Self {
        Self { exchange: None, members: Vec::new(), ..Self::joined(flow) }
    }

    /// The seed of copies that run the step again which the flow has just run.
    fn again(flow: &Flow) -> Self {
        let mut seed = Self::of(flow);
        if let Some(frame) = seed.frames.last_mut() {
            frame.next = frame.next.saturating_sub(1);
        }
        seed.floor = flow.part_of.as_ref().map_or(0, |part| part.floor);
        seed
    }

    /// A part's flow, at the start of its sequence.
    pub(super) fn flow(&self, part: Part, slot: Option<OwnedSemaphorePermit>) -> Flow {
        let mut flow = self.copy(part.message, slot);
        if let Err(fault) = self.enter(&mut flow, &part.sequence) {
            faults::raise(&mut flow, fault, None);
        }
        flow
    }

    /// A flow where the one that forked is.
    fn copy(&self, message: Message, slot: Option<OwnedSemaphorePermit>) -> Flow {
        Flow {
            message,
            program: Arc::clone(&self.program),
            services: Arc::clone(&self.services),
            origin: Arc::clone(&self.origin),
            exchange: self.exchange.clone(),
            frames: self.frames.clone(),
            handling: None,
            outs: self.outs,
            background: JoinSet::new(),
            part_of: Some(PartOf {
                floor: self.floor,
                waited: false,
                joined: self.joined,
                outlet: if self.joined { Some(Outlet::default()) } else { self.outlet.clone() },
                failed: Arc::clone(&self.failed),
                below: self.below,
                slot,
            }),
            members: self.members.clone(),
            recipient: None,
        }
    }

    fn enter(&self, flow: &mut Flow, sequence: &SequenceRef) -> Result<(), Fault> {
        let sequence = sequence.resolve(flow)?;
        flow.enter(Enter { sequence, arguments: self.arguments.clone(), on_error: [None, None] })
    }
}

impl PartOf {
    /// Whether a part with so many frames is over.
    pub(super) fn is_over(&mut self, frames: usize) -> bool {
        if frames == self.floor && self.waited && !self.joined {
            // It goes on behind the fork, in its parent's place.
            self.floor = 0;
        }
        frames <= self.floor
    }

    /// Lets another part start in this one's place.
    pub(super) fn make_room(&mut self) {
        self.slot = None;
    }
}

/// Starts the parts of a fork; says whether the flow that forked ends here.
pub(super) async fn fork(flow: &mut Flow, fork: Fork) -> Option<Stop> {
    let Fork { parts, id, sequential, stop_on_failure, continue_parent } = fork;
    let seed = Seed::of(flow);
    let names = Names::new(id.as_deref(), flow.message.id());
    let split = Arc::new(Split::new(id, parts.len()));
    let at_once = if sequential { 1 } else { flow.services.limits.branches };
    let start = |seed: &Seed, part: Part, slot| seed.flow(part, Some(slot));
    let work = send_out(seed, parts, start, split, names, at_once, stop_on_failure);
    if sequential && continue_parent {
        work.await;
    } else {
        flow.spawn(work);
    }
    (!continue_parent).then_some(Stop::Forked)
}

/// Starts a copy of the flow for each recipient; the flow itself ends.
pub(super) fn spread(flow: &mut Flow, recipients: Vec<Arc<Endpoint>>) -> Stop {
    let seed = Seed::again(flow);
    let names = Names::new(None, flow.message.id());
    let split = Arc::new(Split::new(None, recipients.len()));
    let message = flow.message.copy();
    let start = move |seed: &Seed, recipient, slot| {
        let mut flow = seed.copy(message.copy(), Some(slot));
        flow.recipient = Some(recipient);
        flow
    };
    let at_once = flow.services.limits.branches;
    let recipients = recipients.into_iter();
    flow.spawn(send_out(seed, recipients, start, split, names, at_once, false));
    Stop::Forked
}

/// Runs all parts to their ends, so many at once.
async fn send_out<P>(
    seed: Seed,
    parts: impl Iterator<Item = P> + Send,
    start: impl Fn(&Seed, P, OwnedSemaphorePermit) -> Flow + Send,
    split: Arc<Split>,
    names: Names,
    at_once: usize,
    stop_on_failure: bool,
) {
    let room = Arc::new(Semaphore::new(at_once));
    let mut running = JoinSet::new();
    for (index, part) in parts.enumerate() {
        let Ok(slot) = Arc::clone(&room).acquire_owned().await else { break };
        while running.try_join_next().is_some() {}
        if stop_on_failure && seed.failed.load(Ordering::Acquire) {
            // Nobody waits for those that are left.
            (index..split.total).for_each(|index| drop(Member::new(&split, index)));
            break;
        }
        let mut flow = start(&seed, part, slot);
        names.set(&mut flow.message, index, split.total);
        flow.members.push(Arc::new(Member::new(&split, index)));
        running.spawn(boxed(flow));
    }
    while running.join_next().await.is_some() {}
}

/// The properties by which a flow can tell parts apart.
struct Names {
    sequence: Arc<str>,
    correlation: Arc<str>,
    parent: Arc<str>,
}

impl Names {
    fn new(id: Option<&str>, parent: Arc<str>) -> Self {
        let name = |name: &str| match id {
            Some(id) => Arc::from(format!("{name}.{id}")),
            None => Arc::from(name),
        };
        Self { sequence: name("messageSequence"), correlation: name("aggregateCorelation"), parent }
    }

    fn set(&self, message: &mut Message, index: usize, total: usize) {
        let properties = &mut message.properties;
        properties.set(Arc::clone(&self.sequence), format!("{index}/{total}"));
        properties.set(Arc::clone(&self.correlation), Value::Text(Arc::clone(&self.parent)));
    }
}

/// The type of a running flow that a flow starts would contain itself otherwise.
fn boxed(flow: Flow) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(run(flow))
}
