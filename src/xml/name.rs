//! Expanded names with the prefix that they were written with, and attributes.

use std::sync::Arc;

/// What the prefix `xml` stands for everywhere.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// A namespace declaration: the prefix (`None` for `xmlns="…"`) and the namespace, which is empty
/// where the declaration takes the default namespace back.
pub type Declaration = (Option<Arc<str>>, Arc<str>);

/// The name of an element or an attribute. Two names are the same name when namespace and local
/// part are equal, which is what [`Name::matches`] compares; `==` compares the prefix as well.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// The prefix that it is written with.
    pub prefix: Option<Arc<str>>,
    /// The namespace, never an empty one.
    pub namespace: Option<Arc<str>>,
    /// The part behind the prefix.
    pub local: Arc<str>,
}

/// An attribute of an element. Namespace declarations are not attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: Name,
    /// Its value, normalised, without references.
    pub value: Arc<str>,
}

impl Name {
    /// A name in no namespace.
    pub fn local(local: impl Into<Arc<str>>) -> Self {
        Self { prefix: None, namespace: None, local: local.into() }
    }

    /// A name in a namespace, with or without prefix. An empty prefix or namespace is none.
    pub fn new(prefix: Option<&str>, namespace: Option<&str>, local: impl Into<Arc<str>>) -> Self {
        let shared = |text: &&str| !text.is_empty();
        Self {
            prefix: prefix.filter(shared).map(Arc::from),
            namespace: namespace.filter(shared).map(Arc::from),
            local: local.into(),
        }
    }

    /// Whether this is the name with that namespace and local part, whatever the prefix.
    pub fn matches(&self, namespace: Option<&str>, local: &str) -> bool {
        *self.local == *local && self.namespace.as_deref() == namespace
    }

    /// The name as it is written: `prefix:local` or `local`.
    pub fn qualified(&self) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix}:{}", self.local),
            None => self.local.as_ref().to_owned(),
        }
    }
}
