//! Bodies that nobody looks at pass through in pieces; those that are looked at have a cap.

use std::io::{BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use crate::support::backend::Backend;
use crate::support::engine::{Engine, api, proxy};
use crate::support::http::{Connection, Framing, Message, exchange};

const SIZE: u64 = 500_000_000;
const SETTINGS: &str = "[limits]\nmax_body = \"1GiB\"\n";
/// What a process may ever have grown by while that passes through it, in kilobytes.
const GROWTH: u64 = 8_000;

/// A back-end that reads a body piece by piece and answers with one of the same size.
fn mirror(framing: Framing) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                let mut reader = BufReader::new(&stream);
                while let Some(head) = Message::read(&mut reader, true) {
                    let Ok(size) = head.drain(&mut reader) else { break };
                    let line = framing.header(size);
                    let answer =
                        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{line}\r\n");
                    let mut stream = &stream;
                    if stream.write_all(answer.as_bytes()).is_err()
                        || framing.write(&mut stream, size).is_err()
                    {
                        break;
                    }
                }
            });
        }
    });
    address
}

/// Sends a body there and reads one back; says how many bytes came.
fn through(client: &mut Connection, path: &str, framing: Framing, size: u64) -> u64 {
    let line = framing.header(size);
    client.write(format!(
        "POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n{line}\r\n"
    ));
    framing.write(client.writer(), size).unwrap();
    let head = client.read_head().unwrap();
    assert_eq!(head.status(), 200, "{}", head.start);
    head.drain(client.reader()).unwrap()
}

/// 500 MB there and as much back leave no trace in the memory of a process that is warm.
fn passes_in_pieces(artifact: &str, path: &str, framing: Framing) {
    let engine = Engine::with(SETTINGS, &[artifact]);
    let mut client = Connection::open(engine.http);
    assert_eq!(through(&mut client, path, framing, 100_000), 100_000);
    let before = engine.peak_memory();
    assert_eq!(through(&mut client, path, framing, SIZE), SIZE);
    // The kernel keeps the peak roughly: it may even seem to fall.
    let grown = engine.peak_memory().saturating_sub(before);
    assert!(grown < GROWTH, "grew by {grown} kB to {} kB", engine.peak_memory());
}

fn endpoint(address: SocketAddr) -> String {
    format!("<endpoint><address uri=\"http://{address}/\"/></endpoint>")
}

#[test]
fn a_large_body_passes_through_a_proxy_in_pieces() {
    let endpoint = endpoint(mirror(Framing::Chunked));
    passes_in_pieces(&proxy(&endpoint), "/services/test", Framing::Length);
}

#[test]
fn a_large_body_passes_through_an_api_in_pieces() {
    let endpoint = endpoint(mirror(Framing::Length));
    let api = api(&format!("<inSequence><call>{endpoint}</call><respond/></inSequence>"));
    passes_in_pieces(&api, "/test/", Framing::Chunked);
}

#[test]
fn a_large_answer_is_refused_where_it_is_read() {
    let backend = Backend::saying(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n",
    );
    let call = format!("<call>{}</call>", backend.endpoint("/", ""));
    let reads = api(&format!(
        "<inSequence>{call}<property name=\"a\" expression=\"json-eval($.a)\"/><respond/></inSequence>"
    ));
    let engine = Engine::start(&[&reads]);
    let refused = exchange(engine.http, "GET", "/test/", "", "");
    assert_eq!(refused.status(), 502, "{}", refused.text());
    assert!(refused.text().contains("larger than"), "{}", refused.text());
}
