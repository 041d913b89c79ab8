//! `send`: sends the message on and ends the sequence; the response starts anew.

use super::optional;
use super::values::{ignored, is_true};
use crate::diagnostic::Code;
use crate::mediation::{
    Await, Children, Compiler, Delivered, EndpointRef, Flow, Interrupt, Kind, MediatorSpec,
    Outcome, SequenceRef, Step, Stop, Waits, answer_message, deliver,
};
use crate::message::Direction;
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "send",
    summary: "Sends the message to an endpoint, or to the client in an out sequence, and ends the sequence.",
    example: "<send><endpoint><address uri=\"http://localhost:9000/orders\"/></endpoint></send>",
    attributes: &[
        optional("receive", Kind::Dynamic, "The sequence that the response runs through."),
        optional("buildmessage", Kind::Boolean, "Whether the body is read before it is sent."),
    ],
    children: Children::Named(&["endpoint"]),
    compile,
};

#[derive(Debug)]
struct Send {
    endpoint: Option<EndpointRef>,
    receive: Option<SequenceRef>,
    build: bool,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let endpoint = endpoint(element, compiler).ok()?;
    let receive = match element.attribute("receive") {
        Some(key) => Some(compiler.sequence_key(key.value, element)?),
        None => None,
    };
    if let (Some(receive), None) = (element.attribute("receive"), &endpoint) {
        compiler
            .diagnostics
            .report(Code::NOT_HONOURED, receive.span, "`receive` needs an endpoint to answer")
            .help("without an endpoint the message goes to its `To`, or to the client");
    }
    let build = is_true(element, "buildmessage");
    Some(Step::Await(Box::new(Send { endpoint, receive, build })))
}

/// The endpoint of a `send` or a `call`, if it has one. The error says that a problem was
/// reported.
pub(super) fn endpoint(
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Result<Option<EndpointRef>, ()> {
    let mut endpoints = element.children().filter(|child| child.name() == "endpoint");
    let Some(first) = endpoints.next() else { return Ok(None) };
    ignored(endpoints, "there is an endpoint already", compiler);
    compiler.endpoint(first).map(Some).ok_or(())
}

/// The step that sends to an endpoint, or to the message's `To`: that of a proxy's target and of
/// a part of a fork.
pub fn send_step(endpoint: Option<EndpointRef>) -> Step {
    Step::Await(Box::new(Send { endpoint, receive: None, build: false }))
}

impl Await for Send {
    fn run<'a>(&'a self, flow: &'a mut Flow) -> Waits<'a> {
        Box::pin(self.send(flow))
    }
}

impl Send {
    async fn send(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if self.build {
            flow.collect().await?;
        }
        if self.endpoint.is_none() && answers_client(flow) {
            answer_message(flow)?;
            return Ok(Outcome::Stop(Stop::Answered));
        }
        // A sequence that cannot be found must not swallow an answer that was paid for.
        let receive = match &self.receive {
            Some(receive) => Some(receive.resolve(flow)?),
            None => None,
        };
        match deliver(self.endpoint.as_ref(), flow).await? {
            Delivered::Response => Ok(match receive {
                Some(sequence) => Outcome::Goto(sequence),
                None => Outcome::Out,
            }),
            Delivered::OneWay => Ok(Outcome::Stop(Stop::Dropped)),
            Delivered::Spread(recipients) => Ok(Outcome::Spread(recipients)),
            Delivered::Discarded => Ok(Outcome::Stop(Stop::Answered)),
        }
    }
}

/// A response goes back to its client; so does a request whose flow said `RESPONSE`.
fn answers_client(flow: &Flow) -> bool {
    let marked = flow.message.properties.is_true("RESPONSE");
    flow.message.direction == Direction::Response || marked
}
