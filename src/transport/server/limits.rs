//! What a listener's clients may take.

use std::time::Duration;

/// Limits of a server; each is honoured by a status or by closing the connection.
#[derive(Debug, Clone)]
pub struct ServerLimits {
    /// From a connection's start or a head's first byte to its end, and for a TLS handshake
    /// (408 once a byte of the head has come, else the connection is closed).
    pub header_timeout: Duration,
    /// Between two frames of a request body; the stream yields `BodyError::Stalled`.
    pub body_idle: Duration,
    /// Without progress while an answer is written; the connection is closed.
    pub write_idle: Duration,
    /// Between two requests of a connection.
    pub keep_alive: Duration,
    /// Silence on a connection after which the system asks whether the client still lives;
    /// `None`: never.
    pub tcp_keepalive: Option<Duration>,
    /// Discarding what a client still sends after the answer that ends its connection.
    pub linger: Duration,
    /// Header lines of a request (431).
    pub max_headers: usize,
    /// Bytes of a request's head, at least 8192 (431).
    pub max_head: usize,
    /// Bytes of a request's path and query (414).
    pub max_uri: usize,
    /// Bytes of a request body: an announced length over it is answered 413 unread; a stream that
    /// grows over it yields `BodyError::TooLarge`.
    pub max_body: u64,
    /// Open connections over all listeners of the server; more wait in the kernel's queue.
    pub max_connections: usize,
    /// Requests in flight over all listeners of the server; more are answered 503.
    pub max_in_flight: usize,
    /// Concurrent streams of one HTTP/2 connection.
    pub max_streams: u32,
    /// Keeps the case of header names (HTTP/1.1) in the request's extensions, from where a
    /// response or an outgoing request that gets those extensions writes them again.
    pub preserve_header_case: bool,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            body_idle: Duration::from_secs(30),
            write_idle: Duration::from_secs(30),
            keep_alive: Duration::from_secs(75),
            tcp_keepalive: Some(Duration::from_mins(1)),
            linger: Duration::from_secs(1),
            max_headers: 100,
            max_head: 64 * 1024,
            max_uri: 8 * 1024,
            max_body: 64 * 1024 * 1024,
            max_connections: 10_000,
            max_in_flight: 4096,
            max_streams: 100,
            preserve_header_case: true,
        }
    }
}
