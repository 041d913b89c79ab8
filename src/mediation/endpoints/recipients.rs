//! `<recipientlist>`: endpoints that get a copy of the message each.

use super::super::{AttributeSpec, Children, Compiler, Kind, check_attributes};
use super::{attribute, children, required};
use crate::diagnostic::Code;
use crate::endpoint::{Computed, Recipients, Target};
use crate::xml::document::Element;

const ENDPOINTS: &[AttributeSpec] = &[
    required("value", Kind::Dynamic, "The URLs of the recipients, with commas between them."),
    attribute("max-cache", Kind::Integer, "How many of them are known again."),
];

/// How many computed recipients are known again where nothing says so.
const REMEMBERED: usize = 20;

pub(super) fn compile(
    child: Element<'_>,
    parent: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    check_attributes(child, &[], compiler);
    if let Some(handler) = parent.attribute("onError") {
        compiler
            .diagnostics
            .report(Code::NOT_HONOURED, handler.span, "`onError` of a recipient list is ignored")
            .help("each copy has the handlers of its own endpoint, and those of the flow");
    }
    compiler.check_children(child, Children::Named(&["endpoint", "member", "endpoints"]));
    let listed = child.child("endpoint").or_else(|| child.child("member"));
    let recipients = match child.child("endpoints") {
        Some(computed) if listed.is_none() => {
            if !check_attributes(computed, ENDPOINTS, compiler) {
                return None;
            }
            let urls = compiler.dynamic(computed.attribute("value")?.value, computed)?;
            let remembered = computed.attribute("max-cache");
            let remembered = remembered.and_then(|found| found.value.value.trim().parse().ok());
            Recipients::Computed(Computed::new(urls, remembered.unwrap_or(REMEMBERED)))
        }
        computed => {
            if let Some(computed) = computed {
                super::ignored(computed, "the recipients are listed", compiler);
            }
            Recipients::Listed(children(child, compiler)?.endpoints)
        }
    };
    Some(Target::Recipients(Box::new(recipients)))
}
