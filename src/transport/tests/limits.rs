//! Every limit of a server: its status, and that the connection ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Request, Response, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::support::*;
use crate::transport::body::{BodyError, collect, empty, full};
use crate::transport::{Arrival, Body, ServerLimits, Timeouts};

const SHORT: Duration = Duration::from_millis(60);

/// Answers as the engine would: 413 and 408 for a body that broke a limit.
async fn reading(request: Request<Body>, _: Arrival) -> Response<Body> {
    let (status, text) = match collect(request.into_body(), usize::MAX, None).await {
        Ok(bytes) => (StatusCode::OK, bytes.len().to_string()),
        Err(error @ BodyError::TooLarge { .. }) => {
            (StatusCode::PAYLOAD_TOO_LARGE, error.to_string())
        }
        Err(error @ BodyError::Stalled { .. }) => (StatusCode::REQUEST_TIMEOUT, error.to_string()),
        Err(error @ BodyError::Malformed(_)) => (StatusCode::BAD_REQUEST, error.to_string()),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    };
    let mut response = Response::new(full(text));
    *response.status_mut() = status;
    response
}

fn status(answer: &str) -> &str {
    answer.strip_prefix("HTTP/1.1 ").map_or("none", |rest| &rest[..3])
}

/// Limits that a row's request breaks, and the status that it gets before the server closes.
#[tokio::test]
async fn oversized_requests_are_refused() {
    let limits = ServerLimits {
        max_headers: 10,
        max_head: 16 * 1024,
        max_uri: 100,
        max_body: 1000,
        ..ServerLimits::default()
    };
    let running = run(reading, limits);
    let head = |start: &str, rest: &str| format!("{start} HTTP/1.1\r\nHost: h\r\n{rest}\r\n");
    let many = "a: b\r\n".repeat(11);
    let long = format!("a: {}\r\n", "x".repeat(17 * 1024));
    let path = format!("GET /{}", "x".repeat(100));
    let endless = "x".repeat(40 * 1024);
    let chunked = "Transfer-Encoding: chunked\r\n";
    let rows = [
        (head("GET /", &many), "431", "too many headers"),
        (head("GET /", &long), "431", "a head that is too large"),
        (format!("GET / HTTP/1.1\r\na: {endless}"), "431", "a head without end"),
        (head(&path, ""), "414", "a long URI"),
        (head(&format!("GET /{endless}"), ""), "431", "a URI larger than the head may be"),
        (head("POST /", "Content-Length: 1001\r\n"), "413", "an announced body, not sent"),
        (head("POST /", chunked) + "3e9\r\n" + &"x".repeat(1001), "413", "one large chunk"),
        (
            head("POST /", chunked)
                + "1f4\r\n"
                + &"x".repeat(500)
                + "\r\n"
                + "1f5\r\n"
                + &"x".repeat(501)
                + "\r\n0\r\n\r\n",
            "413",
            "chunks that add up",
        ),
    ];
    for (request, expected, what) in rows {
        let answer = raw(running.address, request.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{what}: {answer}");
        assert!(answer.to_lowercase().contains("connection: close"), "{what}: {answer}");
    }
    let largest = head("POST /", "Content-Length: 1000\r\nConnection: close\r\n");
    let answer = raw(running.address, (largest + &"x".repeat(1000)).as_bytes()).await;
    assert_eq!(status(&answer), "200", "a body at the cap: {answer}");
}

#[tokio::test]
async fn a_refused_upload_sees_its_answer() {
    let limits = ServerLimits { max_body: 1000, ..ServerLimits::default() };
    let running = run(reading, limits);
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    socket
        .write_all(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n")
        .await
        .unwrap();
    // The client goes on writing for a while before it looks.
    for _ in 0..20 {
        socket.write_all(&[b'x'; 10_000]).await.expect("a reset");
        tokio::task::yield_now().await;
    }
    // The close is an orderly one: a reset could destroy the answer on its way.
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("a reset");
    assert_eq!(status(&answer), "413");
}

/// What a client writes before it stops, and the status that it gets in the end.
#[tokio::test]
async fn slow_clients_are_let_go() {
    let limits = ServerLimits {
        header_timeout: SHORT,
        body_idle: SHORT,
        keep_alive: SHORT,
        ..ServerLimits::default()
    };
    let running = run(reading, limits);
    let rows = [
        ("", "none", "nothing at all"),
        ("G", "408", "the first byte"),
        ("GET / HTTP/1.1\r\nHost: h\r\n", "408", "half a head"),
        ("PRI * HTTP/2.0\r\n", "none", "half of HTTP/2's preface"),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n", "408", "no body"),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc", "408", "half a body"),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "408",
            "chunks without an end",
        ),
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "200", "an idle connection after its answer"),
    ];
    for (request, expected, what) in rows {
        let begun = Instant::now();
        let answer = raw(running.address, request.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{what}: {answer}");
        let took = begun.elapsed();
        assert!(took >= SHORT && took < Duration::from_secs(5), "{what}: {took:?}");
        assert_eq!(answer.matches("HTTP/1.1").count(), usize::from(expected != "none"), "{what}");
    }
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    until(|| running.server.in_flight() == 0 && running.server.connections() == 1).await;
    socket.write_all(b"GET / HT").await.unwrap();
    let answers = to_end(&mut socket).await;
    assert!(answers.starts_with("HTTP/1.1 200") && answers.contains("HTTP/1.1 408"), "{answers}");
}

#[tokio::test]
async fn a_slow_head_that_arrives_in_time_is_served() {
    let limits = ServerLimits { keep_alive: SHORT, ..ServerLimits::default() };
    let running = run(hello, limits);
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    for part in ["GE", "T / HTTP/1.1\r\nHo", "st: h\r\n", "Connection: close\r\n\r\n"] {
        socket.write_all(part.as_bytes()).await.unwrap();
        tokio::time::sleep(SHORT).await;
    }
    assert_eq!(status(&to_end(&mut socket).await), "200");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_let_go() {
    let limits = ServerLimits { write_idle: SHORT, ..ServerLimits::default() };
    let running =
        run(async |_: Request<Body>, _: Arrival| Response::new(full(vec![b'x'; 64 << 20])), limits);
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    until(|| running.server.connections() == 1).await;
    until(|| running.server.connections() == 0).await;
}

#[tokio::test]
async fn requests_over_the_cap_are_shed_and_the_place_comes_back() {
    let release = Arc::new(Notify::new());
    let waiting = Arc::clone(&release);
    let limits = ServerLimits { max_in_flight: 1, ..ServerLimits::default() };
    let running = run(
        move |_: Request<Body>, _: Arrival| {
            let waiting = Arc::clone(&waiting);
            async move {
                waiting.notified().await;
                Response::new(empty())
            }
        },
        limits,
    );
    let address = running.address;
    let first = tokio::spawn(async move {
        client().send(get(address, "/"), Timeouts::default()).await.unwrap().status()
    });
    until(|| running.server.in_flight() == 1).await;
    let shed = client().send(get(address, "/"), Timeouts::default()).await.unwrap();
    assert_eq!(shed.status(), 503);
    assert_eq!(shed.headers()["retry-after"], "1");
    release.notify_one();
    assert_eq!(first.await.unwrap(), 200);
    until(|| running.server.in_flight() == 0).await;
    release.notify_one();
    let after = client().send(get(address, "/"), Timeouts::default()).await.unwrap();
    assert_eq!(after.status(), 200);
}

#[tokio::test]
async fn a_kept_permit_counts_after_the_client_has_gone() {
    let limits = ServerLimits { max_in_flight: 1, ..ServerLimits::default() };
    let (keep, mut kept) = tokio::sync::mpsc::channel(1);
    let running = run(
        move |_: Request<Body>, arrival: Arrival| {
            let keep = keep.clone();
            async move {
                keep.send(arrival.permit).await.unwrap();
                std::future::pending::<Response<Body>>().await
            }
        },
        limits,
    );
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    let permit = kept.recv().await.unwrap();
    drop(socket);
    until(|| running.server.connections() == 0).await;
    assert_eq!(running.server.in_flight(), 1);
    drop(permit);
    assert_eq!(running.server.in_flight(), 0);
}

#[tokio::test]
async fn connections_over_the_cap_wait_their_turn() {
    let limits = ServerLimits { max_connections: 1, ..ServerLimits::default() };
    let running = run(hello, limits);
    let request = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    let mut first = TcpStream::connect(running.address).await.unwrap();
    first.write_all(request).await.unwrap();
    until(|| running.server.connections() == 1).await;
    let mut second = TcpStream::connect(running.address).await.unwrap();
    second.write_all(b"GET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").await.unwrap();
    let early = tokio::time::timeout(SHORT, second.readable()).await;
    assert!(early.is_err(), "the second connection was served beside the first");
    drop(first);
    assert!(to_end(&mut second).await.ends_with("GET /2"));
}

#[tokio::test]
async fn limits_without_end_are_no_limits() {
    let running = run(
        hello,
        ServerLimits {
            header_timeout: Duration::MAX,
            body_idle: Duration::MAX,
            write_idle: Duration::MAX,
            keep_alive: Duration::MAX,
            max_body: u64::MAX,
            max_connections: usize::MAX,
            max_in_flight: usize::MAX,
            ..ServerLimits::default()
        },
    );
    let endless = Some(Duration::MAX);
    let timeouts =
        Timeouts { connect: Duration::MAX, response: endless, idle: endless, overall: endless };
    let client = client();
    for _ in 0..2 {
        let request = post(running.address, "/", full("abc"));
        let response = client.send(request, timeouts).await.unwrap();
        assert_eq!(text(response).await, "POST /");
    }
}

#[tokio::test]
async fn a_panic_is_answered_and_the_server_lives() {
    let running = run(
        async |request: Request<Body>, _: Arrival| {
            assert!(request.uri().path() != "/panic", "as the test wants");
            Response::new(empty())
        },
        ServerLimits::default(),
    );
    let client = client();
    for (path, status) in [("/panic", 500), ("/", 200)] {
        let answer = client.send(get(running.address, path), Timeouts::default()).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    assert_eq!(running.server.in_flight(), 0);
}
