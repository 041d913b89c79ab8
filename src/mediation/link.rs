//! References by key: to a name that is linked at deploy time, or that a message computes.

use std::sync::Arc;

use super::{Flow, Interrupt, Program, SequenceId};
use crate::endpoint::{Endpoint, Target};
use crate::expression::Dynamic;
use crate::message::Fault;

/// A reference to a sequence.
#[derive(Debug, Clone)]
pub enum SequenceRef {
    /// The sequence itself: inline children.
    Inline(SequenceId),
    /// A name, in a slot of the program.
    Named(u32),
    /// A key that each message computes.
    Dynamic(Arc<Dynamic>),
}

/// A reference to an endpoint.
#[derive(Debug, Clone)]
pub enum EndpointRef {
    /// The endpoint itself.
    Inline(Arc<Endpoint>),
    /// A name, in a slot of the program.
    Named(u32),
    /// A key that each message computes.
    Dynamic(Arc<Dynamic>),
}

impl SequenceRef {
    /// The sequence; a fault when the name is not deployed.
    pub fn resolve(&self, flow: &Flow) -> Result<SequenceId, Interrupt> {
        let missing = |name: &str| Fault::flow(format!("no sequence named `{name}` is deployed"));
        match self {
            Self::Inline(id) => Ok(*id),
            Self::Named(slot) => {
                flow.program.slot_sequence(*slot).map_err(|name| missing(name).into())
            }
            Self::Dynamic(key) => {
                let name = key.evaluate_text(&flow.view())?;
                flow.program.sequence_named(&name).ok_or_else(|| missing(&name).into())
            }
        }
    }
}

impl EndpointRef {
    /// The endpoint; a fault (305100) when the name is not deployed. Endpoints that only refer to
    /// another one are followed.
    pub fn resolve(&self, flow: &Flow) -> Result<Arc<Endpoint>, Interrupt> {
        let endpoint = match self {
            Self::Inline(endpoint) => Arc::clone(endpoint),
            Self::Named(slot) => flow.program.slot_endpoint(*slot).map_err(no_endpoint)?,
            Self::Dynamic(key) => {
                let name = key.evaluate_text(&flow.view())?;
                flow.program.endpoint(&name).cloned().ok_or_else(|| no_endpoint(&name))?
            }
        };
        followed(endpoint, flow)
    }
}

/// The endpoint that an endpoint stands for: itself, unless it refers to another.
pub(super) fn followed(
    mut endpoint: Arc<Endpoint>,
    flow: &Flow,
) -> Result<Arc<Endpoint>, Interrupt> {
    // Aliases of aliases are rare and cycles are mistakes; eight are enough for everybody.
    for _ in 0..8 {
        let Target::Reference(reference) = &endpoint.target else { return Ok(endpoint) };
        let Some(name) = reference.key(&flow.view())? else {
            let message = format!("the template of `{}` is not deployed", endpoint.label());
            return Err(Fault::new(Fault::NO_ENDPOINT, message).into());
        };
        let next = flow.program.endpoint(&name).cloned();
        endpoint = next.ok_or_else(|| no_endpoint(&name))?;
    }
    Err(in_a_circle().into())
}

fn no_endpoint(name: &str) -> Fault {
    Fault::new(Fault::NO_ENDPOINT, format!("no endpoint named `{name}` is deployed"))
}

/// The fault of endpoints that lead to each other.
pub(super) fn in_a_circle() -> Fault {
    Fault::new(Fault::NO_ENDPOINT, "endpoints refer to each other in a circle")
}

impl Program {
    fn slot_sequence(&self, slot: u32) -> Result<SequenceId, &str> {
        match self.slots.get(slot as usize) {
            Some(slot) => slot.sequence.ok_or(&*slot.name),
            None => Err(""),
        }
    }

    fn slot_endpoint(&self, slot: u32) -> Result<Arc<Endpoint>, &str> {
        match self.slots.get(slot as usize) {
            Some(slot) => slot.endpoint.clone().ok_or(&*slot.name),
            None => Err(""),
        }
    }
}
