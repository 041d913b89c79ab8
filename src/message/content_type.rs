//! The words of a content type: its media type and its parameters.

use std::borrow::Cow;

/// A content type without its parameters.
pub fn media_type(content_type: &str) -> &str {
    content_type.split([';', ',']).next().unwrap_or_default().trim()
}

/// A parameter's value, without quotes.
pub(super) fn parameter<'t>(content_type: &'t str, name: &str) -> Option<Cow<'t, str>> {
    pieces(content_type).skip(1).find_map(|piece| {
        let (found, value) = piece.split_once('=')?;
        found.trim().eq_ignore_ascii_case(name).then(|| unquoted(value.trim()))
    })
}

/// The content type with another value of a parameter, where it stood or else at the end; without
/// the parameter for no value.
pub(super) fn with_parameter(content_type: &str, name: &str, value: Option<&str>) -> String {
    let mut made = String::with_capacity(content_type.len() + 24);
    let mut left = value;
    for (at, piece) in pieces(content_type).enumerate() {
        let found = piece.split('=').next().unwrap_or_default().trim();
        if at > 0 && found.eq_ignore_ascii_case(name) {
            if let Some(value) = left.take() {
                push(&mut made, name, value);
            }
        } else if at == 0 {
            made.push_str(piece);
        } else if !piece.is_empty() {
            made.push_str("; ");
            made.push_str(piece);
        }
    }
    if let Some(value) = left {
        push(&mut made, name, value);
    }
    made
}

fn push(made: &mut String, name: &str, value: &str) {
    let is_token = value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    let quote = if is_token && !value.is_empty() { "" } else { "\"" };
    made.extend(["; ", name, "=", quote]);
    made.push_str(&value.replace('"', "\\\""));
    made.push_str(quote);
}

/// The pieces between semicolons that stand outside quotes.
fn pieces(content_type: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    content_type
        .split(move |character| {
            let ends = character == ';' && !quoted;
            quoted ^= character == '"' && !escaped;
            escaped = character == '\\' && quoted && !escaped;
            ends
        })
        .map(str::trim)
}

/// Only an escaped quote is one: a backslash is part of many a file's name.
fn unquoted(value: &str) -> Cow<'_, str> {
    match value.strip_prefix('"').map(|inner| inner.strip_suffix('"').unwrap_or(inner)) {
        None => Cow::Borrowed(value),
        Some(inner) if inner.contains("\\\"") => Cow::Owned(inner.replace("\\\"", "\"")),
        Some(inner) => Cow::Borrowed(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::{media_type, parameter, with_parameter};

    #[test]
    fn parameters_are_found_and_unquoted() {
        for (content_type, name, expected) in [
            ("text/xml; charset=\"utf-16\"", "charset", Some("utf-16")),
            ("text/xml;CHARSET = utf-8 ", "charset", Some("utf-8")),
            ("text/xml", "charset", None),
            ("text/xml; charset", "charset", None),
            ("charset=x", "charset", None),
            ("a/b; action=\"urn:a;charset=no\"; charset=yes", "charset", Some("yes")),
            ("a/b; action=\"urn:a;b\"", "action", Some("urn:a;b")),
            ("form-data; name=\"a\\\"b\"; filename=\"C:\\dir\\f\"", "name", Some("a\"b")),
            ("form-data; name=\"a\\\"b\"; filename=\"C:\\dir\\f\"", "filename", Some("C:\\dir\\f")),
            ("a/b; boundary=\"open", "boundary", Some("open")),
        ] {
            assert_eq!(parameter(content_type, name).as_deref(), expected, "{content_type}");
        }
        assert_eq!(media_type(" text/xml ;charset=x"), "text/xml");
        assert_eq!(media_type("text/xml, text/plain"), "text/xml");
    }

    #[test]
    fn a_parameter_is_set_where_it_stood() {
        for (content_type, value, expected) in [
            ("text/plain", Some("UTF-8"), "text/plain; charset=UTF-8"),
            ("text/plain;charset=\"ISO-8859-1\"", Some("UTF-8"), "text/plain; charset=UTF-8"),
            ("text/xml; Charset=utf-16; a=b", Some("UTF-8"), "text/xml; charset=UTF-8; a=b"),
            ("text/xml; charset=a; charset=b", Some("c"), "text/xml; charset=c"),
            ("text/xml; charset=a; x=\"1;2\"", None, "text/xml; x=\"1;2\""),
            ("text/xml;", None, "text/xml"),
            ("text/xml", Some("a b"), "text/xml; charset=\"a b\""),
        ] {
            assert_eq!(with_parameter(content_type, "charset", value), expected);
        }
    }
}
