//! Rules about HTTP headers that hold on both sides of a flow.

use http::header::{CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, UPGRADE};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName};

/// Whether a header belongs to one connection and is never passed on (RFC 9110, 7.6.1). Lengths
/// count as such: they are written anew for what is sent.
fn is_hop_by_hop(name: &HeaderName) -> bool {
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

/// Removes what belongs to one connection, and what its `Connection` header says belongs to it.
pub fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let fixed: Vec<HeaderName> =
        headers.keys().filter(|name| is_hop_by_hop(name)).cloned().collect();
    for name in named.iter().chain(&fixed) {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName};

    use super::remove_hop_by_hop;

    #[test]
    fn headers_of_one_connection_are_not_passed_on() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "keep-alive, X-Secret-Hop"),
            ("connection", "x-other-hop"),
            ("keep-alive", "timeout=5"),
            ("x-secret-hop", "1"),
            ("x-other-hop", "2"),
            ("transfer-encoding", "chunked"),
            ("content-length", "3"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("proxy-authorization", "Basic eDp5"),
            ("proxy-connection", "close"),
            ("x-kept", "yes"),
            ("authorization", "kept for the back-end"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        remove_hop_by_hop(&mut headers);
        let left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["x-kept", "authorization"]);
    }
}
