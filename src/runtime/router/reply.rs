//! Answers of the engine itself: refusals, and documents that were written at deployment.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, VARY, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use crate::mediation::Answer;
use crate::transport::body;

/// An answer of the engine itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; often empty, as Synapse leaves it.
    pub body: Bytes,
}

impl Reply {
    /// An answer without a body.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A document.
    pub(super) fn document(body: Bytes, content_type: &'static str) -> Self {
        let mut reply = Self { body, ..Self::empty(StatusCode::OK) };
        reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        reply
    }

    /// A line that a person should read.
    pub(super) fn line(status: StatusCode, text: &str) -> Self {
        let body = Bytes::from(format!("{text}\n"));
        Self { status, ..Self::document(body, "text/plain; charset=UTF-8") }
    }

    /// What asks a client for a user and a password.
    pub(super) fn challenge() -> Self {
        let mut reply = Self::empty(StatusCode::UNAUTHORIZED);
        let scheme = HeaderValue::from_static("Basic realm=\"Myelin\", charset=\"UTF-8\"");
        reply.headers.insert(WWW_AUTHENTICATE, scheme);
        reply
    }

    /// Says which methods there are.
    pub(super) fn allowing(mut self, methods: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(methods).map(|methods| (ALLOW, methods)));
        self
    }

    /// The answer to a request of a method.
    pub fn into_answer(self, method: &Method) -> Answer {
        let silent = method == Method::HEAD || self.body.is_empty();
        let content = if silent { body::empty() } else { body::full(self.body) };
        let mut response = Response::new(content);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// Puts headers into an answer in place of its own; `Vary` is added to them.
pub fn tell(headers: HeaderMap, answer: &mut HeaderMap) {
    for (name, value) in headers {
        match name {
            Some(name) if name == VARY => answer.append(name, value),
            Some(name) => answer.insert(name, value).is_some(),
            None => false,
        };
    }
}
