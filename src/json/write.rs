//! The writer: compact or indented text, without recursion.

use super::value::{Number, Object, Value};

/// What is left to write of a container.
enum Open<'a> {
    Array(std::slice::Iter<'a, Value>),
    Object(std::slice::Iter<'a, (std::sync::Arc<str>, Value)>),
}

impl Value {
    /// The value as compact JSON.
    pub fn to_text(&self) -> String {
        let mut out = Vec::new();
        self.write(&mut out);
        into_string(out)
    }

    /// The value as JSON, indented by two spaces.
    pub fn to_pretty(&self) -> String {
        let mut out = Vec::new();
        write_all(self, &mut out, true);
        into_string(out)
    }

    /// Appends the value as compact JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        write_all(self, out, false);
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// The writer makes UTF-8 only.
fn into_string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

fn write_all(value: &Value, out: &mut Vec<u8>, pretty: bool) {
    let mut open = Vec::new();
    begin(value, out, &mut open);
    let mut is_first = !open.is_empty();
    while let Some(container) = open.last_mut() {
        let (next, close) = match container {
            Open::Array(items) => (items.next().map(|item| (None, item)), b']'),
            Open::Object(members) => (members.next().map(|(name, v)| (Some(name), v)), b'}'),
        };
        let Some((name, value)) = next else {
            open.pop();
            if pretty && !is_first {
                new_line(out, open.len());
            }
            out.push(close);
            is_first = false;
            continue;
        };
        if !is_first {
            out.push(b',');
        }
        if pretty {
            new_line(out, open.len());
        }
        if let Some(name) = name {
            write_string(name, out);
            out.extend_from_slice(if pretty { b": " } else { b":" });
        }
        let depth = open.len();
        begin(value, out, &mut open);
        is_first = open.len() > depth;
    }
}

/// Writes a primitive, or the opening of a container and notes the rest.
fn begin<'a>(value: &'a Value, out: &mut Vec<u8>, open: &mut Vec<Open<'a>>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => out.extend_from_slice(Number::as_str(number).as_bytes()),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            open.push(Open::Array(items.iter()));
        }
        Value::Object(object) => {
            out.push(b'{');
            open.push(Open::Object(Object::members(object).iter()));
        }
    }
}

fn new_line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.extend(std::iter::repeat_n(b"  ", depth).flatten());
}

/// Appends a text in quotes. Only what RFC 8259 asks for is escaped: quotes, backslashes and
/// control characters.
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    let escaped = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
    while let Some(at) = rest.iter().position(escaped) {
        let (plain, from) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, behind)) = from.split_first() else { break };
        write_escape(*byte, out);
        rest = behind;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn write_escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x0C => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        other => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let digit = |nibble: u8| HEX[usize::from(nibble & 15)];
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[digit(other >> 4), digit(other)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
