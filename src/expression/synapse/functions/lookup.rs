//! Functions that look something up: XPath on the payload, the registry, secrets.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::ast::Prepared;
use super::super::eval::{Wanted, normal};
use super::Arguments;
use crate::expression::xpath::{Object, XPath};
use crate::expression::{EvalError, PropertyScope};
use crate::json;
use crate::message::Value;
use crate::xml::{self, Tree};

/// How XPath calls a variable.
pub(super) fn variable_root(name: &str) -> String {
    format!("$var:{name}")
}

/// XPath on the payload, or on the XML that a variable (or `variable.member`) holds.
pub(super) fn xpath(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    if let Prepared::XPath(xpath) = arguments.prepared {
        return Ok(given(&xpath.evaluate(arguments.evaluation.scope)?, arguments.wanted));
    }
    let text = arguments.text(0)?;
    if !arguments.has(1) {
        let xpath = compile(arguments, text)?;
        return Ok(given(&xpath.evaluate(arguments.evaluation.scope)?, arguments.wanted));
    }
    let variable = arguments.text(1)?;
    match variable.split_once('.') {
        None => {
            let xpath = compile(arguments, &format!("{}{text}", variable_root(variable)))?;
            Ok(given(&xpath.evaluate(arguments.evaluation.scope)?, arguments.wanted))
        }
        Some((name, member)) => {
            let document = member_xml(arguments, name, member)?;
            // The expression continues from the document's element, as it does behind `$var:x`.
            let xpath = compile(arguments, &format!(".{text}"))?;
            let object = xpath.evaluate_in(arguments.evaluation.scope, &document)?;
            Ok(given(&object, arguments.wanted))
        }
    }
}

fn compile(arguments: &Arguments<'_>, text: &str) -> Result<XPath, EvalError> {
    XPath::compile(text, arguments.evaluation.namespaces).map_err(|error| arguments.failed(error))
}

fn given(object: &Object<'_>, wanted: Wanted) -> Value {
    match wanted {
        Wanted::Value => object.to_value(),
        Wanted::Text => Value::Text(object.to_text()),
    }
}

/// The XML in a member of a variable, such as the payload of a connector's response.
fn member_xml(arguments: &Arguments<'_>, name: &str, member: &str) -> Result<Arc<Tree>, EvalError> {
    let missing = || arguments.failed(format!("variable `{name}` has no member `{member}`"));
    let variable = arguments.evaluation.scope.variable(name).ok_or_else(missing)?;
    let Value::Json(json) = variable else { return Err(missing()) };
    let text = json.get(member).and_then(json::Value::as_str).ok_or_else(missing)?;
    let limits = &arguments.evaluation.scope.rules().xml;
    xml::parse(text.as_bytes(), None, limits).map(Arc::new).map_err(|error| arguments.failed(error))
}

pub(super) fn registry(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let path = arguments.text(0)?;
    let key = if arguments.has(1) {
        Cow::Owned(format!("{path}@{}", arguments.text(1)?))
    } else {
        Cow::Borrowed(path)
    };
    let value = arguments.evaluation.scope.property(PropertyScope::Registry, &key);
    value.map(normal).ok_or_else(|| arguments.failed(format!("there is no resource `{key}`")))
}

pub(super) fn secret(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    by_alias(arguments, arguments.text(0)?)
}

/// The alias is namespace, path and field, joined by slashes.
pub(super) fn hashicorp_vault(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let parts: Result<Vec<&str>, EvalError> =
        (0..arguments.values.len()).map(|at| arguments.text(at)).collect();
    by_alias(arguments, &parts?.join("/"))
}

fn by_alias(arguments: &Arguments<'_>, alias: &str) -> Result<Value, EvalError> {
    let secret = arguments.evaluation.scope.secret(alias);
    secret
        .map(Value::Text)
        .ok_or_else(|| arguments.failed(format!("no secret has the alias `{alias}`")))
}
