//! Where a path found something, for those who change it.

use std::fmt;
use std::sync::Arc;

use crate::json::Value;

/// One step of a [`Location`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into a member of an object.
    Name(Arc<str>),
    /// Into an element of an array, counted from 0.
    Index(usize),
}

/// A place in a document: the steps from its root. Displayed as a normalised path, `$['a'][0]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location(Vec<Step>);

impl Location {
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self(steps)
    }

    /// The steps from the root; none for the root itself.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The place that holds this one, and the step from there; `None` for the root.
    pub fn parent(&self) -> Option<(Self, &Step)> {
        let (last, steps) = self.0.split_last()?;
        Some((Self(steps.to_vec()), last))
    }

    /// What is there; `None` when the document has no such place.
    pub fn get<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(document, |value, step| match (step, value) {
            (Step::Name(name), Value::Object(object)) => object.get(name),
            (Step::Index(index), Value::Array(elements)) => elements.get(*index),
            _ => None,
        })
    }

    /// What is there, to change it in place; `None` when the document has no such place (any
    /// more).
    pub fn get_mut<'v>(&self, document: &'v mut Value) -> Option<&'v mut Value> {
        self.0.iter().try_fold(document, |value, step| match (step, value) {
            (Step::Name(name), Value::Object(object)) => object.get_mut(name),
            (Step::Index(index), Value::Array(elements)) => elements.get_mut(*index),
            _ => None,
        })
    }

    /// Takes what is there out of the document; `None` for the root and when there is no such
    /// place. Elements behind it move up: remove several places last first.
    pub fn remove(&self, document: &mut Value) -> Option<Value> {
        let (parent, last) = self.parent()?;
        match (last, parent.get_mut(document)?) {
            (Step::Name(name), Value::Object(object)) => object.remove(name),
            (Step::Index(index), Value::Array(elements)) if *index < elements.len() => {
                Some(elements.remove(*index))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in &self.0 {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) => {
                    f.write_str("['")?;
                    name.chars().try_for_each(|c| write_escaped(c, f))?;
                    f.write_str("']")?;
                }
            }
        }
        Ok(())
    }
}

fn write_escaped(c: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match c {
        '\'' => f.write_str("\\'"),
        '\\' => f.write_str("\\\\"),
        '\u{8}' => f.write_str("\\b"),
        '\t' => f.write_str("\\t"),
        '\n' => f.write_str("\\n"),
        '\u{c}' => f.write_str("\\f"),
        '\r' => f.write_str("\\r"),
        c if (c as u32) < 0x20 => write!(f, "\\u{:04x}", c as u32),
        c => write!(f, "{c}"),
    }
}
