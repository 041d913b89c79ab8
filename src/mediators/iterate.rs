//! `iterate`: a message for each element of an array or of a node-set.

use std::sync::Arc;

use super::item::{Item, compact, emptied};
use super::target::target;
use super::values::{ignored, is_true};
use super::{defaulted, optional, required};
use crate::diagnostic::Code;
use crate::expression::Expression;
use crate::expression::jsonpath::{JsonPath, Location};
use crate::expression::xpath::{NodeRef, XPath};
use crate::json;
use crate::mediation::{
    Children, Compiler, Flow, Fork, Interrupt, Kind, MediatorSpec, Outcome, Part, Run, SequenceRef,
    Step, View,
};
use crate::message::{Fault, Message, Payload, Value};
use crate::xml::document::Element;
use crate::xml::{NodeId, Tree};

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "iterate",
    summary: "Splits the message: each selected element becomes a message of its own, side by side.",
    example: "<iterate expression=\"json-eval($.orders)\"><target><sequence><log/></sequence></target></iterate>",
    attributes: &[
        required("expression", Kind::Expression, "What selects the elements."),
        optional("id", Kind::Key, "The name by which an aggregate finds the parts."),
        defaulted("continueParent", Kind::Boolean, "false", "Whether the flow itself goes on."),
        defaulted("sequential", Kind::Boolean, "false", "Whether one part runs after the other."),
        defaulted(
            "preservePayload",
            Kind::Boolean,
            "false",
            "Whether a part keeps what is around its element.",
        ),
        optional("attachPath", Kind::Expression, "Where a part's element goes in what is kept."),
    ],
    children: Children::Named(&["target"]),
    compile,
};

#[derive(Debug)]
struct Iterate {
    split: SplitBy,
    id: Option<Arc<str>>,
    sequential: bool,
    continue_parent: bool,
    target: SequenceRef,
}

/// What selects the elements and, where the payload is preserved, where they go.
#[derive(Debug)]
enum SplitBy {
    Xml(XPath, Option<XPath>),
    Json(JsonPath, Option<JsonPath>),
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let split = split_by(element, compiler);
    let mut targets = element.children().filter(|child| child.name() == "target");
    let Some(first) = targets.next() else {
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), "<iterate> needs a <target>")
            .help("it is what each part runs through");
        return None;
    };
    ignored(targets, "there is a target already", compiler);
    let target = target(first, compiler);
    Some(Step::Run(Box::new(Iterate {
        split: split?,
        id: element.attribute("id").map(|id| id.value.value.trim().into()),
        sequential: is_true(element, "sequential"),
        continue_parent: is_true(element, "continueParent"),
        target: target?,
    })))
}

fn split_by(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<SplitBy> {
    let written = element.attribute("expression")?.value;
    let expression = compiler.expression(written, element)?;
    let preserve = is_true(element, "preservePayload");
    let attach = element.attribute("attachPath");
    if let Some(attach) = attach.filter(|_| !preserve) {
        compiler
            .diagnostics
            .report(Code::CONFLICT, attach.span, "`attachPath` needs preservePayload=\"true\"")
            .help("add it, or remove `attachPath`: without both a part is its element alone");
        return None;
    }
    let attach = match attach {
        Some(text) => Some((text.value, compiler.expression(text.value, element)?)),
        None => None,
    };
    match (expression, attach) {
        (Expression::XPath(path), None) if preserve => {
            let whole = XPath::compile(".", &crate::expression::Namespaces::default()).ok()?;
            Some(SplitBy::Xml(path, Some(whole)))
        }
        (Expression::XPath(path), None) => Some(SplitBy::Xml(path, None)),
        (Expression::XPath(path), Some((_, Expression::XPath(attach)))) => {
            Some(SplitBy::Xml(path, Some(attach)))
        }
        (Expression::JsonPath(path), None) => {
            let attach = preserve.then(|| path.clone());
            Some(SplitBy::Json(path, attach))
        }
        (Expression::JsonPath(path), Some((_, Expression::JsonPath(attach)))) => {
            Some(SplitBy::Json(path, Some(attach)))
        }
        (Expression::Synapse(_) | Expression::DynamicPath(_), None) => {
            compiler
                .diagnostics
                .report(Code::INVALID_VALUE, written.span, "iterate takes a fixed path")
                .help("use json-eval(…) or an XPath, or <foreach collection=\"${…}\">");
            None
        }
        (_, other) => {
            let place = other.map_or(written.span, |(text, _)| text.span);
            compiler
                .diagnostics
                .report(Code::CONFLICT, place, "`attachPath` is of another language")
                .help("write it in the language of `expression`");
            None
        }
    }
}

impl Run for Iterate {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if flow.message.payload.is_stream() {
            return Err(Interrupt::NeedBody);
        }
        let messages = match &self.split {
            SplitBy::Json(path, attach) => json_messages(flow, path, attach.as_ref())?,
            SplitBy::Xml(path, attach) => xml_messages(flow, path, attach.as_ref())?,
        };
        let target = self.target.clone();
        Ok(Outcome::Fork(Box::new(Fork {
            parts: Box::new(
                messages.map(move |message| Part { message, sequence: target.clone() }),
            ),
            id: self.id.clone(),
            sequential: self.sequential,
            stop_on_failure: false,
            continue_parent: self.continue_parent,
        })))
    }
}

/// Messages that are made when their turn comes.
type Messages = Box<dyn ExactSizeIterator<Item = Message> + Send>;

fn json_messages(
    flow: &Flow,
    path: &JsonPath,
    attach: Option<&JsonPath>,
) -> Result<Messages, Interrupt> {
    let items = match path.evaluate(&flow.view())? {
        Value::Json(value) => match &*value {
            json::Value::Array(items) => items.clone(),
            _ => return Err(no_array(path)),
        },
        _ => return Err(no_array(path)),
    };
    let base = flow.message.copy_with(Payload::default());
    let Some(attach) = attach else {
        let message = move |item| base.copy_with(Payload::from_json(item));
        return Ok(Box::new(items.into_iter().map(message)));
    };
    let mut document = flow.message.payload.json()?.clone();
    let places = attach.locate(&document, &flow.message.rules().work)?;
    if places.is_empty() {
        return Err(nowhere(attach.text()));
    }
    if attach.text() != path.text() {
        empty_out(
            &mut document,
            &path.locate(flow.message.payload.json()?, &flow.message.rules().work)?,
        );
    }
    Ok(Box::new(items.into_iter().map(move |item| {
        let mut document = document.clone();
        for place in &places {
            if let Some(slot) = place.get_mut(&mut document) {
                *slot = item.clone();
            }
        }
        base.copy_with(Payload::from_json(document))
    })))
}

/// The iterated array is empty in what is kept.
fn empty_out(document: &mut json::Value, places: &[Location]) {
    for place in places {
        if let Some(slot) = place.get_mut(document) {
            *slot = json::Value::Array(Vec::new());
        }
    }
}

fn no_array(path: &JsonPath) -> Interrupt {
    Fault::flow(format!("`{}` selects no array, so there is nothing to iterate", path.text()))
        .into()
}

fn nowhere(text: &str) -> Interrupt {
    Fault::flow(format!("the attachPath `{text}` selects nothing, so nothing can be put there"))
        .into()
}

fn xml_messages(flow: &Flow, path: &XPath, attach: Option<&XPath>) -> Result<Messages, Interrupt> {
    let selected = path.select(&flow.view())?;
    let ids: Option<Vec<NodeId>> = selected.iter().map(NodeRef::whole).collect();
    let Some(ids) = ids else {
        let text = path.text();
        return Err(Fault::flow(format!("`{text}` selects attributes, not elements")).into());
    };
    let tree = flow.message.payload.xml()?;
    let items: Vec<Tree> = ids.iter().map(|id| tree.extract(*id)).collect();
    let Some(attach) = attach else {
        let envelope = emptied(&flow.message.payload)?;
        let base = flow.message.copy_with(Payload::default());
        let message =
            move |item| base.copy_with(Item::Xml(Arc::new(item)).into_payload(Some(&envelope)));
        return Ok(Box::new(items.into_iter().map(message)));
    };
    let mut base = flow.message.copy();
    let kept = base.payload.xml_mut()?;
    for id in ids {
        kept.detach(id);
    }
    compact(kept);
    let place = place_in(flow, &base, attach)?;
    Ok(Box::new(items.into_iter().map(move |item| {
        let mut message = base.copy();
        // The copy of a tree that could be changed can be changed.
        if let Ok(tree) = message.payload.xml_mut() {
            tree.append_children_of(place, &item, Tree::ROOT);
        }
        message
    })))
}

/// Where the elements go in what is kept.
fn place_in(flow: &Flow, kept: &Message, attach: &XPath) -> Result<NodeId, Interrupt> {
    let view = View { message: kept, ..flow.view() };
    let place = attach.select(&view)?.first().and_then(NodeRef::whole);
    place.ok_or_else(|| nowhere(attach.text()))
}
