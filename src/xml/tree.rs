//! The mutable payload tree: an arena of nodes that link to each other by index.
//!
//! Nothing here recurses over the depth of a tree, so that a deep message cannot exhaust a stack.
//! An id belongs to the tree that gave it out (and to its clones); a node that was detached keeps
//! its place in the arena until the tree is dropped.

mod build;
mod copy;
mod edit;
mod order;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

use super::name::{Attribute, Declaration, Name, XML_NAMESPACE};

/// A node of a [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(NonZeroU32);

/// What a node is. CDATA sections are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// The document, the parent of the root element.
    Document,
    /// An element.
    Element,
    /// Text.
    Text,
    /// A comment.
    Comment,
    /// A processing instruction.
    Instruction,
}

/// A document of a message, to read and to change.
#[derive(Clone)]
pub struct Tree {
    nodes: Vec<Node>,
    /// Whether ids ascend in document order, as they do in a tree that was only parsed.
    in_order: bool,
    /// The place of each node in document order, made when somebody compares two nodes of a tree
    /// that is not `in_order`, dropped by the next change.
    places: OnceLock<Box<[u32]>>,
}

#[derive(Debug, Clone)]
struct Node {
    parent: Option<NodeId>,
    previous: Option<NodeId>,
    next: Option<NodeId>,
    first: Option<NodeId>,
    last: Option<NodeId>,
    content: Content,
}

/// What a node holds besides its relations.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Document,
    /// Elements of one parse share their names; most have neither attributes nor declarations and
    /// pay one word for them.
    Element(Arc<Name>, Option<Box<Extra>>),
    Text(Arc<str>),
    Comment(Arc<str>),
    Instruction(Box<(Arc<str>, Arc<str>)>),
}

/// What most elements do not have.
#[derive(Debug, Clone, Default)]
pub(super) struct Extra {
    pub(super) attributes: Vec<Attribute>,
    pub(super) declarations: Vec<Declaration>,
}

/// What an id of another tree reads as: a node without relations or content.
static NOWHERE: Node = Node {
    parent: None,
    previous: None,
    next: None,
    first: None,
    last: None,
    content: Content::Document,
};

impl NodeId {
    fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    /// The id of the node at an index of the arena; the arena never holds `u32::MAX` nodes.
    fn at(index: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)))
    }
}

impl Tree {
    /// The document node, which every tree has.
    pub const ROOT: NodeId = NodeId(NonZeroU32::MIN);

    /// An empty document.
    pub fn new() -> Self {
        Self { nodes: vec![NOWHERE.clone()], in_order: true, places: OnceLock::new() }
    }

    fn node(&self, id: NodeId) -> &Node {
        debug_assert!(id.index() < self.nodes.len(), "the id is of another tree");
        self.nodes.get(id.index()).unwrap_or(&NOWHERE)
    }

    fn extra(&self, id: NodeId) -> Option<&Extra> {
        match &self.node(id).content {
            Content::Element(_, extra) => extra.as_deref(),
            _ => None,
        }
    }

    /// How many nodes the tree holds in memory, detached ones too.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The first element of the document.
    pub fn root_element(&self) -> Option<NodeId> {
        self.child_elements(Self::ROOT).next()
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> NodeKind {
        match self.node(id).content {
            Content::Document => NodeKind::Document,
            Content::Element(..) => NodeKind::Element,
            Content::Text(_) => NodeKind::Text,
            Content::Comment(_) => NodeKind::Comment,
            Content::Instruction(_) => NodeKind::Instruction,
        }
    }

    /// Whether a node is an element.
    pub fn is_element(&self, id: NodeId) -> bool {
        matches!(self.node(id).content, Content::Element(..))
    }

    /// Whether a node is text.
    pub fn is_text(&self, id: NodeId) -> bool {
        matches!(self.node(id).content, Content::Text(_))
    }

    /// The parent; none for the document and for detached nodes.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    /// The first child of any kind.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).first
    }

    /// The last child of any kind.
    pub fn last_child(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).last
    }

    /// The sibling behind a node.
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).next
    }

    /// The sibling before a node.
    pub fn previous_sibling(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).previous
    }

    /// The children in order.
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children { tree: self, next: self.first_child(id) }
    }

    /// The children that are elements.
    pub fn child_elements(&self, id: NodeId) -> impl Iterator<Item = NodeId> + Clone + '_ {
        self.children(id).filter(|child| self.is_element(*child))
    }

    /// The first child element of a name.
    pub fn child(&self, id: NodeId, namespace: Option<&str>, local: &str) -> Option<NodeId> {
        self.children(id)
            .find(|child| self.name(*child).is_some_and(|name| name.matches(namespace, local)))
    }

    /// Everything below a node, in document order.
    pub fn descendants(&self, id: NodeId) -> Descendants<'_> {
        Descendants { tree: self, top: id, next: self.first_child(id) }
    }

    /// The node itself, its parent, and so on to the top.
    pub fn ancestors_or_self(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(id), |node| self.parent(*node))
    }

    /// The name of an element.
    pub fn name(&self, id: NodeId) -> Option<&Name> {
        match &self.node(id).content {
            Content::Element(name, _) => Some(name),
            _ => None,
        }
    }

    /// The attributes of an element, without namespace declarations.
    pub fn attributes(&self, id: NodeId) -> &[Attribute] {
        self.extra(id).map_or(&[], |extra| &extra.attributes)
    }

    /// The value of an attribute.
    pub fn attribute(&self, id: NodeId, namespace: Option<&str>, local: &str) -> Option<&str> {
        let found = self.attributes(id).iter().find(|one| one.name.matches(namespace, local))?;
        Some(&found.value)
    }

    /// The namespace declarations written on an element.
    pub fn declarations(&self, id: NodeId) -> &[Declaration] {
        self.extra(id).map_or(&[], |extra| &extra.declarations)
    }

    /// What a prefix stands for at a node; `None` asks for the default namespace. Prefixes of
    /// names that nothing declares (the writer declares them) are not looked at.
    pub fn lookup_namespace(&self, id: NodeId, prefix: Option<&str>) -> Option<&str> {
        if prefix == Some("xml") {
            return Some(XML_NAMESPACE);
        }
        let written = self.ancestors_or_self(id).find_map(|node| {
            self.declarations(node).iter().find(|(written, _)| written.as_deref() == prefix)
        });
        written.map(|(_, uri)| &**uri).filter(|uri| !uri.is_empty())
    }

    /// Every declaration in scope at a node, innermost first, the predeclared `xml` left out.
    pub fn namespaces_in_scope(&self, id: NodeId) -> Vec<&Declaration> {
        let mut seen = std::collections::HashSet::new();
        self.ancestors_or_self(id)
            .flat_map(|node| self.declarations(node))
            .filter(|(prefix, _)| seen.insert(prefix.as_deref()))
            .filter(|(_, uri)| !uri.is_empty())
            .collect()
    }

    /// The data of a text, a comment or an instruction.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        self.shared_text(id).map(|text| &**text)
    }

    /// As [`Tree::text`], to keep.
    pub fn shared_text(&self, id: NodeId) -> Option<&Arc<str>> {
        match &self.node(id).content {
            Content::Text(text) | Content::Comment(text) => Some(text),
            Content::Instruction(parts) => Some(&parts.1),
            Content::Document | Content::Element(..) => None,
        }
    }

    /// The target of a processing instruction.
    pub fn target(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).content {
            Content::Instruction(parts) => Some(&parts.0),
            _ => None,
        }
    }

    /// XPath's string value: all text below an element or the document, else the node's own data.
    pub fn string_value(&self, id: NodeId) -> Cow<'_, str> {
        if let Some(text) = self.text(id) {
            return Cow::Borrowed(text);
        }
        let mut texts =
            self.descendants(id).filter(|node| self.is_text(*node)).filter_map(|t| self.text(t));
        let Some(first) = texts.next() else { return Cow::Borrowed("") };
        let Some(second) = texts.next() else { return Cow::Borrowed(first) };
        let mut whole = [first, second].concat();
        whole.extend(texts);
        Cow::Owned(whole)
    }
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

/// See [`Tree::children`].
#[derive(Debug, Clone)]
pub struct Children<'a> {
    tree: &'a Tree,
    next: Option<NodeId>,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let current = self.next?;
        self.next = self.tree.next_sibling(current);
        Some(current)
    }
}

/// See [`Tree::descendants`].
#[derive(Debug, Clone)]
pub struct Descendants<'a> {
    tree: &'a Tree,
    top: NodeId,
    next: Option<NodeId>,
}

impl Iterator for Descendants<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let current = self.next?;
        self.next = self.tree.next_below(current, self.top);
        Some(current)
    }
}

impl Tree {
    /// The node that follows `id` in document order, within `top`.
    pub fn next_below(&self, id: NodeId, top: NodeId) -> Option<NodeId> {
        self.first_child(id).or_else(|| self.next_outside(id, top))
    }

    /// The node that follows the whole subtree of `id` in document order, within `top`.
    fn next_outside(&self, id: NodeId, top: NodeId) -> Option<NodeId> {
        self.ancestors_or_self(id)
            .take_while(|node| *node != top)
            .find_map(|node| self.next_sibling(node))
    }
}

impl std::fmt::Debug for Tree {
    /// Says how large a tree is, never what the message holds.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tree").field("nodes", &self.nodes.len()).finish_non_exhaustive()
    }
}
