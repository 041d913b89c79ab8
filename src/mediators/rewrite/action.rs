//! What a rule does to a URL.

use std::sync::Arc;

use super::{UriPart, UriParts, Url};
use crate::diagnostic::Code;
use crate::expression::EvalError;
use crate::expression::java_regex::{Pattern, Piece};
use crate::mediation::{AttributeSpec, Compiler, Flow, Interrupt, Kind, check_attributes};
use crate::mediators::values::{Source, is_true, search};
use crate::mediators::{defaulted, optional};
use crate::message::{Fault, PropertyScope, Value};
use crate::xml::document::{Attribute, Element};

const ATTRIBUTES: &[AttributeSpec] = &[
    defaulted(
        "type",
        Kind::Choice(&["set", "append", "prepend", "replace", "remove", "remove-query-param"]),
        "set",
        "What to do with the part.",
    ),
    defaulted(
        "fragment",
        Kind::Choice(&["full", "protocol", "user", "host", "port", "path", "query", "ref"]),
        "full",
        "The part of the URL, or all of it.",
    ),
    optional("value", Kind::Text, "What to write, or the name of the parameter to remove."),
    optional("xpath", Kind::Expression, "An expression that gives the value."),
    optional("regex", Kind::Regex, "What `replace` looks for."),
    defaulted("resolve", Kind::Boolean, "false", "Whether `{name}` is the property of that name."),
];

/// A replaced part is not longer than this, in bytes.
const LONGEST: usize = 65_536;

/// A change of a part, or of the whole URL.
#[derive(Debug)]
pub(super) struct Action {
    part: Option<UriPart>,
    edit: Edit,
}

#[derive(Debug)]
enum Edit {
    Set(Text),
    Append(Text),
    Prepend(Text),
    Replace(Pattern, Text),
    RemoveParameter(Text),
    Remove,
}

/// A text of the artifact or of the message; nothing is an empty one.
#[derive(Debug)]
struct Text {
    source: Source,
    resolve: bool,
}

impl Action {
    pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Self> {
        let sound = check_attributes(element, ATTRIBUTES, compiler);
        let kind = word(element, "type", "set");
        let fragment = word(element, "fragment", "full");
        let part = UriPart::of(&fragment);
        let text = Text::compile(element, kind == "remove", compiler);
        let pattern = regex(element, kind == "replace", compiler);
        if kind == "remove-query-param" && part != Some(UriPart::Query) {
            let place = element.attribute("type")?.span;
            compiler
                .diagnostics
                .report(Code::CONFLICT, place, "only a query has parameters to remove")
                .help("add fragment=\"query\"");
            return None;
        }
        let (text, pattern) = (text.ok()?, pattern.ok()?);
        if !sound {
            return None;
        }
        let Some(text) = text else { return Some(Self { part, edit: Edit::Remove }) };
        let edit = match (kind.as_str(), pattern) {
            ("append" | "prepend" | "replace", _) if matches!(part, None | Some(UriPart::Port)) => {
                let place = element.attribute("type")?.span;
                let message = format!("`{kind}` is ignored: the fragment `{fragment}` is set");
                compiler.diagnostics.report(Code::NOT_HONOURED, place, message);
                Edit::Set(text)
            }
            ("append", _) => Edit::Append(text),
            ("prepend", _) => Edit::Prepend(text),
            ("remove-query-param", _) => Edit::RemoveParameter(text),
            (_, Some(pattern)) => Edit::Replace(pattern, text),
            _ => Edit::Set(text),
        };
        let action = Self { part, edit };
        action.warn_if_it_fails(element, compiler);
        Some(action)
    }

    /// Tells of a written value that can be written into no URL.
    fn warn_if_it_fails(&self, element: Element<'_>, compiler: &mut Compiler<'_>) {
        let Some(value) = element.attribute("value") else { return };
        let wrong = match &self.edit {
            Edit::Set(text) if text.is_fixed() => self.refusal(value.value.value),
            Edit::Replace(pattern, text) if text.is_fixed() => {
                Piece::java(value.value.value, pattern.groups()).err().map(|why| why.to_string())
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            let report = compiler.diagnostics.report(Code::NOT_HONOURED, value.value.span, wrong);
            report.help("the message fails at this rule");
        }
    }

    /// Why a text cannot be set.
    fn refusal(&self, text: &str) -> Option<String> {
        if let Some(part) = self.part {
            let written = part.escaped(text);
            let sound = written.is_empty() || part.is_sound(&written);
            (!sound).then(|| format!("`{text}` is no {} of a URL", part.word()))
        } else {
            let part = UriParts::of(text).malformed()?;
            Some(format!("the value is no URL: its {} cannot stand so", part.word()))
        }
    }

    pub(super) fn apply(&self, url: &mut Url, flow: &Flow) -> Result<(), Interrupt> {
        let Some(part) = self.part else {
            url.keeps_host = false;
            url.parts = match &self.edit {
                Edit::Set(text) => Url::read(&text.evaluate(flow)?)?,
                _ => UriParts::default(),
            };
            return Ok(());
        };
        let old = url.parts.written(part);
        let new = match &self.edit {
            Edit::Set(text) => part.escaped(&text.evaluate(flow)?).into_owned(),
            Edit::Append(text) => joined(part, old, &part.escaped(&text.evaluate(flow)?)),
            Edit::Prepend(text) => joined(part, &part.escaped(&text.evaluate(flow)?), old),
            Edit::Replace(pattern, text) => {
                let old = url.parts.text(part).unwrap_or_default();
                let new = replaced(pattern, &old, &text.replacement(flow)?, flow)?;
                if new == old {
                    return Ok(());
                }
                part.escaped(&new).into_owned()
            }
            Edit::RemoveParameter(text) => url.parts.without_parameter(&text.evaluate(flow)?),
            Edit::Remove => String::new(),
        };
        if part == UriPart::Host && matches!(self.edit, Edit::Set(_)) {
            url.keeps_host = false;
        }
        url.parts.write(part, new);
        Ok(())
    }
}

/// Two texts of a part, one behind the other; parameters of a query stay apart.
fn joined(part: UriPart, first: &str, second: &str) -> String {
    let apart = part == UriPart::Query && !first.is_empty() && !second.is_empty();
    [first, if apart { "&" } else { "" }, second].concat()
}

fn replaced(
    pattern: &Pattern,
    old: &str,
    replacement: &str,
    flow: &Flow,
) -> Result<String, EvalError> {
    let pieces = Piece::java(replacement, pattern.groups())?;
    let mut left = LONGEST;
    pattern.replace(old, &pieces, flow.services.rules.work.regex, &mut |bytes| {
        left = left.checked_sub(bytes).ok_or_else(|| {
            EvalError::failed(format!("what replaces a part of a URL is over {LONGEST} bytes"))
        })?;
        Ok(())
    })
}

impl Text {
    /// The text that an action has; none for one that removes. The error says that a problem was
    /// reported.
    fn compile(
        element: Element<'_>,
        removes: bool,
        compiler: &mut Compiler<'_>,
    ) -> Result<Option<Self>, ()> {
        let (value, xpath) = (element.attribute("value"), element.attribute("xpath"));
        let mut idle = |attribute: Option<Attribute<'_>>, beside: &str| {
            if let Some(attribute) = attribute {
                let message = format!("`{}` is ignored beside `{beside}`", attribute.name);
                compiler.diagnostics.report(Code::NOT_HONOURED, attribute.span, message);
            }
        };
        if removes {
            idle(value, "type=\"remove\"");
            idle(xpath, "type=\"remove\"");
            return Ok(None);
        }
        let source = match (xpath, value) {
            (Some(xpath), value) => {
                idle(value, "xpath");
                Source::Expression(compiler.expression(xpath.value, element).ok_or(())?)
            }
            (None, Some(value)) => Source::Static(Value::text(value.value.value)),
            (None, None) => {
                compiler
                    .diagnostics
                    .report(Code::MISSING_ATTRIBUTE, element.name_span(), "the action has no value")
                    .help("give it a `value`, an `xpath`, or type=\"remove\"");
                return Err(());
            }
        };
        Ok(Some(Self { source, resolve: is_true(element, "resolve") }))
    }

    /// Whether it is the same for every message.
    fn is_fixed(&self) -> bool {
        matches!(self.source, Source::Static(_)) && !self.resolve
    }

    fn evaluate(&self, flow: &Flow) -> Result<String, Interrupt> {
        self.resolved(flow, str::to_owned)
    }

    /// The text as the replacement of a regular expression: what properties say stands for itself.
    fn replacement(&self, flow: &Flow) -> Result<String, Interrupt> {
        self.resolved(flow, |value| value.chars().flat_map(|c| ['\\', c]).collect())
    }

    fn resolved(&self, flow: &Flow, write: fn(&str) -> String) -> Result<String, Interrupt> {
        let text = self.source.plain(flow)?.to_text();
        if !self.resolve {
            return Ok(text.to_string());
        }
        let mut resolved = String::with_capacity(text.len());
        let mut rest = &*text;
        while let Some((before, opened)) = rest.split_once('{') {
            resolved.push_str(before);
            match opened.find(['{', '}']) {
                Some(end) if opened[end..].starts_with('}') => {
                    resolved.push_str(&write(&property(&opened[..end], flow)?));
                    rest = &opened[end + 1..];
                }
                _ => {
                    resolved.push('{');
                    rest = opened;
                }
            }
        }
        resolved.push_str(rest);
        Ok(resolved)
    }
}

/// The text of a property that a URL needs.
fn property(name: &str, flow: &Flow) -> Result<Arc<str>, Fault> {
    let value = flow.message.property(PropertyScope::Default, name).map(|value| value.to_text());
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        Fault::flow(format!("the property `{name}`, which the rewritten URL needs, has no value"))
    })
}

/// The regular expression of an action that replaces. The error says that a problem was reported.
fn regex(
    element: Element<'_>,
    replaces: bool,
    compiler: &mut Compiler<'_>,
) -> Result<Option<Pattern>, ()> {
    match (element.attribute("regex"), replaces) {
        (Some(regex), true) => search(regex.value, compiler).map(Some).ok_or(()),
        (Some(regex), false) => {
            let message = "`regex` is ignored without type=\"replace\"";
            compiler.diagnostics.report(Code::NOT_HONOURED, regex.span, message);
            Ok(None)
        }
        (None, true) => {
            compiler
                .diagnostics
                .report(Code::MISSING_ATTRIBUTE, element.name_span(), "`replace` needs a `regex`")
                .help("type=\"set\" writes all of the part anew");
            Err(())
        }
        (None, false) => Ok(None),
    }
}

/// The word that an attribute holds.
fn word(element: Element<'_>, name: &str, default: &str) -> String {
    let found = element.attribute(name).map_or(default, |found| found.value.value.trim());
    found.to_ascii_lowercase()
}
