//! What a client is told, by rows: status, headers, form, and what must not be said.

use std::sync::Arc;

use http::{HeaderMap, Method};
use http_body_util::{BodyExt as _, Full};

use super::*;
use crate::message::{Payload, PropertyScope, Request, Route, Value};
use crate::transport;

fn message(reads: Format, content_type: &str, body: &'static str) -> Message {
    let mut headers = HeaderMap::new();
    if !content_type.is_empty() {
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
    }
    let request = Request {
        method: Method::POST,
        uri: "/a".parse().unwrap(),
        scheme: "http",
        host: None,
        peer: None,
        local: None,
        reads,
        route: Route::default(),
    };
    Message::new(Arc::new(request), headers, Payload::from_typed_bytes(body, content_type))
}

fn text(answer: Answer) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let body = runtime.block_on(transport::collect(answer.into_body(), 1 << 20, None)).unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[test]
fn a_status_is_set_or_follows_from_the_message() {
    const FAULT: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
                         <e:Fault/></e:Body></e:Envelope>";
    for (code, body, as_200, expected) in [
        (Value::Null, "<a/>", false, 200),
        (Value::Int(404), "<a/>", false, 404),
        (Value::text(" 201 "), "<a/>", false, 201),
        (Value::text("999"), "<a/>", false, 999),
        (Value::Int(100), "<a/>", false, 200),
        (Value::Int(1000), "<a/>", false, 200),
        (Value::Int(-1), "<a/>", false, 200),
        (Value::text("OK"), "<a/>", false, 200),
        (Value::Null, FAULT, false, 500),
        (Value::Null, FAULT, true, 200),
        (Value::Int(422), FAULT, true, 422),
    ] {
        let mut message = message(Format::Json, "text/xml", body);
        message.payload.xml().unwrap();
        message.axis2.set("HTTP_SC", code.clone());
        message.axis2.set("FAULTS_AS_HTTP_200", if as_200 { "true" } else { "false" });
        assert_eq!(status_of(&message, message.switches()).as_u16(), expected, "{code:?} {body}");
    }
}

#[test]
fn a_fault_that_the_flow_made_has_a_status_of_its_own() {
    for (received, as_200, own, expected) in [
        (Some(200), "false", Value::Null, 500),
        (Some(404), "false", Value::Null, 500),
        (Some(200), "true", Value::Null, 200),
        (Some(200), "false", Value::Int(422), 422),
        (None, "false", Value::Null, 500),
    ] {
        let mut message = message(Format::Json, "application/json", "{}");
        if let Some(received) = received {
            message.begin_response(StatusCode::from_u16(received).unwrap(), None);
        }
        message.mark_fault();
        if own != Value::Null {
            message.axis2.set("HTTP_SC", own.clone());
        }
        message.axis2.set("FAULTS_AS_HTTP_200", as_200);
        assert_eq!(status_of(&message, message.switches()).as_u16(), expected, "{received:?}");
        message.begin_response(StatusCode::OK, None);
        assert_eq!(status_of(&message, message.switches()), StatusCode::OK, "an answer is none");
    }
}

#[test]
fn what_describes_a_request_or_a_connection_is_left_out() {
    let mut message = message(Format::Json, "text/plain", "x");
    for name in REQUEST_ONLY.iter().map(HeaderName::as_str).chain([
        "connection",
        "keep-alive",
        "transfer-encoding",
        "content-length",
        "x-hop",
        "x-kept",
        "set-cookie",
    ]) {
        let value = if name == "connection" { "x-hop" } else { "1" };
        message.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    message.headers.append("set-cookie", HeaderValue::from_static("2"));
    let answer = response(&mut message).unwrap();
    let mut names: Vec<_> = answer.headers().keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["content-type", "set-cookie", "x-kept"]);
    assert_eq!(answer.headers().get_all("set-cookie").iter().count(), 2);
}

#[test]
fn the_action_of_soap_is_no_word_of_an_answer() {
    for (content_type, stated) in [("text/xml", "text/xml"), ("application/xml", "application/xml")]
    {
        let mut message = message(Format::Xml, content_type, "<a/>");
        message.headers.insert("soapaction", HeaderValue::from_static("urn:client"));
        message.properties.set("Action", "urn:flow");
        let answer = response(&mut message).unwrap();
        assert_eq!(answer.headers()[CONTENT_TYPE], stated);
        assert!(!answer.headers().contains_key("soapaction"), "{content_type}");
    }
}

#[test]
fn an_answer_without_a_body_has_none_and_says_no_type() {
    for (code, no_entity, body, content_type) in [
        (200, "false", "{}", Some("application/json")),
        (204, "false", "", None),
        (205, "false", "", Some("application/json")),
        (304, "false", "", Some("application/json")),
        (200, "true", "", None),
        (404, "true", "", None),
    ] {
        let mut message = message(Format::Json, "application/json", "{}");
        message.axis2.set("HTTP_SC", Value::Int(code));
        message.axis2.set("NO_ENTITY_BODY", no_entity);
        let answer = response(&mut message).unwrap();
        let stated = answer.headers().get(CONTENT_TYPE).map(|value| value.to_str().unwrap());
        assert_eq!(stated, content_type, "{code} {no_entity}");
        assert_eq!(text(answer), body, "{code} {no_entity}");
    }
}

#[test]
fn a_stream_in_another_form_has_to_be_read_first() {
    let mut message = message(Format::Json, "application/json", "");
    let body = Full::new("{}".into()).map_err(|never| match never {});
    message.payload = Payload::from_stream(
        body.boxed_unsync(),
        "application/json",
        &message.headers,
        Side::Client,
    );
    let kind = Value::text("application/xml");
    message.set_property(PropertyScope::Axis2, &"messageType".into(), kind).unwrap();
    assert!(matches!(response(&mut message), Err(PayloadError::NeedBody)));
    assert!(message.payload.is_stream(), "nothing is lost");
}

#[test]
fn a_failure_has_a_status() {
    use Cause::{Connection, Other, Stalled, Timeout, TooLarge};
    use Side::{Backend, Client, Engine, Flow};
    for (cause, side, expected) in [
        (Timeout, Backend, 504),
        (Connection, Backend, 502),
        (TooLarge, Backend, 502),
        (Stalled, Backend, 502),
        (Other, Backend, 500),
        (TooLarge, Client, 413),
        (Stalled, Client, 408),
        (Connection, Client, 400),
        (Other, Client, 400),
        (Other, Flow, 500),
        (Other, Engine, 500),
    ] {
        let fault = Fault::flow("no").blame(side).because(cause);
        let answer = answer_fault(&fault, &message(Format::Json, "", ""));
        assert_eq!(answer.status().as_u16(), expected, "{cause:?} {side:?}");
    }
}

#[test]
fn a_client_of_soap_finds_its_fault_where_it_looks() {
    use Side::{Backend, Client, Flow};
    for (reads, side, as_200, expected) in [
        (Format::Soap11, Client, "false", 500),
        (Format::Soap11, Backend, "false", 500),
        (Format::Soap12, Client, "false", 400),
        (Format::Soap12, Backend, "false", 500),
        (Format::Soap12, Flow, "false", 500),
        (Format::Soap11, Flow, "true", 200),
        (Format::Xml, Flow, "true", 500),
    ] {
        let fault = Fault::flow("no").blame(side).because(Cause::TooLarge);
        let fault = if side == Flow { fault.because(Cause::Other) } else { fault };
        let mut message = message(reads, "", "");
        message.axis2.set("FAULTS_AS_HTTP_200", as_200);
        let answer = answer_fault(&fault, &message);
        assert_eq!(answer.status().as_u16(), expected, "{reads:?} {side:?} {as_200}");
    }
}

#[test]
fn a_failure_is_an_envelope_for_a_client_of_soap() {
    for (reads, side, expected) in [
        (
            Format::Soap11,
            Side::Backend,
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\
             <soapenv:Body><soapenv:Fault><faultcode>soapenv:Server</faultcode>\
             <faultstring>no</faultstring><detail><code>7</code><detail>why</detail></detail>\
             </soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        ),
        (
            Format::Soap12,
            Side::Client,
            "<soapenv:Envelope xmlns:soapenv=\"http://www.w3.org/2003/05/soap-envelope\">\
             <soapenv:Body><soapenv:Fault><soapenv:Code><soapenv:Value>soapenv:Sender\
             </soapenv:Value></soapenv:Code><soapenv:Reason><soapenv:Text xml:lang=\"en\">no\
             </soapenv:Text></soapenv:Reason><soapenv:Detail><code>7</code><detail>why</detail>\
             </soapenv:Detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        ),
    ] {
        let fault = Fault::new(7, "no").detail("why").blame(side);
        assert_eq!(text(answer_fault(&fault, &message(reads, "", ""))), expected);
    }
}

#[test]
fn who_sent_an_envelope_without_an_action_speaks_soap() {
    const SOAP: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\">\
                        <e:Body/></e:Envelope>";
    for (reads, content_type, body, sender, parsed, expected) in [
        (Format::Xml, "text/xml", SOAP, Side::Client, true, "text/xml"),
        (Format::Xml, "text/xml", SOAP, Side::Client, false, "application/xml"),
        (Format::Xml, "text/xml", SOAP, Side::Backend, true, "application/xml"),
        (Format::Xml, "text/xml", "<a/>", Side::Client, true, "application/xml"),
        (Format::Xml, "text/xml", "<a", Side::Client, true, "application/xml"),
        (Format::Xml, "application/xml", "<a/>", Side::Client, true, "application/xml"),
        (Format::Json, "text/xml", SOAP, Side::Client, true, "application/json"),
    ] {
        let mut message = message(reads, content_type, body);
        message.payload = Payload::from_typed_bytes(body, content_type).sent_by(sender);
        if parsed {
            let _ = message.payload.xml();
        }
        let answer = answer_fault(&Fault::new(7, "why").blame(Side::Client), &message);
        let stated = answer.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
        assert_eq!(stated, format!("{expected}; charset=UTF-8"), "{content_type} {body}");
        let status = if expected == "text/xml" { 500 } else { 400 };
        assert_eq!(answer.status().as_u16(), status, "{content_type} {body}");
    }
}

#[test]
fn a_failure_is_worded_as_its_client_reads() {
    let fault = Fault::new(7, "a < b & \u{1}").detail("\"why\"");
    for (reads, content_type, expected) in [
        (
            Format::Json,
            "application/json; charset=UTF-8",
            "{\"error\":{\"code\":7,\"message\":\"a < b & \\u0001\",\"detail\":\"\\\"why\\\"\"}}",
        ),
        (
            Format::Xml,
            "application/xml; charset=UTF-8",
            "<error><code>7</code><message>a &lt; b &amp;  </message><detail>\"why\"</detail></error>",
        ),
        (Format::Text, "text/plain; charset=UTF-8", "7: a < b & \u{1}\n"),
        (Format::Soap11, "text/xml; charset=UTF-8", "<faultstring>a &lt; b &amp;  </faultstring>"),
        (Format::Soap12, "application/soap+xml; charset=UTF-8", "<code>7</code>"),
    ] {
        let message = message(reads, "", "");
        let answer = answer_fault(&fault, &message);
        assert_eq!(answer.headers()[CONTENT_TYPE], content_type);
        let body = text(answer);
        assert!(body.contains(expected), "{body}");
        if content_type.contains("xml") {
            crate::xml::parse(body.as_bytes(), None, &crate::xml::Limits::default()).unwrap();
        }
    }
}
