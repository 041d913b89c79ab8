//! `<endpoint>` elements, compiled.

use std::sync::Arc;

use http::Method;

use super::{AttributeSpec, Compiler, Kind, check_attributes, check_special};
use crate::diagnostic::Code;
use crate::endpoint::{Address, Endpoint, Form, OnTimeout, Property, PropertyValue, UriTemplate};
use crate::expression::PropertyScope;
use crate::xml::document::Element;

const fn attribute(name: &'static str, kind: Kind, description: &'static str) -> AttributeSpec {
    AttributeSpec { name, kind, required: false, default: None, description }
}

const ENDPOINT: &[AttributeSpec] = &[
    attribute("name", Kind::Key, "The name that keys refer to."),
    attribute("key", Kind::Dynamic, "The key of the endpoint that this one stands for."),
    attribute("template", Kind::Key, "The endpoint template to instantiate."),
    attribute("uri", Kind::Text, "The URI for the endpoint template."),
    attribute("key-expression", Kind::Expression, "An expression that gives the key."),
    attribute("onError", Kind::Key, "A sequence that runs when the endpoint fails."),
];

const FORMS: &[&str] = &["soap11", "soap12", "pox", "rest", "get"];

const ADDRESS: &[AttributeSpec] = &[
    AttributeSpec {
        name: "uri",
        kind: Kind::Text,
        required: true,
        default: None,
        description: "The URI to send to.",
    },
    attribute("format", Kind::Choice(FORMS), "The form of what is sent."),
    attribute("method", Kind::Text, "Ignored by Synapse on address endpoints."),
    attribute("encoding", Kind::Text, "The charset of what is sent."),
    attribute("optimize", Kind::Choice(&["mtom", "swa"]), "How attachments are sent."),
];

const HTTP: &[AttributeSpec] = &[
    AttributeSpec {
        name: "uri-template",
        kind: Kind::Text,
        required: true,
        default: None,
        description: "The URI to send to, with {uri.var.x} variables.",
    },
    attribute("method", Kind::Text, "The HTTP method; without it the message's own."),
    attribute("version", Kind::Text, "The HTTP version."),
    attribute("format", Kind::Choice(FORMS), "The form of what is sent."),
];

const DEFAULT: &[AttributeSpec] = &[
    attribute("format", Kind::Choice(FORMS), "The form of what is sent."),
    attribute("encoding", Kind::Text, "The charset of what is sent."),
    attribute("optimize", Kind::Choice(&["mtom", "swa"]), "How attachments are sent."),
];

/// What is not honoured yet: the kinds of endpoints, and what would have to be dropped.
const OTHER_KINDS: &[&str] = &[
    "wsdl",
    "loadbalance",
    "dynamicLoadbalance",
    "serviceDynamicLoadbalance",
    "failover",
    "recipientlist",
    "class",
    "session",
];

/// Compiles an `<endpoint>` that is no reference of another element.
pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Endpoint> {
    if !check_attributes(element, ENDPOINT, compiler) {
        return None;
    }
    let mut endpoint = Endpoint::new(address(element, compiler)?);
    endpoint.name = element.attribute("name").map(|name| Arc::from(name.value.value.trim()));
    for name in ["onError", "template", "key-expression"] {
        if let Some(found) = element.attribute(name) {
            let message = format!("`{name}` of an endpoint is not honoured");
            compiler.diagnostics.report(Code::NOT_HONOURED, found.span, message);
        }
    }
    let kind = element
        .children()
        .find(|child| matches!(child.name(), "address" | "http" | "default") && child.is_synapse());
    if let Some(kind) = kind {
        details(kind, &mut endpoint, compiler);
    }
    for property in element.children().filter(|child| child.name() == "property") {
        endpoint.properties.extend(self::property(property, compiler));
    }
    Some(endpoint)
}

fn address(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Address> {
    if let Some(key) = element.attribute("key") {
        return compiler.dynamic(key.value, element).map(Address::Key);
    }
    for child in element.children() {
        match child.name() {
            "address" => return address_uri(child, compiler),
            "http" => return http_template(child, compiler),
            "default" => {
                return check_attributes(child, DEFAULT, compiler).then_some(Address::Default);
            }
            kind if OTHER_KINDS.contains(&kind) => {
                let message = format!("<{kind}> endpoints cannot be run by Myelin yet");
                compiler
                    .diagnostics
                    .report(Code::UNSUPPORTED_MEDIATOR, child.name_span(), message)
                    .help("use an address or http endpoint");
                return None;
            }
            _ => {}
        }
    }
    compiler
        .diagnostics
        .report(Code::MISSING_CHILD, element.name_span(), "an endpoint says where to send to")
        .help("give it an <address>, an <http> or a <default> child, or a `key`");
    None
}

fn address_uri(child: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Address> {
    if !check_attributes(child, ADDRESS, compiler) {
        return None;
    }
    let uri = compiler.resolved(child.attribute("uri")?.value)?;
    Some(Address::Address(Arc::from(uri.trim())))
}

fn http_template(child: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Address> {
    if !check_attributes(child, HTTP, compiler) {
        return None;
    }
    let written = child.attribute("uri-template")?.value;
    let text = compiler.resolved(written)?;
    let template = match UriTemplate::compile(text.trim()) {
        Ok(template) => template,
        Err(error) => {
            let place =
                if text == written.value { written.place(error.offset) } else { written.span };
            compiler.diagnostics.report(Code::INVALID_VALUE, place, error.message);
            return None;
        }
    };
    let mut method = None;
    if let Some(written) = child.attribute("method") {
        method = written.value.value.trim().to_ascii_uppercase().parse::<Method>().ok();
        if method.is_none() {
            let message = format!("`{}` is not an HTTP method", written.value.value);
            compiler.diagnostics.report(Code::INVALID_VALUE, written.value.span, message);
            return None;
        }
    }
    Some(Address::Http { template, method })
}

/// What address, http and default endpoints have in common.
fn details(kind: Element<'_>, endpoint: &mut Endpoint, compiler: &mut Compiler<'_>) {
    endpoint.form = kind.attribute("format").and_then(|format| form_of(format.value.value));
    for child in kind.children() {
        match child.name() {
            "timeout" => timeout(child, endpoint, compiler),
            "description" => {}
            // Suspension that is switched off (`-1`) is what happens here anyway.
            "markForSuspension" | "suspendOnFailure" if switched_off(child) => {}
            name @ ("markForSuspension"
            | "suspendOnFailure"
            | "retryConfig"
            | "authentication"
            | "enableAddressing"
            | "enableSec"
            | "suspendDurationOnFailure") => {
                let message = format!("<{name}> is not honoured");
                compiler
                    .diagnostics
                    .report(Code::NOT_HONOURED, child.name_span(), message)
                    .help("the endpoint is always ready and sends without it");
            }
            name => {
                let message = format!("<{}> has no child <{name}>", kind.name());
                compiler.diagnostics.report(Code::UNKNOWN_CHILD, child.name_span(), message);
            }
        }
    }
    for name in ["optimize", "encoding", "version"] {
        if let Some(found) = kind.attribute(name) {
            let message = format!("`{name}` is not honoured");
            compiler.diagnostics.report(Code::NOT_HONOURED, found.span, message);
        }
    }
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

fn switched_off(element: Element<'_>) -> bool {
    let codes = element.child("errorCodes").and_then(|codes| codes.text());
    codes.is_some_and(|codes| codes.value.trim() == "-1")
}

fn timeout(element: Element<'_>, endpoint: &mut Endpoint, compiler: &mut Compiler<'_>) {
    for child in element.children() {
        let Some(text) = child.text() else { continue };
        match child.name() {
            "duration" => {
                let dynamic = compiler.dynamic(text.as_text(), child);
                let number = text.value.trim().parse::<u64>().is_ok();
                if dynamic.as_ref().is_some_and(|found| found.is_static() && !number) {
                    let message = format!("`{}` is not a number of ms", text.value.trim());
                    compiler.diagnostics.report(Code::INVALID_VALUE, text.span, message);
                } else {
                    endpoint.timeout = dynamic;
                }
            }
            "responseAction" | "action" => match text.value.trim().to_ascii_lowercase().as_str() {
                "fault" => endpoint.on_timeout = OnTimeout::Fault,
                "discard" | "none" | "never" => endpoint.on_timeout = OnTimeout::Discard,
                other => {
                    let message = format!("`{other}` is not a response action");
                    compiler
                        .diagnostics
                        .report(Code::INVALID_VALUE, text.span, message)
                        .help("it is `discard` or `fault`");
                }
            },
            name => {
                let message = format!("<timeout> has no child <{name}>");
                compiler.diagnostics.report(Code::UNKNOWN_CHILD, child.name_span(), message);
            }
        }
    }
}

fn property(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Property> {
    let name = element.attribute("name")?.value.value.trim();
    let scope = match element.attribute("scope").map(|scope| scope.value.value) {
        None | Some("default") => PropertyScope::Default,
        Some("axis2") => PropertyScope::Axis2,
        Some("axis2-client") => PropertyScope::Axis2Client,
        Some("transport") => PropertyScope::Transport,
        Some(other) => {
            let message = format!("`{other}` is not a scope of an endpoint's property");
            compiler.diagnostics.report(Code::INVALID_VALUE, element.name_span(), message);
            return None;
        }
    };
    check_special(element, scope, compiler);
    let value = match (element.attribute("expression"), element.attribute("value")) {
        (Some(expression), _) => {
            PropertyValue::Expression(compiler.expression(expression.value, element)?)
        }
        (None, Some(value)) => PropertyValue::Text(Arc::from(compiler.resolved(value.value)?)),
        (None, None) => return None,
    };
    Some(Property { name: Arc::from(name), scope, value })
}
