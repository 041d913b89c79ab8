//! Evaluates location paths: step by step over sets of nodes that stay in document order.

use super::ast::{Axis, Expr, Path, Start, Step};
use super::axes::{Stop, Walk};
use super::eval::{Context, Data, Evaluation, boolean};
use super::node::Node;
use crate::expression::EvalError;
use crate::xml::Tree;

/// From how many nodes on duplicates are removed while a step still runs: walks from nodes within
/// each other may find the same nodes many times.
const COMPACT: usize = 1 << 16;

/// Nodes in document order, each once.
struct Set {
    nodes: Vec<Node>,
    /// Whether no node is an ancestor of another; then steps down find nodes in order, each once.
    flat: bool,
}

impl Evaluation<'_> {
    pub(super) fn path(&self, path: &Path, context: Context) -> Result<Vec<Node>, EvalError> {
        Ok(self.run(path, path.steps.len(), context)?.nodes)
    }

    /// Whether a path selects anything; the last step stops at the first node.
    pub(super) fn exists(&self, path: &Path, context: Context) -> Result<bool, EvalError> {
        let Some((last, before)) = path.steps.split_last().filter(|(s, _)| s.predicates.is_empty())
        else {
            return Ok(!self.path(path, context)?.is_empty());
        };
        let mut found = false;
        for node in self.run(path, before.len(), context)?.nodes {
            self.walk(last.axis, &last.test, node, |_| {
                found = true;
                Walk::Break(Stop::Found)
            })?;
            if found {
                break;
            }
        }
        Ok(found)
    }

    /// The nodes behind the first `count` steps.
    fn run(&self, path: &Path, count: usize, context: Context) -> Result<Set, EvalError> {
        let mut set = self.start(&path.start, context)?;
        for step in path.steps.iter().take(count) {
            if set.nodes.is_empty() {
                break;
            }
            set = self.step(step, &set)?;
        }
        Ok(set)
    }

    fn start(&self, start: &Start, context: Context) -> Result<Set, EvalError> {
        let node = match start {
            Start::Context => self.context_node(context)?,
            Start::Root => self.context_node(context)?.sibling(Tree::ROOT),
            Start::Filter(primary, predicates) => {
                let mut nodes = self.nodes_of(primary, context)?;
                for predicate in predicates {
                    self.filter(predicate, &mut nodes)?;
                }
                let flat = nodes.len() < 2;
                return Ok(Set { nodes, flat });
            }
        };
        Ok(Set { nodes: vec![node], flat: true })
    }

    fn step(&self, step: &Step, from: &Set) -> Result<Set, EvalError> {
        let single = from.nodes.len() == 1;
        let in_order = match step.axis {
            Axis::Itself | Axis::Attribute | Axis::Namespace => true,
            Axis::Child | Axis::Descendant | Axis::DescendantOrSelf => from.flat,
            _ => single && !step.axis.is_reverse(),
        };
        let mut nodes = Vec::new();
        let mut compact_at = COMPACT;
        for node in &from.nodes {
            self.gather(step, *node, &mut nodes)?;
            if !in_order && nodes.len() > compact_at {
                self.sort(&mut nodes);
                compact_at = COMPACT.max(2 * nodes.len());
            }
        }
        if single && step.axis.is_reverse() {
            nodes.reverse();
        } else if !in_order {
            self.sort(&mut nodes);
        }
        let flat = match step.axis {
            Axis::Attribute | Axis::Namespace => true,
            Axis::Child | Axis::Itself => from.flat,
            Axis::FollowingSibling | Axis::PrecedingSibling | Axis::Parent => single,
            _ => nodes.len() < 2,
        };
        Ok(Set { nodes, flat })
    }

    /// Adds what a step selects from one node, in the order of the axis.
    fn gather(&self, step: &Step, from: Node, nodes: &mut Vec<Node>) -> Result<(), EvalError> {
        let Some((first, others)) = step.predicates.split_first() else {
            return self.walk(step.axis, &step.test, from, |node| {
                nodes.push(node);
                Walk::Continue(())
            });
        };
        let mut selected = Vec::new();
        if let Expr::Number(place) = first {
            self.nth(step, from, *place, &mut selected)?;
        } else {
            self.walk(step.axis, &step.test, from, |node| {
                selected.push(node);
                Walk::Continue(())
            })?;
            self.filter(first, &mut selected)?;
        }
        for predicate in others {
            self.filter(predicate, &mut selected)?;
        }
        nodes.append(&mut selected);
        Ok(())
    }

    /// The node at one place, without looking at those behind it.
    fn nth(
        &self,
        step: &Step,
        from: Node,
        place: f64,
        selected: &mut Vec<Node>,
    ) -> Result<(), EvalError> {
        let Some(place) = whole_place(place) else { return Ok(()) };
        let mut seen = 0;
        self.walk(step.axis, &step.test, from, |node| {
            seen += 1;
            if seen < place {
                return Walk::Continue(());
            }
            selected.push(node);
            Walk::Break(Stop::Found)
        })
    }

    /// Keeps the nodes for which a predicate holds, which for a number means: at that place.
    fn filter(&self, predicate: &Expr, nodes: &mut Vec<Node>) -> Result<(), EvalError> {
        let size = nodes.len();
        let positional = predicate.is_positional();
        let mut kept = Vec::new();
        for (before, node) in nodes.iter().enumerate() {
            self.spend(1)?;
            let context = Context { node: Some(*node), position: before + 1, size };
            let holds = if positional {
                match self.eval(predicate, context)? {
                    Data::Number(place) => whole_place(place) == Some(context.position),
                    data => boolean(&data),
                }
            } else {
                self.test(predicate, context)?
            };
            if holds {
                kept.push(*node);
            }
        }
        *nodes = kept;
        Ok(())
    }

    /// Brings nodes into document order and drops duplicates.
    pub(super) fn sort(&self, nodes: &mut Vec<Node>) {
        if !nodes.is_sorted_by(|a, b| self.forest.compare(*a, *b).is_lt()) {
            nodes.sort_unstable_by(|a, b| self.forest.compare(*a, *b));
            nodes.dedup();
        }
    }
}

/// The place that a number means; fractions and what is not above zero mean none.
fn whole_place(place: f64) -> Option<usize> {
    (place.fract() == 0.0 && place >= 1.0).then_some(place as usize)
}
