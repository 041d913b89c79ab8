//! What a client keeps and how long a request may take.

use std::time::Duration;

use crate::transport::tls::TlsFiles;

/// A client's settings.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// How long an unused connection is kept.
    pub idle_timeout: Duration,
    /// Unused connections kept for one host and port.
    pub max_idle_per_host: usize,
    /// Adds a `Host` header where the request has none.
    pub set_host: bool,
    /// Keeps the case of header names, see [`crate::transport`].
    pub preserve_header_case: bool,
    /// Header lines of a response.
    pub max_headers: usize,
    /// Bytes of a response's head, at least 8192.
    pub max_head: usize,
    /// Without progress while a request is written.
    pub write_idle: Duration,
    /// Silence on a connection after which the system asks whether the peer still lives; `None`:
    /// never. Without it routers forget a connection while a long call is under way.
    pub tcp_keepalive: Option<Duration>,
    /// Who is trusted, and which certificate is shown.
    pub tls: TlsFiles,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            idle_timeout: Duration::from_mins(1),
            max_idle_per_host: 256,
            set_host: true,
            preserve_header_case: true,
            max_headers: 100,
            max_head: 64 * 1024,
            write_idle: Duration::from_secs(30),
            tcp_keepalive: Some(Duration::from_secs(45)),
            tls: TlsFiles::default(),
        }
    }
}

/// How long the parts of one exchange may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Name, TCP and TLS together, when no kept connection serves.
    pub connect: Duration,
    /// From the connection to the response's head, the request's body included; `None`: no bound.
    pub response: Option<Duration>,
    /// Between two frames of the response's body; the stream yields `BodyError::Stalled`.
    pub idle: Option<Duration>,
    /// The whole exchange to the end of the response's body.
    pub overall: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            response: Some(Duration::from_mins(1)),
            idle: Some(Duration::from_mins(1)),
            overall: None,
        }
    }
}
