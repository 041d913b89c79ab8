//! The SOAP envelope that every message has in its XML view.

use super::Format;
use crate::xml::{Name, NodeId, Tree};

/// The namespace of SOAP 1.1.
pub const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// The namespace of SOAP 1.2.
pub const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";

/// An envelope with an empty body; the second value is the body.
pub fn envelope(namespace: &'static str) -> (Tree, NodeId) {
    let mut tree = Tree::new();
    let name = |local: &str| Name::new(Some("soapenv"), Some(namespace), local);
    let root = tree.create_element(name("Envelope"));
    tree.declare_namespace(root, Some("soapenv"), namespace);
    tree.append_child(Tree::ROOT, root);
    let body = tree.create_element(name("Body"));
    tree.append_child(root, body);
    (tree, body)
}

/// Whether an element is a SOAP envelope.
pub(super) fn is_envelope(tree: &Tree, element: NodeId) -> bool {
    tree.name(element).is_some_and(|name| {
        &*name.local == "Envelope" && matches!(name.namespace.as_deref(), Some(SOAP11 | SOAP12))
    })
}

/// The format of an envelope's version.
pub(super) fn version(tree: &Tree) -> Format {
    let name = tree.root_element().and_then(|root| tree.name(root));
    match name.and_then(|name| name.namespace.as_deref()) {
        Some(SOAP12) => Format::Soap12,
        _ => Format::Soap11,
    }
}

/// The first element of what a message holds: of its body, or of a document without an envelope.
pub fn first_element(tree: &Tree) -> Option<Tree> {
    let body = soap_body(tree).unwrap_or(Tree::ROOT);
    tree.child_elements(body).next().map(|element| tree.extract(element))
}

/// The `Body` of an envelope.
pub fn soap_body(tree: &Tree) -> Option<NodeId> {
    part(tree, "Body")
}

/// The `Header` of an envelope.
pub fn soap_header(tree: &Tree) -> Option<NodeId> {
    part(tree, "Header")
}

fn part(tree: &Tree, local: &str) -> Option<NodeId> {
    let root = tree.root_element()?;
    let namespace = tree.name(root)?.namespace.as_deref();
    tree.child(root, namespace, local)
}
