//! Paths with expressions in braces, `$.store.{$ctx:shelf}[0]`: those are evaluated first, and what
//! they give becomes part of the path.

use std::sync::Arc;

use super::super::{EvalError, Expression, Namespaces, ParseError, Scope};
use super::{JsonPath, PROPERTY_ROOTS};
use crate::json;
use crate::message::Value;

/// How deep expressions may lie in one another.
const MAX_DEPTH: usize = 8;

/// A path that is known only when the expressions in it are evaluated.
#[derive(Debug, Clone)]
pub struct DynamicPath {
    text: Arc<str>,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(Arc<str>),
    Expression(Arc<Expression>, Place),
}

/// Where in a path an expression stands, which says how its value is written there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A part of the path itself: a name, some steps, all of it.
    Path,
    /// Between brackets, or a value in a filter.
    Key,
    /// Inside of quotes.
    Quoted(char),
    /// Inside of a pattern.
    Pattern,
}

impl DynamicPath {
    /// Compiles what stands in `json-eval(…)` when it holds expressions; `None` when it holds none.
    ///
    /// Braces hold an expression when what they hold begins with `$` or `/` or ends in `)`. Others
    /// are a quantifier of a pattern, an object in a filter, part of a quoted name.
    pub fn compile(text: &str, namespaces: &Namespaces) -> Result<Option<Self>, ParseError> {
        let mut parts = Vec::new();
        let mut places = Places::default();
        let mut done = 0;
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            if c == '{'
                && let Some(end) = closing(text, at)?
                && let Some(inner) = text.get(at + 1..end).filter(|inner| is_expression(inner))
            {
                let expression = Expression::compile(inner, namespaces)
                    .map_err(|error| error.shifted(at + 1))?;
                push_text(&mut parts, text.get(done..at));
                parts.push(Part::Expression(Arc::new(expression), places.now()));
                places.read('x');
                done = end + 1;
                at = done;
                continue;
            }
            places.read(c);
            at += c.len_utf8();
        }
        if parts.is_empty() {
            return Ok(None);
        }
        push_text(&mut parts, text.get(done..));
        Ok(Some(Self { text: text.into(), parts }))
    }

    /// The path as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether evaluating may look at the payload: where the path starts may be open.
    pub fn reads_payload(&self) -> bool {
        let from_property = match self.parts.first() {
            Some(Part::Text(text)) => {
                PROPERTY_ROOTS.iter().any(|(prefix, _)| text.starts_with(prefix))
            }
            _ => false,
        };
        let reads = |part: &Part| match part {
            Part::Text(_) => false,
            Part::Expression(expression, _) => expression.reads_payload(),
        };
        !from_property || self.parts.iter().any(reads)
    }

    /// The path for this message.
    pub fn resolve(&self, scope: &dyn Scope) -> Result<JsonPath, EvalError> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Expression(expression, place) => {
                    place.write(&expression.evaluate_text(scope)?, &mut text);
                }
            }
        }
        JsonPath::compile(&text).map_err(|error| {
            EvalError::failed(format!("what `{}` gives is no path: {error}", self.text))
        })
    }

    /// Evaluates the path that it is for this message.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        self.resolve(scope)?.evaluate(scope)
    }
}

impl Place {
    /// Writes a value so that it stays in its place.
    fn write(self, value: &str, out: &mut String) {
        match self {
            Self::Path => out.push_str(value),
            Self::Key if is_key(value) => out.push_str(value),
            Self::Key => out.push_str(&json::Value::string(value).to_text()),
            Self::Quoted(quote) => escaped(value, |c| c == quote || c == '\\', out),
            Self::Pattern => pattern(value, out),
        }
    }
}

/// Whether a value needs no quotes between brackets or in a filter: an index, a slice, `*`, or JSON.
fn is_key(value: &str) -> bool {
    let is_index = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | ',' | ' ');
    value == "*"
        || (!value.trim().is_empty() && value.chars().all(is_index))
        || json::parse(value.as_bytes(), &json::Limits::default()).is_ok()
}

fn escaped(value: &str, needs: impl Fn(char) -> bool, out: &mut String) {
    for c in value.chars() {
        if needs(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// A slash would end the pattern, unless it is escaped already.
fn pattern(value: &str, out: &mut String) {
    let mut after_backslash = false;
    for c in value.chars() {
        if c == '/' && !after_backslash {
            out.push('\\');
        }
        out.push(c);
        after_backslash = c == '\\' && !after_backslash;
    }
    if after_backslash {
        out.push('\\');
    }
}

fn is_expression(inner: &str) -> bool {
    inner.starts_with(['$', '/']) || inner.ends_with(')')
}

fn push_text(parts: &mut Vec<Part>, text: Option<&str>) {
    match text {
        Some(text) if !text.is_empty() => parts.push(Part::Text(text.into())),
        _ => {}
    }
}

/// Where the brace is that closes the one at an offset.
fn closing(text: &str, start: usize) -> Result<Option<usize>, ParseError> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < start) {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Ok(Some(at)),
            '}' => depth -= 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(ParseError::new(at, "expressions are nested too deeply"));
        }
    }
    Ok(None)
}

/// Follows a path's text to know in which place of it one is.
#[derive(Debug, Default)]
struct Places {
    /// What is open: brackets, parentheses, a quote, a pattern.
    open: Vec<char>,
    escaped: bool,
    /// The last character that is no white space.
    last: Option<char>,
}

impl Places {
    fn now(&self) -> Place {
        match self.open.last() {
            Some(quote @ ('\'' | '"')) => Place::Quoted(*quote),
            Some('/') => Place::Pattern,
            // In a filter a path may go on as well: `@.{$ctx:name}`.
            Some(_) if !matches!(self.last, Some('.' | '@' | '$')) => Place::Key,
            _ => Place::Path,
        }
    }

    fn read(&mut self, c: char) {
        match self.open.last() {
            Some(open @ ('\'' | '"' | '/')) => {
                if self.escaped {
                    self.escaped = false;
                } else if c == '\\' {
                    self.escaped = true;
                } else if c == *open {
                    self.open.pop();
                }
            }
            inside => match c {
                '[' | '(' => self.open.push(c),
                ']' | ')' => drop(self.open.pop()),
                '\'' | '"' if inside.is_some() => self.open.push(c),
                // An operand begins; elsewhere a slash belongs to a name.
                '/' if inside.is_some()
                    && matches!(self.last, Some('~' | '(' | '|' | '&' | '!')) =>
                {
                    self.open.push(c);
                }
                _ => {}
            },
        }
        if !c.is_whitespace() {
            self.last = Some(c);
        }
    }
}
