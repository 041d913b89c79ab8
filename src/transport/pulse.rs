//! What a connection is doing, kept where its byte stream, its requests and its deadlines can see
//! it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

/// One connection's books. All of it is touched by the task that polls the connection, or by
/// HTTP/2 streams whose order does not matter, hence relaxed.
#[derive(Debug)]
pub(super) struct Pulse {
    opened: Instant,
    // HTTP/1.1: bytes between two requests begin a head.
    sequential: bool,
    active: AtomicUsize,
    // Milliseconds since `opened`, plus one; 0 is "no".
    head_since: AtomicU64,
    idle_since: AtomicU64,
    body_unread: AtomicBool,
    written: AtomicU64,
}

/// What a server connection waits for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    /// For its own requests to be answered.
    Answer,
    /// For the rest of a request's head.
    Head {
        /// When its first byte came.
        since: Instant,
    },
    /// For the next request.
    Request {
        /// When the last one was answered.
        since: Instant,
    },
}

impl Pulse {
    /// A connection that was opened now; `sequential` when it speaks HTTP/1.1.
    pub fn new(sequential: bool) -> Self {
        Self {
            opened: Instant::now(),
            sequential,
            active: AtomicUsize::new(0),
            head_since: AtomicU64::new(0),
            idle_since: AtomicU64::new(1),
            body_unread: AtomicBool::new(false),
            written: AtomicU64::new(0),
        }
    }

    fn now(&self) -> u64 {
        self.opened.elapsed().as_millis() as u64 + 1
    }

    fn at(&self, stamp: u64) -> Instant {
        self.opened + Duration::from_millis(stamp.saturating_sub(1))
    }

    /// Bytes came in.
    pub fn read(&self) {
        let between = self.sequential && self.active.load(Relaxed) == 0;
        if between && self.head_since.load(Relaxed) == 0 {
            self.head_since.store(self.now(), Relaxed);
        }
    }

    /// Bytes went out.
    pub fn wrote(&self, count: usize) {
        self.written.fetch_add(count as u64, Relaxed);
    }

    /// Bytes that went out so far.
    pub fn written(&self) -> u64 {
        self.written.load(Relaxed)
    }

    /// A request's head is complete; the turn lasts until its answer is written.
    pub fn turn(self: &Arc<Self>) -> Turn {
        self.active.fetch_add(1, Relaxed);
        self.head_since.store(0, Relaxed);
        Turn(Arc::clone(self))
    }

    /// Notes whether the request's body is still on the wire.
    pub fn set_body_unread(&self, unread: bool) {
        self.body_unread.store(unread, Relaxed);
    }

    /// Whether the peer may be in the middle of sending.
    pub fn input_pending(&self) -> bool {
        self.body_unread.load(Relaxed) || self.head_since.load(Relaxed) != 0
    }

    /// What the connection waits for.
    pub fn waiting(&self) -> Waiting {
        if self.active.load(Relaxed) > 0 {
            return Waiting::Answer;
        }
        match self.head_since.load(Relaxed) {
            0 => Waiting::Request { since: self.at(self.idle_since.load(Relaxed)) },
            stamp => Waiting::Head { since: self.at(stamp) },
        }
    }
}

/// A request between its head and the end of its answer.
#[derive(Debug)]
pub(super) struct Turn(Arc<Pulse>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.idle_since.store(self.0.now(), Relaxed);
        self.0.active.fetch_sub(1, Relaxed);
    }
}
