//! What flows write into the registry while they run: in memory, in front of the deployment's own
//! resources, for as long as the process lives.

use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::sync::{Arc, PoisonError, RwLock};

use super::program::{leaves_registry, resource_key};
use crate::message::Fault;

/// What flows may write at most: names come from messages as well, and nothing is ever let go.
const ENTRIES: usize = 10_000;
const BYTES: usize = 16 * 1024 * 1024;

/// Resources, and properties of resources (`path@name`), by their whole keys.
#[derive(Default)]
pub struct Registry(RwLock<Written>);

#[derive(Default)]
struct Written {
    values: HashMap<String, Arc<str>>,
    bytes: usize,
}

impl Registry {
    /// What was written, if it was.
    pub fn get(&self, key: &str) -> Option<Arc<str>> {
        let written = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if written.values.is_empty() {
            return None;
        }
        written.values.get(&resource_key(key)).cloned()
    }

    /// Writes a resource, or a property of one. What does not fit any more is a fault.
    pub fn set(&self, key: &str, value: Arc<str>) -> Result<(), Fault> {
        if leaves_registry(key) {
            return Err(Fault::flow(format!("the key `{key}` leads out of the registry")));
        }
        let key = resource_key(key);
        let mut written = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let old = written.values.get(&key).map(|old| key.len() + old.len());
        let entries = written.values.len() + usize::from(old.is_none());
        let bytes = written.bytes - old.unwrap_or_default() + key.len() + value.len();
        if entries > ENTRIES || bytes > BYTES {
            return Err(Fault::flow(format!(
                "flows may write {ENTRIES} resources of {BYTES} bytes in all into the registry"
            )));
        }
        written.bytes = bytes;
        written.values.insert(key, value);
        Ok(())
    }

    /// Takes back what was written.
    pub fn remove(&self, key: &str) {
        let key = resource_key(key);
        let mut written = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = written.values.remove(&key) {
            written.bytes -= key.len() + old.len();
        }
    }
}

impl Debug for Registry {
    /// Without the values: they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES, ENTRIES, Registry};

    #[test]
    fn what_is_written_is_read_by_every_spelling_of_its_key() {
        let registry = Registry::default();
        registry.set("gov:/a/b", "1".into()).unwrap();
        registry.set("conf:a@p", "2".into()).unwrap();
        for (key, expected) in [
            ("gov:/a/b", Some("1")),
            ("gov:a/b", Some("1")),
            ("a/b", Some("1")),
            ("conf:/a@p", Some("2")),
            ("conf:/a", None),
            ("gov:/a", None),
        ] {
            assert_eq!(registry.get(key).as_deref(), expected, "{key}");
        }
        registry.set("a/b", "3".into()).unwrap();
        assert_eq!(registry.get("gov:/a/b").as_deref(), Some("3"));
        registry.remove("a/b");
        assert!(registry.get("gov:/a/b").is_none());
        registry.remove("a/b");
        assert!(registry.set("gov:/../a", "1".into()).is_err());
        assert!(registry.get("gov:/../a").is_none());
    }

    #[test]
    fn flows_cannot_fill_the_memory() {
        let registry = Registry::default();
        let large = "x".repeat(BYTES / 2);
        registry.set("a", large.as_str().into()).unwrap();
        assert!(registry.set("b", large.as_str().into()).is_err());
        registry.set("a", "small".into()).unwrap();
        registry.set("b", large.as_str().into()).unwrap();
        let registry = Registry::default();
        for number in 0..ENTRIES {
            registry.set(&number.to_string(), "".into()).unwrap();
        }
        assert!(registry.set("one more", "".into()).is_err());
        registry.set("0", "again".into()).unwrap();
        registry.remove("1");
        registry.set("one more", "".into()).unwrap();
    }
}
