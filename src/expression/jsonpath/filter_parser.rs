//! Reads filters: `[?(@.price < 10 && @.tags contains 'new')]`.

use super::super::ParseError;
use super::super::java_regex::Pattern;
use super::super::number::Decimal;
use super::ast::{Comparison, Filter, Operand, Path};
use super::cursor::Cursor;
use super::parser::{Names, PathParser};
use crate::json::{Number, Object, Value};

/// How deep a literal may nest.
const MAX_LITERAL_DEPTH: usize = 32;

impl PathParser<'_, '_> {
    /// A filter after its `?`. Jayway wants parentheses; the newer standard does without.
    pub(super) fn filter(&mut self) -> Result<Filter, ParseError> {
        let filter = self.any()?;
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some(']') => Ok(filter),
            Some(',') => {
                Err(ParseError::new(self.cursor.offset(), "only one filter fits between brackets")
                    .help("join conditions with `&&` or `||`"))
            }
            _ => Err(self.cursor.unexpected("`&&`, `||` or the filter's end")),
        }
    }

    fn any(&mut self) -> Result<Filter, ParseError> {
        let mut filters = vec![self.all()?];
        while self.next_is("||") {
            filters.push(self.all()?);
        }
        Ok(joined(filters, Filter::Any))
    }

    fn all(&mut self) -> Result<Filter, ParseError> {
        let mut filters = vec![self.condition()?];
        while self.next_is("&&") {
            filters.push(self.condition()?);
        }
        Ok(joined(filters, Filter::All))
    }

    fn next_is(&mut self, operator: &str) -> bool {
        self.cursor.skip_space();
        self.cursor.eat(operator)
    }

    fn condition(&mut self) -> Result<Filter, ParseError> {
        self.cursor.skip_space();
        if self.cursor.eat("!") {
            return self.negation();
        }
        if self.cursor.eat("(") {
            let inner = self.nested(Names::InFilter)?.any()?;
            self.cursor.expect(")")?;
            return Ok(inner);
        }
        self.comparison()
    }

    fn negation(&mut self) -> Result<Filter, ParseError> {
        self.cursor.skip_space();
        let start = self.cursor.offset();
        let is_group = matches!(self.cursor.peek(), Some('(' | '!'));
        let inner = self.nested(Names::InFilter)?.condition()?;
        if !is_group && matches!(inner, Filter::Compare(..)) {
            // Jayway takes no notice of such a `!`.
            return Err(ParseError::new(start, "`!` negates no comparison without parentheses")
                .help("write `!(@.x == 1)`, or the opposite operator"));
        }
        Ok(Filter::Not(Box::new(inner)))
    }

    fn comparison(&mut self) -> Result<Filter, ParseError> {
        let start = self.cursor.offset();
        let left = self.operand()?;
        let Some(comparison) = self.operator()? else {
            return match left {
                Operand::Current(_) | Operand::Root(_) | Operand::Late(_) => {
                    Ok(Filter::Exists(left))
                }
                Operand::Literal(_) | Operand::Pattern(_) => {
                    Err(ParseError::new(start, "a literal alone is no condition")
                        .help("compare it: `@.x == 1`"))
                }
            };
        };
        let right = self.operand()?;
        if comparison == Comparison::Matches
            && !matches!((&left, &right), (Operand::Pattern(_), _) | (_, Operand::Pattern(_)))
        {
            return Err(ParseError::new(start, "`=~` needs a pattern on one side")
                .help("write it between slashes: `@.x =~ /a.*/i`"));
        }
        Ok(Filter::Compare(left, comparison, right))
    }

    fn operator(&mut self) -> Result<Option<Comparison>, ParseError> {
        self.cursor.skip_space();
        for (symbol, comparison) in Comparison::SYMBOLS {
            if self.cursor.eat(symbol) {
                return Ok(Some(comparison));
            }
        }
        let start = self.cursor.offset();
        let word = self.cursor.eat_while(|c| c.is_ascii_alphabetic() || c == '_');
        if word.is_empty() {
            return match self.cursor.peek() {
                Some('=') => Err(ParseError::new(start, "`=` is no operator").help("write `==`")),
                _ => Ok(None),
            };
        }
        let found = Comparison::WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        match found {
            Some((_, comparison)) => Ok(Some(*comparison)),
            None => Err(unknown_operator(word, start)),
        }
    }

    fn operand(&mut self) -> Result<Operand, ParseError> {
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some('@') => {
                self.cursor.bump();
                Ok(Operand::Current(self.operand_path()?))
            }
            Some('/') => pattern(self.cursor),
            _ => {
                if let Some(value) = self.embed.operand(self.cursor)? {
                    return Ok(Operand::Late(value));
                }
                if self.cursor.eat("$") {
                    return Ok(Operand::Root(self.operand_path()?));
                }
                Ok(Operand::Literal(literal(self.cursor)?))
            }
        }
    }

    fn operand_path(&mut self) -> Result<Path, ParseError> {
        self.nested(Names::InFilter)?.steps()
    }
}

fn joined(mut filters: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    match (filters.len(), filters.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            filters.extend(last);
            join(filters)
        }
    }
}

fn unknown_operator(word: &str, start: usize) -> ParseError {
    let error = ParseError::new(start, format!("`{word}` is no operator"));
    match word.to_ascii_lowercase().as_str() {
        "and" => error.help("write `&&`"),
        "or" => error.help("write `||`"),
        "eq" => error.help("write `==`"),
        "ne" => error.help("write `!=`"),
        _ => error.help(
            "operators are == != < <= > >= =~ in nin subsetof anyof noneof contains size empty",
        ),
    }
}

/// A pattern between slashes, with its flags.
fn pattern(cursor: &mut Cursor<'_>) -> Result<Operand, ParseError> {
    let start = cursor.offset();
    cursor.bump();
    let body = cursor.offset();
    loop {
        match cursor.peek() {
            None => return Err(ParseError::new(start, "pattern is not closed with `/`")),
            Some('/') => break,
            Some('\\') => {
                cursor.bump();
                cursor.bump();
            }
            Some(_) => {
                cursor.bump();
            }
        }
    }
    let text = cursor.since(body);
    cursor.bump();
    let flags = cursor.eat_while(|c| c.is_ascii_alphabetic());
    Pattern::whole(text, flags)
        .map(Operand::Pattern)
        .map_err(|error| ParseError { offset: body + error.offset, ..error })
}

/// A literal: JSON, in which strings may stand in single quotes.
pub(super) fn literal(cursor: &mut Cursor<'_>) -> Result<Value, ParseError> {
    literal_within(cursor, MAX_LITERAL_DEPTH)
}

fn literal_within(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, ParseError> {
    cursor.skip_space();
    let start = cursor.offset();
    if depth == 0 {
        return Err(ParseError::new(start, "literal is nested too deeply"));
    }
    match cursor.peek() {
        Some('\'' | '"') => Ok(Value::string(cursor.quoted()?)),
        Some('[') => array(cursor, depth - 1),
        Some('{') => object(cursor, depth - 1),
        Some('-' | '.' | '0'..='9') => {
            let text = cursor.eat_while(|c| c.is_ascii_digit() || "+-.eE".contains(c));
            number(text)
                .map(Value::Number)
                .ok_or_else(|| ParseError::new(start, format!("`{text}` is not a number")))
        }
        _ => {
            let word = cursor.eat_while(|c| c.is_alphanumeric() || c == '_');
            match word {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                "null" => Ok(Value::Null),
                "" => Err(cursor.unexpected("a value or a path")),
                word => Err(ParseError::new(start, format!("`{word}` is not a value"))
                    .help(format!("quote a text: '{word}'; begin a path with `@` or `$`"))),
            }
        }
    }
}

/// A number as JSON has it, or as Java reads it: `01`, `.5`, `1.`.
fn number(text: &str) -> Option<Number> {
    Number::parse(text).or_else(|| Number::parse(&Decimal::parse(text)?.to_text()))
}

fn array(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, ParseError> {
    cursor.bump();
    let mut elements = Vec::new();
    cursor.skip_space();
    while !cursor.eat("]") {
        if !elements.is_empty() {
            cursor.expect(",")?;
        }
        elements.push(literal_within(cursor, depth)?);
        cursor.skip_space();
    }
    Ok(Value::Array(elements))
}

fn object(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, ParseError> {
    cursor.bump();
    let mut members = Object::new();
    cursor.skip_space();
    while !cursor.eat("}") {
        if !members.is_empty() {
            cursor.expect(",")?;
            cursor.skip_space();
        }
        if !matches!(cursor.peek(), Some('\'' | '"')) {
            return Err(cursor.unexpected("a name in quotes"));
        }
        let name = cursor.quoted()?;
        cursor.expect(":")?;
        members.insert(name, literal_within(cursor, depth)?);
        cursor.skip_space();
    }
    Ok(Value::Object(members))
}
