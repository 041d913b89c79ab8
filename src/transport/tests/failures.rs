//! What a client says of peers that misbehave.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body::Frame;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::support::*;
use crate::transport::body::{BodyError, BoxError, collect, empty, full};
use crate::transport::{Body, Client, ClientSettings, SendErrorKind, Sent, Timeouts};

const BRIEF: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    response: Some(Duration::from_millis(80)),
    idle: Some(Duration::from_millis(80)),
    overall: None,
};

/// A peer that gives each connection to a function.
async fn peer<F>(behave: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(any_port()).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(behave(socket));
        }
    });
    address
}

async fn read_some(socket: &mut TcpStream) {
    let mut seen = [0; 4096];
    let _ = socket.read(&mut seen).await;
}

/// Answers the first request with some bytes and keeps quiet, or closes.
async fn scripted(answer: &'static str, close: bool) -> SocketAddr {
    peer(move |mut socket| async move {
        read_some(&mut socket).await;
        let _ = socket.write_all(answer.as_bytes()).await;
        if !close {
            tokio::time::sleep(PATIENCE).await;
        }
    })
    .await
}

async fn failure(address: SocketAddr) -> (SendErrorKind, Sent) {
    let error = client().send(get(address, "/secret?key=1"), BRIEF).await.expect_err("no response");
    assert!(!error.message.contains("secret"), "{error}");
    assert!(error.message.contains(&address.to_string()), "{error}");
    (error.kind, error.sent)
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let free = TcpListener::bind(any_port()).await.unwrap().local_addr().unwrap();
    assert_eq!(failure(free).await, (SendErrorKind::Connect, Sent::No));
}

#[tokio::test]
async fn an_unknown_name_sent_nothing() {
    let request = Request::get("http://no-such-host.invalid/").body(empty()).unwrap();
    let error = client().send(request, Timeouts::default()).await.expect_err("no response");
    assert_eq!((error.kind, error.sent), (SendErrorKind::Dns, Sent::No), "{error}");
}

#[tokio::test]
async fn requests_without_a_usable_address_are_refused() {
    for uri in ["/path", "ftp://host/", "*", "host:80"] {
        let request = Request::get(uri).body(empty()).unwrap();
        let error = client().send(request, Timeouts::default()).await.expect_err(uri);
        assert_eq!((error.kind, error.sent), (SendErrorKind::Request, Sent::No), "{uri}: {error}");
    }
}

#[tokio::test]
async fn nobody_accepts_in_time() {
    // A listener whose queue is full leaves further connections unanswered.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(any_port()).unwrap();
    let address = socket.local_addr().unwrap();
    let _listener = socket.listen(1).unwrap();
    let mut waiting = Vec::new();
    let full = Duration::from_millis(200);
    while let Ok(Ok(socket)) = tokio::time::timeout(full, TcpStream::connect(address)).await {
        waiting.push(socket);
    }
    let timeouts = Timeouts { connect: Duration::from_millis(80), ..BRIEF };
    let error = client().send(get(address, "/"), timeouts).await.expect_err("no connection");
    assert_eq!((error.kind, error.sent), (SendErrorKind::ConnectTimeout, Sent::No), "{error}");
}

/// What a peer answers before it closes or falls silent, and what the client makes of it.
#[tokio::test]
async fn broken_answers_are_named() {
    use SendErrorKind::{Closed, Protocol, Timeout};
    let rows = [
        ("", true, Closed, "it closes"),
        ("", false, Timeout, "it falls silent"),
        ("HTTP/1.1 200 OK\r\nContent-", true, Closed, "it closes within the head"),
        ("HTTP/1.1 200 OK\r\nContent-", false, Timeout, "it stalls within the head"),
        ("HTTP/1.1 100 Continue\r\n\r\n", true, Closed, "it closes after an interim answer"),
        ("HTTP/9.9 200 OK\r\n\r\n", false, Protocol, "a version from the future"),
        ("HTTP/1.1 abc OK\r\n\r\n", false, Protocol, "a status that is no number"),
        ("SSH-2.0-OpenSSH_9.2p1\r\n\r\n", false, Protocol, "another protocol"),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", false, Protocol, "a header without a colon"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            false,
            Protocol,
            "two lengths",
        ),
    ];
    for (answer, close, kind, what) in rows {
        let address = scripted(answer, close).await;
        assert_eq!(failure(address).await, (kind, Sent::Maybe), "{what}");
    }
}

#[tokio::test]
async fn a_head_without_end_is_cut() {
    let address = peer(|mut socket| async move {
        read_some(&mut socket).await;
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while socket.write_all(&[b'x'; 8192]).await.is_ok() {}
    })
    .await;
    let timeouts = Timeouts { response: Some(PATIENCE), ..BRIEF };
    let error = client().send(get(address, "/"), timeouts).await.expect_err("no response");
    assert_eq!((error.kind, error.sent), (SendErrorKind::Protocol, Sent::Maybe), "{error}");
}

#[tokio::test]
async fn a_reset_is_no_orderly_close() {
    let address = peer(|mut socket| async move {
        read_some(&mut socket).await;
        socket.set_zero_linger().unwrap();
    })
    .await;
    assert_eq!(failure(address).await, (SendErrorKind::Broken, Sent::Maybe));
}

#[tokio::test]
async fn a_peer_that_closes_at_once_has_closed() {
    let address = peer(|socket| async move { drop(socket) }).await;
    // Whether a byte left before its close arrived is a race; one that did is answered by a reset.
    let kind = failure(address).await.0;
    assert!(matches!(kind, SendErrorKind::Closed | SendErrorKind::Broken), "{kind:?}");
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_given_up() {
    let address = peer(|socket| async move {
        tokio::time::sleep(PATIENCE).await;
        drop(socket);
    })
    .await;
    let write_idle = Duration::from_millis(80);
    let client = Client::new(ClientSettings { write_idle, ..ClientSettings::default() }).unwrap();
    let request = post(address, "/", full(vec![b'x'; 64 << 20]));
    let error = client.send(request, Timeouts::default()).await.expect_err("nobody reads");
    assert_eq!((error.kind, error.sent), (SendErrorKind::Timeout, Sent::Maybe), "{error}");
}

#[tokio::test]
async fn messages_keep_user_and_password_to_themselves() {
    let free = TcpListener::bind(any_port()).await.unwrap().local_addr().unwrap();
    let uri = format!("http://user:secret@{free}/");
    let request = Request::get(uri).body(empty()).unwrap();
    let error = client().send(request, BRIEF).await.expect_err("no response");
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
}

#[tokio::test]
async fn tls_to_a_plain_port_sent_nothing() {
    let running = run(hello, crate::transport::ServerLimits::default());
    let uri = format!("https://{}/", running.address);
    let request = Request::get(uri).body(empty()).unwrap();
    let error = client().send(request, Timeouts::default()).await.expect_err("no TLS");
    assert_eq!((error.kind, error.sent), (SendErrorKind::Tls, Sent::No), "{error}");
}

/// What a peer sends of a body before it closes or falls silent.
#[tokio::test]
async fn broken_bodies_are_named() {
    let stalled = BodyError::Stalled { after: BRIEF.idle.unwrap() };
    let length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
    let garbage = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n";
    let rows = [
        (length, true, "aborted"),
        (length, false, "stalled"),
        (chunked, true, "aborted"),
        (chunked, false, "stalled"),
        (garbage, false, "malformed"),
    ];
    for (answer, close, expected) in rows {
        let address = scripted(answer, close).await;
        let response = client().send(get(address, "/"), BRIEF).await.unwrap();
        let error = collect(response.into_body(), 100, None).await.expect_err(expected);
        let fits = match expected {
            "aborted" => matches!(error, BodyError::Aborted(_)),
            "stalled" => error == stalled,
            _ => matches!(error, BodyError::Malformed(_)),
        };
        assert!(fits, "{expected}: {error:?} for {answer}");
    }
    let until_close = "HTTP/1.0 200 OK\r\n\r\nabc";
    let address = scripted(until_close, true).await;
    assert_eq!(text(client().send(get(address, "/"), BRIEF).await.unwrap()).await, "abc");
}

#[tokio::test]
async fn the_overall_deadline_covers_the_body() {
    let address = peer(|mut socket| async move {
        read_some(&mut socket).await;
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n").await;
        while socket.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let timeouts = Timeouts { overall: Some(Duration::from_millis(150)), ..BRIEF };
    let response = client().send(get(address, "/"), timeouts).await.unwrap();
    let error = collect(response.into_body(), 5000, None).await.expect_err("too slow");
    assert_eq!(error, BodyError::Overdue);
}

#[tokio::test]
async fn a_request_body_that_breaks_off_is_not_the_peers_fault() {
    let address = scripted("", false).await;
    let limit = BodyError::TooLarge { limit: 3 };
    let body = Body::new(Broken(vec![Err(limit.into()), Ok(Bytes::from_static(b"abc"))]));
    let error = client().send(post(address, "/", body), BRIEF).await.expect_err("no");
    assert_eq!(error.kind, SendErrorKind::RequestBody, "{error}");
    assert_eq!(error.body, Some(BodyError::TooLarge { limit: 3 }));
}

/// A body that yields what it holds, the last first.
struct Broken(Vec<Result<Bytes, BoxError>>);

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.0.pop().map(|chunk| chunk.map(Frame::data)))
    }
}

/// A server that answers some requests of a connection and then does something to the next.
async fn fickle(answers: usize, then: Then) -> (SocketAddr, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let address = peer(move |mut socket| {
        let count = Arc::clone(&count);
        async move {
            for _ in 0..answers {
                read_some(&mut socket).await;
                count.fetch_add(1, Ordering::SeqCst);
                let _ = socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
            }
            if then == Then::CloseUnanswered {
                read_some(&mut socket).await;
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
    })
    .await;
    (address, requests)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Close,
    CloseUnanswered,
}

#[tokio::test]
async fn a_connection_closed_while_idle_is_replaced_unseen() {
    let (address, requests) = fickle(1, Then::Close).await;
    let client = client();
    for _ in 0..5 {
        let request = post(address, "/", full("body"));
        let response = client.send(request, Timeouts::default()).await.unwrap();
        assert_eq!(text(response).await, "ok");
        // The peer's close is on its way; the next request must find it, not run into it.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(requests.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_request_that_was_read_is_never_sent_again() {
    let (address, requests) = fickle(1, Then::CloseUnanswered).await;
    let client = client();
    text(client.send(get(address, "/"), BRIEF).await.unwrap()).await;
    let error = client.send(get(address, "/"), BRIEF).await.expect_err("closed unanswered");
    assert_eq!((error.kind, error.sent), (SendErrorKind::Closed, Sent::Maybe), "{error}");
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}
