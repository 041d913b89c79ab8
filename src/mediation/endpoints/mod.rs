//! `<endpoint>` elements, compiled: one file a kind.

mod authentication;
mod children;
mod group;
mod leaf;
mod property;
mod recipients;
mod suspension;
mod template;
mod timeout;
mod wsdl;

use std::sync::Arc;

use super::{AttributeSpec, Compiler, Kind, check_attributes};
use crate::diagnostic::Code;
use crate::endpoint::{Endpoint, Reference, Target};
use crate::xml::document::{Attribute, Element, OwnText};

use self::children::{Parts, children};
pub use self::template::{EndpointTemplates, check_placeholders};

const MILLIS: &str = "a whole number of ms";

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
type Compile = fn(Element<'_>, Element<'_>, &mut Compiler<'_>) -> Option<Target>;

/// The kinds of endpoints; where an endpoint holds two, the first in this order counts.
const KINDS: [(&str, Compile); 10] = [
    ("address", leaf::address),
    ("wsdl", wsdl::wsdl),
    ("default", leaf::default),
    ("loadbalance", group::loadbalance),
    ("dynamicLoadbalance", not_run),
    ("serviceDynamicLoadbalance", not_run),
    ("failover", group::failover),
    ("recipientlist", recipients::compile),
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
const OTHERS: [&str; 3] = ["description", "property", "session"];

/// Attributes that make an endpoint stand for another one; the first in this order counts.
const REFERENCES: [&str; 3] = ["key", "key-expression", "template"];

/// Compiles an `<endpoint>`.
pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Endpoint> {
    if !check_attributes(element, ENDPOINT, compiler) {
        return None;
    }
    let found = REFERENCES.iter().find_map(|name| element.attribute(name));
    if let Some(reference) = found {
        check_reference(element, reference, compiler);
        if reference.name == "template" {
            return template::instance(element, reference.value, compiler);
        }
        let target = Target::Reference(referred(element, reference, compiler)?);
        return Some(Endpoint { name: name_of(element), ..Endpoint::new(target) });
    }
    let kind = KINDS.iter().find_map(|(name, compile)| Some((element.child(name)?, *compile)));
    let Some((child, compile)) = kind else {
        report_nowhere(element, compiler);
        return None;
    };
    check_children(element, child, compiler);
    let target = compile(child, element, compiler);
    let on_error = element.attribute("onError").map(|key| key.value);
    if let Some(key) = on_error {
        compiler.mention(Code::UNRESOLVED_SEQUENCE, key.value.trim(), key.span);
    }
    let properties = element.children().filter(|child| child.name() == "property");
    let properties = properties.filter_map(|child| property::compile(child, compiler));
    let properties: Vec<_> = properties.collect();
    let encoding = leaf::encoding(child, compiler);
    Some(Endpoint {
        name: name_of(element),
        target: target?,
        on_error: on_error.map(|key| Arc::from(key.value.trim())),
        properties: properties.into_iter().chain(encoding).collect(),
    })
}

/// The first child that is none of an endpoint's is most likely meant to say where.
fn report_nowhere(element: Element<'_>, compiler: &mut Compiler<'_>) {
    let stranger = element.children().find(|child| !OTHERS.contains(&child.name()));
    let place = stranger.unwrap_or(element).name_span();
    let found = compiler.diagnostics.report(
        Code::MISSING_CHILD,
        place,
        "an endpoint says where to send to",
    );
    found.help("give it an <address>, an <http> or a <default> child, or a `key`");
    if let Some(stranger) = stranger {
        found.did_you_mean(stranger.name(), KINDS.iter().map(|(name, _)| *name));
    }
}

fn name_of(element: Element<'_>) -> Option<Arc<str>> {
    element.attribute("name").map(|name| Arc::from(name.value.value.trim()))
}

fn referred(
    element: Element<'_>,
    reference: Attribute<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Reference> {
    match reference.name {
        "key" => compiler.dynamic(reference.value, element).map(Reference::Key),
        _ => compiler.expression(reference.value, element).map(Reference::Expression),
    }
}

/// Warns of what has no meaning where an endpoint stands for another one.
pub(super) fn check_reference(
    element: Element<'_>,
    reference: Attribute<'_>,
    compiler: &mut Compiler<'_>,
) {
    let is_template = reference.name == "template";
    for child in element.children() {
        let is_used = match child.name() {
            "description" => true,
            "parameter" => is_template,
            "property" => group::is_weight(child),
            _ => false,
        };
        if !is_used {
            ignored(child, "the endpoint that is meant has its own", compiler);
        }
    }
    let others = ["key-expression", "template", "onError", "uri"];
    for other in others.iter().filter_map(|name| element.attribute(name)) {
        if other.name != reference.name && !(other.name == "uri" && is_template) {
            compiler
                .diagnostics
                .report(Code::UNKNOWN_ATTRIBUTE, other.span, format!("`{}` is ignored", other.name))
                .help(format!("the endpoint is the one that `{}` names", reference.name));
        }
    }
}

/// Warns of children that an endpoint does not have, or that another one makes meaningless.
fn check_children(element: Element<'_>, used: Element<'_>, compiler: &mut Compiler<'_>) {
    let known = || KINDS.iter().map(|(name, _)| *name).chain(OTHERS);
    for child in element.children().filter(|child| child.span() != used.span()) {
        match child.name() {
            "description" | "property" => {}
            "session" if used.name() == "loadbalance" => {}
            "session" => ignored(child, "only a <loadbalance> has sessions", compiler),
            name if known().any(|known| known == name) => {
                ignored(child, &format!("the endpoint is the <{}>", used.name()), compiler);
            }
            name => {
                let message = format!("<endpoint> has no child <{name}>");
                compiler
                    .diagnostics
                    .report(Code::UNKNOWN_CHILD, child.name_span(), message)
                    .help("it is ignored")
                    .did_you_mean(name, known());
            }
        }
    }
}

fn not_run(child: Element<'_>, _: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Target> {
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

fn ignored(child: Element<'_>, why: &str, compiler: &mut Compiler<'_>) {
    let message = format!("<{}> is ignored", child.name());
    compiler.diagnostics.report(Code::UNKNOWN_CHILD, child.name_span(), message).help(why);
}

fn wrong(text: &OwnText, what: &str, compiler: &mut Compiler<'_>) {
    let message = format!("`{}` is not {what}", text.value.trim());
    compiler.diagnostics.report(Code::INVALID_VALUE, text.span, message);
}
