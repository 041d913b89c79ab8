//! The other side of a signature: what AWS checks, in its order, with its errors.

use std::time::{Duration, SystemTime};

use hmac::Mac as _;
use http::header::AUTHORIZATION;
use http::request::Parts;
use smallvec::SmallVec;

use super::canonical::Canonical;
use super::time::Stamp;
use super::{ALGORITHM, BUFFER, BodyHash, DATE, Scope, Signer, TERMINATION, TOKEN};
use crate::aws::credentials::Credentials;

/// Who signed, and for where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The access key.
    pub access_key_id: String,
    /// The region of the signature.
    pub region: String,
    /// The service of the signature.
    pub service: String,
}

/// Why a request is refused; the message is what AWS's answer says. All of them are status 403.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// There is no signature.
    #[error("Missing Authentication Token")]
    Missing,
    /// The signature cannot be read.
    #[error("{0}")]
    Incomplete(String),
    /// Nobody has this access key, or its session token is another one.
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    /// The signature is of another day, place or time.
    #[error("{0}")]
    Refused(String),
    /// The signature is not the one of this request and this secret.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check \
         your AWS Secret Access Key and signing method. Consult the service documentation for \
         details."
    )]
    Mismatch,
}

impl VerifyError {
    /// AWS's name of the error, for the header `x-amzn-ErrorType`.
    pub fn error_type(&self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::Incomplete(_) => "IncompleteSignatureException",
            Self::UnknownKey => "UnrecognizedClientException",
            Self::Refused(_) | Self::Mismatch => "InvalidSignatureException",
        }
    }
}

/// An `Authorization` header, taken apart.
struct Claim<'a> {
    access_key_id: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    names: SmallVec<[&'a str; 16]>,
    signature: [u8; 32],
}

impl Signer {
    /// Checks the signature of a request as it arrived. `secret` finds the credentials of an
    /// access key; where they have a session token, the request must carry it. The request's date
    /// may be `max_skew` away from `now`.
    pub fn verify(
        &self,
        head: &Parts,
        body: &[u8],
        secret: impl FnOnce(&str) -> Option<Credentials>,
        now: SystemTime,
        max_skew: Duration,
    ) -> Result<Verified, VerifyError> {
        let header = head.headers.get(AUTHORIZATION).ok_or(VerifyError::Missing)?;
        let text =
            header.to_str().map_err(|_| incomplete("The Authorization header is not text"))?;
        let claim = Claim::parse(text)?;
        let (stamp, signed_at) = date(head)?;
        let credentials = secret(claim.access_key_id).ok_or(VerifyError::UnknownKey)?;
        let token = head.headers.get(TOKEN).map(http::HeaderValue::as_bytes);
        if credentials.session_token().is_some_and(|it| token != Some(it.expose().as_bytes())) {
            return Err(VerifyError::UnknownKey);
        }
        claim.in_time(&stamp, signed_at, now, max_skew)?;
        let scope = Scope { stamp: &stamp, region: claim.region, service: claim.service };
        let secret = credentials.secret_access_key();
        let key = self.keys.get(secret, claim.date, claim.region, claim.service);
        let canonical = Canonical::of(head, &claim.names, BodyHash::of(body));
        BUFFER.with_borrow_mut(|buffer| {
            canonical.write(buffer).ok_or(VerifyError::Mismatch)?;
            scope.string_to_sign(buffer);
            let key = key.chain_update(&*buffer);
            key.verify_slice(&claim.signature).map_err(|_| VerifyError::Mismatch)
        })?;
        Ok(Verified {
            access_key_id: claim.access_key_id.to_owned(),
            region: claim.region.to_owned(),
            service: claim.service.to_owned(),
        })
    }
}

impl<'a> Claim<'a> {
    fn parse(text: &'a str) -> Result<Self, VerifyError> {
        let Some(rest) = text.strip_prefix(ALGORITHM).filter(|rest| rest.starts_with(' ')) else {
            return Err(incomplete("Unsupported AWS 'algorithm' in the Authorization header"));
        };
        let part = |wanted: &str| {
            let parts = rest.split(',').filter_map(|part| part.trim().split_once('='));
            parts.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value).ok_or_else(
                || incomplete(&format!("Authorization header requires '{wanted}' parameter.")),
            )
        };
        let scope: SmallVec<[&str; 5]> = part("Credential")?.rsplitn(5, '/').collect();
        let &[TERMINATION, service, region, date, access_key_id] = scope.as_slice() else {
            return Err(incomplete(
                "Credential must have at least 5 slash-delimited elements, the last of them \
                 'aws4_request'",
            ));
        };
        let names: SmallVec<[&str; 16]> = part("SignedHeaders")?.split(';').collect();
        let signature = unhex(part("Signature")?).ok_or(VerifyError::Mismatch)?;
        if !names.contains(&"host") {
            let message =
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
            return Err(VerifyError::Refused(message.into()));
        }
        Ok(Self { access_key_id, date, region, service, names, signature })
    }

    fn in_time(
        &self,
        stamp: &Stamp,
        signed_at: SystemTime,
        now: SystemTime,
        max_skew: Duration,
    ) -> Result<(), VerifyError> {
        let at = stamp.text();
        if self.date != stamp.date() {
            return Err(VerifyError::Refused(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '{}' != '{}', from '{at}'.",
                self.date,
                stamp.date()
            )));
        }
        let name = |time| Stamp::of(time).map_or_else(String::new, |it| it.text().to_owned());
        let minutes = max_skew.as_secs() / 60;
        if now.duration_since(signed_at).is_ok_and(|age| age > max_skew) {
            let limit = name(now.checked_sub(max_skew).unwrap_or(now));
            return Err(VerifyError::Refused(format!(
                "Signature expired: {at} is now earlier than {limit} ({} - {minutes} min.)",
                name(now)
            )));
        }
        if signed_at.duration_since(now).is_ok_and(|ahead| ahead > max_skew) {
            let limit = name(now.checked_add(max_skew).unwrap_or(now));
            return Err(VerifyError::Refused(format!(
                "Signature not yet current: {at} is still later than {limit} ({} + {minutes} min.)",
                name(now)
            )));
        }
        Ok(())
    }
}

fn date(head: &Parts) -> Result<(Stamp, SystemTime), VerifyError> {
    let Some(value) = head.headers.get(DATE) else {
        return Err(incomplete(
            "Authorization header requires existence of an 'X-Amz-Date' header.",
        ));
    };
    let parsed = value.to_str().ok().and_then(Stamp::parse);
    parsed.ok_or_else(|| incomplete("Date must be in ISO-8601 'basic format'."))
}

fn incomplete(message: &str) -> VerifyError {
    VerifyError::Incomplete(message.to_owned())
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}
