//! Reads expressions, with the operators in Synapse's own order: `and` and `or` bind tighter than
//! comparisons.

use std::sync::Arc;

use super::ast::{Expr, Operator, Root};
use super::remarks::{Chain, misfit, no_condition};
use crate::expression::jsonpath::cursor::Cursor;
use crate::expression::number::Decimal;
use crate::expression::{Namespaces, ParseError, Remark};
use crate::json;
use crate::message::Value;

/// How deep parentheses, arguments, conditionals and brackets may nest.
const MAX_DEPTH: usize = 48;

/// How many operators an expression may have: it is evaluated by recursion.
const MAX_OPERATORS: usize = 500;

/// Reads a whole text as one expression, and remarks on what is odd about it.
pub(super) fn parse(
    text: &str,
    namespaces: &Namespaces,
) -> Result<(Expr, Vec<Remark>), ParseError> {
    let cursor = Cursor::new(text, 0);
    let mut parser = Parser { cursor, namespaces, depth: 0, found: Found::default() };
    parser.cursor.skip_space();
    if parser.cursor.is_done() {
        return Err(ParseError::new(0, "expression is empty"));
    }
    let expression = parser.expression()?;
    parser.cursor.skip_space();
    if parser.cursor.is_done() {
        Ok((expression, parser.found.remarks))
    } else {
        Err(parser.leftover())
    }
}

/// Reads an expression, or one that is part of another.
pub(super) struct Parser<'n, 't> {
    pub cursor: Cursor<'t>,
    pub namespaces: &'n Namespaces,
    pub depth: usize,
    pub found: Found,
}

/// What adds up over an expression and those inside of it.
#[derive(Default)]
pub(super) struct Found {
    /// How many operators were read.
    operators: usize,
    /// What is odd.
    pub remarks: Vec<Remark>,
}

impl<'t> Parser<'_, 't> {
    /// Counts an operator.
    fn count(&mut self) -> Result<(), ParseError> {
        self.found.operators += 1;
        if self.found.operators > MAX_OPERATORS {
            let at = self.cursor.offset();
            return Err(ParseError::new(at, "expression has too many operators"));
        }
        Ok(())
    }

    /// A whole expression.
    pub fn expression(&mut self) -> Result<Expr, ParseError> {
        check_depth(self.depth, &self.cursor)?;
        self.depth += 1;
        self.cursor.skip_space();
        let start = self.cursor.offset();
        let condition = self.comparison()?;
        let expression = if self.eat("?") {
            self.found.remarks.extend(no_condition(&condition, start));
            let then = self.expression()?;
            self.cursor.expect(":")?;
            let otherwise = self.expression()?;
            Expr::Conditional(Box::new([condition, then, otherwise]))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn comparison(&mut self) -> Result<Expr, ParseError> {
        let mut chain = Chain::default();
        let mut left = self.logical(&mut chain)?;
        while let Some((operator, at)) = self.operator(&[
            Operator::Equal,
            Operator::NotEqual,
            Operator::GreaterOrEqual,
            Operator::LessOrEqual,
            Operator::Greater,
            Operator::Less,
        ]) {
            self.count()?;
            chain.operator(operator, at);
            let right = self.logical(&mut chain)?;
            chain.check(&left, operator, &right, at);
            left = Expr::Binary(Box::new(left), operator, Box::new(right));
        }
        self.found.remarks.extend(chain.remarks());
        Ok(left)
    }

    /// `and` and `or` are one level, and group from the right.
    fn logical(&mut self, chain: &mut Chain<'t>) -> Result<Expr, ParseError> {
        let start = self.cursor.offset();
        let left = self.sum()?;
        chain.operand(self.cursor.since(start));
        let at = self.cursor.offset();
        match self.logical_operator() {
            None => Ok(left),
            Some(operator) => {
                self.count()?;
                chain.operator(operator, at);
                let right = self.logical(chain)?;
                chain.check(&left, operator, &right, at);
                Ok(Expr::Binary(Box::new(left), operator, Box::new(right)))
            }
        }
    }

    fn logical_operator(&mut self) -> Option<Operator> {
        if self.eat("&&") || self.eat_word("and") {
            return Some(Operator::And);
        }
        (self.eat("||") || self.eat_word("or")).then_some(Operator::Or)
    }

    fn sum(&mut self) -> Result<Expr, ParseError> {
        let mut left = self.product()?;
        loop {
            self.cursor.skip_space();
            if starts_with_negative(self.cursor.rest()) {
                // Synapse reads `-1` as a number here and then misses an operator.
                let at = self.cursor.offset();
                return Err(ParseError::new(at, "expected an operator, found a negative number")
                    .help("put a space behind the minus sign: `a - 1`"));
            }
            let Some((operator, at)) = self.operator(&[Operator::Add, Operator::Subtract]) else {
                return Ok(left);
            };
            self.count()?;
            let right = self.product()?;
            left = self.binary(left, operator, right, at);
        }
    }

    fn product(&mut self) -> Result<Expr, ParseError> {
        let mut left = self.factor()?;
        let operators = [Operator::Multiply, Operator::Divide, Operator::Modulo];
        while let Some((operator, at)) = self.operator(&operators) {
            self.count()?;
            let right = self.factor()?;
            left = self.binary(left, operator, right, at);
        }
        Ok(left)
    }

    fn binary(&mut self, left: Expr, operator: Operator, right: Expr, at: usize) -> Expr {
        self.found.remarks.extend(misfit(&left, operator, &right, at));
        Expr::Binary(Box::new(left), operator, Box::new(right))
    }

    /// The operator that comes next, and where it is.
    fn operator(&mut self, operators: &[Operator]) -> Option<(Operator, usize)> {
        self.cursor.skip_space();
        let at = self.cursor.offset();
        let next = operators.iter().copied().find(|operator| self.cursor.eat(operator.symbol()));
        next.map(|operator| (operator, at))
    }

    /// Reads a symbol after white space if it comes next.
    pub fn eat(&mut self, symbol: &str) -> bool {
        self.cursor.skip_space();
        self.cursor.eat(symbol)
    }

    fn eat_word(&mut self, word: &str) -> bool {
        self.cursor.skip_space();
        let rest = self.cursor.rest();
        let is_whole = rest.strip_prefix(word).is_some_and(|behind| !behind.starts_with(is_name));
        is_whole && self.cursor.eat(word)
    }

    fn factor(&mut self) -> Result<Expr, ParseError> {
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some('(') => {
                self.cursor.bump();
                let inner = self.expression()?;
                self.cursor.expect(")")?;
                Ok(inner)
            }
            Some('[') => self.array(),
            _ => self.primary(),
        }
    }

    /// A literal, a root with its path, or a function call: what can stand in a filter too.
    pub fn primary(&mut self) -> Result<Expr, ParseError> {
        let start = self.cursor.offset();
        match self.cursor.peek() {
            Some('"' | '\'') => self.string(),
            Some('0'..='9') => self.number(),
            Some('-') if starts_with_negative(self.cursor.rest()) => self.number(),
            Some('$') => {
                self.cursor.bump();
                Ok(Expr::Access(Root::Payload, self.steps()?))
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let name = self.cursor.eat_while(is_name);
                self.named(name, start)
            }
            Some('!') => Err(ParseError::new(start, "`!` is no operator").help("write not(…)")),
            Some('-') => Err(ParseError::new(start, "only numbers can be negative")
                .help("subtract from zero: `0 - x`")),
            Some('.') => {
                Err(self.cursor.unexpected("a value").help("begin with `payload.` or `vars.`"))
            }
            _ => Err(self.cursor.unexpected("a value")),
        }
    }

    fn array(&mut self) -> Result<Expr, ParseError> {
        self.cursor.bump();
        let mut elements = Vec::new();
        while !self.eat("]") {
            if !elements.is_empty() {
                self.cursor.expect(",")?;
            }
            elements.push(self.expression()?);
        }
        Ok(Expr::Array(elements))
    }

    fn string(&mut self) -> Result<Expr, ParseError> {
        Ok(Expr::Literal(Value::text(self.quoted()?)))
    }

    /// A string in quotes, without escapes that Synapse does not have.
    pub fn quoted(&mut self) -> Result<String, ParseError> {
        if !matches!(self.cursor.peek(), Some('"' | '\'')) {
            return Err(self.cursor.unexpected("a name in quotes"));
        }
        let start = self.cursor.offset();
        let text = self.cursor.quoted()?;
        check_escapes(self.cursor.since(start), start)?;
        Ok(text)
    }

    fn number(&mut self) -> Result<Expr, ParseError> {
        let start = self.cursor.offset();
        self.cursor.eat("-");
        self.cursor.eat_while(|c| c.is_ascii_digit());
        let rest = self.cursor.rest();
        let fraction =
            rest.strip_prefix('.').is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()));
        if fraction {
            self.cursor.bump();
            self.cursor.eat_while(|c| c.is_ascii_digit());
        }
        let text = self.cursor.since(start);
        if let Ok(integer) = text.parse() {
            return Ok(Expr::Literal(Value::Int(integer)));
        }
        let number =
            Decimal::parse(text).and_then(|decimal| json::Number::parse(&decimal.to_text()));
        match number {
            Some(number) => Ok(Expr::Literal(Value::Json(Arc::new(json::Value::Number(number))))),
            None => Err(ParseError::new(start, "number has too many digits")),
        }
    }

    fn leftover(&self) -> ParseError {
        let error = self.cursor.unexpected("an operator or the end");
        match self.cursor.peek() {
            Some('=') => error.help("equality is `==`"),
            Some('&') => error.help("write `and` or `&&`"),
            Some('|') => error.help("write `or` or `||`"),
            _ => error,
        }
    }
}

/// Refuses to nest deeper than an evaluation can follow.
pub(super) fn check_depth(depth: usize, cursor: &Cursor<'_>) -> Result<(), ParseError> {
    if depth < MAX_DEPTH {
        return Ok(());
    }
    Err(ParseError::new(cursor.offset(), "expression is nested too deeply"))
}

/// Whether a character can be part of a name.
pub(super) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// Whether a negative number comes next.
pub(super) fn starts_with_negative(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Refuses the escapes that Synapse's strings do not have.
fn check_escapes(literal: &str, start: usize) -> Result<(), ParseError> {
    let mut characters = literal.char_indices();
    while let Some((at, c)) = characters.next() {
        if c != '\\' {
            continue;
        }
        match characters.next() {
            Some((_, 'b' | 't' | 'n' | 'f' | 'r' | '"' | '\'' | '\\' | '/' | 'u' | '0'..='7')) => {}
            Some((_, other)) => {
                return Err(ParseError::new(start + at, format!("`\\{other}` is no escape"))
                    .help(format!("a backslash is written twice: `\\\\{other}`")));
            }
            None => return Ok(()),
        }
    }
    Ok(())
}
