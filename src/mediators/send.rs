//! `send`: sends the message on and ends the sequence; the response starts anew.

use std::sync::Arc;

use super::optional;
use super::values::{ignored, is_true};
use crate::diagnostic::Code;
use crate::endpoint::{self, Endpoint, Form, Plan};
use crate::mediation::{
    Await, Children, Compiler, EndpointRef, Flow, Interrupt, Kind, MediatorSpec, Outcome,
    SequenceRef, Step, Stop, Waits, answer_message,
};
use crate::message::{Direction, Fault, Side, Switch};
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
        match exchange(self.endpoint.as_ref(), flow).await? {
            Exchanged::Response => Ok(match receive {
                Some(sequence) => Outcome::Goto(sequence),
                None => Outcome::Out,
            }),
            Exchanged::OneWay => Ok(Outcome::Stop(Stop::Dropped)),
            Exchanged::Discarded => Ok(Outcome::Stop(Stop::Answered)),
        }
    }
}

/// A response goes back to its client; so does a request whose flow said `RESPONSE`.
fn answers_client(flow: &Flow) -> bool {
    let marked = flow.message.properties.is_true("RESPONSE");
    flow.message.direction == Direction::Response || marked
}

/// What came of sending a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exchanged {
    /// The response is the message now.
    Response,
    /// The message is on its way and nobody waits for an answer (`OUT_ONLY`).
    OneWay,
    /// The back-end was too slow and the endpoint says not to fault; the client was told.
    Discarded,
}

/// Sends the flow's message to an endpoint (its `To` without one) and receives the response.
pub(super) async fn exchange(
    endpoint: Option<&EndpointRef>,
    flow: &mut Flow,
) -> Result<Exchanged, Interrupt> {
    let endpoint = match endpoint {
        Some(endpoint) => endpoint.resolve(flow)?,
        None => Arc::new(Endpoint::new(endpoint::Address::To)),
    };
    let plan = plan(&endpoint, flow)?;
    read_what_is_needed(&endpoint, flow).await?;
    flow.accept_at_once();
    if is_one_way(flow) {
        send_one_way(plan, flow)?;
        return Ok(Exchanged::OneWay);
    }
    let client = flow.services.http.clone();
    match plan.exchange(&mut flow.message, &client).await {
        Ok(response) => {
            endpoint::receive(&mut flow.message, response);
            if flow.message.properties.is_true("FORCE_ERROR_ON_SOAP_FAULT") {
                refuse_soap_fault(flow).await?;
            }
            Ok(Exchanged::Response)
        }
        Err(fault) if plan.discards(&fault) => {
            flow.answer_fault(&fault);
            Ok(Exchanged::Discarded)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// `FORCE_ERROR_ON_SOAP_FAULT`: the response stays the message, for the fault handlers.
async fn refuse_soap_fault(flow: &mut Flow) -> Result<(), Fault> {
    if !flow.message.payload.format().is_xml() {
        return Ok(());
    }
    flow.collect().await?;
    // A fault shows only in XML that was parsed; what is no XML is none.
    let _ = flow.message.payload.xml();
    if flow.message.is_soap_fault() {
        let message = "the back-end answered with a SOAP fault";
        return Err(Fault::new(Fault::SOAP_FAULT, message).blame(Side::Backend));
    }
    Ok(())
}

fn is_one_way(flow: &Flow) -> bool {
    let message = &flow.message;
    message.properties.is_true("OUT_ONLY") || message.switches().has(Switch::OneWay)
}

/// `OUT_ONLY`: the request goes its way while the flow goes on; nobody hears of its answer.
fn send_one_way(plan: Plan, flow: &mut Flow) -> Result<(), Fault> {
    let request = plan.request(&mut flow.message)?;
    let client = flow.services.http.clone();
    let origin = flow.origin.name.clone();
    flow.spawn(async move {
        if let Err(fault) = plan.send(request, &client).await {
            let error = &*fault.message;
            tracing::warn!(%origin, error, "a one-way message was not delivered");
        }
    });
    Ok(())
}

/// Sets the endpoint's properties on the message and plans its way.
fn plan(endpoint: &Endpoint, flow: &mut Flow) -> Result<Plan, Interrupt> {
    let properties = endpoint.evaluate_properties(&flow.view())?;
    for (name, scope, value) in properties {
        flow.message.set_property(scope, &name, value)?;
    }
    let plan = endpoint.plan(&flow.message, &flow.view(), flow.services.limits.waits())?;
    Ok(plan?)
}

fn is_sent_in_one_piece(flow: &Flow) -> bool {
    let (payload, switches) = (&flow.message.payload, flow.message.switches());
    let is_asked = switches.has(Switch::Sized) || switches.has(Switch::Http10);
    payload.is_small_stream() || (is_asked && payload.is_unsized_stream())
}

/// A body on the wire is passed on as it comes, unless it has to be written in another form; a
/// small one is collected, so that it is sent in one piece with its length.
async fn read_what_is_needed(endpoint: &Endpoint, flow: &mut Flow) -> Result<(), Fault> {
    let is_rewritten = matches!(endpoint.form, Some(Form::Soap11 | Form::Soap12 | Form::Pox));
    if is_rewritten || flow.message.needs_body_to_be_sent() {
        flow.collect().await
    } else if is_one_way(flow) || is_sent_in_one_piece(flow) {
        flow.gather().await
    } else {
        Ok(())
    }
}
