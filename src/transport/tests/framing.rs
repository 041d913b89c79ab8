//! Bytes on the wire: header case, and requests whose framing is ambiguous or broken.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::header::HeaderName;
use http::{HeaderValue, Request, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::support::*;
use crate::transport::body::{collect, empty, full};
use crate::transport::{Arrival, Body, ServerLimits, Timeouts};

/// Each row is one raw connection: the statuses it gets and the bodies its handlers saw.
#[tokio::test]
async fn ambiguous_requests_never_become_two() {
    const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
    let after = |head: &str, body: &str| {
        format!("POST / HTTP/1.1\r\nHost: h\r\n{head}\r\n{body}{SMUGGLED}")
    };
    let rows = [
        (
            "length and chunks",
            after("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        ),
        (
            "chunks and length",
            after("Transfer-Encoding: chunked\r\nContent-Length: 41\r\n", "0\r\n\r\n"),
        ),
        ("two lengths", after("Content-Length: 3\r\nContent-Length: 0\r\n", "abc")),
        ("two lengths in one line", after("Content-Length: 3, 0\r\n", "abc")),
        ("a signed length", after("Content-Length: +3\r\n", "abc")),
        ("a length too large for numbers", after("Content-Length: 18446744073709551617\r\n", "a")),
        ("a folded header", after("X: a\r\n Content-Length: 3\r\n", "")),
        ("a folded length", after("Content-Length:\r\n 3\r\n", "abc")),
        ("a space before the colon", after("Content-Length : 3\r\n", "abc")),
        ("a bare carriage return in a value", after("X: a\rContent-Length: 3\r\n", "")),
        ("a null in a value", after("X: a\0b\r\n", "")),
        ("a name that is no token", after("Content Length: 3\r\n", "abc")),
        (
            "chunked is not the last coding",
            after("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"),
        ),
        ("a coding that is almost chunked", after("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        (
            "a chunk size that overflows",
            after("Transfer-Encoding: chunked\r\n", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
        ),
        (
            "a chunk size that is no number",
            after("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"),
        ),
        (
            "a chunk longer than its size",
            after("Transfer-Encoding: chunked\r\n", "3\r\nabcdef\r\n0\r\n\r\n"),
        ),
        (
            "a bare line feed after a chunk size",
            after("Transfer-Encoding: chunked\r\n", "3\nabc\r\n0\r\n\r\n"),
        ),
        (
            "chunks over HTTP/1.0",
            after("Transfer-Encoding: chunked\r\n", "0\r\n\r\n")
                .replace("POST / HTTP/1.1", "POST / HTTP/1.0"),
        ),
        ("two hosts", after("Host: other\r\nContent-Length: 0\r\n", "")),
        ("no host", format!("GET / HTTP/1.1\r\n\r\n{SMUGGLED}")),
    ];
    for (what, request) in rows {
        let smuggled = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&smuggled);
        let running = run(
            move |request: Request<Body>, _: Arrival| {
                let count = Arc::clone(&count);
                async move {
                    if request.uri().path() == "/smuggled" {
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    match collect(request.into_body(), 1000, None).await {
                        Ok(_) => Response::new(empty()),
                        Err(_) => Response::builder().status(400).body(empty()).unwrap(),
                    }
                }
            },
            ServerLimits::default(),
        );
        let answer = raw(running.address, request.as_bytes()).await;
        assert_eq!(smuggled.load(Ordering::Relaxed), 0, "{what}: {answer}");
        assert_eq!(answer.matches("HTTP/1.").count(), 1, "{what}: {answer}");
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let running = run(hello, ServerLimits::default());
    let wire: String = (0..50)
        .map(|n| format!("GET /{n} HTTP/1.1\r\nHost: h\r\n\r\n"))
        .chain(["GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".to_owned()])
        .collect();
    let answer = raw(running.address, wire.as_bytes()).await;
    let paths: Vec<_> =
        answer.split("GET /").skip(1).map(|rest| rest.split("HTTP").next().unwrap()).collect();
    let expected: Vec<_> = (0..50).map(|n| n.to_string()).chain(["last".to_owned()]).collect();
    assert_eq!(paths, expected);
}

/// A proxy keeps the case of what it passes on, in both directions, and gives new names title
/// case.
#[tokio::test]
async fn header_case_survives_both_ways() {
    let backend = TcpListener::bind(any_port()).await.unwrap();
    let target = backend.local_addr().unwrap();
    let proxy = run(
        move |request: Request<Body>, _: Arrival| async move {
            let (mut parts, body) = request.into_parts();
            parts.uri = format!("http://{target}{}", parts.uri.path()).parse().unwrap();
            parts
                .headers
                .insert(HeaderName::from_static("x-request-new"), HeaderValue::from_static("1"));
            let request = Request::from_parts(parts, body);
            let mut response = client().send(request, Timeouts::default()).await.unwrap();
            let name = HeaderName::from_static("x-response-new");
            response.headers_mut().insert(name, HeaderValue::from_static("2"));
            response
        },
        ServerLimits::default(),
    );
    let seen = tokio::spawn(async move {
        let (mut socket, _) = backend.accept().await.unwrap();
        let mut seen = vec![0; 4096];
        let read = socket.read(&mut seen).await.unwrap();
        socket
            .write_all(b"HTTP/1.1 200 Fine\r\nSOAPAction: b\r\nx-lower: c\r\nX-lower: d\r\nContent-Length: 2\r\n\r\nok")
            .await
            .unwrap();
        String::from_utf8(seen[..read].to_vec()).unwrap()
    });
    let answer = raw(
        proxy.address,
        b"GET /p HTTP/1.1\r\nHOST: h\r\nsoapAction: a\r\nX-Two: 1\r\nx-two: 2\r\nConnection: close\r\n\r\n",
    )
    .await;
    let seen = seen.await.unwrap();
    for line in
        ["GET /p HTTP/1.1", "HOST: h", "soapAction: a", "X-Two: 1", "x-two: 2", "X-Request-New: 1"]
    {
        assert!(seen.lines().any(|l| l == line), "{line} in {seen}");
    }
    for line in ["SOAPAction: b", "x-lower: c", "X-lower: d", "X-Response-New: 2"] {
        assert!(answer.lines().any(|l| l == line), "{line} in {answer}");
    }
    assert!(answer.ends_with("\r\n\r\nok"), "{answer}");
}

#[tokio::test]
async fn a_client_writes_what_it_should() {
    let rows = [
        ("http://HOST/a%20b?x=1&y", "GET /a%20b?x=1&y HTTP/1.1", "Host: HOST"),
        ("http://HOST", "GET / HTTP/1.1", "Host: HOST"),
        ("http://HOST?q", "GET /?q HTTP/1.1", "Host: HOST"),
        ("http://user:secret@HOST/", "GET / HTTP/1.1", "Host: HOST"),
    ];
    for (uri, line, host) in rows {
        let listener = TcpListener::bind(any_port()).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut seen = vec![0; 4096];
            let read = socket.read(&mut seen).await.unwrap();
            socket.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            String::from_utf8(seen[..read].to_vec()).unwrap()
        });
        let request = Request::get(uri.replace("HOST", &address)).body(empty()).unwrap();
        client().send(request, Timeouts::default()).await.unwrap();
        let seen = seen.await.unwrap();
        assert_eq!(seen.lines().next().unwrap(), line, "{uri}");
        let host = host.replace("HOST", &address);
        assert!(seen.lines().any(|l| l == host), "{uri}: {seen}");
        assert!(!seen.contains("secret"), "{uri}: {seen}");
    }
}

#[tokio::test]
async fn a_body_of_known_length_is_not_chunked() {
    let running = run(
        async |request: Request<Body>, _: Arrival| {
            let header = |name| {
                request.headers().get(name).map(|v: &HeaderValue| v.to_str().unwrap().to_owned())
            };
            Response::new(full(format!(
                "{:?} {:?}",
                header("content-length"),
                header("transfer-encoding")
            )))
        },
        ServerLimits::default(),
    );
    let response =
        client().send(post(running.address, "/", full("abc")), Timeouts::default()).await.unwrap();
    assert_eq!(text(response).await, "Some(\"3\") None");
}
