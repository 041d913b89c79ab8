//! What blocking calls have in common: which answers are faults, and whose headers stay.

use std::sync::Arc;

use crate::mediation::Flow;
use crate::message::{Fault, Message, Side};

/// A blocking call keeps the headers of the request, unless the flow wants the response's.
pub(super) fn keeps_headers(flow: &Flow) -> bool {
    let wanted = flow.message.properties.text("BLOCKING_SENDER_PRESERVE_REQ_HEADERS");
    wanted.as_deref() != Some("false")
}

/// Which statuses a blocking call takes as faults: 400 and more, unless the flow names those that
/// are (`error.http.status.codes`) or are not (`non.error.http.status.codes`).
pub(super) struct FaultCodes {
    are: Option<Arc<str>>,
    are_not: Option<Arc<str>>,
}

impl FaultCodes {
    /// What the flow says of one call.
    pub(super) fn of(message: &Message) -> Self {
        let listed = |name| message.properties.text(name).or_else(|| message.axis2.text(name));
        Self {
            are: listed("error.http.status.codes"),
            are_not: listed("non.error.http.status.codes"),
        }
    }

    /// Makes a fault of the response where its status is one.
    pub(super) fn refuse(&self, flow: &mut Flow) -> Result<(), Fault> {
        let status = flow.message.axis2_text("HTTP_SC").unwrap_or_default();
        let has = |codes: &Option<Arc<str>>| {
            codes.as_ref().is_some_and(|codes| codes.split(',').any(|code| code.trim() == &*status))
        };
        let number: u16 = status.parse().unwrap_or_default();
        if !has(&self.are) && (number < 400 || has(&self.are_not)) {
            return Ok(());
        }
        flow.message.properties.set("blocking.sender.error", "true");
        let reason = flow.message.axis2_text("HTTP_SC_DESC").unwrap_or_default();
        let message = format!("Transport error: {status} Error: {reason}");
        Err(Fault::new(Fault::BLOCKING, message).blame(Side::Backend))
    }
}
