//! JSON made to fit a schema: values get the types that it names, where they can.

use crate::expression::java_regex::Pattern;
use crate::json::{Number, Object, Value};
use crate::mediation::Interrupt;
use crate::message::Fault;

/// The document as its schema wants it.
pub(super) fn document(value: Value, schema: &Value, budget: u64) -> Result<Value, Interrupt> {
    match schema {
        Value::Object(schema) => Coercion { budget }.value(value, schema),
        Value::Bool(true) => Ok(value),
        Value::Bool(false) => Err(refused("the schema allows nothing")),
        _ => Err(refused("a schema is an object, or true or false")),
    }
}

fn refused(why: impl Into<String>) -> Interrupt {
    Fault::flow(format!("the body does not fit its schema: {}", why.into())).into()
}

struct Coercion {
    /// Steps of one search with a regular expression.
    budget: u64,
}

impl Coercion {
    /// A value as the type that the schema names; without one, or with several, it stays.
    fn value(&self, value: Value, schema: &Object) -> Result<Value, Interrupt> {
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => boolean(&value, schema),
            Some("string" | "String") => self.string(&value, schema),
            Some("integer") => number(&value, schema, true),
            Some("number") => number(&value, schema, false),
            Some("null") => null(&value),
            Some("array") => self.array(value, schema),
            Some("object") => self.object(value, schema),
            _ => Ok(value),
        }
    }

    fn string(&self, value: &Value, schema: &Object) -> Result<Value, Interrupt> {
        let text = primitive(value, "a text")?;
        let length = text.encode_utf16().count() as f64;
        at_most("the length of a text", length, limit(schema, "maxLength"))?;
        at_least("the length of a text", length, limit(schema, "minLength"))?;
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
            && !self.matches(&Pattern::whole(pattern, ""), &text)?
        {
            return Err(refused(format!("`{text}` does not match `{pattern}`")));
        }
        one_of(&Value::string(text), schema)
    }

    fn array(&self, value: Value, schema: &Object) -> Result<Value, Interrupt> {
        let mut items = match value {
            Value::Array(items) => items,
            single => vec![single],
        };
        let count = items.len() as f64;
        at_least("the number of items", count, limit(schema, "minItems"))?;
        at_most("the number of items", count, limit(schema, "maxItems"))?;
        if is_true(schema.get("uniqueItems"))
            && items.iter().enumerate().any(|(at, item)| items[..at].contains(item))
        {
            return Err(refused("an item is there twice"));
        }
        match schema.get("items") {
            Some(Value::Object(each)) => {
                items = items
                    .into_iter()
                    .map(|item| self.value(item, each))
                    .collect::<Result<_, _>>()?;
            }
            Some(Value::Array(schemas)) => items = self.tuple(items, schemas, schema)?,
            _ => {}
        }
        Ok(Value::Array(items))
    }

    /// Items by a schema each; those that are left by `additionalItems`.
    fn tuple(
        &self,
        items: Vec<Value>,
        schemas: &[Value],
        schema: &Object,
    ) -> Result<Vec<Value>, Interrupt> {
        let additional = schema.get("additionalItems");
        if additional == Some(&Value::Bool(false)) && items.len() > schemas.len() {
            return Err(refused("there are more items than the schema names"));
        }
        let of = |at: usize| schemas.get(at).or(additional);
        let coerced = items.into_iter().enumerate().map(|(at, item)| match of(at) {
            Some(Value::Object(schema)) => self.value(item, schema),
            _ => Ok(item),
        });
        coerced.collect()
    }

    fn object(&self, value: Value, schema: &Object) -> Result<Value, Interrupt> {
        let Value::Object(mut object) = value else {
            return Err(refused(format!("an object is wanted in place of {}", value.to_text())));
        };
        if let Some(Value::Array(names)) = schema.get("required")
            && let Some(missing) =
                names.iter().filter_map(Value::as_str).find(|name| object.get(name).is_none())
        {
            return Err(refused(format!("`{missing}` is missing")));
        }
        let count = object.len() as f64;
        at_least("the number of members", count, limit(schema, "minProperties"))?;
        at_most("the number of members", count, limit(schema, "maxProperties"))?;
        for (name, member) in object.iter_mut() {
            let taken = std::mem::replace(member, Value::Null);
            *member = self.member(name, taken, schema)?;
        }
        Ok(Value::Object(object))
    }

    /// A member by `properties`, by those `patternProperties` that match its name, or else by
    /// `additionalProperties`.
    fn member(&self, name: &str, mut value: Value, schema: &Object) -> Result<Value, Interrupt> {
        let own = schema.get("properties").and_then(|own| own.get(name));
        let mut known = own.is_some();
        if let Some(Value::Object(own)) = own {
            value = self.value(value, own)?;
        }
        if let Some(Value::Object(patterns)) = schema.get("patternProperties") {
            for (pattern, schema) in patterns.iter() {
                if !self.matches(&Pattern::within(pattern, ""), name)? {
                    continue;
                }
                known = true;
                if let Value::Object(schema) = schema {
                    value = self.value(value, schema)?;
                }
            }
        }
        match schema.get("additionalProperties") {
            _ if known => Ok(value),
            Some(Value::Bool(false)) => {
                Err(refused(format!("the schema knows no member `{name}`")))
            }
            Some(Value::Object(additional)) => self.value(value, additional),
            _ => Ok(value),
        }
    }

    fn matches<E: std::fmt::Display>(
        &self,
        pattern: &Result<Pattern, E>,
        text: &str,
    ) -> Result<bool, Interrupt> {
        match pattern {
            Ok(pattern) => Ok(pattern.is_match(text, self.budget)?),
            Err(error) => Err(refused(format!("a pattern of the schema cannot be used: {error}"))),
        }
    }
}

/// The text of a value that is neither an object nor an array nor null.
fn primitive(value: &Value, wanted: &str) -> Result<String, Interrupt> {
    match value {
        Value::String(text) => Ok(text.to_string()),
        Value::Number(number) => Ok(number.as_str().to_owned()),
        Value::Bool(value) => Ok(value.to_string()),
        other => Err(refused(format!("{wanted} is wanted in place of {}", other.to_text()))),
    }
}

fn boolean(value: &Value, schema: &Object) -> Result<Value, Interrupt> {
    let text = primitive(value, "true or false")?;
    match text.as_str() {
        "true" => one_of(&Value::Bool(true), schema),
        "false" => one_of(&Value::Bool(false), schema),
        _ => Err(refused(format!("`{text}` is neither true nor false"))),
    }
}

fn number(value: &Value, schema: &Object, whole: bool) -> Result<Value, Interrupt> {
    let text = primitive(value, "a number")?;
    let Some(number) = Number::parse(text.trim()) else {
        return Err(refused(format!("`{text}` is no number")));
    };
    if whole && number.as_i64().is_none() {
        return Err(refused(format!("`{text}` is no whole number")));
    }
    let value = number.as_f64();
    if let Some(step) = limit(schema, "multipleOf")
        && value % step != 0.0
    {
        return Err(refused(format!("{text} is no multiple of {step}")));
    }
    at_least("a number", value, limit(schema, "minimum"))?;
    at_most("a number", value, limit(schema, "maximum"))?;
    let is_below = limit(schema, "exclusiveMinimum").is_some_and(|limit| value <= limit);
    let is_above = limit(schema, "exclusiveMaximum").is_some_and(|limit| value >= limit);
    if is_below || is_above {
        return Err(refused(format!("{text} is not between its limits")));
    }
    one_of(&Value::Number(number), schema)
}

fn null(value: &Value) -> Result<Value, Interrupt> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::String(text) if matches!(&**text, "" | "null") => Ok(Value::Null),
        other => Err(refused(format!("null is wanted in place of {}", other.to_text()))),
    }
}

/// The value, if `enum` and `const` allow it.
fn one_of(value: &Value, schema: &Object) -> Result<Value, Interrupt> {
    let same = |allowed: &Value| match (allowed, value) {
        (Value::Number(one), Value::Number(other)) => {
            one.as_f64().total_cmp(&other.as_f64()).is_eq()
        }
        (one, other) => one == other,
    };
    let is_listed = match schema.get("enum") {
        Some(Value::Array(allowed)) if !allowed.is_empty() => allowed.iter().any(same),
        _ => true,
    };
    if is_listed && schema.get("const").is_none_or(same) {
        return Ok(value.clone());
    }
    Err(refused(format!("{} is none of the values of the schema", value.to_text())))
}

/// A number that the schema says, also as text.
fn limit(schema: &Object, name: &str) -> Option<f64> {
    match schema.get(name)? {
        Value::Number(number) => Some(number.as_f64()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(value)) => *value,
        Some(Value::String(text)) => &**text == "true",
        _ => false,
    }
}

fn at_least(what: &str, value: f64, limit: Option<f64>) -> Result<(), Interrupt> {
    match limit {
        Some(limit) if value < limit => Err(refused(format!("{what} is {value}, below {limit}"))),
        _ => Ok(()),
    }
}

fn at_most(what: &str, value: f64, limit: Option<f64>) -> Result<(), Interrupt> {
    match limit {
        Some(limit) if value > limit => Err(refused(format!("{what} is {value}, over {limit}"))),
        _ => Ok(()),
    }
}
