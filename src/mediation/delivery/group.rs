//! Delivery to a group: a child that is ready gets the message, and another one where that fails.

use std::sync::Arc;

use super::super::{Flow, Interrupt};
use super::attempt::set_properties;
use super::way::Way;
use super::{Delivered, none_ready, session, spread};
use crate::endpoint::{Endpoint, Leaf, Target};
use crate::message::{ErrorCode, Fault, Message, Side};

/// Sends the flow's message to a child of a group. The body is in memory, so that every child that
/// is tried gets the same message.
pub(super) async fn deliver(root: Arc<Endpoint>, flow: &mut Flow) -> Result<Delivered, Interrupt> {
    flow.gather().await?;
    let mut way = Way::default();
    let found = match way.descend(Arc::clone(&root), flow) {
        Err(Interrupt::NeedBody) => {
            flow.collect().await?;
            way = Way::default();
            way.descend(Arc::clone(&root), flow)?
        }
        found => found?,
    };
    let mut endpoint = found.ok_or_else(|| none_ready(&root))?;
    loop {
        for turn in &way.turns {
            set_properties(&turn.group, flow).await?;
        }
        let leaf = match &endpoint.target {
            Target::Leaf(leaf) => leaf,
            Target::Recipients(recipients) => return spread(&endpoint, recipients, flow).await,
            Target::Group(_) | Target::Reference(_) => return Err(none_ready(&endpoint).into()),
        };
        let request = request_to_repeat(leaf, &flow.message);
        let fault = match session::send(&endpoint, leaf, &way, flow).await {
            Ok(delivered) => return Ok(delivered),
            Err(fault) => fault.handled_by(way.handlers(&endpoint)),
        };
        let fault = session::fault(fault, &way);
        if !may_be_repeated(leaf, &fault) {
            return Err(fault.into());
        }
        way.tried.push(Arc::clone(&endpoint));
        let Some(next) = way.turn_back(flow)? else { return Err(fault.into()) };
        if let Some(request) = request {
            flow.message = request;
        }
        tracing::warn!(
            group = root.label(),
            endpoint = next.label(),
            error = &*fault.message,
            code = Fault::FAILING_OVER,
            "another endpoint is tried"
        );
        endpoint = next;
    }
}

/// The request, where its response may count as a failure: a response takes its place.
fn request_to_repeat(leaf: &Leaf, message: &Message) -> Option<Message> {
    let is_failure = message.properties.is_true("FORCE_ERROR_ON_SOAP_FAULT");
    let is_listed = leaf.retry.enabled.has(&ErrorCode::Number(Fault::SOAP_FAULT));
    (is_failure && is_listed).then(|| message.copy())
}

/// Whether another child may get the message: not when it may have been executed, unless the
/// endpoint says so.
fn may_be_repeated(leaf: &Leaf, fault: &Fault) -> bool {
    if leaf.retry.disabled.has(&fault.code) {
        return false;
    }
    if !leaf.retry.enabled.is_empty() {
        return leaf.retry.enabled.has(&fault.code);
    }
    fault.side == Side::Backend && fault.retry
}
