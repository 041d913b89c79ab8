//! What happens to a request between hyper and the handler: checks that need no handler, the
//! guarded body, the permit, and a panic's answer.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode, Version};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use super::{Arrival, Handler, Permit, Server};
use crate::transport::body::{Body, BoxError, empty};
use crate::transport::drain::Guard;
use crate::transport::guarded::{Bounds, Guarded};
use crate::transport::pulse::{Pulse, Turn};

/// One connection's way into the handler.
pub(super) struct Front<H> {
    pub server: Server<H>,
    pub pulse: Arc<Pulse>,
    pub remote: std::net::SocketAddr,
    pub local: std::net::SocketAddr,
    pub secure: bool,
    pub guard: Guard,
}

impl<H: Handler> Front<H> {
    /// Answers one request.
    pub async fn answer(self: Arc<Self>, mut request: Request<Incoming>) -> Response<Outgoing> {
        let turn = self.pulse.turn();
        let version = request.version();
        if version < Version::HTTP_2 {
            self.pulse.set_body_unread(!request.body().is_end_stream());
        } else {
            name_host(&mut request);
        }
        let (mut response, permit) = match self.admit(&request) {
            Err(status) => (refusal(status, version), None),
            Ok(permit) => {
                let arrival = self.arrival(permit.clone());
                let request = request.map(|body| self.guarded(body));
                let answer = self.server.0.handler.handle(request, arrival);
                (rescued(answer, version).await, Some(permit))
            }
        };
        if version < Version::HTTP_2 && self.pulse.input_pending() && broken_off(&response) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.map(|body| Outgoing { body, _turn: turn, _permit: permit })
    }

    fn admit(&self, request: &Request<Incoming>) -> Result<Permit, StatusCode> {
        if let Some(status) = self.unfit(request) {
            return Err(status);
        }
        let place = Arc::clone(&self.server.0.in_flight)
            .try_acquire_owned()
            .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        Ok(Permit { _held: Arc::new((place, self.guard.clone())) })
    }

    fn arrival(&self, permit: Permit) -> Arrival {
        Arrival { remote: self.remote, local: self.local, secure: self.secure, permit }
    }

    fn guarded(&self, body: Incoming) -> Body {
        if body.is_end_stream() {
            return empty();
        }
        let limits = &self.server.0.limits;
        let bounds = Bounds { limit: limits.max_body, idle: Some(limits.body_idle), overall: None };
        Guarded::new(Inbound { body, pulse: Arc::clone(&self.pulse) }, bounds).boxed_unsync()
    }

    /// The status of a request that no handler needs to see.
    fn unfit(&self, request: &Request<Incoming>) -> Option<StatusCode> {
        let limits = &self.server.0.limits;
        let uri = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
        if uri > limits.max_uri {
            return Some(StatusCode::URI_TOO_LONG);
        }
        if request.body().size_hint().lower() > limits.max_body {
            return Some(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if request.headers().len() > limits.max_headers {
            return Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        }
        let hosts = request.headers().get_all(HOST).iter().count();
        let missing = hosts == 0 && request.version() == Version::HTTP_11;
        (hosts > 1 || missing).then_some(StatusCode::BAD_REQUEST)
    }
}

/// Whether an answer means that the request's body was not read to its end: hyper then closes the
/// connection, which the client should know.
fn broken_off(response: &Response<Body>) -> bool {
    matches!(response.status(), StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT)
}

/// HTTP/2 names the host in the URI; handlers look for it where HTTP/1.1 has it.
fn name_host(request: &mut Request<Incoming>) {
    let value = request.uri().authority().map(|host| HeaderValue::from_str(host.as_str()));
    if let Some(Ok(value)) = value
        && !request.headers().contains_key(HOST)
    {
        request.headers_mut().insert(HOST, value);
    }
}

/// An answer of the transport's own: no body, and over HTTP/1.1 the connection ends, since the
/// rest of the request may still be coming.
fn refusal(status: StatusCode, version: Version) -> Response<Body> {
    let mut response = Response::new(empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    if version < Version::HTTP_2 {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// Answers 500 in the place of a handler that panicked.
async fn rescued(
    handler: impl Future<Output = Response<Body>>,
    version: Version,
) -> Response<Body> {
    let mut handler = pin!(handler);
    poll_fn(|cx| {
        // The handler is never polled again after a panic, so nothing sees what it left half done.
        catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(cx))).unwrap_or_else(|_| {
            tracing::error!("a request's handler panicked");
            Poll::Ready(refusal(StatusCode::INTERNAL_SERVER_ERROR, version))
        })
    })
    .await
}

/// A request's body; notes its end, from which on nothing of the request is on the wire.
struct Inbound {
    body: Incoming,
    pulse: Arc<Pulse>,
}

impl http_body::Body for Inbound {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.pulse.set_body_unread(false);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A response's body with what its request held until it is written.
pub(super) struct Outgoing {
    body: Body,
    _turn: Turn,
    _permit: Option<Permit>,
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
