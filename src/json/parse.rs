//! The parser: strict RFC 8259, a byte order mark tolerated, no recursion.

mod string;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::error::{JsonError, JsonErrorKind};
use super::members::Members;
use super::value::{Number, Object, Value};

/// What a message's JSON may ask of memory and stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the document.
    pub bytes: usize,
    /// Arrays and objects open at once. More than 1,024 count as 1,024: values are compared,
    /// cloned and dropped by recursion.
    pub depth: usize,
    /// Values of the document, of every kind.
    pub values: usize,
}

/// The deepest nesting of any document, whatever [`Limits::depth`] says.
pub const MAX_DEPTH: usize = 1024;

/// How many member names of one parse are remembered; a power of two.
const CACHED_KEYS: usize = 64;

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 * 1024 * 1024, depth: 128, values: 8_000_000 }
    }
}

/// Reads a document. Of members with the same name the last value wins, at the first one's place.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Value, JsonError> {
    if bytes.len() > limits.bytes {
        let message = format!(
            "the document has {} bytes, more than the {} allowed",
            bytes.len(),
            limits.bytes
        );
        return Err(JsonError::at(bytes, 0, JsonErrorKind::Limit("size"), message));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let message = "the document is not in UTF-8";
        JsonError::at(bytes, error.valid_up_to(), JsonErrorKind::Malformed, message)
    })?;
    let at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    Parser { text, at, keys: vec![None; CACHED_KEYS], values: 0, limits }.document()
}

/// An array or an object that is not complete yet.
enum Open {
    Array(Vec<Value>),
    /// With the place of the member whose value comes next.
    Object(Members<Value>, usize),
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// Names that were read before, so that records share them.
    keys: Vec<Option<Arc<str>>>,
    values: usize,
    limits: &'a Limits,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<Value, JsonError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let Some(mut done) = self.value(&mut open)? else { continue };
            loop {
                match open.last_mut() {
                    None => return self.end(done),
                    Some(Open::Array(items)) => items.push(done),
                    Some(Open::Object(members, place)) => {
                        if let Some(slot) = members.at(*place) {
                            *slot = done;
                        }
                    }
                }
                match self.after_value(&mut open)? {
                    Some(container) => done = container,
                    None => break,
                }
            }
        }
    }

    /// Reads a primitive or an empty container; opens a container that has content.
    fn value(&mut self, open: &mut Vec<Open>) -> Result<Option<Value>, JsonError> {
        self.skip_space();
        self.values += 1;
        if self.values > self.limits.values {
            return self.over("values", "values", self.limits.values);
        }
        let value = match self.peek() {
            b'{' => return self.open_container(open, true),
            b'[' => return self.open_container(open, false),
            b'"' => Value::String(self.string()?),
            b'-' | b'0'..=b'9' => Value::Number(self.number()?),
            b't' => self.word("true", Value::Bool(true))?,
            b'f' => self.word("false", Value::Bool(false))?,
            b'n' => self.word("null", Value::Null)?,
            _ if matches!(open.last(), Some(Open::Array(items)) if items.is_empty()) => {
                return self.expected("a value or ']'");
            }
            _ => return self.expected("a value"),
        };
        Ok(Some(value))
    }

    fn open_container(
        &mut self,
        open: &mut Vec<Open>,
        is_object: bool,
    ) -> Result<Option<Value>, JsonError> {
        let depth = self.limits.depth.min(MAX_DEPTH);
        if open.len() >= depth {
            return self.over("depth", "levels of arrays and objects", depth);
        }
        self.at += 1;
        self.skip_space();
        if is_object {
            if self.skip(b'}') {
                return Ok(Some(Value::Object(Object::new())));
            }
            let name = self.member_name("a member name or '}'")?;
            let mut members = Members::new();
            let place = members.place(name, || Value::Null);
            open.push(Open::Object(members, place));
        } else {
            if self.skip(b']') {
                return Ok(Some(Value::Array(Vec::new())));
            }
            open.push(Open::Array(Vec::new()));
        }
        Ok(None)
    }

    /// Reads what follows a value in the innermost container; gives the container if it ends.
    fn after_value(&mut self, open: &mut Vec<Open>) -> Result<Option<Value>, JsonError> {
        self.skip_space();
        let is_object = matches!(open.last(), Some(Open::Object(..)));
        if self.skip(b',') {
            if let Some(Open::Object(members, place)) = open.last_mut() {
                self.skip_space();
                *place = members.place(self.member_name("a member name")?, || Value::Null);
            }
            return Ok(None);
        }
        if !self.skip(if is_object { b'}' } else { b']' }) {
            return self.expected(if is_object { "',' or '}'" } else { "',' or ']'" });
        }
        Ok(open.pop().map(|ended| match ended {
            Open::Array(items) => Value::Array(items),
            Open::Object(members, _) => Value::Object(Object::from_unique(members.into_vec())),
        }))
    }

    fn end(&mut self, value: Value) -> Result<Value, JsonError> {
        self.skip_space();
        if self.at == self.text.len() {
            Ok(value)
        } else {
            self.expected("the end of the document")
        }
    }

    fn member_name(&mut self, expected: &str) -> Result<Arc<str>, JsonError> {
        if self.peek() != b'"' {
            return self.expected(expected);
        }
        let name = self.key()?;
        self.skip_space();
        if self.skip(b':') { Ok(name) } else { self.expected("':'") }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, JsonError> {
        if !self.rest().starts_with(word.as_bytes()) {
            return self.expected("a value");
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Number, JsonError> {
        let start = self.at;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _ = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        Ok(Number::from_checked(self.text.get(start..self.at).unwrap_or_default()))
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let rest = self.rest();
        let count = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.at += count;
        if count == 0 { self.expected("a digit") } else { Ok(()) }
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte; 0, which nothing begins with, at the end.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn expected<T>(&self, what: &str) -> Result<T, JsonError> {
        let found = match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => "the document ends".to_owned(),
            Some(found) if found.is_control() => format!("U+{:04X} stands", u32::from(found)),
            Some(found) => format!("'{found}' stands"),
        };
        self.malformed(self.at, format!("{found} where {what} is expected"))
    }

    fn malformed<T>(&self, at: usize, message: impl Into<String>) -> Result<T, JsonError> {
        Err(JsonError::at(self.text.as_bytes(), at, JsonErrorKind::Malformed, message))
    }

    fn over<T>(&self, name: &'static str, what: &str, limit: usize) -> Result<T, JsonError> {
        let message = format!("more than the {limit} {what} allowed");
        Err(JsonError::at(self.text.as_bytes(), self.at, JsonErrorKind::Limit(name), message))
    }
}
