//! Listeners and the connections behind them: accepts, guards, hands requests to one handler.

mod connection;
mod front;
mod limits;
mod listener;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use self::limits::ServerLimits;
pub use self::listener::Listener;
use super::body::Body;
use super::drain::{Drain, Guard};
use super::tls::ServerTls;

/// The pause after an accept that failed for want of something (file descriptors, memory).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Answers requests.
///
/// When the client goes away the future is dropped where it stands; work that must go on belongs
/// in a task of its own, with the arrival's [`Permit`]. A panic is answered 500.
pub trait Handler: Clone + Send + Sync + 'static {
    /// Answers one request. Its body is a stream that keeps the server's limits by itself.
    fn handle(
        &self,
        request: Request<Body>,
        arrival: Arrival,
    ) -> impl Future<Output = Response<Body>> + Send;
}

impl<F, A> Handler for F
where
    F: Fn(Request<Body>, Arrival) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response<Body>> + Send,
{
    fn handle(
        &self,
        request: Request<Body>,
        arrival: Arrival,
    ) -> impl Future<Output = Response<Body>> + Send {
        self(request, arrival)
    }
}

/// How a request came in.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The client's address.
    pub remote: SocketAddr,
    /// Our address that it reached.
    pub local: SocketAddr,
    /// Whether it came over TLS.
    pub secure: bool,
    /// The request's place among those in flight.
    pub permit: Permit,
}

/// A request's place among those in flight, and its hold on the drain. The server holds one until
/// the answer's body is handed to the connection; whoever works on after that keeps a clone.
#[derive(Debug, Clone)]
pub struct Permit {
    _held: Arc<(OwnedSemaphorePermit, Guard)>,
}

/// One handler with its limits, for any number of listeners and runtimes. Cheap to clone; clones
/// share what the limits count.
#[derive(Debug)]
pub struct Server<H>(Arc<Shared<H>>);

#[derive(Debug)]
struct Shared<H> {
    handler: H,
    limits: ServerLimits,
    drain: Drain,
    connections: Arc<Semaphore>,
    in_flight: Arc<Semaphore>,
    // Each connection holds a clone. The semaphore cannot tell: a listener takes its permit
    // before it knows of a connection.
    open: Arc<()>,
}

impl<H> Clone for Server<H> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<H: Handler> Server<H> {
    /// A server that stops when the drain begins.
    pub fn new(handler: H, limits: ServerLimits, drain: Drain) -> Self {
        let cap = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        let connections = cap(limits.max_connections);
        let in_flight = cap(limits.max_in_flight);
        Self(Arc::new(Shared {
            handler,
            limits,
            drain,
            connections,
            in_flight,
            open: Arc::default(),
        }))
    }

    /// Requests that hold a permit now.
    pub fn in_flight(&self) -> usize {
        self.0.limits.max_in_flight.saturating_sub(self.0.in_flight.available_permits())
    }

    /// Connections that are open now.
    pub fn connections(&self) -> usize {
        Arc::strong_count(&self.0.open) - 1
    }

    /// Accepts connections until the drain begins. They run as tasks of the current runtime and
    /// hold the drain open: [`Drain::finish`] waits for them.
    pub async fn serve(&self, listener: Listener) {
        let mut guard = self.0.drain.guard();
        let tls = listener.tls().cloned();
        loop {
            let slots = Arc::clone(&self.0.connections);
            let slot = tokio::select! {
                biased;
                () = guard.draining() => break,
                Ok(slot) = slots.acquire_owned() => slot,
            };
            tokio::select! {
                biased;
                () = guard.draining() => break,
                accepted = listener.accept() => self.admit(accepted, slot, tls.as_ref(), &guard).await,
            }
        }
        self.admit_queued(&listener, tls.as_ref(), &guard).await;
    }

    /// Takes in the connections that the kernel had accepted for us before the drain: closing the
    /// port would reset them.
    async fn admit_queued(&self, listener: &Listener, tls: Option<&ServerTls>, guard: &Guard) {
        let none_waits = Duration::ZERO;
        while let Ok(slot) = Arc::clone(&self.0.connections).try_acquire_owned()
            && let Ok(accepted) = tokio::time::timeout(none_waits, listener.accept()).await
        {
            self.admit(accepted, slot, tls, guard).await;
        }
    }

    async fn admit(
        &self,
        accepted: io::Result<(TcpStream, SocketAddr)>,
        slot: OwnedSemaphorePermit,
        tls: Option<&ServerTls>,
        guard: &Guard,
    ) {
        match accepted {
            Ok((socket, remote)) => {
                let (server, tls, guard) = (self.clone(), tls.cloned(), guard.clone());
                let open = Arc::clone(&self.0.open);
                tokio::spawn(async move {
                    server.connection(socket, remote, tls, guard).await;
                    drop((slot, open));
                });
            }
            // The client was gone before we got to it.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
