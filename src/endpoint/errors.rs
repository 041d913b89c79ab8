//! What a failed send means in Synapse's table of error codes.

use http::Uri;

use crate::message::{Cause, Fault, Side};
use crate::transport::{BodyError, SendError, SendErrorKind, Sent};

/// The fault for a send that failed. The URI is named without its query, which may hold secrets.
pub fn send_fault(error: &SendError, uri: &Uri) -> Fault {
    let (code, cause) = match error.kind {
        SendErrorKind::Dns | SendErrorKind::Connect | SendErrorKind::Tls => {
            (Fault::CONNECT, Cause::Connection)
        }
        SendErrorKind::ConnectTimeout => (Fault::CONNECT_TIMEOUT, Cause::Timeout),
        SendErrorKind::Timeout => (Fault::TIMEOUT, Cause::Timeout),
        SendErrorKind::Closed => (Fault::CLOSED, Cause::Connection),
        SendErrorKind::Protocol => (Fault::PROTOCOL, Cause::Connection),
        SendErrorKind::Broken => (Fault::SENDING, Cause::Connection),
        SendErrorKind::Request => (Fault::SENDING, Cause::Other),
        SendErrorKind::RequestBody => return body_fault(error),
    };
    let place = place_of(uri);
    Fault::new(code, format!("sending to {place} failed: {error}"))
        .blame(Side::Backend)
        .because(cause)
        .retryable(error.sent == Sent::No)
}

/// A URI for people: without what may be secret in it, its user and its query.
pub(super) fn place_of(uri: &Uri) -> String {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{}://{host}{}", uri.scheme_str().unwrap_or("http"), uri.path())
}

/// The body that was passed on broke off: its sender is to blame, not the back-end, and is told
/// what was wrong with it and not where it was going.
fn body_fault(error: &SendError) -> Fault {
    let (code, cause) = match error.body {
        Some(BodyError::TooLarge { .. }) => (Fault::PAYLOAD, Cause::TooLarge),
        Some(BodyError::Stalled { .. }) => (Fault::PAYLOAD, Cause::Stalled),
        _ => (Fault::SENDING, Cause::Other),
    };
    let reason = error.body.as_ref().map_or_else(|| error.to_string(), ToString::to_string);
    Fault::new(code, reason).blame(Side::Client).because(cause)
}
