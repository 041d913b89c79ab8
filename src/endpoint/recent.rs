//! A map that keeps what was used last, and no more than so much of it.

use std::collections::HashMap;
use std::sync::Arc;

/// Values by key. What was used least recently is forgotten: there are two halves, and when the
/// young one is full, the old one goes.
#[derive(Debug)]
pub(super) struct Recent<V> {
    young: HashMap<Arc<str>, V>,
    old: HashMap<Arc<str>, V>,
    half: usize,
}

impl<V> Recent<V> {
    /// Keeps at most `capacity` values, and at least the half of them.
    pub(super) fn new(capacity: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), half: capacity.div_ceil(2) }
    }

    pub(super) fn get(&mut self, key: &str) -> Option<&mut V> {
        if let Some((key, value)) = self.old.remove_entry(key) {
            self.insert(key, value);
        }
        self.young.get_mut(key)
    }

    pub(super) fn insert(&mut self, key: Arc<str>, value: V) {
        if self.half == 0 {
            return;
        }
        self.old.remove(&key);
        if self.young.len() >= self.half && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.young.remove(key);
        self.old.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn what_is_used_stays_and_no_more_than_fits() {
        let mut recent = Recent::new(4);
        for number in 0..100 {
            recent.insert(number.to_string().into(), number);
            assert_eq!(recent.get("0"), Some(&mut 0), "after {number}");
            assert!(recent.young.len() + recent.old.len() <= 4, "after {number}");
        }
        assert_eq!(recent.get("99"), Some(&mut 99));
        assert_eq!(recent.get("1"), None);
        recent.insert("0".into(), 7);
        assert_eq!(recent.get("0"), Some(&mut 7));
        recent.remove("0");
        assert_eq!(recent.get("0"), None);
        let mut none = Recent::new(0);
        none.insert("a".into(), 1);
        assert_eq!(none.get("a"), None);
    }
}
