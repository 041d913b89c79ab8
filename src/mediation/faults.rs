//! The fault stack: which handler a failure goes to, what it finds, and what is left unhandled.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Flow, Interrupt, Placed, SequenceRef, answer_fault};
use crate::message::{Fault, Message, Side, Value};

/// A failure that handlers are dealing with.
#[derive(Debug)]
pub(super) struct Handling {
    /// The latest failure.
    fault: Fault,
    /// Handlers that have not been tried, innermost last.
    left: Vec<SequenceRef>,
    /// Whether a handler was found for it.
    handled: bool,
}

impl Handling {
    /// Whether a handler was found for the failure.
    pub(super) fn is_handled(&self) -> bool {
        self.handled
    }

    /// The failure.
    pub(super) fn into_fault(self) -> Fault {
        self.fault
    }
}

/// Hands a failure to the innermost handler; without one the flow is left empty.
pub(super) fn raise(flow: &mut Flow, mut fault: Fault, at: Option<&Placed>) {
    // A body that cannot be read is the fault of whoever sent it.
    if fault.side == Side::Client {
        fault.side = flow.message.payload.sender();
    }
    tracing::warn!(
        origin = %flow.origin.name,
        sequence = %flow.sequence_name(),
        mediator = at.map(|placed| placed.name),
        code = %fault.code,
        error = %fault.message,
        "mediation failed"
    );
    if let Some(part) = &flow.part_of {
        part.failed.store(true, Ordering::Release);
    }
    set_error_properties(flow, &fault);
    let mut left: Vec<SequenceRef> = match flow.handling.take() {
        Some(outer) => outer.left,
        None if flow.part_of.as_ref().is_some_and(|part| part.outlet.is_some()) => Vec::new(),
        None => outermost(flow).collect(),
    };
    left.extend(flow.frames.drain(..).flat_map(|frame| frame.on_error).flatten());
    left.extend(std::mem::take(&mut fault.handlers).iter().filter_map(|name| named(flow, name)));
    flow.handling = Some(Handling { fault, left, handled: false });
    next_handler(flow);
}

/// The handlers of the artifact, outermost first: the sequence named `fault`, then its own.
fn outermost(flow: &Flow) -> impl Iterator<Item = SequenceRef> + use<> {
    let named = flow.program.sequence_named("fault").map(SequenceRef::Inline);
    named.into_iter().chain(flow.origin.fault_sequence.clone())
}

/// The sequence that an endpoint names as its handler.
fn named(flow: &Flow, name: &str) -> Option<SequenceRef> {
    let found = flow.program.sequence_named(name);
    if found.is_none() {
        tracing::warn!(name, "fault handler is missing");
    }
    found.map(SequenceRef::Inline)
}

fn next_handler(flow: &mut Flow) {
    while let Some(handler) = flow.handling.as_mut().and_then(|handling| handling.left.pop()) {
        match handler.resolve(flow) {
            Ok(sequence) => {
                if let Some(handling) = &mut flow.handling {
                    handling.handled = true;
                }
                return flow.restart(sequence);
            }
            Err(Interrupt::Fault(missing)) => {
                tracing::warn!(error = %missing.message, "fault handler is missing");
            }
            Err(Interrupt::NeedBody) => {
                tracing::warn!("fault handler's key reads a body that was not read");
            }
        }
    }
}

/// `ERROR_CODE` and its companions, unless the flow set its own.
fn set_error_properties(flow: &mut Flow, fault: &Fault) {
    let properties = &mut flow.message.properties;
    if properties.get("ERROR_CODE").is_some() {
        return;
    }
    properties.set("ERROR_CODE", Value::from(&fault.code));
    properties.set("ERROR_MESSAGE", Value::Text(Arc::clone(&fault.message)));
    let detail = fault.detail.as_ref().unwrap_or(&fault.message);
    properties.set("ERROR_DETAIL", Value::Text(Arc::clone(detail)));
    properties.set("ERROR_EXCEPTION", Value::Text(Arc::clone(&fault.message)));
}

/// Takes away what a failure set, so that the next one is not taken for it.
pub fn forget_fault(message: &mut Message) {
    for name in ["ERROR_CODE", "ERROR_MESSAGE", "ERROR_DETAIL", "ERROR_EXCEPTION"] {
        message.properties.remove(name);
    }
}

/// Answers a failure that no handler answered. A handler that ends without an answer and without
/// a `drop` has not handled it.
pub(super) fn answer_what_is_left(flow: &mut Flow) {
    if let Some(handling) = flow.handling.take()
        && let Some(exchange) = &flow.exchange
    {
        exchange.answer(answer_fault(&handling.fault, &flow.message));
    }
}
