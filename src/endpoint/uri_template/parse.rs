//! From text to parts, by the grammar of RFC 6570.

use std::sync::Arc;

use super::{Modifier, OPERATORS, Part, Spec, UriTemplateError, push_reserved};

/// The most characters that a prefix can ask for.
const LONGEST_PREFIX: usize = 9999;

pub(super) fn parse(text: &str) -> Result<Vec<Part>, UriTemplateError> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(inner) = rest.strip_prefix('{') {
            let end = inner.find('}').ok_or_else(|| error(at, "`{` is never closed"))?;
            parts.push(expression(inner.get(..end).unwrap_or_default(), at)?);
            at += end + "{}".len();
        } else {
            let end = rest.find(['{', '}']).unwrap_or(rest.len());
            if rest.get(end..).is_some_and(|rest| rest.starts_with('}')) {
                return Err(error(at + end, "`}` closes nothing"));
            }
            let mut literal = String::new();
            push_reserved(&mut literal, rest.get(..end).unwrap_or_default());
            parts.push(Part::Literal(literal.into()));
            at += end;
        }
    }
    Ok(parts)
}

fn expression(inner: &str, at: usize) -> Result<Part, UriTemplateError> {
    let [plain, others @ ..] = &OPERATORS;
    let signed = others.iter().find(|operator| operator.sign == inner.chars().next());
    let (operator, list) = match signed {
        Some(operator) => (operator, inner.get(1..).unwrap_or_default()),
        None => (plain, inner),
    };
    if list.is_empty() {
        return Err(error(at, format!("`{{{inner}}}` names no variable")));
    }
    let specs = list.split(',').map(|text| spec(text).map_err(|message| error(at, message)));
    Ok(Part::Expression(*operator, specs.collect::<Result<_, _>>()?))
}

fn spec(text: &str) -> Result<Spec, String> {
    let (name, modifier) = if let Some(name) = text.strip_suffix('*') {
        (name, Modifier::Explode)
    } else if let Some((name, length)) = text.split_once(':') {
        let length = prefix_length(length).ok_or_else(|| {
            format!("`{text}` has no length from 1 to {LONGEST_PREFIX} behind `:`")
        })?;
        (name, Modifier::Prefix(length))
    } else {
        (text, Modifier::None)
    };
    if name.split('.').all(is_name_part) {
        Ok(Spec { name: Arc::from(name), modifier })
    } else {
        Err(format!(
            "`{name}` is not the name of a variable: letters, digits, `_`, and `.` between"
        ))
    }
}

fn prefix_length(digits: &str) -> Option<usize> {
    let is_number = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?.filter(|length| *length <= LONGEST_PREFIX)
}

/// Letters, digits, `_` and what is percent-encoded.
fn is_name_part(part: &str) -> bool {
    let mut pieces = part.split('%');
    let plain =
        |piece: &str| piece.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let encoded = |piece: &str| {
        piece.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
            && plain(piece)
    };
    !part.is_empty() && pieces.next().is_some_and(plain) && pieces.all(encoded)
}

fn error(offset: usize, message: impl Into<String>) -> UriTemplateError {
    UriTemplateError { message: message.into(), offset }
}
