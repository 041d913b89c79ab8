//! Payload JSON that keeps the text of numbers and the order of members.

mod error;
mod members;
mod parse;
mod value;
mod write;
mod xml;

pub use error::{JsonError, JsonErrorKind};
pub use parse::{Limits, parse};
pub use value::{Number, Object, Value};
pub use write::write_string;
pub use xml::{ConversionError, XmlRules, json_to_xml, xml_to_json};
