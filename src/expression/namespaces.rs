//! The prefixes that an expression may use.

use std::sync::Arc;

use crate::xml::XML_NAMESPACE;

/// Prefix to namespace, as in scope where an expression stands. Cloning is cheap.
///
/// Names without prefix are in no namespace: a default namespace never applies to expressions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespaces(Option<Arc<[Binding]>>);

type Binding = (Arc<str>, Arc<str>);

impl Namespaces {
    /// The namespaces of (prefix, namespace) pairs. A later pair replaces an earlier one of the
    /// same prefix; an empty prefix is left out.
    pub fn new<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        let mut kept: Vec<Binding> = Vec::new();
        for (prefix, uri) in pairs.into_iter().filter(|(prefix, _)| !prefix.is_empty()) {
            match kept.iter_mut().find(|(known, _)| **known == *prefix) {
                Some((_, slot)) => *slot = uri.into(),
                None => kept.push((prefix.into(), uri.into())),
            }
        }
        Self((!kept.is_empty()).then(|| kept.into()))
    }

    /// The namespace of a prefix. `xml` is always bound.
    pub fn uri(&self, prefix: &str) -> Option<Arc<str>> {
        if prefix == "xml" {
            return Some(XML_NAMESPACE.into());
        }
        self.pairs().iter().find(|(known, _)| **known == *prefix).map(|(_, uri)| Arc::clone(uri))
    }

    /// The bound prefixes.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.pairs().iter().map(|(prefix, _)| &**prefix)
    }

    fn pairs(&self) -> &[Binding] {
        self.0.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Namespaces;

    #[test]
    fn the_innermost_declaration_wins_and_defaults_do_not_count() {
        let namespaces = Namespaces::new([("a", "urn:1"), ("", "urn:default"), ("a", "urn:2")]);
        assert_eq!(namespaces.uri("a").as_deref(), Some("urn:2"));
        assert_eq!(namespaces.uri(""), None);
        assert_eq!(namespaces.uri("b"), None);
        assert!(Namespaces::default().uri("xml").is_some());
        assert_eq!(namespaces.prefixes().collect::<Vec<_>>(), ["a"]);
    }
}
