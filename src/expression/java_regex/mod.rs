//! Java's regular expressions.
//!
//! `parser` reads Java's syntax into a tree. What an automaton can match is matched by one, in
//! time that is in proportion to the text; what looks around or back is tried step by step by
//! `machine`, as Java does it. Either way a search has a budget (`limits.regex.steps`), so that
//! neither a hostile text nor a hostile pattern can hold a worker.

mod class;
mod escape;
mod linear;
mod machine;
mod node;
mod parser;
mod program;
mod property;
mod replacement;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use regex_automata::Input;
use regex_automata::meta::Regex;

use super::{EvalError, ParseError};
use machine::{Exhausted, Machine};
use parser::Flags;
use program::Program;

pub use replacement::Piece;

/// Patterns weigh at most this much, with repetitions written out.
const MAX_WEIGHT: u64 = 20_000;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    /// Whether it has to match a whole text.
    whole: bool,
    groups: usize,
    weight: u64,
    /// Where a match starts and ends is not further apart than this, in characters.
    width: Option<u64>,
    program: Program,
    automaton: Option<Regex>,
    /// Whether the automaton's groups are those of Java.
    exact: bool,
}

/// Where a match and its groups are: the whole match first, nothing for a group that took no part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups(Vec<Option<(usize, usize)>>);

impl Groups {
    /// Where the match is.
    pub fn whole(&self) -> (usize, usize) {
        self.0.first().copied().flatten().unwrap_or_default()
    }

    /// The text of a group, 0 for the match.
    pub fn text<'t>(&self, group: usize, text: &'t str) -> Option<&'t str> {
        let (start, end) = self.0.get(group).copied().flatten()?;
        text.get(start..end)
    }
}

impl Pattern {
    /// Compiles a pattern that has to match a whole text, as `Matcher.matches` asks. Offsets of
    /// errors count from the pattern's start.
    pub fn whole(pattern: &str, flags: &str) -> Result<Self, ParseError> {
        Self::compile(pattern, flags, true)
    }

    /// Compiles a pattern that is looked for inside a text, as `Matcher.find` does.
    pub fn within(pattern: &str, flags: &str) -> Result<Self, ParseError> {
        Self::compile(pattern, flags, false)
    }

    fn compile(pattern: &str, flags: &str, whole: bool) -> Result<Self, ParseError> {
        let (node, groups) = parser::parse(pattern, parsed_flags(flags, pattern.len())?)?;
        let node = if whole { node.without_end() } else { node };
        let weight = node.weight();
        if weight > MAX_WEIGHT {
            let message = "the pattern is too large with its repetitions written out";
            return Err(ParseError::new(0, message).help("use smaller counts, or `*` and `+`"));
        }
        Ok(Self(Arc::new(Compiled {
            whole,
            groups,
            weight,
            width: node.width().1,
            program: Program::new(&node, groups),
            automaton: linear::automaton(&node, whole),
            exact: !node.captures_empty_rounds(),
        })))
    }

    /// How many groups there are, the match itself included.
    pub fn groups(&self) -> usize {
        self.0.groups
    }

    /// Whether the text, or something in it, matches. Fails where that costs too many steps.
    pub fn is_match(&self, text: &str, steps: u64) -> Result<bool, EvalError> {
        match self.affordable(text.len(), steps) {
            Some(automaton) => Ok(automaton.is_match(text)),
            None => Ok(self.captures(text, steps)?.is_some()),
        }
    }

    /// The first match with its groups. Fails where that costs too many steps.
    pub fn captures(&self, text: &str, steps: u64) -> Result<Option<Groups>, EvalError> {
        self.search(text, 0, &mut Left::new(steps)).map_err(|Exhausted| over_budget(steps))
    }

    /// Every match in order, none overlapping another. Fails where that costs too many steps.
    pub fn all(&self, text: &str, steps: u64) -> Result<Vec<Groups>, EvalError> {
        let mut found = Vec::new();
        let (mut from, mut left) = (0, Left::new(steps));
        while let Some(groups) =
            self.search(text, from, &mut left).map_err(|Exhausted| over_budget(steps))?
        {
            let (start, end) = groups.whole();
            found.push(groups);
            from = end;
            if start == end {
                // An empty match is not found twice.
                let Some(c) = text.get(end..).and_then(|rest| rest.chars().next()) else { break };
                from += c.len_utf8();
            }
        }
        Ok(found)
    }

    /// The automaton, if it can walk over so many bytes for so many steps whatever they are.
    fn affordable(&self, bytes: usize, steps: u64) -> Option<&Regex> {
        let cost = self.0.weight.saturating_mul(bytes as u64);
        self.0.automaton.as_ref().filter(|_| cost <= steps)
    }

    fn search(
        &self,
        text: &str,
        from: usize,
        left: &mut Left,
    ) -> Result<Option<Groups>, Exhausted> {
        let automaton = self.affordable(text.len() - from, left.walked);
        match automaton.filter(|_| self.0.exact) {
            Some(automaton) => Ok(self.walk(automaton, text, from, left)),
            None => self.attempt(text, from, &mut left.tried),
        }
    }

    fn walk(&self, automaton: &Regex, text: &str, from: usize, left: &mut Left) -> Option<Groups> {
        let mut captures = automaton.create_captures();
        automaton.search_captures(&Input::new(text).range(from..), &mut captures);
        let end = captures.get_match().map_or(text.len(), |found| found.end());
        // It looks no further behind the match than a match can be long.
        let ahead = self.0.width.unwrap_or(u64::MAX).min((text.len() - end) as u64);
        let cost = self.0.weight.saturating_mul((end - from) as u64 + ahead);
        left.walked = left.walked.saturating_sub(cost);
        let place = |group| captures.get_group(group).map(|span| (span.start, span.end));
        captures.is_match().then(|| Groups((0..self.0.groups).map(place).collect()))
    }

    fn attempt(
        &self,
        text: &str,
        from: usize,
        left: &mut u64,
    ) -> Result<Option<Groups>, Exhausted> {
        let mut machine = Machine::new(&self.0.program, text, left);
        let found = if self.0.whole {
            machine.matched(from, true)?.map(|end| (from, end))
        } else {
            machine.find(from)?
        };
        Ok(found.map(|whole| {
            let place = |group: usize| match machine.slots.get(2 * group..2 * group + 2) {
                Some(&[start, end]) if end != machine::NOWHERE => Some((start, end)),
                _ => None,
            };
            Groups(std::iter::once(Some(whole)).chain((1..self.0.groups).map(place)).collect())
        }))
    }
}

/// What is left of a budget, for automata and for tries.
struct Left {
    walked: u64,
    tried: u64,
}

impl Left {
    fn new(steps: u64) -> Self {
        Self { walked: steps, tried: steps }
    }
}

fn over_budget(steps: u64) -> EvalError {
    EvalError::failed(format!(
        "the regular expression takes more than the {steps} steps allowed by `limits.regex.steps`"
    ))
}

fn parsed_flags(flags: &str, at: usize) -> Result<Flags, ParseError> {
    let mut parsed = Flags::default();
    for flag in flags.chars() {
        if !parsed.set(flag, true) {
            let message = format!("pattern flag `{flag}` is not supported");
            return Err(ParseError::new(at, message).help("flags are i, m, s, u, x, d and U"));
        }
    }
    Ok(parsed)
}
