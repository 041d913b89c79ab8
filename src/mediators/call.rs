//! `call`: sends the message, waits for the response and goes on with it.

use std::sync::Arc;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{Extensions, HeaderMap};

use super::blocking::{FaultCodes, keeps_headers};
use super::inline::{Content, Inline};
use super::send::endpoint;
use super::values::{is_true, to_xml};
use super::{defaulted, optional};
use crate::diagnostic::Code;
use crate::expression::{Expression, PropertyScope};
use crate::json;
use crate::mediation::{
    AttributeSpec, Await, Children, Compiler, Delivered, EndpointRef, Flow, Interrupt, Kind,
    MediatorSpec, Outcome, Step, Stop, Waits, check_attributes, deliver,
};
use crate::message::{Fault, Payload, Rules, Saved, Value, first_element, response_object};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "call",
    summary: "Sends the message to an endpoint, waits for the response and goes on with it.",
    example: "<call><endpoint><http method=\"get\" uri-template=\"http://localhost:9000/{uri.var.id}\"/></endpoint></call>",
    attributes: &[
        defaulted(
            "blocking",
            Kind::Boolean,
            "false",
            "Whether an answer of 400 or more is a fault.",
        ),
        optional("initAxis2ClientOptions", Kind::Boolean, "Has no meaning outside Axis2."),
    ],
    children: Children::Named(&["endpoint", "source", "target"]),
    compile,
};

#[derive(Debug)]
struct Call {
    endpoint: Option<EndpointRef>,
    blocking: bool,
    source: Option<(Source, Option<Arc<str>>)>,
    target: Option<Target>,
}

/// What is sent in place of the message's body.
#[derive(Debug)]
enum Source {
    Body,
    Property(Arc<str>),
    Inline(Inline),
    Custom(Expression),
}

/// Where the response goes in place of the message.
#[derive(Debug)]
enum Target {
    Body,
    Property(Arc<str>),
    Variable(Arc<str>),
}

const SOURCE: &[AttributeSpec] = &[
    defaulted(
        "type",
        Kind::Choice(&["body", "property", "inline", "custom"]),
        "body",
        "What is sent: the body, the property or the expression that the text names, or the content.",
    ),
    optional("contentType", Kind::Text, "The content type of what is sent."),
];

const TARGET: &[AttributeSpec] = &[defaulted(
    "type",
    Kind::Choice(&["body", "property", "variable"]),
    "body",
    "Where the response goes; the text is the name.",
)];

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let endpoint = endpoint(element, compiler);
    let source = element.child("source").map(|child| source(child, compiler));
    let target = element.child("target").map(|child| target(child, compiler));
    let blocking = is_true(element, "blocking");
    let source = source.map_or(Some(None), |source| source.map(Some))?;
    let target = target.map_or(Some(None), |target| target.map(Some))?;
    Some(Step::Await(Box::new(Call { endpoint: endpoint.ok()?, blocking, source, target })))
}

fn source(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<(Source, Option<Arc<str>>)> {
    if !check_attributes(element, SOURCE, compiler) {
        return None;
    }
    let content_type = element.attribute("contentType").map(|kind| kind.value.value.trim().into());
    let source = match kind(element).as_str() {
        "property" => Source::Property(name(element, compiler)?),
        "inline" => Source::Inline(Inline::compile(element, compiler)?),
        "custom" => {
            name(element, compiler)?;
            Source::Custom(compiler.expression(element.text()?.as_text(), element)?)
        }
        _ => Source::Body,
    };
    Some((source, content_type))
}

fn target(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Target> {
    if !check_attributes(element, TARGET, compiler) {
        return None;
    }
    Some(match kind(element).as_str() {
        "property" => Target::Property(name(element, compiler)?),
        "variable" => Target::Variable(name(element, compiler)?),
        _ => Target::Body,
    })
}

fn kind(element: Element<'_>) -> String {
    let word = element.attribute("type").map_or("body", |kind| kind.value.value.trim());
    word.to_ascii_lowercase()
}

/// The text of a source or a target: a name or an expression.
fn name(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Arc<str>> {
    let text = element.text().map(|text| text.value.trim().to_owned()).unwrap_or_default();
    if text.is_empty() {
        let message = format!("the <{}> of type `{}` is empty", element.name(), kind(element));
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), message)
            .help("its text is the name or the expression");
        return None;
    }
    Some(text.into())
}

impl Await for Call {
    fn run<'a>(&'a self, flow: &'a mut Flow) -> Waits<'a> {
        Box::pin(self.call(flow))
    }

    fn parks(&self) -> bool {
        !self.blocking
    }
}

impl Call {
    async fn call(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let keeps_message = matches!(self.target, Some(Target::Property(_) | Target::Variable(_)));
        // The copy for a recipient has its body already, unless the message was put back.
        let has_body = flow.is_for_recipient() && !keeps_message;
        let payload = if has_body { None } else { self.outgoing(flow)? };
        if keeps_message {
            flow.gather().await?;
        }
        let saved = keeps_message.then(|| flow.message.save());
        if let Some((payload, content_type)) = payload {
            flow.message.set_payload(payload);
            flow.message.set_content_type(&content_type);
        }
        let faults = self.blocking.then(|| FaultCodes::of(&flow.message));
        let headers = (self.blocking && keeps_headers(flow))
            .then(|| (flow.message.headers.clone(), flow.message.header_case.clone()));
        match deliver(self.endpoint.as_ref(), flow).await? {
            Delivered::Response => {}
            Delivered::OneWay => return Ok(Outcome::Next),
            Delivered::Spread(recipients) => {
                if let Some(saved) = saved {
                    flow.message.restore(saved);
                }
                return Ok(Outcome::Spread(recipients));
            }
            Delivered::Discarded => return Ok(Outcome::Stop(Stop::Answered)),
        }
        if let Some((headers, case)) = headers {
            keep_headers(flow, headers, case);
        }
        if let Some(faults) = faults {
            faults.refuse(flow)?;
            flow.message.properties.set("blocking.sender.error", "false");
        }
        if let Some(saved) = saved {
            flow.collect().await?;
            self.store(flow, saved)?;
        }
        Ok(Outcome::Next)
    }

    fn outgoing(&self, flow: &Flow) -> Result<Option<(Payload, Arc<str>)>, Interrupt> {
        let Some((source, content_type)) = &self.source else { return Ok(None) };
        let value = match source {
            Source::Body => return Ok(None),
            Source::Inline(inline) => match inline.evaluate(flow)? {
                Content::Xml(tree) => Value::Xml(tree),
                Content::Text(text, _) => Value::Text(text),
            },
            Source::Property(name) => {
                flow.message.property(PropertyScope::Default, name).unwrap_or(Value::Null)
            }
            Source::Custom(expression) => expression.evaluate(&flow.view())?,
        };
        let stated = content_type.clone().or_else(|| flow.message.content_type());
        let payload = payload_of(value, stated.as_deref(), flow.message.rules())?;
        let content_type = stated.unwrap_or_else(|| payload.format().content_type().into());
        Ok(Some((payload, content_type)))
    }

    fn store(&self, flow: &mut Flow, saved: Saved) -> Result<(), Interrupt> {
        let response = match &self.target {
            Some(Target::Property(_)) => body(&flow.message.payload)?,
            _ => response_value(flow)?,
        };
        let status = flow.message.property(PropertyScope::Axis2, "HTTP_SC");
        flow.message.restore(saved);
        if let Some(status) = status {
            flow.message.axis2.set("HTTP_SC", status);
        }
        match &self.target {
            Some(Target::Property(name)) => flow.message.properties.set(Arc::clone(name), response),
            Some(Target::Variable(name)) => flow.message.variables.set(Arc::clone(name), response),
            _ => {}
        }
        Ok(())
    }
}

/// Puts the request's headers back; what the body is, the response says.
fn keep_headers(flow: &mut Flow, headers: HeaderMap, case: Extensions) {
    let message = &mut flow.message;
    let content_type = message.content_type_header().map(str::to_owned);
    message.headers = headers;
    message.header_case = case;
    message.headers.remove(CONTENT_TYPE);
    message.headers.remove(CONTENT_ENCODING);
    if let Some(content_type) = content_type {
        message.set_content_type(&content_type);
    }
}

fn payload_of(value: Value, content_type: Option<&str>, rules: &Rules) -> Result<Payload, Fault> {
    Ok(match value {
        Value::Xml(tree) => Payload::from_xml((*tree).clone()),
        Value::Json(json) => Payload::from_json((*json).clone()),
        other => {
            let text = other.to_text();
            match content_type {
                Some(kind) if kind.contains("xml") => {
                    Payload::from_xml((*to_xml(&text, rules)?).clone())
                }
                Some(kind) => Payload::from_typed_bytes(text.as_bytes().to_vec(), kind),
                None => Payload::from_text(&*text),
            }
        }
    })
}

/// The response's body: the element of XML, else the text.
fn body(payload: &Payload) -> Result<Value, Interrupt> {
    if payload.is_empty() {
        return Ok(Value::text(""));
    }
    let element = if payload.format().is_xml() { first_element(payload.xml()?) } else { None };
    Ok(match element {
        Some(tree) => Value::Xml(Arc::new(tree)),
        None => Value::Text(payload.text()?.into()),
    })
}

/// The response as `{payload, headers, attributes: {statusCode}}`.
fn response_value(flow: &Flow) -> Result<Value, Interrupt> {
    let message = &flow.message;
    let payload = if message.payload.is_json() && !message.payload.is_empty() {
        message.payload.json()?.clone()
    } else {
        match body(&message.payload)? {
            Value::Xml(tree) => json::Value::string(tree.to_text()),
            text => json::Value::String(text.to_text()),
        }
    };
    let status = message.property(PropertyScope::Axis2, "HTTP_SC").unwrap_or(Value::Null);
    let object = response_object(&message.headers, Some(payload), &status);
    Ok(Value::Json(Arc::new(object)))
}
