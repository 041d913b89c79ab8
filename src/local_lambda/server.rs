//! The local Lambda on a port.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::uri::Authority;
use http::{Request, Response, header};
use tokio::task::AbortHandle;

use super::error::ApiError;
use super::{LocalLambda, Settings, StartError};
use crate::transport::{
    Arrival, Body, BodyError, Drain, Listener, Server, ServerLimits, body, collect,
};

/// The most bytes of a request: a package of AWS's largest size in base64, and what is around it.
const REQUEST_LIMIT: usize = 70_167_211;
/// How long requests in flight may go on after the end was asked for.
const GRACE: Duration = Duration::from_secs(5);

/// A local Lambda that listens. Dropping it closes the port and ends the processes.
#[derive(Debug)]
pub struct Running {
    /// The address that was bound, with its real port.
    pub addr: SocketAddr,
    lambda: Arc<LocalLambda>,
    drain: Drain,
    listening: AbortHandle,
}

/// Loads the functions and listens.
pub(super) fn start(settings: Settings) -> Result<Running, StartError> {
    let address = settings.bind;
    let lambda = Arc::new(LocalLambda::new(settings)?);
    let failed = |error| StartError::Listen { address, error };
    let listener = Listener::bind(address).map_err(failed)?;
    let addr = listener.local_addr();
    // Set once: a local Lambda has one port.
    let _ = lambda.host.endpoint.set(addr);
    let handler = {
        let lambda = Arc::clone(&lambda);
        move |request: Request<Body>, arrival: Arrival| {
            let lambda = Arc::clone(&lambda);
            async move { answer(&lambda, request, &arrival).await }
        }
    };
    let limits = ServerLimits { max_body: REQUEST_LIMIT as u64, ..ServerLimits::default() };
    let drain = Drain::new();
    let server = Server::new(handler, limits, drain.clone());
    let listening = tokio::spawn(async move { server.serve(listener).await }).abort_handle();
    Ok(Running { addr, lambda, drain, listening })
}

impl Running {
    /// Closes the port, lets requests in flight finish for a short while, ends every process.
    pub async fn shutdown(self) {
        self.drain.finish(GRACE).await;
        self.lambda.close().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.drain.begin();
        self.listening.abort();
    }
}

async fn answer(lambda: &LocalLambda, request: Request<Body>, arrival: &Arrival) -> Response<Body> {
    let (head, sent) = request.into_parts();
    if arrival.local.ip().is_loopback() && !is_local(&head) {
        let message = "a local Lambda on a loopback address must be called by its address or as \
                       localhost, so that no web page can reach it under a name of its own";
        return ApiError::access_denied(message).into_response().map(body::full);
    }
    let response = match collect(sent, REQUEST_LIMIT, None).await {
        Ok(bytes) => lambda.handle(Request::from_parts(head, bytes)).await,
        Err(error) => unread(&error),
    };
    response.map(body::full)
}

/// Whether the request's host is an address or this machine. A page on the web that makes its own
/// name lead here (DNS rebinding) could sign with the keys that everybody knows.
fn is_local(head: &Parts) -> bool {
    let header = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = header.or_else(|| head.uri.authority().map(Authority::as_str));
    let Some(authority) = authority.and_then(|text| text.parse::<Authority>().ok()) else {
        return false;
    };
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
    address || host == "localhost" || host.ends_with(".localhost")
}

fn unread(error: &BodyError) -> Response<Bytes> {
    match error {
        BodyError::TooLarge { .. } => ApiError::too_large(REQUEST_LIMIT, "Lambda"),
        other => ApiError::serialization(other.to_string()),
    }
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_here() {
        let rows = [
            ("127.0.0.1:9001", true),
            ("localhost:9001", true),
            ("localhost", true),
            ("lambda.localhost:1", true),
            ("[::1]:9001", true),
            ("10.0.0.1", true),
            ("evil.example:9001", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("", false),
        ];
        for (host, expected) in rows {
            let (head, ()) = Request::get("/").header("host", host).body(()).unwrap().into_parts();
            assert_eq!(is_local(&head), expected, "{host}");
        }
    }
}
