//! The functions that can end a path: `.length()`, `.sum()`, `.first()` …

use std::borrow::Cow;

use super::super::ParseError;
use super::super::number::double_text;
use super::ast::{Argument, Call};
use super::budget::Budget;
use super::eval::{Context, Outcome, Stop, owned, run};
use crate::diagnostic::nearest;
use crate::json::{Number, Value};

/// A path function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::expression) enum Function {
    Length,
    Sum,
    Min,
    Max,
    Average,
    Deviation,
    Keys,
    First,
    Last,
    Index,
    Concat,
    Append,
}

/// The functions by name, with how many arguments they take.
const FUNCTIONS: [(&str, Function, std::ops::RangeInclusive<usize>); 13] = [
    ("append", Function::Append, 1..=16),
    ("avg", Function::Average, 0..=16),
    ("concat", Function::Concat, 0..=16),
    ("first", Function::First, 0..=0),
    ("index", Function::Index, 1..=1),
    ("keys", Function::Keys, 0..=0),
    ("last", Function::Last, 0..=0),
    ("length", Function::Length, 0..=1),
    ("max", Function::Max, 0..=16),
    ("min", Function::Min, 0..=16),
    ("size", Function::Length, 0..=1),
    ("stddev", Function::Deviation, 0..=16),
    ("sum", Function::Sum, 0..=16),
];

impl Function {
    /// The function of a name.
    pub(super) fn named(name: &str, offset: usize) -> Result<Self, ParseError> {
        if let Some((_, function, _)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) {
            return Ok(*function);
        }
        let error = ParseError::new(offset, format!("unknown path function `{name}`"));
        Err(match nearest(name, FUNCTIONS.iter().map(|(known, ..)| *known)) {
            Some(known) => error.help(format!("did you mean `{known}()`?")),
            None => error.help("a name that holds a parenthesis is written ['a(b)']"),
        })
    }

    /// Refuses a wrong number of arguments.
    pub(super) fn check_arguments(self, count: usize, offset: usize) -> Result<(), ParseError> {
        let known = FUNCTIONS.iter().find(|(_, function, _)| *function == self);
        match known {
            Some((name, _, counts)) if !counts.contains(&count) => {
                Err(ParseError::new(offset, format!("`{name}()` does not take {count} arguments")))
            }
            _ => Ok(()),
        }
    }

    fn is_numeric(self) -> bool {
        matches!(self, Self::Sum | Self::Min | Self::Max | Self::Average | Self::Deviation)
    }

    /// Whether a path that ends in the function leads nowhere when the function gives `null`.
    pub(super) fn may_give_nothing(self) -> bool {
        matches!(self, Self::Length | Self::Keys)
    }

    /// Whether the function takes a search in front of it as an argument.
    fn takes_search(self) -> bool {
        !matches!(self, Self::Length | Self::First | Self::Last | Self::Index)
    }

    fn is_of_a_list(self) -> bool {
        self.is_numeric() || matches!(self, Self::First | Self::Last | Self::Index | Self::Concat)
    }
}

impl Call {
    /// Applies the function to what its path led to from a value, then the path behind it.
    ///
    /// After a definite path what it led to is the input. A path that begins with `..` is an
    /// argument of its function, as in Jayway, whose input is the value it started from. After
    /// another indefinite path each result is the input, except that a function of lists takes the
    /// results together when none of them is a list (where Jayway fails).
    pub(super) fn apply<'v>(
        &self,
        outcome: Outcome<'v>,
        start: &Value,
        after_scan: bool,
        context: &Context<'v, '_>,
    ) -> Result<Outcome<'v>, Stop> {
        let budget = context.budget;
        let mut arguments = self.arguments(context)?;
        match outcome {
            Outcome::One(value) => self.onward(self.invoke(&value, &arguments, budget)?, budget),
            Outcome::Many(values) if self.takes_all(&values, after_scan) => {
                let list = owned(values, budget)?;
                let result = match self.function {
                    Function::Length => count_parts(&list),
                    function if after_scan && function.takes_search() => {
                        arguments.push(Value::Array(list));
                        self.invoke(start, &arguments, budget)?
                    }
                    _ => self.invoke(&Value::Array(list), &arguments, budget)?,
                };
                self.onward(result, budget)
            }
            Outcome::Many(values) => {
                let mut results = Vec::with_capacity(values.len());
                for value in values {
                    budget.spend(1)?;
                    let result = self.invoke(&value, &arguments, budget)?;
                    match self.onward(result, budget)? {
                        Outcome::One(result) => results.push(result),
                        Outcome::Many(more) => results.extend(more),
                    }
                }
                Ok(Outcome::Many(results))
            }
        }
    }

    fn takes_all(&self, values: &[Cow<'_, Value>], after_scan: bool) -> bool {
        let has_list = || values.iter().any(|value| matches!(**value, Value::Array(_)));
        after_scan || self.function.is_of_a_list() && !has_list()
    }

    fn onward<'v>(&self, result: Value, budget: &Budget) -> Result<Outcome<'v>, Stop> {
        if self.then.segments.is_empty() && self.then.call.is_none() {
            return Ok(Outcome::One(Cow::Owned(result)));
        }
        Ok(match run(&self.then, &Context::new(&result, &[], budget), &result)? {
            Outcome::One(value) => Outcome::One(Cow::Owned(value.into_owned())),
            Outcome::Many(values) => {
                Outcome::Many(owned(values, budget)?.into_iter().map(Cow::Owned).collect())
            }
        })
    }

    fn arguments(&self, context: &Context<'_, '_>) -> Result<Vec<Value>, Stop> {
        let argument = |argument: &Argument| match argument {
            Argument::Literal(value) => Ok(value.clone()),
            Argument::Path(path) => {
                let value = run(path, context, context.root)?.into_value(context.budget)?;
                context.budget.weigh(&value)?;
                Ok(value.into_owned())
            }
        };
        self.arguments.iter().map(argument).collect()
    }

    fn invoke(&self, value: &Value, arguments: &[Value], budget: &Budget) -> Result<Value, Stop> {
        if self.function != Function::Length {
            budget.weigh(value)?;
            arguments.iter().try_for_each(|argument| budget.weigh(argument))?;
        }
        match self.function {
            Function::Length => Ok(length(arguments.first().unwrap_or(value))),
            Function::Keys => Ok(keys(value)),
            Function::First => element(value, 0),
            Function::Last => element(value, -1),
            Function::Index => match arguments.first() {
                Some(Value::Number(index)) => element(value, index.as_i64().ok_or(Stop::Missing)?),
                _ => Err(Stop::Missing),
            },
            Function::Concat => Ok(concatenated(value, arguments)),
            Function::Append => Ok(appended(value, arguments)),
            Function::Sum
            | Function::Min
            | Function::Max
            | Function::Average
            | Function::Deviation => aggregate(self.function, value, arguments),
        }
    }
}

fn length(value: &Value) -> Value {
    let count = match value {
        Value::Array(elements) => elements.len(),
        Value::Object(object) => object.len(),
        _ => return Value::Null,
    };
    Value::Number(Number::from(count as i64))
}

/// `$..x.length()`: how many parts all the `x` have.
fn count_parts(values: &[Value]) -> Value {
    let parts = |value: &Value| match value {
        Value::Array(elements) => elements.len(),
        Value::Object(object) => object.len(),
        _ => 0,
    };
    Value::Number(Number::from(values.iter().map(parts).sum::<usize>() as i64))
}

fn keys(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            Value::Array(object.iter().map(|(name, _)| Value::String(name.clone())).collect())
        }
        _ => Value::Null,
    }
}

fn element(value: &Value, index: i64) -> Result<Value, Stop> {
    let Value::Array(elements) = value else { return Err(Stop::Missing) };
    let at = if index < 0 { index + elements.len() as i64 } else { index };
    let element = usize::try_from(at).ok().and_then(|at| elements.get(at));
    element.cloned().ok_or(Stop::Missing)
}

/// The texts of a list, then the arguments; those that are lists bring their texts and numbers.
fn concatenated(value: &Value, arguments: &[Value]) -> Value {
    let mut text = String::new();
    if let Value::Array(elements) = value {
        text.extend(elements.iter().filter_map(Value::as_str));
    }
    for argument in arguments {
        match argument {
            Value::Null => {}
            Value::Array(parts) => parts.iter().for_each(|part| match part {
                Value::String(part) => text.push_str(part),
                Value::Number(part) => text.push_str(part.as_str()),
                _ => {}
            }),
            Value::String(part) => text.push_str(part),
            other => text.push_str(&other.to_text()),
        }
    }
    Value::string(text)
}

fn appended(value: &Value, arguments: &[Value]) -> Value {
    let mut value = value.clone();
    if let Value::Array(elements) = &mut value {
        elements.extend_from_slice(arguments);
    }
    value
}

/// A number of all numbers in a list and in the arguments; nothing when there are none.
fn aggregate(function: Function, value: &Value, arguments: &[Value]) -> Result<Value, Stop> {
    let mut numbers = Vec::new();
    if let Value::Array(elements) = value {
        numbers.extend(elements.iter().filter_map(number));
    }
    for argument in arguments {
        match argument {
            Value::Array(elements) => numbers.extend(elements.iter().filter_map(number)),
            other => numbers.extend(number(other)),
        }
    }
    if numbers.is_empty() {
        return Err(Stop::Missing);
    }
    let count = numbers.len() as f64;
    let sum: f64 = numbers.iter().sum();
    let result = match function {
        Function::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        Function::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Function::Average => sum / count,
        Function::Deviation => {
            let squares: f64 = numbers.iter().map(|number| number * number).sum();
            (squares / count - (sum / count).powi(2)).max(0.0).sqrt()
        }
        _ => sum,
    };
    // Infinite results have no JSON.
    Number::parse(&double_text(result)).map(Value::Number).ok_or(Stop::Missing)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(number.as_f64()),
        _ => None,
    }
}
