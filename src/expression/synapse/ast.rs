//! What an expression compiles to.

use std::sync::Arc;

use super::functions::Function;
use crate::expression::PropertyScope;
use crate::expression::java_regex::Pattern;
use crate::expression::jsonpath::ast::Path;
use crate::expression::xpath::XPath;
use crate::message::Value;

/// An expression.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    Literal(Value),
    Array(Vec<Expr>),
    /// `payload.x`, `vars.x.y`, `headers.h` …
    Access(Root, Steps),
    Call(Call),
    /// `-x` between brackets, the one place where the language has it.
    Negated(Box<Expr>),
    Binary(Box<Expr>, Operator, Box<Expr>),
    /// `condition ? then : otherwise`
    Conditional(Box<[Expr; 3]>),
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Root {
    Payload,
    Variable(Arc<str>),
    /// A property or a header; how it is called in messages.
    Property(PropertyScope, Arc<str>, &'static str),
    Parameter(Arc<str>),
    Config(Arc<str>),
}

/// A path behind a root, with the expressions that stand in its brackets and filters.
#[derive(Debug, Clone, Default)]
pub(super) struct Steps {
    pub path: Path,
    pub late: Vec<Expr>,
}

/// A function with its arguments and the path on its result.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub function: &'static Function,
    pub arguments: Vec<Expr>,
    pub prepared: Prepared,
    pub steps: Steps,
}

/// What was compiled of literal arguments.
#[derive(Debug, Clone)]
pub(super) enum Prepared {
    Nothing,
    Pattern(Pattern),
    XPath(XPath),
}

/// The operators between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Multiply,
    Divide,
    Modulo,
    Add,
    Subtract,
    And,
    Or,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
}

impl Operator {
    /// All of them, those that bind tightest first.
    #[cfg(test)]
    pub const ALL: [Self; 13] = [
        Self::Multiply,
        Self::Divide,
        Self::Modulo,
        Self::Add,
        Self::Subtract,
        Self::And,
        Self::Or,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Equal,
        Self::NotEqual,
    ];

    /// How the operator is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::And => "and",
            Self::Or => "or",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }

    /// `+ - * / %`
    pub fn is_arithmetic(self) -> bool {
        !self.is_logical() && !self.is_comparison()
    }

    /// `and`, `or`
    pub fn is_logical(self) -> bool {
        matches!(self, Self::And | Self::Or)
    }

    /// `> >= < <= == !=`
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Greater
                | Self::GreaterOrEqual
                | Self::Less
                | Self::LessOrEqual
                | Self::Equal
                | Self::NotEqual
        )
    }
}

impl Steps {
    /// Whether there is no step.
    pub fn is_empty(&self) -> bool {
        self.path.segments.is_empty() && self.path.call.is_none()
    }
}

impl Expr {
    /// Whether the payload itself is all that is meant.
    pub fn is_bare_payload(&self) -> bool {
        matches!(self, Self::Access(Root::Payload, steps) if steps.is_empty())
    }

    /// Whether evaluating may look at the payload.
    pub fn reads_payload(&self) -> bool {
        let any = |expressions: &[Expr]| expressions.iter().any(Self::reads_payload);
        match self {
            Self::Literal(_) => false,
            Self::Array(elements) => any(elements),
            Self::Access(root, steps) => *root == Root::Payload || any(&steps.late),
            Self::Call(call) => {
                call.reads_payload() || any(&call.arguments) || any(&call.steps.late)
            }
            Self::Negated(inner) => inner.reads_payload(),
            Self::Binary(left, _, right) => left.reads_payload() || right.reads_payload(),
            Self::Conditional(parts) => any(&**parts),
        }
    }
}

impl Call {
    /// An XPath expression looks at the payload unless it says what else it looks at.
    fn reads_payload(&self) -> bool {
        match &self.prepared {
            Prepared::XPath(xpath) => xpath.reads_payload(),
            _ => self.function.name == "xpath" && self.arguments.len() == 1,
        }
    }
}
