//! URI templates of http endpoints: RFC 6570, all four levels, expanded with a message's
//! properties.

mod parse;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::json;

/// What stays as it is in a plain expansion.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What stays as it is in a literal and in a reserved (`+`, `#`) expansion, beside what is
/// percent-encoded already.
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
    .remove(b'=');

/// In front of a template: values are decoded before they are encoded.
const LEGACY_ENCODING: &str = "legacy-encoding:";

/// A compiled template.
#[derive(Debug, Clone)]
pub struct UriTemplate {
    parts: Vec<Part>,
    decodes_values: bool,
}

/// What a variable holds.
#[derive(Debug, Clone)]
pub enum Variable {
    /// A text.
    Text(Arc<str>),
    /// A list of texts.
    List(Vec<Arc<str>>),
    /// Names and texts, in order.
    Map(Vec<(Arc<str>, Arc<str>)>),
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

/// Why a template has no expansion: a list or a map has no first characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}:{length}` asks for the first characters of a list")]
pub struct PrefixOfList {
    name: Arc<str>,
    length: usize,
}

#[derive(Debug, Clone)]
enum Part {
    /// Encoded already.
    Literal(Arc<str>),
    Expression(Operator, Vec<Spec>),
}

/// A variable of an expression.
#[derive(Debug, Clone)]
struct Spec {
    name: Arc<str>,
    modifier: Modifier,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Modifier {
    None,
    /// `:n`: the first characters.
    Prefix(usize),
    /// `*`: every item by itself.
    Explode,
}

/// What an operator writes (RFC 6570, appendix A).
#[derive(Debug, Clone, Copy)]
struct Operator {
    sign: Option<char>,
    first: &'static str,
    separator: &'static str,
    named: bool,
    /// What follows a name whose value is empty.
    if_empty: &'static str,
    reserved: bool,
}

const fn operator(
    sign: Option<char>,
    first: &'static str,
    separator: &'static str,
    named: bool,
    if_empty: &'static str,
    reserved: bool,
) -> Operator {
    Operator { sign, first, separator, named, if_empty, reserved }
}

const OPERATORS: [Operator; 8] = [
    operator(None, "", ",", false, "", false),
    operator(Some('+'), "", ",", false, "", true),
    operator(Some('#'), "#", ",", false, "", true),
    operator(Some('.'), ".", ".", false, "", false),
    operator(Some('/'), "/", "/", false, "", false),
    operator(Some(';'), ";", ";", true, "", false),
    operator(Some('?'), "?", "&", true, "=", false),
    operator(Some('&'), "&", "&", true, "=", false),
];

impl UriTemplate {
    /// Reads a template of Synapse: one that begins with `{x}` is read as `{+x}`, so that a whole
    /// URI can come from a property; `legacy-encoding:` in front decodes values before they are
    /// encoded.
    pub fn compile(text: &str) -> Result<Self, UriTemplateError> {
        let plain = text.strip_prefix(LEGACY_ENCODING);
        let decodes_values = plain.is_some();
        let plain = plain.unwrap_or(text);
        let cut = text.len() - plain.len();
        let at = |error: UriTemplateError| UriTemplateError { offset: error.offset + cut, ..error };
        let mut parts = parse::parse(plain).map_err(at)?;
        if let Some(Part::Expression(operator, _)) = parts.first_mut()
            && operator.sign.is_none()
        {
            *operator = Operator { reserved: true, ..*operator };
        }
        Ok(Self { parts, decodes_values })
    }

    /// Writes the URI. A variable that has no value vanishes. The look-up gets a variable's name
    /// and whether it has a modifier.
    pub fn expand(
        &self,
        lookup: impl Fn(&str, bool) -> Option<Variable>,
    ) -> Result<String, PrefixOfList> {
        let mut uri = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => uri.push_str(text),
                Part::Expression(operator, specs) => {
                    let mut pieces = Pieces { uri: &mut uri, operator, is_first: true };
                    for spec in specs {
                        let value = lookup(&spec.name, spec.modifier != Modifier::None);
                        let Some(value) = value else { continue };
                        pieces.write(
                            spec,
                            &if self.decodes_values { value.decoded() } else { value },
                        )?;
                    }
                }
            }
        }
        Ok(uri)
    }
}

impl Variable {
    /// The list or the map that an array or an object is; members without a value are left out.
    pub fn of_json(value: &json::Value) -> Option<Self> {
        match value {
            json::Value::Array(items) => {
                Some(Self::List(items.iter().filter_map(text_of).collect()))
            }
            json::Value::Object(object) => {
                let members = object.iter();
                let texts =
                    members.filter_map(|(name, item)| Some((Arc::clone(name), text_of(item)?)));
                Some(Self::Map(texts.collect()))
            }
            _ => None,
        }
    }

    fn decoded(&self) -> Self {
        let decoded = |text: &Arc<str>| Arc::from(&*percent_decode_str(text).decode_utf8_lossy());
        match self {
            Self::Text(text) => Self::Text(decoded(text)),
            Self::List(items) => Self::List(items.iter().map(decoded).collect()),
            Self::Map(members) => Self::Map(
                members.iter().map(|(name, item)| (decoded(name), decoded(item))).collect(),
            ),
        }
    }
}

fn text_of(value: &json::Value) -> Option<Arc<str>> {
    match value {
        json::Value::Null => None,
        json::Value::String(text) => Some(Arc::clone(text)),
        other => Some(other.to_text().into()),
    }
}

/// The expansion of one expression, piece by piece.
struct Pieces<'u> {
    uri: &'u mut String,
    operator: &'u Operator,
    is_first: bool,
}

impl Pieces<'_> {
    /// Writes the pieces of one variable (RFC 6570, 3.2.1).
    fn write(&mut self, spec: &Spec, value: &Variable) -> Result<(), PrefixOfList> {
        match (value, spec.modifier) {
            (Variable::Text(text), modifier) => {
                self.begin(&spec.name, text.is_empty());
                self.text(first_characters(text, modifier));
            }
            (Variable::List(_) | Variable::Map(_), Modifier::Prefix(length)) => {
                return Err(PrefixOfList { name: Arc::clone(&spec.name), length });
            }
            (Variable::List(items), Modifier::Explode) => {
                for item in items {
                    self.begin(&spec.name, item.is_empty());
                    self.text(item);
                }
            }
            (Variable::Map(members), Modifier::Explode) => {
                for (name, item) in members {
                    self.separate();
                    self.text(name);
                    let named = self.operator.named && item.is_empty();
                    self.uri.push_str(if named { self.operator.if_empty } else { "=" });
                    self.text(item);
                }
            }
            (Variable::List(items), Modifier::None) => self.joined(&spec.name, items.iter()),
            (Variable::Map(members), Modifier::None) => {
                self.joined(&spec.name, members.iter().flat_map(|(name, item)| [name, item]));
            }
        }
        Ok(())
    }

    /// All items as one piece.
    fn joined<'i>(&mut self, name: &str, items: impl Iterator<Item = &'i Arc<str>>) {
        for (index, item) in items.enumerate() {
            if index == 0 {
                self.begin(name, false);
            } else {
                self.uri.push(',');
            }
            self.text(item);
        }
    }

    /// Begins a piece, with its variable's name where the operator has names.
    fn begin(&mut self, name: &str, is_empty: bool) {
        self.separate();
        if self.operator.named {
            self.uri.push_str(name);
            self.uri.push_str(if is_empty { self.operator.if_empty } else { "=" });
        }
    }

    fn separate(&mut self) {
        let Operator { first, separator, .. } = self.operator;
        self.uri.push_str(if self.is_first { first } else { separator });
        self.is_first = false;
    }

    fn text(&mut self, text: &str) {
        if self.operator.reserved {
            push_reserved(self.uri, text);
        } else {
            self.uri.extend(utf8_percent_encode(text, UNRESERVED));
        }
    }
}

fn first_characters(text: &str, modifier: Modifier) -> &str {
    let Modifier::Prefix(length) = modifier else { return text };
    let end = text.char_indices().nth(length).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Adds a text that may hold what separates the parts of a URI, and what is encoded already.
fn push_reserved(uri: &mut String, text: &str) {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        uri.extend(utf8_percent_encode(before, RESERVED));
        let is_encoded =
            behind.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        uri.push_str(if is_encoded { "%" } else { "%25" });
        rest = behind;
    }
    uri.extend(utf8_percent_encode(rest, RESERVED));
}
