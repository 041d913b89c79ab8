//! Sends requests over kept HTTP/1.1 connections.

mod connect;
mod error;
mod exchange;
mod pool;
mod settings;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Request, Response, Uri, Version};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, timeout_at};

pub use self::error::{SendError, SendErrorKind, Sent};
use self::exchange::{Outcome, Received, exchange};
use self::pool::{Link, Peer, Pool};
pub use self::settings::{ClientSettings, Timeouts};
use super::HYPER_MAX_HEADERS;
use super::body::{Body, empty};
use super::guarded::{Bounds, Guarded};
use super::pulse::Pulse;
use super::start_line::AbsoluteForm;
use super::tls::{ClientTls, TlsError};
use super::wire::Wire;

/// An HTTP client: cheap to clone, clones share its connections. No redirects, no cookies.
///
/// A connection works inside the task that uses it, so a response's body must be polled for a
/// request's body to go on, and a runtime of one thread keeps its own client.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: ClientSettings,
    http: http1::Builder,
    pool: Arc<Pool>,
    tls: ClientTls,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl Client {
    /// A client without connections; fails when the files of TLS cannot be read.
    pub fn new(settings: ClientSettings) -> Result<Self, TlsError> {
        let tls = ClientTls::new(&settings.tls)?;
        let mut http = http1::Builder::new();
        http.preserve_header_case(settings.preserve_header_case)
            .title_case_headers(true)
            .max_header_size(settings.max_head)
            .max_buf_size(settings.max_head.max(8192));
        if settings.max_headers != HYPER_MAX_HEADERS {
            http.max_headers(settings.max_headers);
        }
        let pool = Arc::new(Pool::new(settings.idle_timeout, settings.max_idle_per_host));
        Ok(Self(Arc::new(Inner { settings, http, pool, tls })))
    }

    /// Sends a request to the absolute URI in it and answers the response's head; its body follows
    /// as a stream.
    ///
    /// Dropping the future closes its connection. A request that a kept connection did not take
    /// any more goes out on another one; one of which a byte was written never does.
    pub async fn send(
        &self,
        mut request: Request<Body>,
        timeouts: Timeouts,
    ) -> Result<Response<Body>, SendError> {
        let overall = timeouts.overall.and_then(deadline);
        let peer = self.prepare(&mut request)?;
        loop {
            let kept = self.0.pool.take(&peer);
            let reused = kept.is_some();
            let mut link = match kept {
                Some(link) => link,
                None => self.open(&peer, timeouts.connect, overall).await?,
            };
            let until = earlier(timeouts.response.and_then(deadline), overall);
            let before = link.written();
            let Some(outcome) = by(until, exchange(&mut link, request, &peer)).await else {
                return Err(late(&peer, link.written() > before));
            };
            match outcome {
                Outcome::Answered(response) => {
                    let bounds = Bounds { limit: u64::MAX, idle: timeouts.idle, overall };
                    return Ok(response.map(|body| self.received(body, link, peer, bounds)));
                }
                Outcome::Untouched(again) if reused => request = again,
                Outcome::Untouched(_) => {
                    return Err(SendError::unsent(
                        SendErrorKind::Closed,
                        format!("{}: the peer closed a new connection", peer.authority),
                    ));
                }
                Outcome::Failed(error) => return Err(error),
            }
        }
    }

    fn received(
        &self,
        body: hyper::body::Incoming,
        link: Box<Link>,
        peer: Peer,
        bounds: Bounds,
    ) -> Body {
        if body.is_end_stream() {
            self.0.pool.park(&peer, link);
            return empty();
        }
        let body = Received::new(body, link, peer, Arc::clone(&self.0.pool));
        Guarded::new(body, bounds).boxed_unsync()
    }

    /// Takes scheme and authority out of the URI, which goes out in origin form unless the request
    /// is marked with [`AbsoluteForm`]. Its version is kept where it is 1.0.
    fn prepare(&self, request: &mut Request<Body>) -> Result<Peer, SendError> {
        let bad = |why: &str| SendError::unsent(SendErrorKind::Request, why);
        let mut parts = std::mem::take(request.uri_mut()).into_parts();
        let secure = match parts.scheme.take() {
            Some(scheme) if scheme == Scheme::HTTP => false,
            Some(scheme) if scheme == Scheme::HTTPS => true,
            Some(_) => return Err(bad("the address is neither http nor https")),
            None => return Err(bad("the address has no scheme")),
        };
        let authority = parts.authority.take().ok_or_else(|| bad("the address has no host"))?;
        // Whoever wants user and password to be sent makes a header of them.
        let authority = match authority.as_str().rsplit_once('@') {
            None => authority,
            Some((_, host)) => Authority::try_from(host).map_err(|e| bad(&e.to_string()))?,
        };
        if parts.path_and_query.is_none() {
            parts.path_and_query = Some(PathAndQuery::from_static("/"));
        }
        if request.extensions().get::<AbsoluteForm>().is_some() {
            parts.scheme = Some(if secure { Scheme::HTTPS } else { Scheme::HTTP });
            parts.authority = Some(authority.clone());
        }
        *request.uri_mut() = Uri::from_parts(parts).map_err(|error| bad(&error.to_string()))?;
        if request.version() != Version::HTTP_10 {
            *request.version_mut() = Version::HTTP_11;
        }
        if self.0.settings.set_host && !request.headers().contains_key(HOST) {
            let shown = authority.as_str();
            let shown = shown.strip_suffix(if secure { ":443" } else { ":80" }).unwrap_or(shown);
            let value = HeaderValue::from_str(shown).map_err(|e| bad(&e.to_string()))?;
            request.headers_mut().insert(HOST, value);
        }
        Ok(Peer { secure, authority })
    }

    async fn open(
        &self,
        peer: &Peer,
        within: Duration,
        overall: Option<Instant>,
    ) -> Result<Box<Link>, SendError> {
        let opening = async {
            let keepalive = self.0.settings.tcp_keepalive;
            let stream =
                connect::connect(peer, keepalive, || self.0.tls.config(&peer.authority)).await?;
            let pulse = Arc::new(Pulse::new(false));
            let idle = self.0.settings.write_idle;
            let wire =
                Wire::new(stream, bytes::Bytes::new(), Arc::clone(&pulse), idle, Duration::ZERO);
            let (sender, connection) =
                self.0.http.handshake(TokioIo::new(wire)).await.map_err(|error| {
                    SendError::unsent(SendErrorKind::Connect, error.to_string())
                })?;
            Ok(Link::new(sender, connection, pulse))
        };
        let opened = by(earlier(deadline(within), overall), opening).await;
        opened.unwrap_or_else(|| {
            let message = format!("{}: no connection in time", peer.authority);
            Err(SendError::unsent(SendErrorKind::ConnectTimeout, message))
        })
    }
}

fn late(peer: &Peer, touched: bool) -> SendError {
    let message = format!("{}: no response in time", peer.authority);
    if touched {
        SendError::maybe(SendErrorKind::Timeout, message)
    } else {
        SendError::unsent(SendErrorKind::Timeout, message)
    }
}

/// What a future gives, unless the moment comes first.
async fn by<F: Future>(until: Option<Instant>, future: F) -> Option<F::Output> {
    match until {
        None => Some(future.await),
        Some(until) => timeout_at(until, future).await.ok(),
    }
}

/// The moment that lies `after` from now; none when that is beyond what a clock can show.
fn deadline(after: Duration) -> Option<Instant> {
    Instant::now().checked_add(after)
}

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
