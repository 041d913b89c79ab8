//! `foreach expression`: one item after the other becomes the body of the flow's own message, and
//! what is the body then takes its place.

use std::sync::Arc;

use super::items::{Collection, Found};
use super::sequence;
use crate::diagnostic::Code;
use crate::expression::Expression;
use crate::mediation::{
    Await, Compiler, End, Flow, Interrupt, Outcome, Part, Patience, SequenceRef, Step, Stop, Waits,
    forget_fault,
};
use crate::mediators::item::{Item, emptied};
use crate::mediators::values::is_true;
use crate::message::{Fault, Message, Payload, Value};
use crate::xml::document::Element;

#[derive(Debug)]
struct InPlace {
    collection: Collection,
    sequence: SequenceRef,
    continue_on_failure: bool,
    /// The properties' names.
    original: Arc<str>,
    counter: Arc<str>,
}

/// What Synapse refuses among the mediators of an item.
const SENDERS: [&str; 3] = ["call", "callout", "send"];

pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let collection = collection(element, compiler);
    let refused = refuse_senders(element, compiler);
    let sequence = sequence(element, compiler);
    let name = |name: &str| match element.attribute("id") {
        Some(id) => Arc::from(format!("{}_{name}", id.value.value.trim())),
        None => Arc::from(name),
    };
    if refused {
        return None;
    }
    Some(Step::Await(Box::new(InPlace {
        collection: collection?,
        sequence: sequence?,
        continue_on_failure: is_true(element, "continueLoopOnFailure"),
        original: name("FOREACH_ORIGINAL_MESSAGE"),
        counter: name("FOREACH_COUNTER"),
    })))
}

fn collection(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Collection> {
    let Some(written) = element.attribute("expression") else {
        let message = "<foreach> needs the attribute `collection` or `expression`";
        compiler
            .diagnostics
            .report(Code::MISSING_ATTRIBUTE, element.name_span(), message)
            .help("write collection=\"${payload.orders}\"");
        return None;
    };
    let written = written.value;
    let (message, help) = match compiler.expression(written, element)? {
        Expression::XPath(xpath) => return Some(Collection::XPath(xpath)),
        Expression::JsonPath(path) if path.reads_payload() => {
            return Some(Collection::JsonPath(path));
        }
        Expression::DynamicPath(path) if path.reads_payload() => {
            return Some(Collection::DynamicPath(path));
        }
        Expression::JsonPath(_) | Expression::DynamicPath(_) => {
            ("the items of `expression` lie in the payload", "write a path that begins with `$.`")
        }
        Expression::Synapse(_) => (
            "`expression` of <foreach> takes XPath or json-eval(…)",
            "name the attribute `collection`; items are messages of their own then",
        ),
    };
    compiler.diagnostics.report(Code::INVALID_VALUE, written.span, message).help(help);
    None
}

/// Reports mediators that send where an item is only changed; says whether there are any.
fn refuse_senders(element: Element<'_>, compiler: &mut Compiler<'_>) -> bool {
    if element.attribute("sequence").is_some() {
        return false;
    }
    let mut refused = false;
    let steps = element.child("sequence").into_iter().flat_map(|child| child.children());
    for step in steps.filter(|step| SENDERS.contains(&step.name())) {
        let message = format!("<{}> is not allowed in <foreach expression>", step.name());
        compiler
            .diagnostics
            .report(Code::CONFLICT, step.name_span(), message)
            .help("use <foreach collection=\"…\">, whose items are messages of their own");
        refused = true;
    }
    refused
}

impl Await for InPlace {
    fn run<'a>(&'a self, flow: &'a mut Flow) -> Waits<'a> {
        Box::pin(self.run_all(flow))
    }

    fn parks(&self) -> bool {
        false
    }
}

impl InPlace {
    async fn run_all(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let Found { items, place } = self.collection.find(flow)?;
        let envelope = flow.message.payload.xml()?.clone();
        let Some(place) = place else { return Ok(Outcome::Next) };
        let shell = if place.is_envelope() { Some(emptied(&flow.message.payload)?) } else { None };
        flow.message.properties.set(Arc::clone(&self.original), Value::Xml(Arc::new(envelope)));
        self.count(0, &mut flow.message);
        let nothing = Payload::default().under(Arc::clone(flow.message.rules()));
        let document = std::mem::replace(&mut flow.message.payload, nothing);
        let mut results = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            flow.message.set_payload(item.clone().into_payload(shell.as_ref()));
            let result = match self.run_one(flow).await? {
                Went::Through if place.is_xml() => Item::xml_of(&flow.message.payload),
                Went::Through => Item::json_of(&flow.message.payload),
                Went::Wrong => Ok(item),
                Went::Off => break,
                Went::Over(stop) => return Ok(Outcome::Stop(stop)),
            };
            results.push(Some(result.map_err(Fault::from)?));
            self.count(index + 1, &mut flow.message);
        }
        flow.message.payload = document;
        place.put(results, flow)?;
        Ok(Outcome::Next)
    }

    fn count(&self, number: usize, message: &mut Message) {
        message.properties.set(Arc::clone(&self.counter), Value::Int(number as i64));
    }

    /// Runs an item, which is the body.
    async fn run_one(&self, flow: &mut Flow) -> Result<Went, Fault> {
        let had_error = flow.message.properties.get("ERROR_CODE").is_some();
        let part = Part { message: flow.message.take(), sequence: self.sequence.clone() };
        let parts = Box::new(std::iter::once(part));
        let end = flow.join(parts, Patience::unlimited(false)).await.pop().flatten();
        let (message, went) = match end {
            Some(End::Completed(message)) => (message, Ok(Went::Through)),
            Some(End::Stopped { stop, by_handler: true, message }) => {
                (message, Ok(Went::Over(stop)))
            }
            Some(End::Stopped { message, .. }) => (message, Ok(Went::Off)),
            Some(End::Failed { message, .. }) if self.continue_on_failure => {
                (message, Ok(Went::Wrong))
            }
            Some(End::Failed { fault, message }) => (message, Err(fault)),
            None => return Err(Fault::flow("an item of foreach was lost")),
        };
        flow.message = *message;
        if matches!(went, Ok(Went::Wrong)) && !had_error {
            forget_fault(&mut flow.message);
        }
        went
    }
}

/// How an item went.
enum Went {
    /// What is the body now takes its place.
    Through,
    /// It failed and stays as it was.
    Wrong,
    /// It ended the loop.
    Off,
    /// A fault handler ended the flow.
    Over(Stop),
}
