//! Bodies that nobody looks at pass through in pieces; those that are looked at have a cap.

use std::io::{Read as _, Write as _};

use crate::support::backend::{Backend, answer};
use crate::support::engine::{Engine, api, proxy};
use crate::support::http::Connection;

const SIZE: usize = 100 * 1024 * 1024;
const SETTINGS: &str = "[limits]\nmax_body = \"128MiB\"\n";
/// What a process may grow by while 100 MiB pass through it, in kilobytes.
const GROWTH: u64 = 32 * 1024;

fn upload(client: &mut Connection, path: &str) -> bool {
    client.write(format!(
        "POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: application/octet-stream\r\nContent-Length: {SIZE}\r\n\r\n"
    ));
    let piece = vec![b'x'; 1 << 20];
    (0..SIZE / piece.len()).all(|_| client.try_write(&piece))
}

#[test]
fn a_large_request_passes_through_a_proxy_in_pieces() {
    let backend = Backend::new(|message, stream| {
        let length = message.body.len().to_string();
        stream
            .write_all(answer("200 OK", "Content-Type: text/plain\r\n", &length).as_bytes())
            .is_ok()
    });
    let engine = Engine::with(SETTINGS, &[&proxy(&backend.endpoint("/", ""))]);
    let before = engine.resident();
    let mut client = Connection::open(engine.http);
    assert!(upload(&mut client, "/services/test"));
    assert_eq!(client.read().unwrap().text(), SIZE.to_string());
    let grown = engine.resident().saturating_sub(before);
    assert!(grown < GROWTH, "grew by {grown} kB");
}

#[test]
fn a_large_answer_passes_through_and_is_refused_where_it_is_read() {
    let backend = Backend::new(|_, stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {SIZE}\r\n\r\n"
        );
        let piece = vec![b'x'; 1 << 20];
        stream.write_all(head.as_bytes()).is_ok()
            && (0..SIZE / piece.len()).all(|_| stream.write_all(&piece).is_ok())
    });
    let call = format!("<call>{}</call>", backend.endpoint("/", ""));
    let passes = api(&format!("<inSequence>{call}<respond/></inSequence>"));
    let reads = api(&format!("<inSequence>{call}<property name=\"a\" expression=\"json-eval($.a)\"/><respond/></inSequence>"))
        .replace("/test", "/reads")
        .replace("\"test\"", "\"reads\"");
    let engine = Engine::start(&[&passes, &reads]);
    let before = engine.resident();
    let mut client = Connection::open(engine.http);
    client.write("GET /test/ HTTP/1.1\r\nHost: h\r\n\r\n");
    let head = client.read_head().unwrap();
    assert_eq!(head.header("content-length"), Some(SIZE.to_string().as_str()));
    let mut rest = client.stream().take(SIZE as u64);
    assert_eq!(std::io::copy(&mut rest, &mut std::io::sink()).unwrap(), SIZE as u64);
    let grown = engine.resident().saturating_sub(before);
    assert!(grown < GROWTH, "grew by {grown} kB");

    let refused = crate::support::http::exchange(engine.http, "GET", "/reads/", "", "");
    assert_eq!(refused.status(), 502, "{}", refused.text());
    assert!(refused.text().contains("larger than"), "{}", refused.text());
}
