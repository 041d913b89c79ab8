//! Copies of subtrees into other trees, with the namespace declarations that they need.

use std::collections::HashSet;
use std::sync::Arc;

use super::{NodeId, NodeKind, Tree};
use crate::xml::name::Declaration;

impl Tree {
    /// Copies a subtree of another tree into this one, detached. Its top gets the declarations of
    /// its ancestors that names in it use, or that values such as `xsi:type="xsd:int"` seem to use.
    /// The document node copies as its root element.
    pub fn import(&mut self, source: &Tree, id: NodeId) -> NodeId {
        let id = match source.kind(id) {
            NodeKind::Document => source.root_element().unwrap_or(id),
            _ => id,
        };
        let copy = self.copy_below(source, id, None);
        for (prefix, uri) in source.inherited_declarations(id) {
            self.declare_namespace(copy, prefix.as_deref(), Arc::clone(uri));
        }
        copy
    }

    /// Copies what a node of another tree holds behind the children of `parent`, each child as
    /// [`Tree::import`] copies it.
    pub fn append_children_of(&mut self, parent: NodeId, source: &Tree, id: NodeId) {
        for child in source.children(id) {
            let copy = self.import(source, child);
            self.append_child(parent, copy);
        }
    }

    /// The subtree as a document of its own, as [`Tree::import`] copies it; the document node
    /// copies with everything it holds.
    pub fn extract(&self, id: NodeId) -> Tree {
        let mut tree = Tree::new();
        if self.kind(id) == NodeKind::Document {
            for child in self.children(id) {
                tree.copy_below(self, child, Some(Self::ROOT));
            }
        } else {
            let copy = tree.copy_below(self, id, Some(Self::ROOT));
            for (prefix, uri) in self.inherited_declarations(id) {
                tree.declare_namespace(copy, prefix.as_deref(), Arc::clone(uri));
            }
        }
        tree
    }

    fn copy_below(&mut self, source: &Tree, top: NodeId, parent: Option<NodeId>) -> NodeId {
        let copy = self.copy_one(source, top, parent);
        let (mut from, mut to) = (top, copy);
        while let Some(next) = source.first_child(from).or_else(|| source.next_outside(from, top)) {
            // `next` is a child of `from`, or of one of its ancestors: go up as far in the copy.
            let parent = source.parent(next);
            while Some(from) != parent {
                let (Some(up), Some(up_copy)) = (source.parent(from), self.parent(to)) else {
                    return copy;
                };
                (from, to) = (up, up_copy);
            }
            to = self.copy_one(source, next, Some(to));
            from = next;
        }
        copy
    }

    fn copy_one(&mut self, source: &Tree, id: NodeId, parent: Option<NodeId>) -> NodeId {
        let copy = self.create(source.node(id).content.clone());
        if let Some(parent) = parent {
            self.append_child(parent, copy);
        }
        copy
    }

    /// The declarations in scope at the parent of `id` that the subtree uses and that `id` does
    /// not write itself.
    pub(in crate::xml) fn inherited_declarations(&self, id: NodeId) -> Vec<&Declaration> {
        let Some(parent) = self.parent(id) else { return Vec::new() };
        let mut inherited: Vec<_> = self
            .namespaces_in_scope(parent)
            .into_iter()
            .filter(|(prefix, _)| !self.declarations(id).iter().any(|(own, _)| own == prefix))
            .collect();
        if inherited.is_empty() {
            return inherited;
        }
        let mut used: HashSet<Option<&str>> = HashSet::new();
        for node in std::iter::once(id).chain(self.descendants(id)) {
            self.each_prefix(node, |prefix| {
                used.insert(prefix);
            });
        }
        inherited.retain(|(prefix, _)| used.contains(&prefix.as_deref()));
        inherited
    }

    /// Tells every prefix that a node uses in names, or in values that look like qualified names.
    fn each_prefix<'a>(&'a self, id: NodeId, mut tell: impl FnMut(Option<&'a str>)) {
        let in_value = |value: &'a str| value.trim_start().split_once(':').map(|(first, _)| first);
        match self.kind(id) {
            NodeKind::Element => {
                tell(self.name(id).and_then(|name| name.prefix.as_deref()));
                for attribute in self.attributes(id) {
                    if let Some(prefix) = attribute.name.prefix.as_deref() {
                        tell(Some(prefix));
                    }
                    if let Some(prefix) = in_value(&attribute.value) {
                        tell(Some(prefix));
                    }
                }
            }
            NodeKind::Text => {
                if let Some(prefix) = self.text(id).and_then(in_value) {
                    tell(Some(prefix));
                }
            }
            NodeKind::Document | NodeKind::Comment | NodeKind::Instruction => {}
        }
    }
}
