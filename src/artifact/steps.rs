//! The steps that artifacts put around the sequences that people write.

use crate::diagnostic::Span;
use crate::mediation::{Enter, Flow, Interrupt, Outcome, Placed, Run, SequenceRef, Step};

/// Runs a sequence, then what follows.
#[derive(Debug)]
struct EnterSequence(SequenceRef);

impl Run for EnterSequence {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        Ok(Outcome::Enter(Enter::sequence(self.0.resolve(flow)?)))
    }
}

/// A step that runs a sequence.
pub(super) fn enter(sequence: SequenceRef, span: Span) -> Placed {
    Placed { name: "sequence", span, step: Step::Run(Box::new(EnterSequence(sequence))) }
}
