//! Expressions and templates: an error is at a place of the text, a result is reached without a
//! panic and within the limits of an evaluation.

use myelin::expression::jsonpath::JsonPath;
use myelin::expression::synapse::SynapseExpression;
use myelin::expression::xpath::XPath;
use myelin::expression::{Dynamic, DynamicOptions, Expression, ParseError, Template};
use myelin::message::Work;

use super::message::{Message, namespaces};

/// XPath: the conversions of a result agree with each other.
pub fn xpath(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some(xpath) = compiled(text, XPath::compile(text, &namespaces())) else { return };
    assert_eq!(xpath.text(), text);
    let message = Message::sample();
    if let Ok(found) = xpath.evaluate(message) {
        let _ = (found.to_text(), found.to_value());
        if let Ok(nodes) = xpath.select(message) {
            assert_eq!(found.to_bool(), !nodes.is_empty());
        }
    }
}

/// JSONPath: what it locates is there.
pub fn jsonpath(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let message = Message::sample();
    if let Some(path) = compiled(text, Expression::json_path(text, &namespaces())) {
        let _ = path.evaluate(message);
    }
    let Ok(path) = JsonPath::compile(text) else { return };
    let work = Work::default();
    let _ = path.read(&message.json, &work);
    let mut document = message.json.clone();
    for place in path.locate(&message.json, &work).unwrap_or_default() {
        assert!(place.get_mut(&mut document).is_some(), "{place:?}");
    }
}

/// Synapse expressions, without `${` and `}`.
pub fn synapse(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let expression = SynapseExpression::compile(text, &namespaces());
    let Some(expression) = compiled(text, expression) else { return };
    let _ = expression.try_evaluate(Message::sample());
    let _ = expression.evaluate_text(Message::sample());
}

/// Texts with expressions in them, in each of the forms that an artifact can write.
pub fn template(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Some(template) = compiled(text, Template::compile(text, &namespaces())) {
        let written = template.evaluate_text(Message::sample());
        if let Some(plain) = template.static_text() {
            assert_eq!((plain, written.as_deref().ok()), (text, Some(text)));
        }
    }
    let options = DynamicOptions { allow_json_literal: true };
    if let Some(dynamic) = compiled(text, Dynamic::compile(text, &namespaces(), options)) {
        let _ = dynamic.evaluate(Message::sample());
    }
    if let Some(expression) = compiled(text, Expression::compile(text, &namespaces())) {
        let _ = expression.evaluate_text(Message::sample());
        let _ = expression.evaluate_bool(Message::sample());
    }
}

/// An expression, where the text is one.
fn compiled<T>(text: &str, result: Result<T, ParseError>) -> Option<T> {
    result
        .inspect_err(|error| {
            assert!(text.is_char_boundary(error.offset), "{error:?} in {text:?}");
            assert!(!error.message.is_empty());
        })
        .ok()
}
