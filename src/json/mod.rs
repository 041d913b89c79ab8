//! Payload JSON that keeps the text of numbers and the order of members.

mod error;
mod parse;
mod value;
mod write;

pub use error::{JsonError, JsonErrorKind};
pub use parse::{Limits, parse};
pub use value::{Number, Object, Value};
pub use write::write_string;
