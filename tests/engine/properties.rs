//! Properties by which a flow steers the wire: what the back-end sees of each, and the client.

use std::io::Write as _;

use crate::support::backend::{Backend, answer};
use crate::support::engine::Engine;
use crate::support::http::{Connection, Message, exchange, request};

const SOAP_FAULT: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
     <s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault></s:Body></s:Envelope>";

/// Answers as the path asks.
fn backend() -> Backend {
    Backend::new(|request, stream| {
        let path = request.start.split(' ').nth(1).unwrap_or_default();
        let xml = "Content-Type: text/xml\r\n";
        let said = match path.rsplit('/').next().unwrap_or_default() {
            "soap-fault" => answer("500 Internal Server Error", xml, SOAP_FAULT),
            "soap" => answer("200 OK", xml, "<a/>"),
            "odd" => answer("404 Nowhere to be seen", "", "gone"),
            "accepted" => answer("202 Accepted", "", ""),
            "broken" => answer("500 Internal Server Error", "X-Back: 1\r\n", "no"),
            "chunked" => {
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\
                \r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"
                    .to_owned()
            }
            _ => answer("200 OK", "Content-Type: text/plain\r\nX-Back: 1\r\n", "ok"),
        };
        stream.write_all(said.as_bytes()).is_ok()
    })
}

fn set(scope: &str, name: &str, value: &str) -> String {
    format!("<property name=\"{name}\" scope=\"{scope}\" value=\"{value}\"/>")
}

fn axis2(name: &str, value: &str) -> String {
    set("axis2", name, value)
}

fn called(backend: &Backend, path: &str) -> String {
    let uri = backend.url(path);
    format!("<call><endpoint><http uri-template=\"{uri}\"/></endpoint></call>")
}

/// An engine with an API whose resource `/row` runs the flow of that row.
fn serving<'f>(flows: impl IntoIterator<Item = &'f String>) -> Engine {
    let resources: Vec<_> = flows
        .into_iter()
        .enumerate()
        .map(|(row, flow)| {
            format!(
                "<resource methods=\"GET POST PUT\" url-mapping=\"/{row}\">\
                 <inSequence>{flow}</inSequence>\
                 <faultSequence><property name=\"HTTP_SC\" scope=\"axis2\" value=\"599\"/>\
                 <payloadFactory media-type=\"text\"><format>$1 $2</format><args>\
                 <arg expression=\"$ctx:ERROR_CODE\"/><arg expression=\"$ctx:ERROR_MESSAGE\"/></args>\
                 </payloadFactory><respond/></faultSequence></resource>"
            )
        })
        .collect();
    let resources = resources.concat();
    Engine::start(&[&format!(
        "<api xmlns=\"http://ws.apache.org/ns/synapse\" name=\"p\" context=\"/p\">{resources}</api>"
    )])
}

const CHUNKED: &str = "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n";
const CHUNKS: &str = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";

/// Sends a body of unknown length, or none where the method has none.
fn send(engine: &Engine, method: &str, path: &str) -> Message {
    if method == "GET" {
        return exchange(engine.http, method, path, "X-Client: 1\r\n", "");
    }
    let mut client = Connection::open(engine.http);
    client.write(request(method, path, CHUNKED, "") + CHUNKS);
    client.read().unwrap_or_else(|| panic!("no answer to {method} {path}"))
}

/// What a flow says, and what must be on the wire then.
struct Row {
    flow: String,
    method: &'static str,
    start: String,
    lines: Vec<String>,
    absent: &'static [&'static str],
    body: &'static str,
}

fn row(flow: impl Into<String>) -> Row {
    Row {
        flow: flow.into(),
        method: "POST",
        start: String::new(),
        lines: Vec::new(),
        absent: &[],
        body: "ok",
    }
}

impl Row {
    fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    /// The first line.
    fn start(self, start: impl Into<String>) -> Self {
        Self { start: start.into(), ..self }
    }

    /// A header line that is there.
    fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// Headers that are not.
    fn without(self, absent: &'static [&'static str]) -> Self {
        Self { absent, ..self }
    }

    fn body(self, body: &'static str) -> Self {
        Self { body, ..self }
    }

    fn check(&self, seen: &Message) {
        let Self { flow, start, lines, absent, .. } = self;
        assert!(start.is_empty() || seen.start == *start, "{flow}: {}", seen.start);
        for line in lines {
            assert!(seen.has_line(line), "{flow}: {line}: {:?}", seen.headers);
        }
        for name in *absent {
            assert!(seen.header(name).is_none(), "{flow}: {name}: {:?}", seen.headers);
        }
    }
}

#[test]
fn the_back_end_sees_what_a_flow_says() {
    let backend = backend();
    let host = backend.address.to_string();
    let whole = format!("POST http://{host}/b?q=1 HTTP/1.1");
    let sized = |row: Row| row.line("Content-Length: 11").without(&["transfer-encoding"]);
    let empty =
        |row: Row| row.line("Content-Length: 0").without(&["content-type", "transfer-encoding"]);
    let chunked = |row: Row| row.line("Transfer-Encoding: chunked");
    let rows = [
        chunked(row("").start("POST /b?q=1 HTTP/1.1")),
        sized(row(axis2("DISABLE_CHUNKING", "true"))),
        chunked(row(axis2("DISABLE_CHUNKING", "false"))),
        sized(row(axis2("FORCE_HTTP_CONTENT_LENGTH", "true"))),
        sized(row(axis2("FORCE_HTTP_1.0", "true")).start("POST /b?q=1 HTTP/1.0")),
        sized(row(set("axis2-client", "FORCE_HTTP_1.0", "true")).method("PUT"))
            .start("PUT /b?q=1 HTTP/1.0"),
        row(axis2("NO_KEEPALIVE", "true")).line("Connection: close"),
        row(axis2("POST_TO_URI", "true")).start(&whole).line(format!("Host: {host}")),
        row(axis2("FULL_URI", "true")).start(&whole).line(format!("Host: {host}")),
        row(axis2("REQUEST_HOST_HEADER", "www.test")).line("Host: www.test"),
        empty(row(axis2("FORCE_POST_PUT_NOBODY", "true")).method("PUT")),
        empty(row(axis2("NO_ENTITY_BODY", "true"))),
        row(axis2("HTTP_METHOD", "PATCH")).start("PATCH /b?q=1 HTTP/1.1"),
        row(axis2("HTTP_METHOD", "DELETE")).method("GET").start("DELETE /b?q=1 HTTP/1.1"),
        row("<property name=\"TRANSPORT_HEADERS\" scope=\"axis2\" action=\"remove\"/>")
            .method("GET")
            .without(&["x-client"]),
    ];
    let call = called(&backend, "/b?q=1");
    let flows: Vec<_> = rows.iter().map(|row| format!("{}{call}<respond/>", row.flow)).collect();
    let engine = serving(&flows);
    for (number, row) in rows.iter().enumerate() {
        let answer = send(&engine, row.method, &format!("/p/{number}"));
        assert_eq!((answer.status(), answer.text().as_str()), (200, row.body), "{}", row.flow);
        row.check(&backend.next());
    }
}

#[test]
fn a_connection_without_keepalive_is_not_used_again() {
    let (opened, count) = std::sync::mpsc::channel();
    let backend = Backend::new(move |_, stream| {
        opened.send(stream.peer_addr().unwrap().port()).unwrap();
        stream.write_all(answer("200 OK", "", "ok").as_bytes()).is_ok()
    });
    let call = called(&backend, "/");
    let close = axis2("NO_KEEPALIVE", "true");
    let engine = serving(&[
        format!("{call}{call}<respond/>"),
        format!("{close}{call}{close}{call}<respond/>"),
    ]);
    for (path, same) in [("/p/0", true), ("/p/1", false)] {
        assert_eq!(exchange(engine.http, "GET", path, "", "").status(), 200);
        assert_eq!(count.recv().unwrap() == count.recv().unwrap(), same, "{path}");
    }
}

#[test]
fn the_client_sees_what_a_flow_says() {
    let backend = backend();
    let at = |path| called(&backend, path);
    let echo = |flow: String| row(flow).body("x");
    let gone = |flow: String| row(at("/odd") + &flow).body("gone");
    let soap_fault =
        |before: &str, after: &str| row(before.to_owned() + &at("/soap-fault") + after);
    let on_fault = set("default", "FORCE_ERROR_ON_SOAP_FAULT", "true");
    let as_200 = axis2("FAULTS_AS_HTTP_200", "true");
    let removed = "<property name=\"HTTP_SC\" scope=\"axis2\" action=\"remove\"/>".to_owned();
    let described = axis2("HTTP_SC", "404") + &axis2("HTTP_SC_DESC", "Nö");
    let rows = [
        echo(axis2("HTTP_SC_DESC", "All is well")).start("HTTP/1.1 200 All is well"),
        echo(axis2("HTTP_SC_DESC", "")).start("HTTP/1.1 200 OK"),
        echo(described).start("HTTP/1.1 404 Nö"),
        echo(axis2("HTTP_SC", "599")).start("HTTP/1.1 599 <none>"),
        echo(axis2("SC_ACCEPTED", "true")).start("HTTP/1.1 202 Accepted"),
        echo(axis2("NO_KEEPALIVE", "true")).line("Connection: close"),
        echo(axis2("FORCE_HTTP_1.0", "true"))
            .start("HTTP/1.0 200 OK")
            .line("Connection: close")
            .line("Content-Length: 1"),
        gone(String::new()).start("HTTP/1.1 404 Nowhere to be seen"),
        gone(axis2("HTTP_SC", "200")).start("HTTP/1.1 200 OK"),
        gone(removed).start("HTTP/1.1 200 OK"),
        gone(axis2("HTTP_SC_DESC", "Mine")).start("HTTP/1.1 404 Mine"),
        row(at("/accepted")).start("HTTP/1.1 202 Accepted").body(""),
        row(at("/chunked")).line("Transfer-Encoding: chunked").body("abcdef"),
        row(at("/chunked") + &axis2("DISABLE_CHUNKING", "true"))
            .line("Content-Length: 6")
            .without(&["transfer-encoding"])
            .body("abcdef"),
        soap_fault("", "").start("HTTP/1.1 500 Internal Server Error").body(SOAP_FAULT),
        soap_fault("", &as_200).start("HTTP/1.1 200 OK").body(SOAP_FAULT),
        row(at("/broken") + &as_200).start("HTTP/1.1 500 Internal Server Error").body("no"),
        row(on_fault.clone() + &at("/soap")).body("<a/>"),
        soap_fault(&on_fault, "").body("500000 the back-end answered with a SOAP fault"),
    ];
    let flows: Vec<_> = rows.iter().map(|row| format!("{}<respond/>", row.flow)).collect();
    let engine = serving(&flows);
    for (number, row) in rows.iter().enumerate() {
        let path = format!("/p/{number}");
        let answer = exchange(engine.http, "POST", &path, "Content-Type: text/plain\r\n", "x");
        row.check(&answer);
        assert_eq!(answer.text(), row.body, "{}", row.flow);
    }
}

#[test]
fn an_entity_tag_is_that_of_its_body() {
    let flow = axis2("HTTP_ETAG", "true") + "<respond/>";
    let engine = serving(&[flow]);
    let tag = |body: &str| {
        let answer = exchange(engine.http, "POST", "/p/0", "Content-Type: text/plain\r\n", body);
        answer.header("etag").map(str::to_owned).unwrap_or_default()
    };
    assert!(tag("a").len() > 10 && tag("a").starts_with('"') && tag("a").ends_with('"'));
    assert_eq!(tag("a"), tag("a"));
    assert_ne!(tag("a"), tag("b"));
}

#[test]
fn what_cannot_be_sent_is_a_fault_and_never_half_a_line() {
    let backend = backend();
    let call = called(&backend, "/b");
    let address = format!("<call>{}</call>", backend.endpoint("/b", ""));
    let from_body = |name: &str| {
        format!("<property name=\"{name}\" scope=\"axis2\" expression=\"json-eval($.v)\"/>")
    };
    let rows: [(String, &str, u16, &str); 8] = [
        (from_body("HTTP_METHOD") + &call, "GO ON", 599, "0 `GO ON` is not an HTTP method"),
        (from_body("REQUEST_HOST_HEADER") + &call, "a\\r\\nX: 1", 599, "cannot be a Host header"),
        (from_body("HTTP_SC_DESC"), "a\\r\\nX-Evil: 1", 200, ""),
        (from_body("HTTP_SC"), "99", 200, ""),
        (from_body("HTTP_SC"), "teapot", 200, ""),
        (from_body("REST_URL_POSTFIX") + &address, "/a\\r\\nX: 1", 599, "is not a URI"),
        (from_body("REST_URL_POSTFIX") + &address, "/a b/../c", 200, "ok"),
        (from_body("CHECKED") + &call, "x", 200, "ok"),
    ];
    let flows: Vec<_> = rows.iter().map(|row| format!("{}<respond/>", row.0)).collect();
    let engine = serving(&flows);
    for (number, (flow, value, status, told)) in rows.iter().enumerate() {
        let body = format!("{{\"v\":\"{value}\"}}");
        let path = format!("/p/{number}");
        let answer =
            exchange(engine.http, "POST", &path, "Content-Type: application/json\r\n", &body);
        assert_eq!(answer.status(), *status, "{flow}: {}", answer.text());
        assert!(answer.text().contains(told), "{flow}: {}", answer.text());
        assert!(answer.header("x-evil").is_none() && answer.header("x").is_none());
    }
    assert_eq!(backend.next().start, "POST /b/a%20b/../c HTTP/1.1");
    assert_eq!(backend.next().start, "POST /b HTTP/1.1");
}

#[test]
fn a_blocking_call_keeps_the_headers_that_it_is_told_to() {
    let backend = backend();
    let call = called(&backend, "/b").replace("<call>", "<call blocking=\"true\">");
    let failing = called(&backend, "/broken").replace("<call>", "<call blocking=\"true\">");
    let keep = |value| set("default", "BLOCKING_SENDER_PRESERVE_REQ_HEADERS", value);
    let engine = serving(&[
        format!("{call}<respond/>"),
        format!("{}{call}<respond/>", keep("true")),
        format!("{}{call}<respond/>", keep("false")),
        format!("{}{failing}<respond/>", axis2("non.error.http.status.codes", "404,500")),
        format!("{failing}<respond/>"),
    ]);
    for (row, status, own, backs) in
        [(0, 200, true, false), (1, 200, true, false), (2, 200, false, true), (3, 500, true, false)]
    {
        let answer = exchange(engine.http, "GET", &format!("/p/{row}"), "X-Own: 1\r\n", "");
        assert_eq!(answer.status(), status, "{row}: {}", answer.text());
        assert_eq!(answer.header("x-own").is_some(), own, "{row}: {:?}", answer.headers);
        assert_eq!(answer.header("x-back").is_some(), backs, "{row}: {:?}", answer.headers);
    }
    assert_eq!(exchange(engine.http, "GET", "/p/4", "", "").status(), 599);
}

#[test]
fn flows_read_what_the_engine_knows() {
    let rows = [
        ("default", "SERVER_IP", "127.0.0.1"),
        ("default", "TRANSPORT_IN_NAME", "http"),
        ("default", "Action", "urn:do"),
        ("default", "OperationName", "mediate"),
        ("default", "FAULT", ""),
        ("axis2", "REMOTE_ADDR", "127.0.0.1"),
        ("axis2", "REMOTE_HOST", "127.0.0.1"),
        ("axis2", "HTTP_METHOD_OBJECT", "POST"),
        ("axis2", "TransportInURL", "/p/0"),
        ("axis2", "correlation_id", "c-7"),
        (
            "axis2",
            "TRANSPORT_HEADERS",
            "{Activityid=c-7, Content-Length=1, Content-Type=text/plain, Host=engine.test, Soapaction=\"urn:do\"}",
        ),
    ];
    let args: Vec<_> = rows
        .iter()
        .map(|(scope, name, _)| format!("<arg expression=\"get-property('{scope}', '{name}')\"/>"))
        .collect();
    let args = args.concat();
    let holes: Vec<_> = (1..=rows.len()).map(|number| format!("${number}")).collect();
    let flow = format!(
        "<payloadFactory media-type=\"text\"><format>{}</format><args>{args}</args></payloadFactory><respond/>",
        holes.join("|")
    );
    let engine = serving(&[flow]);
    let headers = "Content-Type: text/plain\r\nSOAPAction: \"urn:do\"\r\nactivityid: c-7\r\n";
    let answer = exchange(engine.http, "POST", "/p/0", headers, "x");
    let text = answer.text();
    let told: Vec<_> = text.split('|').collect();
    for (index, (_, name, expected)) in rows.iter().enumerate() {
        assert_eq!(told.get(index), Some(expected), "{name}: {text}");
    }
}
