//! References inside values: `${NAME}` and `$env{NAME}`, `$sys{NAME}`, `$ref{key}`.

use std::collections::HashMap;

use toml::de::{DeTable, DeValue};

/// What references can name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'s> {
    /// Environment variables.
    pub variables: &'s HashMap<String, String>,
    /// System properties.
    pub system: &'s HashMap<String, String>,
    /// The document itself.
    pub document: &'s DeTable<'s>,
}

/// The openings of references, the longer before those that they contain.
const OPENINGS: [&str; 5] = ["$env{", "$sys{", "$ref{", "$secret{", "${"];

impl Scope<'_> {
    /// A text with its references replaced. The error says what is wrong in the words of a
    /// diagnostic, without any value.
    pub(super) fn expand(&self, text: &str) -> Result<String, String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let Some(opening) = OPENINGS.iter().find(|it| from.starts_with(**it)) else {
                out.push('$');
                rest = &from[1..];
                continue;
            };
            let inside = &from[opening.len()..];
            let Some((name, behind)) = inside.split_once('}') else {
                return Err(format!("`{opening}` is not closed"));
            };
            out.push_str(&self.find(opening, name.trim())?);
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn find(&self, opening: &str, name: &str) -> Result<String, String> {
        match opening {
            "$sys{" => self
                .system
                .get(name)
                .cloned()
                .ok_or_else(|| format!("the system property `{name}` is not set")),
            "$ref{" => refer(self.document, name)
                .ok_or_else(|| format!("`$ref{{{name}}}` names no text or number of this file")),
            "$secret{" => Err(format!(
                "`$secret{{{name}}}` cannot be resolved: set an environment variable and write `${{NAME}}`"
            )),
            _ => self
                .variables
                .get(name)
                .cloned()
                .ok_or_else(|| format!("the environment variable `{name}` is not set")),
        }
    }
}

/// The value behind a dotted key, as it is written; keys may have dots themselves.
fn refer(table: &DeTable<'_>, key: &str) -> Option<String> {
    table.iter().find_map(|(name, value)| {
        let rest = key.strip_prefix(name.get_ref().as_ref())?;
        match (value.get_ref(), rest.strip_prefix('.')) {
            (DeValue::String(text), _) if rest.is_empty() => Some(text.clone().into_owned()),
            (DeValue::Integer(number), _) if rest.is_empty() => Some(number.to_string()),
            (DeValue::Table(inner), Some(rest)) => refer(inner, rest),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use toml::de::DeTable;

    use super::Scope;

    #[test]
    fn references_are_replaced_or_named() {
        let map = |pairs: &[(&str, &str)]| -> HashMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let variables = map(&[("HOST", "h"), ("EMPTY", ""), ("ODD", "${HOST}")]);
        let system = map(&[("a.b", "s")]);
        let document =
            DeTable::parse("[server]\nhostname = \"w\"\noffset = 3\n[t]\n'x.y' = \"z\"\n").unwrap();
        let scope = Scope { variables: &variables, system: &system, document: document.get_ref() };
        for (text, expected) in [
            ("plain", Ok("plain")),
            ("", Ok("")),
            ("${HOST}", Ok("h")),
            ("a-$env{HOST}-${ HOST }b", Ok("a-h-hb")),
            ("${EMPTY}x", Ok("x")),
            ("$sys{a.b}", Ok("s")),
            ("$ref{server.hostname}:$ref{server.offset}", Ok("w:3")),
            ("$ref{t.x.y}", Ok("z")),
            // What a variable holds is not looked at again.
            ("${ODD}", Ok("${HOST}")),
            ("5$ and $x", Ok("5$ and $x")),
            ("ä${HOST}ö", Ok("ähö")),
            ("${NONE}", Err("the environment variable `NONE` is not set")),
            ("$env{NONE}", Err("the environment variable `NONE` is not set")),
            ("${}", Err("the environment variable `` is not set")),
            ("$sys{HOST}", Err("the system property `HOST` is not set")),
            ("$ref{server}", Err("`$ref{server}` names no text or number of this file")),
            ("$ref{server.port}", Err("`$ref{server.port}` names no text or number of this file")),
            ("${HOST", Err("`${` is not closed")),
        ] {
            assert_eq!(scope.expand(text).as_deref().map_err(String::as_str), expected, "{text}");
        }
        let secret = scope.expand("$secret{db}").unwrap_err();
        assert!(secret.contains("environment variable"), "{secret}");
    }
}
