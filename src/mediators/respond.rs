//! `respond`: sends the message to the client and ends the flow.

use crate::mediation::{
    Children, Flow, Interrupt, MediatorSpec, Outcome, Run, Step, Stop, answer_message,
};

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "respond",
    summary: "Sends the message to the client as the response and ends the flow.",
    example: "<respond/>",
    attributes: &[],
    children: Children::None,
    compile: |_, _| Some(Step::Run(Box::new(Respond))),
};

#[derive(Debug)]
struct Respond;

impl Run for Respond {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        answer_message(flow)?;
        Ok(Outcome::Stop(Stop::Answered))
    }
}
