//! Why bytes are not a document that a message may hold.

/// What sort of fault a document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum XmlErrorKind {
    /// It is not well-formed, namespaces included.
    Malformed,
    /// It asks for more than this member of [`Limits`](super::Limits) allows: the sender's fault,
    /// as with a body that is too large (413).
    Limit(&'static str),
    /// It holds a document type declaration, which messages must not.
    Doctype,
    /// Its bytes are not in the encoding that they are said to be in, or nobody knows that one.
    Charset,
}

/// A refused document, with the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct XmlError {
    /// The sort of fault.
    pub kind: XmlErrorKind,
    /// What is wrong, in a phrase that stands alone.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The character within the line, from 1.
    pub column: usize,
    /// The byte offset, in the document as UTF-8 without byte order mark.
    pub offset: usize,
}

impl XmlError {
    /// An error at an offset of the text.
    pub(super) fn at(
        text: &str,
        offset: usize,
        kind: XmlErrorKind,
        message: impl Into<String>,
    ) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let (mut line, mut column) = (1, 1);
        let mut previous = ' ';
        for character in before.chars() {
            match character {
                '\n' if previous == '\r' => {}
                '\n' | '\r' => (line, column) = (line + 1, 1),
                _ => column += 1,
            }
            previous = character;
        }
        Self { kind, message: message.into(), line, column, offset }
    }

    /// An error of the document as a whole.
    pub(super) fn whole(kind: XmlErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), line: 1, column: 1, offset: 0 }
    }

    /// The limit that the document exceeds, when it is refused for its size or structure alone (a
    /// 413, not a 400).
    pub fn limit(&self) -> Option<&'static str> {
        match self.kind {
            XmlErrorKind::Limit(name) => Some(name),
            _ => None,
        }
    }
}
