//! Namespaces in scope, and names that are made once and shared.

use std::sync::Arc;

use crate::xml::name::{Name, XML_NAMESPACE};
use crate::xml::scope::Scope;

/// How many names of one parse are remembered; a power of two.
const CACHED_NAMES: usize = 128;

/// The declarations in scope while a document is read.
pub(super) type Namespaces<'a> = Scope<&'a str, Binding>;

/// What a prefix stands for.
pub(super) struct Binding {
    pub(super) prefix: Option<Arc<str>>,
    /// Empty where the default namespace was taken back.
    pub(super) uri: Arc<str>,
}

/// The namespaces of a document before its root element: `xml` alone.
pub(super) fn predeclared<'a>() -> Namespaces<'a> {
    let mut namespaces = Namespaces::new();
    let binding = Binding { prefix: Some(Arc::from("xml")), uri: Arc::from(XML_NAMESPACE) };
    namespaces.predeclare("xml", binding);
    namespaces
}

/// Names by the way they are written, as long as the scope they were read in is the same one.
///
/// It forgets a name when another one needs its place, so that no document can make it slow.
pub(super) struct NameCache<'a> {
    slots: Vec<Option<(&'a str, u32, Arc<Name>)>>,
}

impl<'a> NameCache<'a> {
    pub(super) fn new() -> Self {
        Self { slots: vec![None; CACHED_NAMES] }
    }

    /// The name for `prefix:local` in the current scope; `None` when nothing declares the prefix.
    /// Without prefix it is in the default namespace where `takes_default` says so.
    pub(super) fn resolve(
        &mut self,
        written: &'a str,
        namespaces: &Namespaces<'a>,
        takes_default: bool,
    ) -> Option<&Arc<Name>> {
        let slot = self.slots.get_mut(slot_of(written))?;
        let known = matches!(slot, Some((same, scope, _))
            if *scope == namespaces.version() && *same == written);
        if !known {
            let name = Arc::new(resolve(written, namespaces, takes_default)?);
            *slot = Some((written, namespaces.version(), name));
        }
        slot.as_ref().map(|(_, _, name)| name)
    }
}

fn resolve(written: &str, namespaces: &Namespaces<'_>, takes_default: bool) -> Option<Name> {
    let (prefix, local) = written.split_once(':').unwrap_or(("", written));
    if prefix.is_empty() && !takes_default {
        return Some(Name::local(local));
    }
    match namespaces.get(prefix) {
        Some(Binding { prefix, uri }) => Some(Name {
            prefix: prefix.clone(),
            namespace: (!uri.is_empty()).then(|| Arc::clone(uri)),
            local: Arc::from(local),
        }),
        None => prefix.is_empty().then(|| Name::local(local)),
    }
}

/// The ends and the length of a name tell the names of one document apart well enough.
fn slot_of(written: &str) -> usize {
    let bytes = written.as_bytes();
    let at = |index: usize| usize::from(bytes.get(index).copied().unwrap_or(0));
    let from_end = |index: usize| at(bytes.len().wrapping_sub(index));
    let mixed = bytes.len() * 7 + from_end(1) + from_end(2) * 5 + from_end(4) * 17 + at(0) * 3;
    mixed % CACHED_NAMES
}
