//! `uri-template`: matching of a request's path and query, variable by variable.
//!
//! Like Synapse this never goes back: a variable ends at the first character that is reserved or
//! begins what follows it in the template.

mod expression;
mod parse;

use std::sync::Arc;

use self::expression::Expression;
pub use self::parse::TemplateError;
use super::{BrokenEncoding, Variable};

/// A `uri-template`, split into its pieces.
#[derive(Debug)]
pub struct UriTemplate {
    text: Arc<str>,
    pieces: Vec<Piece>,
    /// Without a query of its own a template accepts any.
    any_query: bool,
}

#[derive(Debug)]
enum Piece {
    /// Text that must be there.
    Literal(Box<str>),
    /// Text that ended in `*`: what begins so, to the end of the URL.
    Rest(Box<str>),
    /// `{…}`.
    Expression(Expression),
}

impl Piece {
    /// The character that ends a variable before this piece.
    fn first(&self) -> Option<u8> {
        match self {
            Self::Literal(text) => text.as_bytes().first().copied(),
            Self::Rest(text) => Some(text.as_bytes().first().copied().unwrap_or(b'*')),
            Self::Expression(expression) => expression.operator.first(),
        }
    }
}

impl UriTemplate {
    /// Reads a template.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let pieces = parse::pieces(text)?;
        let any_query = !pieces.iter().any(|piece| match piece {
            Piece::Literal(text) | Piece::Rest(text) => text.contains('?'),
            Piece::Expression(expression) => expression.operator.is_query(),
        });
        Ok(Self { text: text.into(), pieces, any_query })
    }

    /// The template as written.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Matches path and query (which begin with a slash) and adds the variables that were found.
    /// What was added before a template turned out not to match is left in `found`.
    pub fn matches(&self, target: &str, found: &mut Vec<Variable>) -> Result<bool, BrokenEncoding> {
        let mut rest = target;
        let mut before = "";
        for (at, piece) in self.pieces.iter().enumerate() {
            if at > 0 && rest.is_empty() && !may_be_absent(piece, before) {
                return Ok(false);
            }
            let next = self.pieces.get(at + 1).and_then(Piece::first);
            let Some(taken) = take(piece, rest, next, found)? else { return Ok(false) };
            (before, rest) = (rest, rest.get(taken..).unwrap_or_default());
        }
        Ok(self.accepts_remainder(rest))
    }

    /// A slash at the end of the path does not count, nor does a query that no piece asks for.
    fn accepts_remainder(&self, rest: &str) -> bool {
        let query = rest.strip_prefix('/').unwrap_or(rest);
        query.is_empty() || (self.any_query && query.starts_with('?'))
    }
}

/// What a piece takes from the start of the rest of the URL, in bytes; `None` when it does not
/// match.
fn take(
    piece: &Piece,
    rest: &str,
    next: Option<u8>,
    found: &mut Vec<Variable>,
) -> Result<Option<usize>, BrokenEncoding> {
    Ok(match piece {
        Piece::Literal(text) => rest.starts_with(&**text).then_some(text.len()),
        Piece::Rest(text) if rest.is_empty() && matches!(&**text, "" | "/") => Some(0),
        Piece::Rest(text) => rest.starts_with(&**text).then_some(rest.len()),
        Piece::Expression(expression) => expression.take(rest, next, found)?,
    })
}

/// Whether the URL may end before a piece: `*` and `/*` behind a variable take nothing as well,
/// and so does the value of a query parameter (`?a={x}`).
fn may_be_absent(piece: &Piece, before: &str) -> bool {
    match piece {
        Piece::Literal(_) => false,
        Piece::Rest(text) => matches!(&**text, "" | "/"),
        Piece::Expression(expression) => expression.operator.is_optional() || before.contains('='),
    }
}

#[cfg(test)]
mod tests;
