//! Bodies on the wire: content codings, charsets, forms, and `Expect: 100-continue`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::backend::{Backend, answer};
use crate::support::engine::{Engine, api, proxy};
use crate::support::http::{Connection, Message, exchange, post};

const JSON: &str = "{\"a\":1}";
/// [`JSON`] as other programs pack it.
const GZIP: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x07\0\xf8\xff{\"a\":1}\xaf\xac\x1b\x56\x07\0\0\0";
const BROTLI: &[u8] = b"\x0b\x03\x80\x7b\x22\x61\x22\x3a\x31\x7d\x03";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x20\x07\x39\x00\x00\x7b\x22\x61\x22\x3a\x31\x7d";
/// Two MiB of zeros.
const BOMB: &[u8] = b"\x9b\xff\xff\x1f\xf8\x27\x00\xe2\xb1\x40\x20\xf7\xfe\x03";

const READS: &str = "<property name=\"a\" expression=\"json-eval($.a)\"/><header name=\"X-A\" scope=\"transport\" expression=\"$ctx:a\"/>";
const REPLACES: &str =
    "<payloadFactory media-type=\"json\"><format>{\"new\":true}</format></payloadFactory>";

fn flow(steps: &str) -> String {
    api(&format!("<inSequence>{steps}<respond/></inSequence>"))
}

fn send(engine: &Engine, headers: &str, body: &[u8]) -> Message {
    let mut client = Connection::open(engine.http);
    let head = format!(
        "POST /test/ HTTP/1.1\r\nHost: h\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    client.write([head.as_bytes(), body].concat());
    client.read().expect("an answer")
}

/// A back-end that answers with bytes.
fn saying(headers: &'static str, body: &'static [u8]) -> Backend {
    Backend::new(move |_, stream| {
        let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), body].concat()).is_ok()
    })
}

#[test]
fn a_packed_request_is_read_and_passes_as_it_came_where_nobody_looks() {
    let backend = Backend::json("{}");
    let call = format!("<call>{}</call>", backend.endpoint("/", ""));
    let passes = Engine::start(&[&flow(&call)]);
    let reads = Engine::start(&[&flow(&format!("{READS}{call}"))]);
    let replaces = Engine::start(&[&flow(&format!("{REPLACES}{call}"))]);
    for (coding, packed) in
        [("gzip", GZIP), ("br", BROTLI), ("zstd", ZSTD), ("identity", JSON.as_bytes())]
    {
        let headers = format!("Content-Type: application/json\r\nContent-Encoding: {coding}\r\n");
        assert_eq!(send(&passes, &headers, packed).status(), 200);
        let seen = backend.next();
        assert_eq!(seen.header("content-encoding"), Some(coding));
        assert_eq!(seen.body, packed, "{coding}");

        assert_eq!(send(&reads, &headers, packed).status(), 200);
        let seen = backend.next();
        assert_eq!((seen.header("x-a"), seen.header("content-encoding")), (Some("1"), None));
        assert_eq!(seen.text(), JSON, "{coding}");

        assert_eq!(send(&replaces, &headers, packed).status(), 200);
        let seen = backend.next();
        if coding == "gzip" {
            // The header still asks for it, as in Synapse.
            assert_eq!(seen.header("content-encoding"), Some("gzip"));
            assert_eq!(&seen.body[..2], b"\x1f\x8b");
        } else {
            assert_eq!(seen.header("content-encoding"), None, "{coding}");
            assert_eq!(seen.text(), "{\"new\":true}");
        }
    }
    // What is none of HTTP's codings says nothing, and stays with the body.
    let headers = "Content-Type: application/json\r\nContent-Encoding: utf-8\r\n";
    assert_eq!(send(&reads, headers, JSON.as_bytes()).status(), 200);
    let seen = backend.next();
    assert_eq!((seen.header("x-a"), seen.header("content-encoding")), (Some("1"), Some("utf-8")));
}

#[test]
fn a_packed_answer_is_read_by_every_kind_of_call() {
    let backend = saying("Content-Type: application/json\r\nContent-Encoding: gzip\r\n", GZIP);
    let endpoint = backend.endpoint("/", "");
    let target = "<target type=\"variable\">got</target>";
    for (steps, coding, body) in [
        (format!("<call>{endpoint}</call>"), Some("gzip"), None),
        (format!("<call blocking=\"true\">{endpoint}</call>"), Some("gzip"), None),
        (format!("<call>{endpoint}</call>{READS}"), None, Some(JSON)),
        (format!("<call blocking=\"true\">{endpoint}</call>{READS}"), None, Some(JSON)),
        (
            format!(
                "<call blocking=\"true\">{endpoint}{target}</call><payloadFactory media-type=\"json\"><format>${{vars.got.payload}}</format></payloadFactory>"
            ),
            None,
            Some(JSON),
        ),
    ] {
        let engine = Engine::start(&[&flow(&steps)]);
        let heard = exchange(
            engine.http,
            "POST",
            "/test/",
            "Accept-Encoding: gzip, br\r\nContent-Type: application/json\r\n",
            JSON,
        );
        assert_eq!(heard.header("content-encoding"), coding, "{steps}");
        assert_eq!(heard.body, body.map_or(GZIP, str::as_bytes), "{steps}: {}", heard.text());
        assert_eq!(backend.next().header("accept-encoding"), Some("gzip, br"));
    }
}

#[test]
fn a_body_that_unpacks_to_too_much_or_not_at_all_is_its_senders_fault() {
    let engine = Engine::start(&[&flow(READS)]);
    let json = "Content-Type: application/json\r\n";
    let refused = send(&engine, &format!("{json}Content-Encoding: br\r\n"), BOMB);
    assert_eq!(refused.status(), 413, "{}", refused.text());
    let refused = send(&engine, &format!("{json}Content-Encoding: gzip\r\n"), b"no gzip");
    assert_eq!(refused.status(), 400, "{}", refused.text());
    assert!(refused.text().contains("cannot be decompressed"), "{}", refused.text());

    let backend = saying("Content-Type: application/json\r\nContent-Encoding: br\r\n", BOMB);
    let call = format!("<call>{}</call>{READS}", backend.endpoint("/", ""));
    let engine = Engine::start(&[&flow(&call)]);
    assert_eq!(post(engine.http, "/test/", JSON).status(), 502);
}

#[test]
fn a_flow_packs_what_it_sends_by_the_header() {
    let steps = "<property name=\"Content-Encoding\" scope=\"transport\" value=\"gzip\"/>";
    let engine = Engine::start(&[&flow(steps)]);
    let heard = post(engine.http, "/test/", JSON);
    assert_eq!(heard.header("content-encoding"), Some("gzip"));
    assert_eq!(&heard.body[..2], b"\x1f\x8b");
}

#[test]
fn a_body_is_blamed_on_whoever_sent_it() {
    let out = format!("<outSequence>{READS}<send/></outSequence>");
    let loops = api(&format!("<inSequence><loopback/></inSequence>{out}"));
    let engine = Engine::with("[limits]\nmax_body = \"1KiB\"\n", &[&loops]);
    let head = "POST /test/ HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
    let big = format!("{{\"a\":\"{}\"}}", "x".repeat(2000));
    let mut client = Connection::open(engine.http);
    // Chunked: its size shows only when it is read, behind the loopback.
    client.try_write(format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{big}\r\n0\r\n\r\n",
        big.len()
    ));
    assert_eq!(client.read().expect("an answer").status(), 413);
    assert_eq!(post(engine.http, "/test/", "{").status(), 400);

    // What a flow made itself is nobody's fault but its own.
    let made = "<payloadFactory media-type=\"json\"><format>{\"a\":</format></payloadFactory>";
    let engine = Engine::start(&[&flow(&format!("{made}{READS}"))]);
    assert_eq!(post(engine.http, "/test/", JSON).status(), 500);
}

#[test]
fn a_charset_goes_through_a_flow() {
    let backend = saying("Content-Type: text/xml; charset=ISO-8859-1\r\n", b"<a>gr\xfcn</a>");
    let endpoint = backend.endpoint("/", "");
    let change = "<enrich><source type=\"inline\"><b xmlns=\"\"/></source><target action=\"child\" xpath=\"//a\"/></enrich>";
    let engine = Engine::start(&[&flow(&format!("{change}<call>{endpoint}</call>{change}"))]);
    let heard = send(
        &engine,
        "Content-Type: application/xml; charset=Shift_JIS\r\n",
        b"<a>\x93\xfa\x96\x7b</a>",
    );
    let seen = backend.next();
    assert_eq!(seen.header("content-type"), Some("application/xml; charset=Shift_JIS"));
    assert_eq!(
        seen.body,
        b"<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\x93\xfa\x96\x7b<b/></a>"
    );
    assert_eq!(heard.header("content-type"), Some("text/xml; charset=ISO-8859-1"));
    assert_eq!(heard.body, b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>gr\xfcn<b/></a>");
}

#[test]
fn soap_goes_to_the_other_version_with_its_action() {
    let backend = Backend::saying(&answer("200 OK", "Content-Type: text/xml\r\n", "<ok/>"));
    let soap12 = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Header><h xmlns=\"urn:h\"/></e:Header><e:Body><a/></e:Body></e:Envelope>";
    let endpoint =
        format!("<endpoint><address uri=\"{}\" format=\"soap11\"/></endpoint>", backend.url("/"));
    let engine = Engine::start(&[&proxy(&endpoint)]);
    let headers = "Content-Type: application/soap+xml; charset=UTF-8; action=\"urn:go\"\r\n";
    exchange(engine.http, "POST", "/services/test", headers, soap12);
    let seen = backend.next();
    assert_eq!(seen.header("content-type"), Some("text/xml"));
    assert_eq!(seen.header("soapaction"), Some("\"urn:go\""));
    assert!(seen.text().contains("schemas.xmlsoap.org/soap/envelope"), "{}", seen.text());
    assert!(seen.text().contains("<h xmlns=\"urn:h\"/>"), "{}", seen.text());
}

#[test]
fn a_client_is_told_to_go_on_only_where_its_body_is_wanted() {
    let head = "POST /test/ HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n";
    let backend = Backend::json("{}");
    let call = format!("<call>{}</call>", backend.endpoint("/", ""));
    for (steps, status) in [(READS.to_owned(), 200), (call, 200)] {
        let engine = Engine::start(&[&flow(&steps)]);
        let mut client = Connection::open(engine.http);
        client.write(head);
        assert_eq!(client.read_head().expect("a word to go on").status(), 100, "{steps}");
        client.write(JSON);
        assert_eq!(client.read().expect("an answer").status(), status, "{steps}");
    }
    // The back-end hears nothing of it: its answer would come late.
    let seen = backend.next();
    assert_eq!((seen.header("expect"), seen.text().as_str()), (None, JSON));

    let engine = Engine::start(&[&flow(REPLACES)]);
    let mut client = Connection::open(engine.http);
    client.write(head);
    let heard = client.read().expect("an answer");
    assert_eq!((heard.status(), heard.text().as_str()), (200, "{\"new\":true}"));
}

#[test]
fn an_answer_before_the_body_is_asked_for_ends_the_connection_or_serves_on() {
    let engine = Engine::start(&[&flow(REPLACES)]);
    let mut stream = TcpStream::connect(engine.http).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
        .write_all(
            b"POST /test/ HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n",
        )
        .unwrap();
    let mut heard = [0; 12];
    stream.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"HTTP/1.1 200");
    // A client that never sends its body is not waited for.
    drop(stream);
    assert_eq!(post(engine.http, "/test/", JSON).status(), 200);
}
