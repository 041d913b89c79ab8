//! `aggregate`: collects messages that belong together and goes on with one.
//!
//! `groups` keeps them until they are complete, `merge` makes one message of them.

mod groups;
mod merge;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::drop::drop_step;
use super::values::{count, ignored, is_word};
use super::{defaulted, optional};
use crate::diagnostic::Code;
use crate::expression::{Dynamic, Expression};
use crate::mediation::{
    AttributeSpec, Await, Children, Compiler, Enter, Flow, Interrupt, Kind, MediatorSpec, Member,
    Outcome, Placed, SequenceRef, Step, Stop, Waits, check_attributes,
};
use crate::message::{Fault, Value};
use crate::xml::document::Element;
use groups::{Bounds, Group, Groups, Key};
use merge::{Merge, Select};

pub(super) use merge::json_of;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "aggregate",
    summary: "Collects the parts of a split, or messages with something in common, into one.",
    example: "<aggregate><completeCondition timeout=\"10\"/><onComplete expression=\"json-eval($)\"><respond/></onComplete></aggregate>",
    attributes: &[optional("id", Kind::Key, "The `id` of the mediator that split the message.")],
    children: Children::Named(&["correlateOn", "completeCondition", "onComplete"]),
    compile,
};

const CORRELATE: &[AttributeSpec] =
    &[super::required("expression", Kind::Expression, "What messages of a group have in common.")];
const CONDITION: &[AttributeSpec] =
    &[optional("timeout", Kind::Count, "How long a group waits, in seconds.")];
const COUNT: &[AttributeSpec] = &[
    optional("min", Kind::Count, "With so many messages a group is complete."),
    optional("max", Kind::Count, "A group has no more than so many messages."),
];
const COMPLETE: &[AttributeSpec] = &[
    optional("expression", Kind::Expression, "What is taken of each message."),
    optional("sequence", Kind::Dynamic, "A named sequence in place of children."),
    optional("enclosingElementProperty", Kind::Text, "A property with the element around all."),
    defaulted(
        "aggregateElementType",
        Kind::Choice(&["root", "child"]),
        "root",
        "Whether JSON objects stay objects of an array, or their members go into one object.",
    ),
];

#[derive(Debug)]
struct Aggregate {
    id: Option<Arc<str>>,
    correlate: Option<Expression>,
    timeout: Option<Dynamic>,
    min: Option<Dynamic>,
    max: Option<Dynamic>,
    merge: Merge,
    on_complete: SequenceRef,
    groups: Groups,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let Some(complete) = element.child("onComplete") else {
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), "<aggregate> needs an <onComplete>")
            .help("<onComplete expression=\"…\"> says what is taken of each message; in it stands what runs with the whole");
        return None;
    };
    let correlate = match element.child("correlateOn") {
        Some(child) => Some(correlate(child, compiler)?),
        None => None,
    };
    let condition = element.child("completeCondition");
    let count = condition.and_then(|condition| condition.child("messageCount"));
    let sound = sound(condition, CONDITION, Children::Named(&["messageCount"]), compiler)
        & sound(count, COUNT, Children::None, compiler);
    let merge = merge(complete, compiler);
    let on_complete = on_complete(complete, compiler);
    if !sound {
        return None;
    }
    Some(Step::Await(Box::new(Aggregate {
        id: element.attribute("id").map(|id| id.value.value.trim().into()),
        correlate,
        timeout: dynamic(condition, "timeout", compiler).ok()?,
        min: dynamic(count, "min", compiler).ok()?,
        max: dynamic(count, "max", compiler).ok()?,
        merge: merge?,
        on_complete: on_complete?,
        groups: Groups::default(),
    })))
}

/// What runs with the whole. Where that is nothing, the whole is dropped.
fn on_complete(complete: Element<'_>, compiler: &mut Compiler<'_>) -> Option<SequenceRef> {
    if let Some(key) = complete.attribute("sequence") {
        ignored(complete.children(), "what runs is a sequence by key", compiler);
        return compiler.sequence_key(key.value, complete);
    }
    let mut steps = compiler.steps(complete.children());
    if complete.children().next().is_none() {
        let span = complete.name_span();
        steps.push(Placed { name: "onComplete", span, step: drop_step() });
    }
    Some(SequenceRef::Inline(compiler.sequence("onComplete", steps, None)))
}

/// Whether a child, which may be left out, can be compiled.
fn sound(
    child: Option<Element<'_>>,
    table: &[AttributeSpec],
    children: Children,
    compiler: &mut Compiler<'_>,
) -> bool {
    let Some(child) = child else { return true };
    compiler.check_children(child, children);
    check_attributes(child, table, compiler)
}

fn correlate(child: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Expression> {
    if !sound(Some(child), CORRELATE, Children::None, compiler) {
        return None;
    }
    compiler.expression(child.attribute("expression")?.value, child)
}

/// An attribute of a child that may be left out, as may the child. The error says that a problem
/// was reported.
fn dynamic(
    child: Option<Element<'_>>,
    name: &str,
    compiler: &mut Compiler<'_>,
) -> Result<Option<Dynamic>, ()> {
    let Some((child, found)) = child.and_then(|child| Some((child, child.attribute(name)?))) else {
        return Ok(None);
    };
    compiler.dynamic(found.value, child).map(Some).ok_or(())
}

fn merge(complete: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Merge> {
    if !check_attributes(complete, COMPLETE, compiler) {
        return None;
    }
    let select = match complete.attribute("expression") {
        None => Select::FirstElement,
        Some(text) => match compiler.expression(text.value, complete)? {
            Expression::XPath(xpath) => Select::Nodes(xpath),
            other => Select::Json(other),
        },
    };
    let enclosing = complete.attribute("enclosingElementProperty");
    Some(Merge {
        select,
        enclosing: enclosing.map(|name| name.value.value.trim().into()),
        members: is_word(complete, "aggregateElementType", "child"),
    })
}

impl Await for Aggregate {
    fn run<'a>(&'a self, flow: &'a mut Flow) -> Waits<'a> {
        Box::pin(self.collect(flow))
    }
}

impl Aggregate {
    async fn collect(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if flow.message.payload.is_stream() {
            return Err(Interrupt::NeedBody);
        }
        let member = flow.member(self.id.as_deref());
        let Some(key) = self.key(member.as_deref(), flow)? else { return Ok(Outcome::Next) };
        if member.as_ref().is_some_and(|member| member.split.is_closed()) {
            tracing::debug!("a part came after its group was complete");
            return Ok(Outcome::Stop(Stop::Forked));
        }
        let piece = self.merge.select.piece(flow)?;
        let order = member.as_ref().map(|member| (member.split.key, member.index));
        let by_split = member.filter(|_| matches!(key, Key::Split(_)));
        let bounds = self.bounds(by_split.as_deref(), flow)?;
        let deadline = Instant::now() + self.timeout(flow)?;
        if let Some(member) = &by_split {
            member.arrive();
        }
        let Some(group) = self.groups.add(&key, order, piece) else {
            return Ok(Outcome::Stop(Stop::Forked));
        };
        flow.make_room();
        wait(&group, bounds, by_split.as_deref(), deadline).await;
        let pieces = self.groups.close(&key, &group);
        if let Some(member) = &by_split {
            member.split.close();
            flow.leave(member);
        }
        self.merge.apply(pieces, flow)?;
        let sequence = self.on_complete.resolve(flow)?;
        Ok(Outcome::Enter(Enter::sequence(sequence)))
    }

    /// What the message's group has in common; nothing when it belongs to none.
    fn key(&self, member: Option<&Member>, flow: &Flow) -> Result<Option<Key>, Interrupt> {
        let by_split = member.map(|member| Key::Split(member.split.key));
        let Some(correlate) = &self.correlate else { return Ok(by_split) };
        let value = correlate.evaluate(&flow.view())?;
        if matches!(value, Value::Bool(false)) {
            return Ok(None);
        }
        let text = correlate.evaluate_text(&flow.view())?;
        if text.is_empty() {
            let message = "what `correlateOn` names is not in the message";
            return Err(Fault::flow(message).into());
        }
        Ok(Some(Key::Text(text)))
    }

    fn bounds(&self, part: Option<&Member>, flow: &Flow) -> Result<Bounds, Interrupt> {
        let (min, max) = (count(self.min.as_ref(), flow)?, count(self.max.as_ref(), flow)?);
        let enough = [min, max].into_iter().flatten().min();
        Ok(Bounds { enough, total: part.map(|part| part.split.total) })
    }

    fn timeout(&self, flow: &Flow) -> Result<Duration, Interrupt> {
        let seconds = count(self.timeout.as_ref(), flow)?;
        let none = flow.services.limits.group_timeout;
        Ok(seconds.map_or(none, |seconds| Duration::from_secs(seconds as u64)))
    }
}

/// Waits until a group is complete or its time is up.
async fn wait(group: &Group, bounds: Bounds, part: Option<&Member>, deadline: Instant) {
    let mut lost = part.map(|part| part.split.lost());
    loop {
        let gone = lost.as_mut().map_or(0, |lost| *lost.borrow_and_update());
        if bounds.are_met(group.len(), gone) {
            return;
        }
        let one_lost = async {
            match &mut lost {
                // The sender lives as long as the split, which the part holds.
                Some(lost) => drop(lost.changed().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = group.changed.notified() => {}
            () = one_lost => {}
            () = sleep_until(deadline) => {
                tracing::warn!(collected = group.len(), "an aggregate's time is up");
                return;
            }
        }
    }
}
