//! Back-ends that misbehave: what the flow learns, when, and how often the back-end was asked.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::backend::{Backend, nowhere};
use crate::support::engine::{Engine, api};
use crate::support::http::{Connection, Message, exchange, request};

/// How long an endpoint may take in these tests.
const TIMEOUT: Duration = Duration::from_millis(400);

/// How much later than that the client may hear of it.
const GRACE: Duration = Duration::from_millis(250);

/// A fault sequence that says what it saw.
const TELL: &str = "<faultSequence><payloadFactory media-type=\"json\"><format>{\"code\": $1}</format>\
     <args><arg expression=\"get-property('ERROR_CODE')\"/></args></payloadFactory>\
     <property name=\"HTTP_SC\" value=\"599\" scope=\"axis2\"/><respond/></faultSequence>";

/// A step that reads the body.
const READ: &str = "<property name=\"read\" expression=\"json-eval($)\"/>";

fn endpoint(url: &str, inner: &str) -> String {
    format!(
        "<endpoint><http uri-template=\"{url}\"><timeout><duration>{}</duration>\
         <responseAction>fault</responseAction></timeout>{inner}</http></endpoint>",
        TIMEOUT.as_millis()
    )
}

fn calling(endpoint: &str, then: &str) -> String {
    let flow = format!("<inSequence><call>{endpoint}</call>{then}<respond/></inSequence>{TELL}");
    api(&flow)
}

/// Closes a connection so that the peer gets a reset.
fn reset(stream: &TcpStream) {
    socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO)).unwrap();
}

/// Writes some bytes, and then does what the row says.
#[derive(Clone, Copy)]
enum Then {
    Close,
    Reset,
    Stall,
}

fn misbehaving(says: &'static str, then: Then) -> Backend {
    Backend::new(move |_, stream| {
        let _ = stream.write_all(says.as_bytes());
        match then {
            Then::Close => {}
            Then::Reset => reset(stream),
            Then::Stall => thread::sleep(TIMEOUT * 5),
        }
        false
    })
}

fn asked(backend: &Backend) -> usize {
    std::iter::from_fn(|| (!backend.is_idle()).then_some(())).count()
}

const PARTIAL: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{\"half\":";
const BAD_CHUNK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno size\r\n";

#[test]
fn every_way_to_fail_before_the_answer_has_a_code_and_is_tried_once() {
    for (name, says, then, code) in [
        ("closed without an answer", "", Then::Close, 101_505),
        ("reset without an answer", "", Then::Reset, 101_500),
        ("silent", "", Then::Stall, 101_504),
        ("silent within the head", "HTTP/1.1 200 OK\r\nContent-", Then::Stall, 101_504),
        ("closed within the head", "HTTP/1.1 200 OK\r\nContent-", Then::Close, 101_505),
        ("reset within the head", "HTTP/1.1 200 OK\r\nContent-", Then::Reset, 101_500),
        ("no HTTP", "220 mail.example ESMTP\r\n\r\n", Then::Close, 101_506),
        ("a status that is none", "HTTP/1.1 abc OK\r\n\r\n", Then::Close, 101_506),
        (
            "two lengths",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            Then::Close,
            101_506,
        ),
    ] {
        let backend = misbehaving(says, then);
        let engine = Engine::start(&[&calling(&endpoint(&backend.url("/"), ""), "")]);
        let (answer, took) = timed(engine.http, "POST");
        assert_eq!(answer.text(), format!("{{\"code\": {code}}}"), "{name}");
        assert!(took < TIMEOUT + GRACE, "{name} took {took:?}");
        assert_eq!(asked(&backend), 1, "{name}");
    }
}

#[test]
fn a_backend_that_cannot_be_reached_has_a_code() {
    let plain = Backend::json("{}");
    for (name, url) in [
        ("refused", format!("http://{}/", nowhere())),
        ("no such name", "http://no-such-host.invalid/".to_owned()),
        ("no TLS", format!("https://{}/", plain.address)),
    ] {
        let engine = Engine::start(&[&calling(&endpoint(&url, ""), "")]);
        let (answer, took) = timed(engine.http, "POST");
        assert_eq!(answer.text(), "{\"code\": 101503}", "{name}");
        assert!(took < TIMEOUT + GRACE, "{name} took {took:?}");
    }
}

#[test]
fn a_body_that_breaks_off_is_a_fault_for_who_reads_it() {
    for (name, says, then, code) in [
        ("closed within the body", PARTIAL, Then::Close, 101_505),
        ("reset within the body", PARTIAL, Then::Reset, 101_505),
        ("silent within the body", PARTIAL, Then::Stall, 101_504),
        ("a chunk that is none", BAD_CHUNK, Then::Close, 101_506),
    ] {
        let backend = misbehaving(says, then);
        let settings = format!("[limits]\nbody_idle_timeout = \"{}ms\"\n", TIMEOUT.as_millis());
        let engine = Engine::with(&settings, &[&calling(&endpoint(&backend.url("/"), ""), READ)]);
        let (answer, took) = timed(engine.http, "POST");
        assert_eq!(answer.text(), format!("{{\"code\": {code}}}"), "{name}");
        assert!(took < TIMEOUT + GRACE, "{name} took {took:?}");
        assert_eq!(asked(&backend), 1, "{name}");
    }
}

#[test]
fn a_body_that_breaks_off_breaks_the_answer_that_passes_it_on() {
    for (name, says, then) in [
        ("closed", PARTIAL, Then::Close),
        ("reset", PARTIAL, Then::Reset),
        ("a bad chunk", BAD_CHUNK, Then::Close),
    ] {
        let backend = misbehaving(says, then);
        let engine = Engine::start(&[&calling(&endpoint(&backend.url("/"), ""), "")]);
        let mut connection = Connection::open(engine.http);
        connection.write(request("GET", "/test/", "", ""));
        // What breaks off before anything was passed on leaves nothing but a closed connection.
        if let Some(head) = connection.read_head() {
            assert_eq!(head.status(), 200, "{name}");
            let rest = head.drain(connection.reader());
            assert!(rest.is_err(), "{name}: a whole body came: {rest:?}");
        }
    }
}

#[test]
fn a_group_asks_another_child_only_where_nothing_can_happen_twice() {
    let listed = "<retryConfig><enabledErrorCodes>101505 101504</enabledErrorCodes></retryConfig>";
    for (name, says, then, method, inner, first, second) in [
        ("closed, POST", "", Then::Close, "POST", "", 1, 0),
        ("closed, PUT", "", Then::Close, "PUT", "", 1, 1),
        ("closed, GET", "", Then::Close, "GET", "", 1, 1),
        ("closed, POST, listed", "", Then::Close, "POST", listed, 1, 1),
        ("silent, POST", "", Then::Stall, "POST", "", 1, 0),
        ("silent, GET", "", Then::Stall, "GET", "", 1, 1),
        ("silent, POST, listed", "", Then::Stall, "POST", listed, 1, 1),
        ("reset, POST, another is listed", "", Then::Reset, "POST", listed, 1, 0),
        ("no HTTP, POST", "220 mail\r\n\r\n", Then::Close, "POST", "", 1, 0),
        ("no HTTP, GET, another is listed", "220 mail\r\n\r\n", Then::Close, "GET", listed, 1, 0),
        // A body that breaks off is an answer: its head came.
        ("half a body, GET", PARTIAL, Then::Close, "GET", "", 1, 0),
    ] {
        let (bad, good) = (misbehaving(says, then), Backend::json("{\"good\": true}"));
        let group = format!(
            "<endpoint><failover>{}{}</failover></endpoint>",
            endpoint(&bad.url("/"), inner),
            endpoint(&good.url("/"), "")
        );
        let engine = Engine::start(&[&calling(&group, READ)]);
        let (answer, took) = timed(engine.http, method);
        assert_eq!((asked(&bad), asked(&good)), (first, second), "{name}");
        let expected = if second == 1 { 200 } else { 599 };
        assert_eq!(answer.status(), expected, "{name}: {}", answer.text());
        assert!(took < TIMEOUT + GRACE, "{name} took {took:?}");
    }
}

#[test]
fn an_endpoint_is_tried_again_when_its_suspension_is_over() {
    let backend = Backend::new(|message, stream| {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        !message.start.contains("/bad") && stream.write_all(answer.as_bytes()).is_ok()
    });
    let url = backend.url("/{uri.var.way}");
    let suspension = "<suspendOnFailure><initialDuration>600</initialDuration></suspendOnFailure>\
         <markForSuspension><errorCodes>-1</errorCodes></markForSuspension>";
    let flow = format!(
        "<inSequence><property name=\"uri.var.way\" expression=\"$url:way\"/><call>{}</call><respond/></inSequence>{TELL}",
        endpoint(&url, suspension)
    );
    let engine = Engine::start(&[&api(&flow)]);
    let ask = |way: &str| exchange(engine.http, "GET", &format!("/test/?way={way}"), "", "").text();
    assert_eq!(ask("good"), "ok");
    let failed = Instant::now();
    assert_eq!(ask("bad"), "{\"code\": 101505}");
    loop {
        let (before, answer) = (failed.elapsed(), ask("good"));
        if answer == "ok" {
            let after = failed.elapsed();
            assert!(after >= Duration::from_millis(600), "used again after {after:?}");
            break;
        }
        assert_eq!(answer, "{\"code\": 303001}");
        assert!(before < Duration::from_millis(700), "still suspended after {before:?}");
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(ask("good"), "ok");
    assert_eq!(asked(&backend), 4);
}

#[test]
fn a_one_way_message_that_fails_suspends_its_endpoint() {
    let dead = format!("http://{}/", nowhere());
    let flow = format!(
        "<inSequence><property name=\"OUT_ONLY\" value=\"true\"/><call>{}</call><respond/></inSequence>{TELL}",
        endpoint(&dead, "")
    );
    let engine = Engine::start(&[&api(&flow)]);
    let until = Instant::now() + crate::support::PATIENCE;
    while exchange(engine.http, "GET", "/test/", "", "").status() != 599 {
        assert!(Instant::now() < until, "never suspended: {}", engine.log());
    }
    assert!(engine.log().contains("a one-way message was not delivered"), "{}", engine.log());
}

fn timed(address: SocketAddr, method: &str) -> (Message, Duration) {
    let started = Instant::now();
    let body = if method == "GET" { "" } else { "{\"a\": 1}" };
    let answer = exchange(address, method, "/test/", "Content-Type: application/json\r\n", body);
    (answer, started.elapsed())
}
