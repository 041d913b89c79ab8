//! Handlers of an API: Java classes around its dispatch.

use super::check::{check_children, name_of, required};
use crate::diagnostic::Code;
use crate::mediation::{AttributeSpec, Compiler, Kind, check_attributes};
use crate::xml::document::Element;

static HANDLER: &[AttributeSpec] =
    &[required("class", Kind::Text, "the Java class that handles requests and responses")];

/// Classes without which requests are served as before, by the end of their names: what is
/// missing then.
const HARMLESS: [(&str, &str); 2] = [
    ("cors.CORSRequestHandler", "no CORS headers are added"),
    ("metric.handler.MetricHandler", "Myelin's own metrics count the API"),
];

/// Checks the handlers of an API. One that is not known may be the one that keeps strangers out:
/// an error.
pub(super) fn check(api: Element<'_>, compiler: &mut Compiler<'_>) {
    let Some(handlers) = api.child("handlers") else { return };
    check_children(handlers, &["handler"], &[], compiler);
    for handler in handlers.children().filter(|child| child.name() == "handler") {
        check_attributes(handler, HANDLER, compiler);
        check_children(handler, &["property"], &[], compiler);
        let Some(class) = name_of(handler, "class", compiler) else { continue };
        let name = class.value.trim();
        match HARMLESS.iter().find(|(end, _)| name.ends_with(end)) {
            Some((_, consequence)) => compiler
                .diagnostics
                .report(Code::NOT_HONOURED, class.span, format!("the handler `{name}` is not run"))
                .help(*consequence),
            None => compiler
                .diagnostics
                .report(
                    Code::INVALID_VALUE,
                    class.span,
                    format!("the handler `{name}` cannot be run by Myelin"),
                )
                .help(
                    "it may guard the API, so the API is not served without it; remove it if a \
                     gateway in front does its work",
                ),
        };
    }
}
