//! Functions of time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::operators::Number;
use super::Arguments;
use super::time_pattern::{Moment, Pattern};
use crate::expression::EvalError;
use crate::message::Value;

/// Milliseconds since 1970.
pub(super) fn now(arguments: &Arguments<'_>) -> Value {
    Value::Int(arguments.evaluation.scope.now_millis())
}

/// `(milliseconds, pattern)` in the system's time zone, or `(text, pattern, new pattern)`.
pub(super) fn format_date_time(arguments: &Arguments<'_>) -> Result<Value, EvalError> {
    let pattern = |at: usize| {
        Pattern::compile(arguments.text(at)?).map_err(|problem| arguments.failed(problem))
    };
    if !arguments.has(2) {
        let millis = match arguments.number(0)? {
            Number::Whole(millis) => millis,
            // The cast saturates, as Java's does.
            other => other.to_double() as i64,
        };
        let moment = local(millis).ok_or_else(|| arguments.failed("the time is out of range"))?;
        let text = pattern(1)?.format(&moment).map_err(|problem| arguments.failed(problem))?;
        return Ok(Value::text(text));
    }
    let moment = pattern(1)?.parse(arguments.text(0)?);
    let moment = moment.map_err(|problem| arguments.failed(problem))?;
    let text = pattern(2)?.format(&moment).map_err(|problem| arguments.failed(problem))?;
    Ok(Value::text(text))
}

fn local(millis: i64) -> Option<Moment> {
    let time = Timestamp::from_millisecond(millis).ok()?.to_zoned(TimeZone::system());
    Some(Moment { date: Some(time.date()), time: Some(time.time()) })
}
