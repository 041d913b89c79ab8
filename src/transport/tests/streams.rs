//! Large bodies pass through in bounded memory.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::BodyExt as _;

use super::support::*;
use crate::transport::body::{BoxError, next};
use crate::transport::{Arrival, Body, ServerLimits, Timeouts};

const SIZE: u64 = 100 << 20;
const CHUNK: usize = 64 * 1024;

/// A body made while it is sent, which counts what has been taken from it.
struct Made {
    taken: Arc<AtomicU64>,
    chunk: Bytes,
}

impl http_body::Body for Made {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.taken.load(Ordering::Relaxed) >= SIZE {
            return Poll::Ready(None);
        }
        self.taken.fetch_add(self.chunk.len() as u64, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(self.chunk.clone()))))
    }
}

fn made() -> (Body, Arc<AtomicU64>) {
    let taken = Arc::new(AtomicU64::new(0));
    let body = Made { taken: Arc::clone(&taken), chunk: Bytes::from(vec![b'x'; CHUNK]) };
    (body.boxed_unsync(), taken)
}

/// A server echoes a body through a proxy; nobody may hold more than the sockets and a few chunks.
#[tokio::test]
async fn a_large_body_passes_both_ways_in_bounded_memory() {
    let limits = || ServerLimits { max_body: SIZE, ..ServerLimits::default() };
    let backend = run(echo, limits());
    let target = backend.address;
    let onward = client();
    let proxy = run(
        move |request: Request<Body>, _: Arrival| {
            let onward = onward.clone();
            async move {
                let request = post(target, "/", request.into_body());
                onward.send(request, Timeouts::default()).await.unwrap()
            }
        },
        limits(),
    );
    let (body, taken) = made();
    let outer = client();
    let sending = outer.send(post(proxy.address, "/", body), Timeouts::default());
    let mut response = tokio::time::timeout(PATIENCE, sending).await.unwrap().unwrap();
    let mut received = 0;
    let mut most = 0;
    while let Some(frame) = next(response.body_mut(), Some(PATIENCE)).await.unwrap() {
        received += frame.data_ref().unwrap().len() as u64;
        most = most.max(taken.load(Ordering::Relaxed) - received);
    }
    assert_eq!(received, SIZE);
    // Six sockets' buffers lie between; the kernel gives each some megabytes.
    assert!(most < 60 << 20, "{most} bytes were on the way at once");
}

#[tokio::test]
async fn a_reader_that_waits_holds_the_writer_back() {
    let (body, taken) = made();
    let body = std::sync::Mutex::new(Some(body));
    let body = Arc::new(body);
    let running = run(
        move |_: Request<Body>, _: Arrival| {
            let body = body.lock().unwrap().take().unwrap();
            async { Response::new(body) }
        },
        ServerLimits::default(),
    );
    let mut response = client().send(get(running.address, "/"), Timeouts::default()).await.unwrap();
    next(response.body_mut(), None).await.unwrap().unwrap();
    let mut before = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = taken.load(Ordering::Relaxed);
        if now == before {
            break;
        }
        before = now;
    }
    assert!(before < 30 << 20, "{before} bytes were taken though nobody reads");
}
