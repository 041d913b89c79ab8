//! What AWS answered becomes the message, a variable, or both.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::aws::{LambdaResponse, RequestError};
use crate::json;
use crate::mediation::Flow;
use crate::message::{Direction, Payload, Properties, Rules, Side, Value, remove_hop_by_hop};
use crate::transport::take_reason;

/// Where the answer goes.
#[derive(Debug)]
pub(super) enum Wanted {
    /// Into the message.
    Body,
    /// Into a variable; the message stays.
    Variable(Arc<str>),
    /// Into the message; the variable has headers and status.
    Both(Arc<str>),
}

/// Headers of an answer that flows find as properties: they outlive the next call, and a blocking
/// call has no others.
const PROPERTIES: [(&str, &str); 4] = [
    ("amazonlambda.requestId", "x-amzn-requestid"),
    ("amazonlambda.errorType", "x-amzn-errortype"),
    ("amazonlambda.functionError", "x-amz-function-error"),
    ("amazonlambda.executedVersion", "x-amz-executed-version"),
];

/// The answer to a call that cannot be made, as AWS's gate would put it; nothing was sent.
pub(super) fn refusal(error: &RequestError) -> LambdaResponse {
    let status = match error {
        RequestError::EmptyPath { .. } => StatusCode::FORBIDDEN,
        RequestError::Invalid { .. } | RequestError::Unknown { .. } => StatusCode::BAD_REQUEST,
    };
    let mut body = json::Object::new();
    body.insert("message", json::Value::string(error.to_string()));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(
        HeaderName::from_static("x-amzn-errortype"),
        HeaderValue::from_static("InvalidParameterValueException"),
    );
    let body = Bytes::from(json::Value::Object(body).to_text());
    LambdaResponse { status, headers, extensions: http::Extensions::new(), body }
}

/// Takes an answer in. `blocking` keeps the message's own headers and makes the status text, as
/// Axis2's blocking sender does.
pub(super) fn receive(flow: &mut Flow, response: &LambdaResponse, blocking: bool, wanted: Wanted) {
    set_properties(&mut flow.message.properties, &response.headers);
    let status = i64::from(response.status.as_u16());
    let status = if blocking { Value::from(status.to_string()) } else { Value::Int(status) };
    match wanted {
        Wanted::Variable(name) => {
            let payload = json_of(response, flow.message.rules());
            let value = response_value(&response.headers, Some(payload), &status);
            flow.message.variables.set(name, value);
            flow.message.axis2.set("HTTP_SC", status);
            flow.message.direction = Direction::Response;
        }
        Wanted::Body => replace(flow, response, blocking, status),
        Wanted::Both(name) => {
            let value = response_value(&response.headers, None, &status);
            replace(flow, response, blocking, status);
            flow.message.variables.set(name, value);
        }
    }
}

/// `amazonlambda.requestId` and its kin; none is left over from an earlier call.
pub(super) fn set_properties(properties: &mut Properties, headers: &HeaderMap) {
    let text = |header: &str| headers.get(header).and_then(|value| value.to_str().ok());
    let mut set = |name: &'static str, value: Option<String>| match value {
        Some(value) => properties.set(name, value),
        None if properties.get(name).is_some() => drop(properties.remove(name)),
        None => {}
    };
    for (name, header) in PROPERTIES {
        // An error's type may carry a URL behind a colon.
        let value = text(header).map(|value| value.split(':').next().unwrap_or_default());
        set(name, value.map(str::to_owned));
    }
    let log = text("x-amz-log-result").and_then(|log| BASE64.decode(log).ok());
    set("amazonlambda.logResult", log.map(|log| String::from_utf8_lossy(&log).into_owned()));
}

fn replace(flow: &mut Flow, response: &LambdaResponse, blocking: bool, status: Value) {
    let message = &mut flow.message;
    let stated = response.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = stated.unwrap_or("application/json").to_owned();
    let mut extensions = response.extensions.clone();
    message.begin_response(response.status, take_reason(&mut extensions));
    let keeps_headers = blocking
        && message.properties.text("BLOCKING_SENDER_PRESERVE_REQ_HEADERS").as_deref()
            != Some("false");
    if !keeps_headers {
        message.headers = passed_on(&response.headers);
        message.header_case = extensions;
    }
    // What the request's body was packed in.
    message.headers.remove(CONTENT_ENCODING);
    let payload = Payload::from_typed_bytes(response.body.clone(), &content_type);
    message.set_payload(payload.sent_by(Side::Backend));
    if response.body.is_empty() {
        message.headers.remove(CONTENT_TYPE);
        message.axis2.set("NO_ENTITY_BODY", Value::Bool(true));
    } else {
        message.set_content_type(&content_type);
    }
    message.axis2.set("HTTP_SC", status);
}

fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    remove_hop_by_hop(&mut kept);
    kept
}

/// The body as JSON: what it is, text where it is none, null where it is empty.
fn json_of(response: &LambdaResponse, rules: &Rules) -> json::Value {
    if response.body.is_empty() {
        return json::Value::Null;
    }
    json::parse(&response.body, &rules.json).unwrap_or_else(|_| {
        json::Value::string(String::from_utf8_lossy(&response.body).into_owned())
    })
}

fn response_value(headers: &HeaderMap, payload: Option<json::Value>, status: &Value) -> Value {
    let object = crate::message::response_object(&passed_on(headers), payload, status);
    Value::Json(Arc::new(object))
}
