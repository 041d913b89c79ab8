//! XML: artifact documents with positions, and the mutable payload tree.

/// The mutable payload tree.
#[derive(Debug, Clone, Default)]
pub struct Tree;
