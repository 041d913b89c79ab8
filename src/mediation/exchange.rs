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

#[cfg(test)]
mod tests {
    use http::{Response, StatusCode};

    use super::{Answer, Exchange};
    use crate::transport::body;

    fn answer(status: StatusCode) -> Answer {
        let mut answer = Response::new(body::empty());
        *answer.status_mut() = status;
        answer
    }

    #[test]
    fn the_first_answer_wins() {
        let (exchange, mut waiting) = Exchange::new();
        assert!(exchange.answer(answer(StatusCode::CREATED)));
        assert!(!exchange.answer(answer(StatusCode::BAD_GATEWAY)));
        assert_eq!(waiting.try_recv().unwrap().status(), StatusCode::CREATED);
    }

    #[test]
    fn a_client_that_went_away_is_not_answered() {
        let (exchange, waiting) = Exchange::new();
        drop(waiting);
        assert!(!exchange.answer(answer(StatusCode::OK)));
    }

    #[test]
    fn whoever_waits_learns_that_nobody_will_answer() {
        let (exchange, mut waiting) = Exchange::new();
        drop(exchange);
        assert!(waiting.try_recv().is_err());
    }
}
