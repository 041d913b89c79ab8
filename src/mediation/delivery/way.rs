//! The way of a message through groups of endpoints, down to a back-end that is ready.

use std::sync::Arc;

use super::super::link::{followed, in_a_circle};
use super::super::{Flow, Interrupt};
use crate::endpoint::{Endpoint, Group, Target};
use crate::message::Fault;

/// How many groups may stand inside each other.
const DEEPEST: usize = 32;

/// A group on the way, and the child that was chosen.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) group: Arc<Endpoint>,
    pub(super) child: usize,
    /// Whether the message belongs to a session of that child.
    pub(super) bound: bool,
}

/// The way of one message.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// The groups, outermost first.
    pub(super) turns: Vec<Turn>,
    /// Back-ends that have failed to take the message.
    pub(super) tried: Vec<Arc<Endpoint>>,
}

impl Way {
    /// Goes down from an endpoint to a back-end, or a list of recipients, that is ready.
    pub(super) fn descend(
        &mut self,
        from: Arc<Endpoint>,
        flow: &Flow,
    ) -> Result<Option<Arc<Endpoint>>, Interrupt> {
        let mut endpoint = followed(from, flow)?;
        loop {
            let Target::Group(group) = &endpoint.target else {
                let ready = is_ready(&endpoint, flow, &self.tried, 0)?;
                return Ok(ready.then_some(endpoint));
            };
            if self.turns.len() >= DEEPEST {
                return Err(in_a_circle().into());
            }
            let mut ready = Vec::with_capacity(group.children.len());
            for child in &group.children {
                ready.push(is_ready(child, flow, &self.tried, self.turns.len())?);
            }
            let bound = bound_child(group, flow)?;
            if bound.is_some_and(|child| !ready.get(child).copied().unwrap_or_default()) {
                let message =
                    format!("the endpoint of the session with `{}` is not ready", endpoint.label());
                return Err(Fault::new(Fault::SESSION_NOT_READY, message).into());
            }
            let Some(child) = bound.or_else(|| group.choice.pick(&ready)) else { return Ok(None) };
            let next = group.children.get(child).cloned().ok_or_else(in_a_circle)?;
            self.turns.push(Turn { group: Arc::clone(&endpoint), child, bound: bound.is_some() });
            endpoint = followed(next, flow)?;
        }
    }

    /// Goes back to the innermost group that has another child to try, and down again.
    pub(super) fn turn_back(&mut self, flow: &Flow) -> Result<Option<Arc<Endpoint>>, Interrupt> {
        while let Some(turn) = self.turns.pop() {
            let fails_over = matches!(&turn.group.target, Target::Group(group) if group.fails_over);
            if turn.bound || !fails_over {
                return Ok(None);
            }
            if let Some(found) = self.descend(turn.group, flow)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The handlers of a failure here, outermost first: of the groups, then of the back-end.
    pub(super) fn handlers(&self, last: &Endpoint) -> Vec<Arc<str>> {
        let groups = self.turns.iter().filter_map(|turn| turn.group.on_error.clone());
        groups.chain(last.on_error.clone()).collect()
    }
}

/// The child that the message's session belongs to.
fn bound_child(group: &Group, flow: &Flow) -> Result<Option<usize>, Interrupt> {
    let Some(affinity) = &group.affinity else { return Ok(None) };
    if affinity.session.is_in_body() && flow.message.payload.is_unread() {
        return Err(Interrupt::NeedBody);
    }
    let sessions = affinity.session.of_request(&flow.message);
    Ok(affinity.child_of(&sessions, flow.services.clock.now()))
}

/// Whether an endpoint can take the message: a back-end that is not suspended and has not failed
/// to, a group with such a child. A key that names nothing is not ready.
pub(super) fn is_ready(
    endpoint: &Arc<Endpoint>,
    flow: &Flow,
    tried: &[Arc<Endpoint>],
    depth: usize,
) -> Result<bool, Interrupt> {
    let endpoint = match followed(Arc::clone(endpoint), flow) {
        Err(Interrupt::Fault(fault)) => {
            tracing::warn!(error = %fault.message, "endpoint of a group is missing");
            return Ok(false);
        }
        found => found?,
    };
    match &endpoint.target {
        Target::Leaf(leaf) => {
            let has_failed = tried.iter().any(|tried| Arc::ptr_eq(tried, &endpoint));
            Ok(!has_failed && leaf.health.is_ready(flow.services.clock.now()))
        }
        Target::Group(group) if depth < DEEPEST => {
            for child in &group.children {
                if is_ready(child, flow, tried, depth + 1)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Target::Recipients(_) => Ok(true),
        Target::Group(_) | Target::Reference(_) => Ok(false),
    }
}
