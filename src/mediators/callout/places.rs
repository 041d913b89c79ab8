//! What a callout sends of a message, and where in it the answer goes.

use std::sync::Arc;

use crate::expression::xpath::{NodeRef, XPath};
use crate::expression::{Expression, PropertyScope};
use crate::mediation::{Entry, Flow, Interrupt};
use crate::message::{Fault, Payload, Value, soap_body};
use crate::xml::Tree;

#[derive(Debug)]
pub(super) enum Source {
    XPath(Expression),
    /// A property, or a local entry or resource.
    Key(Arc<str>),
}

#[derive(Debug)]
pub(super) enum Target {
    XPath(XPath),
    Property(Arc<str>),
}

fn fault(message: String) -> Interrupt {
    Fault::flow(message).into()
}

/// The first element of a document.
fn first_element(tree: &Tree) -> Option<Tree> {
    tree.child_elements(Tree::ROOT).next().map(|element| tree.extract(element))
}

impl Source {
    /// The element that is sent.
    pub(super) fn element(&self, flow: &Flow) -> Result<Arc<Tree>, Interrupt> {
        let value = match self {
            Self::XPath(expression) => expression.evaluate(&flow.view())?,
            Self::Key(key) => {
                let property = flow.message.property(PropertyScope::Default, key);
                property.or_else(|| entry(key, flow)).unwrap_or(Value::Null)
            }
        };
        let element = match &value {
            Value::Xml(tree) => first_element(tree),
            _ => None,
        };
        element.map(Arc::new).ok_or_else(|| match self {
            Self::XPath(_) => fault("the source of the callout selects no element".to_owned()),
            Self::Key(key) => fault(format!("`{key}` is neither a property nor an entry with XML")),
        })
    }
}

fn entry(key: &str, flow: &Flow) -> Option<Value> {
    match flow.program.entry(key) {
        Some(Entry::Xml(tree)) => Some(Value::Xml(Arc::clone(tree))),
        _ => None,
    }
}

impl Target {
    /// Puts the first element of a response where it belongs.
    pub(super) fn put(&self, response: &Payload, flow: &mut Flow) -> Result<(), Interrupt> {
        let envelope = response.xml()?;
        let body = soap_body(envelope).unwrap_or(Tree::ROOT);
        let Some(element) = envelope.child_elements(body).next() else {
            return Err(fault("the response to the callout is empty".to_owned()));
        };
        match self {
            Self::Property(name) => {
                let value = Value::Xml(Arc::new(envelope.extract(element)));
                flow.message.properties.set(Arc::clone(name), value);
            }
            Self::XPath(xpath) => {
                let nodes = xpath.select(&flow.view())?;
                let Some(NodeRef::Node(old)) = nodes.into_iter().next() else {
                    let message = format!("the target `{}` selects no element", xpath.text());
                    return Err(fault(message));
                };
                let tree = flow.message.payload.xml_mut()?;
                let new = tree.import(envelope, element);
                tree.replace(old, new);
            }
        }
        Ok(())
    }
}

/// Puts a document in place of what an envelope's body holds.
pub(super) fn set_body(tree: &mut Tree, with: &Tree) {
    if let Some(body) = soap_body(tree) {
        tree.clear_children(body);
        tree.append_children_of(body, with, Tree::ROOT);
    }
}
