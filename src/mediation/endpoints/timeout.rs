//! `<timeout>` of an endpoint: how long it may take, and what happens then.

use super::super::{Children, Compiler};
use crate::diagnostic::Code;
use crate::endpoint::{Leaf, OnTimeout};
use crate::expression::Dynamic;
use crate::xml::document::Element;

pub(super) fn compile(parent: Element<'_>, leaf: &mut Leaf, compiler: &mut Compiler<'_>) {
    let Some(element) = parent.child("timeout") else { return };
    compiler.check_children(element, Children::Named(&["duration", "responseAction", "action"]));
    if let Some(child) = element.child("duration") {
        duration(child, leaf, compiler);
    }
    if let Some(child) = element.child("responseAction").or_else(|| element.child("action")) {
        action(child, leaf, compiler);
    }
}

fn duration(child: Element<'_>, leaf: &mut Leaf, compiler: &mut Compiler<'_>) {
    let Some(text) = child.text() else { return };
    let dynamic = compiler.dynamic(text.as_text(), child);
    let is_number = text.value.trim().parse::<u64>().is_ok();
    if dynamic.as_ref().is_some_and(Dynamic::is_static) && !is_number {
        return super::wrong(&text, "a number of ms", compiler);
    }
    leaf.timeout = dynamic;
}

fn action(child: Element<'_>, leaf: &mut Leaf, compiler: &mut Compiler<'_>) {
    let Some(text) = child.text() else { return };
    leaf.on_timeout = match text.value.trim().to_ascii_lowercase().as_str() {
        "fault" => OnTimeout::Fault,
        "discard" => OnTimeout::Discard,
        "none" | "never" => OnTimeout::Ignore,
        other => {
            let message = format!("`{other}` is not a response action");
            compiler
                .diagnostics
                .report(Code::INVALID_VALUE, text.span, message)
                .help("it is `discard` or `fault`");
            return;
        }
    };
}
