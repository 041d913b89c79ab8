//! Letting go without losing a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::support::*;
use crate::transport::body::full;
use crate::transport::{Arrival, Body, ServerLimits, Timeouts};

/// Takes its time, and counts the requests that it has begun.
fn slow(after: Duration, begun: &Arc<AtomicUsize>) -> impl crate::transport::Handler + use<> {
    let begun = Arc::clone(begun);
    move |_: Request<Body>, _: Arrival| {
        begun.fetch_add(1, Ordering::SeqCst);
        async move {
            tokio::time::sleep(after).await;
            Response::new(full("done"))
        }
    }
}

#[tokio::test]
async fn a_request_in_flight_is_finished_and_new_ones_find_nobody() {
    let begun = Arc::default();
    let running = run(slow(Duration::from_millis(100), &begun), ServerLimits::default());
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    until(|| running.server.in_flight() == 1).await;
    assert_eq!(running.drain.finish(PATIENCE).await, 0);
    let answer = to_end(&mut socket).await;
    assert!(answer.ends_with("done") && answer.contains("Connection: close"), "{answer}");
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn what_takes_too_long_is_cut_off_and_counted() {
    let begun = Arc::default();
    let running = run(slow(PATIENCE, &begun), ServerLimits::default());
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    until(|| running.server.in_flight() == 1).await;
    assert!(running.drain.finish(Duration::from_millis(50)).await > 0);
    assert_eq!(to_end(&mut socket).await, "");
    until(|| running.server.connections() == 0).await;
}

#[tokio::test]
async fn idle_connections_do_not_hold_a_drain_up() {
    let running = run(hello, ServerLimits::default());
    let client = client();
    text(client.send(get(running.address, "/"), Timeouts::default()).await.unwrap()).await;
    assert_eq!(running.server.connections(), 1);
    let begun = std::time::Instant::now();
    assert_eq!(running.drain.finish(PATIENCE).await, 0);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_head_that_has_begun_is_served() {
    let running = run(hello, ServerLimits::default());
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    let mut answer = [0; 4096];
    assert!(socket.read(&mut answer).await.unwrap() > 0);
    socket.write_all(b"GET /late HT").await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    running.drain.begin();
    tokio::time::sleep(Duration::from_millis(20)).await;
    socket.write_all(b"TP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    assert!(to_end(&mut socket).await.ends_with("GET /late"));
    assert_eq!(running.drain.finish(PATIENCE).await, 0);
}

#[tokio::test]
async fn a_connection_in_the_kernels_queue_is_served() {
    let running = run(hello, ServerLimits::default());
    // One thread runs everything, so nothing is accepted before the next await of the test.
    let socket = std::net::TcpStream::connect(running.address).unwrap();
    running.drain.begin();
    socket.set_nonblocking(true).unwrap();
    let mut socket = TcpStream::from_std(socket).unwrap();
    socket.write_all(b"GET /queued HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    assert!(to_end(&mut socket).await.ends_with("GET /queued"));
}

/// What one raw client saw: whole answers, and answers that broke off.
#[derive(Default)]
struct Seen {
    answered: usize,
    torn: usize,
}

/// Keeps one connection busy, `depth` requests at a time, until the server closes it.
async fn hammer(address: std::net::SocketAddr, depth: usize, stop: Arc<AtomicBool>) -> Seen {
    const ANSWER_END: &str = "\r\n\r\ndone";
    let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(depth);
    let mut seen = Seen::default();
    while !stop.load(Ordering::SeqCst) {
        let Ok(mut socket) = TcpStream::connect(address).await else { break };
        while socket.write_all(request.as_bytes()).await.is_ok() {
            let mut answer = String::new();
            let mut chunk = [0; 4096];
            while answer.matches(ANSWER_END).count() < depth {
                match socket.read(&mut chunk).await {
                    Ok(read) if read > 0 => {
                        answer.push_str(std::str::from_utf8(&chunk[..read]).unwrap());
                    }
                    _ => break,
                }
            }
            let complete = answer.matches(ANSWER_END).count();
            seen.answered += complete;
            // Bytes behind the last whole answer are an answer that was torn.
            seen.torn += usize::from(!answer.is_empty() && !answer.ends_with(ANSWER_END));
            if complete < depth {
                break;
            }
        }
    }
    seen
}

/// Every request that a handler has begun is answered whole; every other one was never touched.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_under_load() {
    for round in 0..20 {
        let begun = Arc::new(AtomicUsize::new(0));
        let running = run(slow(Duration::from_micros(300), &begun), ServerLimits::default());
        let stop = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..16)
            .map(|n| tokio::spawn(hammer(running.address, 1 + n % 4, Arc::clone(&stop))))
            .collect();
        until(|| begun.load(Ordering::SeqCst) > 50 + round * 7).await;
        assert_eq!(running.drain.finish(PATIENCE).await, 0, "round {round}");
        stop.store(true, Ordering::SeqCst);
        let mut answered = 0;
        for client in clients {
            let seen = client.await.unwrap();
            assert_eq!(seen.torn, 0, "round {round}");
            answered += seen.answered;
        }
        assert_eq!(answered, begun.load(Ordering::SeqCst), "round {round}");
    }
}
