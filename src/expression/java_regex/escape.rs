//! What a backslash begins.

use regex_syntax::hir::ClassUnicode;

use super::class::{ClassError, Literal, negated, ranges, single};
use super::node::{Assertion, Node};
use super::parser::Parser;
use super::property;
use crate::expression::ParseError;

/// The characters that end a line, without the pair `\r\n`.
const VERTICAL: [(char, char); 3] = [('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')];

const HORIZONTAL: [(char, char); 9] = [
    ('\t', '\t'),
    (' ', ' '),
    ('\u{A0}', '\u{A0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{180E}', '\u{180E}'),
    ('\u{2000}', '\u{200A}'),
    ('\u{202F}', '\u{202F}'),
    ('\u{205F}', '\u{205F}'),
    ('\u{3000}', '\u{3000}'),
];

impl Parser {
    /// What an escape outside of a class stands for.
    pub(super) fn escape(&mut self) -> Result<Node, ParseError> {
        let Some(c) = self.second() else {
            return Err(self.error("the pattern ends with a backslash"));
        };
        let assertion = match c {
            'b' => Assertion::Boundary,
            'B' => Assertion::NoBoundary,
            'A' => Assertion::TextStart,
            'z' => Assertion::TextEnd,
            'Z' if self.flags.feeds => Assertion::LastFeedEnd,
            'Z' => Assertion::LastLineEnd,
            'R' => {
                self.bump();
                self.bump();
                return Ok(line_break());
            }
            '1'..='9' => {
                self.bump();
                return self.number();
            }
            'k' => {
                self.bump();
                self.bump();
                return self.by_name();
            }
            'G' | 'X' | 'N' => {
                let message = format!("`\\{c}` is not supported in patterns");
                return Err(self.error(message).help("write what it stands for"));
            }
            _ => {
                let literal = self.escaped()?;
                return Ok(self.literal(literal));
            }
        };
        self.bump();
        self.bump();
        if c == 'b' && self.peek().is_some_and(|token| token.c == '{' && !token.quoted) {
            return Err(self.error("`\\b{…}` is not supported in patterns").help("use `\\b`"));
        }
        Ok(Node::Assert(assertion))
    }

    /// A character or set that an escape stands for, in a class or not.
    pub(super) fn escaped(&mut self) -> Result<Literal, ParseError> {
        self.bump();
        let Some(c) = self.raw() else {
            return Err(self.error("the pattern ends with a backslash"));
        };
        let literal = match c {
            'd' | 'D' => self.set_of("Digit", c == 'D'),
            'w' | 'W' => self.set_of("Word", c == 'W'),
            's' | 'S' => self.set_of("Space", c == 'S'),
            'h' | 'H' => Ok(negated(ranges(&HORIZONTAL), c == 'H')),
            'v' | 'V' => Ok(negated(ranges(&VERTICAL), c == 'V')),
            'p' | 'P' => self.property(c == 'P'),
            't' => return Ok(Literal::Char('\t')),
            'n' => return Ok(Literal::Char('\n')),
            'r' => return Ok(Literal::Char('\r')),
            'f' => return Ok(Literal::Char('\u{C}')),
            'a' => return Ok(Literal::Char('\u{7}')),
            'e' => return Ok(Literal::Char('\u{1B}')),
            '0' => return self.octal(),
            'x' => return self.hexadecimal(),
            'u' => return self.unit(),
            'c' => return self.control(),
            c if c.is_ascii_alphabetic() => {
                let message = format!("`\\{c}` means nothing in a pattern");
                return Err(self.error(message).help("write `\\\\` for a backslash"));
            }
            c => return Ok(Literal::Char(c)),
        };
        literal.map(Literal::Set).map_err(|error| self.class_error(error))
    }

    fn set_of(&self, name: &str, not: bool) -> Result<ClassUnicode, ClassError> {
        Ok(negated(property::class(name, self.flags)?, not))
    }

    fn property(&mut self, not: bool) -> Result<ClassUnicode, ClassError> {
        if !self.eat('{') {
            let name = self.raw().map(String::from).unwrap_or_default();
            return Ok(negated(property::class(&name, self.flags)?, not));
        }
        let name = self.eat_while(|c| c != '}');
        if !self.eat('}') {
            return Err(ClassError::new("the property's name is not closed", Some("add `}`")));
        }
        Ok(negated(property::class(name.trim(), self.flags)?, not))
    }

    fn octal(&mut self) -> Result<Literal, ParseError> {
        let mut value = None;
        for _ in 0..3 {
            let so_far = value.unwrap_or(0);
            let next = self.ahead(0).and_then(|c| c.to_digit(8));
            let Some(digit) = next.filter(|digit| so_far * 8 + digit <= 0o377) else { break };
            value = Some(so_far * 8 + digit);
            self.bump();
        }
        self.code(value, "`\\0` needs up to three octal digits")
    }

    fn hexadecimal(&mut self) -> Result<Literal, ParseError> {
        let message = "`\\x` needs two hexadecimal digits, or some in braces";
        if self.ahead(0) == Some('{') {
            self.bump();
            let digits = self.eat_while(|c| c.is_ascii_hexdigit());
            if self.ahead(0) != Some('}') {
                return Err(self.error(message));
            }
            self.bump();
            return self.code(u32::from_str_radix(&digits, 16).ok(), message);
        }
        let value = self.digits(2);
        self.code(value, message)
    }

    /// `\uXXXX`; two of them can be one character.
    fn unit(&mut self) -> Result<Literal, ParseError> {
        let message = "`\\u` needs four hexadecimal digits of a character";
        let high = self.digits(4);
        if let Some(high @ 0xD800..0xDC00) = high
            && self.ahead(0) == Some('\\')
            && self.ahead(1) == Some('u')
        {
            self.bump();
            self.bump();
            let low = self.digits(4).filter(|low| (0xDC00..0xE000).contains(low));
            let whole = low.map(|low| 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00));
            return self.code(whole, message);
        }
        self.code(high, message)
    }

    fn control(&mut self) -> Result<Literal, ParseError> {
        let value = self.raw().map(|c| u32::from(c) ^ 64);
        self.code(value, "`\\c` needs a character")
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value * 16 + self.ahead(0)?.to_digit(16)?;
            self.bump();
        }
        Some(value)
    }

    fn code(&self, value: Option<u32>, message: &str) -> Result<Literal, ParseError> {
        value.and_then(char::from_u32).map(Literal::Char).ok_or_else(|| self.error(message))
    }

    /// `\1`: as many digits as name a group.
    fn number(&mut self) -> Result<Node, ParseError> {
        let mut group = 0;
        while let Some(digit) = self.ahead(0).and_then(|c| c.to_digit(10)) {
            let longer = group * 10 + digit as usize;
            if group > 0 && longer >= self.groups {
                break;
            }
            group = longer;
            self.bump();
        }
        self.back_to(group)
    }

    fn by_name(&mut self) -> Result<Node, ParseError> {
        if !self.eat('<') {
            return Err(self.error("`\\k` needs the name of a group: `\\k<name>`"));
        }
        let name = self.group_name()?;
        let known = self.names.iter().find(|(known, _)| *known == name);
        match known.map(|(_, group)| *group) {
            Some(group) => self.back_to(group),
            None => Err(self.error(format!("there is no group `{name}` before this"))),
        }
    }

    fn back_to(&self, group: usize) -> Result<Node, ParseError> {
        if group >= self.groups {
            let message = format!("there is no group {group} before this: it never matches");
            return Err(self.error(message).help("groups are counted by their `(`, from 1"));
        }
        Ok(Node::Back(group, self.flags.case))
    }
}

/// `\R`.
fn line_break() -> Node {
    let one = |c| Node::Set(single(c).into());
    let pair = Node::Concat(vec![one('\r'), one('\n')]);
    Node::Alternate(vec![pair, Node::Set(ranges(&VERTICAL).into())])
}
