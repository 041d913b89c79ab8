//! Walks along the axes, and says whether a node passes a node test.

use std::ops::ControlFlow;

use super::ast::{Axis, NodeTest};
use super::eval::Evaluation;
use super::node::{Node, Part};
use crate::expression::EvalError;
use crate::xml::{Name, NodeId, NodeKind, Tree};

/// What a walk does behind a node.
pub(super) type Walk = ControlFlow<Stop>;

/// Why a walk stops before its end.
pub(super) enum Stop {
    /// What was looked for is found.
    Found,
    /// The evaluation may not cost more.
    OverBudget,
}

impl Evaluation<'_> {
    /// Tells every node of an axis that passes a test, in the order of the axis, until told to
    /// stop. Being told must cost nothing: what is left to spend is written back at the end.
    pub(super) fn walk(
        &self,
        axis: Axis,
        test: &NodeTest,
        from: Node,
        tell: impl FnMut(Node) -> Walk,
    ) -> Result<(), EvalError> {
        let tree = self.forest.tree_of(from);
        let mut left = self.budget.left.get();
        let down = matches!(axis, Axis::Child | Axis::Descendant) && from.part == Part::Whole;
        // The steps that most expressions are made of choose their test once, not at every node.
        let outcome = match test {
            NodeTest::Name(namespace, local) if down => {
                let (namespace, local) = (namespace.as_deref(), &**local);
                let passes = |node: Node| {
                    tree.name(node.id).is_some_and(|name| name.matches(namespace, local))
                };
                below(tree, axis, from, &mut counted(&mut left, passes, tell))
            }
            NodeTest::Text if down => {
                let passes = |node: Node| tree.is_text(node.id);
                below(tree, axis, from, &mut counted(&mut left, passes, tell))
            }
            _ => {
                let passes = |node| self.passes(tree, test, axis, node);
                each(tree, axis, from, &mut counted(&mut left, passes, tell))
            }
        };
        self.budget.left.set(left);
        match outcome {
            Walk::Continue(()) | Walk::Break(Stop::Found) => Ok(()),
            Walk::Break(Stop::OverBudget) => self.spend(1),
        }
    }

    fn passes(&self, tree: &Tree, test: &NodeTest, axis: Axis, node: Node) -> bool {
        match node.part {
            Part::Whole => is_named_or_of_kind(tree, test, node.id),
            Part::Attribute(index) => match test {
                NodeTest::AnyNode => true,
                _ if axis != Axis::Attribute => false,
                _ => tree
                    .attributes(node.id)
                    .get(index as usize)
                    .is_some_and(|attribute| is_named(test, &attribute.name)),
            },
            Part::Namespace(_) => match test {
                NodeTest::AnyNode => true,
                NodeTest::AnyName => axis == Axis::Namespace,
                NodeTest::Name(None, local) => {
                    axis == Axis::Namespace
                        && self.forest.plain_name(node).is_some_and(|name| *name == **local)
                }
                _ => false,
            },
        }
    }
}

/// A visit that pays for the node and tells it when it passes.
fn counted(
    left: &mut u64,
    passes: impl Fn(Node) -> bool,
    mut tell: impl FnMut(Node) -> Walk,
) -> impl FnMut(Node) -> Walk {
    move |node| {
        let Some(rest) = left.checked_sub(1) else { return Walk::Break(Stop::OverBudget) };
        *left = rest;
        if passes(node) { tell(node) } else { Walk::Continue(()) }
    }
}

/// Whether a node that is neither an attribute nor a namespace passes a test. On every axis that
/// has such nodes a name means an element.
fn is_named_or_of_kind(tree: &Tree, test: &NodeTest, id: NodeId) -> bool {
    match test {
        NodeTest::AnyNode => true,
        NodeTest::Text => tree.is_text(id),
        NodeTest::Comment => tree.kind(id) == NodeKind::Comment,
        NodeTest::Instruction(wanted) => tree
            .target(id)
            .is_some_and(|target| wanted.as_deref().is_none_or(|wanted| wanted == target)),
        _ => tree.name(id).is_some_and(|name| is_named(test, name)),
    }
}

fn is_named(test: &NodeTest, name: &Name) -> bool {
    match test {
        NodeTest::AnyName => true,
        NodeTest::AnyNameIn(namespace) => name.namespace.as_ref() == Some(namespace),
        NodeTest::Name(namespace, local) => name.matches(namespace.as_deref(), local),
        _ => false,
    }
}

/// The two axes down from a node that is neither attribute nor namespace: one loop for both, so
/// that the compiler puts the visit into it.
fn below(tree: &Tree, axis: Axis, from: Node, visit: &mut impl FnMut(Node) -> Walk) -> Walk {
    let deep = axis == Axis::Descendant;
    let mut next = tree.first_child(from.id);
    while let Some(id) = next {
        visit(from.sibling(id))?;
        next = if deep { tree.next_below(id, from.id) } else { tree.next_sibling(id) };
    }
    Walk::Continue(())
}

fn each(tree: &Tree, axis: Axis, from: Node, visit: &mut impl FnMut(Node) -> Walk) -> Walk {
    let whole = from.part == Part::Whole;
    match axis {
        Axis::Itself => visit(from),
        Axis::Child | Axis::Descendant if whole => below(tree, axis, from, visit),
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
