//! How much one evaluation may do.

use std::cell::Cell;

use super::eval::Stop;
use crate::expression::{EvalError, budget};
use crate::json::Value;
use crate::message::Work;

/// How deep an evaluation may descend, its filters included: what it may take of the stack. No
/// document and no path alone is as deep.
const MAX_DEPTH: u32 = 1_100;

/// What is left of the steps that an evaluation may take. All its paths, filters and functions pay
/// from one budget.
#[derive(Debug)]
pub(in crate::expression) struct Budget {
    steps: budget::Budget,
    depth: Cell<u32>,
}

impl Budget {
    /// The budget of one evaluation.
    pub fn new(work: &Work) -> Self {
        Self { steps: budget::Budget::new(work), depth: Cell::new(0) }
    }

    /// What a larger evaluation has left.
    pub fn part_of(whole: &budget::Budget) -> Self {
        Self { steps: whole.clone(), depth: Cell::new(0) }
    }

    /// The steps that are left.
    pub fn steps(&self) -> &budget::Budget {
        &self.steps
    }

    /// Pays for work.
    pub(super) fn spend(&self, steps: usize) -> Result<(), Stop> {
        self.steps.spend(steps as u64).map_err(Stop::Failed)
    }

    /// Pays for looking at all of a value: to copy it, or to compare it.
    pub(super) fn weigh(&self, value: &Value) -> Result<(), Stop> {
        match value {
            Value::Null | Value::Bool(_) => self.spend(1),
            Value::Number(number) => self.text(number.as_str()),
            Value::String(text) => self.text(text),
            Value::Array(elements) => {
                self.spend(1)?;
                elements.iter().try_for_each(|element| self.weigh(element))
            }
            Value::Object(object) => {
                self.spend(1)?;
                object.iter().try_for_each(|(_, member)| self.weigh(member))
            }
        }
    }

    fn text(&self, text: &str) -> Result<(), Stop> {
        self.spend(1)?;
        self.steps.spend_text(text.len()).map_err(Stop::Failed)
    }

    /// Goes one level deeper; [`Budget::up`] goes back.
    pub(super) fn down(&self) -> Result<(), Stop> {
        let depth = self.depth.get() + 1;
        if depth > MAX_DEPTH {
            let message = format!("the path searches more than {MAX_DEPTH} levels deep");
            return Err(Stop::Failed(EvalError::failed(message)));
        }
        self.depth.set(depth);
        Ok(())
    }

    pub(super) fn up(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }
}
