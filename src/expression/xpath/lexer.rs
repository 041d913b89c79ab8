//! Splits XPath text into tokens; names that stand where an operator must be are operators.

use crate::expression::ParseError;
use crate::xml::{is_name_char, is_name_start};

/// A token; texts are slices of the expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'t> {
    Slash,
    SlashSlash,
    Pipe,
    Plus,
    Minus,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Times,
    And,
    Or,
    Mod,
    Div,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    Dot,
    DotDot,
    At,
    Comma,
    ColonColon,
    Star,
    /// `prefix:*`
    PrefixStar(&'t str),
    Name(QName<'t>),
    Variable(QName<'t>),
    Literal(&'t str),
    Number(f64),
    End,
}

/// A name as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QName<'t> {
    pub(super) prefix: Option<&'t str>,
    pub(super) local: &'t str,
}

/// A token and the byte offset where it starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexed<'t> {
    pub(super) token: Token<'t>,
    pub(super) offset: usize,
}

/// The tokens of an expression, the last of them [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Lexed<'_>>, ParseError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens: Vec<Lexed<'_>> = Vec::new();
    loop {
        lexer.skip_blanks();
        let offset = lexer.at;
        let after_operand = tokens.last().is_some_and(|last| ends_operand(last.token));
        let token = lexer.token(after_operand)?;
        tokens.push(Lexed { token, offset });
        if token == Token::End {
            return Ok(tokens);
        }
    }
}

/// Whether a token can end an operand, so that a name or `*` behind it is an operator.
fn ends_operand(token: Token<'_>) -> bool {
    matches!(
        token,
        Token::CloseParen
            | Token::CloseBracket
            | Token::Dot
            | Token::DotDot
            | Token::Star
            | Token::PrefixStar(_)
            | Token::Name(_)
            | Token::Variable(_)
            | Token::Literal(_)
            | Token::Number(_)
    )
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn token(&mut self, after_operand: bool) -> Result<Token<'t>, ParseError> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(Token::End) };
        let is_fraction = first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        if let Some((sign, token)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))
            && !is_fraction
        {
            self.at += sign.len();
            let times = *token == Token::Star && after_operand;
            return Ok(if times { Token::Times } else { *token });
        }
        match first {
            '"' | '\'' => self.literal(first),
            '0'..='9' | '.' => Ok(self.number()),
            '$' => self.variable(),
            _ if is_name_start(first) => self.name(after_operand),
            '!' => Err(ParseError::new(self.at, "`!` is not an operator")
                .help("write `!=` for unequal and `not(…)` for the opposite")),
            '&' => Err(ParseError::new(self.at, "`&` is not an operator").help("write `and`")),
            _ => Err(ParseError::new(self.at, format!("`{first}` has no meaning in XPath"))),
        }
    }

    fn literal(&mut self, quote: char) -> Result<Token<'t>, ParseError> {
        let inner = &self.rest()[1..];
        let Some(end) = inner.find(quote) else {
            return Err(ParseError::new(self.at, "the text is not closed")
                .help(format!("end it with another {quote}")));
        };
        self.at += end + 2;
        Ok(Token::Literal(&inner[..end]))
    }

    fn number(&mut self) -> Token<'t> {
        let rest = self.rest();
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut end = digits(rest);
        if rest[end..].starts_with('.') {
            end += 1 + digits(&rest[end + 1..]);
        }
        self.at += end;
        Token::Number(rest[..end].parse().unwrap_or(f64::NAN))
    }

    fn variable(&mut self) -> Result<Token<'t>, ParseError> {
        let offset = self.at;
        self.at += 1;
        match self.qname() {
            Some(name) if !self.rest().starts_with(":*") => Ok(Token::Variable(name)),
            _ => Err(ParseError::new(offset, "a variable's name must follow `$`")),
        }
    }

    fn name(&mut self, after_operand: bool) -> Result<Token<'t>, ParseError> {
        let offset = self.at;
        let Some(name) = self.qname() else {
            return Err(ParseError::new(offset, "a name is expected"));
        };
        if after_operand {
            return operator(name).ok_or_else(|| {
                let written = &self.text[offset..self.at];
                ParseError::new(offset, format!("an operator is expected, not `{written}`"))
            });
        }
        if name.prefix.is_none() && self.rest().starts_with(":*") {
            self.at += 2;
            return Ok(Token::PrefixStar(name.local));
        }
        Ok(Token::Name(name))
    }

    /// A name with or without prefix. A colon counts only where a name follows it at once: `a::b`
    /// is an axis.
    fn qname(&mut self) -> Option<QName<'t>> {
        let first = self.ncname()?;
        let behind = self.rest().strip_prefix(':').unwrap_or_default();
        if !behind.starts_with(is_name_start) {
            return Some(QName { prefix: None, local: first });
        }
        self.at += 1;
        let local = self.ncname()?;
        Some(QName { prefix: Some(first), local })
    }

    fn ncname(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        if !rest.starts_with(is_name_start) {
            return None;
        }
        let end = rest.find(|c: char| !is_name_char(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end)
    }
}

/// Longer signs stand before those that they begin with.
const SIGNS: &[(&str, Token<'static>)] = &[
    ("//", Token::SlashSlash),
    ("::", Token::ColonColon),
    ("..", Token::DotDot),
    ("!=", Token::NotEqual),
    ("<=", Token::LessOrEqual),
    (">=", Token::GreaterOrEqual),
    ("/", Token::Slash),
    ("|", Token::Pipe),
    ("+", Token::Plus),
    ("-", Token::Minus),
    ("=", Token::Equal),
    ("<", Token::Less),
    (">", Token::Greater),
    ("(", Token::OpenParen),
    (")", Token::CloseParen),
    ("[", Token::OpenBracket),
    ("]", Token::CloseBracket),
    (".", Token::Dot),
    ("@", Token::At),
    (",", Token::Comma),
    ("*", Token::Star),
];

fn operator(name: QName<'_>) -> Option<Token<'static>> {
    match (name.prefix, name.local) {
        (None, "and") => Some(Token::And),
        (None, "or") => Some(Token::Or),
        (None, "mod") => Some(Token::Mod),
        (None, "div") => Some(Token::Div),
        _ => None,
    }
}
