//! Strings and member names: runs of plain text between escapes.

use std::sync::Arc;

use super::super::error::JsonError;
use super::{CACHED_KEYS, Parser};

impl Parser<'_> {
    /// Reads a string, behind a look at its opening quote.
    pub(super) fn string(&mut self) -> Result<Arc<str>, JsonError> {
        let start = self.at;
        let first = self.plain_run(start + 1);
        if self.skip(b'"') {
            return Ok(Arc::from(self.text.get(first.0..first.1).unwrap_or_default()));
        }
        self.with_escapes(start, first).map(Arc::from)
    }

    /// Reads a member name, shared with earlier members of that name.
    pub(super) fn key(&mut self) -> Result<Arc<str>, JsonError> {
        let start = self.at;
        let first = self.plain_run(start + 1);
        if !self.skip(b'"') {
            return self.with_escapes(start, first).map(Arc::from);
        }
        let name = self.text.get(first.0..first.1).unwrap_or_default();
        let Some(slot) = self.keys.get_mut(slot_of(name)) else { return Ok(Arc::from(name)) };
        match slot {
            Some(known) if **known == *name => Ok(Arc::clone(known)),
            _ => Ok(Arc::clone(slot.insert(Arc::from(name)))),
        }
    }

    /// Steps to the next byte from `from` that cannot simply be taken over; gives the range.
    fn plain_run(&mut self, from: usize) -> (usize, usize) {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let stops = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
        self.at = from + rest.iter().position(stops).unwrap_or(rest.len());
        (from, self.at)
    }

    fn with_escapes(&mut self, start: usize, mut run: (usize, usize)) -> Result<String, JsonError> {
        let mut made = String::new();
        loop {
            made.push_str(self.text.get(run.0..run.1).unwrap_or_default());
            if self.skip(b'"') {
                return Ok(made);
            }
            if self.at >= self.text.len() {
                return self.malformed(start, "a string that never ends");
            }
            if !self.skip(b'\\') {
                let message = format!("U+{:04X} in a string must be escaped", self.peek());
                return self.malformed(self.at, message);
            }
            made.push(self.escaped()?);
            run = self.plain_run(self.at);
        }
    }

    /// Reads what follows a backslash.
    fn escaped(&mut self) -> Result<char, JsonError> {
        let start = self.at - 1;
        let character = match self.peek() {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.escaped_code(start);
            }
            _ => return self.malformed(start, "a backslash begins no escape here"),
        };
        self.at += 1;
        Ok(character)
    }

    fn escaped_code(&mut self, start: usize) -> Result<char, JsonError> {
        let first = self.four_digits(start)?;
        let mut code = first;
        if (0xD800..0xDC00).contains(&first) && self.rest().starts_with(b"\\u") {
            self.at += 2;
            let second = self.four_digits(start)?;
            if (0xDC00..0xE000).contains(&second) {
                code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            }
        }
        match char::from_u32(code) {
            Some(character) => Ok(character),
            None => self.malformed(start, "half of a surrogate pair"),
        }
    }

    fn four_digits(&mut self, start: usize) -> Result<u32, JsonError> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|four| four.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|four| u32::from_str_radix(four, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => self.malformed(start, "'\\u' needs four hexadecimal digits"),
        }
    }
}

fn slot_of(name: &str) -> usize {
    let bytes = name.as_bytes();
    let at = |index: usize| usize::from(bytes.get(index).copied().unwrap_or(0));
    let last = at(bytes.len().wrapping_sub(1));
    (bytes.len() * 7 + at(0) * 3 + last + at(bytes.len() / 2) * 17) % CACHED_KEYS
}
