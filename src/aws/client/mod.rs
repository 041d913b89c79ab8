//! Calls Lambda: resolves a connection, signs, sends, and hands AWS's answer on as it came.

mod error;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{HeaderMap, USER_AGENT};
use http::{Extensions, HeaderValue, Request, StatusCode};

pub use self::error::{CallError, Failure};
use super::endpoint::Endpoint;
use super::explain::explain;
use super::request::WireRequest;
use super::sigv4::{BodyHash, Signer};
use super::target::{Connection, Resolver, Target, TargetError};
use crate::transport::{Client, Timeouts, body, collect};

/// A Lambda client: cheap to clone, clones share connections, keys and credentials.
#[derive(Clone)]
pub struct LambdaClient(Arc<Inner>);

struct Inner {
    http: Client,
    signer: Signer,
    resolver: Resolver,
    settings: LambdaSettings,
}

/// Settings of a client.
#[derive(Debug, Clone)]
pub struct LambdaSettings {
    /// The embedded Lambda: where calls without an address of their own go. With it no request
    /// leaves the machine unless a connection's own address does, and nothing of AWS's
    /// configuration is read.
    pub local: Option<Endpoint>,
    /// How many bytes of an answer are taken. Lambda's own limit is 6 MB, 20 MB when streamed.
    pub response_limit: usize,
    /// The clock that signatures go by.
    pub clock: fn() -> SystemTime,
}

/// AWS's answer, success or error, as it came.
#[derive(Clone)]
pub struct LambdaResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The case of the headers' names, see [`crate::transport`].
    pub extensions: Extensions,
}

/// The service's name in signatures.
const SERVICE: &str = "lambda";
const AGENT: HeaderValue = HeaderValue::from_static(concat!("myelin/", env!("CARGO_PKG_VERSION")));

/// Timeouts that fit a function which runs for Lambda's longest, 15 minutes.
pub fn default_timeouts() -> Timeouts {
    Timeouts {
        connect: Duration::from_secs(10),
        response: Some(Duration::from_secs(910)),
        idle: Some(Duration::from_mins(1)),
        overall: None,
    }
}

impl Default for LambdaSettings {
    fn default() -> Self {
        Self { local: None, response_limit: 32 * 1024 * 1024, clock: SystemTime::now }
    }
}

impl LambdaClient {
    /// A client that sends over `http`.
    pub fn new(http: Client, settings: LambdaSettings) -> Self {
        let resolver = Resolver::new(settings.local.clone());
        Self(Arc::new(Inner { http, signer: Signer::default(), resolver, settings }))
    }

    /// Where requests of a connection go and who signs them. Asks AWS's configuration at the
    /// first need only, and renews temporary credentials ahead of their end.
    pub async fn target(&self, connection: &Connection) -> Result<Target, TargetError> {
        self.0.resolver.target(connection, (self.0.settings.clock)()).await
    }

    /// Makes one call. An error answer of AWS's is an answer; nothing is tried again here, except
    /// on a new connection when a kept one did not take a byte.
    pub async fn call(
        &self,
        request: WireRequest,
        target: &Target,
        timeouts: Timeouts,
    ) -> Result<LambdaResponse, CallError> {
        let operation = request.operation;
        let retryable = request.method.is_safe();
        let request = self.signed(request, target)?;
        let sent = self.0.http.send(request, timeouts).await;
        let response = sent.map_err(|error| CallError::sending(&error, retryable))?;
        let (head, stream) = response.into_parts();
        let body = collect(stream, self.0.settings.response_limit, timeouts.idle).await;
        let body = body.map_err(|error| CallError::receiving(&error, retryable))?;
        let response = LambdaResponse {
            status: head.status,
            headers: head.headers,
            body,
            extensions: head.extensions,
        };
        tracing::debug!(
            operation = operation.name,
            region = &*target.region,
            status = response.status.as_u16(),
            error_type = response.error_type(),
            help = response.help(),
            "lambda answered"
        );
        Ok(response)
    }

    fn signed(
        &self,
        request: WireRequest,
        target: &Target,
    ) -> Result<Request<crate::transport::Body>, CallError> {
        let hash = BodyHash::of(&request.body);
        let uri = target.endpoint.uri(&request.path, &request.query);
        let mut signed = Request::new(body::full(request.body));
        *signed.method_mut() = request.method;
        *signed.uri_mut() = uri.map_err(|error| CallError::unsendable(&error))?;
        *signed.headers_mut() = request.headers;
        signed.headers_mut().insert(USER_AGENT, AGENT);
        let (mut head, body) = signed.into_parts();
        let now = (self.0.settings.clock)();
        self.0
            .signer
            .sign(&mut head, hash, &target.credentials, &target.region, SERVICE, now)
            .map_err(|error| CallError::unsendable(&error))?;
        Ok(Request::from_parts(head, body))
    }
}

impl LambdaResponse {
    /// AWS's name of the error, empty for none: `ResourceNotFoundException`.
    pub fn error_type(&self) -> &str {
        let text = self.header("x-amzn-errortype");
        text.split_once(':').map_or(text, |(name, _)| name)
    }

    /// A sentence on what to do about an error of AWS's gate.
    pub fn help(&self) -> Option<&'static str> {
        if self.status.is_success() {
            return None;
        }
        let message = String::from_utf8_lossy(self.body.get(..MESSAGE).unwrap_or(&self.body));
        explain(self.status.as_u16(), self.error_type(), &message)
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// How much of an error's body is looked at for its message.
const MESSAGE: usize = 4096;

impl fmt::Debug for LambdaClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LambdaClient").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl fmt::Debug for LambdaResponse {
    /// Without the headers and the body: they are the user's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LambdaResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
