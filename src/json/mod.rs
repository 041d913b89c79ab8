//! Payload JSON that keeps the text of numbers and the order of members.

mod error;
mod members;
mod parse;
mod value;
mod write;

pub use error::{JsonError, JsonErrorKind};
pub(crate) use members::Members;
pub use parse::{Limits, MAX_DEPTH, parse};
pub use value::{Number, Object, Value};
pub use write::write_string;
