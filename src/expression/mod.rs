//! The three expression languages and the forms they appear in: compiled once, evaluated often.
//!
//! An expression sees a message only through [`Scope`]; it never changes one and never waits.

pub mod dates;
pub mod jsonpath;
mod namespaces;
mod scope;
pub mod synapse;
#[cfg(test)]
mod testing;
pub mod xpath;

pub use namespaces::Namespaces;
pub use scope::{EvalError, ParseError, PropertyScope, Scope};
