//! Making nodes, linking them, and changing what they hold.

use std::sync::Arc;

use super::{Content, Extra, Node, NodeId, NodeKind, Tree};
use crate::xml::name::{Attribute, Name};

/// How far up it is worth looking whether a new node is the last one of the document.
const RIGHT_EDGE_STEPS: usize = 64;

impl Tree {
    /// A new element, detached.
    pub fn create_element(&mut self, name: Name) -> NodeId {
        self.create(Content::Element(Arc::new(name), None))
    }

    /// A new text, detached.
    pub fn create_text(&mut self, text: impl Into<Arc<str>>) -> NodeId {
        self.create(Content::Text(text.into()))
    }

    /// A new comment, detached.
    pub fn create_comment(&mut self, text: impl Into<Arc<str>>) -> NodeId {
        self.create(Content::Comment(text.into()))
    }

    /// A new processing instruction, detached.
    pub fn create_instruction(
        &mut self,
        target: impl Into<Arc<str>>,
        data: impl Into<Arc<str>>,
    ) -> NodeId {
        self.create(Content::Instruction(Box::new((target.into(), data.into()))))
    }

    pub(super) fn create(&mut self, content: Content) -> NodeId {
        let id = NodeId::at(self.nodes.len());
        self.places.take();
        self.nodes.push(Node {
            parent: None,
            previous: None,
            next: None,
            first: None,
            last: None,
            content,
        });
        id
    }

    /// Makes a node the last child of another, taking it away from where it was. A node cannot
    /// become a child of itself or of its own descendant, nor the document a child: then nothing
    /// happens, as when the parent can have no children.
    pub fn append_child(&mut self, parent: NodeId, child: NodeId) {
        if !self.may_hold(parent, child) {
            return;
        }
        self.detach(child);
        self.in_order = self.in_order && self.is_next_in_order(parent, child);
        self.link(parent, self.last_child(parent), child, None);
    }

    /// Puts a node before another, under the same conditions as [`Tree::append_child`].
    pub fn insert_before(&mut self, reference: NodeId, node: NodeId) {
        if let Some(parent) = self.parent_for(reference, node) {
            self.detach(node);
            self.in_order = false;
            self.link(parent, self.previous_sibling(reference), node, Some(reference));
        }
    }

    /// Puts a node behind another, under the same conditions as [`Tree::append_child`].
    pub fn insert_after(&mut self, reference: NodeId, node: NodeId) {
        if let Some(parent) = self.parent_for(reference, node) {
            self.detach(node);
            self.in_order = false;
            self.link(parent, Some(reference), node, self.next_sibling(reference));
        }
    }

    /// Takes a node out of its parent; its own children stay with it.
    pub fn detach(&mut self, id: NodeId) {
        let Node { parent: Some(parent), previous, next, .. } = *self.node(id) else { return };
        self.places.take();
        match previous {
            Some(previous) => self.with(previous, |node| node.next = next),
            None => self.with(parent, |node| node.first = next),
        }
        match next {
            Some(next) => self.with(next, |node| node.previous = previous),
            None => self.with(parent, |node| node.last = previous),
        }
        self.with(id, |node| (node.parent, node.previous, node.next) = (None, None, None));
    }

    /// Puts `new` where `old` is and detaches `old`.
    pub fn replace(&mut self, old: NodeId, new: NodeId) {
        if self.parent_for(old, new).is_some() {
            self.insert_before(old, new);
            self.detach(old);
        }
    }

    /// Detaches all children.
    pub fn clear_children(&mut self, id: NodeId) {
        while let Some(child) = self.last_child(id) {
            self.detach(child);
        }
    }

    /// Gives an element another name.
    pub fn set_name(&mut self, id: NodeId, name: Name) {
        self.with(id, |node| {
            if let Content::Element(slot, _) = &mut node.content {
                *slot = Arc::new(name);
            }
        });
    }

    /// Sets an attribute of an element: in place where one has that namespace and local name.
    pub fn set_attribute(&mut self, id: NodeId, name: Name, value: impl Into<Arc<str>>) {
        let value = value.into();
        self.with_extra(id, |extra| {
            let same =
                |one: &&mut Attribute| one.name.matches(name.namespace.as_deref(), &name.local);
            match extra.attributes.iter_mut().find(same) {
                Some(attribute) => attribute.value = value,
                None => extra.attributes.push(Attribute { name, value }),
            }
        });
    }

    /// Takes an attribute away; says whether there was one.
    pub fn remove_attribute(&mut self, id: NodeId, namespace: Option<&str>, local: &str) -> bool {
        let before = self.attributes(id).len();
        if before > 0 {
            self.with_extra(id, |extra| {
                extra.attributes.retain(|one| !one.name.matches(namespace, local));
            });
        }
        self.attributes(id).len() < before
    }

    /// Declares a prefix (`None`: the default namespace) on an element, in place of an earlier
    /// declaration there. Names of nodes stay as they are.
    pub fn declare_namespace(
        &mut self,
        id: NodeId,
        prefix: Option<&str>,
        uri: impl Into<Arc<str>>,
    ) {
        let uri = uri.into();
        self.with_extra(id, |extra| {
            let mut written = extra.declarations.iter_mut();
            match written.find(|(one, _)| one.as_deref() == prefix) {
                Some((_, slot)) => *slot = uri,
                None => extra.declarations.push((prefix.map(Arc::from), uri)),
            }
        });
    }

    /// Sets the data of a text, a comment or an instruction; an element gets one text as its only
    /// child, or none for empty text.
    pub fn set_text(&mut self, id: NodeId, text: impl Into<Arc<str>>) {
        let text = text.into();
        if self.kind(id) == NodeKind::Element {
            self.clear_children(id);
            if !text.is_empty() {
                let child = self.create_text(text);
                self.append_child(id, child);
            }
            return;
        }
        self.with(id, |node| match &mut node.content {
            Content::Text(slot) | Content::Comment(slot) => *slot = text,
            Content::Instruction(parts) => parts.1 = text,
            Content::Document | Content::Element(..) => {}
        });
    }

    fn may_hold(&self, parent: NodeId, child: NodeId) -> bool {
        matches!(self.kind(parent), NodeKind::Element | NodeKind::Document)
            && child != Self::ROOT
            && (self.first_child(child).is_none() && parent != child
                || self.ancestors_or_self(parent).all(|ancestor| ancestor != child))
    }

    fn parent_for(&self, reference: NodeId, node: NodeId) -> Option<NodeId> {
        let parent = self.parent(reference)?;
        (reference != node && self.may_hold(parent, node)).then_some(parent)
    }

    /// Whether appending keeps ids in document order: the node is the newest, and nothing of the
    /// document follows its parent.
    fn is_next_in_order(&self, parent: NodeId, child: NodeId) -> bool {
        child.index() + 1 == self.nodes.len()
            && self.first_child(child).is_none()
            && self.is_right_edge(parent)
    }

    /// Whether what is appended to this node becomes the end of the document.
    pub(super) fn is_right_edge(&self, id: NodeId) -> bool {
        let mut path = self.ancestors_or_self(id).take(RIGHT_EDGE_STEPS);
        path.find(|node| *node == Self::ROOT || self.next_sibling(*node).is_some())
            == Some(Self::ROOT)
    }

    fn link(&mut self, parent: NodeId, previous: Option<NodeId>, id: NodeId, next: Option<NodeId>) {
        self.places.take();
        self.with(id, |node| {
            (node.parent, node.previous, node.next) = (Some(parent), previous, next);
        });
        match previous {
            Some(previous) => self.with(previous, |node| node.next = Some(id)),
            None => self.with(parent, |node| node.first = Some(id)),
        }
        match next {
            Some(next) => self.with(next, |node| node.previous = Some(id)),
            None => self.with(parent, |node| node.last = Some(id)),
        }
    }

    pub(super) fn with(&mut self, id: NodeId, change: impl FnOnce(&mut Node)) {
        debug_assert!(id.index() < self.nodes.len(), "the id is of another tree");
        if let Some(node) = self.nodes.get_mut(id.index()) {
            change(node);
        }
    }

    pub(super) fn with_extra(&mut self, id: NodeId, change: impl FnOnce(&mut Extra)) {
        self.with(id, |node| {
            if let Content::Element(_, extra) = &mut node.content {
                change(extra.get_or_insert_default());
            }
        });
    }
}
