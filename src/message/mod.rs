//! What travels through a flow: the message, its payload, its properties, and what can go wrong.

mod addressing;
mod build;
mod charset;
mod computed;
mod content_type;
mod context;
mod fault;
mod form_data;
mod format;
mod headers;
mod multipart;
mod outgoing;
mod payload;
mod properties;
mod received;
mod related;
mod render;
mod request;
mod rules;
mod saved;
mod scope;
mod soap;
mod switches;
#[cfg(test)]
mod tests;
mod value;

pub use addressing::Forwarding;
pub use charset::is_charset;
pub use content_type::media_type;
pub use context::{Direction, Message};
pub use fault::{Cause, ErrorCode, Fault, Side};
pub use format::Format;
pub use headers::remove_hop_by_hop;
pub use outgoing::{Outgoing, Rendered};
pub use payload::{BodyStream, Payload, PayloadError};
pub use properties::Properties;
pub use received::Received;
pub use request::{Request, Route};
pub use rules::{Rules, Work};
pub use saved::{Saved, response_object, spelled};
pub use scope::PropertyScope;
pub use soap::{SOAP11, SOAP12, envelope, first_element, soap_body, soap_header};
pub use switches::{Switch, Switches};
pub use value::{Value, double_to_text};
