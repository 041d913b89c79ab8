//! What a back-end's failure becomes: a code for the fault sequence, a status for the client.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::support::backend::{Backend, nowhere};
use crate::support::engine::{Engine, api, proxy};
use crate::support::http::{Message, exchange, post};

/// A fault sequence that says what it saw.
const TELL: &str = "<faultSequence><payloadFactory media-type=\"json\"><format>{\"code\":$1}</format>\
     <args><arg expression=\"get-property('ERROR_CODE')\"/></args></payloadFactory>\
     <property name=\"HTTP_SC\" value=\"599\" scope=\"axis2\"/><respond/></faultSequence>";

const TIMEOUT: &str =
    "<timeout><duration>300</duration><responseAction>fault</responseAction></timeout>";
const DISCARD: &str =
    "<timeout><duration>300</duration><responseAction>discard</responseAction></timeout>";

fn endpoint(address: SocketAddr, inner: &str) -> String {
    format!("<endpoint><address uri=\"http://{address}/\">{inner}</address></endpoint>")
}

/// Calls a back-end in an API with and without a fault sequence of its own.
fn call(address: SocketAddr, inner: &str) -> (Message, Message) {
    let flow =
        format!("<inSequence><call>{}</call><respond/></inSequence>", endpoint(address, inner));
    let bare = api(&flow).replace("/test", "/bare").replace("\"test\"", "\"bare\"");
    let engine = Engine::start(&[&api(&format!("{flow}{TELL}")), &bare]);
    (post(engine.http, "/test/", "{}"), post(engine.http, "/bare/", "{}"))
}

#[test]
fn a_failing_backend_has_a_code_and_a_status() {
    let silent = Backend::new(|_, _| {
        std::thread::sleep(Duration::from_secs(5));
        false
    });
    let closing = Backend::new(|_, _| false);
    let babbling = Backend::new(|_, stream| {
        let _ = stream.write_all(b"this is no HTTP\r\n\r\n");
        false
    });
    let cut = Backend::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le");
        false
    });
    for (name, address, inner, code, status) in [
        ("dead", nowhere(), "", 101_503, 502),
        ("closed", closing.address, "", 101_505, 502),
        ("bad status line", babbling.address, "", 101_506, 502),
        ("cut head", cut.address, "", 101_505, 502),
        ("slow", silent.address, TIMEOUT, 101_504, 504),
    ] {
        let (told, answered) = call(address, inner);
        assert_eq!(told.status(), 599, "{name}: {}", told.text());
        assert_eq!(told.text(), format!("{{\"code\":{code}}}"), "{name}");
        assert_eq!(answered.status(), status, "{name}: {}", answered.text());
        assert_eq!(answered.header("content-type"), Some("application/json; charset=UTF-8"));
        assert!(answered.text().contains(&format!("\"code\":{code}")), "{}", answered.text());
    }
}

#[test]
fn a_timeout_that_is_discarded_reaches_no_handler() {
    let silent = Backend::new(|_, _| {
        std::thread::sleep(Duration::from_secs(5));
        false
    });
    let started = Instant::now();
    let (told, answered) = call(silent.address, DISCARD);
    assert_eq!((told.status(), answered.status()), (504, 504));
    assert!(started.elapsed() < Duration::from_secs(4), "the endpoint's duration counts");
}

#[test]
fn an_error_of_the_backend_is_a_fault_only_for_a_blocking_call() {
    let answer = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"no\":\"\"}";
    let backend = Backend::saying(answer);
    for (blocking, status, body) in
        [("false", 404, "{\"no\":\"\"}"), ("true", 599, "{\"code\":401002}")]
    {
        let flow = format!(
            "<inSequence><call blocking=\"{blocking}\">{}</call><respond/></inSequence>{TELL}",
            backend.endpoint("/", "")
        );
        let engine = Engine::start(&[&api(&flow)]);
        let answer = post(engine.http, "/test/", "{}");
        assert_eq!((answer.status(), answer.text().as_str()), (status, body), "{blocking}");
    }
}

#[test]
fn failures_go_to_the_innermost_handler_and_outwards() {
    let sequence = |name: &str, attributes: &str, inner: &str| {
        format!(
            "<sequence xmlns=\"http://ws.apache.org/ns/synapse\" name=\"{name}\" {attributes}>{inner}</sequence>"
        )
    };
    let say = |word: &str| {
        format!(
            "<payloadFactory media-type=\"text\"><format>{word} $1</format><args><arg expression=\"get-property('ERROR_MESSAGE')\"/></args></payloadFactory><property name=\"messageType\" value=\"text/plain\" scope=\"axis2\"/><respond/>"
        )
    };
    let throw = "<throwError type=\"E\" errorMessage=\"first\"/>";
    let named = [
        sequence("throws", "", throw),
        sequence("guarded", "onError=\"says\"", throw),
        sequence("guardedByNobody", "onError=\"missing\"", throw),
        sequence("guardedByThrower", "onError=\"throwsAgain\"", throw),
        sequence("says", "", &say("says")),
        sequence("throwsAgain", "", "<sequence key=\"missing\"/>"),
        sequence("silent", "", "<property name=\"a\" value=\"b\"/>"),
        sequence("dropping", "", "<drop/>"),
        sequence("fault", "", &say("default")),
        format!(
            "<template xmlns=\"http://ws.apache.org/ns/synapse\" name=\"t\"><sequence>{throw}</sequence></template>"
        ),
        format!(
            "<template xmlns=\"http://ws.apache.org/ns/synapse\" name=\"g\" onError=\"says\"><sequence>{throw}</sequence></template>"
        ),
    ];
    let own = format!("<faultSequence>{}</faultSequence>", say("own"));
    for (flow, fault, status, expected) in [
        (throw, &*own, 200, "own first"),
        (throw, "", 200, "default first"),
        ("<sequence key=\"throws\"/>", &own, 200, "own first"),
        ("<sequence key=\"guarded\"/>", &own, 200, "says first"),
        ("<sequence key=\"guardedByNobody\"/>", &own, 200, "own first"),
        ("<sequence key=\"guardedByThrower\"/>", &own, 200, "own first"),
        (
            "<sequence onError=\"says\"><sequence key=\"throws\"/></sequence>",
            &own,
            200,
            "says first",
        ),
        (
            "<sequence onError=\"says\"><log/></sequence><sequence key=\"throws\"/>",
            &own,
            200,
            "own first",
        ),
        ("<call-template target=\"t\" onError=\"says\"/>", &own, 200, "says first"),
        ("<call-template target=\"g\"/>", &own, 200, "says first"),
        ("<call-template target=\"t\"/>", &own, 200, "own first"),
        (
            "<call-template target=\"none\"/>",
            "",
            200,
            "default no template named `none` is deployed",
        ),
        (throw, "<faultSequence><sequence key=\"silent\"/></faultSequence>", 500, ""),
        (throw, "<faultSequence><drop/></faultSequence>", 202, ""),
        ("<sequence onError=\"dropping\"><sequence key=\"throws\"/></sequence>", &own, 202, ""),
        ("<sequence onError=\"silent\"><sequence key=\"throws\"/></sequence>", &own, 500, ""),
        (
            "<property name=\"ERROR_CODE\" value=\"7\"/><property name=\"ERROR_MESSAGE\" value=\"kept\"/><sequence key=\"missing\"/>",
            &own,
            200,
            "own kept",
        ),
    ] {
        let mut artifacts: Vec<&str> = named.iter().map(String::as_str).collect();
        let api = api(&format!("<inSequence>{flow}</inSequence>{fault}"));
        artifacts.push(&api);
        let engine = Engine::start(&artifacts);
        let answer = post(engine.http, "/test/", "{}");
        assert_eq!(answer.status(), status, "{flow}: {}", answer.text());
        if status == 200 {
            assert_eq!(answer.text(), expected, "{flow}");
        }
    }
}

#[test]
fn a_failure_is_worded_as_the_client_reads() {
    let engine = Engine::start(&[&api(
        "<inSequence><throwError type=\"7\" errorMessage=\"a &lt; b\"/></inSequence>",
    )]);
    for (headers, content_type, expected) in [
        ("", "application/json; charset=UTF-8", "{\"error\":{\"code\":7,\"message\":\"a < b\"}}"),
        (
            "Accept: application/xml\r\n",
            "application/xml; charset=UTF-8",
            "<message>a &lt; b</message>",
        ),
        ("Accept: text/plain\r\n", "text/plain; charset=UTF-8", "7: a < b\n"),
        (
            "SOAPAction: \"x\"\r\nContent-Type: text/xml\r\n",
            "text/xml; charset=UTF-8",
            "<faultcode>soapenv:Server</faultcode>",
        ),
        (
            "Content-Type: application/soap+xml\r\n",
            "application/soap+xml; charset=UTF-8",
            "<soapenv:Value>soapenv:Receiver</soapenv:Value>",
        ),
    ] {
        let answer = exchange(engine.http, "POST", "/test/", headers, "<a/>");
        assert_eq!(answer.status(), 500);
        assert_eq!(answer.header("content-type"), Some(content_type));
        assert!(answer.text().contains(expected), "{headers}: {}", answer.text());
    }
}

#[test]
fn a_body_that_cannot_be_parsed_is_the_clients_fault() {
    let flow =
        "<inSequence><property name=\"a\" expression=\"json-eval($.a)\"/><respond/></inSequence>";
    let engine = Engine::start(&[&api(flow)]);
    let answer = post(engine.http, "/test/", "{\"a\":");
    assert_eq!(answer.status(), 400, "{}", answer.text());
    assert!(answer.text().contains("601000"), "{}", answer.text());
}

#[test]
fn an_address_keeps_its_secrets() {
    let dead = nowhere();
    let flow = format!(
        "<inSequence><call><endpoint><http method=\"get\" uri-template=\"http://user:pass@{dead}/p?key=hidden\"/></endpoint></call></inSequence>"
    );
    let engine = Engine::start(&[&api(&flow)]);
    let answer = post(engine.http, "/test/", "{}");
    assert_eq!(answer.status(), 502, "{}", answer.text());
    for secret in ["pass", "hidden"] {
        assert!(!answer.text().contains(secret), "{}", answer.text());
        assert!(!engine.log().contains(secret), "{}", engine.log());
    }
}

#[test]
fn a_proxy_has_handlers_as_well() {
    let target = format!("{}{TELL}", endpoint(nowhere(), ""));
    let engine = Engine::start(&[&proxy(&target)]);
    assert_eq!(post(engine.http, "/services/test", "{}").text(), "{\"code\":101503}");
}
