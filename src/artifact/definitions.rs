//! A whole configuration in one file: `synapse.xml`.

use super::loader::Loader;
use super::names::Space;
use super::{kind, provider};
use crate::diagnostic::Span;
use crate::mediation::check_attributes;
use crate::xml::document::Element;

/// A `<definitions>`: artifacts, and mediators that together are the sequence `main`.
pub(super) fn define(element: Element<'_>, loader: &mut Loader<'_>) {
    check_attributes(element, &[], &mut loader.compiler);
    let mut mediators = Vec::new();
    for child in element.children() {
        match child.name() {
            "description" => {}
            "definitions" => kind::unknown(child, loader),
            _ if child.is_synapse() && kind::child(child, loader) => {}
            name if is_mediator(name, loader) => mediators.push(child),
            name if kind::suggestion(name).is_some() => kind::unknown(child, loader),
            _ => mediators.push(child),
        }
    }
    if let Some(first) = mediators.first() {
        define_main(first.name_span(), &mediators, loader);
    }
    if element.children().all(|child| matches!(child.name(), "description" | "registry")) {
        provider::define_configuration(loader);
    }
}

fn is_mediator(name: &str, loader: &Loader<'_>) -> bool {
    let catalogue = loader.compiler.catalogue;
    catalogue.mediator(name).is_some() || catalogue.operation(name).is_some()
}

fn define_main(place: Span, mediators: &[Element<'_>], loader: &mut Loader<'_>) {
    let compiler = &mut loader.compiler;
    let steps = compiler.steps(mediators.iter().copied());
    let id = compiler.sequence("main", steps, None);
    // Such mediators are the sequence `main`, so a sequence of that name is a second one.
    if loader.names.take(Space::Registry, "sequence", "main", place, compiler.diagnostics) {
        compiler.define_sequence("main", id);
        loader.counts.sequences += 1;
    }
}
