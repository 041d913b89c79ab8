//! Document order: by id while a tree is as it was parsed, by a table made on demand afterwards.

use std::cmp::Ordering;

use super::{NodeId, Tree};

impl Tree {
    /// Which of two nodes comes first in document order. Nodes of a detached subtree come behind
    /// the document, subtrees in the order in which their tops were made.
    pub fn cmp_document_order(&self, a: NodeId, b: NodeId) -> Ordering {
        if self.in_order {
            return a.cmp(&b);
        }
        let places = self.places.get_or_init(|| self.number());
        let place = |id: NodeId| places.get(id.index());
        place(a).cmp(&place(b))
    }

    fn number(&self) -> Box<[u32]> {
        let mut places = vec![0; self.nodes.len()].into_boxed_slice();
        let tops = (0..self.nodes.len()).map(NodeId::at).filter(|id| self.parent(*id).is_none());
        let all = tops.flat_map(|top| std::iter::once(top).chain(self.descendants(top)));
        for (place, id) in (0..).zip(all) {
            if let Some(slot) = places.get_mut(id.index()) {
                *slot = place;
            }
        }
        places
    }
}
