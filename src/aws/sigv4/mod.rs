//! AWS Signature Version 4 in headers: signing with cached keys, and verifying.

mod canonical;
mod key;
#[cfg(test)]
mod tests;
mod time;
mod verify;

use std::cell::RefCell;
use std::time::SystemTime;

use hmac::Mac as _;
use http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use http::request::Parts;
use sha2::{Digest as _, Sha256};
use smallvec::SmallVec;

use self::canonical::{Canonical, push_hex};
use self::key::KeyCache;
use self::time::Stamp;
pub use self::verify::{Verified, VerifyError};
use super::credentials::Credentials;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATION: &str = "aws4_request";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// What proxies on the way may change or drop; never signed, as the AWS SDKs have it.
const UNSIGNED: [&str; 7] = [
    "authorization",
    "connection",
    "expect",
    "transfer-encoding",
    "user-agent",
    "x-amzn-trace-id",
    "x-forwarded-for",
];

/// Signs and verifies. Keep one: it caches the keys that a day's signatures derive from.
#[derive(Debug, Default)]
pub struct Signer {
    keys: KeyCache,
}

/// The SHA-256 of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyHash([u8; 32]);

/// Why a request cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The access key or the token has characters that no header can carry.
    #[error("the access key id, the session token or the region cannot be sent in a header")]
    Unsendable,
    /// The request names no host.
    #[error("the request has no host")]
    NoHost,
    /// The clock is outside of what a signature can say.
    #[error("the system's clock is not in a year that a signature can carry")]
    Clock,
}

impl BodyHash {
    /// Hashes a body.
    pub fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }
}

thread_local! {
    /// Canonical request and string to sign are written here: two or three hundred bytes a
    /// request that need no allocation.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Signer {
    /// Signs a request whose path and query are as they go over the wire: sets `x-amz-date`,
    /// `x-amz-security-token` and `authorization`. Every other header that is set before is
    /// signed, and so is the host, which may stand in the URI alone.
    pub fn sign(
        &self,
        head: &mut Parts,
        body: BodyHash,
        credentials: &Credentials,
        region: &str,
        service: &str,
        now: SystemTime,
    ) -> Result<(), SignError> {
        let stamp = Stamp::of(now).ok_or(SignError::Clock)?;
        head.headers.insert(DATE, value(stamp.text().as_bytes())?);
        head.headers.remove(AUTHORIZATION);
        match credentials.session_token() {
            Some(token) => head.headers.insert(TOKEN, secret_value(token.expose().as_bytes())?),
            None => head.headers.remove(TOKEN),
        };
        let scope = Scope { stamp: &stamp, region, service };
        let authorization = self.authorization(head, body, credentials, &scope)?;
        head.headers.insert(AUTHORIZATION, authorization);
        Ok(())
    }

    fn authorization(
        &self,
        head: &Parts,
        body: BodyHash,
        credentials: &Credentials,
        scope: &Scope<'_>,
    ) -> Result<HeaderValue, SignError> {
        let names = signed_names(head);
        let secret = credentials.secret_access_key();
        let key = self.keys.get(secret, scope.stamp.date(), scope.region, scope.service);
        let mut text = format!("{ALGORITHM} Credential={}/", credentials.access_key_id());
        scope.push(&mut text);
        text.push_str(", SignedHeaders=");
        text.push_str(&names.join(";"));
        text.push_str(", Signature=");
        let mut text = text.into_bytes();
        BUFFER.with_borrow_mut(|buffer| {
            Canonical::of(head, &names, body).write(buffer).ok_or(SignError::NoHost)?;
            scope.string_to_sign(buffer);
            push_hex(&mut text, &key.chain_update(&*buffer).finalize().into_bytes());
            Ok(())
        })?;
        secret_value(&text)
    }
}

/// The names of the headers that a request signs, sorted.
fn signed_names(head: &Parts) -> SmallVec<[&str; 16]> {
    let all = head.headers.keys().map(HeaderName::as_str);
    let mut names: SmallVec<[&str; 16]> = all.filter(|name| !UNSIGNED.contains(name)).collect();
    if !head.headers.contains_key(HOST) {
        names.push(HOST.as_str());
    }
    names.sort_unstable();
    names
}

/// What a signing key is good for: a day, a region, a service.
struct Scope<'a> {
    stamp: &'a Stamp,
    region: &'a str,
    service: &'a str,
}

impl Scope<'_> {
    /// Appends `date/region/service/aws4_request`.
    fn push(&self, text: &mut String) {
        for part in [self.stamp.date(), "/", self.region, "/", self.service, "/", TERMINATION] {
            text.push_str(part);
        }
    }

    /// Replaces a canonical request by the string to sign that is made from it.
    fn string_to_sign(&self, buffer: &mut Vec<u8>) {
        let hash = Sha256::digest(&*buffer);
        buffer.clear();
        for part in [ALGORITHM, "\n", self.stamp.text(), "\n", self.stamp.date(), "/"] {
            buffer.extend_from_slice(part.as_bytes());
        }
        for part in [self.region, "/", self.service, "/", TERMINATION, "\n"] {
            buffer.extend_from_slice(part.as_bytes());
        }
        push_hex(buffer, &hash);
    }
}

fn value(text: &[u8]) -> Result<HeaderValue, SignError> {
    HeaderValue::from_bytes(text).map_err(|_| SignError::Unsendable)
}

/// A header value that `Debug` does not show.
fn secret_value(text: &[u8]) -> Result<HeaderValue, SignError> {
    let mut value = value(text)?;
    value.set_sensitive(true);
    Ok(value)
}
