//! Reads paths: dots, brackets, functions.

use std::sync::Arc;

use super::super::ParseError;
use super::ast::{Argument, Call, Path, Segment, Selector, Slice};
use super::cursor::Cursor;
use super::filter_parser;
use super::function::Function;

/// How deep filters and arguments may nest.
const MAX_DEPTH: usize = 32;

/// How many steps a path may have.
const MAX_STEPS: usize = 256;

/// Indexes are numbers that every JSON library knows exactly, as RFC 9535 has it.
const MAX_INDEX: i64 = (1 << 53) - 1;

/// What a language that holds paths adds to them. Numbers that it gives out index the values that
/// it later supplies with an evaluation.
pub(in crate::expression) trait Embed {
    /// Which characters a name after a dot may hold.
    fn names(&self) -> Names;
    /// An operand of a filter, where the path language has none; `None` reads nothing.
    fn operand(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<usize>, ParseError>;
    /// A name or an index between brackets; `None` reads nothing.
    fn index(&mut self, cursor: &mut Cursor<'_>) -> Result<Option<usize>, ParseError>;
}

/// The rules for a name after a dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::expression) enum Names {
    /// Everything up to the next dot, bracket, parenthesis or white space.
    Free,
    /// The same, ended by what can follow a path in a filter as well.
    InFilter,
    /// Letters, digits, `_` and `-`.
    Identifiers,
}

/// A path on its own.
pub(super) struct Plain;

impl Embed for Plain {
    fn names(&self) -> Names {
        Names::Free
    }

    fn operand(&mut self, _: &mut Cursor<'_>) -> Result<Option<usize>, ParseError> {
        Ok(None)
    }

    fn index(&mut self, _: &mut Cursor<'_>) -> Result<Option<usize>, ParseError> {
        Ok(None)
    }
}

/// Reads the steps of a path; its root was read.
pub(in crate::expression) struct PathParser<'p, 't> {
    pub(super) cursor: &'p mut Cursor<'t>,
    pub(super) embed: &'p mut dyn Embed,
    pub(super) names: Names,
    pub(super) depth: usize,
}

impl<'p, 't> PathParser<'p, 't> {
    /// A parser at the cursor.
    pub fn new(cursor: &'p mut Cursor<'t>, embed: &'p mut dyn Embed) -> Self {
        let names = embed.names();
        Self { cursor, embed, names, depth: 0 }
    }

    /// The same place under other rules for names, one level deeper.
    pub(super) fn nested(&mut self, names: Names) -> Result<PathParser<'_, 't>, ParseError> {
        if self.depth >= MAX_DEPTH {
            let at = self.cursor.offset();
            return Err(ParseError::new(at, "filters and arguments are nested too deeply"));
        }
        Ok(PathParser { cursor: self.cursor, embed: self.embed, names, depth: self.depth + 1 })
    }

    /// The steps up to the first character that cannot belong to a path.
    pub fn steps(&mut self) -> Result<Path, ParseError> {
        let mut path = Path::default();
        while path.call.is_none() && self.another_step() {
            if path.segments.len() >= MAX_STEPS {
                let message = format!("the path has more than {MAX_STEPS} steps");
                return Err(ParseError::new(self.cursor.offset(), message));
            }
            self.step(&mut path)?;
        }
        Ok(path)
    }

    /// The steps of a path without `$`: as if a dot had been read.
    pub fn rootless(&mut self) -> Result<Path, ParseError> {
        let mut path = Path::default();
        self.after_dot(&mut path, false)?;
        if path.call.is_none() {
            let rest = self.steps()?;
            path.segments.extend(rest.segments);
            path.call = rest.call;
        }
        Ok(path)
    }

    fn another_step(&mut self) -> bool {
        if self.names == Names::Identifiers
            && matches!(self.cursor.peek_past_space(), Some('.' | '['))
        {
            self.cursor.skip_space();
        }
        matches!(self.cursor.peek(), Some('.' | '['))
    }

    fn step(&mut self, path: &mut Path) -> Result<(), ParseError> {
        if self.cursor.eat("..") {
            return self.after_dot(path, true);
        }
        if !self.cursor.eat(".") {
            let selector = self.bracket()?;
            path.segments.push(Segment::Child(selector));
            return Ok(());
        }
        if self.cursor.rest().trim_end().is_empty() && self.names == Names::Free {
            // `$.` and `$.a.` are `$` and `$.a`.
            self.cursor.skip_space();
            return Ok(());
        }
        self.after_dot(path, false)
    }

    fn after_dot(&mut self, path: &mut Path, scan: bool) -> Result<(), ParseError> {
        let segment = if scan { Segment::Scan } else { Segment::Child };
        if self.names == Names::Identifiers {
            self.cursor.skip_space();
        }
        match self.cursor.peek() {
            Some('[') => {
                let selector = self.bracket()?;
                path.segments.push(segment(selector));
            }
            Some('*') => {
                self.cursor.bump();
                path.segments.push(segment(Selector::Wildcard));
            }
            _ => {
                let start = self.cursor.offset();
                let name = self.name()?;
                if self.cursor.peek() == Some('(') {
                    if scan {
                        return Err(ParseError::new(start, "a function cannot follow `..`"));
                    }
                    path.call = Some(Box::new(self.call(name, start)?));
                } else {
                    path.segments.push(segment(Selector::Name(Arc::from(name))));
                }
            }
        }
        Ok(())
    }

    fn name(&mut self) -> Result<&'t str, ParseError> {
        let names = self.names;
        let name = self.cursor.eat_while(|c| match names {
            Names::Identifiers => c.is_ascii_alphanumeric() || c == '_' || c == '-',
            Names::InFilter => !ends_name(c) && !"<>=~!)&|,]".contains(c),
            Names::Free => !ends_name(c) && !"{}".contains(c),
        });
        if name.is_empty() {
            return Err(self.no_name());
        }
        if names == Names::Free {
            self.check_after_name()?;
        }
        Ok(name)
    }

    fn no_name(&self) -> ParseError {
        if self.cursor.peek() == Some('{') {
            return braces(self.cursor.offset());
        }
        let error = self.cursor.unexpected("a name, `*` or `[`");
        match self.names {
            Names::Identifiers => error.help("write names that hold other characters as [\"…\"]"),
            _ => error,
        }
    }

    fn check_after_name(&self) -> Result<(), ParseError> {
        match self.cursor.peek() {
            Some('{' | '}') => Err(braces(self.cursor.offset())),
            Some(c) if c.is_whitespace() && self.cursor.peek_past_space().is_some() => {
                let at = self.cursor.offset();
                Err(ParseError::new(at, "a name after a dot cannot hold white space")
                    .help("write ['my name']"))
            }
            _ => Ok(()),
        }
    }

    fn call(&mut self, name: &str, start: usize) -> Result<Call, ParseError> {
        let function = Function::named(name, start)?;
        self.cursor.expect("(")?;
        let mut arguments = Vec::new();
        self.cursor.skip_space();
        while !self.cursor.eat(")") {
            if !arguments.is_empty() {
                self.cursor.expect(",")?;
            }
            arguments.push(self.argument()?);
            self.cursor.skip_space();
        }
        function.check_arguments(arguments.len(), start)?;
        let then = self.nested(self.names)?.steps()?;
        Ok(Call { function, arguments, then })
    }

    fn argument(&mut self) -> Result<Argument, ParseError> {
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some('$' | '@') => {
                self.cursor.bump();
                Ok(Argument::Path(self.nested(Names::InFilter)?.steps()?))
            }
            _ => Ok(Argument::Literal(filter_parser::literal(self.cursor)?)),
        }
    }

    fn bracket(&mut self) -> Result<Selector, ParseError> {
        self.cursor.bump();
        self.cursor.skip_space();
        let start = self.cursor.offset();
        let selector = match self.cursor.peek() {
            Some('*') => {
                self.cursor.bump();
                Selector::Wildcard
            }
            Some('?') => {
                self.cursor.bump();
                Selector::Filter(self.nested(Names::InFilter)?.filter()?)
            }
            _ => match self.fixed() {
                Ok(selector) if self.cursor.peek_past_space() == Some(']') => selector,
                outcome => {
                    self.cursor.rewind(start);
                    match self.late()? {
                        Some(selector) => selector,
                        None => self.refused(outcome, start)?,
                    }
                }
            },
        };
        self.cursor.expect("]")?;
        Ok(selector)
    }

    /// What to say of a bracket that holds neither fixed keys nor an expression.
    fn refused(
        &mut self,
        outcome: Result<Selector, ParseError>,
        start: usize,
    ) -> Result<Selector, ParseError> {
        match self.cursor.peek() {
            Some('{') => Err(braces(start)),
            Some('(') => Err(ParseError::new(start, "script expressions are not supported")
                .help("a negative index counts from the end: [-1] is the last element")),
            _ => {
                // The fixed keys are read again, so that the error is about what follows them.
                let selector = outcome?;
                let _ = self.fixed();
                Ok(selector)
            }
        }
    }

    /// Names, indexes or a slice that are written out.
    fn fixed(&mut self) -> Result<Selector, ParseError> {
        match self.cursor.peek() {
            Some('\'' | '"') => self.fixed_names(),
            Some('-' | ':' | '0'..='9') => self.fixed_indexes(),
            _ => Err(self.cursor.unexpected("a name in quotes, an index, `*` or `?(`")),
        }
    }

    fn fixed_names(&mut self) -> Result<Selector, ParseError> {
        let mut names: Vec<Arc<str>> = Vec::new();
        loop {
            self.cursor.skip_space();
            if !matches!(self.cursor.peek(), Some('\'' | '"')) {
                return Err(self.cursor.unexpected("a name in quotes"));
            }
            names.push(self.cursor.quoted()?.into());
            self.cursor.skip_space();
            if !self.cursor.eat(",") {
                break;
            }
        }
        Ok(match <[Arc<str>; 1]>::try_from(names) {
            Ok([name]) => Selector::Name(name),
            Err(names) => Selector::Names(names),
        })
    }

    fn fixed_indexes(&mut self) -> Result<Selector, ParseError> {
        let mut parts = vec![self.optional_integer()?];
        let separator = match self.cursor.peek_past_space() {
            Some(':') => ":",
            _ => ",",
        };
        loop {
            self.cursor.skip_space();
            if !self.cursor.eat(separator) {
                break;
            }
            self.cursor.skip_space();
            let start = self.cursor.offset();
            parts.push(self.optional_integer()?);
            // Jayway knows no steps: they are written as the standard has them.
            if separator == ":" && parts.len() == 3 && is_padded(self.cursor.since(start)) {
                return Err(ParseError::new(start, "a step has no leading zeros"));
            }
        }
        if separator == ":" {
            return slice(&parts).ok_or_else(|| self.cursor.unexpected("`]`"));
        }
        let indexes: Option<Vec<i64>> = parts.into_iter().collect();
        match indexes.as_deref() {
            Some([index]) => Ok(Selector::Index(*index)),
            Some(indexes) => Ok(Selector::Indexes(indexes.to_vec())),
            None => Err(self.cursor.unexpected("an index")),
        }
    }

    fn optional_integer(&mut self) -> Result<Option<i64>, ParseError> {
        let start = self.cursor.offset();
        self.cursor.eat("-");
        self.cursor.eat_while(|c| c.is_ascii_digit());
        let text = self.cursor.since(start);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse() {
            Ok(index) if (-MAX_INDEX..=MAX_INDEX).contains(&index) => Ok(Some(index)),
            _ => Err(ParseError::new(start, format!("`{text}` is not an index"))),
        }
    }

    /// Keys that the embedding language gives.
    fn late(&mut self) -> Result<Option<Selector>, ParseError> {
        let mut parts = vec![self.embed.index(self.cursor)?];
        let separator = match self.cursor.peek_past_space() {
            Some(':') => ":",
            _ => ",",
        };
        loop {
            self.cursor.skip_space();
            if !self.cursor.eat(separator) {
                break;
            }
            parts.push(self.embed.index(self.cursor)?);
        }
        if separator == ":" && parts.iter().any(Option::is_some) {
            let [start, end, step] = match parts[..] {
                [start, end] => [start, end, None],
                [start, end, step] => [start, end, step],
                _ => return Err(self.cursor.unexpected("`]`")),
            };
            return Ok(Some(Selector::LateSlice([start, end, step])));
        }
        Ok(parts.into_iter().collect::<Option<Vec<usize>>>().map(Selector::Late))
    }
}

fn slice(parts: &[Option<i64>]) -> Option<Selector> {
    let (start, end, step) = match *parts {
        [start, end] => (start, end, None),
        [start, end, step] => (start, end, step),
        _ => return None,
    };
    Some(Selector::Slice(Slice { start, end, step }))
}

fn is_padded(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits.starts_with('0') && number.len() > 1
}

fn ends_name(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '[' | '(')
}

fn braces(at: usize) -> ParseError {
    ParseError::new(at, "a path cannot hold `{…}` here")
        .help("an expression is `{$ctx:name}` or `{function(…)}`; quote a name: ['{x}']")
}
