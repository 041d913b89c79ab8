//! One of many: an element of an array or nodes of XML, on its way into a message and out of it.

use std::sync::Arc;

use crate::json;
use crate::message::{Fault, Payload, PayloadError, soap_body};
use crate::xml::Tree;

/// One of many.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Json(json::Value),
    /// A document with the nodes.
    Xml(Arc<Tree>),
}

impl Item {
    /// What a body holds, as JSON.
    pub(super) fn json_of(payload: &Payload) -> Result<Self, PayloadError> {
        Ok(Self::Json(payload.json()?.clone()))
    }

    /// What a body holds, as XML.
    pub(super) fn xml_of(payload: &Payload) -> Result<Self, PayloadError> {
        let tree = payload.xml()?;
        let mut content = Tree::new();
        if let Some(body) = soap_body(tree) {
            content.append_children_of(Tree::ROOT, tree, body);
        }
        Ok(Self::Xml(Arc::new(content)))
    }

    /// The item in a JSON document; XML is its text there.
    pub(super) fn into_json(self) -> json::Value {
        match self {
            Self::Json(value) => value,
            Self::Xml(nodes) => json::Value::string(nodes.to_text()),
        }
    }

    /// The item alone in a body. XML goes into an envelope that was emptied for it, if there is
    /// one.
    pub(super) fn into_payload(self, envelope: Option<&Payload>) -> Payload {
        match (self, envelope) {
            (Self::Json(value), _) => Payload::from_json(value),
            (Self::Xml(nodes), None) => Payload::from_xml((*nodes).clone()),
            (Self::Xml(nodes), Some(envelope)) => {
                let mut payload = envelope.copy();
                // The copy of a tree that could be changed can be changed.
                if let Ok(tree) = payload.xml_mut()
                    && let Some(body) = soap_body(tree)
                {
                    tree.append_children_of(body, &nodes, Tree::ROOT);
                }
                payload
            }
        }
    }
}

/// A copy of an envelope with nothing in its body.
pub(super) fn emptied(payload: &Payload) -> Result<Payload, Fault> {
    let mut copy = payload.copy();
    let tree = copy.xml_mut()?;
    let body = soap_body(tree).ok_or_else(|| Fault::flow("the message has no body"))?;
    tree.clear_children(body);
    compact(tree);
    Ok(copy)
}

/// Lets go of nodes that were detached: whoever copies the tree often copies no more than it shows.
/// Ids are others then.
pub(super) fn compact(tree: &mut Tree) {
    *tree = tree.extract(Tree::ROOT);
}
