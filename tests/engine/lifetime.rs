//! Flows outlive their clients, and the process outlives its flows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::backend::{Backend, answer};
use crate::support::engine::{Engine, api};
use crate::support::http::{Connection, request};

/// A back-end that answers `/slow` only when the gate is open.
fn gated() -> (Backend, Arc<AtomicBool>) {
    let open = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&open);
    let backend = Backend::new(move |message, stream| {
        while message.start.contains("/slow") && !gate.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(5));
        }
        std::io::Write::write_all(stream, answer("200 OK", "", "ok").as_bytes()).is_ok()
    });
    (backend, open)
}

#[test]
fn a_client_that_goes_away_does_not_stop_its_flow() {
    let (backend, open) = gated();
    let call = |path: &str| {
        let url = backend.url(path);
        format!("<call><endpoint><http uri-template=\"{url}\" method=\"get\"/></endpoint></call>")
    };
    let flow = format!("<inSequence>{}{}<respond/></inSequence>", call("/slow"), call("/later"));
    let engine = Engine::start(&[&api(&flow)]);
    let mut client = Connection::open(engine.http);
    client.write(request("GET", "/test/", "", ""));
    assert_eq!(backend.next().start, "GET /slow HTTP/1.1");
    drop(client);
    thread::sleep(Duration::from_millis(300));
    open.store(true, Ordering::Relaxed);
    assert_eq!(backend.next().start, "GET /later HTTP/1.1");
}

#[test]
fn a_stop_loses_no_request_that_was_taken() {
    let (backend, open) = gated();
    let url = backend.url("/slow");
    let call =
        format!("<call><endpoint><http uri-template=\"{url}\" method=\"get\"/></endpoint></call>");
    for settings in ["", "[server]\nthreads = \"per-core\"\n"] {
        open.store(false, Ordering::Relaxed);
        let flow = api(&format!("<inSequence>{call}<respond/></inSequence>"));
        let mut engine = Engine::with(settings, &[&flow]);
        let mut clients: Vec<_> = (0..16).map(|_| Connection::open(engine.http)).collect();
        for client in &mut clients {
            client.write(request("GET", "/test/", "", ""));
        }
        for _ in 0..clients.len() {
            backend.next();
        }
        engine.terminate();
        thread::sleep(Duration::from_millis(200));
        open.store(true, Ordering::Relaxed);
        for client in &mut clients {
            let answer = client.read().expect("an answer");
            assert_eq!((answer.status(), answer.text().as_str()), (200, "ok"), "{settings}");
        }
        assert!(engine.wait().success());
    }
}
