//! WS-Addressing: where a SOAP message says that it goes and comes from, and where a message that
//! nobody gave an endpoint goes.

use std::sync::Arc;

use http::Uri;

use super::soap::soap_header;
use super::{Direction, Fault, Message, Side, Value};

/// The namespaces of the recommendation and of the submission before it.
const NAMESPACES: [&str; 2] =
    ["http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"];

/// The `To` of a response: whoever asked.
const ANONYMOUS: &str = "http://www.w3.org/2005/08/addressing/anonymous";

/// What belongs to one message: a response has its own.
pub(super) const OWN: [&str; 6] = ["To", "From", "Action", "ReplyTo", "FaultTo", "RelatesTo"];

/// The hosts that a message may go to because its client says so (`server.forward_to`).
#[derive(Debug, Clone, Default)]
pub struct Forwarding(Vec<String>);

impl Forwarding {
    /// Allows `host`, `host:port` and `*`, which is every host.
    pub fn new(hosts: Vec<String>) -> Self {
        Self(hosts)
    }

    fn allows(&self, uri: &Uri) -> bool {
        let Some(host) = uri.host() else { return false };
        let port = uri.port_u16().unwrap_or(match uri.scheme_str() {
            Some("https") => 443,
            _ => 80,
        });
        let full = format!("{host}:{port}");
        self.0.iter().map(|allowed| allowed.trim()).any(|allowed| {
            allowed == "*"
                || allowed.eq_ignore_ascii_case(host)
                || allowed.eq_ignore_ascii_case(&full)
        })
    }
}

impl Message {
    /// A header of WS-Addressing; it shows once the body was parsed.
    pub(super) fn addressing_header(&self, name: &str) -> Option<Arc<str>> {
        let tree = self.payload.parsed_xml()?;
        let header = soap_header(tree)?;
        let (namespace, element) = NAMESPACES
            .iter()
            .find_map(|namespace| Some((*namespace, tree.child(header, Some(namespace), name)?)))?;
        let address = tree.child(element, Some(namespace), "Address");
        let text = tree.string_value(address.unwrap_or(element));
        Some(text.trim()).filter(|text| !text.is_empty()).map(Arc::from)
    }

    /// `To` as nobody has set it: what the flow made of the client's, else the header, else the
    /// target of the client's request.
    pub(super) fn computed_to(&self) -> Arc<str> {
        if let Some(rewritten) = &self.rewritten_to {
            return Arc::clone(rewritten);
        }
        if self.direction == Direction::Response {
            return ANONYMOUS.into();
        }
        self.addressing_header("To").unwrap_or_else(|| self.request.address().into())
    }

    /// Whether `To` is what the client said, or what became of it.
    pub fn is_addressed_by_client(&self) -> bool {
        self.direction == Direction::Request && self.properties.entry("To").is_none()
    }

    /// Whether a SOAP header that nobody has read yet may say where the message goes.
    pub fn may_say_its_destination(&self) -> bool {
        self.is_addressed_by_client()
            && self.rewritten_to.is_none()
            && self.payload.format().is_xml()
            && self.payload.parsed_xml().is_none()
    }

    /// Gives the message an address that was made of its own. As long as the host is the one that
    /// the client named, it goes there on the client's word (`server.forward_to`).
    pub fn rewrite_to(&mut self, to: String, keeps_host: bool) {
        if keeps_host && self.is_addressed_by_client() {
            self.rewritten_to = Some(to.into());
        } else {
            self.properties.set("To", to);
        }
    }

    /// Where the message goes without an endpoint: where its flow says, else where its client
    /// says, to the hosts that the operator allows.
    pub fn destination(&self) -> Result<Arc<str>, Fault> {
        match self.properties.entry("To") {
            Some(Value::Null) => return Err(nowhere()),
            Some(own) => return Ok(own.to_text()),
            None => {}
        }
        let asked = self.computed_to();
        let uri: Uri = asked.parse().map_err(|_| nowhere())?;
        if uri.scheme().is_none() || &*asked == ANONYMOUS {
            return Err(nowhere());
        }
        if self.rules().forwarding.allows(&uri) {
            return Ok(asked);
        }
        let host = uri.authority().map_or("", |authority| authority.as_str());
        let host = host.rsplit('@').next().unwrap_or_default();
        let message =
            format!("the client may not send to `{host}`: it is not in `server.forward_to`");
        Err(Fault::flow(message).blame(Side::Client))
    }
}

fn nowhere() -> Fault {
    Fault::flow("nothing says where to send the message: it has no endpoint and no `To` header")
}
