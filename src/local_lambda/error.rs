//! The errors of the API, with the statuses, names and bodies that AWS gives them.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value};

/// Names the kind of an error on the wire.
pub(super) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The exception's name.
    pub kind: &'static str,
    /// What is wrong, for a person.
    pub message: String,
    /// The limit that throttled the call.
    pub reason: Option<&'static str>,
}

/// What a handler answers.
pub(super) type Answer<T> = Result<T, ApiError>;

impl ApiError {
    /// An error of any kind.
    pub(super) fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, message: message.into(), reason: None }
    }

    /// A parameter that the service refuses after looking at it.
    pub(super) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidParameterValueException", message)
    }

    /// A parameter that breaks the model's constraints.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationException", message)
    }

    /// A body that is not what the model says.
    pub(super) fn serialization(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "SerializationException", message)
    }

    /// Something that does not exist.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
    }

    /// Something that exists already or is in use.
    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "ResourceConflictException", message)
    }

    /// A revision id that is not the latest; `call` is the operation that shows the latest.
    pub(super) fn stale_revision(call: &str) -> Self {
        let message = format!(
            "The Revision Id provided does not match the latest Revision Id. Call the {call} API \
             to retrieve the latest Revision Id"
        );
        Self::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailedException", message)
    }

    /// A call that the caller may not make.
    pub(super) fn access_denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDeniedException", message)
    }

    /// A body over a limit, in bytes.
    pub(super) fn too_large(limit: usize, operation: &str) -> Self {
        let message =
            format!("Request must be smaller than {limit} bytes for the {operation} operation");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", message)
    }

    /// A call over a limit of concurrency.
    pub(super) fn throttled(reason: &'static str) -> Self {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let error = Self::new(status, "TooManyRequestsException", "Rate Exceeded.");
        Self { reason: Some(reason), ..error }
    }

    /// A failure of this server: a full disk, a lost task.
    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", message)
    }

    /// The answer on the wire.
    pub(super) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(self.body().to_string()));
        *response.status_mut() = self.status;
        let headers: &mut HeaderMap = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ERROR_TYPE, HeaderValue::from_static(self.kind));
        if self.reason.is_some() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }

    /// Errors of the service say whose fault they are; those of the layers before it do not.
    fn body(&self) -> Value {
        let mut body = Map::new();
        if let Some(reason) = self.reason {
            body.insert("Reason".into(), reason.into());
        }
        let (of_service, capital) = match self.kind {
            "ResourceNotFoundException" | "ServiceException" | "InvalidRuntimeException" => {
                (true, true)
            }
            "AccessDeniedException" => (false, true),
            "ValidationException"
            | "SerializationException"
            | "UnknownOperationException"
            | "InvalidSignatureException"
            | "UnrecognizedClientException"
            | "IncompleteSignatureException"
            | "MissingAuthenticationTokenException" => (false, false),
            _ => (true, false),
        };
        if of_service {
            let whose = if self.status.is_server_error() { "Service" } else { "User" };
            body.insert("Type".into(), whose.into());
        }
        let key = if capital { "Message" } else { "message" };
        body.insert(key.into(), self.message.clone().into());
        Value::Object(body)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.kind, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_those_of_aws() {
        let rows = [
            (
                ApiError::not_found("Function not found: x"),
                r#"{"Type":"User","Message":"Function not found: x"}"#,
            ),
            (ApiError::invalid_parameter("no"), r#"{"Type":"User","message":"no"}"#),
            (ApiError::validation("no"), r#"{"message":"no"}"#),
            (ApiError::access_denied("no"), r#"{"Message":"no"}"#),
            (ApiError::internal("no"), r#"{"Type":"Service","Message":"no"}"#),
            (
                ApiError::throttled("ConcurrentInvocationLimitExceeded"),
                r#"{"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#,
            ),
        ];
        for (error, expected) in rows {
            let kind = error.kind;
            let response = error.into_response();
            assert_eq!(response.body(), expected);
            assert_eq!(response.headers()[&ERROR_TYPE], kind);
        }
    }

    #[test]
    fn a_throttled_call_says_when_to_come_back() {
        let response = ApiError::throttled("CallerRateLimitExceeded").into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "1");
    }
}
