//! A program: everything that a deployment's messages run through, compiled and immutable.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Placed, SequenceRef, Step};
use crate::endpoint::Endpoint;
use crate::xml::Tree;

/// A compiled sequence of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SequenceId(pub(super) u32);

/// A sequence: named, or the body of an element.
#[derive(Debug, Default)]
pub struct Sequence {
    /// The name for logs: the sequence's own, or that of the element it belongs to.
    pub name: Arc<str>,
    /// The steps in order.
    pub steps: Vec<Placed>,
    /// The fault handler that is active while it runs.
    pub on_error: Option<SequenceRef>,
}

/// A sequence template.
#[derive(Debug)]
pub struct Template {
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// Its body.
    pub sequence: SequenceId,
    /// The fault handler that is active while it runs.
    pub on_error: Option<SequenceRef>,
}

/// A parameter of a template.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: Arc<str>,
    /// Whether a call without it is a fault (500101).
    pub mandatory: bool,
    /// Its value when the call gives none.
    pub default: Option<Arc<str>>,
}

/// A local entry.
#[derive(Debug)]
pub enum Entry {
    /// Text, inline or of a file.
    Text(Arc<str>),
    /// XML, inline or of a file.
    Xml(Arc<Tree>),
    /// A connection: the connector's `init`, run before each operation that names it.
    Connection(Step),
}

/// A compiled deployment.
#[derive(Debug, Default)]
pub struct Program {
    pub(super) sequences: Vec<Sequence>,
    pub(super) names: HashMap<Arc<str>, SequenceId>,
    pub(super) templates: HashMap<Arc<str>, Template>,
    pub(super) endpoints: HashMap<Arc<str>, Arc<Endpoint>>,
    pub(super) entries: HashMap<Arc<str>, Entry>,
    /// Registry resources, by their whole keys: `gov:/a/b.xml`.
    pub(super) resources: HashMap<Arc<str>, Entry>,
    /// Names mentioned by keys, and what they turned out to be.
    pub(super) slots: Vec<Slot>,
}

/// A name that something refers to.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) name: Arc<str>,
    pub(super) sequence: Option<SequenceId>,
    pub(super) endpoint: Option<Arc<Endpoint>>,
}

impl Program {
    /// A sequence by its id.
    pub fn sequence(&self, id: SequenceId) -> Option<&Sequence> {
        self.sequences.get(id.0 as usize)
    }

    /// A sequence by its name.
    pub fn sequence_named(&self, name: &str) -> Option<SequenceId> {
        self.names.get(name).copied()
    }

    /// A template by its name.
    pub fn template(&self, name: &str) -> Option<&Template> {
        self.templates.get(name)
    }

    /// An endpoint by its name, or by the key of a registry resource in any spelling.
    pub fn endpoint(&self, name: &str) -> Option<&Arc<Endpoint>> {
        self.endpoints.get(name).or_else(|| self.endpoints.get(&*resource_key(name)))
    }

    /// A local entry or a registry resource by its key: `a`, `gov:/a`, `conf:a`, `resources:a`.
    /// A bare key is a local entry's, else that of a governance resource.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        if let Some(entry) = self.entries.get(key) {
            return Some(entry);
        }
        if self.resources.is_empty() {
            return None;
        }
        self.resources.get(&*resource_key(key))
    }

    /// The names of all sequences that have one.
    pub fn sequence_names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(|name| &**name)
    }
}

/// The whole key of a registry resource: the slash behind the prefix may be left out.
pub(super) fn resource_key(key: &str) -> String {
    let (root, path) = match key.split_once(':') {
        Some(("conf", path)) => ("conf:/", path),
        Some(("local", path)) => ("local:/", path),
        Some(("resources", path)) => ("gov:/mi-resources/", path),
        Some(("gov", path)) => ("gov:/", path),
        _ => ("gov:/", key),
    };
    format!("{root}{}", path.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Entry, Program};

    #[test]
    fn keys_of_the_registry_have_many_spellings() {
        let mut program = Program::default();
        for key in ["gov:/a/b", "conf:/c", "gov:/mi-resources/d", "gov:/e"] {
            program.resources.insert(Arc::from(key), Entry::Text(Arc::from(key)));
        }
        program.entries.insert(Arc::from("e"), Entry::Text(Arc::from("local")));
        for (key, expected) in [
            ("gov:/a/b", Some("gov:/a/b")),
            ("gov:a/b", Some("gov:/a/b")),
            ("a/b", Some("gov:/a/b")),
            ("/a/b", Some("gov:/a/b")),
            ("conf:c", Some("conf:/c")),
            ("c", None),
            ("resources:d", Some("gov:/mi-resources/d")),
            ("resources:/d", Some("gov:/mi-resources/d")),
            ("e", Some("local")),
            ("gov:/e", Some("gov:/e")),
            ("gov:/../e", None),
            ("other:e", None),
        ] {
            let found = program.entry(key).map(|entry| match entry {
                Entry::Text(text) => &**text,
                _ => "",
            });
            assert_eq!(found, expected, "{key}");
        }
    }
}
