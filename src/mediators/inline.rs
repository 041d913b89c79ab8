//! Inline content of `enrich` and `call`: XML or text, as it is or with expressions in braces.

use std::sync::Arc;

use super::embed::{Media, Quotes, json_escaped, parsed_xml};
use crate::diagnostic::Code;
use crate::expression::{Expression, Namespaces, ParseError, Remark, Segment, Template};
use crate::json;
use crate::mediation::{Compiler, Entry, Flow, Interrupt};
use crate::message::{Fault, Rules, Value};
use crate::xml::Tree;
use crate::xml::document::Element;

/// What stands in a source, or what its key names.
#[derive(Debug)]
pub(super) enum Inline {
    Fixed(Content),
    Filled { pieces: Vec<Piece>, media: Option<Media> },
    Entry(Arc<str>),
}

/// Content for one message.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Xml(Arc<Tree>),
    /// Text, and the JSON that it is; a string of JSON where it is none.
    Text(Arc<str>, Arc<json::Value>),
}

/// A part of content that is not the same for every message.
#[derive(Debug)]
pub(super) enum Piece {
    Text(Arc<str>),
    /// An expression, and whether it stands inside a string of JSON.
    Expression {
        expression: Expression,
        quoted: bool,
    },
}

impl Content {
    /// Text that is XML is XML.
    fn of(text: &str, rules: &Rules) -> Self {
        if let Some(tree) = parsed_xml(text, rules) {
            return Self::Xml(Arc::new(tree));
        }
        let json = json::parse(text.as_bytes(), &rules.json);
        Self::Text(text.into(), Arc::new(json.unwrap_or_else(|_| json::Value::string(text))))
    }

    pub(super) fn is_xml(&self) -> bool {
        matches!(self, Self::Xml(_))
    }
}

impl Inline {
    pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Self> {
        let namespaces = Namespaces::new(element.namespaces());
        if let Some(child) = element.children().next() {
            let tree = child.to_tree();
            return match split(&tree.to_text(), Some(Media::Xml), &namespaces) {
                Ok(None) => Some(Self::Fixed(Content::Xml(Arc::new(tree)))),
                Ok(Some(pieces)) => {
                    remarks(&pieces).for_each(|remark| compiler.odd(child.span(), remark));
                    Some(Self::Filled { pieces, media: Some(Media::Xml) })
                }
                Err(error) => {
                    let place = child.span();
                    compiler.diagnostics.report(Code::BAD_EXPRESSION, place, error.message);
                    None
                }
            };
        }
        if let Some(own) = element.text().filter(|own| !own.value.trim().is_empty()) {
            let text = own.value.trim();
            let media = media_of(text);
            let found = split(&own.value, media, &namespaces);
            return Some(match compiler.parsed(own.as_text(), found)? {
                None => Self::Fixed(Content::of(text, &Rules::default())),
                Some(pieces) => {
                    compiler.remark(own.as_text(), remarks(&pieces));
                    Self::Filled { pieces, media }
                }
            });
        }
        if let Some(key) = element.attribute("key") {
            let name = key.value.value.trim();
            compiler.mention(Code::UNRESOLVED_ENTRY, name, key.value.span);
            return Some(Self::Entry(name.into()));
        }
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), "the inline source is empty")
            .help("give it an element, a text or a `key`");
        None
    }

    /// Whether it is XML for every message.
    pub(super) fn is_xml(&self) -> bool {
        match self {
            Self::Fixed(content) => content.is_xml(),
            Self::Filled { media, .. } => *media == Some(Media::Xml),
            Self::Entry(_) => false,
        }
    }

    /// The content for this message.
    pub(super) fn evaluate(&self, flow: &Flow) -> Result<Content, Interrupt> {
        match self {
            Self::Fixed(content) => Ok(content.clone()),
            Self::Filled { pieces, media } => {
                Ok(Content::of(&fill(pieces, *media, flow)?, flow.message.rules()))
            }
            Self::Entry(key) => match flow.program.entry(key) {
                Some(Entry::Xml(tree)) => Ok(Content::Xml(Arc::clone(tree))),
                Some(Entry::Text(text)) => Ok(Content::of(text.trim(), flow.message.rules())),
                Some(Entry::Connection(_)) | None => {
                    let message = format!("no local entry or resource named `{key}` is deployed");
                    Err(Fault::flow(message).into())
                }
            },
        }
    }
}

fn remarks(pieces: &[Piece]) -> impl Iterator<Item = &Remark> {
    pieces.iter().flat_map(|piece| match piece {
        Piece::Text(_) => &[],
        Piece::Expression { expression, .. } => expression.remarks(),
    })
}

/// What a text with expressions is by its beginning; one that begins with an expression is what
/// that gives.
fn media_of(text: &str) -> Option<Media> {
    if text.starts_with('<') {
        Some(Media::Xml)
    } else if placeholder(text).is_some() || text.starts_with("${") {
        None
    } else if text.starts_with(['{', '[', '"']) {
        Some(Media::Json)
    } else {
        Some(Media::Text)
    }
}

/// Splits a text where `{expression}` or `${…}` stands; `None` where there is none.
fn split(
    text: &str,
    media: Option<Media>,
    namespaces: &Namespaces,
) -> Result<Option<Vec<Piece>>, ParseError> {
    let template = Template::compile(text, namespaces)?;
    let mut pieces = Vec::new();
    let mut quotes = Quotes::default();
    let mut done = 0;
    for segment in template.segments() {
        match segment {
            Segment::Expression { expression, offset, .. } => {
                done = offset + expression.text().len() + "${}".len();
                pieces.push(Piece::Expression {
                    expression: Expression::Synapse(expression.clone()),
                    quoted: media == Some(Media::Json) && quotes.inside(),
                });
            }
            Segment::Text(part) => {
                split_part(part, media, namespaces, &mut quotes, &mut pieces)
                    .map_err(|error| error.shifted(done))?;
                done += part.len();
            }
        }
    }
    let dynamic = pieces.iter().any(|piece| matches!(piece, Piece::Expression { .. }));
    Ok(dynamic.then_some(pieces))
}

fn split_part(
    part: &str,
    media: Option<Media>,
    namespaces: &Namespaces,
    quotes: &mut Quotes,
    pieces: &mut Vec<Piece>,
) -> Result<(), ParseError> {
    let mut rest = part;
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|tail| tail.find('{')).map(|at| at + from) {
        let Some(inner) = rest.get(at..).and_then(placeholder) else {
            from = at + 1;
            continue;
        };
        let (before, behind) = rest.split_at(at);
        quotes.read(before);
        pieces.push(Piece::Text(before.into()));
        let start = part.len() - behind.len() + 1;
        let expression =
            Expression::compile(inner, namespaces).map_err(|error| error.shifted(start))?;
        let quoted = media == Some(Media::Json) && quotes.inside();
        pieces.push(Piece::Expression { expression, quoted });
        (rest, from) = (behind.get(inner.len() + 2..).unwrap_or_default(), 0);
    }
    quotes.read(rest);
    pieces.push(Piece::Text(rest.into()));
    Ok(())
}

/// The expression that a text begins with: in braces, without blanks and without what JSON and XML
/// are made of.
fn placeholder(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('{')?;
    let (inner, _) = inner.split_once('}')?;
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '"' | ',' | '<' | '>' | ']' | '{');
    (!inner.is_empty() && inner.chars().all(plain)).then_some(inner)
}

fn fill(pieces: &[Piece], media: Option<Media>, flow: &Flow) -> Result<String, Interrupt> {
    let rules = flow.message.rules();
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Expression { expression, quoted } => {
                let text = expression.evaluate_text(&flow.view())?;
                match media {
                    Some(Media::Json) if *quoted => out.push_str(&json_escaped(&text)),
                    Some(Media::Json) if is_json(&text, rules) => out.push_str(&text),
                    Some(Media::Json) => out.extend(["\"", &json_escaped(&text), "\""]),
                    Some(Media::Xml) => {
                        out.push_str(&Media::Xml.value(&Value::Text(text), false, rules)?);
                    }
                    Some(Media::Text) | None => out.push_str(&text),
                }
            }
        }
    }
    Ok(out.trim().to_owned())
}

fn is_json(text: &str, rules: &Rules) -> bool {
    json::parse(text.as_bytes(), &rules.json).is_ok()
}
