//! Nodes of an evaluation: of the payload or of the XML that properties hold.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::xml::{Attribute, Name, NodeId, NodeKind, Tree, XML_NAMESPACE};

/// A node of one of the trees of a [`Forest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    /// Which tree; the payload is always [`PAYLOAD`].
    pub(super) tree: u32,
    pub(super) id: NodeId,
    pub(super) part: Part,
}

/// The node itself, or what belongs to it as an element. The order is document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Whole,
    /// By its index in scope, the predeclared `xml` behind the last.
    Namespace(u32),
    /// By its index.
    Attribute(u32),
}

/// The index of the payload among the trees.
pub(super) const PAYLOAD: u32 = 0;

/// The trees that the nodes of one evaluation are of. Trees only join, so that references last.
#[derive(Default)]
pub(super) struct Forest<'s> {
    payload: OnceCell<&'s Tree>,
    others: OnceCell<Box<Joined>>,
}

struct Joined {
    tree: Arc<Tree>,
    next: OnceCell<Box<Joined>>,
}

impl<'s> Forest<'s> {
    /// The payload, asked for when it is first needed.
    pub(super) fn payload<E>(
        &self,
        read: impl FnOnce() -> Result<&'s Tree, E>,
    ) -> Result<&'s Tree, E> {
        if let Some(tree) = self.payload.get() {
            return Ok(tree);
        }
        let tree = read()?;
        Ok(self.payload.get_or_init(|| tree))
    }

    /// The index of a tree that a property holds.
    pub(super) fn join(&self, tree: &Arc<Tree>) -> u32 {
        let mut slot = &self.others;
        let mut index = PAYLOAD + 1;
        loop {
            let joined = slot
                .get_or_init(|| Box::new(Joined { tree: Arc::clone(tree), next: OnceCell::new() }));
            if Arc::ptr_eq(&joined.tree, tree) {
                return index;
            }
            slot = &joined.next;
            index += 1;
        }
    }

    /// The tree of a node.
    pub(super) fn tree(&self, index: u32) -> &Tree {
        static NO_TREE: std::sync::LazyLock<Tree> = std::sync::LazyLock::new(Tree::new);
        if index == PAYLOAD {
            return self.payload.get().copied().unwrap_or(&NO_TREE);
        }
        self.joined(index).map_or(&NO_TREE, |tree| tree)
    }

    /// A tree that joined; nothing for the payload.
    pub(super) fn joined(&self, index: u32) -> Option<&Arc<Tree>> {
        let mut slot = &self.others;
        for _ in PAYLOAD + 1..index {
            slot = &slot.get()?.next;
        }
        slot.get().filter(|_| index != PAYLOAD).map(|joined| &joined.tree)
    }

    pub(super) fn tree_of(&self, node: Node) -> &Tree {
        self.tree(node.tree)
    }

    /// Document order; the payload comes before other trees, those in the order they joined.
    pub(super) fn compare(&self, a: Node, b: Node) -> Ordering {
        let by_node = || {
            if a.id == b.id {
                return Ordering::Equal;
            }
            self.tree_of(a).cmp_document_order(a.id, b.id)
        };
        a.tree.cmp(&b.tree).then_with(by_node).then_with(|| a.part.cmp(&b.part))
    }

    pub(super) fn attribute(&self, node: Node) -> Option<&Attribute> {
        match node.part {
            Part::Attribute(index) => self.tree_of(node).attributes(node.id).get(index as usize),
            Part::Whole | Part::Namespace(_) => None,
        }
    }

    /// The prefix and the namespace that a namespace node stands for.
    fn declaration(&self, node: Node) -> Option<(&str, &str)> {
        let Part::Namespace(index) = node.part else { return None };
        let in_scope = self.tree_of(node).namespaces_in_scope(node.id);
        Some(match in_scope.get(index as usize) {
            Some((prefix, uri)) => (prefix.as_deref().unwrap_or_default(), uri),
            None => ("xml", XML_NAMESPACE),
        })
    }

    /// The name of an element or an attribute.
    pub(super) fn name(&self, node: Node) -> Option<&Name> {
        match node.part {
            Part::Whole => self.tree_of(node).name(node.id),
            Part::Attribute(_) => self.attribute(node).map(|attribute| &attribute.name),
            Part::Namespace(_) => None,
        }
    }

    /// The name of a node that has no namespace by its kind: a prefix or a target.
    pub(super) fn plain_name(&self, node: Node) -> Option<&str> {
        match node.part {
            Part::Whole => self.tree_of(node).target(node.id),
            Part::Attribute(_) => None,
            Part::Namespace(_) => self.declaration(node).map(|(prefix, _)| prefix),
        }
    }

    /// XPath's string value.
    pub(super) fn string_value(&self, node: Node) -> Cow<'_, str> {
        match node.part {
            Part::Whole => self.tree_of(node).string_value(node.id),
            Part::Attribute(_) => {
                Cow::Borrowed(self.attribute(node).map_or("", |attribute| &attribute.value))
            }
            Part::Namespace(_) => Cow::Borrowed(self.declaration(node).map_or("", |(_, uri)| uri)),
        }
    }

    pub(super) fn is_element(&self, node: Node) -> bool {
        self.kind(node) == Some(NodeKind::Element)
    }

    /// The kind of a node that is neither an attribute nor a namespace.
    pub(super) fn kind(&self, node: Node) -> Option<NodeKind> {
        (node.part == Part::Whole).then(|| self.tree_of(node).kind(node.id))
    }
}

impl Node {
    pub(super) fn whole(tree: u32, id: NodeId) -> Self {
        Self { tree, id, part: Part::Whole }
    }

    /// Another node of the same tree.
    pub(super) fn sibling(self, id: NodeId) -> Self {
        Self::whole(self.tree, id)
    }
}
