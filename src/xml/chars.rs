//! The character classes of XML 1.0 (fifth edition), with a table for the ASCII part.

/// May begin a name. A colon is none of the name's own characters here.
pub(super) const NAME_START: u8 = 1;
/// May stand in a name behind its start.
pub(super) const NAME: u8 = 2;
/// White space.
pub(super) const SPACE: u8 = 4;
/// Ends a run of plain text, or needs a closer look there.
pub(super) const TEXT_STOP: u8 = 8;
/// Ends a run of a plain attribute value, or needs a closer look there.
pub(super) const VALUE_STOP: u8 = 16;
/// Cannot stand in a document, or may be the beginning of U+FFFE or U+FFFF.
pub(super) const SUSPECT: u8 = 32;
/// Needs a closer look before it is written.
pub(super) const ESCAPED: u8 = 64;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class(byte as u8);
        byte += 1;
    }
    table
}

const fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => NAME_START | NAME,
        b'0'..=b'9' | b'-' | b'.' => NAME,
        b'\t' | b'\n' => SPACE | VALUE_STOP | ESCAPED,
        b'\r' => SPACE | TEXT_STOP | VALUE_STOP | ESCAPED,
        b' ' => SPACE,
        b'<' | b'&' => TEXT_STOP | VALUE_STOP | ESCAPED,
        b'>' => ESCAPED,
        b']' => TEXT_STOP,
        b'"' => VALUE_STOP | ESCAPED,
        b'\'' => VALUE_STOP,
        0xEF | 0..=0x1F => TEXT_STOP | VALUE_STOP | SUSPECT | ESCAPED,
        _ => 0,
    }
}

/// Whether a byte is of one of the classes.
pub(super) fn is(byte: u8, classes: u8) -> bool {
    CLASSES[byte as usize] & classes != 0
}

/// Whether a character may stand in a document.
pub(super) fn is_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether a character may begin a name (without the colon).
pub fn is_name_start(character: char) -> bool {
    if character.is_ascii() {
        return is(character as u8, NAME_START);
    }
    matches!(character,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
        | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// Whether a character may stand in a name behind its start (without the colon).
pub fn is_name_char(character: char) -> bool {
    if character.is_ascii() {
        return is(character as u8, NAME);
    }
    is_name_start(character)
        || matches!(character, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether a text is a name without colon.
pub fn is_ncname(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(is_name_start) && characters.all(is_name_char)
}
