//! What went wrong with a message: what a fault sequence reads and what a client is told.

use std::fmt;
use std::sync::Arc;

use super::{PayloadError, Value};

/// Who has to act for it not to happen again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The client's request was wrong.
    Client,
    /// The back-end or the function failed.
    Backend,
    /// The flow asked for something impossible.
    Flow,
    /// The engine could not do its work.
    Engine,
}

/// How it went wrong, as far as the answer to the client depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The back-end did not answer in time.
    Timeout,
    /// The back-end could not be reached, or the connection broke.
    Connection,
    /// The client's body is over the limit.
    TooLarge,
    /// The client's body stopped arriving.
    Stalled,
    /// Anything else.
    Other,
}

/// The `ERROR_CODE`: a number of the engine's table, or the word of a `throwError`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorCode {
    /// A number of the engine's table.
    Number(i64),
    /// A flow's own code.
    Text(Arc<str>),
}

/// A failure of a message.
#[derive(Debug, Clone)]
pub struct Fault {
    /// `ERROR_CODE`.
    pub code: ErrorCode,
    /// `ERROR_MESSAGE`: one line.
    pub message: Arc<str>,
    /// `ERROR_DETAIL`: what else is known.
    pub detail: Option<Arc<str>>,
    /// Whose fault it is.
    pub side: Side,
    /// What decides the status of an answer.
    pub cause: Cause,
    /// Whether the same message may be sent again without being executed twice.
    pub retry: bool,
    /// Names of the sequences that handle it before those of the flow do, outermost first.
    pub handlers: Vec<Arc<str>>,
}

impl Fault {
    /// Not specified further: an exception of a mediator.
    pub const UNSPECIFIED: i64 = 0;
    /// An I/O error while the request was sent.
    pub const SENDING: i64 = 101_500;
    /// An I/O error while the response was received.
    pub const RECEIVING: i64 = 101_501;
    /// The connection could not be made.
    pub const CONNECT: i64 = 101_503;
    /// The back-end did not answer in time.
    pub const TIMEOUT: i64 = 101_504;
    /// The connection was closed.
    pub const CLOSED: i64 = 101_505;
    /// The answer was not HTTP.
    pub const PROTOCOL: i64 = 101_506;
    /// The connection could not be made in time.
    pub const CONNECT_TIMEOUT: i64 = 101_508;
    /// No child of a group of endpoints is ready.
    pub const NONE_READY: i64 = 303_000;
    /// An endpoint is suspended.
    pub const NOT_READY: i64 = 303_001;
    /// An endpoint whose address a WSDL says is suspended.
    pub const WSDL_NOT_READY: i64 = 303_002;
    /// An endpoint got no token to authenticate with.
    pub const AUTHENTICATION: i64 = 303_003;
    /// A group of endpoints lets another child try.
    pub const FAILING_OVER: i64 = 304_100;
    /// An endpoint key names nothing.
    pub const NO_ENDPOINT: i64 = 305_100;
    /// The endpoint of a session is suspended.
    pub const SESSION_NOT_READY: i64 = 309_001;
    /// The endpoint of a session failed.
    pub const SESSION_FAILED: i64 = 309_003;
    /// A callout failed.
    pub const CALLOUT: i64 = 401_000;
    /// A blocking call failed.
    pub const BLOCKING: i64 = 401_002;
    /// A SOAP fault of a back-end that counts as a failure.
    pub const SOAP_FAULT: i64 = 500_000;
    /// A mandatory template parameter is missing.
    pub const MISSING_PARAMETER: i64 = 500_101;
    /// The payload cannot be read.
    pub const PAYLOAD: i64 = 601_000;
    /// The connector's key pair cannot be used.
    pub const INVALID_KEY: i64 = 700_007;

    /// A failure with a code, blamed on the flow.
    pub fn new(code: i64, message: impl Into<Arc<str>>) -> Self {
        Self {
            code: ErrorCode::Number(code),
            message: message.into(),
            detail: None,
            side: Side::Flow,
            cause: Cause::Other,
            retry: false,
            handlers: Vec::new(),
        }
    }

    /// What a mediator throws: code 0.
    pub fn flow(message: impl Into<Arc<str>>) -> Self {
        Self::new(Self::UNSPECIFIED, message)
    }

    /// Says more.
    pub fn detail(mut self, detail: impl Into<Arc<str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says whose fault it is.
    pub fn blame(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// Says how it went wrong.
    pub fn because(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }

    /// Says which sequences handle it before those of the flow do.
    pub fn handled_by(mut self, handlers: Vec<Arc<str>>) -> Self {
        self.handlers = handlers;
        self
    }

    /// Says that the same message may be sent again.
    pub fn retryable(mut self, retry: bool) -> Self {
        self.retry = retry;
        self
    }
}

impl From<&ErrorCode> for Value {
    fn from(code: &ErrorCode) -> Self {
        match code {
            ErrorCode::Number(number) => Self::Int(*number),
            ErrorCode::Text(text) => Self::Text(Arc::clone(text)),
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

impl From<PayloadError> for Fault {
    fn from(error: PayloadError) -> Self {
        let fault = Self::new(Self::PAYLOAD, error.to_string());
        match error {
            PayloadError::Malformed(_) => fault.blame(Side::Client),
            PayloadError::OverLimit(_) => fault.blame(Side::Client).because(Cause::TooLarge),
            PayloadError::NeedBody | PayloadError::Sent | PayloadError::Unwritable(_) => fault,
        }
    }
}
