//! `<markForSuspension>`, `<suspendOnFailure>` and `<retryConfig>` of an endpoint.

use super::super::{Children, Compiler};
use super::{MILLIS, number};
use crate::diagnostic::Code;
use crate::endpoint::{Codes, Retry, Suspension};
use crate::xml::document::Element;

pub(super) fn compile(parent: Element<'_>, compiler: &mut Compiler<'_>) -> Suspension {
    let mut policy = Suspension::default();
    if let Some(element) = parent.child("markForSuspension") {
        mark(element, &mut policy, compiler);
    }
    if let Some(element) = parent.child("suspendDurationOnFailure") {
        let seconds: Option<i64> = number(element, "a whole number of seconds", compiler);
        policy.initial = seconds.map_or(policy.initial, |seconds| seconds.saturating_mul(1000));
    }
    if let Some(element) = parent.child("suspendOnFailure") {
        suspend(element, &mut policy, compiler);
    }
    policy
}

pub(super) fn retry(parent: Element<'_>, compiler: &mut Compiler<'_>) -> Retry {
    let Some(element) = parent.child("retryConfig") else { return Retry::default() };
    let known = &["disabledErrorCodes", "enabledErrorCodes"];
    compiler.check_children(element, Children::Named(known));
    Retry {
        disabled: codes(element, "disabledErrorCodes", compiler),
        enabled: codes(element, "enabledErrorCodes", compiler),
    }
}

fn mark(element: Element<'_>, policy: &mut Suspension, compiler: &mut Compiler<'_>) {
    let known = &["errorCodes", "retriesBeforeSuspension", "retryDelay"];
    compiler.check_children(element, Children::Named(known));
    policy.marking = codes(element, "errorCodes", compiler);
    set(element, "retriesBeforeSuspension", "a whole number", &mut policy.retries, compiler);
    set(element, "retryDelay", MILLIS, &mut policy.retry_delay, compiler);
}

fn suspend(element: Element<'_>, policy: &mut Suspension, compiler: &mut Compiler<'_>) {
    let known = &["errorCodes", "initialDuration", "progressionFactor", "maximumDuration"];
    compiler.check_children(element, Children::Named(known));
    policy.suspending = codes(element, "errorCodes", compiler);
    set(element, "initialDuration", MILLIS, &mut policy.initial, compiler);
    set(element, "progressionFactor", "a number", &mut policy.factor, compiler);
    set(element, "maximumDuration", MILLIS, &mut policy.maximum, compiler);
}

fn set<N: std::str::FromStr>(
    parent: Element<'_>,
    name: &str,
    what: &str,
    value: &mut N,
    compiler: &mut Compiler<'_>,
) {
    let Some(child) = parent.child(name) else { return };
    if let Some(number) = number(child, what, compiler) {
        *value = number;
    }
}

/// A list of error codes, with commas or blanks between them.
fn codes(parent: Element<'_>, name: &str, compiler: &mut Compiler<'_>) -> Codes {
    let Some(text) = parent.child(name).and_then(|child| child.text()) else {
        return Codes::default();
    };
    let mut codes = Vec::new();
    let mut offset = 0;
    for word in text.value.split([',', ' ', '\t', '\r', '\n']) {
        match word.parse() {
            Ok(code) => codes.push(code),
            Err(_) if word.is_empty() => {}
            Err(_) => {
                let message = format!("`{word}` is not an error code");
                let place = text.as_text().place(offset);
                compiler
                    .diagnostics
                    .report(Code::INVALID_VALUE, place, message)
                    .help("error codes are numbers with commas between them: 101503, 101504");
            }
        }
        offset += word.len() + 1;
    }
    Codes(codes)
}
