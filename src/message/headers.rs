//! Rules about HTTP headers that hold on both sides of a flow.

use http::HeaderName;
use http::header::{CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, UPGRADE};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

/// Whether a header belongs to one connection and is never passed on (RFC 9110, 7.6.1). Lengths
/// count as such: they are written anew for what is sent.
pub fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        *name,
        CONNECTION
            | PROXY_AUTHENTICATE
            | PROXY_AUTHORIZATION
            | TE
            | TRAILER
            | UPGRADE
            | TRANSFER_ENCODING
            | CONTENT_LENGTH
    ) || name == "keep-alive"
        || name == "proxy-connection"
}
