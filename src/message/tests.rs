//! Messages and payloads: views, what is the truth, and what is sent.

mod addressing;
mod charsets;
mod multipart;
mod pairs;

use std::sync::Arc;

use http::HeaderMap;
use http_body_util::{BodyExt as _, Full};

use super::*;
use crate::json;

const SOAP: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header>\
                    <h>1</h></e:Header><e:Body><a>2</a></e:Body></e:Envelope>";

pub(super) fn request() -> Request {
    Request {
        method: http::Method::PUT,
        uri: "/shop/v1/orders/7?q=1".parse().unwrap(),
        scheme: "https",
        host: Some("shop.example:8253".into()),
        peer: Some("192.0.2.7:4711".parse().unwrap()),
        local: None,
        reads: Format::Json,
        route: Route {
            api: Some("Shop:v1".into()),
            context: Some("/shop".into()),
            version: Some("v1".into()),
            resource: Some("/orders/{id}".into()),
            proxy: None,
            postfix: "/orders/7?q=1".into(),
        },
    }
}

pub(super) fn message(content_type: &str, body: impl Into<Vec<u8>>) -> Message {
    let mut headers = HeaderMap::new();
    if !content_type.is_empty() {
        headers.insert("content-type", content_type.parse().unwrap());
    }
    let payload = Payload::from_typed_bytes(body.into(), content_type).sent_by(Side::Client);
    Message::new(Arc::new(request()), headers, payload)
}

fn stream(content_type: &str, body: &'static str) -> Payload {
    let body = Full::new(body.into()).map_err(|never| match never {});
    Payload::from_stream(body.boxed_unsync(), content_type, &HeaderMap::new(), Side::Client)
}

fn sent(message: &mut Message) -> String {
    match message.render(None).unwrap().body {
        Rendered::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Rendered::Stream(_) => panic!("a stream"),
    }
}

/// The content type and the body that would be sent.
fn told(message: &mut Message) -> (Option<String>, String) {
    let outgoing = message.render(None).unwrap();
    let Rendered::Bytes(bytes) = &outgoing.body else { panic!("a stream") };
    (outgoing.content_type().map(str::to_owned), String::from_utf8_lossy(bytes).into_owned())
}

fn content_of(payload: &Payload) -> String {
    let tree = payload.xml().unwrap();
    let body = soap_body(tree).unwrap();
    tree.children(body).map(|child| tree.node_to_text(child)).collect()
}

#[test]
fn every_format_has_both_views() {
    const TEXT: &str = "<text xmlns=\"http://ws.apache.org/commons/ns/payload\">";
    const BINARY: &str = "<binary xmlns=\"http://ws.apache.org/commons/ns/payload\">";
    for (content_type, body, xml, json) in [
        (
            "application/json",
            &b"{\"a\":1}"[..],
            "<jsonObject><a>1</a></jsonObject>".to_owned(),
            "{\"a\":1}",
        ),
        (
            "application/json; charset=iso-8859-1",
            b"{\"a\":\"\xfc\"}",
            "<jsonObject><a>\u{fc}</a></jsonObject>".to_owned(),
            "{\"a\":\"\u{fc}\"}",
        ),
        ("application/json", b"", String::new(), "{}"),
        ("application/xml", b"<a>1</a>", "<a>1</a>".to_owned(), "{\"a\":1}"),
        (
            "application/xml; charset=ISO-8859-1",
            b"<a>\xfc</a>",
            "<a>\u{fc}</a>".to_owned(),
            "{\"a\":\"\u{fc}\"}",
        ),
        ("application/xml", b"", String::new(), "{}"),
        ("text/xml", b"<a>1</a>", "<a>1</a>".to_owned(), "{\"a\":1}"),
        ("text/xml", SOAP.as_bytes(), "<a>2</a>".to_owned(), "{\"a\":2}"),
        (
            "application/x-www-form-urlencoded",
            b"a=1&b=x+y%21",
            "<xformValues><a>1</a><b>x y!</b></xformValues>".to_owned(),
            "{\"xformValues\":{\"a\":1,\"b\":\"x y!\"}}",
        ),
        ("text/plain", b"x<y", format!("{TEXT}x&lt;y</text>"), "{\"text\":\"x<y\"}"),
        (
            "text/plain; charset=windows-1252",
            b"\x80",
            format!("{TEXT}\u{20ac}</text>"),
            "{\"text\":\"\u{20ac}\"}",
        ),
        (
            "application/octet-stream",
            b"\x00\xff",
            format!("{BINARY}AP8=</binary>"),
            "{\"binary\":\"AP8=\"}",
        ),
    ] {
        let payload = Payload::from_typed_bytes(body, content_type);
        assert_eq!(content_of(&payload), xml, "{content_type}");
        assert_eq!(payload.json().unwrap().to_text(), json, "{content_type}");
        assert_eq!(payload.bytes().unwrap(), body, "looking changes nothing: {content_type}");
    }
}

#[test]
fn what_cannot_be_read_says_why() {
    for (content_type, body, expected) in [
        ("application/json", "{", "malformed JSON"),
        ("application/xml", "<a>", "malformed XML"),
        ("text/xml", "a", "malformed XML"),
        ("text/plain; charset=none", "a", "the charset `none` is not supported"),
        ("application/json; charset=none", "{}", "the charset `none` is not supported"),
    ] {
        let payload = Payload::from_typed_bytes(body, content_type);
        let error = payload.json().unwrap_err();
        assert!(error.to_string().contains(expected), "{content_type}: {error}");
        let fault = Fault::from(error);
        assert_eq!((fault.code, fault.side), (ErrorCode::Number(601_000), Side::Client));
    }
}

#[test]
fn a_stream_must_be_read_before_it_is_looked_at() {
    let mut payload = stream("application/json", "{\"a\":1}");
    assert!(payload.is_stream() && payload.is_small_stream() && !payload.is_empty());
    for error in [payload.json().map(|_| ()), payload.xml().map(|_| ()), payload.text().map(|_| ())]
    {
        assert!(matches!(error, Err(PayloadError::NeedBody)), "{error:?}");
    }
    assert!(payload.take_stream().is_some());
    assert!(matches!(payload.json(), Err(PayloadError::Sent)));
    assert!(payload.take_stream().is_none());
    payload.fill("{\"a\":2}".into());
    assert_eq!(payload.json().unwrap().to_text(), "{\"a\":2}");
    assert!(stream("text/plain", "x").copy().json().is_err(), "a copy has no stream");
}

#[test]
fn a_changed_view_is_the_truth() {
    let mut payload = Payload::from_typed_bytes("{\"a\":1}", "application/json");
    content_of(&payload);
    *payload.json_mut().unwrap() = json::parse(b"{\"b\":2}", &json::Limits::default()).unwrap();
    assert_eq!(content_of(&payload), "<jsonObject><b>2</b></jsonObject>");
    assert!(payload.bytes().is_none() && payload.is_json());

    let mut payload = Payload::from_typed_bytes("{\"a\":1}", "application/json");
    let tree = payload.xml_mut().unwrap();
    let body = soap_body(tree).unwrap();
    tree.clear_children(body);
    let element = tree.create_element(crate::xml::Name::local("b"));
    tree.append_child(body, element);
    assert!(!payload.is_json());
    assert_eq!(&*payload.to_bytes(Format::Json).unwrap(), b"{\"b\":null}");
}

#[test]
fn a_message_is_written_in_what_its_type_says() {
    let json = ("application/json", "{\"a\":1}");
    let xml = ("application/xml", "<a>1</a>");
    let soap = ("text/xml; charset=UTF-8", SOAP);
    let text = ("text/plain", "abcd");
    let form = ("application/x-www-form-urlencoded", "a=1&b=x+y");
    let envelope = |version: &str, inner: &str| {
        format!("<soapenv:Envelope xmlns:soapenv=\"{version}\">{inner}</soapenv:Envelope>")
    };
    let soap12 = envelope(
        SOAP12,
        "<soapenv:Header><h>1</h></soapenv:Header><soapenv:Body><a>2</a></soapenv:Body>",
    );
    let soap11 = envelope(SOAP11, "<soapenv:Body><a>1</a></soapenv:Body>");
    for ((from, body), to, expected) in [
        (json, "application/json", "{\"a\":1}"),
        (json, "application/xml", "<jsonObject><a>1</a></jsonObject>"),
        (json, "text/plain", "{\"a\":1}"),
        (json, "application/octet-stream", "{\"a\":1}"),
        (xml, "application/json", "{\"a\":1}"),
        (xml, "text/xml", &soap11),
        (xml, "application/vnd.unknown", "<a>1</a>"),
        (xml, "text/plain", "1"),
        (soap, "application/json", "{\"a\":2}"),
        (soap, "application/xml", "<a>2</a>"),
        (soap, "application/soap+xml", &soap12),
        (text, "application/octet-stream", "abcd"),
        (text, "application/json", "{\"text\":\"abcd\"}"),
        (form, "application/json", "{\"xformValues\":{\"a\":1,\"b\":\"x y\"}}"),
        (("application/xml", "<v><a>1</a><b>x y</b></v>"), form.0, form.1),
        (("application/octet-stream", "raw"), "text/plain", "raw"),
        (("application/json", ""), "application/xml", ""),
    ] {
        let mut message = message(from, body);
        message.set_property(PropertyScope::Axis2, &"messageType".into(), to.into()).unwrap();
        let (content_type, body) = told(&mut message);
        assert_eq!(body, expected, "{from} -> {to}");
        let utf8 = format!("{to}; charset=UTF-8");
        let stated = if to == "text/plain" && !expected.is_empty() { &utf8 } else { to };
        assert_eq!(content_type.as_deref(), Some(stated), "{from} -> {to}");
    }
}

#[test]
fn bytes_behind_the_binary_element_are_sent_as_bytes() {
    let mut payload = Payload::from_typed_bytes(&b"\x00\xff"[..], "application/octet-stream");
    payload.xml_mut().unwrap();
    assert_eq!(&*payload.to_bytes(Format::Binary).unwrap(), b"\x00\xff");
}

#[test]
fn a_content_type_says_what_is_sent() {
    let untouched: fn(&mut Message) = |_| {};
    let as_json: fn(&mut Message) = |message| {
        message.payload.json_mut().unwrap();
    };
    let as_xml: fn(&mut Message) = |message| {
        message.payload.xml_mut().unwrap();
    };
    let stated: fn(&mut Message) = |message| {
        let value = Value::text("application/vnd.own+json");
        message.set_property(PropertyScope::Axis2, &"ContentType".into(), value).unwrap();
    };
    let bodiless: fn(&mut Message) = |message| message.axis2.set("NO_ENTITY_BODY", "true");
    for (content_type, body, change, expected) in [
        ("text/xml; charset=iso-8859-1", "<a/>", untouched, Some("text/xml; charset=iso-8859-1")),
        ("text/xml; charset=iso-8859-1", "<a/>", as_xml, Some("text/xml; charset=iso-8859-1")),
        ("application/xml", "<a/>", as_json, Some("application/json")),
        ("application/problem+json", "{}", as_json, Some("application/problem+json")),
        ("", "x", untouched, Some("application/octet-stream")),
        ("", "", untouched, None),
        ("application/json", "", untouched, Some("application/json")),
        ("application/json", "{}", stated, Some("application/vnd.own+json")),
        ("application/json", "{}", bodiless, None),
    ] {
        let mut message = message(content_type, body);
        change(&mut message);
        let (told, _) = told(&mut message);
        assert_eq!(told.as_deref(), expected, "{content_type} {body}");
    }
}

#[test]
fn a_stream_is_passed_on_unless_its_form_changes() {
    let mut message = message("application/json", "");
    message.payload = stream("application/json", "{}");
    assert!(!message.needs_body_to_be_sent());
    message.set_content_type("application/xml");
    assert!(message.needs_body_to_be_sent());
    assert!(matches!(message.render(None), Err(PayloadError::NeedBody)));
    message.set_content_type("application/json");
    assert!(matches!(message.render(None).unwrap().body, Rendered::Stream(_)));
    assert!(matches!(message.payload.json(), Err(PayloadError::Sent)));
}

#[test]
fn an_envelope_is_soap_and_bare_xml_is_not() {
    for (content_type, body, soap, word) in [
        ("text/xml", SOAP, true, "soap11"),
        ("text/xml", "<a/>", false, "soap11"),
        ("application/xml", SOAP, false, "pox"),
        ("application/json", "{}", false, "pox"),
    ] {
        let message = message(content_type, body);
        assert_eq!(message.payload.is_soap().unwrap(), soap, "{content_type} {body}");
        let format = message.property(PropertyScope::Default, "MESSAGE_FORMAT").unwrap();
        assert_eq!(&*format.to_text(), word);
    }
    // Bare XML that is changed goes out bare.
    let mut bare = message("text/xml", "<a/>");
    bare.payload.xml_mut().unwrap();
    assert_eq!(sent(&mut bare), "<a/>");
}

#[test]
fn computed_properties_follow_the_request_until_they_are_removed() {
    for (scope, name, expected) in [
        (PropertyScope::Default, "To", "/shop/v1/orders/7?q=1"),
        (PropertyScope::Default, "REST_API_CONTEXT", "/shop"),
        (PropertyScope::Default, "SYNAPSE_REST_API", "Shop:v1"),
        (PropertyScope::Default, "SYNAPSE_REST_API_VERSION", "v1"),
        (PropertyScope::Default, "SYNAPSE_RESOURCE", "/orders/{id}"),
        (PropertyScope::Default, "REST_SUB_REQUEST_PATH", "/orders/7?q=1"),
        (PropertyScope::Default, "REST_FULL_REQUEST_PATH", "/shop/v1/orders/7?q=1"),
        (PropertyScope::Default, "REST_METHOD", "PUT"),
        (PropertyScope::Default, "REST_URL_PREFIX", "https://shop.example:8253"),
        (PropertyScope::Axis2, "HTTP_METHOD", "PUT"),
        (PropertyScope::Axis2, "REST_URL_POSTFIX", "/orders/7?q=1"),
        (PropertyScope::Axis2, "TransportInURL", "/shop/v1/orders/7?q=1"),
        (PropertyScope::Axis2, "REMOTE_ADDR", "192.0.2.7"),
        (PropertyScope::Axis2, "ContentType", "application/json; charset=utf-8"),
        (PropertyScope::Axis2, "messageType", "application/json"),
    ] {
        let mut message = message("application/json; charset=utf-8", "{}");
        let text = |message: &Message| message.property(scope, name).map(|value| value.to_text());
        assert_eq!(text(&message).as_deref(), Some(expected), "{name}");
        message.remove_property(scope, name).unwrap();
        assert_eq!(text(&message), None, "{name} is removed");
        message.set_property(scope, &name.into(), "own".into()).unwrap();
        assert_eq!(text(&message).as_deref(), Some("own"), "{name} is set");
    }
    let mut message = message("", "");
    assert_eq!(message.property(PropertyScope::Default, "RESPONSE"), None);
    message.direction = Direction::Response;
    assert!(message.property(PropertyScope::Default, "RESPONSE").is_some());
    assert_eq!(message.property(PropertyScope::Default, "proxy.name"), None);
}

#[test]
fn removed_properties_leave_a_tombstone_that_nobody_sees() {
    let mut properties = Properties::default();
    assert_eq!(properties.remove("a"), None);
    properties.set("b", "1");
    properties.set("b", "2");
    assert_eq!(properties.text("b").as_deref(), Some("2"));
    assert_eq!(properties.iter().count(), 1);
    assert!(properties.remove("b").is_some());
    assert_eq!((properties.get("b"), properties.iter().count()), (None, 0));
    assert_eq!(properties.entry("b"), Some(&Value::Null));
    properties.set("b", "true");
    assert!(properties.is_true("b"));
}

#[test]
fn headers_take_no_line_breaks_and_axis2_can_drop_them_all() {
    let mut message = message("text/plain", "x");
    for (name, value) in [("X-A", "a\r\nX-B: b"), ("X A", "a"), ("", "a"), ("X-A", "a\0")] {
        let set = message.set_property(PropertyScope::Transport, &name.into(), value.into());
        let fault = set.unwrap_err();
        assert!(!fault.message.contains("X-B"), "{}", fault.message);
    }
    message.set_header("X-A", "gr\u{fc}n").unwrap();
    assert_eq!(message.header("x-a").as_deref(), Some("gr\u{fc}n"));
    message.remove_property(PropertyScope::Axis2, "TRANSPORT_HEADERS").unwrap();
    assert!(message.headers.is_empty());
    assert!(message.set_property(PropertyScope::System, &"a".into(), "b".into()).is_err());
}

#[test]
fn a_client_reads_what_it_accepts_most() {
    for (headers, expected) in [
        (&[][..], Format::Json),
        (&[("accept", "*/*")], Format::Json),
        (&[("accept", "application/xml")], Format::Xml),
        (&[("accept", "application/json, application/xml;q=0.5")], Format::Json),
        (&[("accept", "application/json;q=0.1, text/xml")], Format::Xml),
        (&[("accept", "text/plain")], Format::Text),
        (&[("accept", "image/png")], Format::Json),
        (&[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")], Format::Xml),
        (&[("content-type", "application/xml")], Format::Xml),
        (&[("content-type", "application/xml"), ("accept", "*/*")], Format::Xml),
        (&[("content-type", "application/xml"), ("accept", "application/json")], Format::Json),
        (&[("content-type", "text/xml"), ("soapaction", "\"a\"")], Format::Soap11),
        (&[("content-type", "application/soap+xml"), ("accept", "*/*")], Format::Soap12),
        (&[("accept", "application/xml;q=0")], Format::Json),
    ] {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        assert_eq!(Request::reads(&map), expected, "{headers:?}");
    }
}

#[test]
fn a_borrowed_message_comes_back_whole() {
    let mut message = message("application/json", "{\"a\":1}");
    message.axis2.set("k", "v");
    let saved = message.save();
    message.headers.clear();
    message.axis2 = Properties::default();
    message.payload = Payload::from_text("x");
    message.direction = Direction::Response;
    message.restore(saved);
    assert_eq!(message.content_type_header(), Some("application/json"));
    assert_eq!(message.payload.json().unwrap().to_text(), "{\"a\":1}");
    assert_eq!(message.axis2.text("k").as_deref(), Some("v"));
    assert_eq!(message.direction, Direction::Response, "it still counts as a response");
}
