//! What a client is told: a message as an HTTP response, and a failure as one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CONNECTION, CONTENT_TYPE, COOKIE,
    ETAG, EXPECT, FROM, HOST, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE,
    IF_UNMODIFIED_SINCE, MAX_FORWARDS, ORIGIN, RANGE, REFERER, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version};
use md5::{Digest as _, Md5};

use super::{Answer, Flow, Interrupt};
use crate::endpoint::outgoing_body;
use crate::json;
use crate::message::{
    Cause, Direction, Fault, Format, Message, PayloadError, Rendered, SOAP11, SOAP12, Side, Switch,
    Switches, remove_hop_by_hop,
};
use crate::transport::{body, set_reason};

/// What describes a request and would tell its sender's secrets or nonsense in a response.
static REQUEST_ONLY: [HeaderName; 19] = [
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
    HeaderName::from_static("soapaction"),
];

/// Sends the flow's message to its client; without a waiting client nothing happens.
/// A body on the wire that has to be written in another form must be read first.
pub fn answer_message(flow: &mut Flow) -> Result<(), Interrupt> {
    let Some(exchange) = flow.exchange.clone() else { return Ok(()) };
    let answer = response(&mut flow.message)?;
    exchange.answer(answer);
    Ok(())
}

fn response(message: &mut Message) -> Result<Answer, PayloadError> {
    let switches = message.switches();
    if must_be_read(message, switches) {
        return Err(PayloadError::NeedBody);
    }
    let status = status_of(message, switches);
    let reason = message.reason(status);
    let outgoing = message.render(None)?;
    let mut headers = headers_of(message);
    outgoing.describe(&mut headers);
    for name in &REQUEST_ONLY {
        headers.remove(name);
    }
    if status == StatusCode::NO_CONTENT {
        headers.remove(CONTENT_TYPE);
    }
    if switches.has(Switch::EntityTag)
        && let Rendered::Bytes(bytes) = &outgoing.body
    {
        let tag = BASE64.encode(Md5::digest(bytes));
        headers.extend(HeaderValue::from_str(&format!("\"{tag}\"")).map(|tag| (ETAG, tag)));
    }
    // A client of HTTP/1.0 takes the connection for closed.
    if switches.has(Switch::Close) || switches.has(Switch::Http10) {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let body = outgoing_body(outgoing, &mut headers);
    let mut response = Response::new(if is_bodiless(status) { body::empty() } else { body });
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    if switches.has(Switch::Http10) {
        *response.version_mut() = Version::HTTP_10;
    }
    if message.direction == Direction::Response {
        *response.extensions_mut() = std::mem::take(&mut message.header_case);
    }
    if let Some(reason) = reason
        && !set_reason(response.extensions_mut(), &reason)
    {
        tracing::warn!(reason = %reason, "HTTP_SC_DESC cannot be a reason phrase");
    }
    Ok(response)
}

/// Whether a body on the wire must be read before the client can be answered with it.
pub(super) fn needs_body(message: &Message) -> bool {
    message.payload.is_unread()
        && (message.needs_body_to_be_sent() || must_be_read(message, message.switches()))
}

/// For its length, its entity tag or the SOAP fault in it.
fn must_be_read(message: &Message, switches: Switches) -> bool {
    let sized = switches.has(Switch::Sized) || switches.has(Switch::Http10);
    (sized && message.payload.is_unsized_stream())
        || (message.payload.is_unread()
            && (switches.has(Switch::EntityTag)
                || (switches.has(Switch::FaultAs200) && message.payload.format().is_xml())))
}

/// `HTTP_SC` if it is set to the status of an answer; the back-end's; 500 for a fault; else 200.
/// An interim status (1xx) ends nothing.
fn status_of(message: &Message, switches: Switches) -> StatusCode {
    if switches.has(Switch::Accepted) {
        return StatusCode::ACCEPTED;
    }
    if let Some(word) = message.axis2.text("HTTP_SC") {
        let code = word.trim().parse().ok().filter(|code: &u16| *code >= 200);
        if let Some(status) = code.and_then(|code| StatusCode::from_u16(code).ok()) {
            return status;
        }
        tracing::warn!(status = %word, "HTTP_SC is no status of an answer");
    }
    let as_200 = switches.has(Switch::FaultAs200);
    if as_200 {
        // A fault shows only in XML that was parsed; what is no XML is none.
        let _ = message.payload.xml();
    }
    let is_fault = message.is_made_fault() || message.is_soap_fault();
    match (message.received_status(), is_fault) {
        (_, true) if as_200 => StatusCode::OK,
        // The status of a back-end says nothing of a fault that the flow made.
        (Some(received), _) if !message.is_made_fault() => received,
        (_, true) => StatusCode::INTERNAL_SERVER_ERROR,
        (_, false) => StatusCode::OK,
    }
}

fn is_bodiless(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}

fn headers_of(message: &mut Message) -> HeaderMap {
    let mut headers = std::mem::take(&mut message.headers);
    remove_hop_by_hop(&mut headers);
    headers
}

/// What a client is told whose message is taken, and who gets nothing else.
pub fn accepted() -> Answer {
    let mut response = Response::new(body::empty());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

/// A failure that nothing handled, as a response: the one place that decides its status. Written
/// in what the client reads: JSON, XML, SOAP for a SOAP client, or text.
pub fn answer_fault(fault: &Fault, message: &Message) -> Answer {
    let reads = form_of(message);
    let status = match reads {
        Format::Soap11 | Format::Soap12 => soap_status(fault, message, reads),
        _ => failure_status(fault),
    };
    let (content_type, text) = fault_text(fault, reads);
    let mut response = Response::new(body::full(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The form in which the client reads: who sent an envelope as `text/xml` speaks SOAP, with or
/// without a `SOAPAction`.
fn form_of(message: &Message) -> Format {
    let payload = &message.payload;
    let sent_soap = || {
        payload.sender() == Side::Client
            && payload.format() == Format::Soap11
            && payload.parsed_xml().is_some()
            && payload.is_soap().unwrap_or_default()
    };
    match message.request.reads {
        Format::Xml if sent_soap() => Format::Soap11,
        reads => reads,
    }
}

/// SOAP clients look for a fault behind 500 only; those of SOAP 1.2 also behind 400, where it is
/// their own.
fn soap_status(fault: &Fault, message: &Message, reads: Format) -> StatusCode {
    if message.switches().has(Switch::FaultAs200) {
        StatusCode::OK
    } else if reads == Format::Soap12 && fault.side == Side::Client {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}

fn failure_status(fault: &Fault) -> StatusCode {
    match (fault.cause, fault.side) {
        (Cause::Timeout, _) => StatusCode::GATEWAY_TIMEOUT,
        (Cause::TooLarge, Side::Client) => StatusCode::PAYLOAD_TOO_LARGE,
        (Cause::Stalled, Side::Client) => StatusCode::REQUEST_TIMEOUT,
        (Cause::Other | Cause::Connection, Side::Client) => StatusCode::BAD_REQUEST,
        (Cause::Connection | Cause::TooLarge | Cause::Stalled, _) => StatusCode::BAD_GATEWAY,
        (Cause::Other, _) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn fault_text(fault: &Fault, reads: Format) -> (&'static str, String) {
    match reads {
        Format::Soap11 => ("text/xml; charset=UTF-8", soap11_fault(fault)),
        Format::Soap12 => ("application/soap+xml; charset=UTF-8", soap12_fault(fault)),
        Format::Xml => ("application/xml; charset=UTF-8", xml_fault(fault)),
        Format::Text => {
            ("text/plain; charset=UTF-8", format!("{}: {}\n", fault.code, fault.message))
        }
        _ => ("application/json; charset=UTF-8", json_fault(fault)),
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
    format!(
        "<error><code>{}</code><message>{}</message>{}</error>",
        escaped(&fault.code.to_string()),
        escaped(&fault.message),
        detail(fault)
    )
}

/// What else is known of a fault, for its forms in XML.
fn detail(fault: &Fault) -> String {
    let detail = fault.detail.as_ref();
    detail.map_or_else(String::new, |detail| format!("<detail>{}</detail>", escaped(detail)))
}

fn soap11_fault(fault: &Fault) -> String {
    let who = if fault.side == Side::Client { "Client" } else { "Server" };
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"{SOAP11}\"><soapenv:Body><soapenv:Fault>\
         <faultcode>soapenv:{who}</faultcode><faultstring>{}</faultstring>\
         <detail><code>{}</code>{}</detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        escaped(&fault.message),
        escaped(&fault.code.to_string()),
        detail(fault)
    )
}

fn soap12_fault(fault: &Fault) -> String {
    let who = if fault.side == Side::Client { "Sender" } else { "Receiver" };
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"{SOAP12}\"><soapenv:Body><soapenv:Fault>\
         <soapenv:Code><soapenv:Value>soapenv:{who}</soapenv:Value></soapenv:Code>\
         <soapenv:Reason><soapenv:Text xml:lang=\"en\">{}</soapenv:Text></soapenv:Reason>\
         <soapenv:Detail><code>{}</code>{}</soapenv:Detail>\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        escaped(&fault.message),
        escaped(&fault.code.to_string()),
        detail(fault)
    )
}

/// Text for XML; a control character, which XML cannot hold, is a blank.
fn escaped(text: &str) -> String {
    let plain = text.replace(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r'), " ");
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
