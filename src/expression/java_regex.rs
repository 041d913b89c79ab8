//! Java's regular expressions on the `regex` crate: the same for what both know, an error for what
//! only Java knows.
//!
//! The `regex` crate runs in linear time, so a hostile text cannot hold a worker; look-around,
//! back references and possessive quantifiers have no such engine and are refused.

use regex::Regex;

use super::ParseError;

/// Patterns are compiled to programs of at most this many bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// Compiles a pattern that has to match a whole text, as `Matcher.matches` asks. Offsets of errors
/// count from the pattern's start.
pub fn whole(pattern: &str, flags: &str) -> Result<Regex, ParseError> {
    let flags = checked_flags(flags, pattern.len())?;
    let translated = translated(pattern)?;
    // The line break ends a comment that the flag `x` allows.
    let end = if flags.contains('x') { "\n" } else { "" };
    build(&format!("\\A(?{flags}:{translated}{end})\\z"))
}

/// Compiles a pattern that is looked for inside a text, as `String.split` does.
pub(super) fn within(pattern: &str) -> Result<Regex, ParseError> {
    build(&translated(pattern)?)
}

fn build(pattern: &str) -> Result<Regex, ParseError> {
    regex::RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build().map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default();
        let reason = reason.strip_prefix("error: ").unwrap_or(reason);
        ParseError::new(0, format!("pattern is not supported: {reason}"))
    })
}

fn checked_flags(flags: &str, at: usize) -> Result<String, ParseError> {
    let mut kept = String::new();
    for flag in flags.chars() {
        match flag {
            'i' | 'm' | 's' | 'x' => kept.push(flag),
            // Unicode case folding is what the crate does anyway.
            'u' => {}
            other => {
                return Err(ParseError::new(
                    at,
                    format!("pattern flag `{other}` is not supported"),
                )
                .help("flags are i, m, s, u and x"));
            }
        }
    }
    Ok(kept)
}

/// Classes are ASCII in Java, and `\Q…\E` quotes.
fn translated(pattern: &str) -> Result<String, ParseError> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    let mut class_depth = 0_usize;
    let mut after_quantifier = false;
    while let Some(c) = rest.chars().next() {
        let at = pattern.len() - rest.len();
        let mut quantifier = false;
        let mut taken = c.len_utf8();
        match c {
            '\\' => {
                taken = escape(rest, at, &mut out)?;
            }
            '[' => {
                class_depth += 1;
                out.push('[');
            }
            ']' if class_depth > 0 => {
                class_depth -= 1;
                out.push(']');
            }
            '+' if class_depth == 0 && after_quantifier => {
                return Err(ParseError::new(at, "possessive quantifiers are not supported")
                    .help("leave the second `+` out"));
            }
            '(' if class_depth == 0 => {
                check_group(rest, at)?;
                out.push('(');
            }
            '*' | '+' | '?' | '}' if class_depth == 0 => {
                quantifier = !after_quantifier;
                out.push(c);
            }
            other => out.push(other),
        }
        after_quantifier = quantifier;
        rest = rest.get(taken..).unwrap_or_default();
    }
    Ok(out)
}

fn check_group(rest: &str, at: usize) -> Result<(), ParseError> {
    for (opening, what) in [
        ("(?=", "look-ahead"),
        ("(?!", "look-ahead"),
        ("(?<=", "look-behind"),
        ("(?<!", "look-behind"),
        ("(?>", "an atomic group"),
    ] {
        if rest.starts_with(opening) {
            return Err(ParseError::new(at, format!("{what} is not supported in patterns")));
        }
    }
    Ok(())
}

/// Writes what an escape means; gives how many bytes it was.
fn escape(rest: &str, at: usize, out: &mut String) -> Result<usize, ParseError> {
    let Some(c) = rest.chars().nth(1) else {
        return Err(ParseError::new(at, "pattern ends with a backslash"));
    };
    let replacement = match c {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[A-Za-z0-9_]",
        'W' => "[^A-Za-z0-9_]",
        's' => "[ \\t\\n\\x0B\\f\\r]",
        'S' => "[^ \\t\\n\\x0B\\f\\r]",
        'h' => "[ \\t\\xA0]",
        'R' => "(?:\\r\\n|[\\n\\x0B\\f\\r\\x{85}\\x{2028}\\x{2029}])",
        'e' => "\\x1B",
        'Z' => "\\n?\\z",
        'Q' => return Ok(quoted(rest, out)),
        '1'..='9' | 'k' => {
            return Err(ParseError::new(at, "back references are not supported in patterns"));
        }
        other => {
            out.push('\\');
            out.push(other);
            return Ok(1 + other.len_utf8());
        }
    };
    out.push_str(replacement);
    Ok(1 + c.len_utf8())
}

/// `\Q…\E`: text that means itself.
fn quoted(rest: &str, out: &mut String) -> usize {
    let body = rest.get(2..).unwrap_or_default();
    if let Some(end) = body.find("\\E") {
        out.push_str(&regex::escape(&body[..end]));
        return end + 4;
    }
    out.push_str(&regex::escape(body));
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_whole_texts_as_java_does() {
        for (pattern, flags, text, expected) in [
            ("a.*", "", "abc", true),
            ("b", "", "abc", false),
            ("a|abc", "", "abc", true),
            ("ABC", "i", "abc", true),
            ("a.c", "", "a\nc", false),
            ("a.c", "s", "a\nc", true),
            ("a # comment", "x", "a", true),
            ("\\d+", "", "١٢", false),
            ("[\\d.]+", "", "1.2", true),
            ("[^\\d]", "", "x", true),
            ("\\w+\\s\\S", "", "ab c", true),
            ("\\Qa.b\\E+", "", "a.bb", true),
            ("\\Q(", "", "(", true),
            ("a\\/b", "", "a/b", true),
            ("[a-z&&[^b]]+", "", "acd", true),
            ("[a-z&&[^b]]+", "", "abd", false),
            ("a{2}", "", "aa", true),
            ("a+?b", "", "aab", true),
            ("\\bfoo\\b", "", "foo", true),
        ] {
            let regex = whole(pattern, flags).unwrap();
            assert_eq!(regex.is_match(text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn refuses_what_only_java_knows() {
        for (pattern, offset, message) in [
            ("ab(?=c)", 2, "look-ahead is not supported in patterns"),
            ("(?<!a)b", 0, "look-behind is not supported in patterns"),
            ("(?>a)", 0, "an atomic group is not supported in patterns"),
            ("a++", 2, "possessive quantifiers are not supported"),
            ("a{2}+", 4, "possessive quantifiers are not supported"),
            ("(a)\\1", 3, "back references are not supported in patterns"),
            ("a\\", 1, "pattern ends with a backslash"),
            ("(a", 0, "pattern is not supported: unclosed group"),
        ] {
            let error = whole(pattern, "").unwrap_err();
            assert_eq!((error.offset, error.message.as_str()), (offset, message), "{pattern}");
        }
        assert!(whole("a", "d").is_err());
        assert!(within("(a{1000}){1000}").is_err());
    }
}
