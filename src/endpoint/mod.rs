//! Where a message is sent: address, http, default and references to them.
//!
//! A [`Endpoint`] is compiled; a [`Plan`] is what it means for one message; [`Plan::exchange`]
//! sends the message and gives the response's head with the body still on the wire.

mod errors;
mod exchange;
mod plan;
mod receive;
#[cfg(test)]
mod tests;
mod uri_template;

use std::sync::Arc;

use http::Method;

use crate::expression::{Dynamic, Expression, PropertyScope};

pub use errors::send_fault;
pub use exchange::outgoing_body;
pub use plan::{Plan, Waits};
pub use receive::receive;
pub use uri_template::{UriTemplate, UriTemplateError, Variable};

/// A compiled endpoint.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name, if it has one.
    pub name: Option<Arc<str>>,
    /// Where it points.
    pub address: Address,
    /// The form that it asks for.
    pub form: Option<Form>,
    /// How long it may take, in milliseconds; none means the global timeout.
    pub timeout: Option<Dynamic>,
    /// What happens then.
    pub on_timeout: OnTimeout,
    /// Properties set on the message before it is sent.
    pub properties: Vec<Property>,
}

/// Where an endpoint points.
#[derive(Debug)]
pub enum Address {
    /// `<address uri>`: the URI, and behind it `REST_URL_POSTFIX`.
    Address(Arc<str>),
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
    /// Another endpoint, by key.
    Key(Dynamic),
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
}

/// A property that an endpoint sets.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: Arc<str>,
    /// Its scope.
    pub scope: PropertyScope,
    /// Its value.
    pub value: PropertyValue,
}

/// The value of an endpoint's property.
#[derive(Debug)]
pub enum PropertyValue {
    /// As written.
    Text(Arc<str>),
    /// Computed by each message.
    Expression(Expression),
}

impl Endpoint {
    /// An endpoint that only says where.
    pub fn new(address: Address) -> Self {
        Self {
            name: None,
            address,
            form: None,
            timeout: None,
            on_timeout: OnTimeout::Discard,
            properties: Vec::new(),
        }
    }

    /// The key of the endpoint that this one stands for.
    pub fn refers_to(&self) -> Option<&Dynamic> {
        match &self.address {
            Address::Key(key) => Some(key),
            _ => None,
        }
    }
}
