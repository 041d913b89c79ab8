//! Functions that answer from their description: fixed, echoed, filled in, failing, throttled.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::error::{Answer, ApiError};
use super::invocation::{Fault, Invocation, Outcome};
use super::template::{Filling, Template};

/// A function without code.
#[derive(Debug)]
pub(super) struct Stub {
    replies: Vec<Reply>,
    /// Behind the last reply the first comes again; otherwise the last one stays.
    repeat: bool,
    calls: AtomicUsize,
}

/// One reply of a stub.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    /// What it says.
    pub content: Content,
    /// How long it takes to say it.
    pub delay: Duration,
    /// Every so many calls, one is throttled; zero is never.
    pub throttle_every: usize,
    /// What it writes to its log.
    pub log: String,
}

/// What a reply says.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// The event.
    Echo,
    /// Always the same JSON.
    Fixed(Bytes),
    /// JSON made from the event.
    Template(Template),
    /// A function's error.
    Error {
        /// The error's type.
        kind: String,
        /// The error's message.
        message: String,
        /// The stack trace.
        stack: Vec<String>,
        /// How it is marked.
        fault: Fault,
    },
}

impl Stub {
    /// A stub that gives its replies one after the other; there must be one at least.
    pub(super) fn new(replies: Vec<Reply>, repeat: bool) -> Self {
        Self { replies, repeat, calls: AtomicUsize::new(0) }
    }

    /// Answers one call. Fails where the reply is to throttle it.
    pub(super) async fn run(&self, invocation: &Invocation) -> Answer<Outcome> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let count = self.replies.len().max(1);
        let place = if self.repeat { call % count } else { call.min(count - 1) };
        let Some(reply) = self.replies.get(place) else {
            return Err(ApiError::internal("the stub has no reply"));
        };
        if reply.throttle_every > 0 && (call + 1).is_multiple_of(reply.throttle_every) {
            return Err(ApiError::throttled("ReservedFunctionConcurrentInvocationLimitExceeded"));
        }
        if reply.delay >= invocation.timeout {
            tokio::time::sleep(invocation.timeout).await;
            return Ok(Outcome::timed_out(invocation));
        }
        if !reply.delay.is_zero() {
            tokio::time::sleep(reply.delay).await;
        }
        let mut outcome = reply.content.say(invocation);
        outcome.log = reply.log.clone().into_bytes();
        Ok(outcome)
    }
}

impl Content {
    fn say(&self, invocation: &Invocation) -> Outcome {
        match self {
            Self::Echo => Outcome::success(invocation.payload.clone()),
            Self::Fixed(bytes) => Outcome::success(bytes.clone()),
            Self::Template(template) => {
                let event: Value = serde_json::from_slice(&invocation.payload).unwrap_or_default();
                Outcome::success(template.fill(Filling {
                    event: &event,
                    request_id: &invocation.request_id,
                    function: &invocation.function,
                    version: &invocation.version,
                }))
            }
            Self::Error { kind, message, stack, fault } => {
                let body = json!({
                    "errorMessage": message,
                    "errorType": kind,
                    "requestId": invocation.request_id,
                    "stackTrace": stack,
                });
                Outcome { fault: Some(*fault), ..Outcome::unhandled(&body) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local_lambda::invocation::tests::invocation;

    fn reply(content: Content) -> Reply {
        Reply { content, delay: Duration::ZERO, throttle_every: 0, log: String::new() }
    }

    fn fixed(text: &'static str) -> Reply {
        reply(Content::Fixed(Bytes::from_static(text.as_bytes())))
    }

    async fn say(stub: &Stub) -> String {
        let outcome = stub.run(&invocation(r#"{"a":1}"#)).await.unwrap();
        String::from_utf8(outcome.payload.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn sequences_repeat_or_stay() {
        let repeating = Stub::new(vec![fixed("1"), fixed("2")], true);
        let staying = Stub::new(vec![fixed("1"), fixed("2")], false);
        let mut said = (String::new(), String::new());
        for _ in 0..4 {
            said.0 += &say(&repeating).await;
            said.1 += &say(&staying).await;
        }
        assert_eq!(said, ("1212".to_owned(), "1222".to_owned()));
    }

    #[tokio::test]
    async fn every_nth_call_is_throttled() {
        let stub = Stub::new(vec![Reply { throttle_every: 3, ..fixed("1") }], true);
        let mut throttled = Vec::new();
        for _ in 0..6 {
            throttled.push(stub.run(&invocation("{}")).await.is_err());
        }
        assert_eq!(throttled, [false, false, true, false, false, true]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_stub_runs_out_of_time() {
        let slow = |seconds| Reply { delay: Duration::from_secs(seconds), ..fixed("1") };
        let start = tokio::time::Instant::now();
        let late = Stub::new(vec![slow(10)], true).run(&invocation("{}")).await.unwrap();
        assert_eq!(late.fault, Some(Fault::Unhandled));
        assert_eq!(start.elapsed().as_secs(), 3);
        let timely = Stub::new(vec![slow(2)], true).run(&invocation("{}")).await.unwrap();
        assert_eq!(timely.fault, None);
        assert_eq!(start.elapsed().as_secs(), 5);
    }

    #[tokio::test]
    async fn echo_and_errors() {
        assert_eq!(say(&Stub::new(vec![reply(Content::Echo)], true)).await, r#"{"a":1}"#);
        let error = reply(Content::Error {
            kind: "ValueError".to_owned(),
            message: "bad".to_owned(),
            stack: vec!["line".to_owned()],
            fault: Fault::Handled,
        });
        let outcome = Stub::new(vec![error], true).run(&invocation("{}")).await.unwrap();
        assert_eq!(outcome.fault, Some(Fault::Handled));
        assert_eq!(
            outcome.payload,
            r#"{"errorMessage":"bad","errorType":"ValueError","requestId":"id","stackTrace":["line"]}"#
        );
    }
}
