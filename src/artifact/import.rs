//! Imports: which connector libraries are enabled. Myelin's own are always.

use super::check::{name_of, optional, required};
use super::loader::Loader;
use crate::diagnostic::{Code, Diagnostics, Span};
use crate::mediation::{AttributeSpec, Catalogue, Kind, check_attributes};
use crate::xml::document::Element;

static IMPORT: &[AttributeSpec] = &[
    required("name", Kind::Text, "the library"),
    required("package", Kind::Text, "the package in front of its name"),
    optional("status", Kind::Choice(&["enabled", "disabled"]), "whether it is enabled"),
];

/// An `<import>`.
pub(super) fn define(element: Element<'_>, loader: &mut Loader<'_>) {
    let compiler = &mut loader.compiler;
    check_attributes(element, IMPORT, compiler);
    let Some(name) = name_of(element, "name", compiler) else { return };
    let catalogue = compiler.catalogue;
    let known = warn_if_unknown(name.value.trim(), name.span, catalogue, compiler.diagnostics);
    if known
        && let Some(status) = element.attribute("status")
        && status.value.value.trim().eq_ignore_ascii_case("disabled")
    {
        compiler
            .diagnostics
            .report(Code::NOT_HONOURED, status.span, "connectors cannot be disabled")
            .help("its operations can be used");
    }
}

/// Says whether a connector is part of Myelin, and warns where it is not.
pub(super) fn warn_if_unknown(
    name: &str,
    place: Span,
    catalogue: Catalogue,
    diagnostics: &mut Diagnostics,
) -> bool {
    let connectors = catalogue.connectors;
    let known = || connectors.iter().flat_map(|connector| connector.prefixes()).copied();
    if known().any(|prefix| prefix == name) {
        return true;
    }
    diagnostics
        .report(Code::NOT_HONOURED, place, format!("the connector `{name}` is not part of Myelin"))
        .help("an artifact that uses one of its operations is refused")
        .did_you_mean(name, known());
    false
}
