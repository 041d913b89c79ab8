//! A body with a cap, an idle deadline between frames and an overall deadline.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

use super::body::{BodyError, BoxError};

/// What a body may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Bytes in all.
    pub limit: u64,
    /// Wait for one frame.
    pub idle: Option<Duration>,
    /// When the whole body must be here.
    pub overall: Option<Instant>,
}

pin_project! {
    /// Yields the inner body's frames until a bound is broken, then that error and nothing more.
    pub(super) struct Guarded<B> {
        #[pin]
        inner: B,
        // Made at the first wait and moved on at later ones, so a body that is already here costs
        // no timer.
        #[pin]
        timer: Option<Sleep>,
        waiting: bool,
        ended: bool,
        seen: u64,
        bounds: Bounds,
    }
}

impl<B> Guarded<B> {
    /// Guards a body.
    pub fn new(inner: B, bounds: Bounds) -> Self {
        Self { inner, timer: None, waiting: false, ended: false, seen: 0, bounds }
    }
}

impl Bounds {
    fn next_deadline(&self) -> Option<Instant> {
        let idle = self.idle.and_then(|idle| Instant::now().checked_add(idle));
        match (idle, self.overall) {
            (Some(idle), Some(overall)) => Some(idle.min(overall)),
            (idle, overall) => idle.or(overall),
        }
    }

    fn broken_deadline(&self) -> BodyError {
        match (self.idle, self.overall) {
            (Some(after), Some(overall)) if Instant::now() < overall => {
                BodyError::Stalled { after }
            }
            (Some(after), None) => BodyError::Stalled { after },
            _ => BodyError::Overdue,
        }
    }
}

impl<B> Body for Guarded<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut this = self.project();
        if *this.ended {
            return Poll::Ready(None);
        }
        let Poll::Ready(frame) = this.inner.as_mut().poll_frame(cx) else {
            if !*this.waiting {
                *this.waiting = true;
                match (this.timer.as_mut().as_pin_mut(), this.bounds.next_deadline()) {
                    (Some(timer), Some(deadline)) => timer.reset(deadline),
                    (None, Some(deadline)) => this.timer.set(Some(sleep_until(deadline))),
                    (_, None) => {}
                }
            }
            let Some(timer) = this.timer.as_mut().as_pin_mut() else { return Poll::Pending };
            ready!(timer.poll(cx));
            *this.ended = true;
            return Poll::Ready(Some(Err(this.bounds.broken_deadline().into())));
        };
        *this.waiting = false;
        match frame {
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, Bytes::len) as u64;
                if length > this.bounds.limit - *this.seen {
                    *this.ended = true;
                    let limit = this.bounds.limit;
                    return Poll::Ready(Some(Err(BodyError::TooLarge { limit }.into())));
                }
                *this.seen += length;
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(error)) => {
                *this.ended = true;
                let error: BoxError = error.into();
                Poll::Ready(Some(Err(BodyError::of(&*error).into())))
            }
            None => {
                *this.ended = true;
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::transport::body::{Body as Boxed, next};

    /// Ten frames of ten bytes, one each second.
    struct Ticking(Pin<Box<Sleep>>, u32);

    const SECOND: Duration = Duration::from_secs(1);

    impl Body for Ticking {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            if self.1 == 10 {
                return Poll::Ready(None);
            }
            ready!(self.0.as_mut().poll(cx));
            let following = self.0.deadline() + SECOND;
            self.0.as_mut().reset(following);
            self.1 += 1;
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 10])))))
        }
    }

    async fn read(bounds: Bounds) -> (usize, Option<BodyError>) {
        let ticking = Ticking(Box::pin(tokio::time::sleep(SECOND)), 0);
        let mut body: Boxed = Guarded::new(ticking, bounds).boxed_unsync();
        let mut length = 0;
        loop {
            match next(&mut body, None).await {
                Ok(Some(frame)) => length += frame.into_data().unwrap().len(),
                Ok(None) => return (length, None),
                Err(error) => {
                    assert!(matches!(next(&mut body, None).await, Ok(None)), "it goes on");
                    return (length, Some(error));
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn bounds_hold() {
        let after = Duration::from_millis(900);
        let idle = Duration::from_millis(1100);
        let stalled = Some(BodyError::Stalled { after });
        let rows = [
            (u64::MAX, None, None, (100, None)),
            (100, Some(idle), None, (100, None)),
            (99, Some(idle), None, (90, Some(BodyError::TooLarge { limit: 99 }))),
            (0, None, None, (0, Some(BodyError::TooLarge { limit: 0 }))),
            (100, Some(after), None, (0, stalled.clone())),
            (100, Some(after), Some(SECOND * 100), (0, stalled)),
            (100, Some(idle), Some(SECOND * 100), (100, None)),
            (100, None, Some(SECOND * 7 / 2), (30, Some(BodyError::Overdue))),
            (100, Some(idle), Some(SECOND * 7 / 2), (30, Some(BodyError::Overdue))),
        ];
        for (limit, idle, overall, expected) in rows {
            let overall = overall.map(|after| Instant::now() + after);
            let bounds = Bounds { limit, idle, overall };
            assert_eq!(read(bounds).await, expected, "{bounds:?}");
        }
    }
}
