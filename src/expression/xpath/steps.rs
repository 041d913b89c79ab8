//! Parses location paths: their start, axes, node tests and predicates.

use super::ast::{Axis, Expr, NodeTest, Path, Start, Step};
use super::lexer::{QName, Token};
use super::parser::{Parser, needs_nodes};
use crate::diagnostic::nearest;
use crate::expression::ParseError;

const NODE_TYPES: [&str; 4] = ["comment", "node", "processing-instruction", "text"];

/// What `//` stands for.
const ANYWHERE: Step =
    Step { axis: Axis::DescendantOrSelf, test: NodeTest::AnyNode, predicates: Vec::new() };

impl Parser<'_> {
    /// A location path, a filter, or a plain primary expression.
    pub(super) fn path(&mut self) -> Result<Expr, ParseError> {
        match self.peek() {
            Token::Slash => {
                self.advance();
                self.reads_context();
                let steps = if self.at_step() { self.steps(Vec::new())? } else { Vec::new() };
                Ok(Expr::Path(Path { start: Start::Root, steps }))
            }
            Token::SlashSlash => {
                self.advance();
                self.reads_context();
                let steps = self.steps(vec![ANYWHERE])?;
                Ok(Expr::Path(Path { start: Start::Root, steps }))
            }
            _ if self.at_primary() => self.filter(),
            _ if self.at_step() => {
                self.reads_context();
                let steps = self.steps(Vec::new())?;
                Ok(Expr::Path(Path { start: Start::Context, steps }))
            }
            _ => Err(self.unexpected("a path or a value")),
        }
    }

    fn at_primary(&self) -> bool {
        match self.peek() {
            Token::Variable(_) | Token::OpenParen | Token::Literal(_) | Token::Number(_) => true,
            Token::Name(name) => {
                let node_type = name.prefix.is_none() && NODE_TYPES.contains(&name.local);
                self.look(1) == Token::OpenParen && !node_type
            }
            _ => false,
        }
    }

    fn at_step(&self) -> bool {
        matches!(
            self.peek(),
            Token::Name(_)
                | Token::Star
                | Token::PrefixStar(_)
                | Token::At
                | Token::Dot
                | Token::DotDot
        )
    }

    fn filter(&mut self) -> Result<Expr, ParseError> {
        let offset = self.offset();
        let primary = self.primary()?;
        let predicates = self.predicates()?;
        let steps = match self.peek() {
            Token::Slash => {
                self.advance();
                self.steps(Vec::new())?
            }
            Token::SlashSlash => {
                self.advance();
                self.steps(vec![ANYWHERE])?
            }
            _ => Vec::new(),
        };
        if predicates.is_empty() && steps.is_empty() {
            return Ok(primary);
        }
        needs_nodes(&primary, if predicates.is_empty() { "a step" } else { "`[`" }, offset)?;
        Ok(Expr::Path(Path { start: Start::Filter(Box::new(primary), predicates), steps }))
    }

    /// The steps of a relative path, behind those that stand for the `//` before them.
    fn steps(&mut self, mut steps: Vec<Step>) -> Result<Vec<Step>, ParseError> {
        loop {
            let step = self.step()?;
            push_step(&mut steps, step);
            match self.peek() {
                Token::Slash => self.advance(),
                Token::SlashSlash => {
                    self.advance();
                    steps.push(ANYWHERE);
                }
                _ => return Ok(steps),
            }
        }
    }

    fn step(&mut self) -> Result<Step, ParseError> {
        let short = match self.peek() {
            Token::Dot => Some(Axis::Itself),
            Token::DotDot => Some(Axis::Parent),
            _ => None,
        };
        if let Some(axis) = short {
            self.advance();
            return Ok(Step { axis, test: NodeTest::AnyNode, predicates: Vec::new() });
        }
        let axis = self.axis()?;
        let test = self.node_test()?;
        let predicates = self.predicates()?;
        Ok(Step { axis, test, predicates })
    }

    fn axis(&mut self) -> Result<Axis, ParseError> {
        if self.take(Token::At) {
            return Ok(Axis::Attribute);
        }
        let Token::Name(QName { prefix: None, local }) = self.peek() else {
            return Ok(Axis::Child);
        };
        if self.look(1) != Token::ColonColon {
            return Ok(Axis::Child);
        }
        let Some((_, axis)) = Axis::NAMES.iter().find(|(name, _)| *name == local) else {
            let error = ParseError::new(self.offset(), format!("there is no axis `{local}`"));
            return Err(match nearest(local, Axis::NAMES.iter().map(|(name, _)| *name)) {
                Some(known) => error.help(format!("did you mean `{known}::`?")),
                None => error,
            });
        };
        self.advance();
        self.advance();
        Ok(*axis)
    }

    fn node_test(&mut self) -> Result<NodeTest, ParseError> {
        let offset = self.offset();
        let token = self.peek();
        match token {
            Token::Star => {
                self.advance();
                Ok(NodeTest::AnyName)
            }
            Token::PrefixStar(prefix) => {
                self.advance();
                self.namespace(prefix, offset).map(NodeTest::AnyNameIn)
            }
            Token::Name(name) => {
                self.advance();
                if self.peek() == Token::OpenParen {
                    return self.node_type(name, offset);
                }
                let namespace = match name.prefix {
                    Some(prefix) => Some(self.namespace(prefix, offset)?),
                    None => None,
                };
                Ok(NodeTest::Name(namespace, name.local.into()))
            }
            _ => Err(self.unexpected("a name, `*` or a node type")),
        }
    }

    fn node_type(&mut self, name: QName<'_>, offset: usize) -> Result<NodeTest, ParseError> {
        self.expect(Token::OpenParen, "`(`")?;
        let test = match (name.prefix, name.local) {
            (None, "node") => NodeTest::AnyNode,
            (None, "text") => NodeTest::Text,
            (None, "comment") => NodeTest::Comment,
            (None, "processing-instruction") => {
                let target = match self.peek() {
                    Token::Literal(target) => Some(target.into()),
                    _ => None,
                };
                if target.is_some() {
                    self.advance();
                }
                NodeTest::Instruction(target)
            }
            _ => {
                let message = format!("a step cannot call the function `{}`", name.local);
                return Err(ParseError::new(offset, message)
                    .help("call it around the path, or in a predicate: `path[function(.)]`"));
            }
        };
        self.expect(Token::CloseParen, "`)`")?;
        Ok(test)
    }

    fn predicates(&mut self) -> Result<Vec<Expr>, ParseError> {
        let mut predicates = Vec::new();
        while self.take(Token::OpenBracket) {
            self.in_predicate += 1;
            predicates.push(self.expression()?);
            self.in_predicate -= 1;
            self.expect(Token::CloseBracket, "`]`")?;
        }
        Ok(predicates)
    }
}

/// Adds a step; `//name` becomes one walk over the descendants where no predicate asks for the
/// place among siblings, which would then be another.
pub(super) fn push_step(steps: &mut Vec<Step>, step: Step) {
    let anywhere = steps.last().is_some_and(|last| {
        last.axis == Axis::DescendantOrSelf
            && last.test == NodeTest::AnyNode
            && last.predicates.is_empty()
    });
    if anywhere && step.axis == Axis::Child && !step.predicates.iter().any(Expr::is_positional) {
        steps.pop();
        steps.push(Step { axis: Axis::Descendant, ..step });
    } else {
        steps.push(step);
    }
}
