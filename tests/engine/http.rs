//! Requests and answers on the wire: headers, methods, forms, and the ways through an artifact.

use crate::support::backend::{Backend, answer};
use crate::support::engine::{Engine, api, proxy};
use crate::support::http::{Connection, exchange, post};

fn through(backend: &Backend, path: &str) -> String {
    let endpoint = backend.endpoint(path, "");
    api(&format!("<inSequence><call>{endpoint}</call><respond/></inSequence>"))
}

#[test]
fn header_names_keep_their_case_both_ways() {
    let headers = "X-myHeader-ID: 1\r\nContent-Type: text/plain\r\n";
    let backend = Backend::saying(&answer("200 OK", headers, "ok"));
    let target = format!("<endpoint><address uri=\"{}\"/></endpoint>", backend.url("/"));
    let engine = Engine::start(&[&through(&backend, "/"), &proxy(&target)]);
    for path in ["/test/", "/services/test"] {
        let sent = "x-lowerCase: 2\r\nX-UPPER: 3\r\nAuthorization: Bearer t\r\n";
        let answer = exchange(engine.http, "POST", path, sent, "hello");
        let seen = backend.next();
        for line in ["x-lowerCase: 2", "X-UPPER: 3", "Authorization: Bearer t"] {
            assert!(seen.has_line(line), "{path}: {line}: {:?}", seen.headers);
        }
        assert_eq!(seen.header("host"), Some(backend.address.to_string().as_str()));
        assert!(answer.has_line("X-myHeader-ID: 1"), "{path}: {:?}", answer.headers);
        assert_eq!(answer.text(), "ok");
        assert!(answer.header("authorization").is_none(), "{:?}", answer.headers);
    }
}

#[test]
fn headers_of_one_connection_stay_on_it() {
    let headers = "Connection: X-Back\r\nX-Back: 1\r\nKeep-Alive: timeout=1\r\n";
    let backend = Backend::saying(&answer("200 OK", headers, "ok"));
    let engine = Engine::start(&[&through(&backend, "/")]);
    let sent = "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\nExpect: 100-continue\r\nX-Kept: 1\r\n";
    let mut client = Connection::open(engine.http);
    client.write(crate::support::http::request("GET", "/test/", sent, ""));
    let answer = client.read().unwrap();
    let seen = backend.next();
    for name in ["x-hop", "te", "expect", "keep-alive"] {
        assert!(seen.header(name).is_none(), "{name}: {:?}", seen.headers);
    }
    assert_eq!(seen.header("x-kept"), Some("1"));
    assert!(answer.header("x-back").is_none() && answer.header("keep-alive").is_none());
}

#[test]
fn a_connection_serves_request_after_request() {
    let backend = Backend::json("{\"a\":1}");
    let engine = Engine::start(&[&through(&backend, "/")]);
    let mut client = Connection::open(engine.http);
    for _ in 0..3 {
        let answer = client.exchange("GET", "/test/", "", "");
        assert_eq!((answer.status(), answer.text().as_str()), (200, "{\"a\":1}"));
    }
}

#[test]
fn a_request_that_is_answered_itself_tells_no_secret() {
    let engine = Engine::start(&[&api("<inSequence><respond/></inSequence>")]);
    let sent = "Authorization: Basic c2VjcmV0\r\nCookie: s=1\r\nX-Trace: 7\r\nContent-Type: text/plain\r\n";
    let answer = exchange(engine.http, "POST", "/test/", sent, "echo");
    assert_eq!((answer.status(), answer.text().as_str()), (200, "echo"));
    assert_eq!(answer.header("x-trace"), Some("7"));
    for name in ["authorization", "cookie", "host"] {
        assert!(answer.header(name).is_none(), "{name}: {:?}", answer.headers);
    }
}

#[test]
fn methods_without_bodies() {
    let backend = Backend::json("{\"a\":1}");
    let engine = Engine::start(&[&through(&backend, "/")]);
    let mut client = Connection::open(engine.http);
    let head = client.exchange("HEAD", "/test/", "", "");
    assert_eq!(head.status(), 200);
    // A body behind the head would be taken for the next answer.
    assert_eq!(client.exchange("GET", "/test/", "", "").text(), "{\"a\":1}");
    let options = exchange(engine.http, "OPTIONS", "/test/", "", "");
    assert!(options.status() < 300, "{options:?}");
    assert!(options.header("allow").is_some_and(|allow| allow.contains("POST")), "{options:?}");
}

#[test]
fn statuses_without_bodies() {
    for (code, status, body) in [
        ("204", 204, ""),
        ("304", 304, ""),
        ("201", 201, "{}"),
        (" 418 ", 418, "{}"),
        ("100", 200, "{}"),
        ("99999", 200, "{}"),
        ("none", 200, "{}"),
    ] {
        let flow = format!(
            "<inSequence><property name=\"HTTP_SC\" value=\"{code}\" scope=\"axis2\"/><respond/></inSequence>"
        );
        let engine = Engine::start(&[&api(&flow)]);
        let mut client = Connection::open(engine.http);
        client.write(crate::support::http::request(
            "POST",
            "/test/",
            "Content-Type: application/json\r\n",
            "{}",
        ));
        let answer = if body.is_empty() { client.read_head() } else { client.read() }.unwrap();
        assert_eq!((answer.status(), answer.text().as_str()), (status, body), "{code}");
    }
}

#[test]
fn an_answer_in_another_form_is_read_first() {
    let flow = "<inSequence><property name=\"messageType\" value=\"application/xml\" scope=\"axis2\"/><respond/></inSequence>";
    let engine = Engine::start(&[&api(flow)]);
    let big = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
    let answer = post(engine.http, "/test/", &big);
    assert_eq!(answer.status(), 200, "{}", answer.text());
    assert!(answer.text().starts_with("<jsonObject><a>xxx"), "{}", &answer.text()[..40]);
    assert_eq!(answer.header("content-type"), Some("application/xml"));
}

#[test]
fn a_proxy_sends_to_its_endpoint_and_answers_through_its_out_sequence() {
    let backend = Backend::json("{\"a\":1}");
    let target = format!(
        "{}<outSequence><property name=\"X-Out\" value=\"1\" scope=\"transport\"/><send/></outSequence>",
        backend.endpoint("/base", "")
    );
    let engine = Engine::start(&[&proxy(&target)]);
    let answer = post(engine.http, "/services/test/more?q=1", "{\"b\":2}");
    let seen = backend.next();
    assert_eq!(seen.start, "POST /base/more?q=1 HTTP/1.1");
    assert_eq!(seen.text(), "{\"b\":2}");
    assert_eq!((answer.header("x-out"), answer.text().as_str()), (Some("1"), "{\"a\":1}"));
}

#[test]
fn what_stands_behind_the_context_goes_to_address_endpoints_only() {
    let backend = Backend::json("{}");
    let http = format!("<endpoint><http uri-template=\"{}\"/></endpoint>", backend.url("/h"));
    let address = backend.endpoint("/a", "");
    let remove = "<property name=\"REST_URL_POSTFIX\" scope=\"axis2\" action=\"remove\"/>";
    for (flow, expected) in [
        (format!("<call>{address}</call>"), "PUT /a/x/y?q=1 HTTP/1.1"),
        (format!("<call>{http}</call>"), "PUT /h HTTP/1.1"),
        (format!("{remove}<call>{address}</call>"), "PUT /a HTTP/1.1"),
    ] {
        let engine = Engine::start(&[&api(&format!("<inSequence>{flow}<respond/></inSequence>"))]);
        assert_eq!(exchange(engine.http, "PUT", "/test/x/y?q=1", "", "b").status(), 200);
        assert_eq!(backend.next().start, expected);
    }
}

#[test]
fn ways_through_an_api() {
    let backend = Backend::json("{\"a\":1}");
    let receive = "<sequence xmlns=\"http://ws.apache.org/ns/synapse\" name=\"got\"><property name=\"X-Receive\" value=\"1\" scope=\"transport\"/><send/></sequence>";
    let endpoint = backend.endpoint("/", "");
    let out = "<outSequence><property name=\"X-Out\" value=\"1\" scope=\"transport\"/><send/></outSequence>";
    for (flow, status, header) in [
        (format!("<inSequence><send>{endpoint}</send></inSequence>{out}"), 200, Some("x-out")),
        (format!("<inSequence><send receive=\"got\">{endpoint}</send></inSequence>{out}"), 200, Some("x-receive")),
        (format!("<inSequence><send>{endpoint}</send></inSequence>"), 200, None),
        (format!("<inSequence><loopback/></inSequence>{out}"), 200, Some("x-out")),
        ("<inSequence><property name=\"RESPONSE\" value=\"true\"/><header name=\"To\" action=\"remove\"/><send/></inSequence>".to_owned(), 200, None),
        ("<inSequence><drop/></inSequence>".to_owned(), 202, None),
        ("<inSequence><log/></inSequence>".to_owned(), 202, None),
        (format!("<inSequence><property name=\"OUT_ONLY\" value=\"true\"/><send>{endpoint}</send></inSequence>"), 202, None),
        (format!("<inSequence><property name=\"FORCE_SC_ACCEPTED\" value=\"true\" scope=\"axis2\"/><call>{endpoint}</call><respond/></inSequence>"), 202, None),
    ] {
        let engine = Engine::start(&[&api(&flow), receive]);
        let answer = post(engine.http, "/test/", "{\"b\":2}");
        assert_eq!(answer.status(), status, "{flow}: {}", answer.text());
        for name in ["x-out", "x-receive"] {
            assert_eq!(answer.header(name).is_some(), header == Some(name), "{flow}: {name}");
        }
        if flow.contains("<address") {
            assert_eq!(backend.next().text(), "{\"b\":2}", "{flow}");
        }
        assert!(backend.is_idle());
    }
}

#[test]
fn a_one_way_call_goes_on_with_its_message() {
    let slow = Backend::new(|_, _| {
        std::thread::sleep(std::time::Duration::from_secs(20));
        false
    });
    let flow = format!(
        "<inSequence><property name=\"OUT_ONLY\" value=\"true\" scope=\"axis2\"/><call>{}</call><respond/></inSequence>",
        slow.endpoint("/", "")
    );
    let engine = Engine::start(&[&api(&flow)]);
    let started = std::time::Instant::now();
    let answer = post(engine.http, "/test/", "{\"b\":2}");
    assert_eq!((answer.status(), answer.text().as_str()), (200, "{\"b\":2}"));
    assert!(started.elapsed().as_secs() < 10, "the answer does not wait for the back-end");
    assert_eq!(slow.next().text(), "{\"b\":2}");
}

#[test]
fn http2_without_tls_is_understood() {
    let engine = Engine::start(&[&api("<inSequence><respond/></inSequence>")]);
    let mut client = Connection::open(engine.http);
    // The preface and an empty SETTINGS frame; the server's SETTINGS frame (type 4) comes back.
    client.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    let mut head = [0; 9];
    std::io::Read::read_exact(client.reader(), &mut head).unwrap();
    assert_eq!(head[3], 4, "{head:?}");
}

#[test]
fn a_compressed_answer_can_be_read() {
    // `{"a":"packed"}` as gzip packs it without compressing it.
    const PACKED: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x0e\0\xf1\xff{\"a\":\"packed\"}";
    let backend = Backend::new(|_, stream| {
        let mut bytes = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            PACKED.len() + 8
        )
        .into_bytes();
        bytes.extend(PACKED);
        bytes.extend(0x322c_6371_u32.to_le_bytes());
        bytes.extend(14_u32.to_le_bytes());
        std::io::Write::write_all(stream, &bytes).is_ok()
    });
    let flow = format!(
        "<inSequence><call>{}</call><payloadFactory media-type=\"json\"><format>{{\"got\":\"$1\"}}</format><args><arg expression=\"json-eval($.a)\"/></args></payloadFactory><respond/></inSequence>",
        backend.endpoint("/", "")
    );
    let engine = Engine::start(&[&api(&flow)]);
    let answer = exchange(engine.http, "GET", "/test/", "Accept-Encoding: gzip\r\n", "");
    assert_eq!(answer.text(), "{\"got\":\"packed\"}");
    assert!(answer.header("content-encoding").is_none());
}
