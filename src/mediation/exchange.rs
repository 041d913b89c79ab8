//! A client that waits: a reply slot that the first answer fills.

use std::sync::Mutex;

use http::Response;
use tokio::sync::oneshot;

use crate::message::BodyStream;

/// An answer to a client.
pub type Answer = Response<BodyStream>;

/// One waiting client. Flows share it; when the last of them goes without having answered, the
/// waiting side learns that nobody will.
#[derive(Debug)]
pub struct Exchange {
    slot: Mutex<Option<oneshot::Sender<Answer>>>,
}

/// The other side: what the listener waits on.
pub type Waiting = oneshot::Receiver<Answer>;

impl Exchange {
    /// A slot and the side that waits on it.
    pub fn new() -> (Self, Waiting) {
        let (sender, receiver) = oneshot::channel();
        (Self { slot: Mutex::new(Some(sender)) }, receiver)
    }

    /// Answers the client. The first answer wins; says whether this was it and the client was
    /// still there.
    pub fn answer(&self, answer: Answer) -> bool {
        let sender = match self.slot.lock() {
            Ok(mut slot) => slot.take(),
            Err(poisoned) => poisoned.into_inner().take(),
        };
        sender.is_some_and(|sender| sender.send(answer).is_ok())
    }
}
