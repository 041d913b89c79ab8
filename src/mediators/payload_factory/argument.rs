//! An argument of a factory: compiled once, and what it puts in the place of `$n`.

use std::borrow::Cow;
use std::sync::Arc;

use super::Style;
use crate::diagnostic::Code;
use crate::expression::{Expression, Language};
use crate::json;
use crate::mediation::{AttributeSpec, Compiler, Interrupt, Kind, View, check_attributes};
use crate::mediators::embed::{
    Media, controls_escaped, is_json_primitive, json_escaped, json_to_xml, looks_like_json,
    parsed_xml, tree_to_json, xml_escaped,
};
use crate::mediators::optional;
use crate::message::{Fault, Rules};
use crate::xml::Tree;
use crate::xml::document::{Element, Text};

const ATTRIBUTES: &[AttributeSpec] = &[
    optional("value", Kind::Text, "The value, as written."),
    optional("expression", Kind::Expression, "An expression that gives the value."),
    optional("evaluator", Kind::Choice(&["xml", "json"]), "`json` makes a JSONPath of it."),
    optional("literal", Kind::Boolean, "Whether the result is text even where it looks like JSON."),
    optional("deepCheck", Kind::Boolean, "Has no effect in Synapse either."),
];

/// An argument.
#[derive(Debug)]
pub(super) enum Argument {
    Static(Arc<Filled>),
    /// XML for a template of JSON, which becomes JSON by the rules of the process.
    Document(Tree),
    Expression {
        expression: Expression,
        literal: bool,
    },
}

/// An argument's text, ready for its place.
#[derive(Debug)]
pub(super) struct Filled {
    text: String,
    /// Text that gets quotes where the flow asks for them.
    quotable: bool,
}

impl Argument {
    pub(super) fn compile(
        element: Element<'_>,
        style: Style,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        if !check_attributes(element, ATTRIBUTES, compiler) {
            return None;
        }
        if let Some(value) = element.attribute("value") {
            return match fixed(value.value.value, style) {
                Ok(argument) => Some(argument),
                Err(fault) => {
                    let place = value.value.span;
                    compiler.diagnostics.report(Code::INVALID_VALUE, place, &*fault.message);
                    None
                }
            };
        }
        let Some(expression) = element.attribute("expression") else {
            compiler
                .diagnostics
                .report(
                    Code::MISSING_ATTRIBUTE,
                    element.name_span(),
                    "an argument needs a `value` or an `expression`",
                )
                .help("an argument without one cannot stand for `$n`");
            return None;
        };
        let is = |name, word: &str| {
            element
                .attribute(name)
                .is_some_and(|found| found.value.value.trim().eq_ignore_ascii_case(word))
        };
        let expression = if is("evaluator", "json") {
            json_path(expression.value, element, compiler)?
        } else {
            compiler.expression(expression.value, element)?
        };
        Some(Self::Expression { expression, literal: is("literal", "true") })
    }

    /// What stands in the place of `$n` for this message.
    pub(super) fn fill(&self, style: Style, view: &View<'_>) -> Result<Arc<Filled>, Interrupt> {
        match self {
            Self::Static(filled) => Ok(Arc::clone(filled)),
            Self::Document(tree) => {
                let text = tree_to_json(tree, view.message.rules())?;
                Ok(Arc::new(Filled { text, quotable: false }))
            }
            Self::Expression { expression, literal } => {
                let text = expression.evaluate_text(view)?;
                let is_json = expression.language() != Language::XPath;
                let rules = view.message.rules();
                let written = Written { text: &text, is_json, literal: *literal, style };
                Ok(Arc::new(written.filled(rules)?))
            }
        }
    }
}

impl Filled {
    /// Appends the text.
    pub(super) fn write(&self, out: &mut String, quotes: bool) {
        let quotes = quotes && self.quotable && !is_json_primitive(&self.text);
        if quotes {
            out.push('"');
        }
        out.push_str(&self.text);
        if quotes {
            out.push('"');
        }
    }
}

/// `json-eval(…)` or the path alone.
fn json_path(
    text: Text<'_>,
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Expression> {
    let written = text.value.trim_start();
    if written.starts_with("json-eval(") || written.starts_with("${") {
        return compiler.expression(text, element);
    }
    compiler.json_path(text, element)
}

/// A `value`: text that is not XML is escaped for XML whatever the template makes, as Synapse does.
fn fixed(value: &str, style: Style) -> Result<Argument, Fault> {
    let rules = Rules::default();
    let document = parsed_xml(value, &rules);
    let text = if document.is_some() { Cow::Borrowed(value) } else { xml_escaped(value).into() };
    let filled = match (document, style.media) {
        (Some(tree), Media::Json) => {
            // What is no JSON by any rules is told at once.
            tree_to_json(&tree, &rules)?;
            return Ok(Argument::Document(tree));
        }
        (None, Media::Text | Media::Xml) => Filled { text: text.into_owned(), quotable: false },
        _ => Written { text: &text, is_json: false, literal: false, style }.filled(&rules)?,
    };
    Ok(Argument::Static(Arc::new(filled)))
}

/// What an argument gives, on its way into a template.
#[derive(Clone, Copy)]
struct Written<'a> {
    text: &'a str,
    /// Whether the language that gave it gives JSON.
    is_json: bool,
    /// Whether it is text even where it looks like JSON or XML.
    literal: bool,
    style: Style,
}

impl Written<'_> {
    fn filled(self, rules: &Rules) -> Result<Filled, Fault> {
        match self.style.media {
            Media::Text => Ok(Filled { text: self.text.to_owned(), quotable: false }),
            Media::Json => self.in_json(rules),
            Media::Xml => self.in_xml(rules),
        }
    }

    fn in_json(self, rules: &Rules) -> Result<Filled, Fault> {
        let Self { text, is_json, literal, style } = self;
        let raw = |text| Ok(Filled { text, quotable: false });
        if !literal {
            if !is_json && let Some(tree) = parsed_xml(text, rules) {
                return raw(tree_to_json(&tree, rules)?);
            }
            if looks_like_json(text) {
                let escape = is_json && style.escape;
                return raw(if escape { controls_escaped(text) } else { text.to_owned() });
            }
        }
        Ok(Filled { text: json_escaped(text), quotable: true })
    }

    fn in_xml(self, rules: &Rules) -> Result<Filled, Fault> {
        let Self { text, is_json, literal, style } = self;
        let text = if literal || style.escape {
            xml_escaped(text)
        } else if is_json && looks_like_json(text) {
            let value = json::parse(text.as_bytes(), &rules.json).map_err(|error| {
                Fault::flow(format!("an argument that looks like JSON is none: {error}"))
            })?;
            json_to_xml(&value, rules)?
        } else if parsed_xml(text, rules).is_some() {
            text.to_owned()
        } else {
            xml_escaped(text)
        };
        Ok(Filled { text, quotable: false })
    }
}
