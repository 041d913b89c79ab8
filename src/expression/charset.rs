//! The character sets that functions take by their names.

use encoding_rs::{Encoding, ISO_2022_JP};

use super::EvalError;

/// A character set.
#[derive(Debug, Clone, Copy)]
pub(super) enum Charset {
    Utf8,
    Ascii,
    Latin1,
    /// Big endian; a mark at the start says otherwise, and is written.
    Utf16,
    Utf16Be,
    Utf16Le,
    /// One of the older ones.
    Other(&'static Encoding),
}

impl Charset {
    /// Finds a character set by one of the names that Java or the web knows it by.
    pub(super) fn find(name: &str) -> Result<Self, EvalError> {
        Ok(match name.trim().to_ascii_uppercase().as_str() {
            "UTF-8" | "UTF8" => Self::Utf8,
            "US-ASCII" | "ASCII" => Self::Ascii,
            "ISO-8859-1" | "ISO8859_1" | "LATIN1" => Self::Latin1,
            "UTF-16" => Self::Utf16,
            "UTF-16BE" => Self::Utf16Be,
            "UTF-16LE" => Self::Utf16Le,
            // What depends on the characters before it cannot be written one by one.
            _ => match Encoding::for_label_no_replacement(name.as_bytes()) {
                Some(known) if known != ISO_2022_JP => Self::Other(known),
                _ => {
                    let message = format!("the charset `{name}` is not supported");
                    return Err(EvalError::failed(message));
                }
            },
        })
    }

    /// The bytes of a text; what the set does not have becomes `?`.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        let narrow = |limit: u32| {
            let byte = |c: char| u8::try_from(c as u32).ok().filter(|_| (c as u32) < limit);
            text.chars().map(|c| byte(c).unwrap_or(b'?')).collect()
        };
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Ascii => narrow(0x80),
            Self::Latin1 => narrow(0x100),
            Self::Utf16 => {
                let units = text.encode_utf16().flat_map(u16::to_be_bytes);
                [0xfe, 0xff].into_iter().chain(units).collect()
            }
            Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Other(encoding) => {
                let mut bytes = Vec::with_capacity(text.len());
                for c in text.chars() {
                    match encoding.encode(c.encode_utf8(&mut [0; 4])) {
                        (encoded, _, false) => bytes.extend_from_slice(&encoded),
                        _ => bytes.push(b'?'),
                    }
                }
                bytes
            }
        }
    }

    /// The text of bytes; what is malformed becomes U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Ascii => {
                let char = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' };
                bytes.iter().map(char).collect()
            }
            Self::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Utf16 => match bytes {
                [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
                [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
                _ => wide(bytes, u16::from_be_bytes),
            },
            Self::Utf16Be => wide(bytes, u16::from_be_bytes),
            Self::Utf16Le => wide(bytes, u16::from_le_bytes),
            Self::Other(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, odd) = bytes.as_chunks();
    let units = pairs.iter().map(|pair| unit(*pair));
    let decoded = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}'));
    decoded.chain((!odd.is_empty()).then_some('\u{fffd}')).collect()
}
