//! Payload JSON that keeps the text of numbers and the order of members.

mod value;

pub use value::{Number, Object, Value};
