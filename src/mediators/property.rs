//! `property`: sets or removes a property of a scope.

use super::values::{Source, Type, converted, full_match, is_word, scope_of, source_or_child};
use super::{defaulted, optional, required};
use crate::diagnostic::Code;
use crate::expression::java_regex::Pattern;
use crate::expression::{Dynamic, PropertyScope};
use crate::mediation::{
    AttributeSpec, Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step,
    check_special,
};
use crate::message::Value;
use crate::xml::document::Element;

const SCOPES: &[&str] = &[
    "default",
    "axis2",
    "axis2-client",
    "transport",
    "operation",
    "registry",
    "system",
    "analytics",
    "trace",
];
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
    /// `None` for a scope in which nothing is kept.
    scope: Option<PropertyScope>,
    /// `None` removes the property.
    set: Option<Set>,
}

#[derive(Debug)]
struct Set {
    source: Source,
    kind: Option<Type>,
    pattern: Option<(Pattern, usize)>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    property(element, compiler).map(|property| Step::Run(Box::new(property) as Box<dyn Run>))
}

/// Compiles a `property` whose attributes were checked.
pub(super) fn property(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Property> {
    let name = compiler.dynamic(element.attribute("name")?.value, element);
    let scope = scope(element, compiler);
    let remove = is_word(element, "action", "remove");
    if let (false, Some(scope)) = (remove, scope) {
        check_special(element, scope, compiler);
    }
    let set = if remove { None } else { Some(set(element, compiler)?) };
    Some(Property { name: name?, scope, set })
}

/// The scope; `None` for one that Synapse does nothing with either, or only its diagnostics do.
fn scope(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<PropertyScope> {
    let found = scope_of(element);
    let (message, help) = match found {
        Some(PropertyScope::System) => (
            "a flow cannot change system properties; this does nothing, as in Synapse",
            "set them in [system_properties], or use the default scope",
        ),
        None => (
            "properties of this scope are for Synapse's diagnostics and are not kept",
            "use the default scope for what a flow reads again",
        ),
        found => return found,
    };
    let place = element.attribute("scope").map_or(element.name_span(), |scope| scope.value.span);
    compiler.diagnostics.report(Code::NOT_HONOURED, place, message).help(help);
    None
}

fn set(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Set> {
    let kind = element.attribute("type").and_then(|kind| Type::of(kind.value.value.trim()));
    let source = source_or_child(element, compiler);
    let pattern = pattern(element, compiler).ok()?;
    let source = match (source?, kind, &pattern) {
        (Source::Static(value @ Value::Text(_)), Some(kind), None) => {
            Source::Static(converted(value, kind, element, compiler)?)
        }
        (source, ..) => source,
    };
    Some(Set { source, kind, pattern })
}

/// The pattern and which of its groups is kept. The error says that a problem was reported.
fn pattern(
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Result<Option<(Pattern, usize)>, ()> {
    let group = element.attribute("group");
    let Some(pattern) = element.attribute("pattern") else {
        if let Some(group) = group {
            let message = "`group` means nothing without a `pattern`";
            compiler.diagnostics.report(Code::NOT_HONOURED, group.span, message);
        }
        return Ok(None);
    };
    let regex = full_match(pattern.value, compiler).ok_or(())?;
    let Some(group) = group else { return Ok(Some((regex, 0))) };
    match group.value.value.trim().parse() {
        Ok(number) if number < regex.groups() => Ok(Some((regex, number))),
        _ => {
            let message = format!("the pattern has no group {}", group.value.value.trim());
            compiler.diagnostics.report(Code::INVALID_VALUE, group.value.span, message);
            Err(())
        }
    }
}

impl Set {
    fn value(&self, flow: &Flow) -> Result<Value, Interrupt> {
        // An XML child stays XML whatever the type says.
        if let (Source::Static(value @ Value::Xml(_)), None) = (&self.source, &self.pattern) {
            return Ok(value.clone());
        }
        let kind = self.kind.unwrap_or(Type::String);
        let Some((pattern, group)) = &self.pattern else { return self.source.typed(kind, flow) };
        let text = self.source.plain(flow)?.to_text();
        let found = pattern.captures(&text, flow.services.rules.work.regex)?;
        let kept = found.as_ref().and_then(|found| found.text(*group, &text));
        Ok(kind.convert(Value::text(kept.unwrap_or_default()), flow.message.rules())?)
    }
}

impl Run for Property {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let Some(scope) = self.scope else { return Ok(Outcome::Next) };
        let name = self.name.evaluate_text(&flow.view())?;
        let registry = &flow.services.registry;
        match (&self.set, scope) {
            (Some(set), PropertyScope::Registry) => {
                registry.set(&name, set.value(flow)?.to_text())?;
            }
            (None, PropertyScope::Registry) => registry.remove(&name),
            (Some(set), _) => {
                let value = set.value(flow)?;
                flow.message.set_property(scope, &name, value)?;
            }
            (None, _) => flow.message.remove_property(scope, &name)?,
        }
        Ok(Outcome::Next)
    }
}
