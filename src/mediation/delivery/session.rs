//! Sessions on the way: what belongs to one goes to one child, and what begins one binds it.

use std::sync::Arc;

use super::super::Flow;
use super::Delivered;
use super::attempt::attempt;
use super::way::{Turn, Way};
use crate::endpoint::{Affinity, Endpoint, Leaf, Session, Target};
use crate::message::{ErrorCode, Fault};

/// Sends the message to the end of its way, and binds the sessions that the response begins.
pub(super) async fn send(
    endpoint: &Arc<Endpoint>,
    leaf: &Leaf,
    way: &Way,
    flow: &mut Flow,
) -> Result<Delivered, Fault> {
    let mut begun = Vec::new();
    for (turn, affinity) in way.turns.iter().filter_map(with_affinity) {
        if !turn.bound {
            affinity.session.forget(&mut flow.message);
        }
        let of_client = match affinity.session {
            Session::Client => affinity.session.of_request(&flow.message),
            Session::Cookie | Session::Soap => Vec::new(),
        };
        begun.push(of_client);
    }
    let delivered = attempt(endpoint, leaf, flow).await?;
    if matches!(delivered, Delivered::Response) {
        for ((turn, affinity), of_client) in way.turns.iter().filter_map(with_affinity).zip(begun) {
            if affinity.session == Session::Soap {
                flow.collect().await?;
            }
            let mut sessions = affinity.session.of_response(&flow.message);
            sessions.extend(of_client);
            affinity.bind(sessions, turn.child, flow.services.clock.now());
        }
    }
    Ok(delivered)
}

fn with_affinity(turn: &Turn) -> Option<(&Turn, &Affinity)> {
    match &turn.group.target {
        Target::Group(group) => Some((turn, group.affinity.as_ref()?)),
        _ => None,
    }
}

/// The fault of a message that belongs to a session: nobody but the session's endpoint can take it.
pub(super) fn fault(fault: Fault, way: &Way) -> Fault {
    if !way.turns.iter().any(|turn| turn.bound) {
        return fault;
    }
    let message = format!("the endpoint of the session failed ({}): {}", fault.code, fault.message);
    Fault { code: ErrorCode::Number(Fault::SESSION_FAILED), message: message.into(), ..fault }
}
