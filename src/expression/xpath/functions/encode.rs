//! Synapse's functions that encode and sign: base64, URL encoding, HMAC.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::Call;
use crate::expression::EvalError;
use crate::expression::charset::Charset;

/// As Java's decoder: padding may be there or not, and left-over bits do not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What stays as it is in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'$')
    .remove(b',')
    .remove(b';')
    .remove(b'/');

/// What stays as it is behind the first `?`.
const QUERY: &AsciiSet = &PATH.remove(b'+').remove(b'?');

impl Call<'_, '_> {
    fn charset(&self, index: usize) -> Result<Charset, EvalError> {
        if self.has(index) { Charset::find(&self.text(index)?) } else { Ok(Charset::Utf8) }
    }

    pub(super) fn base64_encode(&self) -> Result<String, EvalError> {
        Ok(STANDARD.encode(self.charset(1)?.encode(&self.text(0)?)))
    }

    /// Decodes both alphabets and passes over what belongs to neither.
    pub(super) fn base64_decode(&self) -> Result<String, EvalError> {
        let charset = self.charset(1)?;
        let text = self.text(0)?;
        let mut digits: Vec<u8> = text
            .bytes()
            .take_while(|byte| *byte != b'=')
            .filter_map(|byte| match byte {
                b'-' => Some(b'+'),
                b'_' => Some(b'/'),
                b'+' | b'/' => Some(byte),
                _ => byte.is_ascii_alphanumeric().then_some(byte),
            })
            .collect();
        // A digit alone holds no byte.
        if digits.len() % 4 == 1 {
            digits.pop();
        }
        let bytes = LENIENT.decode(digits).map_err(|error| {
            EvalError::failed(format!("`base64Decode` cannot read its argument: {error}"))
        })?;
        Ok(charset.decode(&bytes).trim().to_owned())
    }

    /// Encodes what may not stand in a path, and behind the first `?` what may not stand in a
    /// query; `/`, `?` and `&` stay.
    pub(super) fn url_encode(&self) -> Result<String, EvalError> {
        let charset = self.charset(1)?;
        let text = self.text(0)?;
        Ok(match text.split_once('?') {
            None => percent_encode(&charset.encode(&text), PATH).to_string(),
            Some((path, query)) => format!(
                "{}?{}",
                percent_encode(&charset.encode(path), PATH),
                percent_encode(&charset.encode(query), QUERY)
            ),
        })
    }

    pub(super) fn hmac_generate(&self) -> Result<String, EvalError> {
        let (payload, secret) = (self.text(0)?, self.text(1)?);
        let algorithm = if self.has(2) { self.text(2)? } else { "HmacSHA1".to_owned() };
        let sign = match algorithm.to_ascii_uppercase().as_str() {
            "HMACMD5" => hex_hmac::<Hmac<md5::Md5>>,
            "HMACSHA1" => hex_hmac::<Hmac<sha1::Sha1>>,
            "HMACSHA224" => hex_hmac::<Hmac<sha2::Sha224>>,
            "HMACSHA256" => hex_hmac::<Hmac<sha2::Sha256>>,
            "HMACSHA384" => hex_hmac::<Hmac<sha2::Sha384>>,
            "HMACSHA512" => hex_hmac::<Hmac<sha2::Sha512>>,
            _ => {
                return Err(EvalError::failed(format!(
                    "`hmac-generate` knows no algorithm `{algorithm}`"
                )));
            }
        };
        sign(secret.as_bytes(), payload.as_bytes())
    }
}

fn hex_hmac<M: Mac + KeyInit>(secret: &[u8], payload: &[u8]) -> Result<String, EvalError> {
    // Java refuses an empty key, and a signature with one would prove nothing.
    let keyed = if secret.is_empty() { None } else { <M as KeyInit>::new_from_slice(secret).ok() };
    let Some(mut mac) = keyed else {
        return Err(EvalError::failed("`hmac-generate` needs a secret that is not empty"));
    };
    mac.update(payload);
    let mut hex = String::new();
    for byte in mac.finalize().into_bytes() {
        // Writing into a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
}
