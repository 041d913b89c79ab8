//! What every artifact's factory asks of attributes and children.

use crate::diagnostic::{Code, Severity, Span};
use crate::mediation::{AttributeSpec, Children, Compiler, Kind};
use crate::xml::document::{Element, Text};

/// An attribute that must be there.
pub(super) const fn required(
    name: &'static str,
    kind: Kind,
    description: &'static str,
) -> AttributeSpec {
    AttributeSpec { name, kind, required: true, default: None, description }
}

/// An attribute that may be there.
pub(super) const fn optional(
    name: &'static str,
    kind: Kind,
    description: &'static str,
) -> AttributeSpec {
    AttributeSpec { name, kind, required: false, default: None, description }
}

/// The value of an attribute; Synapse takes an empty one for none.
pub(super) fn attribute<'d>(element: Element<'d>, name: &str) -> Option<Text<'d>> {
    let value = element.attribute(name)?.value;
    (!value.value.trim().is_empty()).then_some(value)
}

/// The value of an attribute that the table calls required. Only an empty one is reported here,
/// one that is missing was reported with the table.
pub(super) fn name_of<'d>(
    element: Element<'d>,
    name: &str,
    compiler: &mut Compiler<'_>,
) -> Option<Text<'d>> {
    let found = attribute(element, name);
    if let (None, Some(empty)) = (found, element.attribute(name)) {
        let message = format!("the attribute `{name}` of <{}> is empty", element.name());
        compiler.diagnostics.report(Code::MISSING_ATTRIBUTE, empty.span, message);
    }
    found
}

/// The word of a list that an attribute holds; another value is reported.
pub(super) fn one_of(
    element: Element<'_>,
    name: &str,
    words: &[&'static str],
    compiler: &mut Compiler<'_>,
) -> Option<&'static str> {
    let value = attribute(element, name)?;
    let found = words.iter().find(|word| **word == value.value.trim()).copied();
    if found.is_none() {
        compiler
            .diagnostics
            .report(
                Code::INVALID_VALUE,
                value.span,
                format!("`{name}` cannot be `{}`", value.value),
            )
            .help(format!("it is one of {}", words.join(", ")))
            .did_you_mean(value.value, words.iter().copied());
    }
    found
}

/// Checks the names of children, and that those which count once are there once.
pub(super) fn check_children(
    element: Element<'_>,
    known: &'static [&'static str],
    once: &[&str],
    compiler: &mut Compiler<'_>,
) {
    compiler.check_children(element, Children::Named(known));
    for name in once {
        let mut children = element.children().filter(|child| child.name() == *name);
        let Some(first) = children.next() else { continue };
        for more in children {
            let message = format!("<{}> has a second <{name}>", element.name());
            compiler
                .diagnostics
                .report(Code::UNKNOWN_CHILD, more.name_span(), message)
                .help("it is ignored")
                .related(first.name_span(), "this one counts");
        }
    }
}

/// Warns of attributes and children that are valid and not honoured yet: name and consequence.
pub(super) fn warn_not_honoured(
    element: Element<'_>,
    table: &[(&str, &str)],
    compiler: &mut Compiler<'_>,
) {
    for (name, consequence) in table {
        let attribute = element.attribute(name).map(|found| (found.span, format!("`{name}`")));
        let child = element.child(name).map(|found| (found.name_span(), format!("<{name}>")));
        for (place, what) in attribute.into_iter().chain(child) {
            compiler
                .diagnostics
                .report(Code::NOT_HONOURED, place, format!("{what} is not honoured yet"))
                .help(*consequence);
        }
    }
}

/// Warns of something that Synapse deploys although it cannot have been meant.
pub(super) fn warn(
    code: Code,
    place: Span,
    message: String,
    help: &str,
    compiler: &mut Compiler<'_>,
) {
    let found = compiler.diagnostics.report(code, place, message);
    found.severity = Severity::Warning;
    found.help(help);
}
