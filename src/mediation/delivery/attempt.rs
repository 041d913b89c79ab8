//! One attempt at one back-end: what is sent, and what its outcome says of the back-end.

use std::sync::Arc;

use http::StatusCode;

use super::super::{Flow, Interrupt};
use super::Delivered;
use super::proof::Proof;
use crate::endpoint::{
    self, Address, Authentication, Credentials, Endpoint, Form, Leaf, OnTimeout, Plan, Target,
};
use crate::expression::EvalError;
use crate::message::{Fault, Side, Switch};

/// Sends the flow's message to a back-end and receives the response. A fault says whether the
/// message may be sent again.
pub(super) async fn attempt(
    endpoint: &Arc<Endpoint>,
    leaf: &Leaf,
    flow: &mut Flow,
) -> Result<Delivered, Fault> {
    set_properties(endpoint, flow).await?;
    read_addressing(leaf, flow).await?;
    let (mut plan, credentials) = match plan(endpoint, leaf, flow) {
        Err(Interrupt::NeedBody) => {
            flow.collect().await?;
            plan(endpoint, leaf, flow)
        }
        plan => plan,
    }?;
    read_what_is_needed(leaf, flow).await?;
    flow.accept_at_once();
    let services = Arc::clone(&flow.services);
    let proof = Proof::of(leaf, credentials.as_ref(), &services);
    if let Some(proof) = &proof {
        plan.authorization = Some(proof.header(plan.waits).await?);
    }
    if is_one_way(flow) {
        send_one_way(endpoint, plan, flow)?;
        return Ok(Delivered::OneWay);
    }
    let mut answered = plan.exchange(&mut flow.message, &services.http).await;
    let is_refused =
        matches!(&answered, Ok(response) if response.status() == StatusCode::UNAUTHORIZED);
    if let (Some(proof), true) = (&proof, is_refused)
        && let Some(other) = proof.another(plan.authorization.as_ref(), plan.waits).await?
    {
        plan.authorization = Some(other);
        answered = plan.exchange(&mut flow.message, &services.http).await;
    }
    let answered = match answered {
        Ok(response) => {
            endpoint::receive(&mut flow.message, response);
            refuse_soap_fault(flow).await
        }
        Err(fault) => {
            let is_safe = fault.retry || plan.method.is_idempotent();
            Err(fault.retryable(is_safe))
        }
    };
    let Err(fault) = answered else {
        leaf.health.succeeded();
        return Ok(Delivered::Response);
    };
    note(endpoint, leaf, &fault, flow.services.clock.now());
    if leaf.discards(&fault) {
        flow.answer_fault(&fault);
        return Ok(Delivered::Discarded);
    }
    Err(fault)
}

/// Where a SOAP message wants to go shows once its body was read.
async fn read_addressing(leaf: &Leaf, flow: &mut Flow) -> Result<(), Fault> {
    let goes_by_itself = matches!(leaf.address, Address::To | Address::Default);
    if goes_by_itself && flow.message.may_say_its_destination() {
        flow.collect().await?;
        // What is no XML says nothing.
        let _ = flow.message.payload.xml();
    }
    Ok(())
}

/// Sets an endpoint's properties on the message.
pub(super) async fn set_properties(endpoint: &Endpoint, flow: &mut Flow) -> Result<(), Fault> {
    if endpoint.properties.is_empty() {
        return Ok(());
    }
    let properties = endpoint.evaluate_properties(&flow.view());
    let properties = match properties {
        Err(EvalError::NeedBody) => {
            flow.collect().await?;
            endpoint.evaluate_properties(&flow.view())
        }
        properties => properties,
    }?;
    for (name, scope, value) in properties {
        flow.message.set_property(scope, &name, value)?;
    }
    Ok(())
}

fn plan(
    endpoint: &Endpoint,
    leaf: &Leaf,
    flow: &Flow,
) -> Result<(Plan, Option<Credentials>), Interrupt> {
    let global = flow.services.limits.waits();
    let plan = leaf.plan(endpoint.name.as_ref(), &flow.message, &flow.view(), global)??;
    let credentials = match &leaf.authentication {
        Some(authentication) => Some(authentication.evaluate(&flow.view())??),
        None => None,
    };
    Ok((plan, credentials))
}

/// `FORCE_ERROR_ON_SOAP_FAULT`: the response stays the message, for the fault handlers.
async fn refuse_soap_fault(flow: &mut Flow) -> Result<(), Fault> {
    let is_asked = flow.message.properties.is_true("FORCE_ERROR_ON_SOAP_FAULT");
    if !is_asked || !flow.message.payload.format().is_xml() {
        return Ok(());
    }
    flow.collect().await?;
    // A fault shows only in XML that was parsed; what is no XML is none.
    let _ = flow.message.payload.xml();
    if flow.message.is_soap_fault() {
        let message = "the back-end answered with a SOAP fault";
        return Err(Fault::new(Fault::SOAP_FAULT, message).blame(Side::Backend));
    }
    Ok(())
}

/// Tells the endpoint of a failure. What the client or the flow did wrong says nothing of it.
fn note(endpoint: &Endpoint, leaf: &Leaf, fault: &Fault, now: i64) {
    let is_ignored = leaf.on_timeout == OnTimeout::Ignore && leaf.discards(fault);
    if fault.side != Side::Backend || is_ignored {
        return;
    }
    if let Some(state) = leaf.health.failed(&fault.code, &leaf.suspension, now) {
        let name = endpoint.label();
        tracing::warn!(endpoint = name, ?state, code = %fault.code, "endpoint failed");
    }
}

fn is_one_way(flow: &Flow) -> bool {
    let message = &flow.message;
    message.properties.is_true("OUT_ONLY") || message.switches().has(Switch::OneWay)
}

/// `OUT_ONLY`: the request goes its way while the flow goes on; nobody hears of its answer.
fn send_one_way(endpoint: &Arc<Endpoint>, plan: Plan, flow: &mut Flow) -> Result<(), Fault> {
    let request = plan.request(&mut flow.message)?;
    let services = Arc::clone(&flow.services);
    let origin = flow.origin.name.clone();
    let endpoint = Arc::clone(endpoint);
    flow.spawn(async move {
        let Target::Leaf(leaf) = &endpoint.target else { return };
        match plan.send(request, &services.http).await {
            Ok(_) => leaf.health.succeeded(),
            Err(fault) => {
                let error = &*fault.message;
                tracing::warn!(%origin, error, "a one-way message was not delivered");
                note(&endpoint, leaf, &fault, services.clock.now());
            }
        }
    });
    Ok(())
}

fn may_be_sent_again(leaf: &Leaf) -> bool {
    leaf.authentication.as_ref().is_some_and(Authentication::renews)
}

fn is_sent_in_one_piece(flow: &Flow) -> bool {
    let (payload, switches) = (&flow.message.payload, flow.message.switches());
    let is_asked = switches.has(Switch::Sized) || switches.has(Switch::Http10);
    payload.is_small_stream() || (is_asked && payload.is_unsized_stream())
}

/// A body on the wire is passed on as it comes, unless it has to be written in another form; a
/// small one is collected, so that it is sent in one piece with its length.
async fn read_what_is_needed(leaf: &Leaf, flow: &mut Flow) -> Result<(), Fault> {
    let is_rewritten = matches!(leaf.form, Some(Form::Soap11 | Form::Soap12 | Form::Pox));
    if is_rewritten || flow.message.needs_body_to_be_sent() {
        flow.collect().await
    } else if is_one_way(flow) || is_sent_in_one_piece(flow) || may_be_sent_again(leaf) {
        flow.gather().await
    } else {
        Ok(())
    }
}
