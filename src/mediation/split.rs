//! What the parts of a split know of each other: how many they are, and how many will never be
//! collected.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::watch;

/// One `iterate` or `clone` of one message.
#[derive(Debug)]
pub struct Split {
    /// Tells splits apart.
    pub key: u64,
    /// The name of the mediator that split.
    pub id: Option<Arc<str>>,
    /// How many parts there are.
    pub total: usize,
    /// How many parts ended without being collected.
    lost: watch::Sender<usize>,
    closed: AtomicBool,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl Split {
    /// A split into so many parts.
    pub(super) fn new(id: Option<Arc<str>>, total: usize) -> Self {
        Self {
            key: NEXT.fetch_add(1, Ordering::Relaxed),
            id,
            total,
            lost: watch::Sender::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// How many parts ended without being collected, now and from now on.
    pub fn lost(&self) -> watch::Receiver<usize> {
        self.lost.subscribe()
    }

    /// Notes that an aggregate is complete; what comes later comes too late.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// Whether an aggregate of this split is complete already.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

/// A part's place in its split. Flows that follow from a part share it; when the last of them ends
/// and none was collected, the part is lost.
#[derive(Debug)]
pub struct Member {
    /// The split.
    pub split: Arc<Split>,
    /// The part's number, from 0.
    pub index: usize,
    arrived: AtomicBool,
}

impl Member {
    pub(super) fn new(split: &Arc<Split>, index: usize) -> Self {
        Self { split: Arc::clone(split), index, arrived: AtomicBool::new(false) }
    }

    /// Notes that the part was collected.
    pub fn arrive(&self) {
        self.arrived.store(true, Ordering::Release);
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if !*self.arrived.get_mut() {
            self.split.lost.send_modify(|lost| *lost += 1);
        }
    }
}
