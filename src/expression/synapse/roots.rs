//! Reads what has a name: the roots of paths, functions, and what stands inside of paths.

use std::sync::Arc;

use super::ast::{Call, Expr, Root, Steps};
use super::functions::{self, Function};
use super::parser::{Found, Parser, check_depth, is_name, starts_with_negative};
use super::remarks::{hyphens, unserved};
use crate::diagnostic::nearest;
use crate::expression::jsonpath::cursor::Cursor;
use crate::expression::jsonpath::parser::{Embed, Names, PathParser};
use crate::expression::{Namespaces, ParseError, PropertyScope};
use crate::message::Value;

/// What an expression can start with, beside functions.
const ROOTS: [&str; 8] =
    ["payload", "vars", "props", "properties", "headers", "params", "configs", "config"];

impl<'t> Parser<'_, 't> {
    /// What a name means that was read.
    pub fn named(&mut self, name: &'t str, start: usize) -> Result<Expr, ParseError> {
        let is_call = self.cursor.peek_past_space() == Some('(');
        match name {
            "true" => Ok(Expr::Literal(Value::Bool(true))),
            "false" => Ok(Expr::Literal(Value::Bool(false))),
            "null" => Ok(Expr::Literal(Value::Null)),
            _ if is_call => self.call(name, start),
            "payload" => Ok(Expr::Access(Root::Payload, self.steps()?)),
            "vars" => {
                let start = self.cursor.offset();
                let name = self.key("vars")?;
                self.found.remarks.extend(hyphens(self.cursor.since(start), start));
                Ok(Expr::Access(Root::Variable(name), self.steps()?))
            }
            "headers" => self.property(PropertyScope::Transport, "", "header"),
            "configs" | "config" => {
                let name = self.key(name)?;
                Ok(Expr::Access(Root::Config(name), self.steps()?))
            }
            "props" | "properties" => match self.section(name, &["synapse", "axis2"])? {
                "axis2" => self.property(PropertyScope::Axis2, "", "axis2 property"),
                _ => self.property(PropertyScope::Default, "", "property"),
            },
            "params" => self.parameter(),
            _ => Err(unknown(name, start)),
        }
    }

    fn parameter(&mut self) -> Result<Expr, ParseError> {
        let sections = ["queryParams", "pathParams", "uriParams", "functionParams"];
        match self.section("params", &sections)? {
            "queryParams" => {
                self.property(PropertyScope::Default, "query.param.", "query parameter")
            }
            "functionParams" => {
                let name = self.key("functionParams")?;
                Ok(Expr::Access(Root::Parameter(name), self.steps()?))
            }
            _ => self.property(PropertyScope::Default, "uri.var.", "path parameter"),
        }
    }

    fn property(
        &mut self,
        scope: PropertyScope,
        prefix: &str,
        what: &'static str,
    ) -> Result<Expr, ParseError> {
        let name = self.key(what)?;
        let name = format!("{prefix}{name}").into();
        Ok(Expr::Access(Root::Property(scope, name, what), self.steps()?))
    }

    /// The word behind a dot that says which part of a root is meant.
    fn section(&mut self, root: &str, known: &[&'static str]) -> Result<&'static str, ParseError> {
        self.cursor.expect(".")?;
        self.cursor.skip_space();
        let start = self.cursor.offset();
        let name = self.cursor.eat_while(is_name);
        if let Some(section) = known.iter().find(|section| **section == name) {
            return Ok(section);
        }
        let message = format!("`{root}` has no part `{name}`");
        let help = match nearest(name, known.iter().copied()) {
            Some(section) => format!("did you mean `{root}.{section}`?"),
            None => format!("write one of {}", known.join(", ")),
        };
        Err(ParseError::new(start, message).help(help))
    }

    /// The name of a variable, a property …: `.x`, `["x"]` or `.["x"]`.
    fn key(&mut self, of: &str) -> Result<Arc<str>, ParseError> {
        let dot = self.eat(".");
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some('[') => {
                self.cursor.bump();
                self.cursor.skip_space();
                let key = self.quoted()?;
                self.cursor.expect("]")?;
                Ok(key.into())
            }
            Some('"' | '\'') if dot => Ok(self.quoted()?.into()),
            _ if dot => match self.cursor.eat_while(is_name) {
                "" => Err(self
                    .cursor
                    .unexpected("a name")
                    .help("write names that hold other characters as [\"…\"]")),
                name => Ok(name.into()),
            },
            _ => Err(self.cursor.unexpected(&format!("`.` and the name of one of `{of}`"))),
        }
    }

    /// The path behind a root.
    pub fn steps(&mut self) -> Result<Steps, ParseError> {
        let start = self.cursor.offset();
        let mut inner = Inner {
            namespaces: self.namespaces,
            depth: self.depth,
            found: std::mem::take(&mut self.found),
            expressions: Vec::new(),
        };
        let path = PathParser::new(&mut self.cursor, &mut inner).steps()?;
        self.found = inner.found;
        self.found.remarks.extend(hyphens(self.cursor.since(start), start));
        Ok(Steps { path, late: inner.expressions })
    }

    fn call(&mut self, name: &str, start: usize) -> Result<Expr, ParseError> {
        let function = Function::named(name).ok_or_else(|| unknown(name, start))?;
        self.cursor.expect("(")?;
        let mut arguments = Vec::new();
        let mut offsets = Vec::new();
        while !self.eat(")") {
            if !arguments.is_empty() {
                self.cursor.expect(",")?;
                self.cursor.skip_space();
            }
            offsets.push(self.cursor.offset());
            arguments.push(self.expression()?);
        }
        if name == "registry" && self.eat(".property") {
            self.cursor.expect("(")?;
            arguments.push(self.expression()?);
            self.cursor.expect(")")?;
        }
        function.check_arity(arguments.len(), start)?;
        self.found.remarks.extend(unserved(name, start));
        let prepared = functions::prepare(function, &arguments, self.namespaces);
        let prepared = prepared.map_err(|(argument, error)| {
            // Into the literal, past its quote.
            let within = offsets.get(argument).map_or(start, |offset| offset + 1);
            ParseError { offset: within + error.offset, ..error }
        })?;
        Ok(Expr::Call(Call { function, arguments, prepared, steps: self.steps()? }))
    }
}

/// What paths hold of the expression language.
struct Inner<'n> {
    namespaces: &'n Namespaces,
    depth: usize,
    found: Found,
    expressions: Vec<Expr>,
}

impl<'n> Inner<'n> {
    /// A parser for what comes next, one level deeper.
    fn parser<'t>(&mut self, cursor: &Cursor<'t>) -> Result<Parser<'n, 't>, ParseError> {
        check_depth(self.depth, cursor)?;
        Ok(Parser {
            cursor: cursor.clone(),
            namespaces: self.namespaces,
            depth: self.depth + 1,
            found: std::mem::take(&mut self.found),
        })
    }

    /// Keeps what a parser read and goes on behind it.
    fn keep<'t>(
        &mut self,
        expression: Expr,
        parser: Parser<'_, 't>,
        cursor: &mut Cursor<'t>,
    ) -> usize {
        self.found = parser.found;
        *cursor = parser.cursor;
        self.expressions.push(expression);
        self.expressions.len() - 1
    }
}

impl Embed for Inner<'_> {
    fn names(&self) -> Names {
        Names::Identifiers
    }

    fn operand(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<usize>, ParseError> {
        let rest = cursor.rest();
        let word = rest.split(|c| !is_name(c)).next().unwrap_or_default();
        let starts = rest.starts_with(|c: char| c == '$' || c == '_' || c.is_ascii_alphabetic());
        if !starts || matches!(word, "true" | "false" | "null") {
            return Ok(None);
        }
        let mut parser = self.parser(cursor)?;
        let expression = parser.primary()?;
        Ok(Some(self.keep(expression, parser, cursor)))
    }

    fn index(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<usize>, ParseError> {
        cursor.skip_space();
        if matches!(cursor.peek(), None | Some(':' | ']' | ',' | '{')) {
            return Ok(None);
        }
        let is_negated = cursor.peek() == Some('-') && !starts_with_negative(cursor.rest());
        if is_negated {
            cursor.bump();
        }
        let mut parser = self.parser(cursor)?;
        let expression = parser.expression()?;
        let expression = if is_negated { Expr::Negated(Box::new(expression)) } else { expression };
        Ok(Some(self.keep(expression, parser, cursor)))
    }
}

fn unknown(name: &str, start: usize) -> ParseError {
    let error = ParseError::new(start, format!("`{name}` is unknown here"));
    let known = ROOTS.into_iter().chain(Function::names());
    match nearest(name, known) {
        Some(known) => error.help(format!("did you mean `{known}`?")),
        None => error.help(format!("quote a text: \"{name}\"")),
    }
}
