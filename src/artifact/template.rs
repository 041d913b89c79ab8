//! Templates: sequences and endpoints with parameters.

use std::sync::Arc;

use super::check::{attribute, check_children, name_of, optional, required};
use super::loader::Loader;
use super::names::Space;
use super::sequence;
use crate::diagnostic::Code;
use crate::mediation::{
    AttributeSpec, Compiler, EndpointTemplates, Kind, Parameter, Template, check_attributes,
    check_placeholders,
};
use crate::xml::document::Element;

static TEMPLATE: &[AttributeSpec] = &[
    required("name", Kind::Key, "the name by which `call-template` calls it"),
    optional("onError", Kind::Key, "the sequence that handles its failures"),
];

static PARAMETER: &[AttributeSpec] = &[
    required("name", Kind::Text, "the parameter's name"),
    optional("isMandatory", Kind::Boolean, "whether a call without it is a fault"),
    optional("defaultValue", Kind::Text, "its value when the call gives none"),
];

static ENDPOINT_PARAMETER: &[AttributeSpec] =
    &[required("name", Kind::Text, "the parameter's name")];

static BODY: &[AttributeSpec] = &[];

/// A `<template>`.
pub(super) fn define(element: Element<'_>, loader: &mut Loader<'_>) {
    let compiler = &mut loader.compiler;
    let sound = check_attributes(element, TEMPLATE, compiler);
    let known = &["parameter", "sequence", "endpoint"];
    check_children(element, known, &["sequence", "endpoint"], compiler);
    let name = name_of(element, "name", compiler).filter(|_| sound);
    if let Some(body) = element.child("sequence") {
        let label = name.map_or("template", |name| name.value.trim());
        let template = compiled(label, element, body, compiler);
        let Some(name) = name else { return };
        if loader.take(Space::Registry, "template", name) {
            loader.compiler.define_template(label, template);
            loader.counts.templates += 1;
        }
    } else if element.child("endpoint").is_some() {
        for parameter in element.children().filter(|child| child.name() == "parameter") {
            check_attributes(parameter, ENDPOINT_PARAMETER, compiler);
        }
        check_placeholders(element, compiler);
        let Some(name) = name else { return };
        if loader.take(Space::Registry, "template", name) {
            loader.counts.templates += 1;
        }
    } else {
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), "a template needs a <sequence>")
            .help(
                "its mediators stand in the <sequence>; a template of endpoints has an <endpoint>",
            );
    }
}

/// The templates of endpoints that a root element is or holds. They are known before anything is
/// compiled: whoever is made of one may come first.
pub(super) fn of_endpoints<'d>(root: Element<'d>, templates: &mut EndpointTemplates<'d>) {
    let inner = (root.name() == "definitions").then(|| root.children());
    for element in std::iter::once(root).chain(inner.into_iter().flatten()) {
        let is_one = element.name() == "template" && element.is_synapse();
        if let (true, Some(_), Some(name)) =
            (is_one, element.child("endpoint"), element.attribute("name"))
        {
            templates.entry(name.value.value.trim().to_owned()).or_insert(element);
        }
    }
}

/// Defines a `<template>` by its key: one of the registry or of a local entry.
pub(super) fn define_at(key: &str, element: Element<'_>, loader: &mut Loader<'_>) {
    let Some(body) = element.child("sequence") else { return };
    let template = compiled(key, element, body, &mut loader.compiler);
    loader.compiler.define_template(key, template);
}

fn compiled(
    label: &str,
    element: Element<'_>,
    body: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Template {
    check_attributes(body, BODY, compiler);
    let parameters = parameters(element, compiler);
    let steps = compiler.steps(body.children());
    let sequence = compiler.sequence(label, steps, None);
    Template { parameters, sequence, on_error: sequence::on_error(element, compiler) }
}

fn parameters(element: Element<'_>, compiler: &mut Compiler<'_>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for written in element.children().filter(|child| child.name() == "parameter") {
        check_attributes(written, PARAMETER, compiler);
        let Some(name) = name_of(written, "name", compiler) else { continue };
        let mandatory = attribute(written, "isMandatory")
            .is_some_and(|value| value.value.trim().eq_ignore_ascii_case("true"));
        let default = written.attribute("defaultValue").map(|value| Arc::from(value.value.value));
        parameters.push(Parameter { name: name.value.trim().into(), mandatory, default });
    }
    parameters
}
