//! Reads Java's syntax of patterns.

use super::class::{ClassError, Literal, any, folded, single};
use super::node::{Assertion, Greed, Node, Repeat};
use crate::expression::ParseError;

/// How deep groups and classes may nest.
const MAX_DEPTH: usize = 64;

/// A character of the pattern, where it stands, and whether `\Q…\E` makes it mean itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub c: char,
    pub at: usize,
    pub quoted: bool,
}

/// What flags such as `(?i)` say.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Flags {
    /// `i`: case does not count, in ASCII.
    pub case: bool,
    /// `u`: nor elsewhere.
    pub unicode_case: bool,
    /// `m`: `^` and `$` at every line.
    pub lines: bool,
    /// `s`: `.` takes line terminators.
    pub dot_all: bool,
    /// `d`: only `\n` ends lines.
    pub feeds: bool,
    /// `x`: blanks and comments.
    pub comments: bool,
    /// `U`: `\w` and its like mean Unicode.
    pub unicode: bool,
}

impl Flags {
    pub(super) fn set(&mut self, flag: char, on: bool) -> bool {
        match flag {
            'i' => self.case = on,
            'u' => self.unicode_case = on,
            'm' => self.lines = on,
            's' => self.dot_all = on,
            'd' => self.feeds = on,
            'x' => self.comments = on,
            'U' => (self.unicode, self.unicode_case) = (on, on),
            _ => return false,
        }
        true
    }
}

pub(super) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    depth: usize,
    pub(super) flags: Flags,
    /// How many groups capture, the whole match included.
    pub(super) groups: usize,
    pub(super) names: Vec<(String, usize)>,
}

/// Reads a pattern; gives it and how many groups it has, the whole match included.
pub(super) fn parse(pattern: &str, flags: Flags) -> Result<(Node, usize), ParseError> {
    let mut parser = Parser {
        tokens: tokens(pattern),
        at: 0,
        end: pattern.len(),
        depth: 0,
        flags,
        groups: 1,
        names: Vec::new(),
    };
    let node = parser.alternatives()?;
    if parser.peek().is_some() {
        return Err(parser.error("`)` closes no group"));
    }
    Ok((node, parser.groups))
}

/// The characters of a pattern, with `\Q` and `\E` taken out.
fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut quoted = false;
    let mut chars = pattern.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match (c, next, quoted) {
            ('\\', Some('Q'), false) | ('\\', Some('E'), true) => {
                quoted = !quoted;
                chars.next();
            }
            ('\\', Some(escaped), false) => {
                chars.next();
                tokens.push(Token { c, at, quoted });
                tokens.push(Token { c: escaped, at: at + 1, quoted });
            }
            _ => tokens.push(Token { c, at, quoted }),
        }
    }
    tokens
}

impl Parser {
    /// The next character that counts.
    pub(super) fn peek(&mut self) -> Option<Token> {
        while self.flags.comments {
            match self.tokens.get(self.at) {
                Some(token) if !token.quoted && token.c.is_ascii_whitespace() => self.at += 1,
                Some(token) if !token.quoted && token.c == '#' => {
                    let rest = self.tokens.get(self.at..).unwrap_or_default();
                    let line = rest.iter().position(|token| token.c == '\n');
                    self.at += line.unwrap_or(rest.len());
                }
                _ => break,
            }
        }
        self.tokens.get(self.at).copied()
    }

    /// The next character as it stands, blank or not.
    pub(super) fn raw(&mut self) -> Option<char> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token.c)
    }

    /// The character behind the next, if neither is quoted.
    pub(super) fn second(&self) -> Option<char> {
        self.tokens.get(self.at + 1).filter(|token| !token.quoted).map(|token| token.c)
    }

    /// A character further on as it stands.
    pub(super) fn ahead(&self, places: usize) -> Option<char> {
        self.tokens.get(self.at + places).map(|token| token.c)
    }

    pub(super) fn bump(&mut self) {
        self.at += 1;
    }

    /// Takes a character that stands next and means something.
    pub(super) fn eat(&mut self, c: char) -> bool {
        let found = self.peek().is_some_and(|token| token.c == c && !token.quoted);
        self.at += usize::from(found);
        found
    }

    /// Takes characters as long as they are of a kind.
    pub(super) fn eat_while(&mut self, kind: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(token) = self.tokens.get(self.at).filter(|token| kind(token.c)) {
            taken.push(token.c);
            self.at += 1;
        }
        taken
    }

    pub(super) fn offset(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |token| token.at)
    }

    pub(super) fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError::new(self.offset(), message)
    }

    pub(super) fn enter(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(format!("groups nest deeper than {MAX_DEPTH} levels")));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    fn alternatives(&mut self) -> Result<Node, ParseError> {
        let mut branches = vec![self.sequence()?];
        while self.eat('|') {
            branches.push(self.sequence()?);
        }
        match branches.pop() {
            Some(only) if branches.is_empty() => Ok(only),
            last => {
                branches.extend(last);
                Ok(Node::Alternate(branches))
            }
        }
    }

    fn sequence(&mut self) -> Result<Node, ParseError> {
        let mut parts = Vec::new();
        while let Some(token) = self.peek() {
            if !token.quoted && matches!(token.c, '|' | ')') {
                break;
            }
            if let Some(atom) = self.atom(token)? {
                parts.push(self.repeated(atom)?);
            }
        }
        Ok(match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                Node::Concat(parts)
            }
        })
    }

    /// What a quantifier can follow; nothing for flags.
    fn atom(&mut self, token: Token) -> Result<Option<Node>, ParseError> {
        if token.quoted {
            self.bump();
            return Ok(Some(self.character(token.c)));
        }
        Ok(Some(match token.c {
            '(' => return self.group(),
            '[' => Node::Set(self.class()?.into()),
            '\\' => self.escape()?,
            '*' | '+' | '?' => return Err(self.error(format!("`{}` repeats nothing", token.c))),
            '{' => return Err(self.error("`{` repeats nothing").help("write `\\{` for a brace")),
            '^' => {
                self.assertion([Assertion::TextStart, Assertion::LineStart, Assertion::FeedStart])
            }
            '$' if self.flags.feeds && !self.flags.lines => {
                self.bump();
                Node::Assert(Assertion::LastFeedEnd)
            }
            '$' => self.assertion([Assertion::LastLineEnd, Assertion::LineEnd, Assertion::FeedEnd]),
            '.' => {
                self.bump();
                Node::Set(any(self.flags).into())
            }
            other => {
                self.bump();
                self.character(other)
            }
        }))
    }

    fn assertion(&mut self, [text, lines, feeds]: [Assertion; 3]) -> Node {
        self.bump();
        Node::Assert(match (self.flags.lines, self.flags.feeds) {
            (false, _) => text,
            (true, false) => lines,
            (true, true) => feeds,
        })
    }

    pub(super) fn character(&self, c: char) -> Node {
        Node::Set(folded(single(c), self.flags).into())
    }

    fn group(&mut self) -> Result<Option<Node>, ParseError> {
        let start = self.offset();
        self.bump();
        self.enter()?;
        let outside = self.flags;
        let opened = self.opening()?;
        let node = match opened {
            Opening::Flags => {
                self.leave();
                return Ok(None);
            }
            other => {
                let inner = Box::new(self.alternatives()?);
                Self::closed(other, inner, start)?
            }
        };
        if !self.eat(')') {
            return Err(ParseError::new(start, "the group is not closed").help("add `)`"));
        }
        self.flags = outside;
        self.leave();
        Ok(Some(node))
    }

    fn closed(opening: Opening, inner: Box<Node>, start: usize) -> Result<Node, ParseError> {
        Ok(match opening {
            Opening::Capture(index) => Node::Capture(index, inner),
            Opening::Atomic => Node::Atomic(inner),
            Opening::Look { behind, negated } => {
                if behind && inner.width().1.is_none() {
                    let message = "look-behind has no longest text that it could match";
                    return Err(ParseError::new(start, message)
                        .help("give its quantifiers an upper bound, such as `{1,20}`"));
                }
                Node::Look { behind, negated, inner }
            }
            Opening::Plain | Opening::Flags => *inner,
        })
    }

    fn opening(&mut self) -> Result<Opening, ParseError> {
        if !self.eat('?') {
            self.groups += 1;
            return Ok(Opening::Capture(self.groups - 1));
        }
        let look = |behind, negated| Opening::Look { behind, negated };
        Ok(match self.raw() {
            Some(':') => Opening::Plain,
            Some('>') => Opening::Atomic,
            Some('=') => look(false, false),
            Some('!') => look(false, true),
            Some('<') => match self.ahead(0) {
                Some('=') => {
                    self.bump();
                    look(true, false)
                }
                Some('!') => {
                    self.bump();
                    look(true, true)
                }
                _ => self.named()?,
            },
            _ => {
                self.at -= 1;
                self.flags_of_group()?
            }
        })
    }

    fn named(&mut self) -> Result<Opening, ParseError> {
        let name = self.group_name()?;
        if self.names.iter().any(|(known, _)| *known == name) {
            return Err(self.error(format!("there is a group `{name}` already")));
        }
        self.groups += 1;
        self.names.push((name, self.groups - 1));
        Ok(Opening::Capture(self.groups - 1))
    }

    /// A group's name up to `>`.
    pub(super) fn group_name(&mut self) -> Result<String, ParseError> {
        let name = self.eat_while(|c| c.is_ascii_alphanumeric());
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if begins && self.eat('>') {
            return Ok(name);
        }
        Err(self.error("a group's name is letters and digits, beginning with a letter, and `>`"))
    }

    fn flags_of_group(&mut self) -> Result<Opening, ParseError> {
        let mut flags = self.flags;
        let mut on = true;
        loop {
            match self.raw() {
                Some('-') if on => on = false,
                Some(')') => {
                    self.flags = flags;
                    return Ok(Opening::Flags);
                }
                Some(':') => {
                    self.flags = flags;
                    return Ok(Opening::Plain);
                }
                Some(flag) if flags.set(flag, on) => {}
                _ => {
                    self.at = self.at.saturating_sub(1);
                    return Err(self
                        .error("this is no flag")
                        .help("flags are i, m, s, u, x, d and U"));
                }
            }
        }
    }

    fn repeated(&mut self, atom: Node) -> Result<Node, ParseError> {
        let Some(token) = self.peek().filter(|token| !token.quoted) else { return Ok(atom) };
        let (least, most) = match token.c {
            '*' => (0, None),
            '+' => (1, None),
            '?' => (0, Some(1)),
            '{' => {
                self.bump();
                return self.counted(atom);
            }
            _ => return Ok(atom),
        };
        self.bump();
        Ok(self.with_greed(atom, least, most))
    }

    fn counted(&mut self, atom: Node) -> Result<Node, ParseError> {
        let wrong = |parser: &Self, message: &str| {
            Err(parser.error(message).help("counts are `{3}`, `{3,}` or `{3,5}`; a brace is `\\{`"))
        };
        let Ok(least) = self.eat_while(|c| c.is_ascii_digit()).parse() else {
            return wrong(self, "this is no count of repetitions");
        };
        let mut most = Some(least);
        if self.eat(',') {
            let digits = self.eat_while(|c| c.is_ascii_digit());
            most = if digits.is_empty() { None } else { digits.parse().ok() };
            if !digits.is_empty() && most.is_none_or(|most| most < least) {
                return wrong(self, "the counts of repetitions are out of order");
            }
        }
        if !self.eat('}') {
            return wrong(self, "the count of repetitions is not closed");
        }
        let node = self.with_greed(atom, least, most);
        match self.peek() {
            Some(Token { c: '{', quoted: false, .. }) => wrong(self, "a count repeats a count"),
            _ => Ok(node),
        }
    }

    fn with_greed(&mut self, atom: Node, least: u32, most: Option<u32>) -> Node {
        let greed = if self.eat('?') {
            Greed::Lazy
        } else if self.eat('+') {
            Greed::Possessive
        } else {
            Greed::Greedy
        };
        Node::Repeat(Box::new(atom), Repeat { least, most, greed })
    }

    /// A problem that a class, a property or a literal has at a place.
    pub(super) fn class_error(&self, error: ClassError) -> ParseError {
        let parsed = self.error(error.message);
        match error.help {
            Some(help) => parsed.help(help),
            None => parsed,
        }
    }

    /// A node of what an escape stands for.
    pub(super) fn literal(&self, literal: Literal) -> Node {
        match literal {
            Literal::Char(c) => self.character(c),
            Literal::Set(set) => Node::Set(set.into()),
        }
    }
}

#[derive(Clone, Copy)]
enum Opening {
    Capture(usize),
    Plain,
    Atomic,
    Look {
        behind: bool,
        negated: bool,
    },
    /// Flags for the rest of the enclosing group.
    Flags,
}
