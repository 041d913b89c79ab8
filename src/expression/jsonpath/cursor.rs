//! A position in an expression's text, for the parsers that read it character by character.

use super::super::ParseError;

/// The text and how far it was read, in bytes.
#[derive(Debug, Clone)]
pub(in crate::expression) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    /// At an offset that is a character's start.
    pub fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// How many bytes were read.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Goes to an offset that this cursor was at before.
    pub fn rewind(&mut self, at: usize) {
        self.at = at;
    }

    /// What is not read yet.
    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What was read since an offset.
    pub fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The next character.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The next character that is not white space; nothing is read.
    pub fn peek_past_space(&self) -> Option<char> {
        self.rest().trim_start().chars().next()
    }

    /// Whether everything was read.
    pub fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Reads one character.
    pub fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Reads a text if it comes next.
    pub fn eat(&mut self, text: &str) -> bool {
        let next = self.rest().starts_with(text);
        if next {
            self.at += text.len();
        }
        next
    }

    /// Reads characters while they belong.
    pub fn eat_while(&mut self, mut belongs: impl FnMut(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Reads white space.
    pub fn skip_space(&mut self) {
        self.eat_while(char::is_whitespace);
    }

    /// Reads a text after white space, or says that it is missing.
    pub fn expect(&mut self, text: &str) -> Result<(), ParseError> {
        self.skip_space();
        if self.eat(text) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{text}`")))
    }

    /// An error that names what comes next and what was expected instead.
    pub fn unexpected(&self, expected: &str) -> ParseError {
        let found = match self.peek() {
            Some(c) => format!("`{c}`"),
            None => "the end".to_owned(),
        };
        ParseError::new(self.at, format!("expected {expected}, found {found}"))
    }

    /// Reads a quoted string with backslash escapes; the cursor is at its quote.
    pub fn quoted(&mut self) -> Result<String, ParseError> {
        let start = self.at;
        let quote = self.bump();
        let mut text = String::new();
        loop {
            let at = self.at;
            match self.bump() {
                None => return Err(ParseError::new(start, "string is not closed")),
                next if next == quote => return Ok(text),
                Some('\\') => text.push(self.escape(at)?),
                Some(c) => text.push(c),
            }
        }
    }

    fn escape(&mut self, start: usize) -> Result<char, ParseError> {
        Ok(match self.bump() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('u') => return self.unicode_escape(start),
            Some(c @ '0'..='7') => self.octal_escape(c),
            Some(c) => c,
            None => return Err(ParseError::new(start, "escape has no character")),
        })
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, ParseError> {
        let wrong = || ParseError::new(start, "`\\u` needs four hexadecimal digits of a character");
        let first = self.hex_unit().ok_or_else(wrong)?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or_else(wrong);
        }
        if !self.eat("\\u") {
            return Err(wrong());
        }
        let second = self.hex_unit().filter(|unit| (0xDC00..0xE000).contains(unit));
        let second = second.ok_or_else(wrong)?;
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or_else(wrong)
    }

    fn hex_unit(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn octal_escape(&mut self, first: char) -> char {
        let limit = if first <= '3' { 2 } else { 1 };
        let mut code = first as u32 - '0' as u32;
        for _ in 0..limit {
            let Some(digit @ '0'..='7') = self.peek() else { break };
            code = code * 8 + (digit as u32 - '0' as u32);
            self.bump();
        }
        char::from_u32(code).unwrap_or(first)
    }
}
