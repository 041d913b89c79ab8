//! Charsets of content types: bytes to text, and what is said of text that was written anew.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use super::PayloadError;
use super::format::charset;

/// Bytes as text. Without a charset they are UTF-8, and what is none is replaced; a byte order
/// mark is no part of the text.
pub(super) fn decode<'b>(
    bytes: &'b [u8],
    charset: Option<&str>,
) -> Result<Cow<'b, str>, PayloadError> {
    let label = charset.map(str::trim).filter(|label| !label.is_empty()).unwrap_or("utf-8");
    // The Encoding standard takes it for windows-1252.
    if ["iso-8859-1", "latin1"].iter().any(|name| label.eq_ignore_ascii_case(name)) {
        return Ok(encoding_rs::mem::decode_latin1(bytes));
    }
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        Some(encoding) => Ok(encoding.decode(bytes).0),
        None => {
            Err(PayloadError::Malformed(format!("the charset `{label}` is not supported").into()))
        }
    }
}

/// Whether bytes of a charset can be read as they are.
pub(super) fn is_utf8(charset: Option<&str>) -> bool {
    charset.is_none_or(|label| Encoding::for_label(label.as_bytes()) == Some(UTF_8))
}

/// The content type of text that we write, which is always UTF-8.
pub(super) fn written_in_utf8(content_type: &str) -> Cow<'_, str> {
    if is_utf8(charset(content_type)) {
        return Cow::Borrowed(content_type);
    }
    let is_charset = |piece: &str| {
        piece.split('=').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("charset"))
    };
    let pieces = content_type.split(';').map(str::trim);
    let kept: Vec<&str> =
        pieces.map(|piece| if is_charset(piece) { "charset=UTF-8" } else { piece }).collect();
    Cow::Owned(kept.join("; "))
}

#[cfg(test)]
mod tests {
    use super::{decode, written_in_utf8};

    #[test]
    fn bytes_are_read_in_their_charset() {
        for (bytes, charset, expected) in [
            (&b"gr\xc3\xbcn"[..], None, "grün"),
            (b"gr\xc3\xbcn", Some("UTF-8"), "grün"),
            (b"\xef\xbb\xbfx", None, "x"),
            (b"gr\xfcn", Some("ISO-8859-1"), "grün"),
            (b"\x80", Some("windows-1252"), "€"),
            (b"g\0r\0", Some("utf-16le"), "gr"),
            (b"bad\xff", None, "bad\u{fffd}"),
            (b"x", Some(" "), "x"),
        ] {
            assert_eq!(decode(bytes, charset).unwrap(), expected, "{bytes:?} {charset:?}");
        }
        let error = decode(b"x", Some("no-such")).unwrap_err().to_string();
        assert_eq!(error, "the charset `no-such` is not supported");
    }

    #[test]
    fn text_that_is_written_anew_says_that_it_is_utf8() {
        for (content_type, expected) in [
            ("text/plain", "text/plain"),
            ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
            ("text/plain;charset=\"ISO-8859-1\"", "text/plain; charset=UTF-8"),
            ("text/xml; Charset=utf-16; a=b", "text/xml; charset=UTF-8; a=b"),
        ] {
            assert_eq!(written_in_utf8(content_type), expected);
        }
    }
}
