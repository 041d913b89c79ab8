//! What a client may not do: too much, too slowly, too many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::backend::{Backend, answer};
use crate::support::engine::{Engine, api};
use crate::support::http::{Connection, request};

const PARSES: &str =
    "<inSequence><property name=\"a\" expression=\"json-eval($.a)\"/><respond/></inSequence>";

#[test]
fn a_body_over_the_cap_is_refused() {
    let engine = Engine::with("[limits]\nmax_body = \"1KiB\"\n", &[&api(PARSES)]);
    let big = "x".repeat(2000);
    let chunked = format!("7d0\r\n{big}\r\n0\r\n\r\n");
    let head = "POST /test/ HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
    for bytes in [
        format!("{head}Content-Length: {}\r\n\r\n{big}", big.len()),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunked}"),
    ] {
        let mut client = Connection::open(engine.http);
        client.try_write(bytes);
        assert_eq!(client.read().expect("an answer").status(), 413);
    }
    let mut small = Connection::open(engine.http);
    assert_eq!(
        small.exchange("POST", "/test/", "Content-Type: application/json\r\n", "{}").status(),
        200
    );
}

#[test]
fn a_slow_client_is_told_so() {
    let settings = "[limits]\nheader_timeout = \"500ms\"\nbody_idle_timeout = \"500ms\"\n";
    let engine = Engine::with(settings, &[&api(PARSES)]);
    let mut slow = Connection::open(engine.http);
    slow.write("POST /test/ HTTP/1.1\r\nHost:");
    assert_eq!(slow.read().expect("an answer").status(), 408, "slow head");
    let mut slow = Connection::open(engine.http);
    slow.write("POST /test/ HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{");
    assert_eq!(slow.read().expect("an answer").status(), 408, "slow body");
}

#[test]
fn too_many_at_once_are_sent_away_for_a_while() {
    let open = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&open);
    let backend = Backend::new(move |_, stream| {
        while !gate.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::io::Write::write_all(stream, answer("200 OK", "", "ok").as_bytes()).is_ok()
    });
    let flow =
        format!("<inSequence><call>{}</call><respond/></inSequence>", backend.endpoint("/", ""));
    let engine = Engine::with("[limits]\nmax_in_flight = 1\n", &[&api(&flow)]);
    let mut first = Connection::open(engine.http);
    first.write(request("GET", "/test/", "", ""));
    backend.next();
    let mut second = Connection::open(engine.http);
    let refused = second.exchange("GET", "/test/", "", "");
    assert_eq!(refused.status(), 503);
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
    open.store(true, Ordering::Relaxed);
    assert_eq!(first.read().unwrap().text(), "ok");
}
