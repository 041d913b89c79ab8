//! Groups of messages that belong together, until they are complete.
//!
//! The flow whose message was the first of its group keeps the group: it waits, while the others
//! leave what they bring and end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::merge::Piece;

/// What the messages of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// They are parts of one split.
    Split(u64),
    /// Their `correlateOn` gives this text.
    Text(Arc<str>),
}

/// When a group is complete.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// With so many messages; none when there are fewer anyway.
    pub(super) enough: Option<usize>,
    /// How many parts the split has.
    pub(super) total: Option<usize>,
}

impl Bounds {
    /// Whether so many messages are all, when so many will never come.
    pub(super) fn are_met(self, collected: usize, lost: usize) -> bool {
        self.enough.is_some_and(|enough| collected >= enough)
            || self.total.is_some_and(|total| collected + lost >= total)
    }
}

/// The groups of one aggregate that are not complete.
#[derive(Debug, Default)]
pub(super) struct Groups(Mutex<HashMap<Key, Arc<Group>>>);

/// One of them.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// What was brought, with what orders it: its split and its number there, else its arrival.
    pieces: Mutex<Vec<((u64, usize), Piece)>>,
    /// Rings when something was brought.
    pub(super) changed: Notify,
}

impl Groups {
    /// Adds what a message brings. The group, when this is its first message and the flow has to
    /// keep it.
    pub(super) fn add(
        &self,
        key: &Key,
        order: Option<(u64, usize)>,
        piece: Piece,
    ) -> Option<Arc<Group>> {
        let mut groups = locked(&self.0);
        let first = !groups.contains_key(key);
        let group = groups.entry(key.clone()).or_default();
        let mut pieces = locked(&group.pieces);
        let order = order.unwrap_or((0, pieces.len()));
        pieces.push((order, piece));
        drop(pieces);
        group.changed.notify_one();
        first.then(|| Arc::clone(group))
    }

    /// Closes a group and gives what was brought, in order.
    pub(super) fn close(&self, key: &Key, group: &Group) -> Vec<Piece> {
        let mut groups = locked(&self.0);
        groups.remove(key);
        let mut pieces = std::mem::take(&mut *locked(&group.pieces));
        drop(groups);
        pieces.sort_by_key(|(order, _)| *order);
        pieces.into_iter().map(|(_, piece)| piece).collect()
    }
}

impl Group {
    /// How many messages it has.
    pub(super) fn len(&self) -> usize {
        locked(&self.pieces).len()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
