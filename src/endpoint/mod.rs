//! Where a message is sent: back-ends, groups of them, and references.
//!
//! An [`Endpoint`] is compiled; a [`Plan`] is what a [`Leaf`] means for one message;
//! [`Plan::exchange`] sends the message and gives the response's head with the body still on the
//! wire. What a leaf remembers of failures is its [`Health`].

mod affinity;
mod auth;
mod document;
mod errors;
mod exchange;
mod group;
mod health;
mod leaf;
pub mod place;
mod plan;
mod receive;
mod recent;
mod recipients;
#[cfg(test)]
mod tests;
mod uri_template;
mod wsdl;

use std::sync::Arc;

use crate::expression::{Dynamic, EvalError, Expression, PropertyScope, Scope};
use crate::message::Value;

pub use affinity::{Affinity, Session, USUAL_TIMEOUT};
pub use auth::{Authentication, Credentials, Field, Grant, GrantKind};
pub use document::{Place, read_document};
pub use errors::send_fault;
pub use exchange::outgoing_body;
pub use group::{Choice, Group, Turns};
pub use health::{Codes, Health, Suspension};
pub use leaf::{Address, Form, Leaf, OnTimeout, Retry};
pub use plan::{Plan, Waits};
pub use receive::receive;
pub use recipients::{Computed, Recipients};
pub use uri_template::{UriTemplate, UriTemplateError, Variable};
pub use wsdl::{NoPort, Port, WSDL};

/// A compiled endpoint.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name, if it has one.
    pub name: Option<Arc<str>>,
    /// What it stands for.
    pub target: Target,
    /// The sequence that handles its failures before those of the flow do.
    pub on_error: Option<Arc<str>>,
    /// Properties set on the message before it is sent.
    pub properties: Vec<Property>,
}

/// What an endpoint stands for.
#[derive(Debug)]
pub enum Target {
    /// A back-end.
    Leaf(Box<Leaf>),
    /// One of several endpoints.
    Group(Box<Group>),
    /// All of several endpoints: each gets a copy.
    Recipients(Box<Recipients>),
    /// Another endpoint.
    Reference(Reference),
}

/// An endpoint that stands for another one.
#[derive(Debug)]
pub enum Reference {
    /// By key.
    Key(Dynamic),
    /// By the key that an expression gives.
    Expression(Expression),
    /// Made of a template that is not deployed.
    Template(Arc<str>),
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
    /// An endpoint without a name and without properties.
    pub fn new(target: Target) -> Self {
        Self { name: None, target, on_error: None, properties: Vec::new() }
    }

    /// An endpoint that only says where.
    pub fn to(address: Address) -> Self {
        Self::new(Target::Leaf(Box::new(Leaf::new(address))))
    }

    /// What the endpoint is called in logs and faults.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or("endpoint")
    }

    /// The properties that the endpoint sets, evaluated for a message.
    pub fn evaluate_properties(
        &self,
        scope: &dyn Scope,
    ) -> Result<Vec<(Arc<str>, PropertyScope, Value)>, EvalError> {
        let evaluate = |value: &PropertyValue| match value {
            PropertyValue::Text(text) => Ok(Value::Text(Arc::clone(text))),
            PropertyValue::Expression(expression) => expression.evaluate(scope),
        };
        self.properties
            .iter()
            .map(|found| Ok((Arc::clone(&found.name), found.scope, evaluate(&found.value)?)))
            .collect()
    }
}

impl Reference {
    /// The key of the endpoint that is meant; none where it was to be made of a template that is
    /// not deployed.
    pub fn key(&self, scope: &dyn Scope) -> Result<Option<Arc<str>>, EvalError> {
        match self {
            Self::Key(key) => key.evaluate_text(scope).map(Some),
            Self::Expression(expression) => expression.evaluate_text(scope).map(Some),
            Self::Template(_) => Ok(None),
        }
    }
}
