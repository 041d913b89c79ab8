//! One request and its response on one connection.

use std::error::Error as _;
use std::future::{Future as _, poll_fn};
use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use super::error::{SendError, SendErrorKind, Sent};
use super::pool::{Link, Peer, Pool};
use crate::transport::body::{Body, BodyError, reason};
use crate::transport::tls::explain;

/// What became of a request on a connection.
pub(super) enum Outcome {
    /// The response's head is here.
    Answered(Response<Incoming>),
    /// The connection was gone before the request was touched: here it is again.
    Untouched(Request<Body>),
    /// It failed on the way.
    Failed(SendError),
}

/// Sends a request and lets the connection work until the response's head is here.
pub(super) async fn exchange(link: &mut Link, request: Request<Body>, peer: &Peer) -> Outcome {
    let before = link.written();
    let mut response = pin!(link.try_send(request));
    let outcome = poll_fn(|cx| {
        // The connection makes the response ready, by its end too, and only while it is polled
        // here: a waker of the response's own could but wake this task for nothing.
        let _ = link.poll(cx);
        response.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    })
    .await;
    match outcome {
        Ok(response) => Outcome::Answered(response),
        Err(mut failure) => {
            if let Some(request) = failure.take_message() {
                return Outcome::Untouched(request);
            }
            let touched = link.written() > before;
            Outcome::Failed(describe(&failure.into_error(), touched, peer))
        }
    }
}

fn describe(error: &hyper::Error, touched: bool, peer: &Peer) -> SendError {
    if let Some(why) = explain(error) {
        // TLS 1.3 lets us write before the other side has looked at our certificate; what it then
        // says ends the handshake, so nobody has acted on the request.
        let message = format!("TLS with {} failed: {why}", peer.authority);
        return SendError::unsent(SendErrorKind::Tls, message);
    }
    let body = error.is_user().then(|| error.source()).flatten().map(BodyError::of);
    let kind = if body.is_some() {
        SendErrorKind::RequestBody
    } else if error.is_parse() {
        SendErrorKind::Protocol
    } else if caused_by(error, &[ErrorKind::TimedOut]) {
        // The wire gave up on a peer that does not read.
        SendErrorKind::Timeout
    } else if caused_by(error, &[ErrorKind::ConnectionReset, ErrorKind::BrokenPipe]) {
        SendErrorKind::Broken
    } else {
        SendErrorKind::Closed
    };
    let why = match (&body, kind) {
        (Some(body), _) => format!("the request's body failed: {body}"),
        (None, SendErrorKind::Protocol) => format!("the response is not HTTP: {}", reason(error)),
        _ => format!("the connection ended before a response: {}", reason(error)),
    };
    SendError {
        kind,
        sent: if touched { Sent::Maybe } else { Sent::No },
        body,
        message: format!("{}: {why}", peer.authority),
    }
}

fn caused_by(error: &hyper::Error, kinds: &[ErrorKind]) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    cause.is_some_and(|cause| kinds.contains(&cause.kind()))
}

/// A response's body: polling it lets the connection work, its end gives the connection back.
pub(super) struct Received {
    body: Incoming,
    link: Option<Box<Link>>,
    peer: Peer,
    pool: Arc<Pool>,
}

impl Received {
    pub fn new(body: Incoming, link: Box<Link>, peer: Peer, pool: Arc<Pool>) -> Self {
        Self { body, link: Some(link), peer, pool }
    }

    fn park(&mut self) {
        if let Some(link) = self.link.take() {
            self.pool.park(&self.peer, link);
        }
    }
}

impl http_body::Body for Received {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = &mut *self;
        // Frames come from the connection that is polled here, so it alone needs the waker.
        let mut unheard = Context::from_waker(Waker::noop());
        let mut frame = Pin::new(&mut this.body).poll_frame(&mut unheard);
        if frame.is_pending()
            && let Some(link) = &mut this.link
        {
            if link.poll(cx).is_ready() {
                // What it has read is in the body; there is nothing left to poll or to keep.
                this.link = None;
            }
            frame = Pin::new(&mut this.body).poll_frame(&mut unheard);
        }
        let frame = ready!(frame);
        match &frame {
            None => this.park(),
            Some(Ok(_)) if this.body.is_end_stream() => this.park(),
            Some(Ok(_)) => {}
            Some(Err(_)) => this.link = None,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
