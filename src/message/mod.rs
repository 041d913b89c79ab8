//! What travels through a flow: the message, its payload, its properties, and what can go wrong.

mod value;

pub use value::{Value, double_to_text};
