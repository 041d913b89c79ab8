//! Plans, requests, responses and failures by rows.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Response};

use super::*;
use crate::expression::testing::Fixture;
use crate::json;
use crate::message::{
    BodyStream, Cause, Direction, ErrorCode, Fault, Format, Message, Payload, PropertyScope,
    Request, Route, Side, Value,
};
use crate::transport::{BodyError, SendError, SendErrorKind, Sent, body};

const GLOBAL: Waits = Waits {
    connect: Duration::from_secs(30),
    response: Duration::from_mins(2),
    idle: Some(Duration::from_mins(2)),
};

fn message(content_type: &str, body: &'static str) -> Message {
    let mut headers = HeaderMap::new();
    if !content_type.is_empty() {
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
    }
    let request = Request {
        method: Method::PUT,
        uri: "/api/x?q=1".parse().unwrap(),
        scheme: "http",
        host: None,
        peer: None,
        local: None,
        reads: Format::Json,
        route: Route { postfix: "/x?q=1".into(), ..Route::default() },
    };
    Message::new(Arc::new(request), headers, Payload::from_typed_bytes(body, content_type))
}

fn address(uri: &str) -> Leaf {
    Leaf::new(Address::Address(uri.into()))
}

fn plan(leaf: &Leaf, message: &Message) -> Result<Plan, Fault> {
    leaf.plan(None, message, &Fixture::new(), GLOBAL).unwrap()
}

fn template(text: &str, method: Option<Method>) -> Leaf {
    Leaf::new(Address::Http { template: UriTemplate::compile(text).unwrap(), method })
}

#[test]
fn a_plan_says_where_and_how() {
    let with_form = |form| Leaf { form: Some(form), ..address("http://b/a") };
    for (endpoint, expected) in [
        (address("http://b/a"), "PUT http://b/a/x?q=1"),
        (address("http://b/a b/"), "PUT http://b/a%20b/x?q=1"),
        (with_form(Form::Rest), "PUT http://b/a/x?q=1"),
        (with_form(Form::Get), "GET http://b/a/x?q=1"),
        (with_form(Form::Pox), "POST http://b/a/x?q=1"),
        (with_form(Form::Soap11), "POST http://b/a"),
        (with_form(Form::Soap12), "POST http://b/a"),
        (template("http://b/{uri.var.id}", None), "PUT http://b/7%2F8"),
        (template("http://b/{uri.var.id}", Some(Method::DELETE)), "DELETE http://b/7%2F8"),
        (template("http://b/{+uri.var.id}{other}", None), "PUT http://b/7/8"),
    ] {
        let mut message = message("application/json", "{}");
        message.properties.set("uri.var.id", "7/8");
        message.properties.set("other", "no variable");
        let plan = plan(&endpoint, &message).unwrap();
        assert_eq!(format!("{} {}", plan.method, plan.uri), expected);
    }
}

#[test]
fn a_json_property_is_a_list_in_a_template_where_a_modifier_says_so() {
    let mut message = message("application/json", "{}");
    for (name, text) in [("uri.var.l", r#"["a b",1,null]"#), ("uri.var.m", r#"{"k":"v","n":2}"#)] {
        let json = json::parse(text.as_bytes(), &json::Limits::default()).unwrap();
        message.properties.set(name, Value::Json(Arc::new(json)));
    }
    for (text, expected) in [
        ("http://b{?uri.var.l*}", Ok("http://b/?uri.var.l=a%20b&uri.var.l=1")),
        ("http://b{?uri.var.m*}", Ok("http://b/?k=v&n=2")),
        ("http://b{/uri.var.l*}", Ok("http://b/a%20b/1")),
        ("http://b/{uri.var.m}", Ok("http://b/%7B%22k%22%3A%22v%22%2C%22n%22%3A2%7D")),
        ("http://b/{uri.var.l:2}", Err("`uri.var.l:2` asks for the first characters of a list")),
    ] {
        let plan = plan(&template(text, None), &message);
        let uri = plan.map(|plan| plan.uri.to_string()).map_err(|fault| fault.message);
        assert_eq!(uri.as_deref().map_err(|message| &**message), expected, "{text}");
    }
}

#[test]
fn soap_requests_go_to_the_address_itself() {
    for (content_type, action, expected) in [
        ("text/xml", true, "http://b/a"),
        ("text/xml", false, "http://b/a/x?q=1"),
        ("application/soap+xml", false, "http://b/a"),
        ("application/json", true, "http://b/a/x?q=1"),
    ] {
        let mut message = message(content_type, "<a/>");
        if action {
            message.set_header("SOAPAction", "urn:a").unwrap();
        }
        assert_eq!(plan(&address("http://b/a"), &message).unwrap().uri, expected, "{content_type}");
    }
    let mut removed = message("application/json", "{}");
    removed.remove_property(PropertyScope::Axis2, "REST_URL_POSTFIX").unwrap();
    assert_eq!(plan(&address("http://b/a"), &removed).unwrap().uri, "http://b/a");
}

#[test]
fn a_message_without_an_address_of_an_endpoint_needs_its_own() {
    let mut message = message("application/json", "{}");
    let endpoint = Leaf::new(Address::To);
    assert!(plan(&endpoint, &message).unwrap_err().message.contains("no `To` header"));
    for (to, expected) in
        [("http://b/to", Some("http://b/to")), ("/relative", None), ("ftp://b/", None)]
    {
        message.properties.set("To", to);
        let found = plan(&endpoint, &message).map(|plan| plan.uri.to_string()).ok();
        assert_eq!(found.as_deref(), expected, "{to}");
    }
    message.properties.set("To", "http://b/to");
    let default = plan(&Leaf::new(Address::Default), &message).unwrap();
    assert_eq!(default.uri, "http://b/to/x?q=1");
    message.properties.set("To", "xyz://user:pass@b/?key=hidden");
    let fault = plan(&endpoint, &message).unwrap_err();
    assert!(!fault.message.contains("pass") && !fault.message.contains("hidden"), "{fault:?}");
}

#[test]
fn methods_and_timeouts_come_from_the_message_where_the_endpoint_has_none() {
    let mut message = message("application/json", "{}");
    message.axis2.set("HTTP_METHOD", "PATCH");
    assert_eq!(plan(&address("http://b/"), &message).unwrap().method, Method::PATCH);
    message.axis2.set("HTTP_METHOD", "NO METHOD");
    assert!(plan(&address("http://b/"), &message).is_err());
    message.axis2.set("HTTP_METHOD", "GET");
    let ms = Duration::from_millis;
    for (timeout, expected) in [
        (None, Some((GLOBAL.connect, GLOBAL.response))),
        (Some("0"), Some((GLOBAL.connect, GLOBAL.response))),
        (Some(" 300 "), Some((ms(300), ms(300)))),
        (Some("600000"), Some((GLOBAL.connect, ms(600_000)))),
        (Some("soon"), None),
        (Some("-1"), None),
    ] {
        let timeout = timeout.map(crate::expression::Dynamic::literal);
        let endpoint = Leaf { timeout, ..address("http://b/") };
        let waits = plan(&endpoint, &message).map(|plan| (plan.waits.connect, plan.waits.response));
        assert_eq!(waits.ok(), expected);
    }
}

#[test]
fn a_request_is_what_the_message_and_the_endpoint_say() {
    let request = |endpoint: &Leaf, message: &mut Message| {
        let plan = plan(endpoint, message).unwrap();
        let request = plan.request(message).unwrap();
        let (head, body) = request.into_parts();
        let header =
            |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let size = http_body::Body::size_hint(&body).exact().unwrap();
        (header("content-type"), header("host"), header("user-agent"), size)
    };
    let own = Some("Myelin".to_owned());
    let kind = |text: &str| Some(text.to_owned());
    let pox = Leaf { form: Some(Form::Pox), ..address("http://b/") };
    let get = Leaf { form: Some(Form::Get), ..address("http://b/") };

    let mut plain = message("application/json", "{\"a\":1}");
    plain.headers.insert(HOST, "client.example".parse().unwrap());
    assert_eq!(
        request(&address("http://b/"), &mut plain),
        (kind("application/json"), None, own.clone(), 7)
    );
    assert_eq!(request(&pox, &mut plain).0, kind("application/xml"));
    assert_eq!(request(&get, &mut plain), (None, None, own.clone(), 0));
    plain.axis2.set("REQUEST_HOST_HEADER", "other.example");
    assert_eq!(request(&address("http://b/"), &mut plain).1, kind("other.example"));
    plain.axis2.set("NO_ENTITY_BODY", "true");
    assert_eq!(request(&address("http://b/"), &mut plain).3, 0);
    let mut empty = message("application/json", "");
    empty.axis2.set("HTTP_METHOD", "GET");
    assert_eq!(request(&address("http://b/"), &mut empty).0, None);
}

#[test]
fn a_response_takes_the_messages_place() {
    for (requested, stated, body, expected, empty) in [
        ("application/json", Some("text/plain"), "x", Format::Text, false),
        ("application/json", None, "{}", Format::Json, false),
        ("application/x-www-form-urlencoded", None, "a=1", Format::Binary, false),
        ("", None, "x", Format::Binary, false),
        ("text/xml", Some("application/json"), "", Format::Json, true),
    ] {
        let mut message = message(requested, "old");
        message.properties.set("kept", "1");
        message.axis2.set("messageType", "text/plain");
        message.variables.set("v", "2");
        let body: BodyStream = if body.is_empty() { body::empty() } else { body::full(body) };
        let mut response = Response::builder().status(404).header("x-new", "1");
        if let Some(stated) = stated {
            response = response.header(CONTENT_TYPE, stated);
        }
        receive(&mut message, response.body(body).unwrap());
        assert_eq!(message.payload.format(), expected, "{requested} {stated:?}");
        assert_eq!(message.payload.is_empty(), empty);
        assert_eq!(message.direction, Direction::Response);
        assert_eq!(message.property(PropertyScope::Axis2, "HTTP_SC"), Some(Value::Int(404)));
        assert_eq!(message.axis2_text("HTTP_SC_DESC").as_deref(), Some("Not Found"));
        assert_eq!(message.axis2.text("messageType"), None, "the request's switches are gone");
        assert_eq!(message.header("x-new").as_deref(), Some("1"));
        assert_eq!(message.properties.text("kept").as_deref(), Some("1"));
        assert_eq!(message.variables.text("v").as_deref(), Some("2"));
        assert_eq!(message.axis2_text("REST_URL_POSTFIX"), None);
    }
}

#[test]
fn a_failed_send_has_a_code_a_cause_and_a_side() {
    use SendErrorKind as Kind;
    let uri = "http://user:pass@b.example:81/p?key=hidden".parse().unwrap();
    let cap = Some(BodyError::TooLarge { limit: 1 });
    let stall = Some(BodyError::Stalled { after: Duration::from_secs(1) });
    for (kind, body, code, cause, side) in [
        (Kind::Dns, None, 101_503, Cause::Connection, Side::Backend),
        (Kind::Connect, None, 101_503, Cause::Connection, Side::Backend),
        (Kind::Tls, None, 101_503, Cause::Connection, Side::Backend),
        (Kind::ConnectTimeout, None, 101_508, Cause::Timeout, Side::Backend),
        (Kind::Timeout, None, 101_504, Cause::Timeout, Side::Backend),
        (Kind::Closed, None, 101_505, Cause::Connection, Side::Backend),
        (Kind::Broken, None, 101_500, Cause::Connection, Side::Backend),
        (Kind::Protocol, None, 101_506, Cause::Connection, Side::Backend),
        (Kind::RequestBody, cap, 601_000, Cause::TooLarge, Side::Client),
        (Kind::RequestBody, stall, 601_000, Cause::Stalled, Side::Client),
        (Kind::RequestBody, None, 101_500, Cause::Other, Side::Client),
    ] {
        for sent in [Sent::No, Sent::Maybe] {
            let error = SendError { kind, sent, body: body.clone(), message: "why".into() };
            let fault = send_fault(&error, &uri);
            assert_eq!(fault.code, ErrorCode::Number(code), "{kind:?}");
            assert_eq!((fault.cause, fault.side), (cause, side), "{kind:?}");
            let reason = body.as_ref().map_or_else(|| "why".to_owned(), ToString::to_string);
            assert!(fault.message.contains(&reason), "{}", fault.message);
            if side == Side::Backend {
                assert_eq!(fault.retry, sent == Sent::No, "{kind:?}");
                assert!(fault.message.contains("http://b.example:81/p "), "{}", fault.message);
            }
            assert!(!fault.message.contains("pass") && !fault.message.contains("hidden"));
        }
    }
}

#[test]
fn only_a_timeout_is_discarded() {
    for (on_timeout, code, expected) in [
        (OnTimeout::Discard, Fault::TIMEOUT, true),
        (OnTimeout::Ignore, Fault::TIMEOUT, true),
        (OnTimeout::Discard, Fault::CLOSED, false),
        (OnTimeout::Fault, Fault::TIMEOUT, false),
    ] {
        let leaf = Leaf { on_timeout, ..address("http://b/") };
        assert_eq!(leaf.discards(&Fault::new(code, "x")), expected);
    }
}
