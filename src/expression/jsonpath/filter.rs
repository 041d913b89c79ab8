//! Decides filters the way Jayway does: numbers and texts compare across their types, what is
//! missing equals nothing.

use std::borrow::Cow;
use std::cmp::Ordering;

use regex::Regex;

use super::ast::{Comparison, Filter, Operand};
use super::eval::{Context, Outcome, Stop, run};
use crate::json::{Number, Value};

/// What an operand stands for at a value.
enum Side<'v> {
    Missing,
    Value(Cow<'v, Value>),
}

impl Side<'_> {
    fn value(&self) -> Option<&Value> {
        match self {
            Self::Missing => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl Filter {
    /// Whether the filter lets a value through.
    pub(super) fn accepts<'v>(
        &self,
        value: &'v Value,
        context: &Context<'v>,
    ) -> Result<bool, Stop> {
        match self {
            Self::Any(filters) => {
                for filter in filters {
                    if filter.accepts(value, context)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::All(filters) => {
                for filter in filters {
                    if !filter.accepts(value, context)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Not(filter) => Ok(!filter.accepts(value, context)?),
            Self::Exists(operand) => exists(operand, value, context),
            Self::Compare(left, comparison, right) => {
                compare(left, *comparison, right, value, context)
            }
        }
    }
}

fn exists<'v>(operand: &Operand, value: &'v Value, context: &Context<'v>) -> Result<bool, Stop> {
    match operand {
        Operand::Late(at) => Ok(*context.late(*at) != Value::Null),
        _ => Ok(match outcome(operand, value, context)? {
            None => false,
            Some(Outcome::One(_)) => true,
            Some(Outcome::Many(values)) => !values.is_empty(),
        }),
    }
}

/// What the path of an operand leads to; `None` when it is missing or no path.
fn outcome<'v>(
    operand: &Operand,
    value: &'v Value,
    context: &Context<'v>,
) -> Result<Option<Outcome<'v>>, Stop> {
    let outcome = match operand {
        Operand::Current(path) => run(path, context, value),
        Operand::Root(path) => run(path, context, context.root),
        _ => return Ok(None),
    };
    match outcome {
        Ok(outcome) => Ok(Some(outcome)),
        Err(Stop::Missing) => Ok(None),
        Err(failed) => Err(failed),
    }
}

fn side<'v>(operand: &Operand, value: &'v Value, context: &Context<'v>) -> Result<Side<'v>, Stop> {
    Ok(match operand {
        Operand::Literal(literal) => Side::Value(Cow::Owned(literal.clone())),
        Operand::Late(at) => Side::Value(Cow::Borrowed(context.late(*at))),
        _ => match outcome(operand, value, context)? {
            None => Side::Missing,
            Some(Outcome::One(value)) => Side::Value(value),
            Some(Outcome::Many(values)) => {
                let values = values.into_iter().map(Cow::into_owned).collect();
                Side::Value(Cow::Owned(Value::Array(values)))
            }
        },
    })
}

fn compare<'v>(
    left: &Operand,
    comparison: Comparison,
    right: &Operand,
    value: &'v Value,
    context: &Context<'v>,
) -> Result<bool, Stop> {
    match (left, right) {
        (Operand::Pattern(_), Operand::Pattern(_)) => return Ok(false),
        (Operand::Pattern(pattern), other) | (other, Operand::Pattern(pattern)) => {
            let input = side(other, value, context)?;
            return Ok(comparison == Comparison::Matches && matches(pattern, input.value()));
        }
        _ => {}
    }
    // Most literals are compared with what a path leads to: they are not copied for it.
    if let Operand::Literal(literal) = right {
        let left = side(left, value, context)?;
        return Ok(decide(left.value(), comparison, Some(literal)));
    }
    let left = side(left, value, context)?;
    let right = side(right, value, context)?;
    Ok(decide(left.value(), comparison, right.value()))
}

fn decide(left: Option<&Value>, comparison: Comparison, right: Option<&Value>) -> bool {
    match comparison {
        Comparison::Equal => equal_sides(left, right),
        Comparison::NotEqual => !equal_sides(left, right),
        Comparison::SameType => same_type(left, right) && equal_sides(left, right),
        Comparison::NotSameType => !(same_type(left, right) && equal_sides(left, right)),
        Comparison::Less => ordered(left, right, &[Ordering::Less]),
        Comparison::LessOrEqual => ordered(left, right, &[Ordering::Less, Ordering::Equal]),
        Comparison::Greater => ordered(left, right, &[Ordering::Greater]),
        Comparison::GreaterOrEqual => ordered(left, right, &[Ordering::Greater, Ordering::Equal]),
        // A pattern on one side was looked for before.
        Comparison::Matches => false,
        Comparison::In => list(right).is_some_and(|list| contains(list, left)),
        Comparison::NotIn => match right {
            Some(Value::Array(list)) => !contains(list, left),
            Some(Value::Object(_)) => true,
            _ => false,
        },
        Comparison::SubsetOf => {
            both(left, right, |left, right| left.iter().all(|value| contains(right, Some(value))))
        }
        Comparison::AnyOf => both(left, right, shares),
        Comparison::NoneOf => both(left, right, |left, right| !shares(left, right)),
        Comparison::All => {
            both(left, right, |left, right| right.iter().all(|value| contains(left, Some(value))))
        }
        Comparison::Contains => match (left, right) {
            (Some(Value::String(text)), Some(Value::String(part))) => text.contains(&**part),
            (Some(Value::Array(list)), part) => contains(list, part),
            _ => false,
        },
        Comparison::Size => has_size(left, right),
        Comparison::Empty => is_empty(left)
            .is_some_and(|empty| matches!(right, Some(Value::Bool(wanted)) if *wanted == empty)),
    }
}

fn list(value: Option<&Value>) -> Option<&Vec<Value>> {
    match value {
        Some(Value::Array(list)) => Some(list),
        _ => None,
    }
}

fn both(
    left: Option<&Value>,
    right: Option<&Value>,
    decide: impl FnOnce(&[Value], &[Value]) -> bool,
) -> bool {
    list(left).zip(list(right)).is_some_and(|(left, right)| decide(left, right))
}

fn contains(list: &[Value], value: Option<&Value>) -> bool {
    list.iter().any(|element| equal_sides(value, Some(element)))
}

fn shares(left: &[Value], right: &[Value]) -> bool {
    left.iter().any(|value| contains(right, Some(value)))
}

fn has_size(left: Option<&Value>, right: Option<&Value>) -> bool {
    let Some(Value::Number(wanted)) = right else { return false };
    let size = match left {
        Some(Value::String(text)) => text.encode_utf16().count(),
        Some(Value::Array(list)) => list.len(),
        _ => return false,
    };
    compare_numbers(wanted, &Number::from(size as i64)) == Some(Ordering::Equal)
}

fn is_empty(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::String(text) => Some(text.is_empty()),
        Value::Array(list) => Some(list.is_empty()),
        Value::Object(object) => Some(object.is_empty()),
        _ => None,
    }
}

/// What is missing equals nothing, not even what is missing as well.
fn equal_sides(left: Option<&Value>, right: Option<&Value>) -> bool {
    left.zip(right).is_some_and(|(left, right)| equal(left, right))
}

/// Equality across types, in Jayway's way: what stands left decides how a number and a text meet.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            compare_numbers(left, right) == Some(Ordering::Equal)
        }
        (Value::Number(number), Value::String(text)) => Number::parse(text)
            .is_some_and(|other| compare_numbers(number, &other) == Some(Ordering::Equal)),
        (Value::String(text), Value::Number(number)) => **text == *number.as_str(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, left)| right.get(name).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

/// Equality inside of arrays and objects, where types do not meet.
fn same(left: &Value, right: &Value) -> bool {
    same_type(Some(left), Some(right)) && equal(left, right)
}

fn same_type(left: Option<&Value>, right: Option<&Value>) -> bool {
    let kind = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        // Jayway has one kind for both.
        Value::Array(_) | Value::Object(_) => 4,
    };
    left.map(kind) == right.map(kind)
}

fn compare_numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64().partial_cmp(&right.as_f64()),
    }
}

fn ordered(left: Option<&Value>, right: Option<&Value>, wanted: &[Ordering]) -> bool {
    // Java orders texts by their UTF-16 units.
    let texts = |left: &str, right: &str| Some(left.encode_utf16().cmp(right.encode_utf16()));
    let order = match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => compare_numbers(left, right),
        (Some(Value::String(left)), Some(Value::String(right))) => texts(left, right),
        (Some(Value::String(left)), Some(Value::Number(right))) => texts(left, right.as_str()),
        (Some(Value::Number(left)), Some(Value::String(right))) => texts(left.as_str(), right),
        _ => None,
    };
    order.is_some_and(|order| wanted.contains(&order))
}

/// Whether a pattern matches a whole value, or one of a list. What has no text reads as empty.
fn matches(pattern: &Regex, value: Option<&Value>) -> bool {
    let one = |value: &Value| match value {
        Value::String(text) => pattern.is_match(text),
        Value::Number(number) => pattern.is_match(number.as_str()),
        Value::Bool(true) => pattern.is_match("true"),
        Value::Bool(false) => pattern.is_match("false"),
        _ => pattern.is_match(""),
    };
    match value {
        None => pattern.is_match(""),
        Some(Value::Array(list)) => list.iter().any(one),
        Some(value) => one(value),
    }
}
