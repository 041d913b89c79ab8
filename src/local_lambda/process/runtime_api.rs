//! The Lambda Runtime API for one process: hands out invocations, takes answers and errors.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tokio::sync::{Mutex, mpsc};
use tokio::task::AbortHandle;

use crate::local_lambda::invocation::{Invocation, PAYLOAD_LIMIT};
use crate::transport::{Arrival, Body, BodyError, Drain, Listener, Server, ServerLimits, body};

/// Where the API's paths begin.
const ROOT: &str = "/2018-06-01/runtime/";
/// The longest that a function may think between two requests of one connection.
const KEEP_ALIVE: Duration = Duration::from_secs(1000);
/// What is read of an answer that is too large, so that its sender learns of it in good order.
const READ_LIMIT: usize = 64 * 1024 * 1024;

/// What the process told.
#[derive(Debug)]
pub(super) enum Told {
    /// It asks for work: it is ready.
    Ready,
    /// It has an answer.
    Answer { request_id: String, payload: Bytes },
    /// Its answer is larger than an answer may be.
    TooLarge { request_id: String },
    /// Its handler failed.
    Error { request_id: String, payload: Bytes },
    /// It could not start.
    InitError { payload: Bytes },
}

/// The API of one process; the port closes when the value goes.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    address: SocketAddr,
    work: mpsc::Sender<Invocation>,
    told: mpsc::Receiver<Told>,
    listening: AbortHandle,
    drain: Drain,
}

struct Shared {
    work: Mutex<mpsc::Receiver<Invocation>>,
    told: mpsc::Sender<Told>,
}

impl RuntimeApi {
    /// Opens the API on a port of the loopback interface.
    pub(super) fn open() -> io::Result<Self> {
        let listener = Listener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr();
        let (work, work_out) = mpsc::channel(1);
        let (told_in, told) = mpsc::channel(8);
        let shared = Arc::new(Shared { work: Mutex::new(work_out), told: told_in });
        let limits = ServerLimits {
            keep_alive: KEEP_ALIVE,
            max_body: u64::MAX,
            max_connections: 16,
            max_in_flight: 16,
            ..ServerLimits::default()
        };
        let handler = move |request: Request<Body>, _arrival: Arrival| {
            let shared = Arc::clone(&shared);
            async move { shared.answer(request).await }
        };
        let drain = Drain::new();
        let server = Server::new(handler, limits, drain.clone());
        let task = tokio::spawn(async move { server.serve(listener).await });
        Ok(Self { address, work, told, listening: task.abort_handle(), drain })
    }

    /// The address for `AWS_LAMBDA_RUNTIME_API`.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hands out an invocation as soon as the process asks for it.
    pub(super) async fn give(&self, invocation: &Invocation) -> bool {
        self.work.send(invocation.clone()).await.is_ok()
    }

    /// Waits for what the process tells next.
    pub(super) async fn told(&mut self) -> Option<Told> {
        self.told.recv().await
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.drain.begin();
        self.listening.abort();
    }
}

impl Shared {
    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (head, sent) = request.into_parts();
        let Some(path) = head.uri.path().strip_prefix(ROOT) else {
            return refuse(StatusCode::NOT_FOUND, "UnknownPath");
        };
        let parts: Vec<&str> = path.split('/').collect();
        match (head.method, parts.as_slice()) {
            (Method::GET, ["invocation", "next"]) => self.next().await,
            (Method::POST, ["invocation", id, "response"]) => {
                let request_id = (*id).to_owned();
                if let Ok(payload) = take(sent).await {
                    return self.tell(Told::Answer { request_id, payload }).await;
                }
                self.tell(Told::TooLarge { request_id }).await;
                refuse(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge")
            }
            (Method::POST, ["invocation", id, "error"]) => {
                let request_id = (*id).to_owned();
                let payload = take(sent).await.unwrap_or_default();
                self.tell(Told::Error { request_id, payload }).await
            }
            (Method::POST, ["init", "error"]) => {
                let payload = take(sent).await.unwrap_or_default();
                self.tell(Told::InitError { payload }).await
            }
            _ => refuse(StatusCode::NOT_FOUND, "UnknownPath"),
        }
    }

    async fn tell(&self, told: Told) -> Response<Body> {
        if self.told.send(told).await.is_err() {
            return refuse(StatusCode::GONE, "EnvironmentGone");
        }
        let mut response = Response::new(body::full(r#"{"status":"OK"}"#));
        *response.status_mut() = StatusCode::ACCEPTED;
        response
    }

    async fn next(&self) -> Response<Body> {
        let mut work = self.work.lock().await;
        if self.told.send(Told::Ready).await.is_err() {
            return refuse(StatusCode::GONE, "EnvironmentGone");
        }
        match work.recv().await {
            Some(invocation) => hand_out(&invocation),
            None => refuse(StatusCode::GONE, "EnvironmentGone"),
        }
    }
}

async fn take(sent: Body) -> Result<Bytes, ()> {
    match crate::transport::collect(sent, READ_LIMIT, None).await {
        Ok(bytes) if bytes.len() <= PAYLOAD_LIMIT => Ok(bytes),
        Ok(_) | Err(BodyError::TooLarge { .. }) => Err(()),
        // A process that dies in the middle of an answer is told by its end, not by its answer.
        Err(_) => Ok(Bytes::new()),
    }
}

fn hand_out(invocation: &Invocation) -> Response<Body> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let deadline = (now + invocation.timeout).as_millis().to_string();
    let mut response = Response::new(body::full(invocation.payload.clone()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set("lambda-runtime-aws-request-id", &invocation.request_id);
    set("lambda-runtime-deadline-ms", &deadline);
    set("lambda-runtime-invoked-function-arn", &invocation.arn);
    set("lambda-runtime-trace-id", &invocation.trace_id);
    if let Some(context) = &invocation.client_context {
        set("lambda-runtime-client-context", context);
    }
    response
}

fn refuse(status: StatusCode, kind: &str) -> Response<Body> {
    let text = format!(r#"{{"errorType":"{kind}","errorMessage":"{status}"}}"#);
    let mut response = Response::new(body::full(text));
    *response.status_mut() = status;
    response
}
