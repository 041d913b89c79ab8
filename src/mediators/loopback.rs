//! `loopback`: goes from the request's flow to the start of the out sequence.

use crate::mediation::{Children, Flow, Interrupt, MediatorSpec, Outcome, Run, Step, Stop};
use crate::message::Direction;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "loopback",
    summary: "Leaves the in sequence and runs the out sequence with the message; ends an out flow.",
    example: "<loopback/>",
    attributes: &[],
    children: Children::None,
    compile: |_, _| Some(Step::Run(Box::new(Loopback))),
};

#[derive(Debug)]
struct Loopback;

impl Run for Loopback {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if flow.is_out_flow() {
            return Ok(Outcome::Stop(Stop::Dropped));
        }
        flow.message.direction = Direction::Response;
        Ok(Outcome::Out)
    }
}
