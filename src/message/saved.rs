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
        named.insert(spelled(name.as_str()), json::Value::string(value));
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

/// Header names that their senders do not begin every word of with a capital: AWS's, HTTP's own.
const SPELLINGS: [(&str, &str); 6] = [
    ("content-md5", "Content-MD5"),
    ("etag", "ETag"),
    ("www-authenticate", "WWW-Authenticate"),
    ("x-amzn-errortype", "x-amzn-ErrorType"),
    ("x-amzn-remapped-content-length", "x-amzn-Remapped-Content-Length"),
    ("x-amzn-requestid", "x-amzn-RequestId"),
];

/// A header's name as senders write it, since members of an object are looked up by their letters.
pub fn spelled(name: &str) -> String {
    if let Some((_, known)) = SPELLINGS.iter().find(|(lower, _)| *lower == name) {
        return (*known).to_owned();
    }
    let mut start = true;
    name.chars()
        .map(|c| {
            let shown = if start { c.to_ascii_uppercase() } else { c };
            start = c == '-';
            shown
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn headers_are_spelled_as_their_senders_do() {
        let rows = [
            ("content-type", "Content-Type"),
            ("etag", "ETag"),
            ("x-amz-function-error", "X-Amz-Function-Error"),
            ("x-amzn-errortype", "x-amzn-ErrorType"),
            ("x-amzn-requestid", "x-amzn-RequestId"),
            ("x-amzn-trace-id", "X-Amzn-Trace-Id"),
        ];
        for (name, expected) in rows {
            assert_eq!(spelled(name), expected);
        }
    }
}
