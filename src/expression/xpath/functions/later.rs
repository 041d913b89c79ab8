//! Functions of XPath 2.0 that work on what XPath 1.0 has: Synapse hands expressions that call
//! them to a second engine, and flows count on it.

use jiff::tz::TimeZone;
use regex::Regex;

use super::Call;
use crate::expression::xpath::eval::{Data, text_to_number};
use crate::expression::{EvalError, dates, java_regex};

/// What making a pattern costs, in visited nodes.
const PATTERN_COST: u64 = 1000;

impl Call<'_, '_> {
    pub(super) fn matches(&self) -> Result<bool, EvalError> {
        Ok(self.pattern("matches", 2)?.is_match(&self.text(0)?))
    }

    pub(super) fn replace(&self) -> Result<String, EvalError> {
        let pattern = self.pattern("replace", 3)?;
        let replacement = replacement(&self.text(2)?)?;
        Ok(pattern.replace_all(&self.text(0)?, replacement).into_owned())
    }

    /// The pattern in the second argument, with the flags at a place.
    fn pattern(&self, function: &str, flags: usize) -> Result<Regex, EvalError> {
        self.evaluation.spend(PATTERN_COST)?;
        let refuse =
            |why: &str| EvalError::failed(format!("the XPath function `{function}`: {why}"));
        let mut pattern = self.text(1)?;
        if self.has(flags) {
            let flags = self.text(flags)?;
            if !flags.chars().all(|flag| "imsx".contains(flag)) {
                return Err(refuse(&format!("its flags are i, m, s and x, not `{flags}`")));
            }
            if !flags.is_empty() {
                pattern.insert_str(0, &format!("(?{flags})"));
            }
        }
        java_regex::within(&pattern).map_err(|error| refuse(&error.to_string()))
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
        Ok(self.items()?.join(&separator))
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

/// `$1` and `\$` as the regular expressions write them.
fn replacement(text: &str) -> Result<String, EvalError> {
    let refuse = || {
        EvalError::failed(
            "the XPath function `replace`: behind `$` in its third argument must be a \
            digit, behind `\\` a `$` or a `\\`",
        )
    };
    let mut written = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if matches!(c, '$' | '\\') { chars.next() } else { None }) {
            ('$', Some(digit)) if digit.is_ascii_digit() => {
                written.extend(['$', '{', digit, '}']);
            }
            ('\\', Some('$')) => written.push_str("$$"),
            ('\\', Some('\\')) => written.push('\\'),
            ('$' | '\\', _) => return Err(refuse()),
            _ => written.push(c),
        }
    }
    Ok(written)
}
