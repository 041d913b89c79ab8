//! A message for tests of expressions: what it holds is said row by row.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use super::{EvalError, PropertyScope, Scope};
use crate::json;
use crate::message::{Rules, Value};
use crate::xml::{Name, NodeId, Tree};

/// A message whose parts are set by hand; what is not set is missing.
#[derive(Default)]
pub struct Fixture {
    xml: Option<Tree>,
    json: Option<json::Value>,
    properties: HashMap<(PropertyScope, String), Value>,
    variables: HashMap<String, Value>,
    parameters: HashMap<String, Value>,
    query: HashMap<String, Arc<str>>,
    configs: HashMap<String, Value>,
    secrets: HashMap<String, Arc<str>>,
    content_type: Option<Arc<str>>,
    now_millis: i64,
    rules: Rules,
    /// How often the payload was asked for, as XML or as JSON.
    pub looks: Cell<usize>,
}

impl Fixture {
    /// A message whose body is still on the wire, at the start of 1970.
    pub fn new() -> Self {
        Self::default()
    }

    /// With an XML payload: the tree from the envelope down.
    pub fn xml(mut self, tree: Tree) -> Self {
        self.xml = Some(tree);
        self
    }

    /// With a JSON payload.
    pub fn json(mut self, value: json::Value) -> Self {
        self.json = Some(value);
        self
    }

    /// With a property.
    pub fn property(mut self, scope: PropertyScope, name: &str, value: impl Into<Value>) -> Self {
        self.properties.insert((scope, name.to_owned()), value.into());
        self
    }

    /// With a variable.
    pub fn variable(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// With a template parameter.
    pub fn parameter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }

    /// With a query parameter.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.insert(name.to_lowercase(), value.into());
        self
    }

    /// With a key of the configuration store.
    pub fn config(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.configs.insert(name.to_owned(), value.into());
        self
    }

    /// With a secret.
    pub fn secret(mut self, alias: &str, value: &str) -> Self {
        self.secrets.insert(alias.to_owned(), value.into());
        self
    }

    /// With a content type.
    pub fn content_type(mut self, content_type: &str) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// With rules of its own.
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// At a point in time.
    pub fn now(mut self, millis: i64) -> Self {
        self.now_millis = millis;
        self
    }
}

impl Scope for Fixture {
    fn xml(&self) -> Result<&Tree, EvalError> {
        self.looks.set(self.looks.get() + 1);
        self.xml.as_ref().ok_or(EvalError::NeedBody)
    }

    fn json(&self) -> Result<&json::Value, EvalError> {
        self.looks.set(self.looks.get() + 1);
        self.json.as_ref().ok_or(EvalError::NeedBody)
    }

    fn property(&self, scope: PropertyScope, name: &str) -> Option<Value> {
        self.properties.get(&(scope, name.to_owned())).cloned()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.variables.get(name).cloned()
    }

    fn parameter(&self, name: &str) -> Result<Option<Value>, EvalError> {
        Ok(self.parameters.get(name).cloned())
    }

    fn query_parameter(&self, name: &str) -> Option<Arc<str>> {
        self.query.get(&name.to_lowercase()).cloned()
    }

    fn config(&self, name: &str) -> Option<Value> {
        self.configs.get(name).cloned()
    }

    fn secret(&self, alias: &str) -> Option<Arc<str>> {
        self.secrets.get(alias).cloned()
    }

    fn content_type(&self) -> Arc<str> {
        self.content_type.clone().unwrap_or_default()
    }

    fn now_millis(&self) -> i64 {
        self.now_millis
    }

    fn rules(&self) -> &Rules {
        &self.rules
    }
}

/// A tree of a document's text, read by another parser than the engine's.
pub fn tree(text: &str) -> Tree {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, options).unwrap();
    let mut tree = Tree::new();
    copy(&document.root(), Tree::ROOT, &mut tree);
    tree
}

/// An envelope with a header and a body around two texts of XML.
pub fn envelope(header: &str, body: &str) -> Tree {
    const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
    tree(&format!(
        "<soapenv:Envelope xmlns:soapenv=\"{SOAP}\"><soapenv:Header>{header}</soapenv:Header>\
         <soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    ))
}

fn copy(source: &roxmltree::Node<'_, '_>, parent: NodeId, tree: &mut Tree) {
    for child in source.children() {
        let copied = match child.node_type() {
            roxmltree::NodeType::Element => element(&child, tree),
            roxmltree::NodeType::Text => tree.create_text(child.text().unwrap()),
            roxmltree::NodeType::Comment => tree.create_comment(child.text().unwrap()),
            roxmltree::NodeType::PI => {
                let instruction = child.pi().unwrap();
                let data = instruction.value.unwrap_or_default();
                tree.create_instruction(instruction.target, data)
            }
            roxmltree::NodeType::Root => unreachable!("the document has no parent"),
        };
        tree.append_child(parent, copied);
        copy(&child, copied, tree);
    }
}

fn element(source: &roxmltree::Node<'_, '_>, tree: &mut Tree) -> NodeId {
    let name = |namespace: Option<&str>, local: &str| {
        let prefix = namespace.and_then(|uri| source.lookup_prefix(uri));
        Name::new(prefix, namespace, local)
    };
    let id = tree.create_element(name(source.tag_name().namespace(), source.tag_name().name()));
    let outside: Vec<_> =
        source.parent().map(|parent| parent.namespaces().collect()).unwrap_or_default();
    for declaration in source.namespaces().filter(|one| !outside.contains(one)) {
        if declaration.name() != Some("xml") {
            tree.declare_namespace(id, declaration.name(), declaration.uri());
        }
    }
    for attribute in source.attributes() {
        tree.set_attribute(id, name(attribute.namespace(), attribute.name()), attribute.value());
    }
    id
}
