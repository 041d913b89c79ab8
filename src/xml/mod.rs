//! XML: the mutable payload tree, its parser with limits, and its writer.

mod chars;
mod decode;
pub mod document;
mod error;
mod json;
mod limits;
mod name;
mod parse;
mod scope;
mod tree;
mod write;

pub use chars::{is_name_char, is_name_start, is_ncname};
pub use error::{XmlError, XmlErrorKind};
pub use json::{ConversionError, XmlRules, json_to_xml, to_member_name, to_xml_name, xml_to_json};
pub use limits::Limits;
pub use name::{Attribute, Declaration, Name, XML_NAMESPACE};
pub use parse::{parse, parse_into};
pub use tree::{Children, Descendants, NodeId, NodeKind, Tree};
pub use write::write_value;
