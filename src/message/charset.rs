//! Charsets: bytes to text and text to bytes, with the names and the habits of Java.

use std::borrow::Cow;

use bytes::Bytes;
use encoding_rs::{EncoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::PayloadError;

/// A charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// Half of what the Encoding standard takes the name for.
    Ascii,
    /// What the Encoding standard takes for windows-1252.
    Latin1,
    /// Big-endian behind a byte order mark; read in either order.
    Utf16,
    /// One of the Encoding standard.
    Standard(&'static Encoding),
}

/// What is written for a character that a charset lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// A character reference, as XML reads it.
    Reference,
    /// An escape, as JSON reads it.
    Escape,
    /// A question mark.
    Mark,
}

impl Charset {
    pub const UTF8: Self = Self::Standard(UTF_8);

    /// The charset of a name.
    pub fn of(label: &str) -> Option<Self> {
        let label = label.trim();
        let is = |names: &[&str]| names.iter().any(|name| label.eq_ignore_ascii_case(name));
        if is(&["iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1"]) {
            return Some(Self::Latin1);
        }
        if is(&["us-ascii", "ascii"]) {
            return Some(Self::Ascii);
        }
        if is(&["utf-16"]) {
            return Some(Self::Utf16);
        }
        Encoding::for_label_no_replacement(label.as_bytes()).map(Self::Standard)
    }

    /// The name for an XML declaration; none where a document needs none.
    pub fn declared_name(self) -> Option<&'static str> {
        match self {
            Self::Standard(encoding) if encoding == UTF_8 => None,
            Self::Ascii => Some("US-ASCII"),
            Self::Latin1 => Some("ISO-8859-1"),
            Self::Utf16 => Some("UTF-16"),
            Self::Standard(encoding) => Some(encoding.name()),
        }
    }

    /// Bytes as text; what is none is replaced, and a byte order mark is no part of it.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Latin1 => encoding_rs::mem::decode_latin1(bytes),
            Self::Ascii => UTF_8.decode(bytes).0,
            Self::Utf16 => {
                // RFC 2781 takes text without a mark for big-endian; what can only be the other
                // order is not.
                let little = matches!(bytes, [first, 0, ..] if *first != 0);
                if little { UTF_16LE } else { UTF_16BE }.decode(bytes).0
            }
            Self::Standard(encoding) => encoding.decode(bytes).0,
        }
    }

    /// Text as bytes.
    pub fn encode(self, text: String, missing: Missing) -> Bytes {
        match self {
            Self::Standard(encoding) if encoding == UTF_8 => text.into(),
            Self::Ascii => narrow(&text, 0x7F, missing).into(),
            Self::Latin1 => narrow(&text, 0xFF, missing).into(),
            Self::Utf16 => {
                wide("\u{FEFF}".encode_utf16().chain(text.encode_utf16()), u16::to_be_bytes)
            }
            Self::Standard(encoding) if encoding == UTF_16BE => {
                wide(text.encode_utf16(), u16::to_be_bytes)
            }
            Self::Standard(encoding) if encoding == UTF_16LE => {
                wide(text.encode_utf16(), u16::to_le_bytes)
            }
            Self::Standard(encoding) => mapped(encoding, &text, missing).into(),
        }
    }
}

fn wide(units: impl Iterator<Item = u16>, bytes: fn(u16) -> [u8; 2]) -> Bytes {
    units.flat_map(bytes).collect()
}

fn narrow(text: &str, last: u32, missing: Missing) -> Vec<u8> {
    let mut made = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u32::from(character) {
            code if code <= last => made.push(code as u8),
            _ => missing.write(character, &mut made),
        }
    }
    made
}

fn mapped(encoding: &'static Encoding, text: &str, missing: Missing) -> Vec<u8> {
    let mut encoder = encoding.new_encoder();
    let mut made = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        // Some bytes more, so that each round gets on.
        made.reserve(rest.len() / 2 + 16);
        let (result, read) =
            encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut made, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return made,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(character) => missing.write(character, &mut made),
        }
    }
}

impl Missing {
    fn write(self, character: char, made: &mut Vec<u8>) {
        match self {
            Self::Reference => made.extend(format!("&#{};", u32::from(character)).bytes()),
            Self::Escape => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    made.extend(format!("\\u{unit:04x}").bytes());
                }
            }
            Self::Mark => made.push(b'?'),
        }
    }
}

/// Bytes as text in the charset of a name; without one a byte order mark tells, else it is UTF-8.
pub(super) fn decode<'b>(
    bytes: &'b [u8],
    label: Option<&str>,
) -> Result<Cow<'b, str>, PayloadError> {
    match label.map(str::trim).filter(|label| !label.is_empty()) {
        None => Ok(UTF_8.decode(bytes).0),
        Some(label) => Charset::of(label).map(|charset| charset.decode(bytes)).ok_or_else(|| {
            let message = format!("the charset `{label}` is not supported");
            PayloadError::Malformed(message.into())
        }),
    }
}

/// Whether bytes can be read as UTF-8 as they are: nothing says otherwise, and nothing shows that
/// they are UTF-16.
pub(super) fn is_utf8(bytes: &[u8], label: Option<&str>) -> bool {
    match label {
        Some(label) if !label.trim().is_empty() => Charset::of(label) == Some(Charset::UTF8),
        _ => !is_utf16(bytes),
    }
}

/// Whether a charset of that name can be read and written.
pub fn is_charset(label: &str) -> bool {
    Charset::of(label).is_some()
}

/// UTF-8 without its byte order mark.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// JSON without a charset whose first character is a byte order mark or has a zero byte: its
/// first one is ASCII.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, _, ..] | [_, 0, ..])
}

#[cfg(test)]
mod tests {
    use super::{Charset, Missing, decode};

    #[test]
    fn bytes_are_read_in_their_charset() {
        for (bytes, charset, expected) in [
            (&b"gr\xc3\xbcn"[..], None, "grün"),
            (b"gr\xc3\xbcn", Some("UTF-8"), "grün"),
            (b"\xef\xbb\xbfx", None, "x"),
            (b"\xff\xfeg\0", None, "g"),
            (b"gr\xfcn", Some("ISO-8859-1"), "grün"),
            (b"\x80", Some("latin1"), "\u{80}"),
            (b"\x80", Some("windows-1252"), "€"),
            (b"g\0r\0", Some("utf-16le"), "gr"),
            (b"\0g\0r", Some("UTF-16"), "gr"),
            (b"g\0r\0", Some("UTF-16"), "gr"),
            (b"\xff\xfeg\0", Some("UTF-16"), "g"),
            (b"\xfe\xff\0g", Some("UTF-16"), "g"),
            (b"\x93\xfa\x96\x7b", Some("Shift_JIS"), "日本"),
            (b"bad\xff", None, "bad\u{fffd}"),
            (b"x", Some(" "), "x"),
        ] {
            assert_eq!(decode(bytes, charset).unwrap(), expected, "{bytes:?} {charset:?}");
        }
        let error = decode(b"x", Some("no-such")).unwrap_err().to_string();
        assert_eq!(error, "the charset `no-such` is not supported");
    }

    #[test]
    fn text_is_written_in_a_charset_with_what_stands_for_the_rest() {
        use Missing::{Escape, Mark, Reference};
        for (charset, text, missing, expected) in [
            ("UTF-8", "ü€", Mark, "ü€".as_bytes()),
            ("ISO-8859-1", "ü", Mark, b"\xfc"),
            ("ISO-8859-1", "€", Reference, b"&#8364;"),
            ("ISO-8859-1", "x€y", Mark, b"x?y"),
            ("US-ASCII", "ü", Escape, b"\\u00fc"),
            ("US-ASCII", "\u{1F600}", Escape, b"\\ud83d\\ude00"),
            ("windows-1252", "€", Mark, b"\x80"),
            ("windows-1252", "日€", Reference, b"&#26085;\x80"),
            ("Shift_JIS", "日本x", Mark, b"\x93\xfa\x96\x7bx"),
            ("Shift_JIS", "\u{1F600}!", Escape, b"\\ud83d\\ude00!"),
            ("UTF-16", "g", Mark, b"\xfe\xff\0g"),
            ("UTF-16LE", "g", Mark, b"g\0"),
            ("UTF-16BE", "\u{1F600}", Mark, b"\xd8\x3d\xde\x00"),
        ] {
            let encoded = Charset::of(charset).unwrap().encode(text.to_owned(), missing);
            assert_eq!(encoded, expected, "{charset} {text}");
        }
        let long = "日本語 ".repeat(1000);
        let encoded = Charset::of("EUC-JP").unwrap().encode(long.clone(), Missing::Mark);
        assert_eq!(decode(&encoded, Some("euc-jp")).unwrap(), long);
    }
}
