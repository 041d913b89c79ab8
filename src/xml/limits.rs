//! What a message's XML may ask of memory and time.

/// Limits that hold while a document is tokenised, before anything is built from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the document, before and after it is decoded to UTF-8.
    pub bytes: usize,
    /// Elements open at once.
    pub depth: usize,
    /// Elements of the document.
    pub elements: usize,
    /// Nodes of every kind, attributes and namespace declarations of the document together.
    pub nodes: usize,
    /// Attributes of one element.
    pub attributes: usize,
    /// Namespace declarations on one element.
    pub declarations: usize,
    /// Namespace declarations in scope at once.
    pub declarations_in_scope: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024 * 1024,
            depth: 256,
            elements: 1_000_000,
            nodes: 4_000_000,
            attributes: 256,
            declarations: 64,
            declarations_in_scope: 1024,
        }
    }
}
