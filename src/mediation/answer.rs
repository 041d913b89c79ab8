//! What a client is told: a message as an HTTP response, and a failure as one.

use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, COOKIE, EXPECT, FROM,
    HOST, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, MAX_FORWARDS,
    ORIGIN, RANGE, REFERER, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};

use super::{Answer, Flow};
use crate::json;
use crate::message::{
    BodyStream, Cause, Direction, Fault, Message, PayloadError, Rendered, Side, is_hop_by_hop,
    media_type,
};

/// What describes a request and would tell its sender's secrets or nonsense in a response.
const REQUEST_ONLY: [HeaderName; 18] = [
    ACCEPT,
    ACCEPT_ENCODING,
    ACCEPT_LANGUAGE,
    AUTHORIZATION,
    COOKIE,
    EXPECT,
    FROM,
    HOST,
    IF_MATCH,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    IF_RANGE,
    IF_UNMODIFIED_SINCE,
    MAX_FORWARDS,
    ORIGIN,
    RANGE,
    REFERER,
    USER_AGENT,
];

/// Sends the flow's message to its client; without a waiting client nothing happens.
pub fn answer_message(flow: &mut Flow) -> Result<(), Fault> {
    let Some(exchange) = flow.exchange.clone() else { return Ok(()) };
    let answer = response(&mut flow.message)?;
    exchange.answer(answer);
    Ok(())
}

fn response(message: &mut Message) -> Result<Answer, PayloadError> {
    let status = status_of(message);
    let rendered = message.render()?;
    let mut response = Response::new(body(rendered, status));
    *response.status_mut() = status;
    *response.headers_mut() = headers_of(message);
    if message.direction == Direction::Response {
        *response.extensions_mut() = std::mem::take(&mut message.header_case);
    }
    set_content_type(message, response.headers_mut());
    Ok(response)
}

/// `HTTP_SC` if it is set; 500 for a SOAP fault; else 200.
fn status_of(message: &Message) -> StatusCode {
    let set = message.axis2.text("HTTP_SC").and_then(|code| code.trim().parse::<u16>().ok());
    if let Some(status) = set.and_then(|code| StatusCode::from_u16(code).ok()) {
        return status;
    }
    if message.is_soap_fault() && !message.axis2.is_true("FAULTS_AS_HTTP_200") {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    StatusCode::OK
}

fn body(rendered: Rendered, status: StatusCode) -> BodyStream {
    let bodiless = status.is_informational()
        || status == StatusCode::NO_CONTENT
        || status == StatusCode::NOT_MODIFIED;
    match rendered {
        _ if bodiless => full(bytes::Bytes::new()),
        Rendered::Stream(stream) => stream,
        Rendered::Bytes(bytes) => full(bytes),
    }
}

fn full(bytes: bytes::Bytes) -> BodyStream {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

fn headers_of(message: &mut Message) -> HeaderMap {
    let mut headers = std::mem::take(&mut message.headers);
    let hops: Vec<_> = headers.keys().filter(|name| is_hop_by_hop(name)).cloned().collect();
    for name in hops {
        headers.remove(name);
    }
    for name in &REQUEST_ONLY {
        headers.remove(name);
    }
    headers
}

/// A body that was rewritten says what it is now; one that went through keeps its own words.
fn set_content_type(message: &Message, headers: &mut HeaderMap) {
    if message.axis2.is_true("NO_ENTITY_BODY") {
        headers.remove(CONTENT_TYPE);
        return;
    }
    if message.payload.is_empty() && message.axis2.text("ContentType").is_none() {
        return;
    }
    let format = message.outgoing_format();
    let stated = message.axis2.text("ContentType").or_else(|| message.axis2.text("messageType"));
    let wanted = match stated {
        Some(stated) if !stated.is_empty() => stated.to_string(),
        _ if headers.contains_key(CONTENT_TYPE) => return,
        _ => format.content_type().to_owned(),
    };
    if let Ok(value) = HeaderValue::from_str(&wanted) {
        headers.insert(CONTENT_TYPE, value);
    }
}

/// A failure that nothing handled, as a response: the one place that decides its status. Written
/// in what the client accepts: JSON, XML, SOAP for a SOAP client, or text.
pub fn answer_fault(fault: &Fault, message: &Message) -> Answer {
    let status = match (fault.cause, fault.side) {
        (Cause::Timeout, _) => StatusCode::GATEWAY_TIMEOUT,
        (Cause::TooLarge, Side::Client) => StatusCode::PAYLOAD_TOO_LARGE,
        (Cause::Stalled, Side::Client) => StatusCode::REQUEST_TIMEOUT,
        (Cause::Connection | Cause::TooLarge | Cause::Stalled, _) => StatusCode::BAD_GATEWAY,
        (Cause::Other, Side::Client) => StatusCode::BAD_REQUEST,
        (Cause::Other, _) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let (content_type, text) = fault_text(fault, message);
    let mut response = Response::new(full(text.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn fault_text(fault: &Fault, message: &Message) -> (&'static str, String) {
    let accept = message.header("accept").unwrap_or_default().to_ascii_lowercase();
    let sent = message.content_type_header().map(media_type).unwrap_or_default();
    if message.headers.contains_key("soapaction") || sent == "application/soap+xml" {
        return ("text/xml; charset=UTF-8", soap_fault(fault));
    }
    let xml = accept.contains("xml") || (sent.ends_with("xml") && !accept.contains("json"));
    if xml {
        ("application/xml; charset=UTF-8", xml_fault(fault))
    } else if accept.starts_with("text/plain") {
        ("text/plain; charset=UTF-8", format!("{}: {}\n", fault.code, fault.message))
    } else {
        ("application/json; charset=UTF-8", json_fault(fault))
    }
}

fn json_fault(fault: &Fault) -> String {
    let mut error = json::Object::new();
    let code = fault.code.to_string();
    let code = match code.parse::<i64>() {
        Ok(number) => json::Value::Number(number.into()),
        Err(_) => json::Value::string(code),
    };
    error.insert("code", code);
    error.insert("message", json::Value::String(fault.message.clone()));
    if let Some(detail) = &fault.detail {
        error.insert("detail", json::Value::String(detail.clone()));
    }
    let mut document = json::Object::new();
    document.insert("error", json::Value::Object(error));
    json::Value::Object(document).to_text()
}

fn xml_fault(fault: &Fault) -> String {
    let detail = fault
        .detail
        .as_ref()
        .map_or_else(String::new, |detail| format!("<detail>{}</detail>", escaped(detail)));
    format!(
        "<error><code>{}</code><message>{}</message>{detail}</error>",
        escaped(&fault.code.to_string()),
        escaped(&fault.message)
    )
}

fn soap_fault(fault: &Fault) -> String {
    let who = if fault.side == Side::Client { "Client" } else { "Server" };
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"{}\"><soapenv:Body><soapenv:Fault>\
         <faultcode>soapenv:{who}</faultcode><faultstring>{}</faultstring>\
         <detail><code>{}</code></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        crate::message::SOAP11,
        escaped(&fault.message),
        escaped(&fault.code.to_string())
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
