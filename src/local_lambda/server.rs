//! The local Lambda on a port.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
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
        move |request: Request<Body>, _arrival: Arrival| {
            let lambda = Arc::clone(&lambda);
            async move { answer(&lambda, request).await }
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

async fn answer(lambda: &LocalLambda, request: Request<Body>) -> Response<Body> {
    let (head, sent) = request.into_parts();
    let response = match collect(sent, REQUEST_LIMIT, None).await {
        Ok(bytes) => lambda.handle(Request::from_parts(head, bytes)).await,
        Err(error) => unread(&error),
    };
    response.map(body::full)
}

fn unread(error: &BodyError) -> Response<Bytes> {
    match error {
        BodyError::TooLarge { .. } => ApiError::too_large(REQUEST_LIMIT, "Lambda"),
        other => ApiError::serialization(other.to_string()),
    }
    .into_response()
}
