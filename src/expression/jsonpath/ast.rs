//! What a path compiles to.

use std::sync::Arc;

use super::super::java_regex::Pattern;
use super::function::Function;
use crate::json::Value;

/// The steps from a value to others, and what is made of them.
#[derive(Debug, Clone, Default)]
pub(in crate::expression) struct Path {
    pub segments: Vec<Segment>,
    pub call: Option<Box<Call>>,
}

/// A path function at the end of a path: `.length()`.
#[derive(Debug, Clone)]
pub(in crate::expression) struct Call {
    pub function: Function,
    pub arguments: Vec<Argument>,
    /// What follows the function, on its result.
    pub then: Path,
}

/// An argument of a path function.
#[derive(Debug, Clone)]
pub(in crate::expression) enum Argument {
    /// A path on the whole document.
    Path(Path),
    Literal(Value),
}

/// One step.
#[derive(Debug, Clone)]
pub(in crate::expression) enum Segment {
    /// `.x`, `[…]`: from a value to parts of it.
    Child(Selector),
    /// `..x`, `..[…]`: the same from the value and everything in it.
    Scan(Selector),
}

/// Which parts of a value a step takes.
#[derive(Debug, Clone)]
pub(in crate::expression) enum Selector {
    Name(Arc<str>),
    Names(Vec<Arc<str>>),
    Wildcard,
    Index(i64),
    Indexes(Vec<i64>),
    Slice(Slice),
    Filter(Filter),
    /// Names or indexes that the embedding expression gives when it is evaluated.
    Late(Vec<usize>),
    /// A slice whose numbers the embedding expression gives.
    LateSlice([Option<usize>; 3]),
}

/// `[start:end:step]`.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::expression) struct Slice {
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub step: Option<i64>,
}

/// `[?(…)]`: which values a step lets through.
#[derive(Debug, Clone)]
pub(in crate::expression) enum Filter {
    Any(Vec<Filter>),
    All(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare(Operand, Comparison, Operand),
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(in crate::expression) enum Operand {
    Literal(Value),
    Pattern(Pattern),
    /// `@…`: a path on the value under test.
    Current(Path),
    /// `$…`: a path on the whole document.
    Root(Path),
    /// A value that the embedding expression gives when it is evaluated.
    Late(usize),
}

/// The operators of filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::expression) enum Comparison {
    Equal,
    NotEqual,
    SameType,
    NotSameType,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    SubsetOf,
    AnyOf,
    NoneOf,
    All,
    Contains,
    Size,
    Empty,
}

impl Comparison {
    /// The operators in the order in which they are looked for: longer before their beginnings.
    pub const SYMBOLS: [(&'static str, Self); 9] = [
        ("===", Self::SameType),
        ("!==", Self::NotSameType),
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("=~", Self::Matches),
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    /// The operators that are words, in lower case.
    pub const WORDS: [(&'static str, Self); 9] = [
        ("in", Self::In),
        ("nin", Self::NotIn),
        ("subsetof", Self::SubsetOf),
        ("anyof", Self::AnyOf),
        ("noneof", Self::NoneOf),
        ("all", Self::All),
        ("contains", Self::Contains),
        ("size", Self::Size),
        ("empty", Self::Empty),
    ];
}

impl Segment {
    /// Whether the step leads to one value at most. Several names at the end of a path make one
    /// object.
    fn is_definite(&self, is_last: bool) -> bool {
        match self {
            Self::Child(Selector::Name(_) | Selector::Index(_)) => true,
            Self::Child(Selector::Late(keys)) => keys.len() == 1,
            Self::Child(Selector::Names(_)) => is_last,
            _ => false,
        }
    }
}

impl Path {
    /// Whether the steps lead to one value at most; functions are not looked at.
    pub fn has_definite_steps(&self) -> bool {
        let last = self.segments.len();
        self.segments.iter().enumerate().all(|(at, step)| step.is_definite(at + 1 == last))
    }

    /// Whether the path ends in a function that may give nothing.
    pub fn may_give_nothing(&self) -> bool {
        self.call.as_deref().is_some_and(|call| {
            call.then.may_give_nothing()
                || (call.then.segments.is_empty()
                    && call.then.call.is_none()
                    && call.function.may_give_nothing())
        })
    }

    /// Whether the path begins with `..`: a function then sees all results at once.
    pub fn begins_with_scan(&self) -> bool {
        matches!(self.segments.first(), Some(Segment::Scan(_)))
    }

    /// Whether evaluation gives one value rather than a list.
    pub fn is_definite(&self) -> bool {
        match &self.call {
            None => self.has_definite_steps(),
            Some(call) => {
                (self.has_definite_steps() || self.begins_with_scan()) && call.then.is_definite()
            }
        }
    }
}
