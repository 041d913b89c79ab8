//! Properties that nobody sets: they follow from the request, and from the response to it.

use std::net::SocketAddr;

use super::received::CORRELATION_HEADER;
use super::{Direction, Message, Value, saved};

/// The name that Synapse gives to what every service of its own does.
const OPERATION: &str = "mediate";

/// A computed property of the default scope.
pub(super) fn default_scope(message: &Message, name: &str) -> Option<Value> {
    let request = &message.request;
    let route = &request.route;
    let shared = |text: &Option<std::sync::Arc<str>>| text.clone().map(Value::Text);
    match name {
        "To" => Some(Value::Text(message.computed_to())),
        "Action" => action(message).or_else(|| message.addressing_header(name).map(Value::Text)),
        "From" | "ReplyTo" | "FaultTo" | "RelatesTo" => {
            message.addressing_header(name).map(Value::Text)
        }
        "MessageID" => {
            Some(Value::Text(message.addressing_header(name).unwrap_or_else(|| message.id())))
        }
        "OperationName" => Some(Value::text(OPERATION)),
        "REST_API_CONTEXT" => shared(&route.context),
        "SYNAPSE_REST_API" => shared(&route.api),
        "SYNAPSE_REST_API_VERSION" => shared(&route.version),
        "SYNAPSE_RESOURCE" | "rest.url.pattern" => shared(&route.resource),
        "proxy.name" => shared(&route.proxy),
        "REST_FULL_REQUEST_PATH" if route.api.is_some() => Some(Value::text(request.target())),
        "REST_SUB_REQUEST_PATH" if route.api.is_some() => Some(match &*route.postfix {
            "" => Value::text("/"),
            _ => Value::Text(route.postfix.clone()),
        }),
        "REST_METHOD" if route.api.is_some() => Some(Value::text(request.method.as_str())),
        "REST_URL_PREFIX" => Some(Value::from(request.prefix())),
        "TRANSPORT_IN_NAME" => Some(Value::text(request.scheme)),
        "SERVER_IP" => address(request.local),
        "RESPONSE" if message.direction == Direction::Response => Some(Value::text("true")),
        "MESSAGE_FORMAT" => Some(Value::text(message.format_word())),
        "FAULT" if is_fault(message) => Some(Value::text("TRUE")),
        _ => None,
    }
}

/// A computed property of the axis2 scope.
pub(super) fn axis2_scope(message: &Message, name: &str) -> Option<Value> {
    let request = &message.request;
    // A response has a transport message of its own: how the request came is no longer said.
    let is_request = message.direction == Direction::Request;
    let received = message.received.as_ref();
    match name {
        "HTTP_METHOD" | "HTTP_METHOD_OBJECT" if is_request => {
            Some(Value::text(request.method.as_str()))
        }
        "HTTP_SC" => received.map(|head| Value::Int(i64::from(head.status.as_u16()))),
        "HTTP_SC_DESC" => received.and_then(super::Received::reason_text).map(Value::Text),
        "NO_ENTITY_BODY" if message.payload.is_empty() => Some(Value::Bool(true)),
        // A response has a context of its own, so the next address is called as it stands.
        "REST_URL_POSTFIX"
            if message.direction == Direction::Request && !request.route.postfix.is_empty() =>
        {
            Some(Value::Text(request.route.postfix.clone()))
        }
        "TransportInURL" if is_request => Some(Value::text(request.target())),
        "REMOTE_ADDR" | "REMOTE_HOST" => address(request.peer),
        "TRANSPORT_HEADERS" => Some(Value::from(headers(message))),
        "correlation_id" => message.header(&CORRELATION_HEADER).map(Value::Text),
        "ContentType" => message.content_type_header().map(Value::text),
        "messageType" => {
            message.content_type_header().map(|full| Value::text(super::media_type(full)))
        }
        _ => None,
    }
}

fn address(socket: Option<SocketAddr>) -> Option<Value> {
    socket.map(|socket| Value::from(socket.ip().to_string()))
}

/// `SOAPAction`, or the `action` of SOAP 1.2's content type.
fn action(message: &Message) -> Option<Value> {
    let header = message.header("soapaction");
    let action = header.as_deref().or_else(|| {
        message.content_type_header()?.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("action").then_some(value)
        })
    })?;
    Some(Value::text(action.trim().trim_matches('"')))
}

/// Whether the message is a fault or a back-end's answer of 400 or more.
fn is_fault(message: &Message) -> bool {
    message.is_made_fault()
        || message.is_soap_fault()
        || message.received.as_ref().is_some_and(|head| head.status.as_u16() >= 400)
}

/// The headers as Java writes a map: sorted, the first value of each name.
fn headers(message: &Message) -> String {
    let mut pairs: Vec<_> = message
        .headers
        .keys()
        .filter_map(|name| {
            let value = message.header(name.as_str())?;
            Some(format!("{}={value}", saved::spelled(name.as_str())))
        })
        .collect();
    pairs.sort_by_key(|pair| pair.to_ascii_lowercase());
    format!("{{{}}}", pairs.join(", "))
}
