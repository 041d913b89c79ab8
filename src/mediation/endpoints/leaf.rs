//! `<address>`, `<http>` and `<default>`: endpoints that are back-ends.

use std::sync::Arc;

use http::Method;

use super::super::{AttributeSpec, Children, Compiler, Kind, check_attributes};
use super::{attribute, authentication, required, suspension, timeout};
use crate::diagnostic::{Code, Span};
use crate::endpoint::{Address, Form, Leaf, Property, PropertyValue, Target, UriTemplate};
use crate::expression::PropertyScope;
use crate::message::is_charset;
use crate::xml::document::Element;

/// In front of a URI template it is no transport, but says how values are encoded.
const LEGACY: &str = "legacy-encoding";

const FORMS: &[&str] = &["soap11", "soap12", "pox", "rest", "get"];

pub(super) const FORMAT: AttributeSpec =
    attribute("format", Kind::Choice(FORMS), "The form of what is sent.");
pub(super) const ENCODING: AttributeSpec =
    attribute("encoding", Kind::Text, "The charset of what is sent.");
pub(super) const OPTIMIZE: AttributeSpec =
    attribute("optimize", Kind::Choice(&["mtom", "swa"]), "How attachments are sent.");

const ADDRESS: &[AttributeSpec] = &[
    required("uri", Kind::Text, "The URI to send to."),
    FORMAT,
    ENCODING,
    OPTIMIZE,
    attribute("method", Kind::Text, "Ignored by Synapse on address endpoints."),
];

const HTTP: &[AttributeSpec] = &[
    required("uri-template", Kind::Text, "The URI to send to, with {uri.var.x} variables."),
    FORMAT,
    ENCODING,
    OPTIMIZE,
    attribute("method", Kind::Text, "The HTTP method; without it the message's own."),
    attribute("version", Kind::Choice(&["1.1", "2.0"]), "The HTTP version."),
];

const DEFAULT: &[AttributeSpec] = &[FORMAT, ENCODING, OPTIMIZE];

const CHILDREN: &[&str] = &[
    "timeout",
    "markForSuspension",
    "suspendOnFailure",
    "suspendDurationOnFailure",
    "retryConfig",
    "enableAddressing",
    "enableSec",
    "authentication",
];

/// A WSDL may stand inside its endpoint.
pub(super) const WSDL_CHILDREN: &[&str] = &[
    "definitions",
    "timeout",
    "markForSuspension",
    "suspendOnFailure",
    "suspendDurationOnFailure",
    "retryConfig",
    "enableAddressing",
    "enableSec",
];

/// What is valid and not honoured, as an attribute or a child, and what happens instead.
const NOT_HONOURED: [(&str, &str); 3] = [
    ("optimize", "the message is sent without attachments"),
    ("enableAddressing", "the message is sent without WS-Addressing headers"),
    ("enableSec", "the message is sent without WS-Security"),
];

pub(super) fn address(
    child: Element<'_>,
    _: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    if !check_attributes(child, ADDRESS, compiler) {
        return None;
    }
    let written = child.attribute("uri")?.value;
    let uri = compiler.resolved(written)?;
    warn_of_transport(&uri, written.span, compiler);
    leaf(child, Address::Address(Arc::from(uri.trim())), None, CHILDREN, compiler)
}

pub(super) fn default(
    child: Element<'_>,
    _: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    if !check_attributes(child, DEFAULT, compiler) {
        return None;
    }
    leaf(child, Address::Default, None, CHILDREN, compiler)
}

pub(super) fn http(
    child: Element<'_>,
    _: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    if !check_attributes(child, HTTP, compiler) {
        return None;
    }
    let written = child.attribute("uri-template")?.value;
    let text = compiler.resolved(written)?;
    warn_of_transport(&text, written.span, compiler);
    let template = match UriTemplate::compile(text.trim()) {
        Ok(template) => template,
        Err(error) => {
            let place =
                if text == written.value { written.place(error.offset) } else { written.span };
            compiler.diagnostics.report(Code::INVALID_VALUE, place, error.message);
            return None;
        }
    };
    let method = match child.attribute("method") {
        Some(written) => {
            let word = written.value.value.trim();
            let Ok(method) = word.to_ascii_uppercase().parse::<Method>() else {
                let message = format!("`{word}` is not an HTTP method");
                compiler.diagnostics.report(Code::INVALID_VALUE, written.value.span, message);
                return None;
            };
            Some(method)
        }
        None => None,
    };
    if let Some(version) = child.attribute("version").filter(|found| found.value.value == "2.0") {
        compiler
            .diagnostics
            .report(Code::NOT_HONOURED, version.span, "HTTP/2 is not spoken with back-ends")
            .help("the message is sent by HTTP/1.1, which servers of HTTP/2 speak as well");
    }
    leaf(child, Address::Http { template, method }, None, CHILDREN, compiler)
}

/// Synapse deploys endpoints of transports that it lacks, and faults when a message gets there.
fn warn_of_transport(uri: &str, place: Span, compiler: &mut Compiler<'_>) {
    let uri = uri.trim();
    let Some((scheme, rest)) = uri.split_once(':') else { return };
    let is_word = scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let is_served = ["http", "https", LEGACY].iter().any(|word| scheme.eq_ignore_ascii_case(word));
    if !is_word || is_served {
        return;
    }
    let (message, help) = if rest.starts_with(|first: char| first.is_ascii_digit()) {
        (format!("`{scheme}` is a host, and no transport"), "write `http://` in front of it")
    } else {
        (
            format!("nothing is sent over `{scheme}`"),
            "a message that gets here will fault: back-ends are reached by http or https",
        )
    };
    compiler.diagnostics.report(Code::NOT_HONOURED, place, message).help(help);
}

/// Only http endpoints authenticate; others that say so are sent to without it.
fn authenticate(child: Element<'_>, leaf: &mut Leaf, compiler: &mut Compiler<'_>) -> Option<()> {
    if child.name() == "http" {
        leaf.authentication = authentication::compile(child, compiler).ok()?;
    } else if let Some(found) = child.child("authentication") {
        let message = format!("<{}> endpoints have no <authentication>", child.name());
        compiler
            .diagnostics
            .report(Code::UNKNOWN_CHILD, found.name_span(), message)
            .help("the message is sent without it: use an http endpoint");
    }
    Some(())
}

/// `encoding` is the property that says in which charset a message is sent.
pub(super) fn encoding(child: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Property> {
    let written = child.attribute("encoding")?;
    let charset = written.value.value.trim();
    if !is_charset(charset) {
        let message = format!("`{charset}` is no charset");
        compiler
            .diagnostics
            .report(Code::NOT_HONOURED, written.value.span, message)
            .help("the message is sent in its own charset");
        return None;
    }
    let value = PropertyValue::Text(Arc::from(charset));
    Some(Property { name: Arc::from("CHARACTER_SET_ENCODING"), scope: PropertyScope::Axis2, value })
}

/// What all back-ends have in common; `form` is what is spoken there unless `format` says
/// otherwise.
pub(super) fn leaf(
    child: Element<'_>,
    address: Address,
    form: Option<Form>,
    children: &'static [&'static str],
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    compiler.check_children(child, Children::Named(children));
    for (name, instead) in NOT_HONOURED {
        let attribute = child.attribute(name).map(|found| (found.span, format!("`{name}`")));
        let element = child.child(name).map(|found| (found.name_span(), format!("<{name}>")));
        for (place, what) in attribute.into_iter().chain(element) {
            let message = format!("{what} is not honoured");
            compiler.diagnostics.report(Code::NOT_HONOURED, place, message).help(instead);
        }
    }
    let mut leaf = Leaf::new(address);
    let stated = child.attribute("format").and_then(|format| form_of(format.value.value));
    leaf.form = stated.or(form);
    authenticate(child, &mut leaf, compiler)?;
    timeout::compile(child, &mut leaf, compiler);
    leaf.suspension = suspension::compile(child, compiler);
    leaf.retry = suspension::retry(child, compiler);
    Some(Target::Leaf(Box::new(leaf)))
}

fn form_of(word: &str) -> Option<Form> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "soap11" => Form::Soap11,
        "soap12" => Form::Soap12,
        "pox" => Form::Pox,
        "rest" => Form::Rest,
        "get" => Form::Get,
        _ => return None,
    })
}
