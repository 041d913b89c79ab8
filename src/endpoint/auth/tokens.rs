//! Tokens at hand: one is asked for once, however many messages want it, and again before it ends.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderValue;

use crate::message::Fault;

/// How long a token is good of which the server does not say it.
const UNSAID: u64 = 50 * 60;

/// How many seconds ahead of its end a token is not used any more: it has to arrive.
const AHEAD: u64 = 30;

/// How many milliseconds a failure is the answer: whoever waited does not ask in turn.
const FAILED: i64 = 1000;

/// Claims may come from messages; nobody can fill the memory with them.
const MOST: usize = 1000;

type Digest = [u8; 32];

/// What a server has issued.
pub(super) struct Issued {
    /// The header with the token.
    pub(super) header: HeaderValue,
    /// How many seconds it is good.
    pub(super) lifetime: Option<u64>,
    /// The refresh token that takes the place of the one that was sent.
    pub(super) refresh: Option<String>,
}

/// The tokens of a grant.
#[derive(Default)]
pub(super) struct Tokens(Mutex<HashMap<Digest, Arc<Slot>>>);

/// A token, or a place for one; whoever asks for it holds the lock.
type Slot = tokio::sync::Mutex<Held>;

#[derive(Default)]
struct Held {
    answer: Option<Result<HeaderValue, Fault>>,
    /// Until when the answer is good, in milliseconds.
    until: i64,
    refresh: Option<String>,
}

impl fmt::Debug for Tokens {
    /// Without the tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

impl Tokens {
    /// The token for some claims; `load` asks for one, with the refresh token that the last one
    /// brought.
    pub(super) async fn get(
        &self,
        claims: Digest,
        now: i64,
        load: impl AsyncFnOnce(Option<String>) -> Result<Issued, Fault>,
    ) -> Result<HeaderValue, Fault> {
        let slot = self.slot(claims);
        let mut held = slot.lock().await;
        if let Some(answer) = held.answer.as_ref().filter(|_| now < held.until) {
            return answer.clone();
        }
        let issued = load(held.refresh.clone()).await;
        match &issued {
            Ok(issued) => {
                held.until = now.saturating_add(good_for(issued.lifetime));
                if issued.refresh.is_some() {
                    held.refresh.clone_from(&issued.refresh);
                }
            }
            Err(_) => held.until = now.saturating_add(FAILED),
        }
        let answer = issued.map(|issued| issued.header);
        held.answer = Some(answer.clone());
        answer
    }

    /// Forgets a token; one that has taken its place meanwhile stays.
    pub(super) async fn forget(&self, claims: Digest, header: &HeaderValue) {
        let slot = self.slot(claims);
        let mut held = slot.lock().await;
        if matches!(&held.answer, Some(Ok(token)) if token == header) {
            held.answer = None;
        }
    }

    fn slot(&self, claims: Digest) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST && !slots.contains_key(&claims) {
            // Those that nobody asks for just now go; whoever comes again asks again.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        Arc::clone(slots.entry(claims).or_default())
    }
}

/// How many milliseconds a token is used.
fn good_for(lifetime: Option<u64>) -> i64 {
    let seconds = lifetime.unwrap_or(UNSAID);
    // Of a token for a minute half is better than nothing.
    let used = seconds - AHEAD.min(seconds / 2);
    i64::try_from(used.saturating_mul(1000)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn issued(token: &str, lifetime: Option<u64>) -> Issued {
        Issued { header: HeaderValue::from_str(token).unwrap(), lifetime, refresh: None }
    }

    const A: Digest = [1; 32];
    const B: Digest = [2; 32];

    async fn ask(tokens: &Tokens, claims: Digest, now: i64, next: &str) -> String {
        let load = async |_| Ok(issued(next, Some(100)));
        let token = tokens.get(claims, now, load).await.unwrap();
        token.to_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_token_is_kept_until_shortly_before_its_end() {
        let tokens = Tokens::default();
        assert_eq!(ask(&tokens, A, 0, "one").await, "one");
        assert_eq!(ask(&tokens, A, 69_999, "two").await, "one");
        assert_eq!(ask(&tokens, B, 69_999, "other").await, "other");
        assert_eq!(ask(&tokens, A, 70_000, "two").await, "two");
        let old = HeaderValue::from_static("one");
        tokens.forget(A, &old).await;
        assert_eq!(ask(&tokens, A, 70_001, "three").await, "two", "another one is at hand");
        tokens.forget(A, &HeaderValue::from_static("two")).await;
        assert_eq!(ask(&tokens, A, 70_002, "three").await, "three");
        for (lifetime, expected) in
            [(None, 2_970_000), (Some(3600), 3_570_000), (Some(10), 5_000), (Some(0), 0)]
        {
            assert_eq!(good_for(lifetime), expected);
        }
        assert!(good_for(Some(u64::MAX)) > 0);
    }

    #[tokio::test]
    async fn many_who_want_it_ask_once_and_hear_of_a_failure_once() {
        let tokens = Tokens::default();
        let asked = AtomicU32::new(0);
        let load = async |_: Option<String>| {
            asked.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(issued("one", None))
        };
        let all =
            tokio::join!(tokens.get(A, 0, load), tokens.get(A, 0, load), tokens.get(A, 0, load),);
        assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok());
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        let failing = async |_: Option<String>| {
            asked.fetch_add(1, Ordering::Relaxed);
            Err(super::super::refused("x"))
        };
        for (now, expected) in [(0, 2), (999, 2), (1000, 3)] {
            assert!(tokens.get(B, now, failing).await.is_err());
            assert_eq!(asked.load(Ordering::Relaxed), expected, "{now}");
        }
    }

    #[tokio::test]
    async fn a_refresh_token_takes_the_place_of_the_last() {
        let tokens = Tokens::default();
        for (now, expected) in [(0, None), (10, Some("r0")), (20, Some("r10"))] {
            let load = async |refresh: Option<String>| {
                assert_eq!(refresh.as_deref(), expected);
                Ok(Issued { refresh: Some(format!("r{now}")), ..issued("t", Some(0)) })
            };
            tokens.get(A, now, load).await.unwrap();
        }
    }

    #[tokio::test]
    async fn claims_of_messages_do_not_fill_the_memory() {
        let tokens = Tokens::default();
        for number in 0..=MOST {
            let mut claims = [0; 32];
            claims[..8].copy_from_slice(&number.to_le_bytes());
            ask(&tokens, claims, 0, "t").await;
        }
        assert!(tokens.0.lock().unwrap().len() <= MOST);
    }
}
