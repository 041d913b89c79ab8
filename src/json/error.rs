//! Why bytes are not a JSON document that a message may hold.

/// What sort of fault a document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JsonErrorKind {
    /// It is not JSON (RFC 8259), or not in UTF-8.
    Malformed,
    /// It asks for more than this member of [`Limits`](super::Limits) allows: the sender's fault,
    /// as with a body that is too large (413).
    Limit(&'static str),
}

/// A refused document, with the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct JsonError {
    /// The sort of fault.
    pub kind: JsonErrorKind,
    /// What is wrong, in a phrase that stands alone.
    pub message: String,
    /// The byte offset.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The character within the line, from 1.
    pub column: usize,
}

impl JsonError {
    /// An error at an offset of the document.
    pub(super) fn at(
        bytes: &[u8],
        offset: usize,
        kind: JsonErrorKind,
        message: impl Into<String>,
    ) -> Self {
        let before = bytes.get(..offset).unwrap_or(bytes);
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let continues = |byte: &&u8| (0x80..0xC0).contains(*byte);
        let last_line = before.get(line_start..).unwrap_or_default();
        let column = last_line.len() - last_line.iter().filter(continues).count() + 1;
        Self { kind, message: message.into(), offset, line, column }
    }

    /// The limit that the document exceeds, when it is refused for its size or depth alone (a 413,
    /// not a 400).
    pub fn limit(&self) -> Option<&'static str> {
        match self.kind {
            JsonErrorKind::Limit(name) => Some(name),
            JsonErrorKind::Malformed => None,
        }
    }
}
