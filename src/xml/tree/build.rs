//! What the parser needs: adding nodes at the end without looking around, and taking them back.

use super::{Content, Node, NodeId, Tree};

/// A state of a tree that it can go back to while nodes are only added below one parent.
pub(in crate::xml) struct Mark {
    nodes: usize,
    in_order: bool,
    parent: NodeId,
    last: Option<NodeId>,
}

impl Tree {
    /// Says that [`Tree::append_new`] is going to add nodes below `parent`, in document order.
    pub(in crate::xml) fn begin_appending(&mut self, parent: NodeId) {
        self.in_order = self.in_order && self.is_right_edge(parent);
        self.places.take();
    }

    /// Adds a new node as the last child of a node on the path to the last one added.
    pub(in crate::xml) fn append_new(&mut self, parent: NodeId, content: Content) -> NodeId {
        let id = NodeId::at(self.nodes.len());
        let mut previous = None;
        if let Some(node) = self.nodes.get_mut(parent.index()) {
            previous = node.last.replace(id);
            node.first = node.first.or(Some(id));
        }
        if let Some(node) = previous.and_then(|id| self.nodes.get_mut(id.index())) {
            node.next = Some(id);
        }
        self.nodes.push(Node {
            parent: Some(parent),
            previous,
            next: None,
            first: None,
            last: None,
            content,
        });
        id
    }

    /// The state before nodes are added below `parent`.
    pub(in crate::xml) fn mark(&self, parent: NodeId) -> Mark {
        let (nodes, in_order, last) = (self.nodes.len(), self.in_order, self.last_child(parent));
        Mark { nodes, in_order, parent, last }
    }

    /// Forgets the nodes that were added since.
    pub(in crate::xml) fn roll_back(&mut self, mark: &Mark) {
        self.nodes.truncate(mark.nodes);
        self.in_order = mark.in_order;
        self.with(mark.parent, |node| {
            node.last = mark.last;
            node.first = node.first.filter(|_| mark.last.is_some());
        });
        if let Some(last) = mark.last {
            self.with(last, |node| node.next = None);
        }
    }
}
