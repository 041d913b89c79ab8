//! What the first line of an HTTP/1 message can say beyond method, path and status. It travels in
//! the `extensions` of a request or response; HTTP/2 has no place for it.

use http::Extensions;
use hyper::ext::ReasonPhrase;

/// In a request: the whole URI goes into the request line, as proxies want it.
#[derive(Debug, Clone, Copy)]
pub struct AbsoluteForm;

/// Takes out the reason phrase of a response, where it is not the usual one of its status. Bytes
/// that are no UTF-8 are replaced.
pub fn take_reason(extensions: &mut Extensions) -> Option<String> {
    let reason = extensions.remove::<ReasonPhrase>()?;
    Some(String::from_utf8_lossy(reason.as_bytes()).into_owned())
}

/// Gives a response a reason phrase of its own; says whether it can be one. Line breaks and other
/// control characters cannot.
pub fn set_reason(extensions: &mut Extensions, reason: &str) -> bool {
    match ReasonPhrase::try_from(reason.as_bytes()) {
        Ok(phrase) => {
            extensions.insert(phrase);
            true
        }
        Err(_) => false,
    }
}
