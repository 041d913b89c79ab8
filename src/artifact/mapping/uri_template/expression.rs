//! `{…}` of a template: its operator, its variables, and what it takes of a URL.

use std::sync::Arc;

use super::super::{BrokenEncoding, Variable, decode};

/// An expression.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) operator: Operator,
    pub(super) names: Vec<Name>,
}

/// A variable of an expression.
#[derive(Debug)]
pub(super) struct Name {
    /// The property that holds it: `uri.var.x`.
    pub(super) property: Arc<str>,
    /// How many characters it may have (`{x:3}`).
    pub(super) most: Option<usize>,
}

/// What stands behind the brace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `{x}`.
    Simple,
    /// `{+x}`.
    Reserved,
    /// `{#x}`.
    Fragment,
    /// `{.x}`.
    Label,
    /// `{/x}`.
    Path,
    /// `{;x}`.
    Parameters,
    /// `{?x}`.
    Query,
    /// `{&x}`.
    Continuation,
}

/// What the variable of a property is called in the template.
pub(super) const PREFIX: &str = "uri.var.";

impl Operator {
    /// The operator that a character stands for.
    pub(super) fn of(character: char) -> Option<Self> {
        Some(match character {
            '+' => Self::Reserved,
            '#' => Self::Fragment,
            '.' => Self::Label,
            '/' => Self::Path,
            ';' => Self::Parameters,
            '?' => Self::Query,
            '&' => Self::Continuation,
            _ => return None,
        })
    }

    /// What an expression begins with in a URL.
    pub(super) fn first(self) -> Option<u8> {
        Some(match self {
            Self::Simple | Self::Reserved => return None,
            Self::Fragment => b'#',
            Self::Label => b'.',
            Self::Path => b'/',
            Self::Parameters => b';',
            Self::Query => b'?',
            Self::Continuation => b'&',
        })
    }

    /// Whether it is a part of the query.
    pub(super) fn is_query(self) -> bool {
        matches!(self, Self::Query | Self::Continuation)
    }

    /// Whether it may be left out: its parameters are named.
    pub(super) fn is_optional(self) -> bool {
        self.is_query() || self == Self::Parameters
    }

    fn separator(self) -> char {
        match self {
            Self::Simple | Self::Reserved | Self::Fragment => ',',
            Self::Label => '.',
            Self::Path => '/',
            Self::Parameters => ';',
            Self::Query | Self::Continuation => '&',
        }
    }
}

/// Characters that a simple variable cannot hold unless they are percent-encoded.
fn is_reserved(byte: u8) -> bool {
    matches!(
        byte,
        b':' | b'/'
            | b'?'
            | b'#'
            | b'['
            | b']'
            | b'@'
            | b'!'
            | b'$'
            | b'&'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'='
    )
}

impl Expression {
    /// What the expression takes from the start of the rest of the URL, in bytes; `None` when it
    /// does not match. `next` is the character that ends it.
    pub(super) fn take(
        &self,
        rest: &str,
        next: Option<u8>,
        found: &mut Vec<Variable>,
    ) -> Result<Option<usize>, BrokenEncoding> {
        match self.operator {
            Operator::Simple | Operator::Reserved => self.take_values(rest, next, found),
            Operator::Fragment | Operator::Label | Operator::Path => {
                let Some(values) = rest.strip_prefix(self.operator.separator_or_hash()) else {
                    return Ok(Some(0));
                };
                Ok(self.take_values(values, next, found)?.map(|taken| taken + 1))
            }
            Operator::Parameters => self.take_named(rest, ['/', '?'].as_slice(), found),
            Operator::Query | Operator::Continuation => self.take_named(rest, &[], found),
        }
    }

    /// Values in the order of the names.
    fn take_values(
        &self,
        rest: &str,
        next: Option<u8>,
        found: &mut Vec<Variable>,
    ) -> Result<Option<usize>, BrokenEncoding> {
        let open = matches!(self.operator, Operator::Reserved | Operator::Fragment);
        let separator = self.operator.separator() as u8;
        let several = self.names.len() > 1;
        let ends = |byte: u8| {
            let stop = (!open && is_reserved(byte)) || next == Some(byte);
            stop && !(several && byte == separator)
        };
        let length = rest.bytes().position(ends).unwrap_or(rest.len());
        let values = rest.get(..length).unwrap_or_default();
        if rest.is_empty() {
            return Ok(Some(0));
        }
        Ok(self.set_all(values, found)?.then_some(length))
    }

    /// Splits a text at the separator and gives each name its piece; names without one are empty.
    fn set_all(&self, values: &str, found: &mut Vec<Variable>) -> Result<bool, BrokenEncoding> {
        let separator = self.operator.separator();
        if let [name] = self.names.as_slice() {
            let lone = self.operator == Operator::Label || self.operator == Operator::Path;
            return Ok(!(lone && values.contains(separator)) && name.set(values, false, found)?);
        }
        let values = values.trim_end_matches(separator);
        if values.split(separator).count() > self.names.len() {
            return Ok(false);
        }
        let mut pieces = values.split(separator);
        for name in &self.names {
            if !name.set(pieces.next().unwrap_or_default(), false, found)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `name=value` pairs in any order, those that the template does not name among them.
    fn take_named(
        &self,
        rest: &str,
        ends: &[char],
        found: &mut Vec<Variable>,
    ) -> Result<Option<usize>, BrokenEncoding> {
        let first = self.operator.first().map(char::from);
        let Some(pairs) = first.and_then(|first| rest.strip_prefix(first)) else {
            return Ok(Some(0));
        };
        let length = pairs.find(ends).unwrap_or(pairs.len());
        let pairs = pairs.get(..length).unwrap_or_default();
        for pair in pairs.split(self.operator.separator()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(name) = self.names.iter().find(|name| name.is(key)) else { continue };
            if !name.set(value, self.operator.is_query(), found)? {
                return Ok(None);
            }
        }
        Ok(Some(length + 1))
    }
}

impl Operator {
    fn separator_or_hash(self) -> char {
        if self == Self::Fragment { '#' } else { self.separator() }
    }
}

impl Name {
    fn is(&self, key: &str) -> bool {
        self.property.strip_prefix(PREFIX) == Some(key)
    }

    /// Keeps a value; says whether it is allowed: short enough, and equal to that of another place
    /// with the same name.
    fn set(
        &self,
        raw: &str,
        form: bool,
        found: &mut Vec<Variable>,
    ) -> Result<bool, BrokenEncoding> {
        let value = decode(raw, form)?;
        if self.most.is_some_and(|most| value.chars().count() > most) {
            return Ok(false);
        }
        if let Some((_, earlier)) = found.iter().find(|(name, _)| *name == self.property) {
            return Ok(**earlier == *value);
        }
        found.push((Arc::clone(&self.property), Arc::from(value)));
        Ok(true)
    }
}
