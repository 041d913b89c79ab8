//! Functions that ask for types and change them.

use std::sync::Arc;

use super::super::eval::double;
use super::super::operators::{Number, decimal};
use super::Arguments;
use crate::expression::EvalError;
use crate::json;
use crate::message::Value;

pub(super) fn is_string(arguments: &Arguments<'_>) -> Value {
    Value::Bool(matches!(arguments.value(0), Value::Text(_)))
}

pub(super) fn is_number(arguments: &Arguments<'_>) -> Value {
    Value::Bool(Number::of(arguments.value(0)).is_some())
}

/// The text of an array is an array as well.
pub(super) fn is_array(arguments: &Arguments<'_>) -> Value {
    Value::Bool(json_array(arguments.value(0), limits(arguments)).is_some())
}

/// The text of an object is an object as well.
pub(super) fn is_object(arguments: &Arguments<'_>) -> Value {
    Value::Bool(json_object(arguments.value(0), limits(arguments)).is_some())
}

pub(super) fn array(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let array = json_array(arguments.value(0), limits(arguments));
    array.map(Value::Json).ok_or_else(|| arguments.wrong(0, "a JSON array or its text"))
}

pub(super) fn object(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let object = json_object(arguments.value(0), limits(arguments));
    object.map(Value::Json).ok_or_else(|| arguments.wrong(0, "a JSON object or its text"))
}

/// What a text that is read as JSON may ask for.
pub(super) fn limits<'a>(arguments: &Arguments<'a>) -> &'a json::Limits {
    &arguments.evaluation.scope.rules().json
}

pub(super) fn json_array(value: &Value, limits: &json::Limits) -> Option<Arc<json::Value>> {
    json_of(value, limits).filter(|json| matches!(**json, json::Value::Array(_)))
}

fn json_object(value: &Value, limits: &json::Limits) -> Option<Arc<json::Value>> {
    json_of(value, limits).filter(|json| matches!(**json, json::Value::Object(_)))
}

fn json_of(value: &Value, limits: &json::Limits) -> Option<Arc<json::Value>> {
    match value {
        Value::Json(json) => Some(Arc::clone(json)),
        Value::Text(text) => parsed(text, limits).map(Arc::new),
        _ => None,
    }
}

/// Synapse drops all backslashes first, so that escaped JSON reads as JSON; here only text that is
/// no JSON as it stands loses them.
fn parsed(text: &str, limits: &json::Limits) -> Option<json::Value> {
    match json::parse(text.as_bytes(), limits) {
        Ok(value) => Some(value),
        Err(_) if text.contains('\\') => {
            json::parse(text.replace('\\', "").as_bytes(), limits).ok()
        }
        Err(_) => None,
    }
}

pub(super) fn string(arguments: &Arguments<'_>) -> Value {
    Value::Text(arguments.value(0).to_text())
}

/// Only what is written as a whole number: `5.0` is none.
pub(super) fn integer(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    if let Value::Int(integer) = arguments.value(0) {
        return Ok(Value::Int(*integer));
    }
    let text = arguments.value(0).to_text();
    text.parse().map(Value::Int).map_err(|_| arguments.failed("the value is no whole number"))
}

pub(super) fn float(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    match Number::of(arguments.value(0)) {
        Some(Number::Decimal(number)) => return Ok(decimal(number)),
        Some(number) => return Ok(double(number.to_double())),
        None => {}
    }
    let text = arguments.value(0).to_text();
    let no_number = || arguments.failed("the value is no number");
    let number: f64 = text.trim().parse().map_err(|_| no_number())?;
    // `inf` and its like are words in Rust alone.
    if !number.is_finite() && !matches!(text.trim(), "NaN" | "Infinity" | "-Infinity") {
        return Err(no_number());
    }
    Ok(double(number))
}

/// Everything but `true` is false.
pub(super) fn boolean(arguments: &Arguments<'_>) -> Value {
    Value::Bool(arguments.value(0).is_true())
}

pub(super) fn not(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    match arguments.value(0) {
        Value::Bool(value) => Ok(Value::Bool(!value)),
        _ => Err(arguments.wrong(0, "a boolean")),
    }
}

/// The evaluation asks for itself whether an argument exists; one that got here does.
pub(super) fn exists(arguments: &Arguments<'_>) -> Value {
    Value::Bool(!arguments.value(0).is_null())
}
