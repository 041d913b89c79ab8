//! An endpoint that is a back-end: where it is, how long it may take, what its failures mean.

use std::sync::Arc;

use http::Method;

use super::{Authentication, Codes, Health, Suspension, UriTemplate};
use crate::expression::Dynamic;
use crate::message::{ErrorCode, Fault};

/// A back-end.
#[derive(Debug)]
pub struct Leaf {
    /// Where it is.
    pub address: Address,
    /// The form that it asks for.
    pub form: Option<Form>,
    /// How it knows who the engine is.
    pub authentication: Option<Authentication>,
    /// How long it may take, in milliseconds; none means the global timeout.
    pub timeout: Option<Dynamic>,
    /// What happens then.
    pub on_timeout: OnTimeout,
    /// When failures suspend it.
    pub suspension: Suspension,
    /// Which failures another endpoint of a group may make good.
    pub retry: Retry,
    /// What it remembers of failures; all who send here share it.
    pub health: Health,
}

/// Where a leaf points.
#[derive(Debug)]
pub enum Address {
    /// `<address uri>`: the URI, and behind it `REST_URL_POSTFIX`.
    Address(Arc<str>),
    /// `<wsdl>`: as an address, of a port in a WSDL.
    Port(Arc<str>),
    /// `<http uri-template method>`.
    Http {
        /// The URI with variables.
        template: UriTemplate,
        /// The method; none means the message's.
        method: Option<Method>,
    },
    /// `<default>`: the message's `To`, and behind it `REST_URL_POSTFIX`.
    Default,
    /// No endpoint at all: the message's `To`.
    To,
    /// `<member>`: a server that answers what the message's `To` names.
    Member {
        /// The host.
        host: Arc<str>,
        /// The port for requests that came by http.
        http: Option<u16>,
        /// The port for requests that came by https.
        https: Option<u16>,
    },
}

/// `format` of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A SOAP 1.1 envelope.
    Soap11,
    /// A SOAP 1.2 envelope.
    Soap12,
    /// The payload's element alone, by POST.
    Pox,
    /// The payload's element alone, by the message's method.
    Rest,
    /// By GET, without a body.
    Get,
}

/// `responseAction` of an endpoint's timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnTimeout {
    /// The fault handlers run (101504).
    Fault,
    /// No handler runs; the client is told of the timeout.
    Discard,
    /// As [`OnTimeout::Discard`], and the timeout is no failure of the endpoint.
    Ignore,
}

/// `retryConfig`: which failures a group may answer by trying another child.
#[derive(Debug, Default)]
pub struct Retry {
    /// Never for these.
    pub disabled: Codes,
    /// For these alone, if there are any.
    pub enabled: Codes,
}

impl Leaf {
    /// A back-end of which only the address is known.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            form: None,
            authentication: None,
            timeout: None,
            on_timeout: OnTimeout::Ignore,
            suspension: Suspension::default(),
            retry: Retry::default(),
            health: Health::default(),
        }
    }

    /// Whether a failure is a timeout that the endpoint wants no fault handler to see.
    pub fn discards(&self, fault: &Fault) -> bool {
        self.on_timeout != OnTimeout::Fault && fault.code == ErrorCode::Number(Fault::TIMEOUT)
    }

    /// The code of the fault when the leaf is used while it is suspended.
    pub fn not_ready_code(&self) -> i64 {
        if matches!(self.address, Address::Port(_)) {
            Fault::WSDL_NOT_READY
        } else {
            Fault::NOT_READY
        }
    }
}
