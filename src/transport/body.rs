//! The body type of every request and response, its errors, and the one place that collects a
//! body into memory.

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full};

/// The error that a body stream yields; [`BodyError::of`] names it.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// A body on its way: boxed once where it enters, passed on as it is.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// Why a body did not arrive whole. What has arrived before stays valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The body is larger than its cap.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The cap in bytes.
        limit: u64,
    },
    /// Nothing arrived for the idle deadline.
    #[error("the body stalled for {} ms", after.as_millis())]
    Stalled {
        /// The idle deadline.
        after: Duration,
    },
    /// The exchange's overall deadline passed before the body's end.
    #[error("the body was not complete at the deadline")]
    Overdue,
    /// The peer's framing is broken (a bad chunk).
    #[error("the body is malformed: {0}")]
    Malformed(String),
    /// The connection ended before the body did.
    #[error("the body was cut off: {0}")]
    Aborted(String),
}

impl BodyError {
    /// The error behind a body stream's boxed error; one that is not ours counts as `Aborted`.
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(own) = error.downcast_ref::<Self>() {
                return own.clone();
            }
            if let Some(io) = error.downcast_ref::<std::io::Error>()
                && matches!(
                    io.kind(),
                    std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData
                )
            {
                return Self::Malformed(io.to_string());
            }
            cause = error.source();
        }
        Self::Aborted(reason(error))
    }
}

/// An error with its causes on one line. `Debug` forms stay out: nobody promises that they hold
/// no secrets.
pub fn reason(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let part = error.to_string();
        if !text.contains(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        cause = error.source();
    }
    text
}

fn never(error: Infallible) -> BoxError {
    match error {}
}

/// A body without bytes; it allocates nothing.
pub fn empty() -> Body {
    Empty::new().map_err(never).boxed_unsync()
}

/// A body of bytes in hand.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    let bytes = bytes.into();
    if bytes.is_empty() { empty() } else { Full::new(bytes).map_err(never).boxed_unsync() }
}

/// Collects a body of at most `limit` bytes; trailers are dropped.
///
/// A body of one chunk is that chunk, not a copy. `idle` bounds the wait for each frame, for a
/// body that does not guard itself.
pub async fn collect(
    mut body: Body,
    limit: usize,
    idle: Option<Duration>,
) -> Result<Bytes, BodyError> {
    let too_large = || BodyError::TooLarge { limit: limit as u64 };
    let announced = body.size_hint().lower();
    if announced > limit as u64 {
        return Err(too_large());
    }
    let mut first = Bytes::new();
    let mut buffer: Option<BytesMut> = None;
    while let Some(frame) = next(&mut body, idle).await? {
        let Ok(chunk) = frame.into_data() else { continue };
        let held = buffer.as_ref().map_or(first.len(), BytesMut::len);
        if chunk.len() > limit - held {
            return Err(too_large());
        }
        match &mut buffer {
            Some(buffer) => buffer.extend_from_slice(&chunk),
            None if first.is_empty() => first = chunk,
            None => {
                // A size hint counts what is still to come, never what an attacker only promises
                // beyond the cap.
                let rest = body.size_hint().lower().min((limit - held) as u64) as usize;
                let mut joined = BytesMut::with_capacity(held + chunk.len().max(rest));
                joined.extend_from_slice(&first);
                joined.extend_from_slice(&chunk);
                buffer = Some(joined);
            }
        }
    }
    Ok(buffer.map_or(first, BytesMut::freeze))
}

/// The next frame of a body, `None` at its end; `idle` bounds the wait.
pub async fn next(
    body: &mut Body,
    idle: Option<Duration>,
) -> Result<Option<Frame<Bytes>>, BodyError> {
    let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx));
    let frame = match idle {
        None => frame.await,
        Some(after) => {
            tokio::time::timeout(after, frame).await.map_err(|_| BodyError::Stalled { after })?
        }
    };
    frame.transpose().map_err(|error| BodyError::of(&*error))
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::task::{Context, Poll};

    use http::HeaderMap;

    use super::*;

    /// Yields its frames, then waits for ever or ends.
    struct Frames(VecDeque<Frame<Bytes>>, bool);

    impl http_body::Body for Frames {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            match self.0.pop_front() {
                None if self.1 => Poll::Pending,
                frame => Poll::Ready(frame.map(Ok)),
            }
        }
    }

    fn chunks(parts: &[&'static str]) -> VecDeque<Frame<Bytes>> {
        parts.iter().map(|part| Frame::data(Bytes::from_static(part.as_bytes()))).collect()
    }

    #[tokio::test]
    async fn bodies_are_collected_up_to_the_limit() {
        let rows: [(&[&str], usize, Option<&str>); 9] = [
            (&[], 0, Some("")),
            (&["abc"], 3, Some("abc")),
            (&["abc"], 2, None),
            (&["ab", "c"], 3, Some("abc")),
            (&["ab", "c"], 2, None),
            (&["", "ab", "", "c", ""], 3, Some("abc")),
            (&["a", "b", "c", "d"], 4, Some("abcd")),
            (&["a", "b", "c", "d"], 3, None),
            (&["a"], 0, None),
        ];
        for (parts, limit, expected) in rows {
            let body = Frames(chunks(parts), false).boxed_unsync();
            let collected = collect(body, limit, None).await;
            let expected =
                expected.map(Bytes::from).ok_or(BodyError::TooLarge { limit: limit as u64 });
            assert_eq!(collected, expected, "{parts:?} within {limit}");
        }
    }

    #[tokio::test]
    async fn one_chunk_is_not_copied() {
        let bytes = Bytes::from(vec![b'x'; 100]);
        let collected = collect(full(bytes.clone()), 100, None).await.unwrap();
        assert_eq!(collected.as_ptr(), bytes.as_ptr());
    }

    #[tokio::test]
    async fn an_announced_length_over_the_limit_is_not_read() {
        let error = collect(full("abcd"), 3, None).await;
        assert_eq!(error, Err(BodyError::TooLarge { limit: 3 }));
    }

    #[tokio::test]
    async fn trailers_are_dropped() {
        let mut frames = chunks(&["ab"]);
        frames.push_back(Frame::trailers(HeaderMap::new()));
        let body = Frames(frames, false).boxed_unsync();
        assert_eq!(collect(body, 10, None).await.unwrap(), "ab");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_is_given_up() {
        let after = Duration::from_secs(30);
        let body = Frames(chunks(&["ab"]), true).boxed_unsync();
        assert_eq!(collect(body, 10, Some(after)).await, Err(BodyError::Stalled { after }));
    }
}
