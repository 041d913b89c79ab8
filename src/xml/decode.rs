//! Bytes to text: byte order mark, then the transport's charset, then the XML declaration.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::chars;
use super::error::{XmlError, XmlErrorKind};

/// How far an XML declaration is looked for; its longest sensible form has half of that.
const DECLARATION_BYTES: usize = 256;

/// The document as text, without byte order mark.
pub(super) fn decode<'a>(bytes: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, XmlError> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return with_encoding(bytes.get(length..).unwrap_or_default(), encoding);
    }
    let label = charset.map(str::trim).filter(|label| !label.is_empty());
    if let Some(label) = label {
        return with_label(bytes, label);
    }
    match bytes {
        [b'<', 0, ..] => with_encoding(bytes, UTF_16LE),
        [0, b'<', ..] => with_encoding(bytes, UTF_16BE),
        _ => match declared(bytes) {
            Some(label) if is_utf_16(label) => Err(charset_error(format!(
                "the XML declaration says '{label}', but the document is not in UTF-16"
            ))),
            Some(label) => with_label(bytes, label),
            None => with_encoding(bytes, UTF_8),
        },
    }
}

fn with_label<'a>(bytes: &'a [u8], label: &str) -> Result<Cow<'a, str>, XmlError> {
    // The Encoding standard takes both for windows-1252, which XML does not.
    if ["iso-8859-1", "iso_8859-1", "latin1", "l1"].iter().any(|l| label.eq_ignore_ascii_case(l)) {
        return Ok(encoding_rs::mem::decode_latin1(bytes));
    }
    if ["us-ascii", "ascii"].iter().any(|l| label.eq_ignore_ascii_case(l)) && !bytes.is_ascii() {
        return Err(charset_error("the document holds bytes that are not US-ASCII"));
    }
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        // RFC 2781: without a mark UTF-16 is big-endian, whatever the Encoding standard says.
        Some(encoding) if encoding == UTF_16LE && label.eq_ignore_ascii_case("utf-16") => {
            let little = matches!(bytes, [b'<', 0, ..]);
            with_encoding(bytes, if little { UTF_16LE } else { UTF_16BE })
        }
        Some(encoding) => with_encoding(bytes, encoding),
        None => Err(charset_error(format!("the charset '{label}' is not supported"))),
    }
}

fn with_encoding<'a>(
    bytes: &'a [u8],
    encoding: &'static Encoding,
) -> Result<Cow<'a, str>, XmlError> {
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let message = "the document is not in UTF-8, and does not say what else it is in";
                let text = String::from_utf8_lossy(valid);
                Err(XmlError::at(&text, valid.len(), XmlErrorKind::Charset, message))
            }
        };
    }
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        charset_error(format!("the document holds bytes that are not {}", encoding.name()))
    })
}

fn charset_error(message: impl Into<String>) -> XmlError {
    XmlError::whole(XmlErrorKind::Charset, message)
}

fn is_utf_16(label: &str) -> bool {
    Encoding::for_label(label.as_bytes()).is_some_and(|e| e == UTF_16LE || e == UTF_16BE)
}

/// The encoding that an XML declaration in an ASCII-compatible encoding names. Whether the
/// declaration is well-formed is the parser's question.
fn declared(bytes: &[u8]) -> Option<&str> {
    let head = bytes.strip_prefix(b"<?xml")?;
    head.first().filter(|next| chars::is(**next, chars::SPACE))?;
    let head = head.get(..DECLARATION_BYTES).unwrap_or(head);
    let end = memchr::memmem::find(head, b"?>").unwrap_or(head.len());
    let head = std::str::from_utf8(head.get(..end)?).ok()?;
    let (_, value) = head.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.get(1..)?.split(quote).next()
}
