//! `<endpoint template="…">`: an endpoint template with its parameters filled in, once, when it is
//! deployed.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::{AttributeSpec, Compiler, Kind, check_attributes};
use super::{compile, required};
use crate::diagnostic::{Code, Severity, Span};
use crate::endpoint::{Endpoint, Reference, Target};
use crate::xml::document::{Element, Text, Values};

const PARAMETER: &[AttributeSpec] = &[
    required("name", Kind::Text, "The name of the template's parameter."),
    required("value", Kind::Text, "Its value."),
];

/// Parameters that every template has: attributes of the endpoint that is made of it.
const IMPLICIT: [&str; 2] = ["name", "uri"];

/// Endpoint templates of a deployment, by name.
pub type EndpointTemplates<'d> = HashMap<String, Element<'d>>;

/// The names of a template's own parameters.
fn template_parameters(template: Element<'_>) -> impl Iterator<Item = Text<'_>> {
    let written = template.children().filter(|child| child.name() == "parameter");
    written.filter_map(|parameter| Some(parameter.attribute("name")?.value))
}

/// The values `$name` below a template's endpoint, and where they stand.
fn placeholders(endpoint: Element<'_>) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let mut open = vec![endpoint];
    while let Some(element) = open.pop() {
        let attributes = element.attributes().map(|found| found.value);
        let texts = attributes.map(|value| (value.value.to_owned(), value.span));
        let own = element.text().map(|text| (text.value, text.span));
        found.extend(texts.chain(own).filter_map(|(text, span)| {
            // What is behind `$SYSTEM:` and its like is a value of the environment.
            let name = text.strip_prefix('$')?;
            let is_name = !name.is_empty() && !name.contains([':', '{']);
            is_name.then(|| (name.to_owned(), span))
        }));
        open.extend(element.children());
    }
    found.sort_by_key(|(_, span)| span.start);
    found
}

/// Warns of values `$name` in a template that are no parameters of it.
pub fn check_placeholders(template: Element<'_>, compiler: &mut Compiler<'_>) {
    let Some(endpoint) = template.child("endpoint") else { return };
    let known: Vec<&str> =
        template_parameters(template).map(|name| name.value.trim()).chain(IMPLICIT).collect();
    for (name, span) in placeholders(endpoint) {
        if !known.contains(&&*name) {
            let message = format!("`${name}` is no parameter of the template");
            compiler
                .diagnostics
                .report(Code::UNKNOWN_PARAMETER, span, message)
                .help("it stays as it is written")
                .did_you_mean(&name, known.iter().copied());
        }
    }
}

/// The endpoint that a template makes of an `<endpoint>`; it bears the name of either.
pub(super) fn instance(
    element: Element<'_>,
    written: Text<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Endpoint> {
    let own_name = super::name_of(element);
    let name = written.value.trim();
    let values = values(element, compiler)?;
    let Some(template) = compiler.endpoint_templates.get(name).copied() else {
        let known: Vec<String> = compiler.endpoint_templates.keys().cloned().collect();
        compiler
            .diagnostics
            .report(
                Code::UNRESOLVED_TEMPLATE,
                written.span,
                format!("no endpoint template named `{name}` is deployed"),
            )
            .help("a message that gets here will fault")
            .did_you_mean(name, known.iter().map(String::as_str));
        let target = Target::Reference(Reference::Template(Arc::from(name)));
        return Some(Endpoint { name: own_name, ..Endpoint::new(target) });
    };
    // A template without an endpoint is reported where it is defined.
    let endpoint = template.child("endpoint")?;
    if compiler.instantiating.iter().any(|outer| outer == name) {
        let message = format!("the endpoint template `{name}` is made of itself");
        compiler.diagnostics.report(Code::CONFLICT, written.span, message);
        return None;
    }
    check_values(element, template, &values, compiler);
    compiler.instantiating.push(name.to_owned());
    let made = compile(endpoint.with_values(&values), compiler);
    compiler.instantiating.pop();
    compiler.diagnostics.forget_repeated();
    let made = made?;
    Some(Endpoint { name: own_name.or(made.name), ..made })
}

/// The values that an `<endpoint>` gives to a template.
fn values(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Values> {
    let mut values = Values::new();
    for name in IMPLICIT {
        if let Some(found) = element.attribute(name) {
            let value = compiler.resolved(found.value)?;
            values.insert(name.to_owned(), (value, found.value.span));
        }
    }
    for parameter in element.children().filter(|child| child.name() == "parameter") {
        if !check_attributes(parameter, PARAMETER, compiler) {
            return None;
        }
        let name = parameter.attribute("name")?.value.value.trim().to_owned();
        let written = parameter.attribute("value")?.value;
        values.insert(name, (compiler.resolved(written)?, written.span));
    }
    Some(values)
}

/// Warns of values that the template does not take, and of those that it lacks.
fn check_values(
    element: Element<'_>,
    template: Element<'_>,
    values: &Values,
    compiler: &mut Compiler<'_>,
) {
    let known: Vec<&str> = template_parameters(template).map(|name| name.value.trim()).collect();
    for parameter in element.children().filter(|child| child.name() == "parameter") {
        let Some(name) = parameter.attribute("name").map(|name| name.value) else { continue };
        if !known.contains(&name.value.trim()) && !IMPLICIT.contains(&name.value.trim()) {
            let message = format!("the template has no parameter `{}`", name.value.trim());
            compiler
                .diagnostics
                .report(Code::UNKNOWN_PARAMETER, name.span, message)
                .help("it is ignored")
                .did_you_mean(name.value.trim(), known.iter().copied());
        }
    }
    let Some(endpoint) = template.child("endpoint") else { return };
    let mut told: Vec<String> = Vec::new();
    for (name, span) in placeholders(endpoint) {
        let is_parameter = known.contains(&&*name) || IMPLICIT.contains(&&*name);
        if !is_parameter || values.contains_key(&name) || told.contains(&name) {
            continue;
        }
        let message = format!("the template's parameter `{name}` has no value");
        let found = compiler.diagnostics.report(Code::MISSING_CHILD, element.name_span(), message);
        found.severity = Severity::Warning;
        found.help("the template's text stays as it is written").related(span, "used here");
        told.push(name);
    }
}
