//! JSON to XML, without recursion.

use std::sync::Arc;

use super::names::{to_instruction, to_xml_name};
use super::{ARRAY, ELEMENT, MULTIPLE, OBJECT, VALUE, XSI, XmlRules};
use crate::json::Value;
use crate::xml::{Name, NodeId, Tree};

/// Adds the XML view of a value as the last child of a node; gives its element.
pub fn json_to_xml(value: &Value, rules: &XmlRules, tree: &mut Tree, parent: NodeId) -> NodeId {
    let mut builder = Builder { tree, rules, open: Vec::new() };
    let root = match value {
        Value::Object(_) => builder.element(parent, &Arc::from(OBJECT)),
        Value::Array(_) => builder.element(parent, &Arc::from(ARRAY)),
        _ => builder.element(parent, &Arc::from(VALUE)),
    };
    builder.fill(root, value);
    while let Some(open) = builder.open.last_mut() {
        match open {
            Open::Members(node, members) => match members.next() {
                Some((name, value)) => {
                    let node = *node;
                    builder.member(node, name, value);
                }
                None => drop(builder.open.pop()),
            },
            Open::Items(node, name, items) => match items.next() {
                Some(item) => {
                    let (node, name) = (*node, Arc::clone(name));
                    builder.item(node, &name, item);
                }
                None => drop(builder.open.pop()),
            },
        }
    }
    root
}

/// What is left to add of a container, and below which node.
enum Open<'a> {
    Members(NodeId, std::slice::Iter<'a, (Arc<str>, Value)>),
    /// With the name that each item gets.
    Items(NodeId, Arc<str>, std::slice::Iter<'a, Value>),
}

struct Builder<'a, 't> {
    tree: &'t mut Tree,
    rules: &'t XmlRules,
    open: Vec<Open<'a>>,
}

impl<'a> Builder<'a, '_> {
    /// Gives the element of the whole document its content.
    fn fill(&mut self, root: NodeId, value: &'a Value) {
        match value {
            Value::Object(object) => self.open.push(Open::Members(root, object.members().iter())),
            Value::Array(items) => self.items(root, &Arc::from(ELEMENT), items),
            primitive => self.text(root, &Arc::from(primitive.to_text())),
        }
    }

    fn member(&mut self, node: NodeId, name: &Arc<str>, value: &'a Value) {
        if let Value::Array(items) = value {
            self.items(node, name, items);
            return;
        }
        match (text_of(value), name.strip_prefix('@')) {
            (Some(text), None) if &**name == "$" => self.text(node, &text),
            (Some(text), Some(attribute)) if !attribute.is_empty() => {
                self.attribute(node, attribute, text);
            }
            _ => self.item(node, name, value),
        }
    }

    /// Adds an array: each item as an element of that name.
    fn items(&mut self, node: NodeId, name: &Arc<str>, items: &'a [Value]) {
        if self.rules.writes_instructions {
            let instruction = self.tree.create_instruction(MULTIPLE, to_instruction(name));
            self.tree.append_child(node, instruction);
        }
        self.open.push(Open::Items(node, Arc::clone(name), items.iter()));
    }

    /// Adds an element of that name for a value.
    fn item(&mut self, node: NodeId, name: &Arc<str>, value: &'a Value) {
        let element = self.element(node, name);
        match value {
            Value::Object(object) => {
                self.open.push(Open::Members(element, object.members().iter()));
            }
            Value::Array(items) => {
                let array = self.element(element, &Arc::from(ARRAY));
                self.items(array, &Arc::from(ELEMENT), items);
            }
            Value::Null if self.rules.nil => {
                let nil = Name::new(Some("xsi"), Some(XSI), "nil");
                self.tree.declare_namespace(element, Some("xsi"), XSI);
                self.tree.set_attribute(element, nil, "true");
            }
            Value::Null => {}
            primitive => {
                if let Some(text) = text_of(primitive) {
                    self.text(element, &text);
                }
            }
        }
    }

    fn element(&mut self, parent: NodeId, name: &Arc<str>) -> NodeId {
        // A member `@xmlns` put the parent into a namespace, which the children inherit.
        let is_root = self.open.is_empty();
        let parent_name = self.tree.name(parent).filter(|_| !is_root);
        let namespace = parent_name.and_then(|parent| parent.namespace.clone());
        let name = Name { prefix: None, namespace, local: to_xml_name(name) };
        let element = self.tree.create_element(name);
        self.tree.append_child(parent, element);
        element
    }

    fn attribute(&mut self, node: NodeId, name: &str, value: Arc<str>) {
        if name != "xmlns" {
            self.tree.set_attribute(node, Name::local(to_xml_name(&Arc::from(name))), value);
            return;
        }
        if let Some(local) = self.tree.name(node).map(|name| Arc::clone(&name.local)) {
            let namespace = Some(Arc::clone(&value)).filter(|uri| !uri.is_empty());
            self.tree.set_name(node, Name { prefix: None, namespace, local });
            self.tree.declare_namespace(node, None, value);
        }
    }

    fn text(&mut self, node: NodeId, text: &Arc<str>) {
        if !text.is_empty() {
            let text = self.tree.create_text(Arc::clone(text));
            self.tree.append_child(node, text);
        }
    }
}

/// The text of a primitive: strings without quotes, everything else as written.
fn text_of(value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Null => Some(Arc::from("null")),
        Value::Bool(value) => Some(Arc::from(if *value { "true" } else { "false" })),
        Value::Number(number) => Some(Arc::from(number.as_str())),
        Value::String(text) => Some(Arc::clone(text)),
        Value::Array(_) | Value::Object(_) => None,
    }
}
