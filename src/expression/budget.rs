//! What an evaluation may still cost.

use std::cell::Cell;

use super::EvalError;
use crate::message::Work;

/// How many bytes of text cost as much as a step.
const BYTES_PER_STEP: usize = 64;

/// The budget of one evaluation, which all of its parts share: a part starts with a copy, and what
/// it has left is handed back.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    work: Work,
    pub(super) left: Cell<u64>,
}

impl Budget {
    /// All that an evaluation may cost.
    pub(super) fn new(work: &Work) -> Self {
        Self { work: work.clone(), left: Cell::new(work.steps) }
    }

    /// Goes on with what a part has left.
    pub(super) fn hand_back(&self, part: &Self) {
        self.left.set(part.left.get());
    }

    /// Pays for steps; the error says that there are none left.
    pub(super) fn spend(&self, steps: u64) -> Result<(), EvalError> {
        match self.left.get().checked_sub(steps) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(EvalError::over_budget(self.work.steps)),
        }
    }

    /// Pays for text that is read or written.
    pub(super) fn spend_text(&self, bytes: usize) -> Result<(), EvalError> {
        self.spend((bytes / BYTES_PER_STEP) as u64)
    }

    /// How many steps one search with a pattern may take.
    pub(super) fn regex(&self) -> u64 {
        self.work.regex
    }
}
