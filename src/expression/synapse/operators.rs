//! The operators, with Synapse's rules for types.

use std::cmp::Ordering;
use std::sync::Arc;

use super::ast::Operator;
use super::eval::double;
use crate::expression::EvalError;
use crate::expression::number::Decimal;
use crate::json;
use crate::message::Value;

/// A number of one of the kinds that Synapse tells apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    /// Java's `int` and `long`.
    Whole(i64),
    /// Java's `BigDecimal` and `double`.
    Decimal(Decimal),
    /// What no decimal holds: infinities, not a number, very many digits.
    Double(f64),
}

impl Number {
    /// The number that a value is.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(integer) => Some(Self::Whole(*integer)),
            Value::Double(number) => {
                Some(Decimal::from_double(*number).map_or(Self::Double(*number), Self::Decimal))
            }
            Value::Json(json) => match &**json {
                json::Value::Number(number) => Some(
                    Decimal::parse(number.as_str())
                        .map_or(Self::Double(number.as_f64()), Self::Decimal),
                ),
                _ => None,
            },
            _ => None,
        }
    }

    /// The nearest double.
    pub fn to_double(self) -> f64 {
        match self {
            Self::Whole(integer) => integer as f64,
            Self::Decimal(decimal) => decimal.to_double(),
            Self::Double(number) => number,
        }
    }

    fn to_decimal(self) -> Option<Decimal> {
        match self {
            Self::Whole(integer) => Some(Decimal::from(integer)),
            Self::Decimal(decimal) => Some(decimal),
            Self::Double(_) => None,
        }
    }

    fn is_zero(self) -> bool {
        match self {
            Self::Whole(integer) => integer == 0,
            Self::Decimal(decimal) => decimal.is_zero(),
            Self::Double(number) => number == 0.0,
        }
    }

    /// Whether the number is whole and beyond 32 bits, Java's `long`.
    fn is_long(self) -> bool {
        matches!(self, Self::Whole(integer) if i32::try_from(integer).is_err())
    }
}

/// A decimal as a value.
pub(super) fn decimal(decimal: Decimal) -> Value {
    match json::Number::parse(&decimal.to_text()) {
        Some(number) => Value::Json(Arc::new(json::Value::Number(number))),
        None => double(decimal.to_double()),
    }
}

/// What a value is, for messages; never the value itself, which may be a secret.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "a whole number",
        Value::Double(_) => "a decimal",
        Value::Text(_) => "a text",
        Value::Xml(_) => "XML",
        Value::Json(json) => match &**json {
            json::Value::Array(_) => "an array",
            json::Value::Object(_) => "an object",
            json::Value::Number(_) => "a decimal",
            json::Value::String(_) => "a text",
            json::Value::Bool(_) => "a boolean",
            json::Value::Null => "nothing",
        },
    }
}

/// Applies an operator to two values.
pub(super) fn apply(left: &Value, operator: Operator, right: &Value) -> Result<Value, EvalError> {
    match operator {
        Operator::Equal => Ok(Value::Bool(equal(left, right))),
        Operator::NotEqual => Ok(Value::Bool(!equal(left, right))),
        Operator::Add
        | Operator::Subtract
        | Operator::Multiply
        | Operator::Divide
        | Operator::Modulo => arithmetic(left, operator, right),
        Operator::And | Operator::Or => logical(left, operator, right),
        Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual => {
            compare(left, operator, right)
        }
    }
}

/// Equality is of the texts; nothing equals nothing alone.
fn equal(left: &Value, right: &Value) -> bool {
    match (left.is_null(), right.is_null()) {
        (false, false) => left.to_text() == right.to_text(),
        (left, right) => left == right,
    }
}

fn logical(left: &Value, operator: Operator, right: &Value) -> Result<Value, EvalError> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Ok(Value::Bool(match operator {
            Operator::And => *left && *right,
            _ => *left || *right,
        })),
        _ => Err(mismatch(left, operator, right, "two booleans")),
    }
}

fn compare(left: &Value, operator: Operator, right: &Value) -> Result<Value, EvalError> {
    let (Some(a), Some(b)) = (Number::of(left), Number::of(right)) else {
        return Err(mismatch(left, operator, right, "two numbers"));
    };
    let order = match (a.to_decimal(), b.to_decimal()) {
        (Some(a), Some(b)) => Some(a.compare(b)),
        _ => a.to_double().partial_cmp(&b.to_double()),
    };
    Ok(Value::Bool(match operator {
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Less => order == Some(Ordering::Less),
        _ => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }))
}

/// Applies `+ - * / %`; `+` joins two texts as well.
pub(super) fn arithmetic(
    left: &Value,
    operator: Operator,
    right: &Value,
) -> Result<Value, EvalError> {
    match (Number::of(left), Number::of(right)) {
        (Some(a), Some(b)) => calculate(a, operator, b),
        _ => match (left, operator, right) {
            (Value::Text(a), Operator::Add, Value::Text(b)) => Ok(Value::text(format!("{a}{b}"))),
            (_, Operator::Add, _) => {
                Err(mismatch(left, operator, right, "two numbers or two texts"))
            }
            _ => Err(mismatch(left, operator, right, "two numbers")),
        },
    }
}

fn calculate(left: Number, operator: Operator, right: Number) -> Result<Value, EvalError> {
    if right.is_zero() && matches!(operator, Operator::Divide | Operator::Modulo) {
        return Err(EvalError::failed("division by zero"));
    }
    if let (Number::Whole(a), Number::Whole(b)) = (left, right) {
        return calculate_whole(a, operator, b, left.is_long() || right.is_long());
    }
    let exact = match (left.to_decimal(), right.to_decimal()) {
        (Some(a), Some(b)) => calculate_decimal(a, operator, b),
        _ => None,
    };
    Ok(exact.unwrap_or_else(|| {
        let (a, b) = (left.to_double(), right.to_double());
        double(match operator {
            Operator::Add => a + b,
            Operator::Subtract => a - b,
            Operator::Multiply => a * b,
            Operator::Divide => a / b,
            _ => a % b,
        })
    }))
}

/// `None` beyond the digits that a decimal holds. Synapse makes doubles of what it subtracts,
/// divides and takes the rest of.
fn calculate_decimal(left: Decimal, operator: Operator, right: Decimal) -> Option<Value> {
    let as_double = |result: Decimal| double(result.to_double());
    match operator {
        Operator::Add => left.add(right).map(decimal),
        Operator::Multiply => left.multiply(right).map(decimal),
        Operator::Subtract => left.subtract(right).map(as_double),
        Operator::Divide => left.divide(right).map(as_double),
        _ => left.remainder(right).map(as_double),
    }
}

fn calculate_whole(
    left: i64,
    operator: Operator,
    right: i64,
    long: bool,
) -> Result<Value, EvalError> {
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        // Java's `long` divides to a double even where nothing is left.
        Operator::Divide if long || left % right != 0 => {
            return Ok(double(left as f64 / right as f64));
        }
        Operator::Divide => left.checked_div(right),
        _ => Some(left.wrapping_rem(right)),
    };
    result.map(Value::Int).ok_or_else(|| {
        EvalError::failed(format!("the result of `{}` is beyond 64 bits", operator.symbol()))
    })
}

fn mismatch(left: &Value, operator: Operator, right: &Value, needed: &str) -> EvalError {
    EvalError::failed(format!(
        "`{}` takes {needed}, not {} and {}",
        operator.symbol(),
        kind(left),
        kind(right)
    ))
}
