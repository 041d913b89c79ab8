//! A fault as XML.

use std::sync::Arc;

use super::Version;
use super::code::Evaluated;
use crate::message::{SOAP11, SOAP12, Value, envelope as empty_envelope, soap_body, soap_header};
use crate::xml::{Name, NodeId, Tree, XML_NAMESPACE};

/// What a fault says of one message.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) code: Option<Evaluated>,
    pub(super) reason: Option<Arc<str>>,
    pub(super) node: Option<Arc<str>>,
    pub(super) role: Option<Arc<str>>,
    pub(super) detail: Option<Value>,
}

/// An envelope with the fault, and the headers of another.
pub(super) fn envelope(version: Version, parts: &Parts, headers: Option<&Tree>) -> Tree {
    let namespace = if version == Version::Soap12 { SOAP12 } else { SOAP11 };
    let (mut tree, body) = empty_envelope(namespace);
    if let Some((source, header)) = headers.and_then(|tree| Some((tree, soap_header(tree)?))) {
        let made = tree.create_element(soap_name(namespace, "Header"));
        tree.insert_before(body, made);
        tree.append_children_of(made, source, header);
    }
    let mut writer = Writer { tree, namespace };
    let fault = writer.soap(body, "Fault");
    match version {
        Version::Soap12 => writer.soap12(fault, parts),
        Version::Soap11 | Version::Pox => writer.soap11(fault, parts),
    }
    writer.tree
}

/// A fault of plain XML: its detail, else its reason.
pub(super) fn exception(parts: &Parts) -> Tree {
    let mut tree = Tree::new();
    let element = tree.create_element(Name::local("Exception"));
    tree.append_child(Tree::ROOT, element);
    let said = match &parts.detail {
        Some(Value::Xml(detail)) => Some(detail.string_value(Tree::ROOT).into()),
        Some(detail) => Some(detail.to_text()),
        None => parts.reason.clone(),
    };
    tree.set_text(element, said.unwrap_or_default());
    tree
}

/// Puts a document in place of the first element of an envelope's body.
pub(super) fn replace_body(tree: &mut Tree, with: &Tree) {
    let Some(body) = soap_body(tree) else { return };
    let first = tree.child_elements(body).next();
    if let Some(first) = first {
        tree.detach(first);
    }
    tree.append_children_of(body, with, Tree::ROOT);
}

fn soap_name(namespace: &str, local: &str) -> Name {
    Name::new(Some("soapenv"), Some(namespace), local)
}

struct Writer {
    tree: Tree,
    namespace: &'static str,
}

impl Writer {
    fn element(&mut self, parent: NodeId, name: Name) -> NodeId {
        let element = self.tree.create_element(name);
        self.tree.append_child(parent, element);
        element
    }

    fn soap(&mut self, parent: NodeId, local: &str) -> NodeId {
        self.element(parent, soap_name(self.namespace, local))
    }

    fn text(&mut self, element: NodeId, text: &str) {
        self.tree.set_text(element, text);
    }

    /// Nodes, or a text.
    fn detail(&mut self, element: NodeId, detail: &Value) {
        match detail {
            Value::Xml(nodes) => self.tree.append_children_of(element, nodes, Tree::ROOT),
            other => self.text(element, &other.to_text()),
        }
    }

    fn code(&mut self, element: NodeId, parts: &Parts, version: Version) {
        if let Some(code) = &parts.code {
            self.text(element, &format!("soapenv:{}", code.name(version)));
        }
    }

    fn soap11(&mut self, fault: NodeId, parts: &Parts) {
        let code = self.element(fault, Name::local("faultcode"));
        self.code(code, parts, Version::Soap11);
        let reason = self.element(fault, Name::local("faultstring"));
        self.text(reason, parts.reason.as_deref().unwrap_or_default());
        if let Some(role) = &parts.role {
            let actor = self.element(fault, Name::local("faultactor"));
            self.text(actor, role);
        }
        if let Some(detail) = &parts.detail {
            let element = self.element(fault, Name::local("detail"));
            self.detail(element, detail);
        }
    }

    fn soap12(&mut self, fault: NodeId, parts: &Parts) {
        let code = self.soap(fault, "Code");
        let value = self.soap(code, "Value");
        self.code(value, parts, Version::Soap12);
        let reason = self.soap(fault, "Reason");
        let text = self.soap(reason, "Text");
        let lang = Name::new(Some("xml"), Some(XML_NAMESPACE), "lang");
        self.tree.set_attribute(text, lang, "en");
        self.text(text, parts.reason.as_deref().unwrap_or_default());
        for (name, uri) in [("Node", &parts.node), ("Role", &parts.role)] {
            if let Some(uri) = uri {
                let element = self.soap(fault, name);
                self.text(element, uri);
            }
        }
        if let Some(detail) = &parts.detail {
            let element = self.soap(fault, "Detail");
            self.detail(element, detail);
        }
    }
}
