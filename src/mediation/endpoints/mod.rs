//! `<endpoint>` elements, compiled: one file a kind.

mod authentication;
mod leaf;
mod property;
mod suspension;
mod timeout;

use std::sync::Arc;

use super::{AttributeSpec, Compiler, Kind, check_attributes};
use crate::diagnostic::Code;
use crate::endpoint::{Endpoint, Reference, Target};
use crate::xml::document::{Element, OwnText};

const fn attribute(name: &'static str, kind: Kind, description: &'static str) -> AttributeSpec {
    AttributeSpec { name, kind, required: false, default: None, description }
}

const fn required(name: &'static str, kind: Kind, description: &'static str) -> AttributeSpec {
    AttributeSpec { name, kind, required: true, default: None, description }
}

const ENDPOINT: &[AttributeSpec] = &[
    attribute("name", Kind::Key, "The name that keys refer to."),
    attribute("key", Kind::Dynamic, "The key of the endpoint that this one stands for."),
    attribute("template", Kind::Key, "The endpoint template to instantiate."),
    attribute("uri", Kind::Text, "The URI for the endpoint template."),
    attribute("key-expression", Kind::Expression, "An expression that gives the key."),
    attribute("onError", Kind::Key, "A sequence that runs when the endpoint fails."),
];

/// Compiles the child of an `<endpoint>` that says what it stands for.
type Compile = fn(Element<'_>, &mut Compiler<'_>) -> Option<Target>;

/// The kinds of endpoints; where an endpoint holds two, the first in this order counts.
const KINDS: [(&str, Compile); 10] = [
    ("address", leaf::address),
    ("wsdl", not_run),
    ("default", leaf::default),
    ("loadbalance", not_run),
    ("dynamicLoadbalance", not_run),
    ("serviceDynamicLoadbalance", not_run),
    ("failover", not_run),
    ("recipientlist", not_run),
    ("http", leaf::http),
    ("class", not_run),
];

/// What kinds that need something of Synapse's can be replaced with.
const INSTEAD: [(&str, &str); 3] = [
    ("class", "it needs Java; use an http endpoint, or a function"),
    (
        "dynamicLoadbalance",
        "it needs the membership of a cluster; name the members in a <loadbalance>, or put a load balancer in front of them",
    ),
    (
        "serviceDynamicLoadbalance",
        "it needs the membership of a cluster; name the members in a <loadbalance>, or put a load balancer in front of them",
    ),
];

/// Other children of an `<endpoint>`.
const OTHERS: [&str; 2] = ["description", "property"];

/// Compiles an `<endpoint>`.
pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Endpoint> {
    if !check_attributes(element, ENDPOINT, compiler) {
        return None;
    }
    let target = target(element, compiler);
    let on_error = element.attribute("onError").map(|key| key.value);
    if let Some(key) = on_error {
        compiler.mention(Code::UNRESOLVED_SEQUENCE, key.value.trim(), key.span);
    }
    let properties = element.children().filter(|child| child.name() == "property");
    let properties = properties.filter_map(|child| property::compile(child, compiler)).collect();
    Some(Endpoint {
        name: element.attribute("name").map(|name| Arc::from(name.value.value.trim())),
        target: target?,
        on_error: on_error.map(|key| Arc::from(key.value.trim())),
        properties,
    })
}

fn target(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Target> {
    let kind = KINDS.iter().find_map(|(name, compile)| Some((element.child(name)?, *compile)));
    let reference =
        ["key", "key-expression", "template"].iter().find_map(|name| element.attribute(name));
    let used = kind.filter(|_| reference.is_none()).map(|(child, _)| child);
    check_children(element, used, compiler);
    match (reference, kind) {
        (Some(key), _) if key.name == "key" => {
            let key = compiler.dynamic(key.value, element)?;
            Some(Target::Reference(Reference::Key(key)))
        }
        (Some(key), _) if key.name == "key-expression" => {
            let expression = compiler.expression(key.value, element)?;
            Some(Target::Reference(Reference::Expression(expression)))
        }
        (Some(template), _) => {
            let message = "`template` of an endpoint is not honoured";
            compiler.diagnostics.report(Code::UNSUPPORTED_MEDIATOR, template.span, message);
            None
        }
        (None, Some((child, compile))) => compile(child, compiler),
        (None, None) => {
            let message = "an endpoint says where to send to";
            compiler
                .diagnostics
                .report(Code::MISSING_CHILD, element.name_span(), message)
                .help("give it an <address>, an <http> or a <default> child, or a `key`");
            None
        }
    }
}

/// Warns of children that an endpoint does not have, or that another one makes meaningless.
fn check_children(element: Element<'_>, used: Option<Element<'_>>, compiler: &mut Compiler<'_>) {
    let known = || KINDS.iter().map(|(name, _)| *name).chain(OTHERS);
    for child in element.children() {
        if !known().any(|name| name == child.name()) {
            let message = format!("<endpoint> has no child <{}>", child.name());
            compiler
                .diagnostics
                .report(Code::UNKNOWN_CHILD, child.name_span(), message)
                .help("it is ignored")
                .did_you_mean(child.name(), known());
        } else if !OTHERS.contains(&child.name())
            && used.is_none_or(|used| used.span() != child.span())
        {
            let message = format!("<{}> is ignored", child.name());
            let found =
                compiler.diagnostics.report(Code::UNKNOWN_CHILD, child.name_span(), message);
            match used {
                Some(used) => found.help(format!("the endpoint is the <{}>", used.name())),
                None => found.help("the endpoint stands for the one that its attribute names"),
            };
        }
    }
}

fn not_run(child: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Target> {
    let instead = INSTEAD.iter().find(|(name, _)| *name == child.name());
    compiler
        .diagnostics
        .report(
            Code::UNSUPPORTED_MEDIATOR,
            child.name_span(),
            format!("<{}> endpoints cannot be run by Myelin", child.name()),
        )
        .help(instead.map_or("use an address or http endpoint", |(_, instead)| *instead));
    None
}

/// The number that an element holds; another text is reported.
fn number<N: std::str::FromStr>(
    element: Element<'_>,
    what: &str,
    compiler: &mut Compiler<'_>,
) -> Option<N> {
    let text = element.text()?;
    let number = text.value.trim().parse().ok();
    if number.is_none() {
        wrong(&text, what, compiler);
    }
    number
}

fn wrong(text: &OwnText, what: &str, compiler: &mut Compiler<'_>) {
    let message = format!("`{}` is not {what}", text.value.trim());
    compiler.diagnostics.report(Code::INVALID_VALUE, text.span, message);
}
