//! The files that diagnostics point into.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A piece of a file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

/// A place as people count: from one, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

#[derive(Debug)]
struct Source {
    path: PathBuf,
    text: Arc<str>,
}

/// Every file of a deployment.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Span {
    /// A piece of a file.
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        Self { file, start: range.start as u32, end: range.end as u32 }
    }

    /// The piece that begins `offset` bytes into this one and is one character wide at least.
    pub fn at(self, offset: usize) -> Self {
        let start = self.end.min(self.start + offset as u32);
        Self { start, end: self.end.max(start), ..self }
    }
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> FileId {
        self.0.push(Source { path: path.into(), text: text.into() });
        FileId(self.0.len() as u32 - 1)
    }

    /// Where a file is.
    pub fn path(&self, file: FileId) -> &Path {
        self.0.get(file.0 as usize).map_or(Path::new(""), |source| &source.path)
    }

    /// What a file says.
    pub fn text(&self, file: FileId) -> &str {
        self.0.get(file.0 as usize).map_or("", |source| &source.text)
    }

    /// Line and column of a byte of a file.
    pub fn position(&self, file: FileId, offset: u32) -> Position {
        let text = self.text(file);
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// `file:line:column` of where a span begins, for messages.
    pub fn place(&self, span: Span) -> String {
        let Position { line, column } = self.position(span.file, span.start);
        format!("{}:{line}:{column}", self.path(span.file).display())
    }
}
