//! Secrets in a line of a file that is about to be shown: whoever reads a log may read them.

use std::borrow::Cow;
use std::ops::Range;

/// What the names of secrets contain, in lower case.
const SECRET: [&str; 5] = ["secret", "password", "passwd", "token", "apikey"];

/// The text with a `*` for each byte of the secrets in the lines that hold these places.
pub(super) fn masked(text: &str, place: Range<usize>) -> Cow<'_, str> {
    let start = text.get(..place.start).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(place.end..).and_then(|tail| tail.find('\n'));
    let end = end.map_or(text.len(), |at| place.end + at);
    let Some(line) = text.get(start..end) else { return Cow::Borrowed(text) };
    let secrets = secrets(line);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = text.to_owned();
    for secret in secrets {
        let stars = "*".repeat(secret.len());
        shown.replace_range(start + secret.start..start + secret.end, &stars);
    }
    Cow::Owned(shown)
}

/// The secrets of a line of XML or TOML: contents of elements, attributes and keys whose names
/// say so, and the `value` of what has such a `name`. Expressions are no secrets.
fn secrets(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut secret_element = false;
    let mut secret_owner = false;
    let mut at = 0;
    while let Some(next) = line[at..].find(['<', '>', '=']).map(|next| at + next) {
        at = next + 1;
        match line.as_bytes()[next] {
            b'<' => {
                secret_owner = false;
                secret_element = is_secret(leading_name(&line[at..]));
            }
            b'>' => {
                let content = at..line[at..].find('<').map_or(line.len(), |end| at + end);
                if secret_element && !line[..next].ends_with('/') {
                    found.extend(literal(line, content));
                }
                secret_element = false;
            }
            _ => {
                let Some(value) = quoted(line, at) else { continue };
                let name = trailing_name(&line[..next]);
                if is_secret(name) || (secret_owner && name == "value") {
                    found.extend(literal(line, value.clone()));
                }
                secret_owner |= name == "name" && is_secret(&line[value.clone()]);
                at = value.end;
            }
        }
    }
    found.extend(users_of_urls(line));
    found
}

/// What stands before the host in the URLs of a line: `user:password` of `http://user:password@host`.
fn users_of_urls(line: &str) -> impl Iterator<Item = Range<usize>> {
    line.match_indices("://").filter_map(|(at, mark)| {
        let start = at + mark.len();
        let rest = &line[start..];
        let end = rest.find(['/', '?', '#', '"', '\'', '<', ' ']).unwrap_or(rest.len());
        let user = rest[..end].rfind('@')?;
        (user > 0).then_some(start..start + user)
    })
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|word| name.contains(word))
}

fn is_of_name(it: char) -> bool {
    it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | ':')
}

fn leading_name(text: &str) -> &str {
    text.find(|it| !is_of_name(it)).map_or(text, |end| &text[..end])
}

fn trailing_name(text: &str) -> &str {
    let text = text.trim_end();
    &text[text.trim_end_matches(is_of_name).len()..]
}

/// What stands in quotes behind an equals sign; to the end of the line where they do not close.
fn quoted(line: &str, from: usize) -> Option<Range<usize>> {
    let rest = line[from..].trim_start();
    let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let start = line.len() - rest.len() + 1;
    Some(start..line[start..].find(quote).map_or(line.len(), |end| start + end))
}

/// The range without the blanks around it, unless nothing or an expression is left.
fn literal(line: &str, range: Range<usize>) -> Option<Range<usize>> {
    let text = &line[range.clone()];
    let start = range.start + (text.len() - text.trim_start().len());
    let text = text.trim();
    let hidden = !text.is_empty() && !text.starts_with(['{', '$']);
    hidden.then(|| start..start + text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_stars() {
        let rows = [
            ("<a.init><secretAccessKey>abc</secretAccessKey></a.init>", "abc"),
            ("<x:password> é </x:password>", "é"),
            ("<secretAccessKey>abc", "abc"),
            ("<log/><basic user='u' password='abc'/>", "abc"),
            ("<property name=\"db.password\" value=\"abc\"/>", "abc"),
            ("secret_key = \"abc\" # of somebody", "abc"),
            ("keys = [{ id = \"u\", secret = 'abc' }]", "abc"),
            ("password = \"abc", "abc"),
            ("<wsdl uri='http://u:abc@h:1/a?b=c'/>", "u:abc"),
            ("<src>https://é@h</src>", "é"),
        ];
        for (line, secret) in rows {
            let text = format!("first\n{line}\nlast");
            let expected = text.replace(secret, &"*".repeat(secret.len()));
            assert_eq!(masked(&text, 8..9), expected, "{line}");
            assert_eq!(masked(&text, 0..1), text, "another line is not touched");
        }
    }

    #[test]
    fn the_rest_stays_as_it_is() {
        for line in [
            "<secretAccessKey>{$ctx:secret}</secretAccessKey>",
            "<password/>abc",
            "<password></password>abc",
            "<property name=\"user\" value=\"abc\"/>",
            "<property name=\"password\" expression=\"$ctx:p\"/><x value=\"abc\"/>",
            "<wsdl uri='http://h/a@b?c@d'/>",
            "<to>mailto://@h</to>",
            "a = b = c, <, >, =",
            "= \"x\"",
            "",
        ] {
            assert_eq!(masked(line, 0..0), line);
        }
        assert_eq!(masked("é", 9..9), "é");
    }
}
