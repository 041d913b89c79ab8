//! What a `<callout>` says.

use std::sync::Arc;

use super::Callout;
use super::places::{Source, Target};
use crate::diagnostic::{Code, Span};
use crate::endpoint::{self, Address, Codes, Endpoint, Leaf, OnTimeout};
use crate::expression::Expression;
use crate::mediation::{AttributeSpec, Compiler, EndpointRef, Kind, Step, check_attributes};
use crate::mediators::optional;
use crate::mediators::send::endpoint;
use crate::mediators::values::is_word;
use crate::xml::document::{Element, Text};

const XPATH: AttributeSpec = optional("xpath", Kind::Expression, "An XPath of the message.");
const SOURCE: &[AttributeSpec] = &[
    optional("type", Kind::Choice(&["envelope"]), "The whole message is sent."),
    XPATH,
    optional("key", Kind::Text, "A property, a local entry or a resource that holds XML."),
];
const TARGET: &[AttributeSpec] =
    &[XPATH, optional("key", Kind::Text, "The property that the answer goes to.")];

pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    tell_what_is_not_honoured(element, compiler);
    let endpoint = called(element, compiler);
    let source = match element.child("source") {
        Some(child) => source(child, compiler),
        None => Ok(None),
    };
    let target = match element.child("target") {
        Some(child) => target(child, compiler).map(Some),
        None => Ok(None),
    };
    let (endpoint, source, target) = (endpoint.ok()?, source.ok()?, target.ok()?);
    let action = element.attribute("action").map(|action| action.value.value.trim().into());
    Some(Step::Await(Box::new(Callout { endpoint, action, source, target })))
}

/// The address, the endpoint by key, or the endpoint inside, in this order.
fn called(element: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Option<EndpointRef>, ()> {
    let inside = endpoint(element, compiler)?;
    let [address, key] = ["serviceURL", "endpointKey"].map(|name| element.attribute(name));
    let child = element.child("endpoint").map(|child| (child.name_span(), "<endpoint>"));
    let key_place = key.map(|key| (key.span, "`endpointKey`"));
    if let Some(address) = address {
        left_out(key_place.into_iter().chain(child), "`serviceURL`", compiler);
        return service(address.value, compiler).map(Some).ok_or(());
    }
    if let Some(key) = key {
        left_out(child, "`endpointKey`", compiler);
        return Ok(Some(compiler.endpoint_named(key.value.value.trim(), key.value.span)));
    }
    Ok(inside)
}

fn left_out(
    places: impl IntoIterator<Item = (Span, &'static str)>,
    beside: &str,
    compiler: &mut Compiler<'_>,
) {
    for (place, what) in places {
        let message = format!("{what} is ignored beside {beside}");
        compiler.diagnostics.report(Code::NOT_HONOURED, place, message);
    }
}

/// A service by its address: never suspended, and a timeout is a failure like any other.
fn service(address: Text<'_>, compiler: &mut Compiler<'_>) -> Option<EndpointRef> {
    let uri = compiler.resolved(address)?;
    if uri.contains("{system.prop.") {
        compiler
            .diagnostics
            .report(Code::INVALID_VALUE, address.span, "there are no Java system properties")
            .help("write the whole address as $SYSTEM:NAME or $FILE:NAME");
        return None;
    }
    let mut leaf = Leaf::new(Address::Address(uri.trim().into()));
    leaf.on_timeout = OnTimeout::Fault;
    leaf.suspension.marking = Codes(vec![-1]);
    leaf.suspension.suspending = Codes(vec![-1]);
    let endpoint = Endpoint::new(endpoint::Target::Leaf(Box::new(leaf)));
    Some(EndpointRef::Inline(Arc::new(endpoint)))
}

fn source(element: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Option<Source>, ()> {
    if !check_attributes(element, SOURCE, compiler) {
        return Err(());
    }
    if is_word(element, "type", "envelope") {
        return Ok(None);
    }
    if let Some(xpath) = element.attribute("xpath") {
        let expression = compiler.expression(xpath.value, element).ok_or(())?;
        return Ok(Some(Source::XPath(expression)));
    }
    key(element, compiler).map(|key| Some(Source::Key(key)))
}

fn target(element: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Target, ()> {
    check_attributes(element, TARGET, compiler);
    let Some(text) = element.attribute("xpath") else {
        return key(element, compiler).map(Target::Property);
    };
    match compiler.expression(text.value, element).ok_or(())? {
        Expression::XPath(xpath) if xpath.reads_payload() => Ok(Target::XPath(xpath)),
        _ => {
            compiler
                .diagnostics
                .report(Code::INVALID_VALUE, text.value.span, "a target is a place in the message")
                .help("name an element of the body by an XPath, or a property by `key`");
            Err(())
        }
    }
}

fn key(element: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Arc<str>, ()> {
    if let Some(key) = element.attribute("key") {
        return Ok(key.value.value.trim().into());
    }
    let message = format!("the <{}> of a callout needs `xpath` or `key`", element.name());
    compiler.diagnostics.report(Code::MISSING_ATTRIBUTE, element.name_span(), message);
    Err(())
}

fn tell_what_is_not_honoured(element: Element<'_>, compiler: &mut Compiler<'_>) {
    let found = [
        (element.child("enableSec"), "<enableSec>", "the message is sent without WS-Security"),
        (element.child("configuration"), "<configuration>", "there is no Axis2 to be configured"),
    ];
    let children =
        found.into_iter().filter_map(|(child, what, help)| Some((child?.name_span(), what, help)));
    let passed =
        element.attribute("passHeaders").filter(|_| is_word(element, "passHeaders", "false"));
    let headers = passed.map(|found| {
        (found.span, "`passHeaders`", "remove headers with <header action=\"remove\">")
    });
    for (place, what, help) in children.chain(headers).collect::<Vec<_>>() {
        let message = format!("{what} is not honoured");
        compiler.diagnostics.report(Code::NOT_HONOURED, place, message).help(help);
    }
}
