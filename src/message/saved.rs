//! What a step that only borrows the message puts back when it is done.

use http::{Extensions, HeaderMap};

use super::{Message, Payload, Properties, Value};
use crate::json;

/// Body, headers and what describes them, taken aside.
#[derive(Debug)]
pub struct Saved {
    payload: Payload,
    headers: HeaderMap,
    header_case: Extensions,
    axis2: Properties,
}

impl Message {
    /// Takes a copy of body and headers aside. The body must have been read.
    pub fn save(&self) -> Saved {
        Saved {
            payload: self.payload.copy(),
            headers: self.headers.clone(),
            header_case: self.header_case.clone(),
            axis2: self.axis2.clone(),
        }
    }

    /// Puts body and headers back. The message still counts as a response, so that `respond`
    /// works.
    pub fn restore(&mut self, saved: Saved) {
        self.payload = saved.payload;
        self.headers = saved.headers;
        self.header_case = saved.header_case;
        self.axis2 = saved.axis2;
    }
}

/// A response as a variable's value: `{payload, headers, attributes: {statusCode}}`.
pub fn response_object(
    headers: &HeaderMap,
    payload: Option<json::Value>,
    status: &Value,
) -> json::Value {
    let mut named = json::Object::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        named.insert(title_case(name.as_str()), json::Value::string(value));
    }
    let status = match status {
        Value::Int(status) => json::Value::Number((*status).into()),
        Value::Null => json::Value::Null,
        other => json::Value::String(other.to_text()),
    };
    let mut attributes = json::Object::new();
    attributes.insert("statusCode", status);
    let mut object = json::Object::new();
    if let Some(payload) = payload {
        object.insert("payload", payload);
    }
    object.insert("headers", json::Value::Object(named));
    object.insert("attributes", json::Value::Object(attributes));
    json::Value::Object(object)
}

/// Header names as people write them, since members of an object are looked up by their letters.
fn title_case(name: &str) -> String {
    let mut start = true;
    name.chars()
        .map(|c| {
            let shown = if start { c.to_ascii_uppercase() } else { c };
            start = c == '-';
            shown
        })
        .collect()
}
