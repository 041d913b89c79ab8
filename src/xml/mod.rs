//! XML: the mutable payload tree, its parser with limits, and its writer.

mod name;
mod tree;

pub use name::{Attribute, Declaration, Name, XML_NAMESPACE};
pub use tree::{Children, Descendants, NodeId, NodeKind, Tree};
