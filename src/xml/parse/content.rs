//! Character data, references, CDATA sections, comments, instructions and the XML declaration.

use std::sync::Arc;

use super::Parser;
use crate::xml::chars::{self, SUSPECT, TEXT_STOP};
use crate::xml::error::{XmlError, XmlErrorKind};
use crate::xml::tree::{Content, Tree};

/// The longest reference worth reading: `&#x10FFFF;` with some zeros in front.
const REFERENCE_BYTES: usize = 32;

/// The text between two tags: borrowed while it is one run without references.
#[derive(Default)]
pub(super) struct Characters<'a> {
    plain: &'a str,
    made: String,
}

impl<'a> Characters<'a> {
    pub(super) fn push(&mut self, text: &'a str) {
        if self.plain.is_empty() && self.made.is_empty() {
            self.plain = text;
        } else if !text.is_empty() {
            self.push_made(text);
        }
    }

    /// Adds text that does not stand in the document like that.
    pub(super) fn push_made(&mut self, text: &str) {
        self.made.push_str(std::mem::take(&mut self.plain));
        self.made.push_str(text);
    }

    pub(super) fn push_char(&mut self, character: char) {
        self.push_made(character.encode_utf8(&mut [0; 4]));
    }

    /// What was collected, and nothing afterwards.
    pub(super) fn take(&mut self) -> Arc<str> {
        let text = if self.made.is_empty() { self.plain } else { self.made.as_str() };
        let text = Arc::from(text);
        self.plain = "";
        self.made.clear();
        text
    }

    fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.made.is_empty()
    }
}

impl<'a> Parser<'a, '_> {
    /// Reads text up to the next markup, or to the end of the document.
    pub(super) fn character_data(&mut self) -> Result<(), XmlError> {
        loop {
            let run = self.plain_run(TEXT_STOP);
            self.characters.push(run);
            match self.scanner.peek() {
                b'<' => return Ok(()),
                b'&' => {
                    let character = self.reference()?;
                    self.characters.push_char(character);
                }
                b'\r' => {
                    self.line_end();
                    self.characters.push_char('\n');
                }
                _ if self.scanner.is_at_end() => return Ok(()),
                b']' => return Err(self.scanner.malformed("']]>' in text")),
                _ => return Err(self.forbidden_character()),
            }
        }
    }

    /// Reads on until a byte of the class that does not merely look suspicious.
    pub(super) fn plain_run(&mut self, stop: u8) -> &'a str {
        let start = self.scanner.offset();
        loop {
            self.scanner.skip_while(|byte| !chars::is(byte, stop));
            match self.scanner.rest() {
                [b']', b']', b'>', ..] | [0xEF, 0xBF, 0xBE | 0xBF, ..] => break,
                // What follows in the character are no stops, and the next stop begins another.
                [b']' | 0xEF, ..] => self.scanner.advance(1),
                _ => break,
            }
        }
        self.scanner.since(start)
    }

    /// Steps over a line end that begins with a carriage return.
    pub(super) fn line_end(&mut self) {
        if !self.scanner.skip("\r\n") {
            self.scanner.skip("\r");
        }
    }

    /// Reads a reference to a character or to one of the five entities that XML has.
    pub(super) fn reference(&mut self) -> Result<char, XmlError> {
        let start = self.scanner.offset();
        let rest = self.scanner.rest();
        let near = rest.get(..REFERENCE_BYTES).unwrap_or(rest);
        self.scanner.advance(1);
        let length = near.iter().position(|byte| *byte == b';').unwrap_or(1);
        self.scanner.skip_while(|byte| !matches!(byte, b';' | b'<' | b'&' | b'"' | b'\''));
        if length < 2 || self.scanner.offset() - start != length {
            return self.malformed(start, "'&' begins no reference; write it as '&amp;'");
        }
        let name = self.scanner.since(start + 1);
        self.scanner.advance(1);
        match name {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => match name.strip_prefix('#') {
                Some(number) => match character_of(number) {
                    Some(character) => Ok(character),
                    None => self.malformed(start, format!("'&{name};' is no character of XML")),
                },
                None if is_entity_name(name) => {
                    self.malformed(start, format!("the entity '{name}' is not declared"))
                }
                None => self.malformed(start, "'&' begins no reference; write it as '&amp;'"),
            },
        }
    }

    pub(super) fn cdata(&mut self, offset: usize) -> Result<(), XmlError> {
        let Some(text) = self.scanner.until("]]>") else {
            return self.malformed(offset, "a CDATA section that never ends");
        };
        self.check_characters(text, offset + "<![CDATA[".len())?;
        if text.contains('\r') {
            self.characters.push_made(&normalised(text));
        } else {
            self.characters.push(text);
        }
        Ok(())
    }

    pub(super) fn comment(&mut self, offset: usize) -> Result<(), XmlError> {
        let Some(text) = self.scanner.until("--") else {
            return self.malformed(offset, "a comment that never ends");
        };
        if !self.scanner.skip(">") {
            return self.malformed(self.scanner.offset() - 2, "'--' in a comment");
        }
        self.check_characters(text, offset + "<!--".len())?;
        if self.is_kept() {
            self.flush_text()?;
            self.add(Content::Comment(normalised(text)))?;
        }
        Ok(())
    }

    pub(super) fn instruction(&mut self, offset: usize) -> Result<(), XmlError> {
        let target = self.scanner.ncname()?;
        if target.eq_ignore_ascii_case("xml") {
            return self.malformed(offset, "an XML declaration is allowed only at the very start");
        }
        if !self.scanner.skip_space() && !self.scanner.starts_with("?>") {
            return Err(self.scanner.malformed("white space or '?>' is expected"));
        }
        let start = self.scanner.offset();
        let Some(data) = self.scanner.until("?>") else {
            return self.malformed(offset, "a processing instruction that never ends");
        };
        self.check_characters(data, start)?;
        if self.is_kept() {
            self.flush_text()?;
            self.add(Content::Instruction(Box::new((target.into(), normalised(data)))))?;
        }
        Ok(())
    }

    /// Reads the XML declaration, which may stand only at the very start. What encoding it names
    /// was looked at when the bytes became text.
    pub(super) fn xml_declaration(&mut self) -> Result<(), XmlError> {
        let is_declaration = self.scanner.rest().strip_prefix(b"<?xml").and_then(<[u8]>::first);
        if !is_declaration.is_some_and(|next| chars::is(*next, chars::SPACE)) {
            return Ok(());
        }
        self.scanner.advance("<?xml".len());
        let is_version = |value: &str| {
            value.strip_prefix("1.").is_some_and(|minor| {
                !minor.is_empty() && minor.bytes().all(|digit| digit.is_ascii_digit())
            })
        };
        let is_encoding = |value: &str| {
            value.starts_with(|first: char| first.is_ascii_alphabetic())
                && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        if !self.declares("version", is_version)? {
            return Err(self.scanner.malformed("'version' is expected"));
        }
        self.declares("encoding", is_encoding)?;
        self.declares("standalone", |value| matches!(value, "yes" | "no"))?;
        self.scanner.skip_space();
        if self.scanner.skip("?>") {
            return Ok(());
        }
        Err(self.scanner.malformed("'?>' is expected"))
    }

    /// Reads one of the declaration's pseudo attributes if it comes next.
    fn declares(&mut self, name: &str, allows: impl Fn(&str) -> bool) -> Result<bool, XmlError> {
        self.scanner.skip_space();
        if !self.scanner.starts_with(name) {
            return Ok(false);
        }
        if !self.scanner.is_behind_space() {
            return Err(self.scanner.malformed(format!("white space is expected before '{name}'")));
        }
        self.scanner.advance(name.len());
        self.scanner.skip_space();
        if !self.scanner.skip("=") {
            return Err(self.scanner.malformed(format!("'=' is expected behind '{name}'")));
        }
        self.scanner.skip_space();
        let start = self.scanner.offset();
        let value = match self.scanner.peek() {
            b'"' if self.scanner.skip("\"") => self.scanner.until("\""),
            b'\'' if self.scanner.skip("'") => self.scanner.until("'"),
            _ => None,
        };
        match value {
            Some(value) if allows(value) => Ok(true),
            _ => self.malformed(start, format!("that is no value for '{name}'")),
        }
    }

    /// `<!` that begins neither a comment nor, within an element, a CDATA section.
    pub(super) fn declaration(&mut self, offset: usize) -> Result<(), XmlError> {
        if self.scanner.starts_with("<!DOCTYPE") {
            let message = "a document type declaration is not allowed in a message";
            return Err(self.scanner.error(offset, XmlErrorKind::Doctype, message));
        }
        self.malformed(offset, "'<!' begins no markup that is allowed here")
    }

    /// Makes a node of the text that was collected, if there is any.
    pub(super) fn flush_text(&mut self) -> Result<(), XmlError> {
        if !self.characters.is_empty() {
            let text = self.characters.take();
            self.add(Content::Text(text))?;
        }
        Ok(())
    }

    /// Comments and instructions beside the root are kept where the document is the whole tree.
    fn is_kept(&self) -> bool {
        !self.open.is_empty() || self.parent == Tree::ROOT
    }

    fn check_characters(&self, text: &str, offset: usize) -> Result<(), XmlError> {
        if !text.bytes().any(|byte| chars::is(byte, SUSPECT) && byte != b'\r') {
            return Ok(());
        }
        match text.char_indices().find(|(_, character)| !chars::is_char(*character)) {
            Some((at, character)) => self.malformed(offset + at, not_allowed(character)),
            None => Ok(()),
        }
    }

    /// The error for the character in front, which no document may hold.
    pub(super) fn forbidden_character(&self) -> XmlError {
        self.scanner.malformed(not_allowed(self.scanner.character().unwrap_or_default()))
    }
}

fn not_allowed(character: char) -> String {
    format!("the character U+{:04X} is not allowed in XML", u32::from(character))
}

fn is_entity_name(name: &str) -> bool {
    name.split(':').all(chars::is_ncname)
}

/// Line ends as XML has them: one line feed each.
fn normalised(text: &str) -> Arc<str> {
    if text.contains('\r') {
        Arc::from(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Arc::from(text)
    }
}

/// The character of a numeric reference, given without `&#` and `;`.
fn character_of(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if !digits.bytes().all(|digit| char::from(digit).is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    char::from_u32(code).filter(|character| chars::is_char(*character))
}
