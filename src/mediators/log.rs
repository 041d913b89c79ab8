//! `log`: writes a line about the message to the engine's log.

use std::fmt::Write as _;
use std::sync::Arc;

use super::values::{Source, source};
use super::{defaulted, optional, required};
use crate::diagnostic::Code;
use crate::expression::Template;
use crate::mediation::{
    AttributeSpec, Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step,
    check_attributes,
};
use crate::message::{Direction, PropertyScope, soap_header};
use crate::xml::document::Element;

const CATEGORIES: &[&str] = &["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "log",
    summary: "Writes a line about the message to the log.",
    example: "<log category=\"INFO\"><message>order ${payload.id} received</message></log>",
    attributes: &[
        optional(
            "level",
            Kind::Choice(&["simple", "headers", "full", "custom"]),
            "How much is written; `simple` unless there is a <message>.",
        ),
        defaulted("category", Kind::Choice(CATEGORIES), "INFO", "The level of the log line."),
        defaulted("separator", Kind::Text, ", ", "What stands between two pieces."),
        optional("logFullPayload", Kind::Boolean, "Whether the payload follows the message."),
        optional("logMessageID", Kind::Boolean, "Whether the message's id leads."),
    ],
    children: Children::Named(&["message", "property"]),
    compile,
};

const PROPERTY: &[AttributeSpec] = &[
    required("name", Kind::Text, "What stands in front of the value."),
    optional("value", Kind::Text, "The value, as written."),
    optional("expression", Kind::Expression, "An expression that gives the value."),
];

#[derive(Debug)]
struct Log {
    level: Level,
    category: tracing::Level,
    separator: Arc<str>,
    message: Option<Template>,
    properties: Vec<(Arc<str>, Source)>,
    payload: bool,
    id: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Simple,
    Headers,
    Full,
    Custom,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let text = |name| element.attribute(name).map(|found| found.value.value.trim());
    let is_true = |name| text(name).is_some_and(|word| word.eq_ignore_ascii_case("true"));
    let message = match element.child("message") {
        Some(child) => match child.text() {
            Some(own) => Some(compiler.template(own.as_text(), child)?),
            None => None,
        },
        None => None,
    };
    let level = match text("level").map(str::to_ascii_lowercase).as_deref() {
        Some("headers") => Level::Headers,
        Some("full") => Level::Full,
        Some("custom") => Level::Custom,
        None if message.is_some() => Level::Custom,
        _ => Level::Simple,
    };
    let separator = element.attribute("separator").map_or(", ", |found| found.value.value);
    Some(Step::Run(Box::new(Log {
        level,
        category: category(text("category")),
        separator: separator.replace("\\n", "\n").replace("\\t", "\t").into(),
        message,
        properties: properties(element, compiler)?,
        payload: is_true("logFullPayload"),
        id: is_true("logMessageID"),
    })))
}

fn category(word: Option<&str>) -> tracing::Level {
    match word.map(str::to_ascii_uppercase).as_deref() {
        Some("TRACE") => tracing::Level::TRACE,
        Some("DEBUG") => tracing::Level::DEBUG,
        Some("WARN") => tracing::Level::WARN,
        Some("ERROR" | "FATAL") => tracing::Level::ERROR,
        _ => tracing::Level::INFO,
    }
}

fn properties(
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Vec<(Arc<str>, Source)>> {
    let mut properties = Vec::new();
    for child in element.children().filter(|child| child.name() == "property") {
        if !check_attributes(child, PROPERTY, compiler) {
            return None;
        }
        let Some(value) = source(child, compiler).ok()? else {
            compiler
                .diagnostics
                .report(
                    Code::MISSING_ATTRIBUTE,
                    child.name_span(),
                    "a property of a log needs a value",
                )
                .help("write <property name=\"…\" expression=\"…\"/>");
            return None;
        };
        properties.push((Arc::from(child.attribute("name")?.value.value), value));
    }
    Some(properties)
}

impl Run for Log {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if self.is_enabled() {
            let line = self.line(flow)?;
            self.write(flow, &line);
        }
        Ok(Outcome::Next)
    }
}

impl Log {
    fn is_enabled(&self) -> bool {
        match self.category {
            tracing::Level::TRACE => {
                tracing::enabled!(target: "myelin::log", tracing::Level::TRACE)
            }
            tracing::Level::DEBUG => {
                tracing::enabled!(target: "myelin::log", tracing::Level::DEBUG)
            }
            tracing::Level::INFO => tracing::enabled!(target: "myelin::log", tracing::Level::INFO),
            tracing::Level::WARN => tracing::enabled!(target: "myelin::log", tracing::Level::WARN),
            tracing::Level::ERROR => {
                tracing::enabled!(target: "myelin::log", tracing::Level::ERROR)
            }
        }
    }

    fn write(&self, flow: &Flow, line: &str) {
        let origin = &*flow.origin.name;
        match self.category {
            tracing::Level::TRACE => tracing::trace!(target: "myelin::log", origin, "{line}"),
            tracing::Level::DEBUG => tracing::debug!(target: "myelin::log", origin, "{line}"),
            tracing::Level::INFO => tracing::info!(target: "myelin::log", origin, "{line}"),
            tracing::Level::WARN => tracing::warn!(target: "myelin::log", origin, "{line}"),
            tracing::Level::ERROR => tracing::error!(target: "myelin::log", origin, "{line}"),
        }
    }

    fn line(&self, flow: &Flow) -> Result<String, Interrupt> {
        let mut pieces = Vec::new();
        if self.id {
            pieces.push(format!("MessageID: {}", flow.message.id()));
        }
        if let Some(message) = &self.message {
            pieces.push(message.evaluate_text(&flow.view())?);
        }
        match self.level {
            Level::Simple => pieces.extend(simple(flow)),
            Level::Full => {
                pieces.extend(simple(flow));
                pieces.push(payload(flow)?);
            }
            Level::Headers => pieces.extend(soap_headers(flow)?),
            Level::Custom => {}
        }
        for (name, value) in &self.properties {
            pieces.push(format!("{name} = {}", value.plain(flow)?.to_text()));
        }
        if self.payload && self.level != Level::Full {
            pieces.push(payload(flow)?);
        }
        let pieces: Vec<_> = pieces.iter().map(|piece| one_line(piece)).collect();
        Ok(pieces.join(&self.separator))
    }
}

fn simple(flow: &Flow) -> Vec<String> {
    let message = &flow.message;
    let property = |name| message.property(PropertyScope::Default, name);
    let mut pieces = Vec::new();
    for (title, name) in [("To", "To"), ("From", "From"), ("WSAction", "Action")] {
        pieces.extend(property(name).map(|value| format!("{title}: {}", value.to_text())));
    }
    if let Some(action) = message.header("soapaction") {
        pieces.push(format!("SOAPAction: {action}"));
    }
    pieces.extend(property("ReplyTo").map(|value| format!("ReplyTo: {}", value.to_text())));
    pieces.push(format!("MessageID: {}", message.id()));
    if let Some(id) = message.axis2.text("correlation_id") {
        pieces.push(format!("correlation_id: {id}"));
    }
    let direction = match message.direction {
        Direction::Request => "request",
        Direction::Response => "response",
    };
    pieces.push(format!("Direction: {direction}"));
    pieces
}

fn payload(flow: &Flow) -> Result<String, Interrupt> {
    let payload = &flow.message.payload;
    if payload.is_json() {
        let text = if payload.is_empty() { String::new() } else { payload.json()?.to_text() };
        return Ok(format!("Payload: {text}"));
    }
    Ok(format!("Envelope: {}", payload.xml()?.to_text()))
}

fn soap_headers(flow: &Flow) -> Result<Vec<String>, Interrupt> {
    let tree = flow.message.payload.xml()?;
    let Some(header) = soap_header(tree) else { return Ok(Vec::new()) };
    let line = |child| {
        let name = tree.name(child).map_or("", |name| &*name.local);
        format!("{name} : {}", tree.string_value(child))
    };
    Ok(tree.child_elements(header).map(line).collect())
}

/// What a message brings along must not look like another line of the log.
fn one_line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push(c),
            // Writing into a string cannot fail.
            c if c.is_control() => drop(write!(safe, "\\u{{{:x}}}", c as u32)),
            c => safe.push(c),
        }
    }
    safe
}
