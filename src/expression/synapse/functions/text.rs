//! Functions of texts. Lengths and places count UTF-16 units, as Java does.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::super::ast::Prepared;
use super::Arguments;
use super::convert::{json_array, limits};
use crate::expression::EvalError;
use crate::expression::charset::Charset;
use crate::expression::java_regex::Pattern;
use crate::json;
use crate::message::Value;

/// As Java's decoder: padding may be there or not, and left-over bits do not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What `urlEncode` leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

pub(super) fn length(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let length = match arguments.value(0) {
        Value::Text(text) => text.encode_utf16().count(),
        other => match json_array(other, limits(arguments)).as_deref() {
            Some(json::Value::Array(elements)) => elements.len(),
            _ => return Err(arguments.wrong(0, "a text or an array")),
        },
    };
    Ok(Value::Int(length as i64))
}

pub(super) fn to_upper(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    Ok(Value::text(primitive(arguments)?.to_uppercase()))
}

pub(super) fn to_lower(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    Ok(Value::text(primitive(arguments)?.to_lowercase()))
}

/// These two take the numbers and booleans of a payload as well.
fn primitive(arguments: &Arguments<'_>) -> Result<Arc<str>, EvalError> {
    match arguments.value(0) {
        Value::Json(json) if !matches!(**json, json::Value::Number(_)) => {
            Err(arguments.wrong(0, "a text"))
        }
        Value::Xml(_) => Err(arguments.wrong(0, "a text")),
        other => Ok(other.to_text()),
    }
}

/// Java trims everything up to the space.
pub(super) fn trim(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    Ok(Value::text(arguments.text(0)?.trim_matches(|c| c <= ' ')))
}

pub(super) fn starts_with(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    Ok(Value::Bool(arguments.text(0)?.starts_with(arguments.text(1)?)))
}

pub(super) fn ends_with(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    Ok(Value::Bool(arguments.text(0)?.ends_with(arguments.text(1)?)))
}

pub(super) fn contains(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    Ok(Value::Bool(arguments.text(0)?.contains(arguments.text(1)?)))
}

pub(super) fn replace(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let (text, old, new) = (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
    let longest = text.matches(old).count().saturating_mul(new.len());
    arguments.evaluation.budget.spend_text(longest)?;
    Ok(Value::text(text.replace(old, new)))
}

pub(super) fn sub_string(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let units = units(arguments.text(0)?);
    let start = arguments.integer(1)?;
    let end = if arguments.has(2) { arguments.integer(2)? } else { units.len() as i64 };
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let part = range.and_then(|(start, end)| units.get(start..end));
    part.map(|part| Value::text(String::from_utf16_lossy(part))).ok_or_else(|| {
        let length = units.len();
        arguments.failed(format!("there is no part {start} to {end} of {length} characters"))
    })
}

pub(super) fn char_at(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let units = units(arguments.text(0)?);
    let index = arguments.integer(1)?;
    let unit = usize::try_from(index).ok().and_then(|index| units.get(index));
    unit.map(|unit| Value::text(String::from_utf16_lossy(&[*unit]))).ok_or_else(|| {
        arguments.failed(format!("there is no character {index} of {}", units.len()))
    })
}

pub(super) fn index_of(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let (text, part) = (arguments.text(0)?, arguments.text(1)?);
    let from = if arguments.has(2) { arguments.integer(2)? } else { 0 };
    let start = byte_of(text, usize::try_from(from).unwrap_or(0));
    let found = text.get(start..).and_then(|rest| rest.find(part));
    let before = found.and_then(|at| text.get(..start + at));
    Ok(Value::Int(before.map_or(-1, |before| before.encode_utf16().count() as i64)))
}

/// Where the first character begins that is not before a UTF-16 unit; the end where there is none.
fn byte_of(text: &str, unit: usize) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= unit {
            return at;
        }
        units += c.len_utf16();
    }
    text.len()
}

pub(super) fn split(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let text = arguments.text(0)?;
    let pattern: Cow<'_, Pattern> = match arguments.prepared {
        Prepared::Pattern(pattern) => Cow::Borrowed(pattern),
        _ => Cow::Owned(
            Pattern::within(arguments.text(1)?, "").map_err(|error| arguments.failed(error))?,
        ),
    };
    let steps = arguments.evaluation.budget.regex();
    let parts = split_parts(text, &pattern, steps)?.into_iter().map(json::Value::string).collect();
    Ok(Value::Json(Arc::new(json::Value::Array(parts))))
}

/// The parts between the matches, without empty ones at the end, and without the one before an
/// empty match at the very start.
fn split_parts<'t>(
    text: &'t str,
    pattern: &Pattern,
    steps: u64,
) -> Result<Vec<&'t str>, EvalError> {
    let mut parts = Vec::new();
    let mut from = 0;
    for found in pattern.all(text, steps)? {
        let (start, end) = found.whole();
        if end == 0 {
            continue;
        }
        parts.extend(text.get(from..start));
        from = end;
    }
    if parts.is_empty() {
        return Ok(vec![text]);
    }
    parts.extend(text.get(from..));
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    Ok(parts)
}

fn charset(arguments: &Arguments<'_>) -> Result<Charset, EvalError> {
    if arguments.has(1) { Charset::find(arguments.text(1)?) } else { Ok(Charset::Utf8) }
}

pub(super) fn base64_encode(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let bytes = charset(arguments)?.encode(arguments.text(0)?);
    Ok(Value::text(STANDARD.encode(bytes)))
}

pub(super) fn base64_decode(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let bytes = LENIENT.decode(arguments.text(0)?);
    let bytes = bytes.map_err(|_| arguments.failed("the text is not base64"))?;
    Ok(Value::text(charset(arguments)?.decode(&bytes)))
}

/// In UTF-8 as paths want it; in other charsets as forms do, as in Synapse.
pub(super) fn url_encode(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let bytes = charset(arguments)?.encode(arguments.text(0)?);
    let encoded = percent_encode(&bytes, PLAIN).to_string();
    let is_form = arguments.has(1) && arguments.text(1)? != "UTF-8";
    Ok(Value::text(if is_form { encoded.replace("%20", "+").replace("%2A", "*") } else { encoded }))
}

/// A plus sign is a space; a percent sign has to have its two digits.
pub(super) fn url_decode(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let charset = charset(arguments)?;
    let mut decoded = String::new();
    let mut bytes = Vec::new();
    let mut rest = arguments.text(0)?;
    while let Some(c) = rest.chars().next() {
        if c == '%' {
            let digits =
                rest.get(1..3).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
            let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            bytes.push(byte.ok_or_else(|| arguments.failed("`%` without two digits"))?);
            rest = rest.get(3..).unwrap_or_default();
            continue;
        }
        decoded.push_str(&charset.decode(&std::mem::take(&mut bytes)));
        decoded.push(if c == '+' { ' ' } else { c });
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    decoded.push_str(&charset.decode(&bytes));
    Ok(Value::text(decoded))
}
