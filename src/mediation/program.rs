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

    /// A sequence by its name, or by the key of the resource that it is.
    pub fn sequence_named(&self, name: &str) -> Option<SequenceId> {
        Self::keyed(&self.names, name).copied()
    }

    /// A template by its name, or by the key of the resource that it is.
    pub fn template(&self, name: &str) -> Option<&Template> {
        Self::keyed(&self.templates, name)
    }

    /// An endpoint by its name, or by the key of the resource that it is.
    pub fn endpoint(&self, name: &str) -> Option<&Arc<Endpoint>> {
        Self::keyed(&self.endpoints, name)
    }

    /// A local entry or a registry resource by its key: `a`, `gov:/a`, `conf:a`, `resources:a`.
    /// A bare key is a local entry's, else that of a governance resource.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let resource = || self.resources.get(&*resource_key(key));
        self.entries.get(key).or_else(|| (!self.resources.is_empty()).then(resource)?)
    }

    /// What a map has under a name; else under the whole key of a resource.
    fn keyed<'p, T>(map: &'p HashMap<Arc<str>, T>, name: &str) -> Option<&'p T> {
        map.get(name).or_else(|| map.get(&*resource_key(name)))
    }

    /// The names of all sequences that have one.
    pub fn sequence_names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(|name| &**name)
    }
}

/// The whole key of a registry resource: the slash behind the prefix may be left out, and `..` is
/// followed. A key that leaves its root is that of nothing.
pub(super) fn resource_key(key: &str) -> String {
    let (root, path) = match key.split_once(':') {
        Some(("conf", path)) => ("conf:/", path),
        Some(("local", path)) => ("local:/", path),
        Some(("resources", path)) => ("gov:/mi-resources/", path),
        Some(("gov", path)) => ("gov:/", path),
        _ => ("gov:/", key),
    };
    let path = path.trim_start_matches('/');
    if !path.contains("..") {
        return format!("{root}{path}");
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        if part != ".." {
            parts.push(part);
        } else if parts.pop().is_none() {
            return String::new();
        }
    }
    format!("{root}{}", parts.join("/"))
}

/// Whether a key says that it is one of the registry.
pub(super) fn is_resource_key(key: &str) -> bool {
    let root = key.split_once(':').map(|(root, _)| root);
    root.is_some_and(|root| matches!(root, "conf" | "gov" | "local" | "resources"))
}

/// Whether a key leaves the root that it names, which no key of a resource does.
pub(super) fn leaves_registry(key: &str) -> bool {
    resource_key(key).is_empty()
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
            ("gov:/../gov:/e", None),
            ("../e", None),
            ("gov:/a/../../e", None),
            ("gov:/a/../e", Some("gov:/e")),
            ("gov:/a/x/../b", Some("gov:/a/b")),
            ("resources:../e", None),
            ("gov:/a..b", None),
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
