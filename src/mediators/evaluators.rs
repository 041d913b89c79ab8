//! Evaluators: conditions on headers, parameters, the address, properties and the envelope, joined
//! by `and`, `or` and `not`.

use std::sync::Arc;

use super::uri_parts::{UriPart, UriParts, WORDS};
use super::values::full_match;
use super::{defaulted, optional, required};
use crate::diagnostic::Code;
use crate::expression::java_regex::Pattern;
use crate::expression::{Expression, PropertyScope};
use crate::mediation::{AttributeSpec, Compiler, Flow, Interrupt, Kind, check_attributes};
use crate::xml::document::Element;

/// A condition.
#[derive(Debug)]
pub(super) enum Evaluator {
    And(Vec<Evaluator>),
    Or(Vec<Evaluator>),
    Not(Box<Evaluator>),
    /// The regular expression matches all of the text.
    Match(Source, Pattern),
    /// The text is the value, in any case.
    Equal(Source, Arc<str>),
}

/// Where the text of a condition comes from.
#[derive(Debug)]
pub(super) enum Source {
    Header(Arc<str>),
    Parameter(Arc<str>),
    Url(Option<UriPart>),
    Property(Arc<str>),
    Envelope(Expression),
}

const NAMES: [&str; 5] = ["and", "equal", "match", "not", "or"];

const TYPE: AttributeSpec = defaulted(
    "type",
    Kind::Choice(&["header", "param", "url", "property", "soap"]),
    "header",
    "Where the text comes from.",
);
const SOURCE: AttributeSpec =
    optional("source", Kind::Text, "The name, the part of the URL or the XPath.");
const MATCH: &[AttributeSpec] =
    &[TYPE, SOURCE, required("regex", Kind::Regex, "What must match all of the text.")];
const EQUAL: &[AttributeSpec] =
    &[TYPE, SOURCE, required("value", Kind::Text, "What the text must be, in any case.")];

impl Evaluator {
    /// The condition that an element holds as its only child.
    pub(super) fn inside(parent: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Self> {
        let mut children = parent.children();
        let Some(first) = children.next() else {
            let message = format!("<{}> holds no condition", parent.name());
            compiler
                .diagnostics
                .report(Code::MISSING_CHILD, parent.name_span(), message)
                .help(format!("it is one of {}", NAMES.join(", ")));
            return None;
        };
        super::values::ignored(children, "there is a condition already", compiler);
        Self::compile(first, compiler)
    }

    /// Compiles an evaluator; as in Synapse its namespace does not matter.
    fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Self> {
        match element.name() {
            "and" => Self::several(element, compiler).map(Self::And),
            "or" => Self::several(element, compiler).map(Self::Or),
            "not" => Self::inside(element, compiler).map(|inner| Self::Not(Box::new(inner))),
            "match" => {
                let sound = check_attributes(element, MATCH, compiler);
                let source = Source::compile(element, compiler);
                let pattern = full_match(element.attribute("regex")?.value, compiler);
                sound.then_some(Self::Match(source?, pattern?))
            }
            "equal" => {
                let sound = check_attributes(element, EQUAL, compiler);
                let source = Source::compile(element, compiler)?;
                let value = element.attribute("value")?.value.value;
                sound.then(|| Self::Equal(source, value.into()))
            }
            name => {
                let message = format!("<{name}> is no condition");
                compiler
                    .diagnostics
                    .report(Code::INVALID_VALUE, element.name_span(), message)
                    .help(format!("it is one of {}", NAMES.join(", ")))
                    .did_you_mean(name, NAMES);
                None
            }
        }
    }

    fn several(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Vec<Self>> {
        check_attributes(element, &[], compiler);
        let compiled: Vec<_> =
            element.children().map(|child| Self::compile(child, compiler)).collect();
        if compiled.len() < 2 {
            let message = format!("<{}> joins two conditions or more", element.name());
            compiler.diagnostics.report(Code::MISSING_CHILD, element.name_span(), message);
            return None;
        }
        compiled.into_iter().collect()
    }

    /// Whether the condition holds for the flow's message; what it says of a URL is said of `url`,
    /// or of the message's `To`.
    pub(super) fn holds(&self, flow: &Flow, url: Option<&str>) -> Result<bool, Interrupt> {
        match self {
            Self::And(all) => {
                for one in all {
                    if !one.holds(flow, url)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(any) => {
                for one in any {
                    if one.holds(flow, url)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(inner) => Ok(!inner.holds(flow, url)?),
            Self::Match(source, pattern) => match source.text(flow, url)? {
                Some(text) => Ok(pattern.is_match(&text, flow.services.rules.work.regex)?),
                None => Ok(false),
            },
            Self::Equal(source, value) => {
                let text = source.text(flow, url)?;
                Ok(text.is_some_and(|text| text.to_lowercase() == value.to_lowercase()))
            }
        }
    }
}

impl Source {
    fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Self> {
        let kind = element.attribute("type").map_or("header", |kind| kind.value.value.trim());
        let kind = kind.to_ascii_lowercase();
        let source = element.attribute("source");
        let Some(source) = source else {
            if kind == "url" {
                return Some(Self::Url(None));
            }
            let message = format!("the condition on a {kind} needs a `source`");
            compiler
                .diagnostics
                .report(Code::MISSING_ATTRIBUTE, element.name_span(), message)
                .help("only that on the whole URL can do without");
            return None;
        };
        let name = source.value.value.trim();
        match kind.as_str() {
            "param" => Some(Self::Parameter(name.into())),
            "property" => Some(Self::Property(name.into())),
            "soap" => compiler.expression(source.value, element).map(Self::Envelope),
            "url" => {
                let words = WORDS.map(|(word, _)| word);
                let found = UriPart::of(name);
                if found.is_none() {
                    compiler
                        .diagnostics
                        .report(
                            Code::INVALID_VALUE,
                            source.value.span,
                            format!("`{name}` is no part of a URL"),
                        )
                        .help(format!("it is one of {}", words.join(", ")))
                        .did_you_mean(name, words);
                }
                found.map(|part| Self::Url(Some(part)))
            }
            _ => Some(Self::Header(name.into())),
        }
    }

    /// The text for this message; nothing where it has none.
    fn text(&self, flow: &Flow, url: Option<&str>) -> Result<Option<Arc<str>>, Interrupt> {
        let message = &flow.message;
        let property = |name: &str| message.property(PropertyScope::Default, name);
        let address = || match url {
            Some(url) => Some(url.into()),
            None => property("To").map(|to| to.to_text()),
        };
        Ok(match self {
            Self::Header(name) => message.header(&**name),
            Self::Property(name) => property(name).map(|value| value.to_text()),
            Self::Url(None) => address(),
            Self::Url(Some(part)) => {
                address().and_then(|uri| UriParts::of(&uri).text(*part)).map(Arc::from)
            }
            Self::Parameter(name) => {
                address().and_then(|uri| UriParts::of(&uri).parameter(name)).map(Arc::from)
            }
            Self::Envelope(expression) => Some(expression.evaluate_text(&flow.view())?),
        })
    }
}
