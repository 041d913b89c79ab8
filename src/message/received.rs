//! The head of a back-end's response, as far as a flow sees it.

use std::sync::Arc;

use http::{HeaderName, StatusCode};

use super::{Direction, Message, Properties, Value, addressing};

/// A back-end's status, and its reason phrase where it is not the usual one.
#[derive(Debug, Clone)]
pub struct Received {
    pub(super) status: StatusCode,
    pub(super) reason: Option<Arc<str>>,
}

/// The header that carries a correlation id, and the property that holds it.
pub(super) static CORRELATION_HEADER: HeaderName = HeaderName::from_static("activityid");
const CORRELATION: &str = "correlation_id";

impl Message {
    /// The message becomes a response: what the flow said of the request's transport and of its
    /// addresses is gone, but for the correlation id.
    pub fn begin_response(&mut self, status: StatusCode, reason: Option<String>) {
        let correlation = match self.axis2.get(CORRELATION) {
            Some(id) => Some(id.clone()),
            None => self.header(&CORRELATION_HEADER).map(Value::Text),
        };
        self.direction = Direction::Response;
        self.axis2 = Properties::default();
        self.made_fault = false;
        self.rewritten_to = None;
        self.properties.forget(&addressing::OWN);
        self.received = Some(Received { status, reason: reason.map(Arc::from) });
        if let Some(id) = correlation {
            self.axis2.set(CORRELATION, id);
        }
    }

    /// The status of the back-end's response (`HTTP_SC`), unless the flow has set or removed it.
    pub fn received_status(&self) -> Option<StatusCode> {
        let status = self.received.as_ref()?.status;
        self.axis2.entry("HTTP_SC").is_none().then_some(status)
    }

    /// The reason phrase to answer a status with, where it is not the usual one: the flow's own
    /// (`HTTP_SC_DESC`), else the back-end's, which fits no other status than its own.
    pub fn reason(&self, status: StatusCode) -> Option<Arc<str>> {
        let reason = match self.axis2.entry("HTTP_SC_DESC") {
            Some(own) => own.to_text(),
            None => self.received.as_ref().filter(|head| head.status == status)?.reason.clone()?,
        };
        let usual = status.canonical_reason().unwrap_or_default();
        (!reason.trim().is_empty() && &*reason != usual).then_some(reason)
    }
}

impl Received {
    /// The reason phrase that came.
    pub(super) fn reason_text(&self) -> Option<Arc<str>> {
        self.reason.clone().or_else(|| self.status.canonical_reason().map(Arc::from))
    }
}
