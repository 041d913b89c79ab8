//! Endpoints that other artifacts refer to by name.

use super::check::name_of;
use super::loader::Loader;
use super::names::Space;
use crate::diagnostic::Code;
use crate::xml::document::Element;

/// An `<endpoint name="…">`.
pub(super) fn define(element: Element<'_>, loader: &mut Loader<'_>) {
    let compiler = &mut loader.compiler;
    if element.attribute("name").is_none() {
        compiler
            .diagnostics
            .report(
                Code::MISSING_ATTRIBUTE,
                element.name_span(),
                "<endpoint> needs the attribute `name`",
            )
            .help("`name`: the name by which other artifacts refer to it");
    }
    let name = name_of(element, "name", compiler);
    let compiled = compiler.endpoint_definition(element);
    let (Some(name), Some(compiled)) = (name, compiled) else { return };
    if loader.take(Space::Registry, "endpoint", name) {
        loader.compiler.define_endpoint(name.value.trim(), compiled);
        loader.counts.endpoints += 1;
    }
}
