//! Two resources of an API that want the same requests.

use super::mapping::Mapping;
use super::resource::Resource;
use crate::diagnostic::{Code, Severity, Span};
use crate::mediation::Compiler;
use crate::xml::document::Element;

/// Compares a resource with those before it. A method that two of the same paths both name is an
/// error; one that never gets a request because an earlier resource takes all methods is a
/// warning.
pub(super) fn check(
    resource: &Resource,
    element: Element<'_>,
    earlier: &[Resource],
    places: &[Span],
    compiler: &mut Compiler<'_>,
) {
    for (other, place) in earlier.iter().zip(places) {
        if resource.mapping.text() != other.mapping.text() {
            continue;
        }
        let Some(overlap) = Overlap::of(resource, other) else { continue };
        let what = match resource.mapping.text() {
            Some(mapping) => format!("`{mapping}`"),
            None => "a default resource".to_owned(),
        };
        let (severity, message, help) = match overlap {
            Overlap::Named => (
                Severity::Error,
                format!("two resources take the same method of {what}"),
                "give each its own methods or its own paths",
            ),
            Overlap::Hidden => (
                Severity::Warning,
                format!("no request reaches this resource: another takes every method of {what}"),
                "name the other's methods, or put it behind this one",
            ),
        };
        let found = compiler.diagnostics.report(Code::CONFLICT, element.name_span(), message);
        found.severity = severity;
        found.help(help).related(*place, "the other resource");
    }
}

enum Overlap {
    /// Both name a method, or both are the default.
    Named,
    /// The earlier one takes all methods.
    Hidden,
}

impl Overlap {
    fn of(resource: &Resource, earlier: &Resource) -> Option<Self> {
        let shared = resource.methods.iter().any(|method| earlier.methods.contains(method));
        let all = resource.methods.is_empty() || earlier.methods.is_empty();
        match resource.mapping {
            _ if shared => Some(Self::Named),
            Mapping::Default if all => Some(Self::Named),
            _ if earlier.methods.is_empty() => Some(Self::Hidden),
            _ => None,
        }
    }
}
