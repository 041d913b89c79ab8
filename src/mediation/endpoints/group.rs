//! `<loadbalance>`, `<failover>` and `<session>`: groups of which one child gets the message.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use super::super::{AttributeSpec, Children, Compiler, Kind, check_attributes};
use super::{Parts, attribute, children, number, required};
use crate::diagnostic::Code;
use crate::endpoint::{Affinity, Choice, Endpoint, Group, Session, Target, Turns, USUAL_TIMEOUT};
use crate::xml::document::Element;

const BUILD: AttributeSpec = attribute(
    "buildMessage",
    Kind::Boolean,
    "Whether the body is read first; a group always reads it.",
);

const LOADBALANCE: &[AttributeSpec] = &[
    attribute("algorithm", Kind::Text, "The class that chooses a child."),
    attribute("policy", Kind::Choice(&["roundRobin"]), "How a child is chosen."),
    attribute("failover", Kind::Boolean, "Whether another child is tried when one fails."),
    BUILD,
];

const FAILOVER: &[AttributeSpec] = &[
    attribute("dynamic", Kind::Boolean, "Whether the first child is used again once it is ready."),
    BUILD,
];

const SESSIONS: [(&str, Session); 3] =
    [("http", Session::Cookie), ("simpleClientSession", Session::Client), ("soap", Session::Soap)];

const SESSION: &[AttributeSpec] = &[required(
    "type",
    Kind::Choice(&["http", "simpleClientSession", "soap"]),
    "Where the name of a session is.",
)];

/// The package of Synapse's algorithms.
const PACKAGE: &str = "org.apache.synapse.endpoints.algorithms.";

/// The property of a child that says how many turns it has in a row.
const WEIGHT: &str = "loadbalance.weight";

pub(super) fn failover(
    child: Element<'_>,
    _: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    let sound = check_attributes(child, FAILOVER, compiler);
    compiler.check_children(child, Children::Named(&["endpoint"]));
    let found = children(child, compiler)?;
    let stays = is(child, "dynamic", "false");
    let choice = if stays { Choice::Same(AtomicUsize::new(0)) } else { Choice::First };
    sound.then(|| group("failover", found.endpoints, choice, true, None))
}

pub(super) fn loadbalance(
    child: Element<'_>,
    parent: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    let sound = check_attributes(child, LOADBALANCE, compiler);
    compiler.check_children(child, Children::Named(&["endpoint", "member"]));
    let affinity = parent.child("session").map(|session| affinity(session, compiler));
    let weighted = is_weighted(child, compiler);
    let found = children(child, compiler);
    let affinity = affinity.map_or(Some(None), |affinity| affinity.map(Some))?;
    let (weighted, found) = (weighted?, found?);
    let weights =
        if weighted { weights(&found, compiler)? } else { vec![1; found.endpoints.len()] };
    let fails_over = !is(child, "failover", "false");
    let choice = Choice::Turns(Turns::new(weights));
    sound.then(|| group("loadbalance", found.endpoints, choice, fails_over, affinity))
}

fn group(
    kind: &'static str,
    children: Vec<Arc<Endpoint>>,
    choice: Choice,
    fails_over: bool,
    affinity: Option<Affinity>,
) -> Target {
    Target::Group(Box::new(Group { kind, children, choice, fails_over, affinity }))
}

fn is(element: Element<'_>, name: &str, word: &str) -> bool {
    let found = element.attribute(name);
    found.is_some_and(|found| found.value.value.trim().eq_ignore_ascii_case(word))
}

/// Whether the children have turns of their own lengths.
fn is_weighted(child: Element<'_>, compiler: &mut Compiler<'_>) -> Option<bool> {
    let Some(algorithm) = child.attribute("algorithm") else { return Some(false) };
    if let Some(policy) = child.attribute("policy") {
        compiler
            .diagnostics
            .report(Code::CONFLICT, policy.span, "`policy` and `algorithm` exclude each other")
            .help("`algorithm` alone is enough");
        return None;
    }
    let written = algorithm.value.value.trim();
    match written.strip_prefix(PACKAGE) {
        Some("RoundRobin") => Some(false),
        Some("WeightedRoundRobin") => Some(true),
        _ => {
            let message = format!("the algorithm `{written}` cannot be run by Myelin");
            compiler
                .diagnostics
                .report(Code::INVALID_VALUE, algorithm.value.span, message)
                .help(format!("it is `{PACKAGE}RoundRobin` or `{PACKAGE}WeightedRoundRobin`"));
            None
        }
    }
}

/// How many turns in a row each child has; one where it does not say.
fn weights(found: &Parts<'_>, compiler: &mut Compiler<'_>) -> Option<Vec<u32>> {
    let weights = found.elements.iter().map(|element| weight(*element, compiler));
    // All wrong ones are reported before anything is given up.
    weights.collect::<Vec<_>>().into_iter().collect()
}

/// Whether a child says how many turns in a row an endpoint has.
pub(super) fn is_weight(child: Element<'_>) -> bool {
    child.name() == "property"
        && child.attribute("name").is_some_and(|name| name.value.value.trim() == WEIGHT)
}

fn weight(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<u32> {
    let property = element.children().find(|child| is_weight(*child));
    let Some(value) = property.and_then(|property| property.attribute("value")) else {
        return Some(1);
    };
    let weight = value.value.value.trim().parse().ok().filter(|weight| *weight > 0);
    if weight.is_none() {
        let message = format!("the weight `{}` is not a positive number", value.value.value);
        compiler.diagnostics.report(Code::INVALID_VALUE, value.value.span, message);
    }
    weight
}

fn affinity(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Affinity> {
    let sound = check_attributes(element, SESSION, compiler);
    compiler.check_children(element, Children::Named(&["sessionTimeout"]));
    let timeout = element.child("sessionTimeout");
    let timeout = timeout.and_then(|child| number(child, super::MILLIS, compiler));
    let word = element.attribute("type").filter(|_| sound)?.value.value.trim();
    let session = SESSIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word))?.1;
    Some(Affinity::new(session, timeout.unwrap_or(USUAL_TIMEOUT)))
}
