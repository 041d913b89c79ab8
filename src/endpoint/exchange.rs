//! Sends a message along its plan.

use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response};

use super::{Form, Plan, send_fault};
use crate::message::{BodyStream, Fault, Format, Message, Rendered, is_hop_by_hop};
use crate::transport::{Client, Timeouts, body};

impl Plan {
    /// Sends the message and waits for the head of the response. The message's headers stay as
    /// they are; a body that was still on the wire is passed on and gone.
    pub async fn exchange(
        &self,
        message: &mut Message,
        client: &Client,
    ) -> Result<Response<BodyStream>, Fault> {
        let request = self.request(message)?;
        let timeouts = Timeouts {
            connect: self.waits.connect,
            response: Some(self.waits.response),
            idle: self.waits.idle,
            ..Timeouts::default()
        };
        client.send(request, timeouts).await.map_err(|error| {
            let name = self.name.as_deref().unwrap_or("endpoint");
            tracing::debug!(endpoint = name, uri = %self.uri, error = %error, "send failed");
            send_fault(&error, &self.uri)
        })
    }

    fn request(&self, message: &mut Message) -> Result<Request<BodyStream>, Fault> {
        let mut headers = outgoing_headers(message);
        let body = self.body(message, &mut headers)?;
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        *request.extensions_mut() = message.header_case.clone();
        Ok(request)
    }

    fn body(&self, message: &mut Message, headers: &mut HeaderMap) -> Result<BodyStream, Fault> {
        if self.form == Some(Form::Get) || self.method == Method::GET && message.payload.is_empty()
        {
            headers.remove(CONTENT_TYPE);
            return Ok(body::empty());
        }
        if let Some(format) = self.forced_format() {
            let bytes = message.payload.to_bytes(format)?;
            set_content_type(headers, format.content_type());
            return Ok(body::full(bytes));
        }
        let format = message.outgoing_format();
        let rendered = message.render()?;
        state_content_type(message, format, headers);
        Ok(match rendered {
            Rendered::Stream(stream) => stream,
            Rendered::Bytes(bytes) => body::full(bytes),
        })
    }

    fn forced_format(&self) -> Option<Format> {
        match self.form? {
            Form::Soap11 => Some(Format::Soap11),
            Form::Soap12 => Some(Format::Soap12),
            Form::Pox => Some(Format::Xml),
            Form::Rest | Form::Get => None,
        }
    }
}

fn outgoing_headers(message: &Message) -> HeaderMap {
    let mut headers = message.headers.clone();
    let hops: Vec<_> =
        headers.keys().filter(|name| is_hop_by_hop(name) || **name == HOST).cloned().collect();
    for name in hops {
        headers.remove(name);
    }
    if let Some(host) = message.axis2.text("REQUEST_HOST_HEADER")
        && let Ok(value) = HeaderValue::from_str(&host)
    {
        headers.insert(HOST, value);
    }
    headers.entry(USER_AGENT).or_insert(HeaderValue::from_static("Myelin"));
    headers
}

fn set_content_type(headers: &mut HeaderMap, content_type: &'static str) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
}

fn state_content_type(message: &Message, format: Format, headers: &mut HeaderMap) {
    match message.content_type().map(|text| HeaderValue::from_str(&text)) {
        Some(Ok(stated)) if !stated.is_empty() => {
            headers.insert(CONTENT_TYPE, stated);
        }
        _ if !message.payload.is_empty() && !headers.contains_key(CONTENT_TYPE) => {
            set_content_type(headers, format.content_type());
        }
        _ => {}
    }
}
