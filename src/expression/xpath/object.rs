//! What an expression gives, and its conversions for the rest of the engine.

use std::borrow::Cow;
use std::sync::Arc;

use super::eval::Data;
use super::node::{Forest, Node, PAYLOAD, Part};
use crate::expression::EvalError;
use crate::message::{Value, double_to_text};
use crate::xml::{Name, NodeId, NodeKind, Tree};

/// Whole numbers are told from others up to here, where a double still holds them exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The result of an expression.
pub enum Object<'s> {
    /// Nodes.
    NodeSet(NodeSet<'s>),
    /// Text.
    Text(Arc<str>),
    /// A number.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// What a property that is not set gives: empty text, but callers can tell.
    Missing,
}

/// Nodes in document order, each once.
pub struct NodeSet<'s> {
    pub(super) nodes: Vec<Node>,
    pub(super) forest: Forest<'s>,
    /// Whether one node that stands alone keeps its tags: see [`Object::to_text`].
    pub(super) keeps_tags: bool,
}

/// A node of the payload, for those who change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeRef {
    /// The document, an element, a text, a comment or an instruction.
    Node(NodeId),
    /// An attribute.
    Attribute {
        /// The element that has it.
        element: NodeId,
        /// Its name.
        name: Name,
    },
}

impl NodeRef {
    /// The node, unless it is an attribute.
    pub fn whole(&self) -> Option<NodeId> {
        match self {
            Self::Node(id) => Some(*id),
            Self::Attribute { .. } => None,
        }
    }
}

impl<'s> Object<'s> {
    pub(super) fn new(data: Data, forest: Forest<'s>, keeps_tags: bool) -> Self {
        match data {
            Data::Nodes(nodes) => Self::NodeSet(NodeSet { nodes, forest, keeps_tags }),
            Data::Text(text) => Self::Text(text),
            Data::Number(number) => Self::Number(number),
            Data::Boolean(value) => Self::Boolean(value),
            Data::Missing => Self::Missing,
        }
    }

    /// The result as text, as Synapse sees it, which differs from XPath's `string()` for nodes:
    /// an element alone gives its own text, trimmed, or is serialised where it has none; several
    /// nodes are strung together, elements serialised. Where the expression says `node()`, an
    /// element alone is serialised as well, and a text alone stands for its element.
    pub fn to_text(&self) -> Arc<str> {
        match self {
            Self::NodeSet(set) => set.to_text(),
            Self::Text(text) => Arc::clone(text),
            Self::Number(number) => double_to_text(*number).into(),
            Self::Boolean(value) => Arc::from(if *value { "true" } else { "false" }),
            Self::Missing => Arc::from(""),
        }
    }

    /// XPath's `boolean()`.
    pub fn to_bool(&self) -> bool {
        match self {
            Self::NodeSet(set) => !set.is_empty(),
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Boolean(value) => *value,
            Self::Missing => false,
        }
    }

    /// The result as a value of the flow: an element or several nodes as XML of their own, other
    /// nodes as text, whole numbers as such, nothing for no nodes and missing properties.
    pub fn to_value(&self) -> Value {
        match self {
            Self::NodeSet(set) => set.to_value(),
            Self::Text(text) => Value::Text(Arc::clone(text)),
            Self::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
                Value::Int(*number as i64)
            }
            Self::Number(number) => Value::Double(*number),
            Self::Boolean(value) => Value::Bool(*value),
            Self::Missing => Value::Null,
        }
    }
}

impl NodeSet<'_> {
    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every node as a value of its own.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.nodes.iter().map(|node| self.value_of(*node))
    }

    /// The nodes as nodes of the payload. Fails for those of XML that a property holds and for
    /// namespaces, neither of which can be changed.
    pub fn of_payload(&self) -> Result<Vec<NodeRef>, EvalError> {
        self.nodes.iter().map(|node| self.node_ref(*node)).collect()
    }

    /// The nodes, with the XML that holds them all: nothing where that is the payload. Fails for
    /// nodes of several documents and for namespaces.
    pub fn of_one_tree(&self) -> Result<(Option<Arc<Tree>>, Vec<NodeRef>), EvalError> {
        let tree = self.nodes.first().map_or(PAYLOAD, |node| node.tree);
        let nodes = self.nodes.iter().map(|node| self.node_ref_in(tree, *node));
        Ok((self.forest.joined(tree).cloned(), nodes.collect::<Result<_, _>>()?))
    }

    fn node_ref(&self, node: Node) -> Result<NodeRef, EvalError> {
        self.node_ref_in(PAYLOAD, node)
    }

    fn node_ref_in(&self, tree: u32, node: Node) -> Result<NodeRef, EvalError> {
        if node.tree != tree {
            return Err(EvalError::failed(if tree == PAYLOAD {
                "the XPath expression selects nodes of a property, not of the payload"
            } else {
                "the XPath expression selects nodes of several documents"
            }));
        }
        match node.part {
            Part::Whole => Ok(NodeRef::Node(node.id)),
            Part::Attribute(_) | Part::Namespace(_) => match self.forest.name(node) {
                Some(name) => Ok(NodeRef::Attribute { element: node.id, name: name.clone() }),
                None => Err(EvalError::failed(
                    "the XPath expression selects a namespace, which cannot be changed",
                )),
            },
        }
    }

    fn value_of(&self, node: Node) -> Value {
        match self.forest.kind(node) {
            Some(NodeKind::Element | NodeKind::Document) => {
                Value::Xml(Arc::new(self.forest.tree_of(node).extract(node.id)))
            }
            _ => Value::text(&*self.forest.string_value(node)),
        }
    }

    fn to_value(&self) -> Value {
        match self.nodes.as_slice() {
            [] => Value::Null,
            [node] => self.value_of(*node),
            nodes if nodes.iter().any(|node| self.forest.is_element(*node)) => {
                Value::Xml(Arc::new(self.sequence()))
            }
            nodes => {
                nodes.iter().map(|node| self.forest.string_value(*node)).collect::<String>().into()
            }
        }
    }

    /// All nodes side by side in a document of their own; attributes become texts.
    fn sequence(&self) -> Tree {
        let mut sequence = Tree::new();
        for node in &self.nodes {
            let copy = match node.part {
                Part::Whole => sequence.import(self.forest.tree_of(*node), node.id),
                _ => sequence.create_text(&*self.forest.string_value(*node)),
            };
            sequence.append_child(Tree::ROOT, copy);
        }
        sequence
    }

    fn to_text(&self) -> Arc<str> {
        let [node] = self.nodes.as_slice() else {
            let mut whole = String::new();
            for node in &self.nodes {
                whole.push_str(&self.text_of(*node, true));
            }
            return whole.into();
        };
        let tree = self.forest.tree_of(*node);
        let parent = tree.parent(node.id).filter(|parent| {
            self.keeps_tags
                && self.forest.kind(*node) == Some(NodeKind::Text)
                && tree.is_element(*parent)
        });
        let node = parent.map_or(*node, |parent| node.sibling(parent));
        self.text_of(node, self.keeps_tags).into()
    }

    fn text_of(&self, node: Node, keep_tags: bool) -> Cow<'_, str> {
        let tree = self.forest.tree_of(node);
        let element = match self.forest.kind(node) {
            Some(NodeKind::Element) => node.id,
            Some(NodeKind::Document) => match tree.root_element() {
                Some(root) => return tree.node_to_text(root).into(),
                None => return Cow::Borrowed(""),
            },
            _ => return self.forest.string_value(node),
        };
        let own = own_text(tree, element);
        let trimmed = own.replace('\u{a0}', " ");
        // As Java's `trim`: control characters are blanks.
        let trimmed = trimmed.trim_matches(|c: char| c <= ' ');
        Cow::Owned(if trimmed.is_empty() {
            tree.node_to_text(element)
        } else if keep_tags {
            tree.node_to_text(element).replace(&own, trimmed)
        } else {
            trimmed.to_owned()
        })
    }
}

/// The text directly in an element.
fn own_text(tree: &Tree, element: NodeId) -> String {
    tree.children(element).filter(|id| tree.is_text(*id)).filter_map(|id| tree.text(id)).collect()
}
