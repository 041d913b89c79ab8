//! `callout`: calls a service, waits, and puts its answer into the message.

mod compile;
mod places;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::blocking::{FaultCodes, keeps_headers};
use super::{defaulted, optional};
use crate::expression::PropertyScope;
use crate::mediation::{
    Await, Children, Delivered, EndpointRef, Flow, Interrupt, Kind, MediatorSpec, Outcome, Stop,
    Waits, deliver,
};
use crate::message::{Direction, ErrorCode, Fault, Format, Message, Payload, Saved};
use crate::xml::Tree;
use places::{Source, Target};

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "callout",
    summary: "Calls a service, waits for its answer and puts that into the message.",
    example: "<callout serviceURL=\"http://localhost:9000/quotes\" action=\"urn:getQuote\"/>",
    attributes: &[
        optional("serviceURL", Kind::Text, "The address of the service."),
        optional("endpointKey", Kind::Key, "A named endpoint in place of an address."),
        optional("action", Kind::Text, "The SOAP action."),
        defaulted("passHeaders", Kind::Boolean, "true", "Whether headers of SOAP go along."),
        optional("useServerConfig", Kind::Boolean, "Has no meaning outside Axis2."),
        optional("initAxis2ClientOptions", Kind::Boolean, "Has no meaning outside Axis2."),
    ],
    children: Children::Named(&["configuration", "endpoint", "source", "target", "enableSec"]),
    compile: compile::compile,
};

#[derive(Debug)]
struct Callout {
    /// Without one the message's `To` is called.
    endpoint: Option<EndpointRef>,
    action: Option<Arc<str>>,
    /// Without one the whole message is sent.
    source: Option<Source>,
    /// Without one the response takes the message's place.
    target: Option<Target>,
}

/// What the callout borrows of the message and gives back.
struct Borrowed {
    message: Saved,
    direction: Direction,
}

impl Await for Callout {
    fn run<'a>(&'a self, flow: &'a mut Flow) -> Waits<'a> {
        Box::pin(self.call(flow))
    }

    fn parks(&self) -> bool {
        false
    }
}

impl Callout {
    async fn call(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        flow.collect().await?;
        let request = self.request(flow)?;
        let faults = FaultCodes::of(&flow.message);
        let borrowed = Borrowed { message: flow.message.save(), direction: flow.message.direction };
        if let Some(request) = request {
            put_request(&request, &mut flow.message)?;
        }
        if let Some(action) = &self.action {
            flow.message.set_header("SOAPAction", &format!("\"{action}\""))?;
        }
        match self.exchange(&faults, flow).await {
            Ok(Delivered::Response) => self.receive(borrowed, flow)?,
            Ok(Delivered::OneWay) => borrowed.give_back(&mut flow.message),
            Ok(Delivered::Spread(recipients)) => {
                borrowed.give_back(&mut flow.message);
                return Ok(Outcome::Spread(recipients));
            }
            Ok(Delivered::Discarded) => return Ok(Outcome::Stop(Stop::Answered)),
            Err(fault) => {
                borrowed.give_back(&mut flow.message);
                return Err(failed(fault).into());
            }
        }
        Ok(Outcome::Next)
    }

    /// What is sent in place of the body. A message of JSON is sent whole, as Synapse does.
    fn request(&self, flow: &Flow) -> Result<Option<Arc<Tree>>, Interrupt> {
        match &self.source {
            Some(source) if !flow.message.payload.is_json() => source.element(flow).map(Some),
            _ => Ok(None),
        }
    }

    async fn exchange(&self, faults: &FaultCodes, flow: &mut Flow) -> Result<Delivered, Fault> {
        let delivered = deliver(self.endpoint.as_ref(), flow).await?;
        if matches!(delivered, Delivered::Response) {
            flow.collect().await?;
            faults.refuse(flow)?;
        }
        Ok(delivered)
    }

    fn receive(&self, borrowed: Borrowed, flow: &mut Flow) -> Result<(), Interrupt> {
        let keeps_headers = keeps_headers(flow);
        let content_type = flow.message.content_type_header().map(str::to_owned);
        let headers = flow.message.headers.clone();
        let response = std::mem::take(&mut flow.message.payload);
        borrowed.give_back(&mut flow.message);
        if !keeps_headers {
            flow.message.headers = headers;
        }
        match &self.target {
            Some(target) if !response.is_json() => target.put(&response, flow)?,
            _ => {
                let format = response.format();
                flow.message.set_payload(response);
                let stated = content_type.as_deref().unwrap_or(format.content_type());
                flow.message.set_content_type(stated);
            }
        }
        Ok(())
    }
}

impl Borrowed {
    /// Puts the message back as it was; of the response the status stays.
    fn give_back(self, message: &mut Message) {
        let status = message.property(PropertyScope::Axis2, "HTTP_SC");
        message.restore(self.message);
        message.direction = self.direction;
        if let Some(status) = status {
            message.axis2.set("HTTP_SC", status);
        }
    }
}

/// Puts an element in place of what the body holds; headers of SOAP stay.
fn put_request(element: &Tree, message: &mut Message) -> Result<(), Interrupt> {
    if message.payload.format().is_xml() && !message.payload.is_empty() {
        places::set_body(message.payload.xml_mut()?, element);
        return Ok(());
    }
    message.set_payload(Payload::from_xml(element.clone()));
    message.set_content_type(Format::Xml.content_type());
    Ok(())
}

/// Whatever went wrong, it is the callout that failed.
fn failed(fault: Fault) -> Fault {
    let message = format!("the callout failed: {}", fault.message);
    Fault { code: ErrorCode::Number(Fault::CALLOUT), message: message.into(), ..fault }
}
