//! Why a request got no response.

use std::fmt;

/// Whether the peer may have seen anything of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Not a byte left: the request may be sent again, whatever its method.
    No,
    /// Some of it may have arrived and been acted on.
    Maybe,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendErrorKind {
    /// The request itself cannot be sent: no scheme, no host, a scheme that is not HTTP.
    Request,
    /// The name has no address.
    Dns,
    /// No address took the connection.
    Connect,
    /// Nobody took the connection in time.
    ConnectTimeout,
    /// The TLS handshake failed.
    Tls,
    /// No response head in time.
    Timeout,
    /// The peer closed the connection without a response.
    Closed,
    /// The connection broke: the peer reset it.
    Broken,
    /// The peer's answer is not HTTP.
    Protocol,
    /// The request's body broke off on our side; its cause is in the message.
    RequestBody,
}

/// A request without a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendError {
    /// What went wrong.
    pub kind: SendErrorKind,
    /// Whether it may be sent again.
    pub sent: Sent,
    /// The body's own error, for the kind `RequestBody`.
    pub body: Option<crate::transport::BodyError>,
    /// Where and why, without secrets: host and port, never path, query or headers.
    pub message: String,
}

impl SendError {
    pub(super) fn unsent(kind: SendErrorKind, message: impl Into<String>) -> Self {
        Self { kind, sent: Sent::No, body: None, message: message.into() }
    }

    pub(super) fn maybe(kind: SendErrorKind, message: impl Into<String>) -> Self {
        Self { kind, sent: Sent::Maybe, body: None, message: message.into() }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SendError {}
