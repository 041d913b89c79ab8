//! The body off the wire: collected up to the limit, and unpacked when somebody looks at it.

use super::Flow;
use crate::message::{Cause, Fault, Side};
use crate::transport::{self, BodyError, coding};

/// Reads the body off the wire, up to the limit, as it comes.
pub(super) async fn gather(flow: &mut Flow) -> Result<(), Fault> {
    let Some(stream) = flow.message.payload.take_stream() else { return Ok(()) };
    let limits = &flow.services.limits;
    let bytes = transport::collect(stream, limits.body, limits.body_idle)
        .await
        .map_err(|error| body_fault(&error, flow.message.payload.sender()))?;
    flow.message.payload.fill(bytes);
    Ok(())
}

/// Reads the body off the wire and unpacks it, with the header that says so gone; a coding that is
/// not known stays.
pub(super) async fn collect(flow: &mut Flow) -> Result<(), Fault> {
    if !flow.message.payload.is_unread() {
        return Err(Fault::new(Fault::PAYLOAD, "the message body was already sent on and is gone"));
    }
    gather(flow).await?;
    let payload = &mut flow.message.payload;
    let (Some(bytes), Some(codings)) = (payload.packed(), payload.coding()) else { return Ok(()) };
    let content = coding::unpacked(bytes, codings, flow.services.limits.body)
        .map_err(|error| body_fault(&error, payload.sender()))?;
    if content.is_some() {
        flow.message.headers.remove(http::header::CONTENT_ENCODING);
    }
    payload.unpack(content);
    Ok(())
}

/// What a body that did not arrive means: of a back-end, what a failed send would.
fn body_fault(error: &BodyError, sender: Side) -> Fault {
    let of_backend = sender == Side::Backend;
    let (code, cause) = match error {
        BodyError::TooLarge { .. } => (Fault::PAYLOAD, Cause::TooLarge),
        BodyError::Stalled { .. } | BodyError::Overdue if of_backend => {
            (Fault::TIMEOUT, Cause::Timeout)
        }
        BodyError::Stalled { .. } => (Fault::PAYLOAD, Cause::Stalled),
        BodyError::Malformed(_) if of_backend => (Fault::PROTOCOL, Cause::Connection),
        BodyError::Aborted(_) if of_backend => (Fault::CLOSED, Cause::Connection),
        _ => (Fault::PAYLOAD, Cause::Connection),
    };
    Fault::new(code, error.to_string()).blame(sender).because(cause)
}
