//! JSONPath in Jayway's dialect, as `json-eval(…)` and `${…}` use it.
//!
//! `parser` and `filter_parser` make a `Path`, `eval`, `filter` and `function` run it, `location`
//! says where things were found. Where Jayway's own behaviour is an accident, the sensible thing
//! is done: slices know steps and negative ends, functions may be followed by a path, and a
//! numeric function behind `[*]` sees all results.

pub(super) mod ast;
pub(super) mod cursor;
pub(super) mod eval;
mod filter;
mod filter_parser;
pub(super) mod function;
mod location;
pub(super) mod parser;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

pub use location::{Location, Step};

use super::{EvalError, ParseError, PropertyScope, Scope};
use crate::json;
use crate::message::Value;
use ast::{Path, Selector};
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
    /// Compiles a path: what stands in `json-eval(…)`. Without `$` it is taken as if it began with
    /// `$.`; a final dot means nothing.
    pub fn compile(text: &str) -> Result<Self, ParseError> {
        let start = text.len() - text.trim_start().len();
        let text = text.trim_end();
        let mut cursor = Cursor::new(text, start);
        let root = property_root(&mut cursor)?;
        let mut plain = parser::Plain;
        let has_root = root != Root::Payload || cursor.eat("$") || cursor.eat("@");
        if cursor.is_done() && !has_root {
            return Err(ParseError::new(0, "path is empty").help("the whole payload is `$`"));
        }
        let mut parser = PathParser::new(&mut cursor, &mut plain);
        let path = if has_root { parser.steps()? } else { parser.rootless()? };
        check_end(&cursor, has_root && path.segments.is_empty())?;
        Ok(Self { text: text.trim_start().into(), root, path })
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
    /// Fails while the body is unread, on a payload that is no JSON, and where the path looks at
    /// too many values.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        let nothing = || Value::text("");
        match &self.root {
            Root::Payload => {
                let payload = scope.json()?;
                Ok(self.find(payload)?.map_or_else(nothing, |found| self.converted(found)))
            }
            Root::Property(property_scope, name) => {
                let Some(value) = scope.property(*property_scope, name) else {
                    return Ok(nothing());
                };
                if self.path.segments.is_empty() && self.path.call.is_none() {
                    return Ok(value);
                }
                let Some(document) = json_of(&value) else { return Ok(nothing()) };
                Ok(self.find(&document)?.map_or_else(nothing, |found| self.converted(found)))
            }
        }
    }

    /// The values that the path leads to in a document; none when a definite path leads nowhere.
    /// Several names at the end of a path, and functions, make new values. Fails where the path
    /// looks at too many values.
    pub fn select<'v>(
        &self,
        document: &'v json::Value,
    ) -> Result<Vec<Cow<'v, json::Value>>, EvalError> {
        Ok(match self.find(document)? {
            None => Vec::new(),
            Some(Outcome::One(value)) => vec![value],
            Some(Outcome::Many(values)) => values,
        })
    }

    /// The places that the path leads to in a document, in document order, each once. Several
    /// names at the end of a path are several places. Fails for a path that ends in a function,
    /// whose result is nowhere, and where the path looks at too many values.
    pub fn locate(&self, document: &json::Value) -> Result<Vec<Location>, EvalError> {
        if self.path.call.is_some() {
            let message = format!("the path `{}` ends in a function, which is no place", self.text);
            return Err(EvalError::failed(message));
        }
        let context = Context::new(document, &[]);
        let found = match eval::find(&self.path, &context, document, true) {
            Ok(found) => found,
            Err(Stop::Missing) => return Ok(Vec::new()),
            Err(Stop::Failed(error)) => return Err(error),
        };
        let mut places = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for place in found.into_iter().flat_map(|found| found.places) {
            let place = Location::new(place);
            if seen.insert(place.clone()) {
                places.push(place);
            }
        }
        Ok(places)
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

    fn find<'v>(&self, document: &'v json::Value) -> Result<Option<Outcome<'v>>, EvalError> {
        found(eval::run(&self.path, &Context::new(document, &[]), document))
    }

    fn converted(&self, outcome: Outcome<'_>) -> Value {
        match outcome {
            Outcome::One(value) if self.is_whole_payload() => to_value(value),
            Outcome::One(value) => to_value(unwrapped(value)),
            Outcome::Many(values) => list(values),
        }
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

/// What an evaluation found, `None` for what is missing.
pub(super) fn found<T>(outcome: Result<T, Stop>) -> Result<Option<T>, EvalError> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(Stop::Missing) => Ok(None),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// The JSON that a value holds or whose text it is.
pub(super) fn json_of(value: &Value) -> Option<Cow<'_, json::Value>> {
    match value {
        Value::Json(json) => Some(Cow::Borrowed(json)),
        Value::Text(text) => {
            json::parse(text.as_bytes(), &json::Limits::default()).ok().map(Cow::Owned)
        }
        _ => None,
    }
}

/// A value of JSON as a value of the language; `null` stays JSON, so that callers can tell it from
/// what is missing.
pub(super) fn to_value(value: Cow<'_, json::Value>) -> Value {
    match &*value {
        json::Value::Bool(value) => Value::Bool(*value),
        json::Value::String(text) => Value::Text(Arc::clone(text)),
        json::Value::Number(number) => match number.as_i64() {
            // `-0` and its like keep their text.
            Some(integer) if integer.to_string() == number.as_str() => Value::Int(integer),
            _ => Value::Json(Arc::new(value.into_owned())),
        },
        _ => Value::Json(Arc::new(value.into_owned())),
    }
}

/// The values of an indefinite path as an array.
pub(super) fn list(values: Vec<Cow<'_, json::Value>>) -> Value {
    let values = values.into_iter().map(Cow::into_owned).collect();
    Value::Json(Arc::new(json::Value::Array(values)))
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
