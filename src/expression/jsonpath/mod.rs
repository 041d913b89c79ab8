//! JSONPath in Jayway's dialect, as `json-eval(…)` and `${…}` use it.
//!
//! `parser` and `filter_parser` make a `Path`, `eval`, `filter` and `function` run it on a `budget`,
//! `location` says where things were found, `dynamic` has paths with expressions in them.
//!
//! What holds is what Jayway does, in the version and with the options that Synapse uses. Where
//! that is an accident, the sensible thing is done: `docs/differences.md` lists it.

pub(super) mod ast;
pub(super) mod budget;
pub(super) mod cursor;
mod dynamic;
pub(super) mod eval;
mod filter;
mod filter_parser;
pub(super) mod function;
pub(super) mod location;
pub(super) mod parser;
mod slice;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

pub use dynamic::DynamicPath;
pub use location::{Location, Step};

use super::{EvalError, ParseError, PropertyScope, Scope};
use crate::json;
use crate::message::{Rules, Value, Work};
use ast::{Path, Selector};
use budget::Budget;
use cursor::Cursor;
use eval::{Context, Outcome, Stop};
use parser::PathParser;

/// A compiled JSONPath.
#[derive(Debug, Clone)]
pub struct JsonPath {
    text: Arc<str>,
    root: Root,
    path: Path,
}

/// What a path starts from.
#[derive(Debug, Clone, PartialEq)]
enum Root {
    Payload,
    /// A property that holds JSON, or its text.
    Property(PropertyScope, Arc<str>),
}

/// The roots that are properties.
const PROPERTY_ROOTS: [(&str, PropertyScope); 3] = [
    ("$ctx:", PropertyScope::Default),
    ("$axis2:", PropertyScope::Axis2),
    ("$trp:", PropertyScope::Transport),
];

impl JsonPath {
    /// Compiles a path: what stands in `json-eval(…)`, without expressions in it. Without `$` it is
    /// taken as if it began with `$.`; a final dot means nothing.
    pub fn compile(text: &str) -> Result<Self, ParseError> {
        let text = text.trim_end();
        if text.starts_with(char::is_whitespace) {
            return Err(ParseError::new(0, "the path begins with white space").help("remove it"));
        }
        let mut cursor = Cursor::new(text, 0);
        let root = property_root(&mut cursor)?;
        let mut plain = parser::Plain;
        let has_root = root != Root::Payload || cursor.eat("$") || cursor.eat("@");
        if cursor.is_done() && !has_root {
            return Err(ParseError::new(0, "path is empty").help("the whole payload is `$`"));
        }
        let mut parser = PathParser::new(&mut cursor, &mut plain);
        let path = if has_root { parser.steps()? } else { parser.rootless()? };
        check_end(&cursor, has_root && path.segments.is_empty())?;
        Ok(Self { text: text.into(), root, path })
    }

    /// The path as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the path leads to one value at most rather than to a list.
    pub fn is_definite(&self) -> bool {
        self.path.is_definite()
    }

    /// Whether the path starts from the payload rather than from a property.
    pub fn reads_payload(&self) -> bool {
        self.root == Root::Payload
    }

    /// Whether the path means the whole payload.
    pub fn is_whole_payload(&self) -> bool {
        self.reads_payload() && self.path.segments.is_empty() && self.path.call.is_none()
    }

    /// Evaluates the path as Synapse's mediators see it.
    ///
    /// | found | gives |
    /// |---|---|
    /// | nothing, of a definite path | empty text |
    /// | a string | its text |
    /// | a whole number | `Int` |
    /// | another number | `Json`, as written |
    /// | `true`, `false` | `Bool` |
    /// | `null` | `Json(Null)`, whose text is `null` |
    /// | an object, an array | `Json` |
    /// | any number of values of an indefinite path | `Json`, an array, possibly empty |
    ///
    /// Fails while the body is unread, on a payload that is no JSON, and where the path takes more
    /// steps than the rules allow.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        match &self.root {
            Root::Payload => self.value(scope.json()?, scope.rules()),
            Root::Property(property_scope, name) => {
                let Some(value) = scope.property(*property_scope, name) else {
                    return Ok(Value::text(""));
                };
                if self.path.segments.is_empty() && self.path.call.is_none() {
                    return Ok(value);
                }
                match value.as_json(&scope.rules().json) {
                    Some(document) => self.value(&document, scope.rules()),
                    None => Ok(Value::text("")),
                }
            }
        }
    }

    fn value(&self, document: &json::Value, rules: &Rules) -> Result<Value, EvalError> {
        // Few steps, taken once, need no budget.
        let free = |_: &json::Object| Ok::<(), Infallible>(());
        let Ok(direct) = eval::direct(&self.path.segments, document, free);
        if let Some(value) = direct
            && self.path.call.is_none()
        {
            let value = Cow::Borrowed(value);
            return Ok(to_value(if self.is_whole_payload() { value } else { unwrapped(value) }));
        }
        let budget = Budget::new(&rules.work);
        Ok(match self.find(document, &budget)? {
            None => Value::text(""),
            Some(Outcome::One(value)) => to_value(unwrapped(value)),
            Some(Outcome::Many(values)) => list(values, &budget)?,
        })
    }

    /// What the path leads to in a document; `None` when it leads nowhere. An indefinite path gives
    /// an array, possibly empty. Fails where the path takes more steps than allowed.
    pub fn read(
        &self,
        document: &json::Value,
        work: &Work,
    ) -> Result<Option<json::Value>, EvalError> {
        let budget = Budget::new(work);
        let Some(outcome) = self.find(document, &budget)? else { return Ok(None) };
        Ok(found(outcome.into_value(&budget))?.map(Cow::into_owned))
    }

    /// The places that the path leads to in a document, in document order, each once. Several
    /// names at the end of a path are several places. Fails for a path that ends in a function,
    /// whose result is nowhere, and where the path takes more steps than allowed.
    pub fn locate(&self, document: &json::Value, work: &Work) -> Result<Vec<Location>, EvalError> {
        if self.path.call.is_some() {
            let message = format!("the path `{}` ends in a function, which is no place", self.text);
            return Err(EvalError::failed(message));
        }
        let budget = Budget::new(work);
        locate(&self.path, &Context::new(document, &[], &budget), document)
    }

    /// The path to the parent of what this path names, and the last name, when the path ends in
    /// one: where a missing member would be put.
    pub fn parent(&self) -> Option<(Self, Arc<str>)> {
        if self.path.call.is_some() {
            return None;
        }
        let (last, segments) = self.path.segments.split_last()?;
        let ast::Segment::Child(Selector::Name(name)) = last else { return None };
        let path = Path { segments: segments.to_vec(), call: None };
        let parent = Self { text: Arc::clone(&self.text), root: self.root.clone(), path };
        Some((parent, Arc::clone(name)))
    }

    fn find<'v>(
        &self,
        document: &'v json::Value,
        budget: &Budget,
    ) -> Result<Option<Outcome<'v>>, EvalError> {
        let found = found(eval::run(&self.path, &Context::new(document, &[], budget), document))?;
        let is_nothing = |found: &Outcome<'_>| match found {
            Outcome::One(value) => self.path.may_give_nothing() && **value == json::Value::Null,
            Outcome::Many(_) => false,
        };
        Ok(found.filter(|found| !is_nothing(found)))
    }
}

/// Reads a root that is a property.
fn property_root(cursor: &mut Cursor<'_>) -> Result<Root, ParseError> {
    let start = cursor.offset();
    for (prefix, scope) in PROPERTY_ROOTS {
        if cursor.eat(prefix) {
            let name = cursor.eat_while(|c| !matches!(c, '.' | '[') && !c.is_whitespace());
            if name.is_empty() {
                return Err(ParseError::new(cursor.offset(), "the property has no name"));
            }
            return Ok(Root::Property(scope, name.into()));
        }
    }
    let rest = cursor.rest();
    let prefix = rest.find(':').and_then(|end| rest.get(..end));
    match prefix {
        Some(prefix) if prefix.len() > 1 && is_prefix(prefix) => {
            let message = format!("`{prefix}:` is no root of a JSONPath");
            Err(ParseError::new(start, message).help("roots are $, $ctx:, $axis2: and $trp:"))
        }
        _ => Ok(Root::Payload),
    }
}

fn is_prefix(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric()))
}

fn check_end(cursor: &Cursor<'_>, at_root: bool) -> Result<(), ParseError> {
    if cursor.is_done() {
        return Ok(());
    }
    let error = cursor.unexpected("`.`, `[` or the end");
    Err(if at_root {
        error.help("the first step after `$` begins with a dot: `$.name`")
    } else {
        error
    })
}

/// The places that a path leads to, in document order, each once.
pub(super) fn locate(
    path: &Path,
    context: &Context<'_, '_>,
    document: &json::Value,
) -> Result<Vec<Location>, EvalError> {
    let found = found(eval::places(path, context, document))?.unwrap_or_default();
    let mut seen = std::collections::HashSet::new();
    let places = found.into_iter().map(Location::new);
    Ok(places.filter(|place| seen.insert(place.clone())).collect())
}

/// What an evaluation found, `None` for what is missing.
pub(super) fn found<T>(outcome: Result<T, Stop>) -> Result<Option<T>, EvalError> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(Stop::Missing) => Ok(None),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// A value of JSON as a value of the language; `null` stays JSON, so that callers can tell it from
/// what is missing.
pub(super) fn to_value(value: Cow<'_, json::Value>) -> Value {
    match &*value {
        json::Value::Bool(value) => Value::Bool(*value),
        json::Value::String(text) => Value::Text(Arc::clone(text)),
        json::Value::Number(number) => match number.as_i64() {
            // `-0` keeps its text.
            Some(integer) if number.as_str() != "-0" => Value::Int(integer),
            _ => Value::Json(Arc::new(value.into_owned())),
        },
        _ => Value::Json(Arc::new(value.into_owned())),
    }
}

/// The values of an indefinite path as an array.
pub(super) fn list(values: Vec<Cow<'_, json::Value>>, budget: &Budget) -> Result<Value, EvalError> {
    let values = found(eval::owned(values, budget))?.unwrap_or_default();
    Ok(Value::Json(Arc::new(json::Value::Array(values))))
}

/// Synapse takes an object whose only member is `members` or `elements` for a wrapping of its JSON
/// library and unwraps it.
fn unwrapped(value: Cow<'_, json::Value>) -> Cow<'_, json::Value> {
    let only = |object: &json::Object| {
        let mut members = object.iter();
        match (members.next(), members.next()) {
            (Some((name, _)), None) if matches!(&**name, "members" | "elements") => {
                Some(Arc::clone(name))
            }
            _ => None,
        }
    };
    let json::Value::Object(object) = &*value else { return value };
    let Some(name) = only(object) else { return value };
    match object.get(&name) {
        Some(inner) => Cow::Owned(inner.clone()),
        None => value,
    }
}
