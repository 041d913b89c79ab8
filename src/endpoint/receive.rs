//! A response takes the place of the message that was sent.

use http::Response;

use crate::message::{BodyStream, Format, Message, Payload, Side};
use crate::transport::take_reason;

/// Makes a response the message: body, transport headers and status are its; properties of the
/// flow and variables stay. Without a `Content-Type` the response is read as the request was,
/// forms apart.
pub fn receive(message: &mut Message, response: Response<BodyStream>) {
    let (mut head, body) = response.into_parts();
    let requested = message.content_type();
    message.begin_response(head.status, take_reason(&mut head.extensions));
    message.headers = head.headers;
    message.header_case = head.extensions;
    let stated = message.content_type_header().map(str::to_owned);
    let content_type = stated.or_else(|| {
        requested.filter(|kind| Format::of(kind) != Format::Form).map(|kind| kind.to_string())
    });
    let content_type = content_type.unwrap_or_default();
    let payload = Payload::from_stream(body, &content_type, &message.headers, Side::Backend);
    message.set_payload(payload);
}
