//! Walks along the axes, and says whether a node passes a node test.

use std::ops::ControlFlow;

use super::ast::{Axis, NodeTest};
use super::eval::Evaluation;
use super::node::{Node, Part};
use crate::expression::EvalError;
use crate::xml::{NodeId, NodeKind, Tree};

/// What a walk does behind a node.
pub(super) type Walk = ControlFlow<Result<(), EvalError>>;

impl Evaluation<'_> {
    /// Tells every node of an axis that passes a test, in the order of the axis, until told to
    /// stop.
    pub(super) fn walk(
        &self,
        axis: Axis,
        test: &NodeTest,
        from: Node,
        mut tell: impl FnMut(Node) -> Walk,
    ) -> Result<(), EvalError> {
        let mut visit = |node: Node| -> Walk {
            if let Err(error) = self.spend(1) {
                return Walk::Break(Err(error));
            }
            if self.passes(test, axis, node) { tell(node) } else { Walk::Continue(()) }
        };
        match self.each(axis, from, &mut visit) {
            Walk::Continue(()) => Ok(()),
            Walk::Break(result) => result,
        }
    }

    fn each(&self, axis: Axis, from: Node, visit: &mut impl FnMut(Node) -> Walk) -> Walk {
        let tree = self.forest.tree_of(from);
        let whole = from.part == Part::Whole;
        match axis {
            Axis::Itself => visit(from),
            Axis::Child if whole => all(from, visit, tree.children(from.id)),
            Axis::Descendant if whole => all(from, visit, tree.descendants(from.id)),
            Axis::DescendantOrSelf => {
                visit(from)?;
                let below = whole.then(|| tree.descendants(from.id));
                all(from, visit, below.into_iter().flatten())
            }
            Axis::Parent => all(from, visit, parent(tree, from).into_iter()),
            Axis::Ancestor => all(from, visit, ancestors(tree, from)),
            Axis::AncestorOrSelf => {
                visit(from)?;
                all(from, visit, ancestors(tree, from))
            }
            Axis::FollowingSibling if whole => all(from, visit, following_siblings(tree, from.id)),
            Axis::PrecedingSibling if whole => all(from, visit, preceding_siblings(tree, from.id)),
            Axis::Following => {
                // What is below its element comes behind an attribute.
                let below = (!whole).then(|| tree.descendants(from.id)).into_iter().flatten();
                let behind = tree
                    .ancestors_or_self(from.id)
                    .flat_map(|id| following_siblings(tree, id))
                    .flat_map(|id| std::iter::once(id).chain(tree.descendants(id)));
                all(from, visit, below.chain(behind))
            }
            Axis::Preceding => all(
                from,
                visit,
                tree.ancestors_or_self(from.id)
                    .flat_map(|id| preceding_siblings(tree, id))
                    .flat_map(|id| backwards(tree, id)),
            ),
            Axis::Attribute if whole => (0..)
                .take(tree.attributes(from.id).len())
                .try_for_each(|at| visit(Node { part: Part::Attribute(at), ..from })),
            Axis::Namespace if whole && tree.is_element(from.id) => (0..)
                .take(tree.namespaces_in_scope(from.id).len() + 1)
                .try_for_each(|at| visit(Node { part: Part::Namespace(at), ..from })),
            // Attributes and namespaces have neither children nor siblings.
            _ => Walk::Continue(()),
        }
    }

    fn passes(&self, test: &NodeTest, axis: Axis, node: Node) -> bool {
        match test {
            NodeTest::AnyNode => true,
            NodeTest::Text => self.forest.kind(node) == Some(NodeKind::Text),
            NodeTest::Comment => self.forest.kind(node) == Some(NodeKind::Comment),
            NodeTest::Instruction(target) => {
                self.forest.kind(node) == Some(NodeKind::Instruction)
                    && target.as_deref().is_none_or(|target| {
                        self.forest.tree_of(node).target(node.id) == Some(target)
                    })
            }
            NodeTest::AnyName => self.is_principal(axis, node),
            NodeTest::AnyNameIn(namespace) => {
                self.is_principal(axis, node)
                    && self
                        .forest
                        .name(node)
                        .is_some_and(|n| n.namespace.as_ref() == Some(namespace))
            }
            NodeTest::Name(namespace, local) => match node.part {
                Part::Namespace(_) => {
                    axis == Axis::Namespace
                        && namespace.is_none()
                        && self.forest.plain_name(node).is_some_and(|name| *name == **local)
                }
                _ => {
                    self.is_principal(axis, node)
                        && self
                            .forest
                            .name(node)
                            .is_some_and(|name| name.matches(namespace.as_deref(), local))
                }
            },
        }
    }

    /// Whether a node is of the kind that names on an axis mean.
    fn is_principal(&self, axis: Axis, node: Node) -> bool {
        match (axis, node.part) {
            (Axis::Attribute, part) => matches!(part, Part::Attribute(_)),
            (Axis::Namespace, part) => matches!(part, Part::Namespace(_)),
            (_, Part::Whole) => self.forest.tree_of(node).is_element(node.id),
            _ => false,
        }
    }
}

fn all(
    from: Node,
    visit: &mut impl FnMut(Node) -> Walk,
    ids: impl Iterator<Item = NodeId>,
) -> Walk {
    let mut ids = ids;
    ids.try_for_each(|id| visit(from.sibling(id)))
}

/// The parent; that of an attribute or a namespace is its element.
fn parent(tree: &Tree, node: Node) -> Option<NodeId> {
    if node.part == Part::Whole { tree.parent(node.id) } else { Some(node.id) }
}

fn ancestors(tree: &Tree, node: Node) -> impl Iterator<Item = NodeId> {
    std::iter::successors(parent(tree, node), |id| tree.parent(*id))
}

fn following_siblings(tree: &Tree, id: NodeId) -> impl Iterator<Item = NodeId> {
    std::iter::successors(tree.next_sibling(id), |id| tree.next_sibling(*id))
}

fn preceding_siblings(tree: &Tree, id: NodeId) -> impl Iterator<Item = NodeId> {
    std::iter::successors(tree.previous_sibling(id), |id| tree.previous_sibling(*id))
}

/// A subtree from its last node back to its top.
fn backwards(tree: &Tree, top: NodeId) -> impl Iterator<Item = NodeId> {
    let deepest = |id| std::iter::successors(Some(id), |id| tree.last_child(*id)).last();
    std::iter::successors(deepest(top), move |id| {
        if *id == top {
            return None;
        }
        match tree.previous_sibling(*id) {
            Some(before) => deepest(before),
            None => tree.parent(*id),
        }
    })
}
