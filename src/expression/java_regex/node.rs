//! A pattern as a tree.

use std::sync::Arc;

use regex_syntax::hir::ClassUnicode;

/// A set of characters.
pub(super) type Set = Arc<ClassUnicode>;

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// One character out of a set.
    Set(Set),
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
    Repeat(Box<Node>, Repeat),
    /// What a group captures, by the group's number.
    Capture(usize, Box<Node>),
    /// What is not tried again once it matched.
    Atomic(Box<Node>),
    Look {
        behind: bool,
        negated: bool,
        inner: Box<Node>,
    },
    Assert(Assertion),
    /// The text of a group; without regard to case if so.
    Back(usize, bool),
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeat {
    pub least: u32,
    pub most: Option<u32>,
    pub greed: Greed,
}

/// In which order counts are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Greed {
    Greedy,
    Lazy,
    /// The most, and nothing else.
    Possessive,
}

/// What holds between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assertion {
    TextStart,
    TextEnd,
    /// The end, or before the line terminator that ends the text (`$`, `\Z`).
    LastLineEnd,
    LineStart,
    LineEnd,
    /// The same where only `\n` ends lines (`(?d)`).
    LastFeedEnd,
    FeedStart,
    FeedEnd,
    Boundary,
    NoBoundary,
}

impl Node {
    /// What matches the empty text.
    pub(super) fn empty() -> Self {
        Self::Concat(Vec::new())
    }

    /// How many characters it takes: the least, and the most where there is one.
    pub(super) fn width(&self) -> (u64, Option<u64>) {
        let sum = |parts: &[Self]| {
            parts.iter().map(Self::width).fold((0, Some(0)), |(least, most), part| {
                (least + part.0, most.zip(part.1).map(|(a, b): (u64, u64)| a.saturating_add(b)))
            })
        };
        match self {
            Self::Set(_) => (1, Some(1)),
            Self::Concat(parts) => sum(parts),
            Self::Alternate(parts) => {
                let widths = || parts.iter().map(Self::width);
                let most = widths().map(|width| width.1).try_fold(0, |a, b| b.map(|b| a.max(b)));
                (widths().map(|width| width.0).min().unwrap_or(0), most)
            }
            Self::Repeat(inner, repeat) => {
                let (least, most) = inner.width();
                let most = match (most, repeat.most) {
                    (Some(0), _) => Some(0),
                    (Some(most), Some(times)) => Some(most.saturating_mul(u64::from(times))),
                    _ => None,
                };
                (least.saturating_mul(u64::from(repeat.least)), most)
            }
            Self::Capture(_, inner) | Self::Atomic(inner) => inner.width(),
            Self::Look { .. } | Self::Assert(_) => (0, Some(0)),
            Self::Back(..) => (0, None),
        }
    }

    /// How large it is with its repetitions written out: what a step over a character may cost.
    pub(super) fn weight(&self) -> u64 {
        let sum = |parts: &[Self]| parts.iter().map(Self::weight).fold(1_u64, u64::saturating_add);
        match self {
            Self::Set(_) | Self::Assert(_) | Self::Back(..) => 1,
            Self::Concat(parts) | Self::Alternate(parts) => sum(parts),
            Self::Repeat(inner, repeat) => {
                let times = repeat.most.unwrap_or(repeat.least).max(repeat.least).max(1);
                inner.weight().saturating_mul(u64::from(times)).saturating_add(1)
            }
            Self::Capture(_, inner) | Self::Atomic(inner) | Self::Look { inner, .. } => {
                inner.weight().saturating_add(1)
            }
        }
    }

    /// Whether a group is captured in rounds that can be empty: Java makes one empty round more
    /// than automata do.
    pub(super) fn captures_empty_rounds(&self) -> bool {
        match self {
            Self::Repeat(inner, _) => {
                (inner.width().0 == 0 && inner.captures()) || inner.captures_empty_rounds()
            }
            Self::Concat(parts) | Self::Alternate(parts) => {
                parts.iter().any(Self::captures_empty_rounds)
            }
            Self::Capture(_, inner) | Self::Atomic(inner) | Self::Look { inner, .. } => {
                inner.captures_empty_rounds()
            }
            Self::Set(_) | Self::Assert(_) | Self::Back(..) => false,
        }
    }

    fn captures(&self) -> bool {
        match self {
            Self::Capture(..) => true,
            Self::Concat(parts) | Self::Alternate(parts) => parts.iter().any(Self::captures),
            Self::Repeat(inner, _) | Self::Atomic(inner) | Self::Look { inner, .. } => {
                inner.captures()
            }
            Self::Set(_) | Self::Assert(_) | Self::Back(..) => false,
        }
    }

    /// The pattern without a `$` at its end, which says nothing where all of a text must match.
    pub(super) fn without_end(mut self) -> Self {
        match &mut self {
            Self::Assert(Assertion::LastLineEnd | Assertion::LastFeedEnd) => return Self::empty(),
            Self::Concat(parts) => {
                if let Some(last) = parts.pop() {
                    parts.push(last.without_end());
                }
            }
            Self::Alternate(parts) => {
                *parts = std::mem::take(parts).into_iter().map(Self::without_end).collect();
            }
            _ => {}
        }
        self
    }
}
