//! Switches: properties by which a flow says how its message goes over the wire.

use super::Message;

/// What a flow can switch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// The client is told 202 before the message is sent on.
    AcceptAtOnce,
    /// The client is answered 202, whatever the status is otherwise.
    Accepted,
    /// The connection is closed behind the message.
    Close,
    /// The answer carries an entity tag.
    EntityTag,
    /// A SOAP fault is answered with 200.
    FaultAs200,
    /// The message is one of HTTP/1.0.
    Http10,
    /// A POST or PUT goes without a body.
    NoBodyOfPost,
    /// Nobody waits for an answer.
    OneWay,
    /// The body goes in one piece, with its length.
    Sized,
    /// The request line holds the whole URI.
    WholeUri,
}

/// The properties that are switches.
const NAMES: [(&str, Switch); 12] = [
    ("DISABLE_CHUNKING", Switch::Sized),
    ("FAULTS_AS_HTTP_200", Switch::FaultAs200),
    ("FORCE_HTTP_1.0", Switch::Http10),
    ("FORCE_HTTP_CONTENT_LENGTH", Switch::Sized),
    ("FORCE_POST_PUT_NOBODY", Switch::NoBodyOfPost),
    ("FORCE_SC_ACCEPTED", Switch::AcceptAtOnce),
    ("FULL_URI", Switch::WholeUri),
    ("HTTP_ETAG", Switch::EntityTag),
    ("NO_KEEPALIVE", Switch::Close),
    ("OUT_ONLY", Switch::OneWay),
    ("POST_TO_URI", Switch::WholeUri),
    ("SC_ACCEPTED", Switch::Accepted),
];

/// The switches that are on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Switches(u16);

impl Switches {
    /// Whether a switch is on.
    pub fn has(self, switch: Switch) -> bool {
        self.0 & (1 << switch as u16) != 0
    }
}

impl Message {
    /// The switches that the flow has put on, in one pass over what it has set: a message of
    /// which nothing is said costs nothing. What the axis2 scope does not say, `axis2-client` does.
    pub fn switches(&self) -> Switches {
        let own = self.axis2.iter();
        let client = self.axis2_client.iter().filter(|(name, _)| self.axis2.get(name).is_none());
        let mut switches = Switches::default();
        for (name, value) in own.chain(client) {
            let known = NAMES.iter().find(|(known, _)| *known == &**name);
            if let Some((_, switch)) = known
                && value.is_true()
            {
                switches.0 |= 1 << *switch as u16;
            }
        }
        switches
    }
}
