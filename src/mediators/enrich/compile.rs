//! What an `enrich` says, checked: types, actions, and pairs that Synapse refuses.

use std::sync::Arc;

use super::{Action, Enrich, From, SPEC, Source, Target};
use crate::diagnostic::Code;
use crate::expression::Expression;
use crate::expression::jsonpath::JsonPath;
use crate::mediation::{AttributeSpec, Compiler, Kind, Step, check_attributes};
use crate::mediators::inline::Inline;
use crate::mediators::{defaulted, optional};
use crate::message::PropertyScope;
use crate::xml::document::{Element, Text};

const SOURCE: &[AttributeSpec] = &[
    defaulted(
        "type",
        Kind::Choice(&["custom", "envelope", "body", "property", "inline", "variable"]),
        "custom",
        "What is copied.",
    ),
    defaulted("clone", Kind::Boolean, "true", "Whether the source stays where it is."),
    optional("xpath", Kind::Expression, "The expression of a custom source."),
    optional("property", Kind::Text, "The property's name."),
    optional("variable", Kind::Text, "The variable's name."),
    optional("key", Kind::Key, "The local entry or resource of an inline source."),
];

const TARGET: &[AttributeSpec] = &[
    defaulted(
        "type",
        Kind::Choice(&["custom", "envelope", "body", "property", "key", "variable", "inline"]),
        "custom",
        "Where it goes.",
    ),
    defaulted(
        "action",
        Kind::Choice(&["replace", "child", "sibling", "remove"]),
        "replace",
        "What happens at the target.",
    ),
    optional("xpath", Kind::Expression, "The expression of a custom target or a key."),
    optional("property", Kind::Text, "The property's name."),
    optional("variable", Kind::Text, "The variable's name."),
];

pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let source = child(element, "source", SOURCE, compiler);
    let target = child(element, "target", TARGET, compiler);
    let (source, target) = (source?, target?);
    let action = match word(target, "action").as_str() {
        "child" => Action::Child,
        "sibling" => Action::Sibling,
        "remove" => Action::Remove,
        _ => Action::Replace,
    };
    if !allowed(source, target, action, compiler) {
        return None;
    }
    let from = from(source, action, compiler);
    let to = to(target, action, compiler);
    let clone = word(source, "clone") != "false";
    let (from, to) = (from?, to?);
    let json = from.can_be_json() && to.can_be_json();
    if action == Action::Sibling && matches!(to, Target::Json(_)) {
        let place = target.attribute("action").map_or(target.name_span(), |found| found.span);
        compiler
            .diagnostics
            .report(Code::NOT_HONOURED, place, "JSON has no siblings: nothing will be done")
            .help("use action=\"child\" on what holds the place");
    }
    let source = Source { from, clone };
    Some(Step::Run(Box::new(Enrich { source, target: to, action, json })))
}

fn child<'e>(
    element: Element<'e>,
    name: &'static str,
    table: &[AttributeSpec],
    compiler: &mut Compiler<'_>,
) -> Option<Element<'e>> {
    let Some(child) = element.child(name) else {
        let message = format!("<{}> needs a <{name}>", SPEC.name);
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), message)
            .help("it says what is copied and where it goes");
        return None;
    };
    check_attributes(child, table, compiler).then_some(child)
}

fn word(element: Element<'_>, name: &str) -> String {
    let word = element.attribute(name).map_or("", |found| found.value.value.trim());
    word.to_ascii_lowercase()
}

fn kind(element: Element<'_>) -> String {
    let word = word(element, "type");
    if word.is_empty() { "custom".to_owned() } else { word }
}

/// The pairs that Synapse refuses.
fn allowed(
    source: Element<'_>,
    target: Element<'_>,
    action: Action,
    compiler: &mut Compiler<'_>,
) -> bool {
    let (from, to) = (kind(source), kind(target));
    let wrong = match (from.as_str(), to.as_str()) {
        (_, "inline") => Some("nothing can be copied to `inline`".to_owned()),
        ("envelope", "custom" | "envelope" | "body" | "key")
        | ("body", "envelope" | "body" | "key")
        | ("custom", "envelope") => Some(format!("`{from}` cannot be copied to `{to}`")),
        _ => match action {
            Action::Remove if from != "custom" => {
                Some("only a custom source can be removed".to_owned())
            }
            Action::Remove if !matches!(to.as_str(), "body" | "property") => {
                Some(format!("nothing can be removed from `{to}`"))
            }
            Action::Child | Action::Sibling if matches!(to.as_str(), "envelope" | "key") => {
                Some(format!("`{to}` can only be replaced"))
            }
            _ => None,
        },
    };
    let Some(message) = wrong else { return true };
    compiler.diagnostics.report(Code::CONFLICT, target.name_span(), message);
    false
}

fn from(element: Element<'_>, action: Action, compiler: &mut Compiler<'_>) -> Option<From> {
    Some(match kind(element).as_str() {
        "envelope" => From::Envelope,
        "body" => From::Body,
        "property" => From::Property(name(element, "property", compiler)?),
        "variable" => From::Variable(name(element, "variable", compiler)?),
        "inline" => From::Inline(Inline::compile(element, compiler)?),
        _ => {
            let text = needed(element, "xpath", compiler)?;
            match removed(text, action) {
                Some(paths) => From::Paths(paths),
                None => custom(text, element, action, compiler)?,
            }
        }
    })
}

fn custom(
    text: Text<'_>,
    element: Element<'_>,
    action: Action,
    compiler: &mut Compiler<'_>,
) -> Option<From> {
    let expression = compiler.expression(text, element)?;
    if action == Action::Remove && matches!(expression, Expression::DynamicPath(_)) {
        compiler
            .diagnostics
            .report(Code::CONFLICT, text.span, "a path that is removed cannot hold expressions")
            .help("Synapse does not evaluate them there either: write the path out");
        return None;
    }
    Some(From::Custom(expression))
}

fn to(element: Element<'_>, action: Action, compiler: &mut Compiler<'_>) -> Option<Target> {
    Some(match kind(element).as_str() {
        "envelope" => Target::Envelope,
        "body" => Target::Body,
        "property" => {
            Target::Property(PropertyScope::Default, name(element, "property", compiler)?)
        }
        "variable" => Target::Variable(name(element, "variable", compiler)?),
        kind => {
            let text = needed(element, "xpath", compiler)?;
            if let Some((scope, name)) = property_of(text.value) {
                return Some(Target::Property(scope, name));
            }
            let expression = compiler.expression(text, element)?;
            return place(kind, expression, text, action, compiler);
        }
    })
}

/// A target that an expression names.
fn place(
    kind: &str,
    expression: Expression,
    text: Text<'_>,
    action: Action,
    compiler: &mut Compiler<'_>,
) -> Option<Target> {
    let (message, help) = match expression {
        Expression::JsonPath(path) if kind == "key" => match path.parent() {
            Some((parent, name)) => return Some(Target::Key(parent, name)),
            None => ("the path does not end in a member's name", "write json-eval($.object.name)"),
        },
        _ if kind == "key" => {
            ("only a JSONPath can say which key is renamed", "write json-eval($.object.name)")
        }
        Expression::JsonPath(path) if path.is_whole_payload() && action == Action::Replace => {
            ("the whole payload cannot be replaced by a path", "use type=\"body\"")
        }
        Expression::JsonPath(path) if path.reads_payload() => return Some(Target::Json(path)),
        Expression::XPath(xpath) if xpath.reads_payload() => return Some(Target::Xml(xpath)),
        Expression::DynamicPath(_) => (
            "the path of a target cannot hold expressions",
            "Synapse does not evaluate them there either: write the path out",
        ),
        _ => (
            "the target is no place in the payload",
            "use json-eval(…), an XPath of the payload, or type=\"property\"",
        ),
    };
    compiler.diagnostics.report(Code::CONFLICT, text.span, message).help(help);
    None
}

fn needed<'e>(
    element: Element<'e>,
    attribute: &str,
    compiler: &mut Compiler<'_>,
) -> Option<Text<'e>> {
    let found = element.attribute(attribute).map(|found| found.value);
    if found.is_none() {
        let message = format!(
            "a <{}> of type `{}` needs the attribute `{attribute}`",
            element.name(),
            kind(element)
        );
        compiler.diagnostics.report(Code::MISSING_ATTRIBUTE, element.name_span(), message);
    }
    found
}

/// A variable's name may stand in `property` as well.
fn name(element: Element<'_>, attribute: &str, compiler: &mut Compiler<'_>) -> Option<Arc<str>> {
    let attribute = match element.attribute("property") {
        Some(_) if element.attribute(attribute).is_none() => "property",
        _ => attribute,
    };
    needed(element, attribute, compiler).map(|text| text.value.trim().into())
}

/// The JSONPaths, separated by commas, that `remove` takes.
fn removed(text: Text<'_>, action: Action) -> Option<Vec<JsonPath>> {
    let written = text.value.trim().strip_prefix("json-eval(")?.strip_suffix(')')?;
    if action != Action::Remove {
        return None;
    }
    if let Ok(path) = JsonPath::compile(written) {
        return Some(vec![path]);
    }
    written.split(',').map(|path| JsonPath::compile(path.trim()).ok()).collect()
}

/// Synapse reads a target `get-property('scope', 'name')` as the property itself.
fn property_of(text: &str) -> Option<(PropertyScope, Arc<str>)> {
    let arguments = text.trim().strip_prefix("get-property(")?.strip_suffix(')')?;
    let mut words = arguments.split(',').map(|word| word.trim().trim_matches(['\'', '"']));
    let (first, second) = (words.next()?, words.next());
    let Some(name) = second else { return Some((PropertyScope::Default, first.into())) };
    let scope = match first {
        "default" => PropertyScope::Default,
        "axis2" => PropertyScope::Axis2,
        "operation" => PropertyScope::Operation,
        _ => return None,
    };
    Some((scope, name.into()))
}
