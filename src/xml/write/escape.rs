//! Text, attribute values, comments and instructions, so that they read back as they are.

use crate::xml::chars;

/// Appends character data. `>` is escaped as well, which keeps `]]>` out.
pub(super) fn write_text(text: &str, out: &mut String) {
    write_escaped(text, out, |byte| match byte {
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'&' => Some("&amp;"),
        b'\r' => Some("&#13;"),
        _ => None,
    });
}

/// Appends an attribute value, without its quotes; white space other than blanks would be read
/// back as blanks.
pub fn write_value(text: &str, out: &mut String) {
    write_escaped(text, out, |byte| match byte {
        b'<' => Some("&lt;"),
        b'&' => Some("&amp;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#9;"),
        b'\n' => Some("&#10;"),
        b'\r' => Some("&#13;"),
        _ => None,
    });
}

/// Appends a comment's data; two hyphens in a row are taken apart.
pub(super) fn write_comment(text: &str, out: &mut String) {
    let mut previous = ' ';
    for character in text.chars() {
        if character == '-' && previous == '-' {
            out.push(' ');
        }
        out.push(allowed(character));
        previous = character;
    }
    if previous == '-' {
        out.push(' ');
    }
}

/// Appends an instruction's data; what would end it is taken apart.
pub(super) fn write_instruction(text: &str, out: &mut String) {
    let text = text.replace("?>", "? >");
    out.extend(text.chars().map(allowed));
}

fn allowed(character: char) -> char {
    if chars::is_char(character) { character } else { char::REPLACEMENT_CHARACTER }
}

fn write_escaped(text: &str, out: &mut String, escape: impl Fn(u8) -> Option<&'static str>) {
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if !chars::is(*byte, chars::ESCAPED) {
            continue;
        }
        let (escape, length) = match escape(*byte) {
            Some(escape) => (escape, 1),
            None if is_nonsense(bytes.get(at..).unwrap_or_default()) => {
                ("\u{FFFD}", if *byte == 0xEF { 3 } else { 1 })
            }
            None => continue,
        };
        out.push_str(text.get(written..at).unwrap_or_default());
        out.push_str(escape);
        written = at + length;
    }
    out.push_str(text.get(written..).unwrap_or_default());
}

/// Whether a character begins here that XML cannot hold.
fn is_nonsense(bytes: &[u8]) -> bool {
    match bytes {
        [0xEF, 0xBF, 0xBE | 0xBF, ..] => true,
        [b'\t' | b'\n' | b'\r', ..] | [] => false,
        [control, ..] => *control < b' ',
    }
}
