//! Java's `.properties` syntax, for `conf/file.properties`.

use std::collections::HashMap;

/// Why a text is not a properties file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: a `\\u` is not followed by four hexadecimal digits")]
pub struct PropertiesError {
    /// The line, from 1.
    pub line: usize,
}

/// Reads `key=value` lines: comments (`#`, `!`), continued lines, `\n`-like and `\uXXXX` escapes.
/// The last value of a key holds.
pub fn parse(text: &str) -> Result<HashMap<String, String>, PropertiesError> {
    let mut pairs = HashMap::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let line = line.trim_start_matches(BLANK);
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let mut logical = line.to_owned();
        while ends_in_open_backslash(&logical) {
            logical.pop();
            let Some((_, more)) = lines.next() else { break };
            logical.push_str(more.trim_start_matches(BLANK));
        }
        let (key, value) = split(&logical);
        let error = || PropertiesError { line: number + 1 };
        let key = unescape(key).ok_or_else(error)?;
        pairs.insert(key, unescape(value).ok_or_else(error)?);
    }
    Ok(pairs)
}

const BLANK: [char; 3] = [' ', '\t', '\u{c}'];

fn ends_in_open_backslash(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// The key ends at the first `=`, `:` or blank that no backslash protects; blanks around the
/// separator belong to neither.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line.find(|character| {
        let ends = !escaped && (matches!(character, '=' | ':') || BLANK.contains(&character));
        escaped = !escaped && character == '\\';
        ends
    });
    let (key, rest) = line.split_at(end.unwrap_or(line.len()));
    let rest = rest.trim_start_matches(BLANK);
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (key, rest.trim_start_matches(BLANK))
}

fn unescape(text: &str) -> Option<String> {
    let mut units: Vec<u16> = Vec::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let plain = match character {
            '\\' => match characters.next() {
                None => break,
                Some('u') => {
                    let digits = characters.as_str().get(..4)?;
                    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                        return None;
                    }
                    // Characters beyond the basic plane are written as two escapes.
                    units.push(u16::from_str_radix(digits, 16).ok()?);
                    characters = characters.as_str().get(4..)?.chars();
                    continue;
                }
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('f') => '\u{c}',
                Some(other) => other,
            },
            other => other,
        };
        units.extend_from_slice(plain.encode_utf16(&mut [0; 2]));
    }
    Some(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::{PropertiesError, parse};

    #[test]
    fn reads_lines_as_java_does() {
        for (text, key, value) in [
            ("a=b", "a", "b"),
            ("a = b ", "a", "b "),
            ("a:b=c", "a", "b=c"),
            ("a b", "a", "b"),
            ("  a   :   b", "a", "b"),
            ("a", "a", ""),
            ("a=", "a", ""),
            ("a\\ b=c", "a b", "c"),
            ("a\\=b=c", "a=b", "c"),
            ("a=one\\\n   two", "a", "onetwo"),
            ("a=back\\\\\nb=c", "a", "back\\"),
            ("a=x\\ty\\n\\q", "a", "x\ty\nq"),
            ("a=\\u00e4\\uD83D\\uDE00", "a", "ä😀"),
            ("# c\n! c\n\na=b\r\na=c\r\n", "a", "c"),
            ("url=https://x:80/?a=b", "url", "https://x:80/?a=b"),
            ("a=end\\", "a", "end"),
        ] {
            assert_eq!(parse(text).unwrap().get(key).map(String::as_str), Some(value), "{text}");
        }
    }

    #[test]
    fn refuses_broken_escapes() {
        for text in ["x=1\na=\\u12", "x=1\na=\\u12g4", "x=1\na=\\u+123"] {
            assert_eq!(parse(text), Err(PropertiesError { line: 2 }), "{text}");
        }
    }
}
