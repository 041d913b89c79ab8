//! What an `enrich` copies, as JSON and as nodes.

use std::sync::Arc;

use super::{From, Source};
use crate::expression::jsonpath::JsonPath;
use crate::expression::xpath::Object;
use crate::expression::{Expression, PropertyScope};
use crate::json;
use crate::mediation::{Flow, Interrupt};
use crate::mediators::inline::Content;
use crate::message::{Fault, Rules, Value, first_element};
use crate::xml::Tree;

/// A node to be put somewhere else.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// A document with one element.
    Element(Arc<Tree>),
    Text(Arc<str>),
}

/// A value as JSON; text that is no JSON is a string.
pub(super) fn to_json(value: &Value, rules: &Rules) -> json::Value {
    match value {
        Value::Json(json) => (**json).clone(),
        Value::Null => json::Value::Null,
        Value::Bool(value) => json::Value::Bool(*value),
        Value::Int(value) => json::Value::Number((*value).into()),
        other => {
            let text = other.to_text();
            json::parse(text.as_bytes(), &rules.json).unwrap_or(json::Value::String(text))
        }
    }
}

fn missing(what: &str) -> Interrupt {
    Fault::flow(format!("the source of enrich gives nothing: {what}")).into()
}

impl Source {
    /// The property or variable that is the source.
    pub(super) fn value(&self, flow: &Flow) -> Option<Value> {
        match &self.from {
            From::Property(name) => flow.message.property(PropertyScope::Default, name),
            From::Variable(name) => flow.message.variables.get(name).cloned(),
            _ => None,
        }
    }

    /// The source as JSON.
    pub(super) fn json(
        &self,
        inline: Option<&Content>,
        flow: &Flow,
    ) -> Result<json::Value, Interrupt> {
        match &self.from {
            From::Custom(expression) => custom_json(expression, flow),
            From::Body => Ok(flow.message.payload.json()?.clone()),
            From::Property(name) | From::Variable(name) => match self.value(flow) {
                Some(value) => Ok(to_json(&value, flow.message.rules())),
                None => Err(missing(&format!("`{name}` is not set"))),
            },
            From::Inline(_) | From::Envelope | From::Paths(_) => match inline {
                Some(Content::Text(_, json)) => Ok((**json).clone()),
                _ => Err(missing("it is no JSON")),
            },
        }
    }

    /// The source as nodes; none where a property is not set or the body is empty.
    pub(super) fn nodes(
        &self,
        inline: Option<Content>,
        flow: &Flow,
    ) -> Result<Vec<Node>, Interrupt> {
        match &self.from {
            From::Custom(expression) => custom_nodes(expression, flow),
            From::Envelope => {
                Ok(vec![Node::Element(Arc::new(flow.message.payload.xml()?.clone()))])
            }
            From::Body => {
                let element = first_element(flow.message.payload.xml()?);
                Ok(element.map(|tree| Node::Element(Arc::new(tree))).into_iter().collect())
            }
            From::Property(name) | From::Variable(name) => {
                let value = self.value(flow);
                if value.is_none() {
                    tracing::warn!(name = &**name, "source of enrich is not set");
                }
                Ok(value.map_or_else(Vec::new, nodes_of))
            }
            From::Inline(_) | From::Paths(_) => match inline {
                Some(Content::Xml(tree)) => Ok(vec![Node::Element(tree)]),
                Some(Content::Text(text, _)) => Ok(vec![Node::Text(text)]),
                None => Err(missing("it is only removed")),
            },
        }
    }
}

fn custom_json(expression: &Expression, flow: &Flow) -> Result<json::Value, Interrupt> {
    match expression {
        Expression::JsonPath(path) if path.reads_payload() => selected(path, flow),
        Expression::DynamicPath(path) => {
            let path = path.resolve(&flow.view())?;
            if path.reads_payload() {
                return selected(&path, flow);
            }
            Ok(to_json(&path.evaluate(&flow.view())?, flow.message.rules()))
        }
        Expression::Synapse(synapse) => {
            Ok(to_json(&synapse.try_evaluate(&flow.view())?, flow.message.rules()))
        }
        other => Ok(to_json(&other.evaluate(&flow.view())?, flow.message.rules())),
    }
}

/// What a path leads to in the payload; it is missing when that is nothing.
fn selected(path: &JsonPath, flow: &Flow) -> Result<json::Value, Interrupt> {
    let payload = &flow.message.payload;
    path.read(payload.json()?, &payload.rules().work)?
        .ok_or_else(|| missing(&format!("`{}` leads nowhere", path.text())))
}

fn custom_nodes(expression: &Expression, flow: &Flow) -> Result<Vec<Node>, Interrupt> {
    let view = flow.view();
    let Expression::XPath(xpath) = expression else {
        let value = match expression {
            Expression::Synapse(synapse) => synapse.try_evaluate(&view)?,
            _ => Value::Json(Arc::new(custom_json(expression, flow)?)),
        };
        return Ok(nodes_of(value));
    };
    let nodes = match xpath.evaluate(&view)? {
        Object::NodeSet(set) => set.values().flat_map(nodes_of).collect(),
        Object::Missing => Vec::new(),
        other => vec![Node::Text(other.to_text())],
    };
    if nodes.is_empty() {
        return Err(missing(&format!("`{}` selects nothing", xpath.text())));
    }
    Ok(nodes)
}

fn nodes_of(value: Value) -> Vec<Node> {
    let Value::Xml(tree) = value else { return vec![Node::Text(value.to_text())] };
    let mut top = tree.children(Tree::ROOT);
    if let (Some(only), None) = (top.next(), top.next())
        && tree.is_element(only)
    {
        return vec![Node::Element(tree)];
    }
    tree.children(Tree::ROOT)
        .filter_map(|id| {
            if tree.is_element(id) {
                return Some(Node::Element(Arc::new(tree.extract(id))));
            }
            tree.shared_text(id).filter(|_| tree.is_text(id)).cloned().map(Node::Text)
        })
        .collect()
}
