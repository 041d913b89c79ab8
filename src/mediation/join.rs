//! Joins: a flow waits for its parts and gets what came of each.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::fork::Seed;
use super::{Flow, Parts, Stop, interpreter};
use crate::message::{Fault, Message};

/// What came of a part whose parent waits for it.
#[derive(Debug)]
pub enum End {
    /// It ran to its end; this is its message.
    Completed(Box<Message>),
    /// It answered the client, or dropped its message.
    Stopped {
        /// Which of them.
        stop: Stop,
        /// Whether a fault handler of its own did so.
        by_handler: bool,
        /// Its message.
        message: Box<Message>,
    },
    /// It failed, and no handler of its own dealt with that.
    Failed {
        /// Why.
        fault: Fault,
        /// Its message.
        message: Box<Message>,
    },
}

/// Where a flow that was forked inside a part leaves how it ended, when it ends in the part's
/// place. The first one counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Outlet(Arc<Mutex<Option<End>>>);

impl Outlet {
    pub(super) fn leave(&self, end: End) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(end);
    }

    pub(super) fn take(&self) -> Option<End> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// How long a flow waits for its parts.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Whether parts run side by side, or one after the other.
    pub parallel: bool,
    /// With so many completed parts it is enough.
    pub enough: Option<usize>,
    /// When it is too late for those that are left.
    pub deadline: Option<Instant>,
}

impl Patience {
    /// Until the last part has ended.
    pub fn unlimited(parallel: bool) -> Self {
        Self { parallel, enough: None, deadline: None }
    }
}

impl Flow {
    /// Runs parts that this flow waits for and gives what came of each, in their order; nothing
    /// for those that it did not wait for, which end by themselves. A part that fails, or answers
    /// the client, ends the waiting. Parts end with their sequences, and only their own handlers
    /// see their faults.
    pub async fn join(&mut self, parts: Parts, patience: Patience) -> Vec<Option<End>> {
        let at_once = if patience.parallel { self.services.limits.branches } else { 1 };
        let seed = Seed::joined(self);
        let mut ends = Ends::new(parts.len(), patience);
        let mut running = JoinSet::new();
        for (index, part) in parts.enumerate() {
            while running.len() >= at_once && !ends.are_enough() {
                ends.next(&mut running).await;
            }
            if ends.are_enough() {
                break;
            }
            running.spawn(ended(index, seed.flow(part, None)));
        }
        while !running.is_empty() && !ends.are_enough() {
            ends.next(&mut running).await;
        }
        if !running.is_empty() {
            self.spawn(async move { while running.join_next().await.is_some() {} });
        }
        ends.all
    }

    /// Runs parts that nobody waits for and no client hears of.
    pub fn detach(&mut self, parts: Parts, parallel: bool) {
        let at_once = if parallel { self.services.limits.branches } else { 1 };
        let seed = Seed::detached(self);
        self.spawn(async move {
            let mut running = JoinSet::new();
            for (index, part) in parts.enumerate() {
                while running.len() >= at_once {
                    running.join_next().await;
                }
                running.spawn(ended(index, seed.flow(part, None)));
            }
            while running.join_next().await.is_some() {}
        });
    }
}

/// What has come of parts so far.
struct Ends {
    all: Vec<Option<End>>,
    completed: usize,
    /// Whether the time is up, or a part decided for all.
    over: bool,
    patience: Patience,
}

impl Ends {
    fn new(count: usize, patience: Patience) -> Self {
        let all = std::iter::repeat_with(|| None).take(count).collect();
        Self { all, completed: 0, over: false, patience }
    }

    fn are_enough(&self) -> bool {
        self.over || self.patience.enough.is_some_and(|enough| self.completed >= enough)
    }

    async fn next(&mut self, running: &mut JoinSet<(usize, End)>) {
        let joined = match self.patience.deadline {
            None => running.join_next().await,
            Some(deadline) => {
                let joined = timeout_at(deadline, running.join_next()).await;
                self.over = joined.is_err();
                joined.ok().flatten()
            }
        };
        // A part that panicked is as good as one that never answers.
        if let Some(Ok((index, end))) = joined
            && let Some(slot) = self.all.get_mut(index)
        {
            match &end {
                End::Completed(_) => self.completed += 1,
                End::Failed { .. } | End::Stopped { stop: Stop::Answered, .. } => self.over = true,
                End::Stopped { .. } => {}
            }
            *slot = Some(end);
        }
    }
}

/// A part's number and its end, as a type that does not contain itself.
fn ended(index: usize, flow: Flow) -> Pin<Box<dyn Future<Output = (usize, End)> + Send>> {
    Box::pin(async move { (index, interpreter::run_part(flow).await) })
}
