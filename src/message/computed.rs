//! Properties that nobody sets: they follow from the request.

use super::{Direction, Message, Value};

/// A computed property of the default scope.
pub(super) fn default_scope(message: &Message, name: &str) -> Option<Value> {
    let request = &message.request;
    let route = &request.route;
    let shared = |text: &Option<std::sync::Arc<str>>| text.clone().map(Value::Text);
    match name {
        "To" => Some(Value::text(request.target())),
        "MessageID" => Some(Value::Text(message.id())),
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
        "RESPONSE" if message.direction == Direction::Response => Some(Value::text("true")),
        "MESSAGE_FORMAT" => Some(Value::text(message.format_word())),
        "FAULT" => Some(Value::text(if message.is_soap_fault() { "TRUE" } else { "FALSE" })),
        _ => None,
    }
}

/// A computed property of the axis2 scope.
pub(super) fn axis2_scope(message: &Message, name: &str) -> Option<Value> {
    let request = &message.request;
    // A response has a transport message of its own: how the request came is no longer said.
    let is_request = message.direction == Direction::Request;
    match name {
        "HTTP_METHOD" if is_request => Some(Value::text(request.method.as_str())),
        // A response has a context of its own, so the next address is called as it stands.
        "REST_URL_POSTFIX"
            if message.direction == Direction::Request && !request.route.postfix.is_empty() =>
        {
            Some(Value::Text(request.route.postfix.clone()))
        }
        "TransportInURL" if is_request => Some(Value::text(request.target())),
        "REMOTE_ADDR" | "REMOTE_HOST" => {
            request.peer.map(|peer| Value::from(peer.ip().to_string()))
        }
        "ContentType" => message.content_type_header().map(Value::text),
        "messageType" => {
            message.content_type_header().map(|full| Value::text(super::media_type(full)))
        }
        _ => None,
    }
}
