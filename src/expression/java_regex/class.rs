//! Sets of characters: what stands between brackets, and what sets are made of.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::parser::{Flags, Parser};
use crate::expression::ParseError;

/// What an escape stands for.
pub(super) enum Literal {
    Char(char),
    Set(ClassUnicode),
}

/// Why there is no such set.
pub(super) struct ClassError {
    pub message: String,
    pub help: Option<&'static str>,
}

impl ClassError {
    pub(super) fn new(message: impl Into<String>, help: Option<&'static str>) -> Self {
        Self { message: message.into(), help }
    }
}

/// The set of some ranges.
pub(super) fn ranges(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|(from, to)| ClassUnicodeRange::new(*from, *to)))
}

pub(super) fn single(c: char) -> ClassUnicode {
    ranges(&[(c, c)])
}

pub(super) fn negated(mut set: ClassUnicode, not: bool) -> ClassUnicode {
    if not {
        set.negate();
    }
    set
}

/// What `.` takes.
pub(super) fn any(flags: Flags) -> ClassUnicode {
    let ends: &[(char, char)] = match (flags.dot_all, flags.feeds) {
        (true, _) => &[],
        (false, true) => &[('\n', '\n')],
        (false, false) => {
            &[('\n', '\n'), ('\r', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')]
        }
    };
    negated(ranges(ends), true)
}

/// The set with the other cases of its letters, where flags ask for it.
pub(super) fn folded(mut set: ClassUnicode, flags: Flags) -> ClassUnicode {
    if !flags.case {
        return set;
    }
    if flags.unicode_case && set.try_case_fold_simple().is_ok() {
        return set;
    }
    for (from, to, other) in [('a', 'z', 'A'), ('A', 'Z', 'a')] {
        let mut letters = set.clone();
        letters.intersect(&ranges(&[(from, to)]));
        let shifted = |c: char| {
            let place = u32::from(c) - u32::from(from);
            char::from_u32(u32::from(other) + place).unwrap_or(c)
        };
        for range in letters.ranges() {
            set.push(ClassUnicodeRange::new(shifted(range.start()), shifted(range.end())));
        }
    }
    set
}

impl Parser {
    /// A class from its `[` on.
    pub(super) fn class(&mut self) -> Result<ClassUnicode, ParseError> {
        let start = self.offset();
        self.bump();
        self.enter()?;
        let not = self.eat('^');
        let mut set = self.members(start)?;
        while self.eat_both_ands() {
            if self.peek().is_some_and(|token| token.c == ']' && !token.quoted) {
                return Err(self.error("nothing stands behind `&&`").help("write `\\&` for `&`"));
            }
            set.intersect(&self.members(start)?);
        }
        if !self.eat(']') {
            return Err(ParseError::new(start, "the class is not closed").help("add `]`"));
        }
        self.leave();
        Ok(negated(set, not))
    }

    fn eat_both_ands(&mut self) -> bool {
        let both = self.peek().is_some_and(|token| token.c == '&' && !token.quoted)
            && self.second() == Some('&');
        if both {
            self.bump();
            self.bump();
        }
        both
    }

    /// Characters, ranges and classes up to `]` or `&&`.
    fn members(&mut self, start: usize) -> Result<ClassUnicode, ParseError> {
        let mut set = ClassUnicode::empty();
        let mut first = true;
        loop {
            let Some(token) = self.peek() else {
                return Err(ParseError::new(start, "the class is not closed").help("add `]`"));
            };
            match token.c {
                // A bracket that comes first means itself.
                ']' if !token.quoted && !first => return Ok(set),
                '&' if !token.quoted && self.second() == Some('&') => {
                    if first {
                        return Err(self
                            .error("nothing stands before `&&`")
                            .help("write `\\&` for `&`"));
                    }
                    return Ok(set);
                }
                '[' if !token.quoted => set.union(&self.class()?),
                _ => set.union(&self.range()?),
            }
            first = false;
        }
    }

    /// A character or set, or a range of characters.
    fn range(&mut self) -> Result<ClassUnicode, ParseError> {
        let from = match self.member()? {
            Literal::Set(set) => return Ok(set),
            Literal::Char(c) => c,
        };
        let is_range = self.peek().is_some_and(|token| token.c == '-' && !token.quoted)
            && !matches!(self.second(), Some('[' | ']'));
        if !is_range {
            return Ok(folded(single(from), self.flags));
        }
        self.bump();
        match self.member()? {
            Literal::Char(to) if from <= to => Ok(folded(ranges(&[(from, to)]), self.flags)),
            _ => Err(self.error("the range is out of order").help("write `\\-` for a hyphen")),
        }
    }

    fn member(&mut self) -> Result<Literal, ParseError> {
        match self.peek() {
            Some(token) if token.c == '\\' && !token.quoted => self.escaped(),
            Some(token) => {
                self.bump();
                Ok(Literal::Char(token.c))
            }
            None => Err(self.error("the class is not closed").help("add `]`")),
        }
    }
}
