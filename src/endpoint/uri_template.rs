//! RFC 6570 templates of http endpoints, expanded with a message's properties.

use std::fmt::Write as _;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a plain expansion.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What stays as it is in a reserved (`+`, `#`) expansion.
const RESERVED: &AsciiSet = &UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'#')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'%');

/// A compiled template.
#[derive(Debug, Clone)]
pub struct UriTemplate {
    parts: Vec<Part>,
    decode_first: bool,
}

#[derive(Debug, Clone)]
enum Part {
    Literal(Arc<str>),
    Expression { operator: Operator, names: Vec<Name> },
}

#[derive(Debug, Clone)]
struct Name {
    name: Arc<str>,
    /// `:n`: only the first characters.
    prefix: Option<usize>,
}

/// What an operator writes (RFC 6570, appendix A).
#[derive(Debug, Clone, Copy)]
struct Operator {
    first: &'static str,
    separator: &'static str,
    named: bool,
    /// What follows a name whose value is empty.
    if_empty: &'static str,
    reserved: bool,
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UriTemplateError {
    /// What is wrong.
    pub message: String,
    /// Where, as a byte offset.
    pub offset: usize,
}

const fn operator(
    first: &'static str,
    separator: &'static str,
    named: bool,
    if_empty: &'static str,
    reserved: bool,
) -> Operator {
    Operator { first, separator, named, if_empty, reserved }
}

const PLAIN: Operator = operator("", ",", false, "", false);
const PLUS: Operator = operator("", ",", false, "", true);

fn operator_of(sign: char) -> Option<Operator> {
    Some(match sign {
        '+' => PLUS,
        '#' => operator("#", ",", false, "", true),
        '.' => operator(".", ".", false, "", false),
        '/' => operator("/", "/", false, "", false),
        ';' => operator(";", ";", true, "", false),
        '?' => operator("?", "&", true, "=", false),
        '&' => operator("&", "&", true, "=", false),
        _ => return None,
    })
}

impl UriTemplate {
    /// Reads a template. One that begins with `{x}` is read as `{+x}`, so that a whole URI can
    /// come from a property; `legacy-encoding:` in front decodes values before they are encoded.
    pub fn compile(text: &str) -> Result<Self, UriTemplateError> {
        let (text, decode_first, cut) = match text.strip_prefix("legacy-encoding:") {
            Some(rest) => (rest, true, text.len() - rest.len()),
            None => (text, false, 0),
        };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let offset = cut + text.len() - rest.len() + open;
            let error = |message: &str| UriTemplateError { message: message.to_owned(), offset };
            let close = rest[open..].find('}').ok_or_else(|| error("`{` is never closed"))?;
            if open > 0 {
                parts.push(Part::Literal(Arc::from(&rest[..open])));
            }
            let inner = &rest[open + 1..open + close];
            parts.push(expression(inner, offset == cut).map_err(|message| error(&message))?);
            rest = &rest[open + close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(Arc::from(rest)));
        }
        Ok(Self { parts, decode_first })
    }

    /// Writes the URI. A variable that has no value vanishes.
    pub fn expand(&self, lookup: impl Fn(&str) -> Option<Arc<str>>) -> String {
        let mut uri = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => uri.push_str(text),
                Part::Expression { operator, names } => {
                    self.expand_one(&mut uri, *operator, names, &lookup);
                }
            }
        }
        uri
    }

    /// The names of the variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts
            .iter()
            .flat_map(|part| match part {
                Part::Literal(_) => [].iter(),
                Part::Expression { names, .. } => names.iter(),
            })
            .map(|name| &*name.name)
    }

    fn expand_one(
        &self,
        uri: &mut String,
        operator: Operator,
        names: &[Name],
        lookup: &impl Fn(&str) -> Option<Arc<str>>,
    ) {
        let mut begun = false;
        for name in names {
            let Some(value) = lookup(&name.name) else { continue };
            uri.push_str(if begun { operator.separator } else { operator.first });
            begun = true;
            if operator.named {
                uri.push_str(&name.name);
                uri.push_str(if value.is_empty() { operator.if_empty } else { "=" });
            }
            self.write_value(uri, operator, name, &value);
        }
    }

    fn write_value(&self, uri: &mut String, operator: Operator, name: &Name, value: &str) {
        let set = if operator.reserved { RESERVED } else { UNRESERVED };
        let decoded = self
            .decode_first
            .then(|| percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned());
        let value = decoded.as_deref().unwrap_or(value);
        let value = match name.prefix {
            Some(count) => value.char_indices().nth(count).map_or(value, |(end, _)| &value[..end]),
            None => value,
        };
        // Writing into a string cannot fail.
        let _ = write!(uri, "{}", utf8_percent_encode(value, set));
    }
}

fn expression(inner: &str, first: bool) -> Result<Part, String> {
    let sign = inner.chars().next().ok_or("`{}` names no variable")?;
    let (operator, names) = match operator_of(sign) {
        Some(operator) => (operator, &inner[1..]),
        None if first => (PLUS, inner),
        None => (PLAIN, inner),
    };
    let names = names.split(',').map(name).collect::<Result<_, _>>()?;
    Ok(Part::Expression { operator, names })
}

fn name(text: &str) -> Result<Name, String> {
    let text = text.trim().trim_end_matches('*');
    let (name, prefix) = match text.split_once(':') {
        Some((name, count)) => {
            let count = count.parse().map_err(|_| format!("`{text}` has no length behind `:`"))?;
            (name, Some(count))
        }
        None => (text, None),
    };
    let allowed = |c: char| c.is_alphanumeric() || "_.-%".contains(c);
    if name.is_empty() || !name.chars().all(allowed) {
        return Err(format!("`{text}` is not the name of a variable"));
    }
    Ok(Name { name: Arc::from(name), prefix })
}

#[cfg(test)]
mod tests {
    use super::UriTemplate;

    #[test]
    fn templates_expand() {
        let lookup = |name: &str| match name {
            "uri.var.host" => Some("http://h:80/a b".into()),
            "uri.var.x" => Some("a/b c&d".into()),
            "uri.var.e" => Some("".into()),
            "query.param.q" => Some("1=2".into()),
            _ => None,
        };
        for (template, expected) in [
            ("http://a/b", "http://a/b"),
            ("http://a/{uri.var.x}", "http://a/a%2Fb%20c%26d"),
            ("http://a/{+uri.var.x}", "http://a/a/b%20c&d"),
            ("{uri.var.host}/x", "http://h:80/a%20b/x"),
            ("http://a{/uri.var.x}", "http://a/a%2Fb%20c%26d"),
            ("http://a{?query.param.q,missing}", "http://a?query.param.q=1%3D2"),
            ("http://a?x=1{&uri.var.e}", "http://a?x=1&uri.var.e="),
            ("http://a{;uri.var.e}", "http://a;uri.var.e"),
            ("http://a/{missing}/b", "http://a//b"),
            ("http://a/{uri.var.x:3}", "http://a/a%2Fb"),
        ] {
            let compiled = UriTemplate::compile(template).unwrap();
            assert_eq!(compiled.expand(lookup), expected, "{template}");
        }
    }

    #[test]
    fn what_is_no_template_says_where() {
        for (template, offset) in [("http://a/{x", 9), ("http://a/{}", 9), ("a{b c}", 1)] {
            assert_eq!(UriTemplate::compile(template).unwrap_err().offset, offset, "{template}");
        }
    }
}
