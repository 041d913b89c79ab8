//! What is written in the places of matches.

use super::{Groups, Pattern};
use crate::expression::EvalError;

/// A piece of what stands in the place of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A character.
    Char(char),
    /// What a group captured; nothing where it took no part.
    Group(usize),
}

impl Piece {
    /// The pieces of a replacement as `Matcher.replaceAll` reads it: `$1` is a group, of as many
    /// digits as there are groups for; a backslash takes the meaning off what is behind it.
    pub fn java(text: &str, groups: usize) -> Result<Vec<Self>, EvalError> {
        let refuse =
            |why: &str| EvalError::failed(format!("the replacement cannot be used: {why}"));
        let mut pieces = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '\\' => {
                    Self::Char(chars.next().ok_or_else(|| refuse("nothing is behind its `\\`"))?)
                }
                '$' => {
                    let digit = chars.next().and_then(|c| c.to_digit(10));
                    let mut group = digit
                        .ok_or_else(|| refuse("behind `$` must be the number of a group"))?
                        as usize;
                    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                        let longer = group * 10 + digit as usize;
                        if longer >= groups {
                            break;
                        }
                        group = longer;
                        chars.next();
                    }
                    if group >= groups {
                        return Err(refuse(&format!("the pattern has no group {group}")));
                    }
                    Self::Group(group)
                }
                c => Self::Char(c),
            });
        }
        Ok(pieces)
    }

    fn write(self, groups: &Groups, text: &str, out: &mut String) {
        match self {
            Self::Char(c) => out.push(c),
            Self::Group(group) => out.push_str(groups.text(group, text).unwrap_or_default()),
        }
    }
}

impl Pattern {
    /// The text with pieces in the place of every match; `spend` hears of the bytes that each
    /// place takes, and may refuse. Fails where the search costs too many steps.
    pub fn replace(
        &self,
        text: &str,
        pieces: &[Piece],
        steps: u64,
        spend: &mut dyn FnMut(usize) -> Result<(), EvalError>,
    ) -> Result<String, EvalError> {
        let mut written = String::new();
        let mut from = 0;
        for found in self.all(text, steps)? {
            let (start, end) = found.whole();
            written.push_str(text.get(from..start).unwrap_or_default());
            let before = written.len();
            for piece in pieces {
                piece.write(&found, text, &mut written);
            }
            spend(written.len() - before)?;
            from = end;
        }
        written.push_str(text.get(from..).unwrap_or_default());
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Piece};

    #[test]
    fn replacements_are_read_as_java_reads_them() {
        for (pattern, text, replacement, expected) in [
            ("b", "abcb", "x", Ok("axcx")),
            ("(a)(b)?", "aba", "[$2$1]", Ok("[ba][a]")),
            ("(a)", "a", "$10", Ok("a0")),
            ("a", "a", "$0$0", Ok("aa")),
            ("a", "a", r"\$1\\\n", Ok(r"$1\n")),
            (".*", "a", "x", Ok("xx")),
            ("", "ab", "-", Ok("-a-b-")),
            ("z", "a", "$", Err("behind `$` must be the number of a group")),
            ("a", "a", "${x}", Err("behind `$` must be the number of a group")),
            ("a", "a", "$1", Err("the pattern has no group 1")),
            ("a", "a", r"x\", Err(r"nothing is behind its `\`")),
        ] {
            let pattern = Pattern::within(pattern, "").unwrap();
            let written = Piece::java(replacement, pattern.groups())
                .and_then(|pieces| pattern.replace(text, &pieces, 10_000, &mut |_| Ok(())));
            match expected {
                Ok(expected) => assert_eq!(written.unwrap(), expected, "{text} {replacement}"),
                Err(why) => {
                    let error = written.unwrap_err().to_string();
                    assert!(error.ends_with(why), "{error}");
                }
            }
        }
    }
}
