//! Namespaces in scope, and names that are made once and shared.

use std::sync::{Arc, OnceLock};

use crate::xml::name::{Name, XML_NAMESPACE};
use crate::xml::scope::Scope;

/// How many names of one parse are remembered; a power of two.
const CACHED_NAMES: usize = 128;

/// The declarations in scope while a document is read: prefix and namespace, which is empty where
/// the default one was taken back.
pub(super) type Namespaces<'a> = Scope<&'a str, Arc<str>>;

/// Names by the way they are written, as long as the scope they were read in is the same one.
///
/// It forgets a name when another one needs its place, so that no document can make it slow.
pub(super) struct NameCache<'a> {
    /// The name as written, the version of the scope that it was looked up in, what it is.
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
        let version = namespaces.version();
        let slot = self.slots.get_mut(slot_of(written))?;
        if matches!(slot, Some((same, known, _)) if *known == version && *same == written) {
            return slot.as_ref().map(|(.., name)| name);
        }
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        let namespace = match namespaces.get(prefix) {
            _ if prefix.is_empty() && !takes_default => None,
            Some(uri) => Some(uri).filter(|uri| !uri.is_empty()),
            None if prefix == "xml" => Some(xml_namespace()),
            None if prefix.is_empty() => None,
            None => return None,
        };
        match slot {
            Some((same, known, name))
                if *same == written && name.namespace.as_deref() == namespace.map(|uri| &**uri) =>
            {
                *known = version;
            }
            _ => {
                let prefix = (!prefix.is_empty()).then(|| Arc::from(prefix));
                let name = Name { prefix, namespace: namespace.cloned(), local: Arc::from(local) };
                *slot = Some((written, version, Arc::new(name)));
            }
        }
        slot.as_ref().map(|(.., name)| name)
    }
}

fn xml_namespace() -> &'static Arc<str> {
    static URI: OnceLock<Arc<str>> = OnceLock::new();
    URI.get_or_init(|| Arc::from(XML_NAMESPACE))
}

/// The ends and the length of a name tell the names of one document apart well enough.
fn slot_of(written: &str) -> usize {
    let bytes = written.as_bytes();
    let at = |index: usize| usize::from(bytes.get(index).copied().unwrap_or(0));
    let from_end = |index: usize| at(bytes.len().wrapping_sub(index));
    let mixed = bytes.len() * 7 + from_end(1) + from_end(2) * 5 + from_end(4) * 17 + at(0) * 3;
    mixed % CACHED_NAMES
}
