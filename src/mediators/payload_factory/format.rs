//! The template of a factory: inline or by key, split into pieces once.

use std::sync::{Arc, OnceLock};

use super::Style;
use super::argument::Filled;
use crate::diagnostic::{Code, Span};
use crate::expression::synapse::SynapseExpression;
use crate::expression::{Dynamic, Namespaces, ParseError, Remark, Segment, Template};
use crate::mediation::{Compiler, Entry, Flow, Interrupt, View};
use crate::mediators::embed::{Media, Quotes, is_json_primitive, looks_like_json, xml_escaped};
use crate::message::{Fault, Value};
use crate::xml::Tree;
use crate::xml::document::Element;

/// Where the template is.
#[derive(Debug)]
pub(super) enum Source {
    Inline(Arc<Format>),
    /// By a key that is the same for every message; split when the first one comes by.
    Entry {
        key: Arc<str>,
        namespaces: Namespaces,
        format: OnceLock<Arc<Format>>,
    },
    /// By a key that each message computes.
    Dynamic {
        key: Dynamic,
        namespaces: Namespaces,
    },
}

/// A template in pieces.
#[derive(Debug, Default)]
pub(super) struct Format(Vec<Piece>);

#[derive(Debug)]
enum Piece {
    Text(Arc<str>),
    /// `$n`, counted from 1 as it is written, and the text that stands for itself where there is
    /// no such argument.
    Argument(usize, Arc<str>),
    /// `${…}`, and whether it stands inside a string of JSON.
    Expression {
        expression: SynapseExpression,
        quoted: bool,
    },
}

impl Source {
    /// Compiles a `<format>`; `arguments` is how many there are, where that is known.
    pub(super) fn compile(
        element: Element<'_>,
        media: Media,
        arguments: Option<usize>,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        let namespaces = Namespaces::new(element.namespaces());
        if let Some(key) = element.attribute("key") {
            let dynamic = compiler.dynamic(key.value, element)?;
            if !dynamic.is_static() {
                return Some(Self::Dynamic { key: dynamic, namespaces });
            }
            let name = key.value.value.trim();
            compiler.mention(Code::UNRESOLVED_ENTRY, name, key.value.span);
            return Some(Self::Entry { key: name.into(), namespaces, format: OnceLock::new() });
        }
        let (text, place) = match media {
            Media::Xml => inline_xml(element, compiler)?,
            Media::Json | Media::Text => match element.text() {
                Some(text) => (text.value, text.span),
                None => (String::new(), element.span()),
            },
        };
        let own = element.text().filter(|_| media != Media::Xml);
        let at = |offset| own.as_ref().map_or(place, |own| own.as_text().place(offset));
        let format = match Format::compile(&text, media, &namespaces) {
            Ok(format) => format,
            Err(error) => {
                let place = at(error.offset);
                let found = compiler.diagnostics.report(Code::BAD_EXPRESSION, place, error.message);
                if let Some(help) = error.help {
                    found.help(help);
                }
                return None;
            }
        };
        for remark in format.remarks() {
            compiler.odd(at(remark.offset), remark);
        }
        if let Some(arguments) = arguments {
            format.warn_of_missing(arguments, place, compiler);
        }
        Some(Self::Inline(Arc::new(format)))
    }

    /// The template for this message.
    pub(super) fn resolve(&self, flow: &Flow, media: Media) -> Result<Arc<Format>, Interrupt> {
        match self {
            Self::Inline(format) => Ok(Arc::clone(format)),
            Self::Entry { key, namespaces, format } => {
                if let Some(format) = format.get() {
                    return Ok(Arc::clone(format));
                }
                let loaded = load(flow, key, media, namespaces)?;
                Ok(Arc::clone(format.get_or_init(|| loaded)))
            }
            Self::Dynamic { key, namespaces } => {
                let key = key.evaluate_text(&flow.view())?;
                Ok(load(flow, &key, media, namespaces)?)
            }
        }
    }
}

/// The element in the format, without indentation.
fn inline_xml(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<(String, Span)> {
    let mut children = element.children();
    let Some(child) = children.next() else {
        compiler
            .diagnostics
            .report(
                Code::MISSING_CHILD,
                element.name_span(),
                "the <format> of an XML payload needs an element",
            )
            .help("for other payloads set media-type=\"json\" or media-type=\"text\"");
        return None;
    };
    for other in children {
        let message = format!("<{}> is ignored: a payload has one root element", other.name());
        compiler.diagnostics.report(Code::UNKNOWN_CHILD, other.name_span(), message);
    }
    Some((child.to_tree().to_text(), child.span()))
}

fn load(
    flow: &Flow,
    key: &str,
    media: Media,
    namespaces: &Namespaces,
) -> Result<Arc<Format>, Fault> {
    let text = match flow.program.entry(key) {
        Some(Entry::Text(text)) => text.to_string(),
        Some(Entry::Xml(tree)) => unindented(tree),
        Some(Entry::Connection(_)) | None => {
            return Err(Fault::flow(format!(
                "no local entry or resource named `{key}` is deployed"
            )));
        }
    };
    let format = Format::compile(&text, media, namespaces).map_err(|error| {
        Fault::flow(format!("the template `{key}` has an expression that cannot be read: {error}"))
    })?;
    Ok(Arc::new(format))
}

/// XML without the white space that only indents.
fn unindented(tree: &Tree) -> String {
    let mut tree = tree.clone();
    let blank: Vec<_> = tree
        .descendants(Tree::ROOT)
        .filter(|id| tree.text(*id).is_some_and(|text| tree.is_text(*id) && text.trim().is_empty()))
        .collect();
    for id in blank {
        tree.detach(id);
    }
    tree.to_text()
}

impl Format {
    fn compile(text: &str, media: Media, namespaces: &Namespaces) -> Result<Self, ParseError> {
        let opened = (media == Media::Xml).then(|| with_open_expressions(text));
        let template = Template::compile(opened.as_deref().unwrap_or(text), namespaces)?;
        let mut format = Self::default();
        let mut quotes = Quotes::default();
        for segment in template.segments() {
            match segment {
                Segment::Text(text) => {
                    quotes.read(text);
                    format.split_arguments(text);
                }
                Segment::Expression { expression, .. } => format.0.push(Piece::Expression {
                    expression: expression.clone(),
                    quoted: media == Media::Json && quotes.inside(),
                }),
            }
        }
        Ok(format)
    }

    fn remarks(&self) -> impl Iterator<Item = &Remark> {
        self.0.iter().flat_map(|piece| match piece {
            Piece::Expression { expression, .. } => expression.remarks(),
            Piece::Text(_) | Piece::Argument(..) => &[],
        })
    }

    /// Splits a text at `$1`, `$2` …
    fn split_arguments(&mut self, text: &str) {
        let mut rest = text;
        let mut from = 0;
        while let Some(at) = rest.get(from..).and_then(|tail| tail.find('$')).map(|at| at + from) {
            let digits = rest.get(at + 1..).unwrap_or_default();
            let digits = digits.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            let Ok(number) = digits.parse() else {
                from = at + 1;
                continue;
            };
            let (before, behind) = rest.split_at(at);
            let (written, behind) = behind.split_at(1 + digits.len());
            self.push_text(before);
            self.0.push(Piece::Argument(number, written.into()));
            (rest, from) = (behind, 0);
        }
        self.push_text(rest);
    }

    fn push_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.0.push(Piece::Text(text.into()));
        }
    }

    fn warn_of_missing(&self, arguments: usize, place: Span, compiler: &mut Compiler<'_>) {
        for piece in &self.0 {
            if let Piece::Argument(number, written) = piece
                && !(1..=arguments).contains(number)
            {
                let message = format!("`{written}` has no argument and stays as it is");
                compiler.diagnostics.report(Code::NOT_HONOURED, place, message);
            }
        }
    }

    /// The template with everything in its place.
    pub(super) fn fill(
        &self,
        arguments: &[Arc<Filled>],
        style: Style,
        quotes: bool,
        view: &View<'_>,
    ) -> Result<String, Interrupt> {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Argument(number, written) => {
                    match number.checked_sub(1).and_then(|at| arguments.get(at)) {
                        Some(filled) => filled.write(&mut out, quotes),
                        None => out.push_str(written),
                    }
                }
                Piece::Expression { expression, quoted } => {
                    let value = match expression.evaluate(view)? {
                        // An element with text is that text, as in an argument.
                        Value::Xml(_) => Value::Text(expression.evaluate_text(view)?),
                        value => value,
                    };
                    let text = match &value {
                        Value::Text(text) if style.escape && style.media == Media::Xml => {
                            xml_escaped(text)
                        }
                        value => style.media.value(value, *quoted, view.message.rules())?,
                    };
                    let is_text = quotes && !quoted && matches!(value, Value::Text(_));
                    if is_text && !is_json_primitive(&text) && !looks_like_json(&text) {
                        out.extend(["\"", &text, "\""]);
                    } else {
                        out.push_str(&text);
                    }
                }
            }
        }
        Ok(out)
    }
}

/// A serialised text with the references inside of its `${…}` replaced, since `<` and `&` are
/// operators there.
fn with_open_expressions(text: &str) -> String {
    let mut opened = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, expression) = rest.split_at(at);
        let end = expression.find('}').map_or(expression.len(), |end| end + 1);
        let (expression, behind) = expression.split_at(end);
        opened.push_str(before);
        let replaced = expression
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&");
        opened.push_str(&replaced);
        rest = behind;
    }
    opened.push_str(rest);
    opened
}
