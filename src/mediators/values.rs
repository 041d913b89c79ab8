//! What several mediators do with values: scopes, types, sources.

use std::sync::Arc;

use crate::diagnostic::{Code, Span};
use crate::expression::java_regex::Pattern;
use crate::expression::{Dynamic, Expression, ParseError, PropertyScope};
use crate::json;
use crate::mediation::{Compiler, Flow, Interrupt};
use crate::message::{Fault, Rules, Value};
use crate::xml::document::{Element, Text};
use crate::xml::{self, Tree};

/// Where a value comes from.
#[derive(Debug)]
pub(super) enum Source {
    /// `value`.
    Static(Value),
    /// `expression`.
    Expression(Expression),
}

/// The types that `type` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    String,
    Boolean,
    /// Whole numbers of so many bits.
    Whole(u32),
    Float,
    Double,
    Xml,
    Json,
}

impl Type {
    /// The type that a word means.
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_uppercase().as_str() {
            "STRING" => Self::String,
            "BOOLEAN" => Self::Boolean,
            "SHORT" => Self::Whole(16),
            "INTEGER" => Self::Whole(32),
            "LONG" => Self::Whole(64),
            "FLOAT" => Self::Float,
            "DOUBLE" => Self::Double,
            "OM" | "XML" => Self::Xml,
            "JSON" => Self::Json,
            _ => return None,
        })
    }

    /// A value as this type; nothing stays nothing, and what cannot be converted is a fault.
    pub(super) fn convert(self, value: Value, rules: &Rules) -> Result<Value, Fault> {
        if value.is_null() {
            return Ok(value);
        }
        let text = value.to_text();
        let wrong = |what: &str| Fault::flow(format!("`{text}` is not {what}"));
        match self {
            Self::String => Ok(Value::Text(text)),
            Self::Boolean => {
                let is = |word: &&str| text.trim().eq_ignore_ascii_case(word);
                Ok(Value::Bool(["true", "yes", "1"].iter().any(is)))
            }
            Self::Whole(bits) => {
                // Synapse cuts the digits behind the point.
                let whole = text.trim().split('.').next().unwrap_or_default();
                let number: i64 = whole.parse().map_err(|_| wrong("a whole number"))?;
                let fits = bits >= 64 || (number >> (bits - 1)) == (number >> 63);
                if fits { Ok(Value::Int(number)) } else { Err(wrong("in the range of its type")) }
            }
            // Rounded as Java rounds it, and no further: 0.1 stays 0.1.
            Self::Float => {
                let rounded = text.trim().parse::<f32>().map(|number| number.to_string());
                let number = rounded.ok().and_then(|text| text.parse().ok());
                number.map(Value::Double).ok_or_else(|| wrong("a number"))
            }
            Self::Double => text.trim().parse().map(Value::Double).map_err(|_| wrong("a number")),
            Self::Json => Ok(to_json(value, rules)),
            Self::Xml => match value {
                Value::Xml(_) => Ok(value),
                _ => to_xml(&text, rules).map(Value::Xml),
            },
        }
    }
}

/// A value as JSON; text that is no JSON becomes a JSON string.
fn to_json(value: Value, rules: &Rules) -> Value {
    let text = match &value {
        Value::Json(_) => return value,
        other => other.to_text(),
    };
    let parsed = json::parse(text.as_bytes(), &rules.json);
    Value::Json(Arc::new(parsed.unwrap_or(json::Value::String(text))))
}

/// Text as XML.
pub(super) fn to_xml(text: &str, rules: &Rules) -> Result<Arc<Tree>, Fault> {
    xml::parse(text.as_bytes(), None, &rules.xml)
        .map(Arc::new)
        .map_err(|error| Fault::flow(format!("the text is not XML: {error}")))
}

/// The scope that an attribute names; without the attribute it is the default scope.
pub(super) fn scope_of(element: Element<'_>) -> Option<PropertyScope> {
    let Some(scope) = element.attribute("scope") else { return Some(PropertyScope::Default) };
    Some(match scope.value.value.trim() {
        "default" => PropertyScope::Default,
        "axis2" => PropertyScope::Axis2,
        "axis2-client" => PropertyScope::Axis2Client,
        "transport" => PropertyScope::Transport,
        "operation" => PropertyScope::Operation,
        "registry" => PropertyScope::Registry,
        "system" => PropertyScope::System,
        _ => return None,
    })
}

/// The source of a value: `value` or `expression`; neither is `None`. The error says that a
/// problem was reported.
pub(super) fn source(
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Result<Option<Source>, ()> {
    let expression = element.attribute("expression");
    if let Some(value) = element.attribute("value") {
        if let Some(ignored) = expression {
            let message = "`expression` is ignored beside `value`";
            compiler.diagnostics.report(Code::NOT_HONOURED, ignored.span, message);
        }
        return Ok(Some(Source::Static(Value::text(value.value.value))));
    }
    match expression {
        Some(text) => {
            let compiled = compiler.expression(text.value, element).ok_or(())?;
            Ok(Some(Source::Expression(compiled)))
        }
        None => Ok(None),
    }
}

/// The source of a value that may also be an XML child; a missing one is reported.
pub(super) fn source_or_child(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Source> {
    let mut children = element.children().filter(|child| !is_description(*child));
    let source = if let Some(source) = source(element, compiler).ok()? {
        source
    } else if let Some(child) = children.next() {
        Source::Static(Value::Xml(Arc::new(child.to_tree())))
    } else {
        let message = format!("the {} has no value", element.name());
        compiler
            .diagnostics
            .report(Code::MISSING_ATTRIBUTE, element.name_span(), message)
            .help("give it a `value`, an `expression`, an XML child, or action=\"remove\"");
        return None;
    };
    ignored(children, "there is a value already", compiler);
    Some(source)
}

fn is_description(child: Element<'_>) -> bool {
    child.is_synapse() && child.name() == "description"
}

/// Tells of children that Synapse does not look at.
pub(super) fn ignored<'e>(
    children: impl Iterator<Item = Element<'e>>,
    reason: &str,
    compiler: &mut Compiler<'_>,
) {
    for child in children.filter(|child| !is_description(*child)) {
        let message = format!("<{}> is ignored: {reason}", child.name());
        compiler.diagnostics.report(Code::UNKNOWN_CHILD, child.name_span(), message);
    }
}

/// Whether an attribute is `true`.
pub(super) fn is_true(element: Element<'_>, name: &str) -> bool {
    element
        .attribute(name)
        .is_some_and(|found| found.value.value.trim().eq_ignore_ascii_case("true"))
}

/// Whether an attribute is a word, in any case.
pub(super) fn is_word(element: Element<'_>, name: &str, word: &str) -> bool {
    element.attribute(name).is_some_and(|found| found.value.value.trim().eq_ignore_ascii_case(word))
}

/// A value that is the same for every message, as its type; what cannot be converted is reported.
pub(super) fn converted(
    value: Value,
    kind: Type,
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Value> {
    match kind.convert(value, &Rules::default()) {
        Ok(value) => Some(value),
        Err(fault) => {
            let place = element.attribute("value").map_or(element.name_span(), |v| v.value.span);
            compiler.diagnostics.report(Code::INVALID_VALUE, place, &*fault.message);
            None
        }
    }
}

impl Source {
    /// The value for a message.
    pub(super) fn evaluate(&self, flow: &Flow) -> Result<Value, Interrupt> {
        match self {
            Self::Static(value) => Ok(value.clone()),
            Self::Expression(expression) => Ok(expression.evaluate(&flow.view())?),
        }
    }

    /// The value for a place that holds no XML: an element that an expression selects is its text,
    /// or is written out where it has none.
    pub(super) fn plain(&self, flow: &Flow) -> Result<Value, Interrupt> {
        match (self.evaluate(flow)?, self) {
            (Value::Xml(_), Self::Expression(expression)) => {
                Ok(Value::Text(expression.evaluate_text(&flow.view())?))
            }
            (value, _) => Ok(value),
        }
    }

    /// The value as a type.
    pub(super) fn typed(&self, kind: Type, flow: &Flow) -> Result<Value, Interrupt> {
        let value = match kind {
            Type::Xml | Type::Json => self.evaluate(flow)?,
            _ => self.plain(flow)?,
        };
        Ok(kind.convert(value, flow.message.rules())?)
    }
}

/// The namespace that a prefix stands for on an element; one that is not declared is reported.
pub(super) fn namespace_of<'d>(
    prefix: &str,
    place: Span,
    element: Element<'d>,
    compiler: &mut Compiler<'_>,
) -> Option<&'d str> {
    let found = element.namespaces().find(|(known, _)| *known == prefix);
    if found.is_none() {
        let message = format!("the prefix `{prefix}` is not declared");
        compiler.diagnostics.report(Code::INVALID_VALUE, place, message);
    }
    found.map(|(_, uri)| uri)
}

/// A count that a message gives; what is not positive is none.
pub(super) fn count(value: Option<&Dynamic>, flow: &Flow) -> Result<Option<usize>, Interrupt> {
    let Some(value) = value else { return Ok(None) };
    let text = value.evaluate_text(&flow.view())?;
    let number: i64 =
        text.trim().parse().map_err(|_| Fault::flow(format!("`{text}` is no whole number")))?;
    Ok(usize::try_from(number).ok().filter(|number| *number > 0))
}

/// A regular expression that must match a whole text, as Java's `matches` does.
pub(super) fn full_match(text: Text<'_>, compiler: &mut Compiler<'_>) -> Option<Pattern> {
    usable(Pattern::whole(text.value, ""), text, compiler)
}

/// A regular expression that is looked for inside a text, as Java's `find` does.
pub(super) fn search(text: Text<'_>, compiler: &mut Compiler<'_>) -> Option<Pattern> {
    usable(Pattern::within(text.value, ""), text, compiler)
}

fn usable(
    pattern: Result<Pattern, ParseError>,
    text: Text<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Pattern> {
    match pattern {
        Ok(regex) => Some(regex),
        Err(error) => {
            let place = text.place(error.offset);
            let message = format!("the regular expression cannot be used: {}", error.message);
            let report = compiler.diagnostics.report(Code::INVALID_VALUE, place, message);
            if let Some(help) = error.help {
                report.help(help);
            }
            None
        }
    }
}
