//! Servers, clients and raw peers for the transport's tests.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::transport::body::{BoxError, collect, empty, full};
use crate::transport::{
    Arrival, Body, Client, ClientSettings, Drain, Handler, Listener, Server, ServerLimits,
};

/// More than any test that goes well takes.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub fn any_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// A server that runs.
pub struct Running<H> {
    pub server: Server<H>,
    pub address: SocketAddr,
    pub drain: Drain,
}

pub fn run<H: Handler>(handler: H, limits: ServerLimits) -> Running<H> {
    let drain = Drain::new();
    let server = Server::new(handler, limits, drain.clone());
    let listener = Listener::bind(any_port()).unwrap();
    let address = listener.local_addr();
    let serving = server.clone();
    tokio::spawn(async move { serving.serve(listener).await });
    Running { server, address, drain }
}

/// Answers the request's own body.
pub async fn echo(request: Request<Body>, _: Arrival) -> Response<Body> {
    Response::new(request.into_body())
}

/// Answers the method and path.
pub async fn hello(request: Request<Body>, _: Arrival) -> Response<Body> {
    Response::new(full(format!("{} {}", request.method(), request.uri().path())))
}

pub fn client() -> Client {
    Client::new(ClientSettings::default()).unwrap()
}

pub fn get(address: SocketAddr, path: &str) -> Request<Body> {
    Request::get(format!("http://{address}{path}")).body(empty()).unwrap()
}

pub fn post(address: SocketAddr, path: &str, body: Body) -> Request<Body> {
    Request::post(format!("http://{address}{path}")).body(body).unwrap()
}

pub async fn text<B>(response: Response<B>) -> String
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let body = response.into_body().map_err(Into::into).boxed_unsync();
    let bytes = collect(body, 1 << 20, None).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Writes bytes and reads until the server closes.
pub async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    to_end(&mut socket).await
}

/// Reads until the peer closes; a reset after some bytes is an end too.
pub async fn to_end(socket: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = async {
        let mut chunk = [0; 4096];
        while let Ok(read) = socket.read(&mut chunk).await
            && read > 0
        {
            answer.extend_from_slice(&chunk[..read]);
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("the peer keeps the connection open");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Waits until something is so.
pub async fn until(mut so: impl FnMut() -> bool) {
    let waiting = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it never becomes so");
}
