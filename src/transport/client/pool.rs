//! Connections that wait for their next request.

use std::collections::HashMap;
use std::future::Future as _;
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use http::Request;
use http::uri::Authority;
use hyper::client::conn::http1::{Connection, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use crate::transport::body::Body;
use crate::transport::pulse::Pulse;
use crate::transport::wire::Wire;

/// A connection that the peer has closed is given back to the system within this time.
const SWEEP_AT_MOST: Duration = Duration::from_secs(5);

/// A connection and the means to use it. It is polled by whoever uses it, inside the same task:
/// no task of its own, no wake-ups between tasks.
pub(super) struct Link {
    sender: SendRequest<Body>,
    // None once it has ended. Dropping it then is what answers a request that it never took.
    connection: Option<Connection<TokioIo<Wire>, Body>>,
    pulse: Arc<Pulse>,
    parked: Instant,
}

/// Scheme and authority of a peer.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub secure: bool,
    pub authority: Authority,
}

// Compared as text: an authority's own rules ignore case byte by byte, which costs more than a
// second connection to a host that is also written in capitals.
impl PartialEq for Peer {
    fn eq(&self, other: &Self) -> bool {
        self.secure == other.secure && self.authority.as_str() == other.authority.as_str()
    }
}

impl Eq for Peer {}

impl Hash for Peer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.secure.hash(state);
        self.authority.as_str().hash(state);
    }
}

/// Parked connections by peer, the freshest last.
pub(super) struct Pool {
    idle: Mutex<Parked>,
    idle_timeout: Duration,
    max_idle_per_host: usize,
}

#[derive(Default)]
#[expect(clippy::vec_box, reason = "a link moves between pool and exchanges; its box does not")]
struct Parked {
    by_peer: HashMap<Peer, Vec<Box<Link>>>,
    sweeping: bool,
}

impl Link {
    pub fn new(
        sender: SendRequest<Body>,
        connection: Connection<TokioIo<Wire>, Body>,
        pulse: Arc<Pulse>,
    ) -> Box<Self> {
        Box::new(Self { sender, connection: Some(connection), pulse, parked: Instant::now() })
    }

    /// Lets the connection work; ready when it has ended, for which a request or body that waits
    /// for it learns the reason.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(connection) = &mut self.connection else { return Poll::Ready(()) };
        let _ = ready!(Pin::new(connection).poll(cx));
        self.connection = None;
        Poll::Ready(())
    }

    /// Bytes written so far.
    pub fn written(&self) -> u64 {
        self.pulse.written()
    }

    /// Whether the connection can take another request, as far as it knows without a look at its
    /// socket; polls it only where its last exchange left work behind.
    fn usable(&mut self) -> bool {
        self.sender.is_ready()
            || self.poll(&mut Context::from_waker(Waker::noop())).is_pending()
                && self.sender.is_ready()
    }

    /// Hands the connection a request; the future needs [`Link::poll`] to get on.
    pub fn try_send(
        &mut self,
        request: Request<Body>,
    ) -> impl Future<
        Output = Result<
            http::Response<hyper::body::Incoming>,
            hyper::client::conn::TrySendError<Request<Body>>,
        >,
    > + use<> {
        self.sender.try_send_request(request)
    }
}

impl Pool {
    pub fn new(idle_timeout: Duration, max_idle_per_host: usize) -> Self {
        Self { idle: Mutex::default(), idle_timeout, max_idle_per_host }
    }

    fn parked(&self) -> MutexGuard<'_, Parked> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A kept connection to the peer. That the peer has closed it meanwhile shows at its first
    /// poll, before anything is written, and gives the request back.
    pub fn take(&self, peer: &Peer) -> Option<Box<Link>> {
        let mut parked = self.parked();
        let links = parked.by_peer.get_mut(peer)?;
        while let Some(link) = links.pop() {
            if link.parked.elapsed() < self.idle_timeout {
                return Some(link);
            }
        }
        None
    }

    /// Keeps a connection whose exchange is over, if it can serve another one.
    pub fn park(self: &Arc<Self>, peer: &Peer, mut link: Box<Link>) {
        if !link.usable() {
            return;
        }
        link.parked = Instant::now();
        let mut parked = self.parked();
        match parked.by_peer.get_mut(peer) {
            Some(links) if links.len() >= self.max_idle_per_host => return,
            Some(links) => links.push(link),
            None => {
                parked.by_peer.insert(peer.clone(), vec![link]);
            }
        }
        if !std::mem::replace(&mut parked.sweeping, true) {
            drop(parked);
            self.begin_sweeping();
        }
    }

    /// Starts the task that closes connections which were not used for long or which the peer has
    /// closed; it ends with the last of them, or with the pool.
    fn begin_sweeping(self: &Arc<Self>) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            self.parked().sweeping = false;
            return;
        };
        let pool = Arc::downgrade(self);
        let pause = (self.idle_timeout / 4).clamp(Duration::from_millis(10), SWEEP_AT_MOST);
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(pause).await;
                if !pool.upgrade().is_some_and(|pool| pool.sweep()) {
                    return;
                }
            }
        });
    }

    /// Answers whether something is left.
    fn sweep(&self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        let mut parked = self.parked();
        parked.by_peer.retain(|_, links| {
            links.retain_mut(|link| {
                link.parked.elapsed() < self.idle_timeout && link.poll(&mut cx).is_pending()
            });
            !links.is_empty()
        });
        parked.sweeping = !parked.by_peer.is_empty();
        parked.sweeping
    }
}
