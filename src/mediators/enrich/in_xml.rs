//! Enriching XML: nodes of the envelope, whole bodies and envelopes, and properties.

use std::sync::Arc;

use super::in_json::set_body;
use super::source::Node;
use super::{Action, Enrich, From, Target};
use crate::expression::Expression;
use crate::expression::xpath::NodeRef;
use crate::json;
use crate::mediation::{Flow, Interrupt};
use crate::mediators::inline::Content;
use crate::message::{Fault, Payload, Rules, Value, soap_body};
use crate::xml::{NodeId, NodeKind, Tree};

fn fault(message: impl Into<Arc<str>>) -> Interrupt {
    Fault::flow(message).into()
}

impl Enrich {
    pub(super) fn enrich_xml(
        &self,
        inline: Option<Content>,
        flow: &mut Flow,
    ) -> Result<(), Interrupt> {
        let nodes = self.source.nodes(inline, flow)?;
        match &self.target {
            Target::Xml(xpath) => {
                let Some(target) = xpath.select(&flow.view())?.into_iter().next() else {
                    let text = xpath.text();
                    return Err(fault(format!("the target `{text}` of enrich selects nothing")));
                };
                let taken = self.taken(flow)?;
                let tree = flow.message.payload.xml_mut()?;
                detach_all(tree, taken);
                insert(tree, &target, &nodes, self.action);
            }
            Target::Body => {
                let taken = self.taken(flow)?;
                self.change_body(flow, &nodes, taken)?;
            }
            Target::Envelope => set_envelope(flow, &nodes)?,
            Target::Property(..) | Target::Variable(_) => {
                let taken = self.taken(flow)?;
                self.change_value(flow, &nodes)?;
                if !taken.is_empty() {
                    let tree = flow.message.payload.xml_mut()?;
                    detach_all(tree, taken);
                }
            }
            Target::Json(path) => {
                let text = path.text();
                return Err(fault(format!(
                    "`{text}` is a place in JSON, and the message or the source is XML"
                )));
            }
            Target::Key(..) => return Err(fault("only a message of JSON has keys to rename")),
        }
        Ok(())
    }

    /// `clone="false"`: the nodes of the payload that leave their place.
    fn taken(&self, flow: &Flow) -> Result<Vec<NodeId>, Interrupt> {
        if self.source.clone {
            return Ok(Vec::new());
        }
        match &self.source.from {
            From::Custom(Expression::XPath(xpath)) if xpath.reads_payload() => {
                let nodes = xpath.select(&flow.view())?;
                Ok(nodes.iter().filter_map(NodeRef::whole).collect())
            }
            From::Body => {
                let tree = flow.message.payload.xml()?;
                Ok(soap_body(tree)
                    .and_then(|body| tree.child_elements(body).next())
                    .into_iter()
                    .collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn change_body(
        &self,
        flow: &mut Flow,
        nodes: &[Node],
        taken: Vec<NodeId>,
    ) -> Result<(), Interrupt> {
        if let ([Node::Text(text), ..], Action::Replace) = (nodes, self.action) {
            match json::parse(text.as_bytes(), &flow.message.rules().json) {
                Ok(value @ (json::Value::Object(_) | json::Value::Array(_))) => {
                    set_body(flow, value);
                    return Ok(());
                }
                _ if text.trim().is_empty() => return Ok(()),
                _ => {}
            }
        }
        let tree = flow.message.payload.xml_mut()?;
        let Some(body) = soap_body(tree) else { return Ok(()) };
        let first = tree.child_elements(body).next();
        detach_all(tree, taken);
        match first.filter(|id| tree.parent(*id).is_some()) {
            Some(first) => insert(tree, &NodeRef::Node(first), nodes, self.action),
            None => append_all(tree, body, nodes),
        }
        Ok(())
    }

    fn change_value(&self, flow: &mut Flow, nodes: &[Node]) -> Result<(), Interrupt> {
        if self.action == Action::Child
            && let Some(mut tree) = held_xml(self.target.value(flow), flow.message.rules())
            && let Some(root) = tree.root_element()
        {
            insert(&mut tree, &NodeRef::Node(root), nodes, Action::Child);
            return self.target.set(flow, Value::Xml(Arc::new(tree)));
        }
        self.target.set(flow, value_of(nodes))
    }

    /// Removes nodes of the payload.
    pub(super) fn remove_nodes(&self, flow: &mut Flow) -> Result<(), Interrupt> {
        let From::Custom(Expression::XPath(xpath)) = &self.source.from else {
            return Err(fault("what is removed has to be named by a JSONPath or an XPath"));
        };
        if !matches!(self.target, Target::Body) {
            return Err(fault("from a property only a JSONPath can remove something"));
        }
        let nodes = xpath.select(&flow.view())?;
        if nodes.is_empty() {
            let text = xpath.text();
            return Err(fault(format!("`{text}` selects nothing, so nothing can be removed")));
        }
        let tree = flow.message.payload.xml_mut()?;
        for node in nodes {
            match node {
                NodeRef::Node(id) => tree.detach(id),
                NodeRef::Attribute { element, name } => {
                    tree.remove_attribute(element, name.namespace.as_deref(), &name.local);
                }
            }
        }
        Ok(())
    }
}

/// XML that a value holds or whose text it is.
fn held_xml(value: Option<Value>, rules: &Rules) -> Option<Tree> {
    match value? {
        Value::Xml(tree) => Some((*tree).clone()),
        Value::Text(text) => crate::mediators::embed::parsed_xml(&text, rules),
        _ => None,
    }
}

/// Nodes as the value of a property.
fn value_of(nodes: &[Node]) -> Value {
    match nodes {
        [] => Value::text(""),
        [Node::Element(tree)] => Value::Xml(Arc::clone(tree)),
        [Node::Text(text)] => Value::Text(Arc::clone(text)),
        nodes => {
            let mut tree = Tree::new();
            append_all(&mut tree, Tree::ROOT, nodes);
            Value::Xml(Arc::new(tree))
        }
    }
}

fn set_envelope(flow: &mut Flow, nodes: &[Node]) -> Result<(), Interrupt> {
    match nodes {
        [Node::Element(tree)] if soap_body(tree).is_some() => {
            flow.message.set_payload(Payload::from_xml((**tree).clone()));
            Ok(())
        }
        _ => Err(fault("an envelope can only be replaced by an envelope of SOAP")),
    }
}

/// Puts nodes where the target is.
fn insert(tree: &mut Tree, target: &NodeRef, nodes: &[Node], action: Action) {
    match target {
        NodeRef::Attribute { element, name } => {
            let text: String = nodes.iter().map(node_text).collect();
            tree.set_attribute(*element, name.clone(), text);
        }
        NodeRef::Node(id) if tree.kind(*id) == NodeKind::Element => match action {
            Action::Child => append_all(tree, *id, nodes),
            Action::Sibling => put_behind(tree, *id, nodes),
            Action::Replace | Action::Remove => replace(tree, *id, nodes),
        },
        NodeRef::Node(id) => replace_text(tree, *id, nodes),
    }
}

fn node_text(node: &Node) -> String {
    match node {
        Node::Text(text) => text.to_string(),
        Node::Element(tree) => tree.string_value(Tree::ROOT).into_owned(),
    }
}

fn append_all(tree: &mut Tree, parent: NodeId, nodes: &[Node]) {
    for node in nodes {
        let node = import(tree, node);
        tree.append_child(parent, node);
    }
}

fn detach_all(tree: &mut Tree, nodes: Vec<NodeId>) {
    for node in nodes {
        tree.detach(node);
    }
}

fn import(tree: &mut Tree, node: &Node) -> NodeId {
    match node {
        Node::Element(source) => tree.import(source, Tree::ROOT),
        Node::Text(text) => tree.create_text(Arc::clone(text)),
    }
}

fn put_behind(tree: &mut Tree, mut target: NodeId, nodes: &[Node]) {
    for node in nodes {
        let node = import(tree, node);
        tree.insert_after(target, node);
        target = node;
    }
}

/// Elements take the element's place; text becomes its content.
fn replace(tree: &mut Tree, target: NodeId, nodes: &[Node]) {
    let mut replaced = false;
    for node in nodes {
        match node {
            Node::Element(_) => {
                let node = import(tree, node);
                tree.insert_before(target, node);
                replaced = true;
            }
            Node::Text(text) => tree.set_text(target, Arc::clone(text)),
        }
    }
    if replaced {
        tree.detach(target);
    }
}

fn replace_text(tree: &mut Tree, target: NodeId, nodes: &[Node]) {
    if let Some(Node::Text(text)) = nodes.first() {
        tree.set_text(target, Arc::clone(text));
        return;
    }
    for node in nodes {
        let node = import(tree, node);
        tree.insert_before(target, node);
    }
    tree.detach(target);
}
