//! Handlers of an API: Java classes around its dispatch, those of them that Myelin does itself.

use super::check::{attribute, check_children, name_of, required, warn};
use super::cors::Cors;
use crate::diagnostic::{Code, Span};
use crate::mediation::{AttributeSpec, Compiler, Kind, check_attributes};
use crate::xml::document::Element;

/// What the handlers of an API do.
#[derive(Debug, Default)]
pub struct Handlers {
    /// Where users are asked for: only they get in.
    pub basic_auth: Option<Span>,
    /// What browsers are told, in place of the settings' own.
    pub cors: Option<Cors>,
}

static HANDLER: &[AttributeSpec] =
    &[required("class", Kind::Text, "the Java class that handles requests and responses")];

static PROPERTY: &[AttributeSpec] = &[
    required("name", Kind::Text, "the property's name"),
    required("value", Kind::Text, "its value"),
];

/// What a known class does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    BasicAuth,
    Cors,
    /// Nothing that requests or responses show; what does its work.
    Harmless(&'static str),
}

/// Known classes, by the end of their names.
const KNOWN: [(&str, Does); 5] = [
    ("micro.integrator.security.handler.RESTBasicAuthHandler", Does::BasicAuth),
    ("carbon.integrator.core.handler.RESTBasicAuthHandler", Does::BasicAuth),
    ("cors.CORSRequestHandler", Does::Cors),
    ("handlers.security.CORSRequestHandler", Does::Cors),
    ("metric.handler.MetricHandler", Does::Harmless("Myelin's own metrics count the API")),
];

/// Reads the handlers of an API. One that is not known may be the one that keeps strangers out:
/// an error.
pub(super) fn read(api: Element<'_>, compiler: &mut Compiler<'_>) -> Handlers {
    let mut found = Handlers::default();
    let Some(handlers) = api.child("handlers") else { return found };
    check_children(handlers, &["handler"], &[], compiler);
    for handler in handlers.children().filter(|child| child.name() == "handler") {
        check_attributes(handler, HANDLER, compiler);
        check_children(handler, &["property"], &[], compiler);
        let Some(class) = name_of(handler, "class", compiler) else { continue };
        let name = class.value.trim();
        match KNOWN.iter().find(|(end, _)| name.ends_with(end)).map(|(_, does)| *does) {
            Some(Does::BasicAuth) => {
                found.basic_auth = Some(class.span);
                properties(handler, compiler, |_, _| None);
            }
            Some(Does::Cors) => found.cors = Some(cors(handler, compiler)),
            Some(Does::Harmless(instead)) => {
                let message = format!("the handler `{name}` is not run");
                compiler.diagnostics.report(Code::NOT_HONOURED, class.span, message).help(instead);
            }
            None => unknown(name, class.span, compiler),
        }
    }
    found
}

fn unknown(name: &str, place: Span, compiler: &mut Compiler<'_>) {
    compiler
        .diagnostics
        .report(Code::INVALID_VALUE, place, format!("the handler `{name}` cannot be run by Myelin"))
        .help(
            "it may guard the API, so the API is not served without it; remove it if a gateway in \
             front does its work",
        );
}

/// Hands each property to `set`, which says whether its value is sound; `None` where a handler has
/// no property of the name.
fn properties(
    handler: Element<'_>,
    compiler: &mut Compiler<'_>,
    mut set: impl FnMut(&str, &str) -> Option<bool>,
) {
    for property in handler.children().filter(|child| child.name() == "property") {
        if !check_attributes(property, PROPERTY, compiler) {
            continue;
        }
        let Some(name) = name_of(property, "name", compiler) else { continue };
        let value = attribute(property, "value");
        match set(name.value.trim(), value.map_or("", |value| value.value)) {
            Some(true) => {}
            Some(false) => {
                let place = value.map_or(name.span, |value| value.span);
                let message = format!("`{}` cannot be this", name.value.trim());
                warn(Code::INVALID_VALUE, place, message, "it is left out", compiler);
            }
            None => {
                let message = format!("the handler has no property `{}`", name.value.trim());
                let help = "it is ignored";
                compiler.diagnostics.report(Code::NOT_HONOURED, name.span, message).help(help);
            }
        }
    }
}

/// The names of Synapse's settings, without or with their prefix, and those of API Manager.
fn cors(handler: Element<'_>, compiler: &mut Compiler<'_>) -> Cors {
    let mut cors = Cors::default();
    let mut enabled = true;
    properties(handler, compiler, |name, value| {
        let is_true = value.trim().eq_ignore_ascii_case("true");
        match name.strip_prefix("synapse.rest.CORSConfig.").unwrap_or(name) {
            "enabled" => enabled = is_true,
            "Access-Control-Allow-Origin" | "allowedOrigins" => cors.set_origins(value),
            "Access-Control-Allow-Headers" | "allowHeaders" => {
                return Some(cors.set_headers(value));
            }
            "Access-Control-Allow-Methods" | "allowedMethods" => {
                return Some(cors.set_methods(value));
            }
            "Access-Control-Allow-Credentials" | "allowCredentials" => {
                cors.set_credentials(is_true);
            }
            _ => return None,
        }
        Some(true)
    });
    if enabled && !cors.is_on() {
        let message = "the handler lets no origin in".to_owned();
        let help =
            "<property name=\"Access-Control-Allow-Origin\" value=\"https://…, https://…\"/>";
        warn(Code::NOT_HONOURED, handler.name_span(), message, help, compiler);
    }
    if enabled { cors } else { Cors::default() }
}
