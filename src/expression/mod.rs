//! The three expression languages and the forms they appear in: compiled once, evaluated often.
//!
//! An expression sees a message only through [`Scope`]; it never changes one and never waits.

pub mod dates;
mod dynamic;
mod java_regex;
pub mod jsonpath;
mod namespaces;
mod number;
mod scope;
pub mod synapse;
#[cfg(test)]
mod testing;
pub mod xpath;

use std::sync::Arc;

use crate::message::Value;
use xpath::XPath;

pub use dynamic::{Dynamic, DynamicOptions};
pub use namespaces::Namespaces;
pub use scope::{EvalError, ParseError, PropertyScope, Scope};

/// A language that expressions are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// XPath 1.0.
    XPath,
    /// JSONPath, `json-eval(…)`.
    JsonPath,
    /// Synapse expressions, `${…}`.
    Synapse,
}

/// A compiled expression of any language.
#[derive(Debug, Clone)]
pub enum Expression {
    /// XPath 1.0.
    XPath(XPath),
}

impl Expression {
    /// Compiles the text of an expression attribute: `json-eval(…)` is JSONPath, `${…}` as a whole
    /// is a Synapse expression, anything else is XPath.
    pub fn compile(text: &str, namespaces: &Namespaces) -> Result<Self, ParseError> {
        let written = text.trim_ascii();
        let before = text.len() - text.trim_ascii_start().len();
        if let Some(path) = written.strip_prefix(JSON_EVAL) {
            let offset = before + JSON_EVAL.len();
            let Some(_) = path.strip_suffix(')') else {
                let end = before + written.len();
                return Err(ParseError::new(end, "`json-eval(` is not closed").help("add `)`"));
            };
            return Err(ParseError::new(offset, "JSONPath cannot be evaluated"));
        }
        if whole_synapse_expression(written).is_some() {
            return Err(ParseError::new(before, "`${…}` cannot be evaluated"));
        }
        XPath::compile(text, namespaces).map(Self::XPath)
    }

    /// The language that the expression is written in.
    pub fn language(&self) -> Language {
        match self {
            Self::XPath(_) => Language::XPath,
        }
    }

    /// Whether evaluating may look at the payload.
    pub fn reads_payload(&self) -> bool {
        match self {
            Self::XPath(xpath) => xpath.reads_payload(),
        }
    }

    /// The result with its type.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        match self {
            Self::XPath(xpath) => Ok(xpath.evaluate(scope)?.to_value()),
        }
    }

    /// The result as text, by the rules of the language.
    pub fn evaluate_text(&self, scope: &dyn Scope) -> Result<Arc<str>, EvalError> {
        match self {
            Self::XPath(xpath) => Ok(xpath.evaluate(scope)?.to_text()),
        }
    }

    /// The result as the condition of a filter: XPath's `boolean()`, in the other languages only
    /// what reads `true`.
    pub fn evaluate_bool(&self, scope: &dyn Scope) -> Result<bool, EvalError> {
        match self {
            Self::XPath(xpath) => Ok(xpath.evaluate(scope)?.to_bool()),
        }
    }
}

const JSON_EVAL: &str = "json-eval(";

/// The text between `${` and `}` where they enclose all of it.
fn whole_synapse_expression(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}')
}
