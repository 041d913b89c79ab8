//! `property`: sets or removes a property of a scope.

use std::sync::Arc;

use super::values::{Source, Type, full_match, scope_of, source};
use super::{defaulted, optional, required};
use crate::diagnostic::Code;
use crate::expression::{Dynamic, PropertyScope};
use crate::mediation::{
    AttributeSpec, Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step,
};
use crate::message::Value;
use crate::xml::document::Element;

const SCOPES: &[&str] =
    &["default", "axis2", "axis2-client", "transport", "operation", "registry", "system"];
const TYPES: &[&str] =
    &["STRING", "BOOLEAN", "INTEGER", "LONG", "SHORT", "FLOAT", "DOUBLE", "OM", "JSON"];

pub(super) const ATTRIBUTES: &[AttributeSpec] = &[
    required("name", Kind::Dynamic, "The property's name, or {expression} that gives it."),
    optional("value", Kind::Text, "The value, as written."),
    optional("expression", Kind::Expression, "An expression that gives the value."),
    defaulted("scope", Kind::Choice(SCOPES), "default", "Where the property lives."),
    defaulted("type", Kind::Choice(TYPES), "STRING", "The type of the value."),
    defaulted("action", Kind::Choice(&["set", "remove"]), "set", "Whether to set or to remove it."),
    optional("pattern", Kind::Regex, "A regular expression that must match the whole value."),
    optional("group", Kind::Integer, "Which group of the match is kept; 0 is the whole match."),
];

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "property",
    summary: "Sets a property to a value, the result of an expression or XML, or removes it.",
    example: "<property name=\"customer\" expression=\"json-eval($.customer.id)\"/>",
    attributes: ATTRIBUTES,
    children: Children::Any,
    compile,
};

#[derive(Debug)]
pub(super) struct Property {
    name: Dynamic,
    scope: PropertyScope,
    /// `None` removes the property.
    set: Option<Set>,
}

#[derive(Debug)]
struct Set {
    source: Source,
    kind: Option<Type>,
    pattern: Option<(regex::Regex, usize)>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    property(element, compiler).map(|property| Step::Run(Box::new(property) as Box<dyn Run>))
}

/// Compiles a `property` whose attributes were checked.
pub(super) fn property(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Property> {
    let name = compiler.dynamic(element.attribute("name")?.value, element)?;
    let scope = scope_of(element)?;
    if matches!(scope, PropertyScope::Registry | PropertyScope::System) {
        let message = "properties of this scope cannot be set by a flow";
        compiler
            .diagnostics
            .report(Code::INVALID_VALUE, element.name_span(), message)
            .help("use the default scope, or a setting");
        return None;
    }
    let remove = element
        .attribute("action")
        .is_some_and(|action| action.value.value.trim().eq_ignore_ascii_case("remove"));
    let set = if remove { None } else { Some(set(element, compiler)?) };
    Some(Property { name, scope, set })
}

fn set(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Set> {
    let kind = element.attribute("type").and_then(|kind| Type::of(kind.value.value.trim()));
    let source = match source(element, compiler).ok()? {
        Some(source) => source,
        None => inline(element, compiler)?,
    };
    let source = match (source, kind) {
        (Source::Static(value), Some(kind)) => {
            Source::Static(converted(value, kind, element, compiler)?)
        }
        (source, _) => source,
    };
    let pattern = match element.attribute("pattern") {
        Some(pattern) => {
            let group =
                element.attribute("group").and_then(|group| group.value.value.trim().parse().ok());
            Some((full_match(pattern.value, compiler)?, group.unwrap_or(0)))
        }
        None => None,
    };
    Some(Set { source, kind, pattern })
}

fn inline(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Source> {
    if let Some(child) = element.children().next() {
        return Some(Source::Static(Value::Xml(Arc::new(child.to_tree()))));
    }
    compiler
        .diagnostics
        .report(Code::MISSING_ATTRIBUTE, element.name_span(), "the property has no value")
        .help("give it a `value`, an `expression`, an XML child, or action=\"remove\"");
    None
}

fn converted(
    value: Value,
    kind: Type,
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Value> {
    match kind.convert(value) {
        Ok(value) => Some(value),
        Err(fault) => {
            let place = element.attribute("value").map_or(element.name_span(), |v| v.value.span);
            compiler.diagnostics.report(Code::INVALID_VALUE, place, &*fault.message);
            None
        }
    }
}

impl Set {
    fn value(&self, flow: &Flow) -> Result<Value, Interrupt> {
        let mut value = self.source.evaluate(flow)?;
        if let Some((regex, group)) = &self.pattern {
            let text = value.to_text();
            let kept = regex.captures(&text).and_then(|found| found.get(*group));
            value = Value::text(kept.map_or("", |kept| kept.as_str()));
        }
        match self.kind {
            // Without a type XML stays XML, all else is text.
            None => Ok(match value {
                Value::Null | Value::Xml(_) | Value::Text(_) | Value::Json(_) => value,
                other => Value::Text(other.to_text()),
            }),
            Some(kind) => Ok(kind.convert(value)?),
        }
    }
}

impl Run for Property {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let name = self.name.evaluate(&flow.view())?.to_text();
        match &self.set {
            Some(set) => {
                let value = set.value(flow)?;
                flow.message.set_property(self.scope, &name, value)?;
            }
            None => flow.message.remove_property(self.scope, &name)?,
        }
        Ok(Outcome::Next)
    }
}
