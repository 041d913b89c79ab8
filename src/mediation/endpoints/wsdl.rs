//! `<wsdl>`: the endpoint at which a WSDL says a port is.

use std::sync::Arc;

use super::super::{AttributeSpec, Compiler, Kind, check_attributes};
use super::leaf::{ENCODING, FORMAT, OPTIMIZE, WSDL_CHILDREN, leaf};
use super::{attribute, required};
use crate::diagnostic::Code;
use crate::endpoint::{Address, NoPort, Port, Target, WSDL, read_document};
use crate::xml::document::{Element, Text};
use crate::xml::{Limits, Tree, parse};

const ATTRIBUTES: &[AttributeSpec] = &[
    attribute(
        "uri",
        Kind::Text,
        "The file or the URL of the WSDL; without it a child is the WSDL.",
    ),
    required("service", Kind::Text, "The name of the service in the WSDL."),
    required("port", Kind::Text, "The name of the service's port."),
    FORMAT,
    ENCODING,
    OPTIMIZE,
];

pub(super) fn wsdl(
    child: Element<'_>,
    _: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    if !check_attributes(child, ATTRIBUTES, compiler) {
        return None;
    }
    let (service, port) = (child.attribute("service")?.value, child.attribute("port")?.value);
    let names = (compiler.resolved(service)?, compiler.resolved(port)?);
    let wsdl = document(child, compiler)?;
    match Port::find(&wsdl, names.0.trim(), names.1.trim()) {
        Ok(port) => {
            leaf(child, Address::Port(port.address), Some(port.form), WSDL_CHILDREN, compiler)
        }
        Err(NoPort::NoWsdl) => {
            let place = child.attribute("uri").map_or(child.name_span(), |uri| uri.value.span);
            compiler
                .diagnostics
                .report(Code::INVALID_VALUE, place, "this is no WSDL 1.1")
                .help("WSDL 2.0 is not read, nor is it by Synapse; name the URI in an <address>");
            None
        }
        Err(NoPort::NoService(known)) => missing("service", &names.0, service, &known, compiler),
        Err(NoPort::NoPort(known)) => missing("port", &names.1, port, &known, compiler),
        Err(NoPort::NoAddress) => {
            let message = format!("the port `{}` has no address in the WSDL", names.1.trim());
            compiler.diagnostics.report(Code::INVALID_VALUE, port.span, message);
            None
        }
    }
}

/// The WSDL that the element names or holds.
fn document(child: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Arc<Tree>> {
    let Some(uri) = child.attribute("uri") else {
        let inside = child.children().find(|inside| inside.namespace() == Some(WSDL));
        if inside.is_none() {
            compiler
                .diagnostics
                .report(Code::MISSING_ATTRIBUTE, child.name_span(), "<wsdl> names no WSDL")
                .help("give it a `uri`, or the WSDL itself as a child");
        }
        return inside.map(|inside| Arc::new(inside.to_tree()));
    };
    let resolved = compiler.resolved(uri.value)?;
    let client = compiler.environment.client.as_ref();
    let read = read_document(resolved.trim(), &compiler.folder, client).and_then(|(bytes, _)| {
        parse(&bytes, None, &Limits::default()).map_err(|error| format!("malformed XML: {error}"))
    });
    match read {
        Ok(tree) => Some(Arc::new(tree)),
        Err(why) => {
            let message = format!("the WSDL of the endpoint cannot be had: {why}");
            compiler
                .diagnostics
                .report(Code::UNREADABLE_FILE, uri.value.span, message)
                .help("nobody knows where to send to without it");
            None
        }
    }
}

fn missing(
    what: &str,
    name: &str,
    place: Text<'_>,
    known: &[String],
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    let listed: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    let there = if listed.is_empty() { "none".to_owned() } else { listed.join(", ") };
    let message = format!("the WSDL has no {what} `{}`; there is {there}", name.trim());
    compiler
        .diagnostics
        .report(Code::INVALID_VALUE, place.span, message)
        .did_you_mean(name.trim(), known.iter().map(String::as_str));
    None
}
