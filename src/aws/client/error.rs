//! Why a call got no answer, and whether it may be made again.

use std::fmt;

use crate::transport::{BodyError, SendError, SendErrorKind, Sent};

/// What went wrong, coarsely enough to map to a fault's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The request cannot be made: a credential or an address with impossible characters.
    Unsendable,
    /// No connection: the name has no address, nobody listens, TLS fails.
    Refused,
    /// Nobody took the connection in time.
    ConnectTimeout,
    /// The connection broke while the request was sent.
    Send,
    /// No answer in time.
    Timeout,
    /// The connection was closed without an answer.
    Closed,
    /// The answer broke off or is not HTTP.
    Receive,
    /// The answer is larger than the limit.
    TooLarge,
}

/// A call without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// What went wrong.
    pub failure: Failure,
    /// Whether making the call again cannot run anything twice: nothing was sent, or it reads.
    pub retry_safe: bool,
    /// Where and why, without secrets.
    pub message: String,
}

impl CallError {
    pub(super) fn unsendable(error: &dyn fmt::Display) -> Self {
        Self { failure: Failure::Unsendable, retry_safe: false, message: error.to_string() }
    }

    pub(super) fn sending(error: &SendError, reads: bool) -> Self {
        let failure = match error.kind {
            SendErrorKind::Request => Failure::Unsendable,
            SendErrorKind::Dns | SendErrorKind::Connect | SendErrorKind::Tls => Failure::Refused,
            SendErrorKind::ConnectTimeout => Failure::ConnectTimeout,
            SendErrorKind::RequestBody => Failure::Send,
            SendErrorKind::Timeout => Failure::Timeout,
            SendErrorKind::Closed | SendErrorKind::Broken => Failure::Closed,
            SendErrorKind::Protocol => Failure::Receive,
        };
        let again = failure != Failure::Unsendable && (error.sent == Sent::No || reads);
        Self { failure, retry_safe: again, message: error.to_string() }
    }

    pub(super) fn receiving(error: &BodyError, reads: bool) -> Self {
        let failure = match error {
            BodyError::TooLarge { .. } => Failure::TooLarge,
            BodyError::Stalled { .. } | BodyError::Overdue => Failure::Timeout,
            BodyError::Malformed(_) | BodyError::Aborted(_) => Failure::Receive,
        };
        let retry_safe = reads && failure != Failure::TooLarge;
        Self { failure, retry_safe, message: error.to_string() }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CallError {}
