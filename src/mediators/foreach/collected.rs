//! `foreach collection`: each item is the body of a message of its own, and what becomes of them is
//! gathered; the flow goes on with its own message.

use std::sync::Arc;

use super::items::{Collection, Found, Place};
use super::{sequence, unused, written};
use crate::diagnostic::Code;
use crate::expression::Expression;
use crate::mediation::{
    Await, Compiler, End, Flow, Interrupt, Outcome, Part, Parts, Patience, SequenceRef, Step, Stop,
    Waits,
};
use crate::mediators::gathered::{Destination, Spelling};
use crate::mediators::item::{Item, emptied};
use crate::mediators::values::{is_true, is_word};
use crate::message::{Fault, Message, Payload, Value};
use crate::xml::document::{Element, Text};

#[derive(Debug)]
struct Collected {
    collection: Collection,
    sequence: SequenceRef,
    parallel: bool,
    counter: Option<Arc<str>>,
    results: Results,
}

/// What becomes of the results.
#[derive(Debug)]
enum Results {
    /// Nobody waits for them.
    Ignored,
    /// They take the items' places.
    InPlace,
    /// They go elsewhere.
    To(Destination),
}

const SPELLING: Spelling = Spelling {
    variable: &["target-variable", "result-target"],
    content_type: &["result-content-type", "result-type"],
    enclosing: &["result-enclosing-element", "result-target"],
};

pub(super) fn compile(
    element: Element<'_>,
    text: Text<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Step> {
    let parallel = !is_word(element, "parallel-execution", "false");
    let results = results(element, compiler);
    let counter = counter(element, parallel, compiler);
    let sequence = sequence(element, compiler);
    let collection = collection(element, text, compiler)?;
    let (results, counter) = (results?, counter.ok()?);
    if matches!(results, Results::InPlace) && !collection.has_place() {
        compiler
            .diagnostics
            .report(Code::CONFLICT, text.span, "results cannot take the place of these items")
            .help("name a part of the payload or of a variable, or gather the results with update-original=\"false\" target-variable=\"…\" result-content-type=\"JSON\"");
        return None;
    }
    let sequence = sequence?;
    Some(Step::Await(Box::new(Collected { collection, sequence, parallel, counter, results })))
}

fn collection(
    element: Element<'_>,
    written: Text<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Collection> {
    Some(match compiler.expression(written, element)? {
        Expression::XPath(xpath) => Collection::XPath(xpath),
        Expression::JsonPath(path) => Collection::JsonPath(path),
        Expression::DynamicPath(path) => Collection::DynamicPath(path),
        Expression::Synapse(expression) => Collection::Synapse(expression),
    })
}

fn results(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Results> {
    let of_results = [
        "target-variable",
        "result-target",
        "result-content-type",
        "result-type",
        "result-enclosing-element",
    ];
    if is_true(element, "continue-without-aggregation") {
        let why = "is ignored beside continue-without-aggregation=\"true\"";
        unused(element, &of_results, why, "nobody waits for results; remove it", compiler);
        return Some(Results::Ignored);
    }
    let older = written(element, "result-target").is_some();
    if !older && !is_word(element, "update-original", "false") {
        let why = "is ignored: the results take the items' places";
        unused(element, &of_results, why, "add update-original=\"false\", or remove it", compiler);
        return Some(Results::InPlace);
    }
    if SPELLING.content_type.iter().all(|name| written(element, name).is_none()) {
        let message = "<foreach> needs the attribute `result-content-type`";
        compiler
            .diagnostics
            .report(Code::MISSING_ATTRIBUTE, element.name_span(), message)
            .help("it says whether the results become JSON or XML");
        return None;
    }
    Destination::compile(element, true, &SPELLING, compiler).map(Results::To)
}

/// The variable with the number of an item. The error says that a problem was reported.
fn counter(
    element: Element<'_>,
    parallel: bool,
    compiler: &mut Compiler<'_>,
) -> Result<Option<Arc<str>>, ()> {
    let Some(counter) = written(element, "counter-variable") else { return Ok(None) };
    if parallel {
        let message = "`counter-variable` needs parallel-execution=\"false\"";
        compiler
            .diagnostics
            .report(Code::CONFLICT, counter.span, message)
            .help("add it, or remove the counter: items that run side by side have none");
        return Err(());
    }
    Ok(Some(counter.value.value.trim().into()))
}

impl Await for Collected {
    fn run<'a>(&'a self, flow: &'a mut Flow) -> Waits<'a> {
        Box::pin(self.run_all(flow))
    }
}

impl Collected {
    async fn run_all(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let Found { items, place } = self.collection.find(flow)?;
        let in_envelope = place.as_ref().is_some_and(Place::is_envelope);
        let shell = if in_envelope { Some(emptied(&flow.message.payload)?) } else { None };
        let parts = self.parts(items, shell, &flow.message);
        if matches!(self.results, Results::Ignored) {
            flow.detach(parts, self.parallel);
            return Ok(Outcome::Next);
        }
        let ends = flow.join(parts, Patience::unlimited(self.parallel)).await;
        let as_xml = match &self.results {
            Results::To(destination) => destination.is_xml(),
            _ => place.as_ref().is_some_and(Place::is_xml),
        };
        let results = match results_of(ends, as_xml)? {
            Ok(results) => results,
            Err(stop) => return Ok(Outcome::Stop(stop)),
        };
        match (&self.results, place) {
            (Results::To(destination), _) => {
                destination.put(results.into_iter().flatten().collect(), flow);
            }
            (_, Some(place)) => place.put(results, flow)?,
            (_, None) => {}
        }
        Ok(Outcome::Next)
    }

    fn parts(&self, items: Vec<Item>, shell: Option<Payload>, message: &Message) -> Parts {
        let base = message.copy_with(Payload::default());
        let (sequence, counter) = (self.sequence.clone(), self.counter.clone());
        Box::new(items.into_iter().enumerate().map(move |(index, item)| {
            let mut message = base.copy_with(item.into_payload(shell.as_ref()));
            if let Some(counter) = &counter {
                message.variables.set(Arc::clone(counter), Value::Int(index as i64));
            }
            Part { message, sequence: sequence.clone() }
        }))
    }
}

/// What the parts bring, in their order, nothing for those that dropped their message; or that the
/// client was answered.
fn results_of(
    ends: Vec<Option<End>>,
    as_xml: bool,
) -> Result<Result<Vec<Option<Item>>, Stop>, Fault> {
    let mut results = Vec::with_capacity(ends.len());
    let mut lost = false;
    for end in ends {
        results.push(match end {
            Some(End::Completed(message)) if as_xml => Some(Item::xml_of(&message.payload)?),
            Some(End::Completed(message)) => Some(Item::json_of(&message.payload)?),
            Some(End::Failed { fault, .. }) => return Err(fault),
            Some(End::Stopped { stop: Stop::Answered, .. }) => return Ok(Err(Stop::Answered)),
            Some(End::Stopped { .. }) => None,
            None => {
                lost = true;
                None
            }
        });
    }
    if lost { Err(Fault::flow("an item of foreach was lost")) } else { Ok(Ok(results)) }
}
