//! How the text of a parameter becomes what AWS's type needs; lenient where flows rely on it.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde_json::value::RawValue;

use super::ParamValue;
use crate::aws::operations::Kind;

/// The text of a value in a path, a query or a header.
pub(super) fn scalar(kind: Kind, value: &ParamValue) -> Result<String, String> {
    let text = value.as_text()?.trim();
    match kind {
        Kind::Integer | Kind::Long | Kind::Boolean => json_of(kind, text),
        _ => Ok(text.to_owned()),
    }
}

/// A value as a member of the JSON body.
pub(super) fn json(kind: Kind, value: &ParamValue) -> Result<String, String> {
    match (kind, value) {
        (Kind::Blob, ParamValue::Bytes(bytes)) => Ok(quote(&STANDARD.encode(bytes))),
        (Kind::Text | Kind::Raw, value) => Ok(quote(value.as_text()?)),
        (kind, value) => json_of(kind, value.as_text()?.trim()),
    }
}

fn json_of(kind: Kind, text: &str) -> Result<String, String> {
    match kind {
        Kind::Integer => whole::<i32>(text).map(|number| number.to_string()),
        Kind::Long => whole::<i64>(text).map(|number| number.to_string()),
        Kind::Boolean => truth(text),
        Kind::Object | Kind::Map => structure(text, '{', "an object"),
        Kind::TextList => text_list(text),
        Kind::ObjectList if text.starts_with('{') => {
            structure(text, '{', "an object").map(|object| format!("[{object}]"))
        }
        Kind::ObjectList => structure(text, '[', "an array"),
        Kind::Blob => blob(text),
        Kind::Text | Kind::Raw => Ok(quote(text)),
    }
}

/// A whole number, bare, in quotes, or with the zeros that arithmetic leaves behind (`128.0`).
fn whole<T: TryFrom<i64>>(text: &str) -> Result<T, String> {
    let text = unquote(text);
    let digits = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole
        }
        _ => text,
    };
    let number = digits.parse::<i64>().ok().and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| "is not a whole number in range".into())
}

fn truth(text: &str) -> Result<String, String> {
    let text = unquote(text);
    let known = ["true", "false"].into_iter().find(|known| known.eq_ignore_ascii_case(text));
    known.map(str::to_owned).ok_or_else(|| "is neither true nor false".into())
}

/// JSON text that is valid and of the right shape, otherwise as it was written.
fn structure(text: &str, first: char, shape: &str) -> Result<String, String> {
    let raw: &RawValue =
        serde_json::from_str(text).map_err(|error| format!("is not valid JSON: {error}"))?;
    if raw.get().starts_with(first) {
        Ok(raw.get().to_owned())
    } else {
        Err(format!("is JSON, but not {shape}"))
    }
}

/// A JSON array, or texts between commas. Quotes around one are dropped: flows written for the
/// connector's own assembly pass `a","b`.
fn text_list(text: &str) -> Result<String, String> {
    if text.starts_with('[') {
        return structure(text, '[', "an array");
    }
    let items = text.split(',').map(|item| item.trim().trim_matches('"').trim());
    let items: Vec<String> = items.filter(|item| !item.is_empty()).map(quote).collect();
    if items.is_empty() {
        Err("names nothing".into())
    } else {
        Ok(format!("[{}]", items.join(",")))
    }
}

/// Base64, bare or in quotes, with or without line breaks and padding; sent in its strict form.
fn blob(text: &str) -> Result<String, String> {
    let text = unquote(text);
    let text: Cow<'_, str> = if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        text.split_ascii_whitespace().collect::<String>().into()
    } else {
        text.into()
    };
    let bytes = LENIENT.decode(text.as_bytes()).map_err(|_| "is not valid Base64".to_owned())?;
    Ok(quote(&STANDARD.encode(bytes)))
}

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn unquote(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or(text, str::trim)
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl ParamValue {
    fn as_text(&self) -> Result<&str, String> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Bytes(bytes) => {
                std::str::from_utf8(bytes).map_err(|_| "is not valid UTF-8".to_owned())
            }
        }
    }
}
