//! The compiled form of an XPath expression.

use std::sync::Arc;

use super::functions::Function;
use crate::expression::{Namespaces, PropertyScope};

/// An expression, names resolved and arguments counted.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Literal(Arc<str>),
    Number(f64),
    Variable(Variable),
    Call(Function, Vec<Expr>),
    /// `evaluate(…)` of a text that is known only later, and the prefixes that it may use.
    Evaluate(Box<Expr>, Namespaces),
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Union(Vec<Expr>),
    Compare(Comparison, Box<[Expr; 2]>),
    Calculate(Operation, Box<[Expr; 2]>),
    Negate(Box<Expr>),
    Path(Path),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// A location path, or a filter with or without steps behind it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    pub(super) start: Start,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Start {
    Context,
    Root,
    Filter(Box<Expr>, Vec<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: NodeTest,
    pub(super) predicates: Vec<Expr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Namespace,
    Parent,
    Preceding,
    PrecedingSibling,
    Itself,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NodeTest {
    /// `*`
    AnyName,
    /// `prefix:*`
    AnyNameIn(Arc<str>),
    /// A name, in a namespace or in none.
    Name(Option<Arc<str>>, Arc<str>),
    /// `node()`
    AnyNode,
    /// `text()`
    Text,
    /// `comment()`
    Comment,
    /// `processing-instruction()`, of one target or of any.
    Instruction(Option<Arc<str>>),
}

/// What a variable reference reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Variable {
    Envelope,
    Header,
    Body,
    Property(PropertyScope, Arc<str>),
    Parameter(Arc<str>),
    Query(Arc<str>),
    Config(Arc<str>),
    Flow(Arc<str>),
}

/// What is known of a result before a message is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nodes,
    Text,
    Number,
    Boolean,
    /// What a property holds.
    Unknown,
}

impl Axis {
    pub(super) const NAMES: [(&'static str, Self); 13] = [
        ("ancestor", Self::Ancestor),
        ("ancestor-or-self", Self::AncestorOrSelf),
        ("attribute", Self::Attribute),
        ("child", Self::Child),
        ("descendant", Self::Descendant),
        ("descendant-or-self", Self::DescendantOrSelf),
        ("following", Self::Following),
        ("following-sibling", Self::FollowingSibling),
        ("namespace", Self::Namespace),
        ("parent", Self::Parent),
        ("preceding", Self::Preceding),
        ("preceding-sibling", Self::PrecedingSibling),
        ("self", Self::Itself),
    ];

    /// Whether the axis walks against document order.
    pub(super) fn is_reverse(self) -> bool {
        matches!(
            self,
            Self::Ancestor | Self::AncestorOrSelf | Self::Preceding | Self::PrecedingSibling
        )
    }
}

impl Expr {
    pub(super) fn kind(&self) -> Kind {
        use Variable::{Body, Envelope, Header, Query};
        match self {
            Self::Literal(_) | Self::Variable(Query(_)) => Kind::Text,
            Self::Number(_) | Self::Calculate(..) | Self::Negate(_) => Kind::Number,
            Self::Or(_) | Self::And(_) | Self::Compare(..) => Kind::Boolean,
            Self::Union(_) | Self::Path(_) | Self::Variable(Envelope | Header | Body) => {
                Kind::Nodes
            }
            Self::Variable(_) | Self::Evaluate(..) => Kind::Unknown,
            Self::Call(function, _) => function.result(),
        }
    }

    /// Whether the expression as a predicate may ask for the place of a node among its siblings
    /// in the step.
    pub(super) fn is_positional(&self) -> bool {
        matches!(self.kind(), Kind::Number | Kind::Unknown) || self.asks_position()
    }

    /// Predicates inside have places of their own, so that only filters lead further.
    fn asks_position(&self) -> bool {
        match self {
            Self::Literal(_) | Self::Number(_) | Self::Variable(_) => false,
            Self::Call(Function::Position | Function::Last, _) | Self::Evaluate(..) => true,
            Self::Call(_, parts) | Self::Or(parts) | Self::And(parts) | Self::Union(parts) => {
                parts.iter().any(Self::asks_position)
            }
            Self::Compare(_, sides) | Self::Calculate(_, sides) => {
                sides.iter().any(Self::asks_position)
            }
            Self::Negate(inner) => inner.asks_position(),
            Self::Path(path) => match &path.start {
                Start::Filter(inner, _) => inner.asks_position(),
                Start::Context | Start::Root => false,
            },
        }
    }
}
