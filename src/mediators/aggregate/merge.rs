//! What an aggregate takes of each message, and the message that it makes of all.

use std::sync::Arc;

use crate::expression::Expression;
use crate::expression::xpath::XPath;
use crate::json;
use crate::mediation::{Flow, Interrupt};
use crate::message::{Fault, Payload, Value, first_element, soap_body};
use crate::xml::Tree;

/// How pieces are taken and put together.
#[derive(Debug)]
pub(super) struct Merge {
    /// What is taken.
    pub(super) select: Select,
    /// The property that holds the element around the whole.
    pub(super) enclosing: Option<Arc<str>>,
    /// Whether the members of JSON objects go into one object, and not the objects into an array.
    pub(super) members: bool,
}

/// What is taken of a message.
#[derive(Debug)]
pub(super) enum Select {
    /// The first element of the body.
    FirstElement,
    /// Elements.
    Nodes(XPath),
    /// A JSON value.
    Json(Expression),
}

/// What one message brings.
#[derive(Debug)]
pub(super) enum Piece {
    Json(json::Value),
    Xml(Vec<Tree>),
}

impl Select {
    pub(super) fn piece(&self, flow: &Flow) -> Result<Piece, Interrupt> {
        match self {
            Self::Json(expression) => Ok(Piece::Json(json_of(&expression.evaluate(&flow.view())?))),
            Self::FirstElement => {
                let first = first_element(flow.message.payload.xml()?);
                Ok(Piece::Xml(first.into_iter().collect()))
            }
            Self::Nodes(xpath) => nodes(xpath, flow),
        }
    }
}

fn nodes(xpath: &XPath, flow: &Flow) -> Result<Piece, Interrupt> {
    let selected = xpath.select(&flow.view())?;
    let tree = flow.message.payload.xml()?;
    let trees: Vec<_> =
        selected.iter().filter_map(|node| node.whole().map(|id| tree.extract(id))).collect();
    if trees.is_empty() {
        let text = xpath.text();
        return Err(Fault::flow(format!("`{text}` selects nothing to aggregate")).into());
    }
    Ok(Piece::Xml(trees))
}

/// A value as a part of a JSON document; text stays text.
pub(in crate::mediators) fn json_of(value: &Value) -> json::Value {
    match value {
        Value::Null => json::Value::Null,
        Value::Bool(value) => json::Value::Bool(*value),
        Value::Int(value) => json::Value::Number((*value).into()),
        Value::Json(value) => (**value).clone(),
        other => {
            let text = other.to_text();
            json::Number::parse(&text)
                .filter(|_| matches!(other, Value::Double(_)))
                .map_or(json::Value::String(text), json::Value::Number)
        }
    }
}

impl Merge {
    /// Makes the pieces the message's body.
    pub(super) fn apply(&self, pieces: Vec<Piece>, flow: &mut Flow) -> Result<(), Interrupt> {
        let enclosing = self.enclosing(flow)?;
        let mut values = Vec::new();
        let mut trees = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Json(value) => values.push(value),
                Piece::Xml(more) => trees.extend(more),
            }
        }
        if matches!(self.select, Select::Json(_)) {
            self.set_json(values, enclosing.as_deref(), flow);
            return Ok(());
        }
        set_xml(&trees, enclosing.as_deref(), flow)
    }

    fn enclosing(&self, flow: &Flow) -> Result<Option<Arc<Tree>>, Interrupt> {
        let Some(name) = &self.enclosing else { return Ok(None) };
        match flow.message.properties.get(name) {
            Some(Value::Xml(tree)) => Ok(Some(Arc::clone(tree))),
            Some(_) => {
                Err(Fault::flow(format!("the property `{name}` holds no enclosing element")).into())
            }
            None => Err(Fault::flow(format!("the property `{name}` is not set")).into()),
        }
    }

    fn set_json(&self, values: Vec<json::Value>, enclosing: Option<&Tree>, flow: &mut Flow) {
        let mut whole = if self.members { merged(values) } else { json::Value::Array(values) };
        let name = enclosing.and_then(|tree| tree.name(tree.root_element()?));
        if let Some(name) = name {
            let mut object = json::Object::new();
            object.insert(Arc::clone(&name.local), whole);
            whole = json::Value::Object(object);
        }
        let is_json = flow.message.payload.is_json();
        flow.message.set_payload(Payload::from_json(whole));
        if !is_json {
            flow.message.set_content_type("application/json");
        }
    }
}

/// The members of all objects as one object; what is no object is left out.
fn merged(values: Vec<json::Value>) -> json::Value {
    let mut whole = json::Object::new();
    for value in values {
        if let json::Value::Object(members) = value {
            for (name, value) in members.iter() {
                whole.insert(Arc::clone(name), value.clone());
            }
        }
    }
    json::Value::Object(whole)
}

fn set_xml(trees: &[Tree], enclosing: Option<&Tree>, flow: &mut Flow) -> Result<(), Interrupt> {
    let tree = flow.message.payload.xml_mut()?;
    let body = soap_body(tree).ok_or_else(|| Fault::flow("the message has no body"))?;
    tree.clear_children(body);
    let mut parent = body;
    if let Some(element) = enclosing.and_then(|outer| Some((outer, outer.root_element()?))) {
        parent = tree.import(element.0, element.1);
        tree.append_child(body, parent);
    }
    for piece in trees {
        tree.append_children_of(parent, piece, Tree::ROOT);
    }
    Ok(())
}
