//! A scope of properties: a short list, searched from its start.

use std::sync::Arc;

use super::Value;

/// Named values, in the order they were first set.
///
/// Flows set tens of properties, not thousands; a linear search over shared names beats a map.
#[derive(Debug, Clone, Default)]
pub struct Properties(Vec<(Arc<str>, Value)>);

impl Properties {
    /// The value of a property; a removed one is [`Value::Null`], an unknown one `None`.
    pub(super) fn entry(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// The value of a property.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entry(name).filter(|value| !value.is_null())
    }

    /// The text of a property.
    pub fn text(&self, name: &str) -> Option<Arc<str>> {
        self.get(name).map(Value::to_text)
    }

    /// Whether a property is set to true, as a truth value or as text.
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(Value::is_true)
    }

    /// Sets a property. Setting it to nothing is the same as removing it.
    pub fn set(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, slot)) => *slot = value,
            None => self.0.push((name, value)),
        }
    }

    /// Removes a property. The name is kept with nothing in it, so that a value which would be
    /// computed from the request (`REST_URL_POSTFIX`) is gone as well.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        if let Some((_, slot)) = self.0.iter_mut().find(|(key, _)| &**key == name) {
            return Some(std::mem::replace(slot, Value::Null));
        }
        self.0.push((name.into(), Value::Null));
        None
    }

    /// Forgets properties as if nobody had ever set or removed them.
    pub(super) fn forget(&mut self, names: &[&str]) {
        self.0.retain(|(name, _)| !names.contains(&&**name));
    }

    /// The properties that are set.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Value)> {
        self.0.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name, value))
    }
}
