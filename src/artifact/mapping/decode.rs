//! Percent-decoding that refuses what is not percent-encoded text.

use std::borrow::Cow;

use memchr::memchr2;
use percent_encoding::percent_decode_str;

/// A `%` that two hexadecimal digits do not follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the URL has a `%` that is not followed by two hexadecimal digits")]
pub struct BrokenEncoding;

/// Decodes a piece of a URL; bytes that are no UTF-8 become replacement characters. In a form
/// (`form`) a plus is a space.
pub fn decode(piece: &str, form: bool) -> Result<Cow<'_, str>, BrokenEncoding> {
    let plus = if form { b'+' } else { b'%' };
    if memchr2(b'%', plus, piece.as_bytes()).is_none() {
        return Ok(Cow::Borrowed(piece));
    }
    let sound = piece.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if !sound {
        return Err(BrokenEncoding);
    }
    if !form {
        return Ok(percent_decode_str(piece).decode_utf8_lossy());
    }
    let spaced = piece.replace('+', " ");
    Ok(Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned()))
}

#[cfg(test)]
mod tests {
    use super::{BrokenEncoding, decode};

    #[test]
    fn decodes_or_refuses() {
        for (piece, form, expected) in [
            ("plain", false, Ok("plain")),
            ("", true, Ok("")),
            ("a%20b", false, Ok("a b")),
            ("a+b", false, Ok("a+b")),
            ("a+b%2B", true, Ok("a b+")),
            ("%C3%A4", false, Ok("ä")),
            ("%ff", false, Ok("\u{fffd}")),
            ("100%", false, Err(BrokenEncoding)),
            ("%2", true, Err(BrokenEncoding)),
            ("%zz", false, Err(BrokenEncoding)),
            ("%%20", false, Err(BrokenEncoding)),
            ("%+1", true, Err(BrokenEncoding)),
        ] {
            let decoded = decode(piece, form);
            assert_eq!(decoded.as_deref(), expected.as_ref().copied(), "{piece}");
        }
    }
}
