//! Decides filters the way Jayway does: numbers and texts compare across their types, what is
//! missing equals nothing.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::super::java_regex::Pattern;
use super::super::number::Decimal;
use super::ast::{Comparison, Filter, Operand};
use super::budget::Budget;
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
        context: &Context<'v, '_>,
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

fn exists<'v>(
    operand: &Operand,
    value: &'v Value,
    context: &Context<'v, '_>,
) -> Result<bool, Stop> {
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
    context: &Context<'v, '_>,
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

fn side<'v>(
    operand: &Operand,
    value: &'v Value,
    context: &Context<'v, '_>,
) -> Result<Side<'v>, Stop> {
    Ok(match operand {
        Operand::Literal(literal) => Side::Value(Cow::Owned(literal.clone())),
        Operand::Late(at) => Side::Value(Cow::Borrowed(context.late(*at))),
        _ => match outcome(operand, value, context)? {
            None => Side::Missing,
            Some(outcome) => {
                let value = outcome.into_value(context.budget)?;
                context.budget.weigh(&value)?;
                Side::Value(value)
            }
        },
    })
}

fn compare<'v>(
    left: &Operand,
    comparison: Comparison,
    right: &Operand,
    value: &'v Value,
    context: &Context<'v, '_>,
) -> Result<bool, Stop> {
    match (left, right) {
        (Operand::Pattern(_), Operand::Pattern(_)) => return Ok(false),
        (Operand::Pattern(pattern), other) | (other, Operand::Pattern(pattern)) => {
            let input = side(other, value, context)?;
            return Ok(comparison == Comparison::Matches
                && matches(pattern, input.value(), context.budget)?);
        }
        _ => {}
    }
    // Most literals are compared with what a path leads to: they are not copied for it.
    if let Operand::Literal(literal) = right {
        let left = side(left, value, context)?;
        return decide(left.value(), comparison, Some(literal), context.budget);
    }
    let left = side(left, value, context)?;
    let right = side(right, value, context)?;
    decide(left.value(), comparison, right.value(), context.budget)
}

fn decide(
    left: Option<&Value>,
    comparison: Comparison,
    right: Option<&Value>,
    budget: &Budget,
) -> Result<bool, Stop> {
    let equal = || equal_sides(left, right, budget);
    Ok(match comparison {
        Comparison::Equal => equal()?,
        Comparison::NotEqual => !equal()?,
        Comparison::SameType => same_type(left, right) && equal()?,
        Comparison::NotSameType => !(same_type(left, right) && equal()?),
        Comparison::Less => ordered(left, right, &[Ordering::Less]),
        Comparison::LessOrEqual => ordered(left, right, &[Ordering::Less, Ordering::Equal]),
        Comparison::Greater => ordered(left, right, &[Ordering::Greater]),
        Comparison::GreaterOrEqual => ordered(left, right, &[Ordering::Greater, Ordering::Equal]),
        // A pattern on one side was looked for before.
        Comparison::Matches => false,
        Comparison::In => match list(right) {
            Some(list) => contains(list, left, budget)?,
            None => false,
        },
        Comparison::NotIn => match right {
            Some(Value::Array(list)) => !contains(list, left, budget)?,
            Some(Value::Object(_)) => true,
            _ => false,
        },
        Comparison::SubsetOf => both(left, right, |left, right| all_in(left, right, budget))?,
        Comparison::AnyOf => both(left, right, |left, right| shares(left, right, budget))?,
        Comparison::NoneOf => both(left, right, |left, right| Ok(!shares(left, right, budget)?))?,
        Comparison::All => both(left, right, |left, right| all_in(right, left, budget))?,
        Comparison::Contains => match (left, right) {
            (Some(Value::String(text)), Some(Value::String(part))) => text.contains(&**part),
            (Some(Value::Array(list)), part) => contains(list, part, budget)?,
            _ => false,
        },
        Comparison::Size => has_size(left, right),
        Comparison::Empty => is_empty(left)
            .is_some_and(|empty| matches!(right, Some(Value::Bool(wanted)) if *wanted == empty)),
    })
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
    decide: impl FnOnce(&[Value], &[Value]) -> Result<bool, Stop>,
) -> Result<bool, Stop> {
    match list(left).zip(list(right)) {
        Some((left, right)) => decide(left, right),
        None => Ok(false),
    }
}

fn contains(list: &[Value], value: Option<&Value>, budget: &Budget) -> Result<bool, Stop> {
    for element in list {
        budget.spend(1)?;
        if equal_sides(value, Some(element), budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn all_in(values: &[Value], list: &[Value], budget: &Budget) -> Result<bool, Stop> {
    for value in values {
        if !contains(list, Some(value), budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn shares(left: &[Value], right: &[Value], budget: &Budget) -> Result<bool, Stop> {
    for value in left {
        if contains(right, Some(value), budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_size(left: Option<&Value>, right: Option<&Value>) -> bool {
    let Some(Value::Number(wanted)) = right else { return false };
    let size = match left {
        Some(Value::String(text)) => text.encode_utf16().count(),
        Some(Value::Array(list)) => list.len(),
        _ => return false,
    };
    // As Java makes an integer of a number.
    wanted.as_f64() as i64 == size as i64
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
fn equal_sides(left: Option<&Value>, right: Option<&Value>, budget: &Budget) -> Result<bool, Stop> {
    match left.zip(right) {
        Some((left, right)) => equal(left, right, budget),
        None => Ok(false),
    }
}

/// Equality across types, in Jayway's way: what stands left decides how a number and a text meet.
fn equal(left: &Value, right: &Value, budget: &Budget) -> Result<bool, Stop> {
    Ok(match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            compare_numbers(left, right) == Some(Ordering::Equal)
        }
        (Value::Number(number), Value::String(text)) => is_number(text, number),
        (Value::String(text), Value::Number(number)) => **text == *number_text(number),
        (Value::Array(left), Value::Array(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.iter().zip(right) {
                if !same(left, right, budget)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Object(left), Value::Object(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for ((name, left), (beside, other)) in left.iter().zip(right.iter()) {
                let other = if name == beside {
                    Some(other)
                } else {
                    budget.spend(1 + right.len() / 16)?;
                    right.get(name)
                };
                match other {
                    Some(right) if same(left, right, budget)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        _ => left == right,
    })
}

/// Equality inside of arrays and objects, where types do not meet.
fn same(left: &Value, right: &Value, budget: &Budget) -> Result<bool, Stop> {
    Ok(same_type(Some(left), Some(right)) && equal(left, right, budget)?)
}

/// Whether a text reads as a number.
fn is_number(text: &str, number: &Number) -> bool {
    match (Decimal::parse(text), Decimal::parse(number.as_str())) {
        (Some(left), Some(right)) => left.compare(right) == Ordering::Equal,
        _ => Number::parse(text)
            .is_some_and(|other| compare_numbers(&other, number) == Some(Ordering::Equal)),
    }
}

/// The text that Java gives a number: `1e2` is `1E+2`.
fn number_text(number: &Number) -> Cow<'_, str> {
    match Decimal::parse(number.as_str()) {
        Some(decimal) => Cow::Owned(decimal.to_text()),
        None => Cow::Borrowed(number.as_str()),
    }
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
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64()) {
        return Some(left.cmp(&right));
    }
    match (Decimal::parse(left.as_str()), Decimal::parse(right.as_str())) {
        (Some(left), Some(right)) => Some(left.compare(right)),
        _ => left.as_f64().partial_cmp(&right.as_f64()),
    }
}

/// Numbers are ordered, and texts; nothing else is, and not one with the other.
fn ordered(left: Option<&Value>, right: Option<&Value>, wanted: &[Ordering]) -> bool {
    let order = match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => compare_numbers(left, right),
        // Java orders texts by their UTF-16 units.
        (Some(Value::String(left)), Some(Value::String(right))) => {
            Some(left.encode_utf16().cmp(right.encode_utf16()))
        }
        _ => None,
    };
    order.is_some_and(|order| wanted.contains(&order))
}

/// Whether a pattern matches a whole value, or one of a list. What has no text reads as empty.
fn matches(pattern: &Pattern, value: Option<&Value>, budget: &Budget) -> Result<bool, Stop> {
    let is_match = |text: &str| {
        budget.spend(1)?;
        pattern.is_match(text, budget.steps().regex()).map_err(Stop::Failed)
    };
    let one = |value: &Value| match value {
        Value::String(text) => is_match(text),
        Value::Number(number) => is_match(number.as_str()),
        Value::Bool(true) => is_match("true"),
        Value::Bool(false) => is_match("false"),
        _ => is_match(""),
    };
    match value {
        None => is_match(""),
        Some(Value::Array(list)) => {
            for value in list {
                if one(value)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Some(value) => one(value),
    }
}
