//! What several mediators do with values: scopes, types, sources.

use std::sync::Arc;

use crate::diagnostic::Code;
use crate::expression::{Expression, PropertyScope};
use crate::json;
use crate::mediation::{Compiler, Flow, Interrupt};
use crate::message::{Fault, Value};
use crate::xml::document::{Element, Text};
use crate::xml::{self, Tree};

/// Where a value comes from.
#[derive(Debug)]
pub(super) enum Source {
    /// `value`.
    Static(Value),
    /// `expression`.
    Expression(Expression),
}

/// The types that `type` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    String,
    Boolean,
    Integer,
    Double,
    Xml,
    Json,
}

impl Type {
    /// The type that a word means.
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_uppercase().as_str() {
            "STRING" => Self::String,
            "BOOLEAN" => Self::Boolean,
            "INTEGER" | "LONG" | "SHORT" => Self::Integer,
            "FLOAT" | "DOUBLE" => Self::Double,
            "OM" | "XML" => Self::Xml,
            "JSON" => Self::Json,
            _ => return None,
        })
    }

    /// A value as this type; what cannot be converted is a fault.
    pub(super) fn convert(self, value: Value) -> Result<Value, Fault> {
        let text = value.to_text();
        let wrong = |what: &str| Fault::flow(format!("`{text}` is not {what}"));
        match self {
            Self::String if matches!(value, Value::Null) => Ok(Value::Null),
            Self::String => Ok(Value::Text(text)),
            Self::Boolean => Ok(Value::Bool(text.trim().eq_ignore_ascii_case("true"))),
            Self::Integer => {
                // Synapse cuts the digits behind the point.
                let whole = text.trim().split('.').next().unwrap_or_default();
                whole.parse().map(Value::Int).map_err(|_| wrong("a whole number"))
            }
            Self::Double => text.trim().parse().map(Value::Double).map_err(|_| wrong("a number")),
            Self::Json => Ok(to_json(value)),
            Self::Xml => match value {
                Value::Xml(_) => Ok(value),
                _ => to_xml(&text).map(Value::Xml),
            },
        }
    }
}

/// A value as JSON; text that is no JSON becomes a JSON string.
fn to_json(value: Value) -> Value {
    let text = match &value {
        Value::Json(_) => return value,
        other => other.to_text(),
    };
    let parsed = json::parse(text.as_bytes(), &json::Limits::default());
    Value::Json(Arc::new(parsed.unwrap_or(json::Value::String(text))))
}

/// Text as XML.
pub(super) fn to_xml(text: &str) -> Result<Arc<Tree>, Fault> {
    xml::parse(text.as_bytes(), None, &xml::Limits::default())
        .map(Arc::new)
        .map_err(|error| Fault::flow(format!("the text is not XML: {error}")))
}

/// The scope that an attribute names; without the attribute it is the default scope.
pub(super) fn scope_of(element: Element<'_>) -> Option<PropertyScope> {
    let Some(scope) = element.attribute("scope") else { return Some(PropertyScope::Default) };
    Some(match scope.value.value.trim() {
        "default" => PropertyScope::Default,
        "axis2" => PropertyScope::Axis2,
        "axis2-client" => PropertyScope::Axis2Client,
        "transport" => PropertyScope::Transport,
        "operation" => PropertyScope::Operation,
        "registry" => PropertyScope::Registry,
        "system" => PropertyScope::System,
        _ => return None,
    })
}

/// The source of a value: `expression` or `value`; neither is `None`. The error says that a
/// problem was reported.
pub(super) fn source(
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Result<Option<Source>, ()> {
    if let Some(expression) = element.attribute("expression") {
        let compiled = compiler.expression(expression.value, element).ok_or(())?;
        return Ok(Some(Source::Expression(compiled)));
    }
    Ok(element.attribute("value").map(|value| Source::Static(Value::text(value.value.value))))
}

impl Source {
    /// The value for a message.
    pub(super) fn evaluate(&self, flow: &Flow) -> Result<Value, Interrupt> {
        match self {
            Self::Static(value) => Ok(value.clone()),
            Self::Expression(expression) => Ok(expression.evaluate(&flow.view())?),
        }
    }
}

/// A regular expression that must match a whole text, as Java's `matches` does.
pub(super) fn full_match(text: Text<'_>, compiler: &mut Compiler<'_>) -> Option<regex::Regex> {
    match regex::Regex::new(&format!("^(?s-m:(?:{}))$", text.value)) {
        Ok(regex) => Some(regex),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let message = format!("the regular expression cannot be used: {reason}");
            compiler
                .diagnostics
                .report(Code::INVALID_VALUE, text.span, message)
                .help("look-around and back-references of Java are not supported");
            None
        }
    }
}
