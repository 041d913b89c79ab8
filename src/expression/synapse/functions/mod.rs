//! The functions: one table that the parser, the evaluation and the "did you mean" read.

mod convert;
mod lookup;
mod math;
mod text;
mod time;
mod time_fields;
mod time_pattern;
mod time_reading;
mod time_zone;

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::ast::{Expr, Prepared};
use super::eval::{Evaluation, Wanted};
use super::operators::{Number, kind};
use super::remarks::Kind;
use crate::expression::java_regex::Pattern;
use crate::expression::xpath::XPath;
use crate::expression::{EvalError, Namespaces, ParseError};
use crate::message::Value;

/// A function.
pub(super) struct Function {
    pub name: &'static str,
    /// How many arguments it takes.
    arity: RangeInclusive<usize>,
    /// What it gives inside of an expression.
    pub gives: Kind,
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
    gives: Kind,
    signature: &'static str,
    run: fn(&Arguments<'_>) -> Result<Value, EvalError>,
) -> Function {
    Function { name, arity, gives, signature, run }
}

/// The functions in alphabetical order.
static FUNCTIONS: [Function; 42] = [
    function("abs", 1..=1, Kind::Number, "abs(number)", math::abs),
    function("array", 1..=1, Kind::Array, "array(text)", convert::array),
    function(
        "base64decode",
        1..=2,
        Kind::Text,
        "base64decode(text[, charset])",
        text::base64_decode,
    ),
    function(
        "base64encode",
        1..=2,
        Kind::Text,
        "base64encode(text[, charset])",
        text::base64_encode,
    ),
    function("boolean", 1..=1, Kind::Boolean, "boolean(value)", |a| Ok(convert::boolean(a))),
    function("ceil", 1..=1, Kind::Number, "ceil(number)", math::ceil),
    function("charAt", 2..=2, Kind::Text, "charAt(text, index)", text::char_at),
    function("contains", 2..=2, Kind::Boolean, "contains(text, part)", text::contains),
    function("endsWith", 2..=2, Kind::Boolean, "endsWith(text, suffix)", text::ends_with),
    function("exists", 1..=1, Kind::Boolean, "exists(value)", |a| Ok(convert::exists(a))),
    function("float", 1..=1, Kind::Number, "float(value)", convert::float),
    function("floor", 1..=1, Kind::Number, "floor(number)", math::floor),
    function(
        "formatDateTime",
        2..=3,
        Kind::Text,
        "formatDateTime(now(), pattern) or formatDateTime(text, oldPattern, newPattern)",
        time::format_date_time,
    ),
    function(
        "hashicorp-vault",
        2..=3,
        Kind::Text,
        "hashicorp-vault([namespace, ]path, field)",
        lookup::hashicorp_vault,
    ),
    function("indexOf", 2..=3, Kind::Number, "indexOf(text, part[, from])", text::index_of),
    function("integer", 1..=1, Kind::Number, "integer(value)", convert::integer),
    function("isArray", 1..=1, Kind::Boolean, "isArray(value)", |a| Ok(convert::is_array(a))),
    function("isNumber", 1..=1, Kind::Boolean, "isNumber(value)", |a| Ok(convert::is_number(a))),
    function("isObject", 1..=1, Kind::Boolean, "isObject(value)", |a| Ok(convert::is_object(a))),
    function("isString", 1..=1, Kind::Boolean, "isString(value)", |a| Ok(convert::is_string(a))),
    function("length", 1..=1, Kind::Number, "length(text or array)", text::length),
    function("log", 1..=2, Kind::Number, "log(number[, base])", math::log),
    function("not", 1..=1, Kind::Boolean, "not(boolean)", convert::not),
    function("now", 0..=0, Kind::Number, "now()", |a| Ok(time::now(a))),
    function("object", 1..=1, Kind::Object, "object(text)", convert::object),
    function("pow", 2..=2, Kind::Number, "pow(base, exponent)", math::pow),
    function(
        "registry",
        1..=2,
        Kind::Unknown,
        "registry(path) or registry(path).property(name)",
        lookup::registry,
    ),
    function("replace", 3..=3, Kind::Text, "replace(text, old, new)", text::replace),
    function("round", 1..=2, Kind::Number, "round(number[, places])", math::round),
    function("secret", 1..=1, Kind::Text, "secret(alias)", lookup::secret),
    function("split", 2..=2, Kind::Array, "split(text, pattern)", text::split),
    function("sqrt", 1..=1, Kind::Number, "sqrt(number)", math::sqrt),
    function("startsWith", 2..=2, Kind::Boolean, "startsWith(text, prefix)", text::starts_with),
    function("string", 1..=1, Kind::Text, "string(value)", |a| Ok(convert::string(a))),
    function("subString", 2..=3, Kind::Text, "subString(text, start[, end])", text::sub_string),
    function("toLower", 1..=1, Kind::Text, "toLower(text)", text::to_lower),
    function("toUpper", 1..=1, Kind::Text, "toUpper(text)", text::to_upper),
    function("trim", 1..=1, Kind::Text, "trim(text)", text::trim),
    function("urlDecode", 1..=2, Kind::Text, "urlDecode(text[, charset])", text::url_decode),
    function("urlEncode", 1..=2, Kind::Text, "urlEncode(text[, charset])", text::url_encode),
    function("wso2-vault", 1..=1, Kind::Text, "wso2-vault(alias)", lookup::secret),
    function("xpath", 1..=2, Kind::Text, "xpath(expression[, variable])", lookup::xpath),
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
            Pattern::within(&pattern, "").map(Prepared::Pattern).map_err(|error| (1, error))
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
