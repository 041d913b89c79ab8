//! Listeners, connections, the client pool, limits, TLS and drain. Knows no message.
//!
//! A server takes requests from its listeners to one [`Handler`]; a [`Client`] sends requests and
//! keeps connections. Bodies are streams that keep their limits by themselves; [`collect`] is the
//! one place that holds one in memory. Header names keep their case (HTTP/1.1) in the
//! `extensions` of a request or response: whoever passes a message on moves them along.

pub mod body;
pub mod client;
pub mod coding;
pub mod drain;
mod guarded;
mod pulse;
pub mod server;
mod start_line;
pub mod tls;
mod wire;

/// Header lines that hyper takes when no count is set. Setting even this one makes it clear an
/// array of that many entries for every message.
const HYPER_MAX_HEADERS: usize = 100;

pub use self::body::{Body, BodyError, BoxError, collect};
pub use self::client::{Client, ClientSettings, SendError, SendErrorKind, Sent, Timeouts};
pub use self::drain::Drain;
pub use self::server::{Arrival, Handler, Listener, Permit, Server, ServerLimits};
pub use self::start_line::{AbsoluteForm, set_reason, take_reason};
pub use self::tls::{ServerTls, TlsError, TlsFiles, TlsProfile};

#[cfg(test)]
mod tests;
