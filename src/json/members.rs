//! The members of an object that is being made: in order, found fast however many they are.

use std::collections::HashMap;
use std::sync::Arc;

/// Up to here a member is looked for by comparing, above by hashing.
const COMPARED: usize = 16;

/// Members in order, each name once.
pub(crate) struct Members<T> {
    list: Vec<(Arc<str>, T)>,
    /// Where each name is; made when there are many.
    index: Option<HashMap<Arc<str>, usize>>,
}

impl<T> Members<T> {
    pub(crate) fn new() -> Self {
        Self { list: Vec::new(), index: None }
    }

    /// The place of a member, which is added with what `make` gives if it is not there yet.
    pub(crate) fn place(&mut self, name: Arc<str>, make: impl FnOnce() -> T) -> usize {
        let at = self.list.len();
        if at < COMPARED {
            if let Some(found) = self.list.iter().position(|(one, _)| *one == name) {
                return found;
            }
        } else {
            let list = &self.list;
            let index = self.index.get_or_insert_with(|| {
                list.iter().enumerate().map(|(at, (one, _))| (Arc::clone(one), at)).collect()
            });
            let found = *index.entry(Arc::clone(&name)).or_insert(at);
            if found < at {
                return found;
            }
        }
        self.list.push((name, make()));
        at
    }

    /// The member at a place.
    pub(crate) fn at(&mut self, place: usize) -> Option<&mut T> {
        self.list.get_mut(place).map(|(_, value)| value)
    }

    /// Whether there are no members.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The members in order.
    pub(crate) fn into_vec(self) -> Vec<(Arc<str>, T)> {
        self.list
    }
}
