//! `foreach`, in its two versions: items that change in place, one after the other (`in_place`), and
//! a `collection` whose items run as messages of their own (`collected`).
//!
//! `items` finds what they run over, and puts back what became of it.

mod collected;
mod in_place;
mod items;
#[cfg(test)]
mod tests;

use super::sequence::sequence_child;
use super::values::ignored;
use super::{defaulted, optional};
use crate::diagnostic::Code;
use crate::mediation::{Children, Compiler, Kind, MediatorSpec, SequenceRef, Step};
use crate::xml::document::{Attribute, Element};

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "foreach",
    summary: "Runs a sequence for each item, and puts together what becomes of the items.",
    example: "<foreach collection=\"${payload.orders}\"><sequence><log/></sequence></foreach>",
    attributes: &[
        optional("collection", Kind::Expression, "The items; each runs as a message of its own."),
        defaulted("parallel-execution", Kind::Boolean, "true", "Whether items run side by side."),
        defaulted(
            "update-original",
            Kind::Boolean,
            "true",
            "Whether the results take the items' places.",
        ),
        optional("target-variable", Kind::Text, "The variable that gets the results instead."),
        optional("result-target", Kind::Text, "An older name of `target-variable`."),
        optional(
            "result-content-type",
            Kind::Choice(&["JSON", "XML"]),
            "Whether the results become a JSON array or XML.",
        ),
        optional(
            "result-type",
            Kind::Choice(&["JSON", "XML"]),
            "An older name of `result-content-type`.",
        ),
        optional("result-enclosing-element", Kind::Text, "The element around XML results."),
        optional("counter-variable", Kind::Text, "The variable with an item's number, from 0."),
        defaulted(
            "continue-without-aggregation",
            Kind::Boolean,
            "false",
            "Whether the flow goes on without the results.",
        ),
        optional("expression", Kind::Expression, "The items, which change in place."),
        optional("id", Kind::Key, "The first word of the names of the properties."),
        optional("sequence", Kind::Dynamic, "A named sequence in place of a child."),
        defaulted(
            "continueLoopOnFailure",
            Kind::Boolean,
            "false",
            "Whether the next item runs when one has failed.",
        ),
    ],
    children: Children::Named(&["sequence"]),
    compile,
};

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    if let Some(collection) = written(element, "collection") {
        let of_other = ["expression", "id", "continueLoopOnFailure"];
        unused(element, &of_other, "is ignored beside `collection`", "remove it", compiler);
        return collected::compile(element, collection.value, compiler);
    }
    let of_other = SPEC.attributes.iter().map(|attribute| attribute.name);
    let of_other: Vec<_> = of_other.take_while(|name| *name != "expression").collect();
    let help = "name the attribute `expression` `collection`, or remove this one";
    unused(element, &of_other, "is ignored without `collection`", help, compiler);
    in_place::compile(element, compiler)
}

/// An attribute that is not blank.
fn written<'a>(element: Element<'a>, name: &str) -> Option<Attribute<'a>> {
    element.attribute(name).filter(|found| !found.value.value.trim().is_empty())
}

/// Warns of attributes that mean nothing here.
fn unused(
    element: Element<'_>,
    names: &[&str],
    why: &str,
    help: &str,
    compiler: &mut Compiler<'_>,
) {
    for attribute in names.iter().filter_map(|name| written(element, name)) {
        let message = format!("`{}` {why}", attribute.name);
        compiler.diagnostics.report(Code::NOT_HONOURED, attribute.span, message).help(help);
    }
}

/// What runs for each item: the attribute `sequence`, or the child.
fn sequence(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<SequenceRef> {
    let mut children = element.children().filter(|child| child.name() == "sequence");
    if let Some(key) = element.attribute("sequence") {
        ignored(children, "foreach names a sequence by `sequence`", compiler);
        return compiler.sequence_key(key.value, element);
    }
    let Some(child) = children.next() else {
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), "<foreach> needs a <sequence>")
            .help("it is what each item runs through");
        return None;
    };
    ignored(children, "there is a sequence already", compiler);
    sequence_child(child, "foreach", compiler)
}
