//! The three expression languages and the forms they appear in: compiled once, evaluated often.
//!
//! An expression sees a message only through [`Scope`]; it never changes one and never waits.

pub mod jsonpath;
mod scope;
pub mod synapse;
pub mod xpath;

pub use scope::{EvalError, ParseError, PropertyScope, Scope};
