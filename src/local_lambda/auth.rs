//! Who calls: the signature of a request, and the region that it was made for.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use http::request::Parts;

use super::error::{Answer, ApiError};
use crate::aws::credentials::Credentials;
use crate::aws::sigv4::{Signer, VerifyError};

/// How far a request's date may be from ours.
const SKEW: Duration = Duration::from_mins(5);

/// Verifies a request and gives the region that it is for.
pub(super) fn verify(
    signer: &Signer,
    keys: &[Credentials],
    head: &Parts,
    body: &[u8],
    now: SystemTime,
) -> Answer<String> {
    let find = |id: &str| keys.iter().find(|key| key.access_key_id() == id).cloned();
    let verified = signer.verify(head, body, find, now, SKEW).map_err(|error| {
        if error == VerifyError::UnknownKey {
            // AWS's words leave people who try their flows here looking for a fault of AWS's.
            tracing::warn!("a call is signed with a key that `[local_lambda] access_keys` lacks");
        }
        ApiError::new(StatusCode::FORBIDDEN, error.error_type(), error.to_string())
    })?;
    let refused =
        |message: &str| ApiError::new(StatusCode::FORBIDDEN, "InvalidSignatureException", message);
    if verified.service != "lambda" {
        return Err(refused("Credential should be scoped to correct service: 'lambda'."));
    }
    // The region becomes part of ARNs, and a region that nobody can have must not cost memory.
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if verified.region.len() > 32 || !verified.region.bytes().all(plain) {
        return Err(refused("Credential should be scoped to a valid region."));
    }
    Ok(verified.region)
}
