//! Evaluates expressions on a message.

use std::borrow::Cow;
use std::sync::Arc;

use super::ast::{Call, Expr, Operator, Root, Steps};
use super::functions::{self, Arguments};
use super::operators;
use crate::expression::budget::Budget;
use crate::expression::jsonpath::budget::Budget as PathBudget;
use crate::expression::jsonpath::eval::{Context, Outcome, run};
use crate::expression::jsonpath::{Location, found, list, locate, to_value};
use crate::expression::number::double_text;
use crate::expression::{EvalError, Namespaces, Scope};
use crate::json;
use crate::message::Value;

/// What becomes of XML that an expression selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It stays XML.
    Value,
    /// It becomes text, as it does inside of operators and functions.
    Text,
}

/// One evaluation.
#[derive(Clone, Copy)]
pub(super) struct Evaluation<'s> {
    pub scope: &'s dyn Scope,
    pub namespaces: &'s Namespaces,
    pub budget: &'s Budget,
}

impl Evaluation<'_> {
    pub fn eval(&self, expression: &Expr, wanted: Wanted) -> Result<Value, EvalError> {
        self.budget.spend(1)?;
        match expression {
            Expr::Literal(value) => Ok(value.clone()),
            Expr::Array(elements) => self.array(elements),
            Expr::Access(root, steps) => self.access(root, steps),
            Expr::Call(call) => self.call(call, wanted),
            Expr::Negated(inner) => {
                operators::arithmetic(&Value::Int(0), Operator::Subtract, &self.part(inner)?)
            }
            Expr::Binary(left, operator, right) => {
                // Both sides are evaluated always, as Synapse does: a side that fails makes the
                // whole fail, even where the other side would decide.
                let (left, right) = (self.part(left)?, self.part(right)?);
                self.budget.spend_text(text_length(&left).saturating_add(text_length(&right)))?;
                operators::apply(&left, *operator, &right)
            }
            Expr::Conditional(parts) => {
                let [condition, then, otherwise] = &**parts;
                match self.part(condition)? {
                    Value::Bool(true) => self.eval(then, wanted),
                    Value::Bool(false) => self.eval(otherwise, wanted),
                    other => Err(EvalError::failed(format!(
                        "the condition before `?` is {}, not a boolean",
                        operators::kind(&other)
                    ))),
                }
            }
        }
    }

    /// A part of a larger expression.
    fn part(&self, expression: &Expr) -> Result<Value, EvalError> {
        self.eval(expression, Wanted::Text)
    }

    fn array(&self, elements: &[Expr]) -> Result<Value, EvalError> {
        let elements: Result<Vec<json::Value>, EvalError> =
            elements.iter().map(|element| Ok(into_json(self.part(element)?))).collect();
        Ok(Value::Json(Arc::new(json::Value::Array(elements?))))
    }

    fn call(&self, call: &Call, wanted: Wanted) -> Result<Value, EvalError> {
        if call.function.name == "exists" {
            return self.exists(call);
        }
        let mut values = Vec::with_capacity(call.arguments.len());
        for (at, argument) in call.arguments.iter().enumerate() {
            match self.part(argument)? {
                Value::Null => return Err(functions::no_argument(call.function, at)),
                value => {
                    self.budget.spend_text(text_length(&value))?;
                    values.push(value);
                }
            }
        }
        let wanted = if call.steps.is_empty() { wanted } else { Wanted::Text };
        let arguments = Arguments {
            function: call.function,
            values: &values,
            prepared: &call.prepared,
            evaluation: *self,
            wanted,
        };
        let result = (call.function.run)(&arguments)?;
        let what = || format!("the result of `{}()`", call.function.name);
        self.navigate(result, &call.steps, what)
    }

    /// Whether an argument has a value; why it has none does not matter.
    fn exists(&self, call: &Call) -> Result<Value, EvalError> {
        let value = match call.arguments.first() {
            Some(argument) => self.part(argument),
            None => Ok(Value::Null),
        };
        match value {
            Ok(value) => Ok(Value::Bool(!value.is_null())),
            Err(EvalError::NeedBody) => Err(EvalError::NeedBody),
            Err(_) => Ok(Value::Bool(false)),
        }
    }

    fn access(&self, root: &Root, steps: &Steps) -> Result<Value, EvalError> {
        let missing =
            |what: &str, name: &str| EvalError::failed(format!("{what} `{name}` is not set"));
        match root {
            Root::Payload => self.follow(self.scope.json()?, steps, "payload"),
            Root::Variable(name) => {
                let value = self.scope.variable(name).ok_or_else(|| missing("variable", name))?;
                if steps.is_empty() {
                    return Ok(normal(value));
                }
                self.navigate(value, steps, || format!("variable `{name}`"))
            }
            Root::Property(scope, name, what) => {
                let value = self.scope.property(*scope, name).ok_or_else(|| missing(what, name))?;
                self.typed(value, steps, || format!("{what} `{name}`"))
            }
            Root::Parameter(name) => {
                let value = self.scope.parameter(name)?;
                let value = value.ok_or_else(|| missing("template parameter", name))?;
                self.typed(value, steps, || format!("template parameter `{name}`"))
            }
            Root::Config(name) => {
                let value = self.scope.config(name).ok_or_else(|| missing("config", name))?;
                self.typed(value, steps, || format!("config `{name}`"))
            }
        }
    }

    fn typed(
        &self,
        value: Value,
        steps: &Steps,
        what: impl Fn() -> String,
    ) -> Result<Value, EvalError> {
        if steps.is_empty() {
            return Ok(auto_typed(value));
        }
        self.navigate(value, steps, what)
    }

    /// Takes a path on a value that is JSON or its text.
    fn navigate(
        &self,
        value: Value,
        steps: &Steps,
        what: impl Fn() -> String,
    ) -> Result<Value, EvalError> {
        if steps.is_empty() {
            return Ok(value);
        }
        let Some(document) = value.as_json(&self.scope.rules().json) else {
            return Err(EvalError::failed(format!("{} holds no JSON to take a path on", what())));
        };
        self.follow(&document, steps, &what())
    }

    fn follow(
        &self,
        document: &json::Value,
        steps: &Steps,
        what: &str,
    ) -> Result<Value, EvalError> {
        let late = self.late(steps)?;
        let budget = PathBudget::part_of(self.budget);
        let context = Context::new(document, &late, &budget);
        let outcome = run(&steps.path, &context, document);
        self.budget.hand_back(budget.steps());
        match found(outcome)? {
            None => Err(EvalError::failed(format!("{what} has nothing at the path"))),
            Some(Outcome::One(value)) => Ok(from_json(value)),
            Some(Outcome::Many(values)) => list(values, &budget),
        }
    }

    /// The places that a path leads to in a document.
    pub fn locate(
        &self,
        document: &json::Value,
        steps: &Steps,
    ) -> Result<Vec<Location>, EvalError> {
        let late = self.late(steps)?;
        let budget = PathBudget::part_of(self.budget);
        locate(&steps.path, &Context::new(document, &late, &budget), document)
    }

    /// What stands in a path's brackets and filters.
    fn late(&self, steps: &Steps) -> Result<Vec<json::Value>, EvalError> {
        steps.late.iter().map(|late| Ok(into_json(self.part(late)?))).collect()
    }
}

fn text_length(value: &Value) -> usize {
    if let Value::Text(text) = value { text.len() } else { 0 }
}

/// JSON as an expression sees it: `null` is nothing.
fn from_json(value: Cow<'_, json::Value>) -> Value {
    match &*value {
        json::Value::Null => Value::Null,
        _ => to_value(value),
    }
}

/// A value as JSON, for arrays and paths.
pub(super) fn into_json(value: Value) -> json::Value {
    match value {
        Value::Null => json::Value::Null,
        Value::Bool(value) => json::Value::Bool(value),
        Value::Int(value) => json::Value::Number(value.into()),
        Value::Json(value) => Arc::unwrap_or_clone(value),
        Value::Text(text) => json::Value::String(text),
        // Neither NaN nor XML has a form of its own in JSON.
        other => json::Value::String(other.to_text()),
    }
}

/// A value in the form that operators and functions expect: JSON primitives lose their wrapping,
/// doubles have the text that Java gives them.
pub(super) fn normal(value: Value) -> Value {
    match value {
        Value::Double(number) => double(number),
        Value::Json(json) => from_json(Cow::Owned(Arc::unwrap_or_clone(json))),
        other => other,
    }
}

/// A double; not a number and the infinities stay what they are.
pub(super) fn double(number: f64) -> Value {
    match json::Number::parse(&double_text(number)) {
        Some(number) => Value::Json(Arc::new(json::Value::Number(number))),
        None => Value::Double(number),
    }
}

/// Headers, properties and parameters are numbers where their text is one.
fn auto_typed(value: Value) -> Value {
    let text = match value {
        Value::Text(text) => text,
        Value::Bool(_) => return Value::Text(value.to_text()),
        other => return normal(other),
    };
    if let Ok(integer) = text.parse() {
        return Value::Int(integer);
    }
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E');
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && text.trim().chars().all(numeric) => double(number),
        _ => Value::Text(text),
    }
}
