//! What a property, a variable, a parameter or an expression can hold.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::json;
use crate::xml::Tree;

/// A value of the language. Cloning is cheap: texts, JSON and XML are shared.
#[derive(Debug, Clone)]
pub enum Value {
    /// Nothing: a missing property, a JSON null.
    Null,
    /// A BOOLEAN property, a truth value.
    Bool(bool),
    /// SHORT, INTEGER and LONG properties, whole numbers.
    Int(i64),
    /// FLOAT and DOUBLE properties, numbers.
    Double(f64),
    /// A STRING property, text.
    Text(Arc<str>),
    /// A JSON property or a part of a JSON payload.
    Json(Arc<json::Value>),
    /// An OM property or a part of an XML payload: the document's children are the nodes, one
    /// element or a sequence of elements and texts.
    Xml(Arc<Tree>),
}

impl Value {
    /// A text value.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Whether there is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Only the text `true` (any case) and a true value are true.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Bool(value) => *value,
            other => other.to_text().eq_ignore_ascii_case("true"),
        }
    }

    /// The value as text: nothing is empty, JSON strings lose their quotes, other JSON is compact,
    /// XML is serialised.
    pub fn to_text(&self) -> Arc<str> {
        match self {
            Self::Null => Arc::from(""),
            Self::Bool(value) => Arc::from(if *value { "true" } else { "false" }),
            Self::Int(value) => Arc::from(value.to_string()),
            Self::Double(value) => Arc::from(double_to_text(*value)),
            Self::Text(text) => Arc::clone(text),
            Self::Json(value) => match &**value {
                json::Value::String(text) => Arc::clone(text),
                json::Value::Null => Arc::from("null"),
                other => Arc::from(other.to_text()),
            },
            Self::Xml(tree) => Arc::from(tree.to_text()),
        }
    }

    /// The JSON that it holds or whose text it is.
    pub fn as_json(&self, limits: &json::Limits) -> Option<Cow<'_, json::Value>> {
        match self {
            Self::Json(value) => Some(Cow::Borrowed(value)),
            Self::Text(text) => json::parse(text.as_bytes(), limits).ok().map(Cow::Owned),
            _ => None,
        }
    }

    /// A JSON value as a value of the language: primitives lose their wrapping.
    pub fn from_json(value: &json::Value) -> Self {
        match value {
            json::Value::Null => Self::Null,
            json::Value::Bool(value) => Self::Bool(*value),
            json::Value::String(text) => Self::Text(Arc::clone(text)),
            json::Value::Number(number) => match number.as_i64() {
                Some(integer) => Self::Int(integer),
                None => Self::Json(Arc::new(value.clone())),
            },
            json::Value::Array(_) | json::Value::Object(_) => Self::Json(Arc::new(value.clone())),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.is_null() == other.is_null() && self.to_text() == other.to_text()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// XPath's rule: whole numbers have no point, others as few digits as tell them apart, never an
/// exponent.
pub fn double_to_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = write!(text, "{}", if value == 0.0 { 0.0 } else { value });
    text
}
