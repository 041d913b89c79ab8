//! A place in the text of a document, and the steps that every construct needs.

use crate::xml::chars::{self, NAME, SPACE};
use crate::xml::error::{XmlError, XmlErrorKind};

/// A cursor over a document.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the cursor is, in bytes.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The bytes in front of the cursor.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte; 0, which no document may hold, at the end.
    pub(super) fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The character in front of the cursor.
    pub(super) fn character(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    /// The text between an offset and the cursor.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(super) fn starts_with(&self, token: &str) -> bool {
        self.rest().starts_with(token.as_bytes())
    }

    /// Steps over a token if it is there.
    pub(super) fn skip(&mut self, token: &str) -> bool {
        let found = self.starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Steps over white space; says whether there was any.
    pub(super) fn skip_space(&mut self) -> bool {
        self.skip_while(|byte| chars::is(byte, SPACE)) > 0
    }

    /// Whether the last byte stepped over was white space.
    pub(super) fn is_behind_space(&self) -> bool {
        let before = self.text.as_bytes().get(..self.at).and_then(<[u8]>::last);
        before.is_some_and(|byte| chars::is(*byte, SPACE))
    }

    /// Steps over the bytes that match; says how many.
    pub(super) fn skip_while(&mut self, matches: impl Fn(u8) -> bool) -> usize {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !matches(*byte)).unwrap_or(rest.len());
        self.at += length;
        length
    }

    /// Steps over everything before a token and over the token; gives what stood before it.
    pub(super) fn until(&mut self, token: &str) -> Option<&'a str> {
        let length = memchr::memmem::find(self.rest(), token.as_bytes())?;
        let start = self.at;
        self.at += length;
        let text = self.since(start);
        self.at += token.len();
        Some(text)
    }

    /// What an end tag says, for comparing it with the start tag's name.
    pub(super) fn until_space_or_close(&mut self) -> &'a str {
        let start = self.at;
        self.skip_while(|byte| !matches!(byte, b'>' | b'<') && !chars::is(byte, SPACE));
        self.since(start)
    }

    /// Steps over a name as Namespaces in XML has it: `local` or `prefix:local`.
    pub(super) fn qualified_name(&mut self) -> Result<&'a str, XmlError> {
        let start = self.at;
        self.ncname()?;
        if self.peek() == b':' {
            self.at += 1;
            self.ncname()?;
        }
        if self.peek() == b':' {
            return Err(self.malformed("a name with two colons"));
        }
        Ok(self.since(start))
    }

    /// Steps over a name without colon.
    pub(super) fn ncname(&mut self) -> Result<&'a str, XmlError> {
        let start = self.at;
        match self.character() {
            Some(first) if chars::is_name_start(first) => self.at += first.len_utf8(),
            _ => return Err(self.no_name()),
        }
        loop {
            self.skip_while(|byte| chars::is(byte, NAME));
            if self.peek().is_ascii() {
                return Ok(self.since(start));
            }
            match self.character() {
                Some(next) if chars::is_name_char(next) => self.at += next.len_utf8(),
                _ => return Ok(self.since(start)),
            }
        }
    }

    fn no_name(&self) -> XmlError {
        match self.character() {
            None => self.malformed("the document ends where a name is expected"),
            Some(found) if chars::is(found as u8, SPACE) && found.is_ascii() => {
                self.malformed("white space where a name is expected")
            }
            Some(found) => self.malformed(format!("{found:?} cannot begin a name")),
        }
    }

    pub(super) fn malformed(&self, message: impl Into<String>) -> XmlError {
        self.error(self.at, XmlErrorKind::Malformed, message)
    }

    pub(super) fn error(
        &self,
        offset: usize,
        kind: XmlErrorKind,
        message: impl Into<String>,
    ) -> XmlError {
        XmlError::at(self.text, offset, kind, message)
    }
}
