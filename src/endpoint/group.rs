//! Groups: endpoints of which one child gets the message.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Affinity, Endpoint};

/// Endpoints of which one gets the message.
#[derive(Debug)]
pub struct Group {
    /// What it is called in XML.
    pub kind: &'static str,
    /// The children.
    pub children: Vec<Arc<Endpoint>>,
    /// Which of them gets the message.
    pub choice: Choice,
    /// Whether another child gets a message that one has failed to take.
    pub fails_over: bool,
    /// How messages of one session get to one child.
    pub affinity: Option<Affinity>,
}

/// Which child of a group gets a message.
#[derive(Debug)]
pub enum Choice {
    /// The first that is ready.
    First,
    /// The one that was chosen last, as long as it is ready.
    Same(AtomicUsize),
    /// One after the other, each as many times as its weight says.
    Turns(Turns),
}

/// Whose turn it is.
#[derive(Debug)]
pub struct Turns {
    weights: Vec<u32>,
    turn: Mutex<Turn>,
}

#[derive(Debug)]
struct Turn {
    child: usize,
    left: u32,
}

impl Choice {
    /// Chooses one of the children that are ready.
    pub fn pick(&self, ready: &[bool]) -> Option<usize> {
        let is_ready = |child: usize| ready.get(child).copied().unwrap_or_default();
        let first = || ready.iter().position(|is_ready| *is_ready);
        match self {
            Self::First => first(),
            Self::Same(last) => {
                let child = Some(last.load(Ordering::Relaxed)).filter(|last| is_ready(*last));
                let child = child.or_else(first)?;
                last.store(child, Ordering::Relaxed);
                Some(child)
            }
            Self::Turns(turns) => turns.pick(is_ready),
        }
    }
}

impl Turns {
    /// Turns of children with these weights.
    pub fn new(weights: Vec<u32>) -> Self {
        let left = weights.first().copied().unwrap_or_default();
        Self { weights, turn: Mutex::new(Turn { child: 0, left }) }
    }

    fn pick(&self, is_ready: impl Fn(usize) -> bool) -> Option<usize> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..=self.weights.len() {
            if turn.left > 0 && is_ready(turn.child) {
                turn.left -= 1;
                return Some(turn.child);
            }
            turn.child = (turn.child + 1) % self.weights.len();
            turn.left = self.weights.get(turn.child).copied().unwrap_or_default();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{AtomicUsize, Choice, Turns};

    fn picks(choice: &Choice, rows: &[(&str, Option<usize>)]) {
        for (row, (ready, expected)) in rows.iter().enumerate() {
            let ready: Vec<bool> = ready.chars().map(|c| c == 'r').collect();
            assert_eq!(choice.pick(&ready), *expected, "row {row}");
        }
    }

    #[test]
    fn failover_takes_the_first_or_stays() {
        let rows = [("rr", Some(0)), ("-r", Some(1)), ("rr", Some(0)), ("--", None)];
        picks(&Choice::First, &rows);
        let rows =
            [("rr", Some(0)), ("-r", Some(1)), ("rr", Some(1)), ("--", None), ("r-", Some(0))];
        picks(&Choice::Same(AtomicUsize::new(0)), &rows);
    }

    #[test]
    fn turns_go_round_and_leave_out_who_is_not_ready() {
        let rows = [
            ("rrr", Some(0)),
            ("rrr", Some(1)),
            ("rrr", Some(2)),
            ("rrr", Some(0)),
            ("r-r", Some(2)),
            ("-rr", Some(1)),
            ("-r-", Some(1)),
            ("---", None),
            ("rrr", Some(2)),
        ];
        picks(&Choice::Turns(Turns::new(vec![1, 1, 1])), &rows);
    }

    #[test]
    fn turns_are_as_long_as_the_weights() {
        let all = [0, 1, 1, 2, 2, 2, 0, 1, 1, 2, 2, 2];
        let rows: Vec<_> = all.iter().map(|child| ("rrr", Some(*child))).collect();
        picks(&Choice::Turns(Turns::new(vec![1, 2, 3])), &rows);
        let rows = [("rrr", Some(0)), ("r-r", Some(2)), ("r-r", Some(2)), ("rr-", Some(0))];
        picks(&Choice::Turns(Turns::new(vec![1, 2, 3])), &rows);
        // The only one that is left is used beyond its weight.
        let rows = [("r--", Some(0)), ("r--", Some(0)), ("r--", Some(0))];
        picks(&Choice::Turns(Turns::new(vec![1, 2, 3])), &rows);
    }
}
