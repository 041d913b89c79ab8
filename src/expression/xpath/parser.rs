//! Parses XPath 1.0 expressions; paths and steps are in `steps`.

use std::sync::Arc;

use super::ast::{Comparison, Expr, Kind, Operation, Variable};
use super::functions::{self, Signature};
use super::lexer::{self, Lexed, QName, Token};
use super::variables;
use crate::diagnostic::nearest;
use crate::expression::{Namespaces, ParseError};

/// How deep brackets, calls and chains of one operator may nest, so that neither parsing nor
/// evaluating can exhaust a stack.
const MAX_DEPTH: usize = 100;

/// An expression and what was learned on the way.
pub(super) struct Parsed {
    pub(super) expr: Expr,
    /// Whether evaluating may look at the payload.
    pub(super) reads_payload: bool,
}

pub(super) fn parse(text: &str, namespaces: &Namespaces) -> Result<Parsed, ParseError> {
    parse_with(text, namespaces, Reach::Flow)
}

/// Parses a text that a message may have made: it sees the document and nothing else.
pub(super) fn parse_computed(text: &str, namespaces: &Namespaces) -> Result<Expr, ParseError> {
    parse_with(text, namespaces, Reach::Document).map(|parsed| parsed.expr)
}

fn parse_with(text: &str, namespaces: &Namespaces, reach: Reach) -> Result<Parsed, ParseError> {
    let tokens = lexer::tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        namespaces,
        reach,
        depth: 0,
        in_predicate: 0,
        reads_payload: false,
    };
    if parser.peek() == Token::End {
        return Err(ParseError::new(0, "the expression is empty"));
    }
    let expr = parser.expression()?;
    if parser.peek() != Token::End {
        return Err(parser.unexpected("the end of the expression"));
    }
    Ok(Parsed { expr, reads_payload: parser.reads_payload })
}

/// What an expression may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// All that the flow and the configuration hold.
    Flow,
    /// The document: no variables, no properties, no secrets, and no further expression.
    Document,
}

pub(super) struct Parser<'t> {
    tokens: &'t [Lexed<'t>],
    at: usize,
    namespaces: &'t Namespaces,
    reach: Reach,
    depth: usize,
    /// How many predicates surround the place: the context there is a node of the step outside.
    pub(super) in_predicate: usize,
    pub(super) reads_payload: bool,
}

impl<'t> Parser<'t> {
    /// The token that comes next; behind the last one, the last one again.
    pub(super) fn peek(&self) -> Token<'t> {
        self.look(0)
    }

    pub(super) fn look(&self, ahead: usize) -> Token<'t> {
        self.tokens.get(self.at + ahead).map_or(Token::End, |lexed| lexed.token)
    }

    pub(super) fn offset(&self) -> usize {
        let last = self.tokens.last();
        self.tokens.get(self.at).or(last).map_or(0, |lexed| lexed.offset)
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    pub(super) fn take(&mut self, token: Token<'_>) -> bool {
        let found = self.peek() == token;
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, token: Token<'_>, written: &str) -> Result<(), ParseError> {
        if self.take(token) { Ok(()) } else { Err(self.unexpected(written)) }
    }

    pub(super) fn unexpected(&self, expected: &str) -> ParseError {
        let message = match self.peek() {
            Token::End => format!("{expected} is expected, but the expression ends"),
            _ => format!("{expected} is expected here"),
        };
        ParseError::new(self.offset(), message)
    }

    /// Runs a part one level deeper.
    pub(super) fn nested<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        self.deepen()?;
        let result = part(self);
        self.depth -= 1;
        result
    }

    fn deepen(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("the expression nests deeper than {MAX_DEPTH} levels");
            return Err(ParseError::new(self.offset(), message));
        }
        Ok(())
    }

    pub(super) fn expression(&mut self) -> Result<Expr, ParseError> {
        self.nested(|parser| {
            parser.list(Token::Or, Expr::Or, |parser| {
                parser.list(Token::And, Expr::And, |parser| parser.chain(0))
            })
        })
    }

    /// Operands joined by an operator that associates: one node, however many there are.
    fn list(
        &mut self,
        operator: Token<'_>,
        join: fn(Vec<Expr>) -> Expr,
        mut operand: impl FnMut(&mut Self) -> Result<Expr, ParseError>,
    ) -> Result<Expr, ParseError> {
        let first = operand(self)?;
        if self.peek() != operator {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(operator) {
            parts.push(operand(self)?);
        }
        Ok(join(parts))
    }

    /// Operators of one level and above, which associate to the left. One call whatever the
    /// number of levels: the stack is what bounds how deep an expression may nest.
    fn chain(&mut self, lowest: usize) -> Result<Expr, ParseError> {
        let before = self.depth;
        let mut left = self.unary()?;
        while let Some((level, join)) = joiner(self.peek()).filter(|(level, _)| *level >= lowest) {
            self.deepen()?;
            self.advance();
            let right = self.chain(level + 1)?;
            left = join(Box::new([left, right]));
        }
        self.depth = before;
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, ParseError> {
        let mut signs = 0_usize;
        while self.take(Token::Minus) {
            signs += 1;
        }
        let operand = self.union()?;
        Ok(match signs {
            0 => operand,
            _ if signs % 2 == 1 => Expr::Negate(Box::new(operand)),
            _ => Expr::Negate(Box::new(Expr::Negate(Box::new(operand)))),
        })
    }

    fn union(&mut self) -> Result<Expr, ParseError> {
        let offset = self.offset();
        let union = self.list(Token::Pipe, Expr::Union, Self::path)?;
        if let Expr::Union(parts) = &union {
            for part in parts {
                needs_nodes(part, "`|`", offset)?;
            }
        }
        Ok(union)
    }

    /// What a path may start with instead of a step.
    pub(super) fn primary(&mut self) -> Result<Expr, ParseError> {
        let offset = self.offset();
        let token = self.peek();
        self.advance();
        match token {
            Token::Literal(text) => Ok(Expr::Literal(text.into())),
            Token::Number(number) => Ok(Expr::Number(number)),
            Token::Variable(name) => {
                self.needs_flow("a variable", offset)?;
                let variable = variables::find(name, offset)?;
                let of_payload =
                    matches!(variable, Variable::Envelope | Variable::Header | Variable::Body);
                self.reads_payload |= of_payload;
                Ok(Expr::Variable(variable))
            }
            Token::OpenParen => {
                let inner = self.expression()?;
                self.expect(Token::CloseParen, "`)`")?;
                Ok(inner)
            }
            Token::Name(QName { prefix: None, local: "evaluate" }) => self.evaluate(offset),
            Token::Name(name) => self.call(name, offset),
            _ => Err(ParseError::new(offset, "a value is expected here")),
        }
    }

    fn call(&mut self, name: QName<'_>, offset: usize) -> Result<Expr, ParseError> {
        let signature = functions::find(name.prefix, name.local, self.namespaces, offset)?;
        if signature.function.reads_flow() {
            self.needs_flow(&format!("`{}`", signature.name), offset)?;
        }
        self.expect(Token::OpenParen, "`(`")?;
        let mut arguments = Vec::new();
        if !self.take(Token::CloseParen) {
            loop {
                let offset = self.offset();
                let argument = self.expression()?;
                if signature.takes_nodes() {
                    needs_nodes(&argument, &format!("`{}`", signature.name), offset)?;
                }
                arguments.push(argument);
                if !self.take(Token::Comma) {
                    break;
                }
            }
            self.expect(Token::CloseParen, "`,` or `)`")?;
        }
        signature.check_count(arguments.len(), offset)?;
        if arguments.len() < signature.reads_context_below {
            self.reads_context();
        }
        self.reads_payload |= signature.function.reads_payload(&arguments);
        Ok(Expr::Call(signature.function, arguments))
    }

    /// `evaluate(…)` of Jaxen. A text that stands there is the expression that it holds.
    fn evaluate(&mut self, offset: usize) -> Result<Expr, ParseError> {
        self.needs_flow("`evaluate`", offset)?;
        self.expect(Token::OpenParen, "`(`")?;
        let inner = self.offset() + 1;
        let text = self.expression()?;
        self.expect(Token::CloseParen, "`)`")?;
        if let Expr::Literal(text) = text {
            let parsed = parse(&text, self.namespaces).map_err(|error| error.shifted(inner))?;
            self.reads_payload |= parsed.reads_payload;
            return Ok(parsed.expr);
        }
        self.reads_context();
        Ok(Expr::Evaluate(Box::new(text), self.namespaces.clone()))
    }

    /// Refuses what looks beyond the document where that is all there is to see.
    fn needs_flow(&self, what: &str, offset: usize) -> Result<(), ParseError> {
        if self.reach == Reach::Flow {
            return Ok(());
        }
        let message = format!("{what} cannot stand in an expression that is computed");
        Err(ParseError::new(offset, message).help("its text may be the client's"))
    }

    /// Notes that the context node is looked at.
    pub(super) fn reads_context(&mut self) {
        self.reads_payload |= self.in_predicate == 0;
    }

    /// The namespace of a prefix, which must be bound.
    pub(super) fn namespace(&self, prefix: &str, offset: usize) -> Result<Arc<str>, ParseError> {
        self.namespaces.uri(prefix).ok_or_else(|| {
            let message = format!("the prefix `{prefix}` is not bound to a namespace");
            // A letter is near to any other letter.
            let near = nearest(prefix, self.namespaces.prefixes()).filter(|_| prefix.len() > 1);
            let help = match near {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("declare it: xmlns:{prefix}=\"…\" on this element or around it"),
            };
            ParseError::new(offset, message).help(help)
        })
    }
}

impl Signature {
    fn check_count(&self, count: usize, offset: usize) -> Result<(), ParseError> {
        let (least, most) = self.arguments;
        if (least..=most).contains(&count) {
            return Ok(());
        }
        let takes = match (least, most) {
            (0, 0) => "no arguments".to_owned(),
            (1, 1) => "one argument".to_owned(),
            _ if least == most => format!("{least} arguments"),
            (_, usize::MAX) => format!("at least {least} arguments"),
            _ => format!("{least} to {most} arguments"),
        };
        Err(ParseError::new(offset, format!("`{}` takes {takes}, not {count}", self.name)))
    }
}

/// Refuses what can never be nodes. What a property holds is known only later.
pub(super) fn needs_nodes(expr: &Expr, user: &str, offset: usize) -> Result<(), ParseError> {
    let what = match expr.kind() {
        Kind::Nodes | Kind::Unknown => return Ok(()),
        Kind::Text => "text",
        Kind::Number => "a number",
        Kind::Boolean => "a truth value",
    };
    Err(ParseError::new(offset, format!("{user} needs nodes, and this is {what}")))
}

type Joiner = fn(Box<[Expr; 2]>) -> Expr;

/// The level of an operator below `and`, the weakest is 0, and what it makes of its operands.
fn joiner(token: Token<'_>) -> Option<(usize, Joiner)> {
    Some(match token {
        Token::Equal => (0, |sides| Expr::Compare(Comparison::Equal, sides)),
        Token::NotEqual => (0, |sides| Expr::Compare(Comparison::NotEqual, sides)),
        Token::Less => (1, |sides| Expr::Compare(Comparison::Less, sides)),
        Token::LessOrEqual => (1, |sides| Expr::Compare(Comparison::LessOrEqual, sides)),
        Token::Greater => (1, |sides| Expr::Compare(Comparison::Greater, sides)),
        Token::GreaterOrEqual => (1, |sides| Expr::Compare(Comparison::GreaterOrEqual, sides)),
        Token::Plus => (2, |sides| Expr::Calculate(Operation::Add, sides)),
        Token::Minus => (2, |sides| Expr::Calculate(Operation::Subtract, sides)),
        Token::Times => (3, |sides| Expr::Calculate(Operation::Multiply, sides)),
        Token::Div => (3, |sides| Expr::Calculate(Operation::Divide, sides)),
        Token::Mod => (3, |sides| Expr::Calculate(Operation::Remainder, sides)),
        _ => return None,
    })
}
