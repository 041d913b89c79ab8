//! Functions of numbers.

use super::super::eval::double;
use super::super::operators::{Number, decimal};
use super::Arguments;
use crate::expression::EvalError;
use crate::expression::number::{Decimal, Rounding};
use crate::message::Value;

pub(super) fn abs(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    match arguments.number(0)? {
        Number::Whole(integer) => match integer.checked_abs() {
            Some(integer) => Ok(Value::Int(integer)),
            None => Err(arguments.failed("the result is beyond 64 bits")),
        },
        Number::Decimal(number) => Ok(decimal(number.abs())),
        Number::Double(number) => Ok(double(number.abs())),
    }
}

pub(super) fn ceil(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    to_whole(arguments, Rounding::Ceiling, f64::ceil)
}

pub(super) fn floor(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    to_whole(arguments, Rounding::Floor, f64::floor)
}

/// The result stays a decimal, one without decimal places.
fn to_whole(
    arguments: &Arguments<'_>,
    rounding: Rounding,
    rounded: fn(f64) -> f64,
) -> Result<Value, EvalError> {
    Ok(match arguments.number(0)? {
        Number::Whole(integer) => Value::Int(integer),
        Number::Decimal(number) => number
            .with_scale(0, rounding)
            .map_or_else(|| double(rounded(number.to_double())), decimal),
        Number::Double(number) => double(rounded(number)),
    })
}

/// Without places a half goes up, `-2.5` to `-2`, and the result is whole; with places a half goes
/// away from zero and the result is a double.
pub(super) fn round(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let number = arguments.number(0)?;
    if let Number::Whole(integer) = number {
        return Ok(Value::Int(integer));
    }
    if !arguments.has(1) {
        // The cast saturates, as Java's does.
        return Ok(Value::Int((number.to_double() + 0.5).floor() as i64));
    }
    let places = i32::try_from(arguments.integer(1)?).ok().filter(|places| *places > 0);
    let Some(places) = places else {
        return Err(arguments.failed("the number of decimal places has to be positive"));
    };
    let value = number.to_double();
    let rounded = Decimal::from_double(value)
        .and_then(|number| number.with_scale(places, Rounding::HalfUp))
        .map_or(value, Decimal::to_double);
    Ok(double(rounded))
}

pub(super) fn sqrt(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    Ok(double(arguments.number(0)?.to_double().sqrt()))
}

/// To the base of ten when no base is given.
pub(super) fn log(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let number = arguments.number(0)?.to_double();
    if !arguments.has(1) {
        return Ok(double(number.log10()));
    }
    Ok(double(number.ln() / arguments.number(1)?.to_double().ln()))
}

pub(super) fn pow(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let base = arguments.number(0)?.to_double();
    Ok(double(base.powf(arguments.number(1)?.to_double())))
}
