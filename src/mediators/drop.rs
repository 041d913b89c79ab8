//! `drop`: ends the flow. A client that still waits gets 202.

use crate::mediation::{Children, Flow, Interrupt, MediatorSpec, Outcome, Run, Step, Stop};

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "drop",
    summary: "Ends the flow; a client that was not answered yet gets 202 with an empty body.",
    example: "<drop/>",
    attributes: &[],
    children: Children::None,
    compile: |_, _| Some(drop_step()),
};

/// The step that ends a flow.
pub(super) fn drop_step() -> Step {
    Step::Run(Box::new(Drop))
}

#[derive(Debug)]
struct Drop;

impl Run for Drop {
    fn run(&self, _: &mut Flow) -> Result<Outcome, Interrupt> {
        Ok(Outcome::Stop(Stop::Dropped))
    }
}
