//! Functions of XPath 2.0 that work on what XPath 1.0 has: Synapse hands expressions that call
//! them to a second engine, and flows count on it.

use jiff::tz::TimeZone;

use super::Call;
use crate::expression::java_regex::{Pattern, Piece};
use crate::expression::xpath::eval::{Data, text_to_number};
use crate::expression::{EvalError, dates};

/// What making a pattern costs, in visited nodes.
const PATTERN_COST: u64 = 1000;

impl Call<'_, '_> {
    pub(super) fn matches(&self) -> Result<bool, EvalError> {
        let pattern = self.pattern("matches", 2)?;
        pattern.is_match(&self.text(0)?, self.evaluation.budget.regex())
    }

    pub(super) fn replace(&self) -> Result<String, EvalError> {
        let pattern = self.pattern("replace", 3)?;
        let replacement = replacement(&self.text(2)?)?;
        let text = self.text(0)?;
        let budget = &self.evaluation.budget;
        pattern.replace(&text, &replacement, budget.regex(), &mut |bytes| budget.spend_text(bytes))
    }

    /// The pattern in the second argument, with the flags at a place.
    fn pattern(&self, function: &str, flags: usize) -> Result<Pattern, EvalError> {
        self.evaluation.spend(PATTERN_COST)?;
        let refuse =
            |why: &str| EvalError::failed(format!("the XPath function `{function}`: {why}"));
        let flags = if self.has(flags) { self.text(flags)? } else { String::new() };
        if !flags.chars().all(|flag| "imsx".contains(flag)) {
            return Err(refuse(&format!("its flags are i, m, s and x, not `{flags}`")));
        }
        Pattern::within(&self.text(1)?, &flags).map_err(|error| refuse(&error.to_string()))
    }

    /// The texts of the first argument's nodes, or the text that it is.
    fn items(&self) -> Result<Vec<String>, EvalError> {
        let data = self.argument(0)?;
        match &data {
            Data::Nodes(nodes) => {
                let text = |node| Ok(self.evaluation.string_value(node)?.into_owned());
                nodes.iter().copied().map(text).collect()
            }
            Data::Missing => Ok(Vec::new()),
            _ => Ok(vec![self.evaluation.text(&data)?.into_owned()]),
        }
    }

    pub(super) fn string_join(&self) -> Result<String, EvalError> {
        let separator = if self.has(1) { self.text(1)? } else { String::new() };
        let items = self.items()?;
        self.evaluation.budget.spend_text(items.len().saturating_mul(separator.len()))?;
        Ok(items.join(&separator))
    }

    pub(super) fn is_empty(&self) -> Result<bool, EvalError> {
        Ok(match self.argument(0)? {
            Data::Nodes(nodes) => nodes.is_empty(),
            Data::Missing => true,
            _ => false,
        })
    }

    /// The numbers of the first argument brought together; nothing of no numbers.
    pub(super) fn fold(&self, join: fn(f64, f64) -> f64) -> Result<Data, EvalError> {
        let numbers = self.items()?.into_iter().map(|text| text_to_number(&text));
        Ok(numbers.reduce(join).map_or(Data::Missing, Data::Number))
    }

    pub(super) fn average(&self) -> Result<Data, EvalError> {
        let count = self.items()?.len() as f64;
        Ok(match self.fold(|a, b| a + b)? {
            Data::Number(sum) => Data::Number(sum / count),
            nothing => nothing,
        })
    }

    pub(super) fn now(&self, pattern: &str) -> Result<String, EvalError> {
        dates::format(self.evaluation.scope.now_millis(), pattern, &TimeZone::system())
    }
}

/// The greater of two numbers, undefined where one of them is.
pub(super) fn greater(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}

/// The lesser of two numbers, undefined where one of them is.
pub(super) fn lesser(a: f64, b: f64) -> f64 {
    if a.is_nan() || a < b { a } else { b }
}

/// A replacement: `$1` is a group, `\$` a dollar.
fn replacement(text: &str) -> Result<Vec<Piece>, EvalError> {
    let refuse = || {
        EvalError::failed(
            "the XPath function `replace`: behind `$` in its third argument must be a \
            digit, behind `\\` a `$` or a `\\`",
        )
    };
    let mut pieces = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '$' => match chars.next().and_then(|c| c.to_digit(10)) {
                Some(digit) => Piece::Group(digit as usize),
                None => return Err(refuse()),
            },
            '\\' => match chars.next() {
                Some(c @ ('$' | '\\')) => Piece::Char(c),
                _ => return Err(refuse()),
            },
            c => Piece::Char(c),
        });
    }
    Ok(pieces)
}
