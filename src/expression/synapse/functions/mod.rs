//! The functions: one table that the parser, the evaluation and the "did you mean" read.

mod convert;
mod lookup;
mod math;
mod text;
mod time;
mod time_pattern;
mod time_reading;

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::ast::{Expr, Prepared};
use super::eval::{Evaluation, Wanted};
use super::operators::{Number, kind};
use crate::expression::xpath::XPath;
use crate::expression::{EvalError, Namespaces, ParseError, java_regex};
use crate::message::Value;

/// A function.
pub(super) struct Function {
    pub name: &'static str,
    /// How many arguments it takes.
    arity: RangeInclusive<usize>,
    /// How it is written, for whoever got that wrong.
    signature: &'static str,
    pub run: fn(&Arguments<'_>) -> Result<Value, EvalError>,
}

/// What a function is called with; no argument is nothing.
pub(super) struct Arguments<'a> {
    pub function: &'static Function,
    pub values: &'a [Value],
    pub prepared: &'a Prepared,
    pub evaluation: Evaluation<'a>,
    pub wanted: Wanted,
}

const fn function(
    name: &'static str,
    arity: RangeInclusive<usize>,
    signature: &'static str,
    run: fn(&Arguments<'_>) -> Result<Value, EvalError>,
) -> Function {
    Function { name, arity, signature, run }
}

/// The functions in alphabetical order.
static FUNCTIONS: [Function; 42] = [
    function("abs", 1..=1, "abs(number)", math::abs),
    function("array", 1..=1, "array(text)", convert::array),
    function("base64decode", 1..=2, "base64decode(text[, charset])", text::base64_decode),
    function("base64encode", 1..=2, "base64encode(text[, charset])", text::base64_encode),
    function("boolean", 1..=1, "boolean(value)", |a| Ok(convert::boolean(a))),
    function("ceil", 1..=1, "ceil(number)", math::ceil),
    function("charAt", 2..=2, "charAt(text, index)", text::char_at),
    function("contains", 2..=2, "contains(text, part)", text::contains),
    function("endsWith", 2..=2, "endsWith(text, suffix)", text::ends_with),
    function("exists", 1..=1, "exists(value)", |a| Ok(convert::exists(a))),
    function("float", 1..=1, "float(value)", convert::float),
    function("floor", 1..=1, "floor(number)", math::floor),
    function(
        "formatDateTime",
        2..=3,
        "formatDateTime(now(), pattern) or formatDateTime(text, oldPattern, newPattern)",
        time::format_date_time,
    ),
    function(
        "hashicorp-vault",
        2..=3,
        "hashicorp-vault([namespace, ]path, field)",
        lookup::hashicorp_vault,
    ),
    function("indexOf", 2..=3, "indexOf(text, part[, from])", text::index_of),
    function("integer", 1..=1, "integer(value)", convert::integer),
    function("isArray", 1..=1, "isArray(value)", |a| Ok(convert::is_array(a))),
    function("isNumber", 1..=1, "isNumber(value)", |a| Ok(convert::is_number(a))),
    function("isObject", 1..=1, "isObject(value)", |a| Ok(convert::is_object(a))),
    function("isString", 1..=1, "isString(value)", |a| Ok(convert::is_string(a))),
    function("length", 1..=1, "length(text or array)", text::length),
    function("log", 1..=2, "log(number[, base])", math::log),
    function("not", 1..=1, "not(boolean)", convert::not),
    function("now", 0..=0, "now()", |a| Ok(time::now(a))),
    function("object", 1..=1, "object(text)", convert::object),
    function("pow", 2..=2, "pow(base, exponent)", math::pow),
    function(
        "registry",
        1..=2,
        "registry(path) or registry(path).property(name)",
        lookup::registry,
    ),
    function("replace", 3..=3, "replace(text, old, new)", text::replace),
    function("round", 1..=2, "round(number[, places])", math::round),
    function("secret", 1..=1, "secret(alias)", lookup::secret),
    function("split", 2..=2, "split(text, pattern)", text::split),
    function("sqrt", 1..=1, "sqrt(number)", math::sqrt),
    function("startsWith", 2..=2, "startsWith(text, prefix)", text::starts_with),
    function("string", 1..=1, "string(value)", |a| Ok(convert::string(a))),
    function("subString", 2..=3, "subString(text, start[, end])", text::sub_string),
    function("toLower", 1..=1, "toLower(text)", text::to_lower),
    function("toUpper", 1..=1, "toUpper(text)", text::to_upper),
    function("trim", 1..=1, "trim(text)", text::trim),
    function("urlDecode", 1..=2, "urlDecode(text[, charset])", text::url_decode),
    function("urlEncode", 1..=2, "urlEncode(text[, charset])", text::url_encode),
    function("wso2-vault", 1..=1, "wso2-vault(alias)", lookup::secret),
    function("xpath", 1..=2, "xpath(expression[, variable])", lookup::xpath),
];

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Function {
    /// The function of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }

    /// The names of all functions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|function| function.name)
    }

    /// Refuses a wrong number of arguments.
    pub fn check_arity(&self, count: usize, offset: usize) -> Result<(), ParseError> {
        if self.arity.contains(&count) {
            return Ok(());
        }
        let arguments = if count == 1 { "argument" } else { "arguments" };
        let message = format!("`{}()` does not take {count} {arguments}", self.name);
        Err(ParseError::new(offset, message).help(format!("write {}", self.signature)))
    }
}

/// Compiles what literal arguments allow to compile; an error says which argument it is about.
pub(super) fn prepare(
    function: &Function,
    arguments: &[Expr],
    namespaces: &Namespaces,
) -> Result<Prepared, (usize, ParseError)> {
    let literal = |at: usize| match arguments.get(at) {
        Some(Expr::Literal(Value::Text(text))) => Some(Arc::clone(text)),
        _ => None,
    };
    match (function.name, literal(0), literal(1)) {
        ("split", _, Some(pattern)) => {
            java_regex::within(&pattern).map(Prepared::Pattern).map_err(|error| (1, error))
        }
        ("xpath", Some(text), None) if arguments.len() == 1 => {
            XPath::compile(&text, namespaces).map(Prepared::XPath).map_err(|error| (0, error))
        }
        ("xpath", Some(text), Some(variable)) if !variable.contains('.') => {
            let prefix = lookup::variable_root(&variable);
            XPath::compile(&format!("{prefix}{text}"), namespaces).map(Prepared::XPath).map_err(
                |error| {
                    (0, ParseError { offset: error.offset.saturating_sub(prefix.len()), ..error })
                },
            )
        }
        _ => Ok(Prepared::Nothing),
    }
}

/// What to say of an argument that is nothing.
pub(super) fn no_argument(function: &Function, at: usize) -> EvalError {
    let place = place(at);
    EvalError::failed(format!("`{}()` has nothing as its {place} argument", function.name))
}

fn place(at: usize) -> &'static str {
    match at {
        0 => "first",
        1 => "second",
        _ => "third",
    }
}

impl Arguments<'_> {
    /// Whether there is an argument at a place.
    fn has(&self, at: usize) -> bool {
        at < self.values.len()
    }

    /// An argument; the arity was checked when the expression was compiled.
    fn value(&self, at: usize) -> &Value {
        self.values.get(at).unwrap_or(&Value::Null)
    }

    /// An argument that has to be text.
    fn text(&self, at: usize) -> Result<&str, EvalError> {
        match self.value(at) {
            Value::Text(text) => Ok(text),
            _ => Err(self.wrong(at, "a text")),
        }
    }

    /// An argument that has to be a whole number.
    fn integer(&self, at: usize) -> Result<i64, EvalError> {
        match self.value(at) {
            Value::Int(integer) => Ok(*integer),
            _ => Err(self.wrong(at, "a whole number")),
        }
    }

    /// An argument that has to be a number.
    fn number(&self, at: usize) -> Result<Number, EvalError> {
        Number::of(self.value(at)).ok_or_else(|| self.wrong(at, "a number"))
    }

    /// What to say of an argument of the wrong type.
    fn wrong(&self, at: usize, needed: &str) -> EvalError {
        EvalError::failed(format!(
            "`{}()` takes {needed} as its {} argument, not {}",
            self.function.name,
            place(at),
            kind(self.value(at))
        ))
    }

    /// A failure that is about no argument in particular.
    fn failed(&self, why: impl std::fmt::Display) -> EvalError {
        EvalError::failed(format!("`{}()`: {why}", self.function.name))
    }
}
