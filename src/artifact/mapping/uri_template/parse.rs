//! Reading of a template.

use std::sync::Arc;

use super::Piece;
use super::expression::{Expression, Name, Operator, PREFIX};

/// Why a text is not a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// What is wrong, in a phrase.
    pub message: &'static str,
    /// Where, as a byte offset into the text.
    pub offset: usize,
}

/// The pieces of a template; a slash at its end does not count.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, TemplateError> {
    let error = |message, offset| Err(TemplateError { message, offset });
    if !text.starts_with('/') {
        return error("a template begins with `/`", 0);
    }
    let text = if text.len() > 1 { text.strip_suffix('/').unwrap_or(text) } else { text };
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(inner) = rest.strip_prefix('{') {
            let Some(length) = inner.find('}') else {
                return error("a brace is opened and never closed", at);
            };
            let inner = inner.get(..length).unwrap_or_default();
            pieces.push(Piece::Expression(expression(inner, at + 1)?));
            at += length + 2;
        } else {
            let length = rest.find('{').unwrap_or(rest.len());
            let literal = rest.get(..length).unwrap_or_default();
            if let Some(brace) = literal.find('}') {
                return error("a brace is closed that was never opened", at + brace);
            }
            pieces.push(match literal.strip_suffix('*') {
                Some(start) => Piece::Rest(start.into()),
                None => Piece::Literal(literal.into()),
            });
            at += length;
        }
    }
    Ok(pieces)
}

fn expression(inner: &str, at: usize) -> Result<Expression, TemplateError> {
    let error = |message, offset| Err(TemplateError { message, offset });
    if inner.is_empty() {
        return error("an expression is empty", at);
    }
    if let Some(brace) = inner.find('{') {
        return error("a brace is opened inside an expression", at + brace);
    }
    let operator = inner.chars().next().and_then(Operator::of);
    let mut at = if operator.is_some() { at + 1 } else { at };
    let list = if operator.is_some() { inner.get(1..).unwrap_or_default() } else { inner };
    let mut names = Vec::new();
    for written in list.split(',') {
        names.push(name(written, at)?);
        at += written.len() + 1;
    }
    Ok(Expression { operator: operator.unwrap_or(Operator::Simple), names })
}

fn name(written: &str, offset: usize) -> Result<Name, TemplateError> {
    let (name, most) = match written.split_once(':') {
        None => (written, None),
        Some((name, digits)) => {
            let Ok(most) = digits.parse() else {
                let offset = offset + name.len() + 1;
                return Err(TemplateError { message: "a length is a number", offset });
            };
            (name, Some(most))
        }
    };
    let name = name.strip_suffix('*').unwrap_or(name);
    if name.is_empty() {
        return Err(TemplateError { message: "a variable has no name", offset });
    }
    Ok(Name { property: Arc::from(format!("{PREFIX}{name}")), most })
}
