//! Delivery: a message goes to an endpoint, and the response takes its place.

mod attempt;
mod proof;

use std::sync::Arc;

use super::{EndpointRef, Flow, Interrupt};
use crate::endpoint::{Address, Endpoint, Target};
use crate::message::Fault;

/// What came of delivering a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// The response is the message now.
    Response,
    /// The message is on its way and nobody waits for an answer (`OUT_ONLY`).
    OneWay,
    /// The back-end was too slow and the endpoint says not to fault; the client was told.
    Discarded,
}

/// Sends the flow's message to an endpoint (its `To` without one) and receives the response.
pub async fn deliver(
    endpoint: Option<&EndpointRef>,
    flow: &mut Flow,
) -> Result<Delivered, Interrupt> {
    let endpoint = match endpoint {
        Some(endpoint) => endpoint.resolve(flow)?,
        None => Arc::new(Endpoint::to(Address::To)),
    };
    let Target::Leaf(leaf) = &endpoint.target else {
        let message = format!("`{}` stands for another endpoint", endpoint.label());
        return Err(Fault::new(Fault::NO_ENDPOINT, message).into());
    };
    if !leaf.health.is_ready(flow.services.clock.now()) {
        let message = format!("the endpoint `{}` is suspended", endpoint.label());
        return Err(Fault::new(leaf.not_ready_code(), message).into());
    }
    attempt::attempt(&endpoint, leaf, flow).await.map_err(|fault| {
        let handlers = endpoint.on_error.iter().cloned().collect();
        fault.handled_by(handlers).into()
    })
}
