//! Sends a message along its plan.

use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, USER_AGENT,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, Version};
use http_body::Body as _;

use super::errors::place_of;
use super::{Form, Plan, send_fault};
use crate::message::{
    BodyStream, Fault, Format, Message, Outgoing, Rendered, Switch, Switches, remove_hop_by_hop,
};
use crate::transport::{AbsoluteForm, Client, Timeouts, body, coding};

impl Plan {
    /// Sends the message and waits for the head of the response. The message's headers stay as
    /// they are; a body that was still on the wire is passed on and gone.
    pub async fn exchange(
        &self,
        message: &mut Message,
        client: &Client,
    ) -> Result<Response<BodyStream>, Fault> {
        let request = self.request(message)?;
        self.send(request, client).await
    }

    /// Sends a request that [`Plan::request`] made.
    pub async fn send(
        &self,
        request: Request<BodyStream>,
        client: &Client,
    ) -> Result<Response<BodyStream>, Fault> {
        let timeouts = Timeouts {
            connect: self.waits.connect,
            response: Some(self.waits.response),
            idle: self.waits.idle,
            ..Timeouts::default()
        };
        client.send(request, timeouts).await.map_err(|error| {
            let name = self.name.as_deref().unwrap_or("endpoint");
            let place = place_of(&self.uri);
            tracing::debug!(endpoint = name, place, error = %error, "send failed");
            send_fault(&error, &self.uri)
        })
    }

    /// The message as a request.
    pub fn request(&self, message: &mut Message) -> Result<Request<BodyStream>, Fault> {
        let switches = message.switches();
        let mut headers = outgoing_headers(message)?;
        let body = self.body(message, switches, &mut headers)?;
        // Servers may refuse what should have a body and does not say that it has none (RFC 9110, 8.6).
        if body.is_end_stream() && matches!(self.method, Method::POST | Method::PUT | Method::PATCH)
        {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        if switches.has(Switch::Close) {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        *request.extensions_mut() = message.header_case.clone();
        if switches.has(Switch::Http10) {
            *request.version_mut() = Version::HTTP_10;
        }
        if switches.has(Switch::WholeUri) {
            request.extensions_mut().insert(AbsoluteForm);
        }
        Ok(request)
    }

    fn body(
        &self,
        message: &mut Message,
        switches: Switches,
        headers: &mut HeaderMap,
    ) -> Result<BodyStream, Fault> {
        let nothing_to_get = self.method == Method::GET && message.payload.is_empty();
        let nothing_to_put =
            switches.has(Switch::NoBodyOfPost) && matches!(self.method, Method::POST | Method::PUT);
        if self.form == Some(Form::Get) || nothing_to_get || nothing_to_put {
            headers.remove(CONTENT_TYPE);
            return Ok(body::empty());
        }
        let outgoing = message.render(self.asked_format())?;
        outgoing.describe(headers);
        Ok(outgoing_body(outgoing, headers))
    }

    fn asked_format(&self) -> Option<Format> {
        match self.form? {
            Form::Soap11 => Some(Format::Soap11),
            Form::Soap12 => Some(Format::Soap12),
            Form::Pox => Some(Format::Xml),
            Form::Rest | Form::Get => None,
        }
    }
}

fn outgoing_headers(message: &Message) -> Result<HeaderMap, Fault> {
    let mut headers = message.headers.clone();
    remove_hop_by_hop(&mut headers);
    // The host is the endpoint's; whether to go on (100) was settled with the client.
    headers.remove(HOST);
    headers.remove(EXPECT);
    if let Some(host) = message.axis2.text("REQUEST_HOST_HEADER") {
        let value = HeaderValue::from_str(host.trim())
            .map_err(|_| Fault::flow(format!("`{host}` cannot be a Host header")))?;
        headers.insert(HOST, value);
    }
    headers.entry(USER_AGENT).or_insert(HeaderValue::from_static("Myelin"));
    Ok(headers)
}

/// A body as a stream, in the content coding that the headers ask for.
pub fn outgoing_body(outgoing: Outgoing, headers: &mut HeaderMap) -> BodyStream {
    let is_coded = outgoing.is_coded();
    match outgoing.body {
        Rendered::Stream(stream) => stream,
        Rendered::Bytes(bytes) if is_coded => body::full(bytes),
        Rendered::Bytes(bytes) => body::full(coding::packed(bytes, headers)),
    }
}
