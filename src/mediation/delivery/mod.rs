//! Delivery: a message goes to an endpoint, and the response takes its place.

mod attempt;
mod group;
mod proof;
mod session;
mod way;

use std::sync::Arc;

use super::link::followed;
use super::{EndpointRef, Flow, Interrupt};
use crate::endpoint::{Address, Endpoint, Recipients, Target};
use crate::expression::EvalError;
use crate::message::Fault;

/// What came of delivering a message.
#[derive(Debug)]
pub enum Delivered {
    /// The response is the message now.
    Response,
    /// The message is on its way and nobody waits for an answer (`OUT_ONLY`).
    OneWay,
    /// The back-end was too slow and the endpoint says not to fault; the client was told.
    Discarded,
    /// Nothing was sent: each of these gets a copy of its own, [`Outcome::Spread`].
    ///
    /// [`Outcome::Spread`]: super::Outcome::Spread
    Spread(Vec<Arc<Endpoint>>),
}

/// Sends the flow's message to an endpoint (its `To` without one) and receives the response.
pub async fn deliver(
    endpoint: Option<&EndpointRef>,
    flow: &mut Flow,
) -> Result<Delivered, Interrupt> {
    let endpoint = match (flow.recipient.take(), endpoint) {
        (Some(recipient), _) => followed(recipient, flow)?,
        (None, Some(endpoint)) => endpoint.resolve(flow)?,
        (None, None) => Arc::new(Endpoint::to(Address::To)),
    };
    match &endpoint.target {
        Target::Leaf(leaf) => {
            if !leaf.health.is_ready(flow.services.clock.now()) {
                return Err(none_ready(&endpoint).into());
            }
            attempt::attempt(&endpoint, leaf, flow).await.map_err(|fault| {
                let handlers = endpoint.on_error.iter().cloned().collect();
                fault.handled_by(handlers).into()
            })
        }
        Target::Recipients(recipients) => spread(&endpoint, recipients, flow).await,
        Target::Group(_) | Target::Reference(_) => group::deliver(endpoint, flow).await,
    }
}

/// The recipients that are ready. Their copies need the body in memory.
async fn spread(
    list: &Endpoint,
    recipients: &Recipients,
    flow: &mut Flow,
) -> Result<Delivered, Interrupt> {
    attempt::set_properties(list, flow).await?;
    flow.gather().await?;
    let all = recipients.of(&flow.view());
    let all = match all {
        Err(EvalError::NeedBody) => {
            flow.collect().await?;
            recipients.of(&flow.view())?
        }
        all => all?,
    };
    let mut ready = Vec::with_capacity(all.len());
    for endpoint in all {
        if way::is_ready(&endpoint, flow, &[], 0)? {
            ready.push(endpoint);
        }
    }
    if ready.is_empty() {
        return Err(none_ready(list).into());
    }
    Ok(Delivered::Spread(ready))
}

/// The fault when nobody is left to send to.
fn none_ready(endpoint: &Endpoint) -> Fault {
    let label = endpoint.label();
    match &endpoint.target {
        Target::Leaf(leaf) => {
            Fault::new(leaf.not_ready_code(), format!("the endpoint `{label}` is suspended"))
        }
        Target::Recipients(_) => {
            Fault::new(Fault::NONE_READY, format!("no recipient of `{label}` is ready"))
        }
        Target::Group(_) | Target::Reference(_) => {
            Fault::new(Fault::NONE_READY, format!("no endpoint of `{label}` is ready"))
        }
    }
}
