//! Sequences: named ones, and those that other artifacts hold by key or as a child.

use super::check::{attribute, name_of, optional, required, warn};
use super::loader::Loader;
use super::names::Space;
use crate::diagnostic::Code;
use crate::mediation::{AttributeSpec, Compiler, Kind, SequenceId, SequenceRef, check_attributes};
use crate::xml::document::Element;

static SEQUENCE: &[AttributeSpec] = &[
    required("name", Kind::Key, "the name by which other artifacts run it"),
    optional("onError", Kind::Key, "the sequence that handles its failures"),
];

static INLINE: &[AttributeSpec] =
    &[optional("onError", Kind::Key, "the sequence that handles its failures")];

/// A `<sequence name="…">`.
pub(super) fn define(element: Element<'_>, loader: &mut Loader<'_>) {
    if let Some(key) = element.attribute("key") {
        loader
            .compiler
            .diagnostics
            .report(
                Code::CONFLICT,
                key.span,
                "a reference to a sequence cannot be an artifact".to_owned(),
            )
            .help("give it a `name` and mediators, or put it into a sequence");
        return;
    }
    let sound = check_attributes(element, SEQUENCE, &mut loader.compiler);
    let name = name_of(element, "name", &mut loader.compiler).filter(|_| sound);
    // Without a name the mediators are compiled all the same, to find what is wrong with them.
    let label = name.map_or("sequence", |name| name.value.trim());
    let id = body(label, element, &mut loader.compiler);
    let Some(name) = name else { return };
    if loader.take(Space::Registry, "sequence", name) {
        loader.compiler.define_sequence(label, id);
        loader.counts.sequences += 1;
    }
}

/// The mediators of an element as a sequence, under the element's own fault handler.
pub(super) fn body(label: &str, element: Element<'_>, compiler: &mut Compiler<'_>) -> SequenceId {
    let steps = compiler.steps(element.children());
    let on_error = on_error(element, compiler);
    compiler.sequence(label, steps, on_error)
}

/// The fault handler that an element names.
pub(super) fn on_error(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<SequenceRef> {
    let key = attribute(element, "onError")?;
    Some(compiler.sequence_named(key.value.trim(), key.span))
}

/// The sequence that an artifact names with an attribute or holds as a child; the attribute wins.
pub(super) fn part(
    element: Element<'_>,
    name: &str,
    compiler: &mut Compiler<'_>,
) -> Option<SequenceRef> {
    let child = element.child(name);
    if let Some(child) = child {
        check_attributes(child, INLINE, compiler);
    }
    let Some(key) = attribute(element, name) else {
        return child.map(|child| SequenceRef::Inline(body(name, child, compiler)));
    };
    if let Some(child) = child {
        let message = format!("<{name}> is ignored: the attribute `{name}` wins");
        warn(Code::CONFLICT, child.name_span(), message, "keep one of the two", compiler);
    }
    Some(compiler.sequence_named(key.value.trim(), key.span))
}
