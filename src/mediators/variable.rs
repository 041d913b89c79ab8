//! `variable`: sets or removes a variable.

use std::sync::Arc;

use super::values::{Source, Type, source};
use super::{defaulted, optional, required};
use crate::diagnostic::Code;
use crate::expression::Dynamic;
use crate::mediation::{
    Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step,
};
use crate::message::Value;
use crate::xml::document::Element;

const TYPES: &[&str] = &["STRING", "BOOLEAN", "INTEGER", "LONG", "DOUBLE", "JSON", "XML"];

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "variable",
    summary: "Sets a variable, which expressions read as `${vars.name}`, or removes it.",
    example: "<variable name=\"total\" type=\"INTEGER\" expression=\"${payload.total}\"/>",
    attributes: &[
        required("name", Kind::Dynamic, "The variable's name, or {expression} that gives it."),
        optional("value", Kind::Text, "The value, as written."),
        optional("expression", Kind::Expression, "An expression that gives the value."),
        optional("type", Kind::Choice(TYPES), "The type; without it the value keeps its own."),
        defaulted(
            "action",
            Kind::Choice(&["set", "remove"]),
            "set",
            "Whether to set or to remove it.",
        ),
    ],
    children: Children::Any,
    compile,
};

#[derive(Debug)]
struct Variable {
    name: Dynamic,
    kind: Option<Type>,
    /// `None` removes the variable.
    source: Option<Source>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let name = compiler.dynamic(element.attribute("name")?.value, element)?;
    let kind = element.attribute("type").and_then(|kind| Type::of(kind.value.value.trim()));
    let remove = element
        .attribute("action")
        .is_some_and(|action| action.value.value.trim().eq_ignore_ascii_case("remove"));
    let source = if remove { None } else { Some(value(element, compiler)?) };
    Some(Step::Run(Box::new(Variable { name, kind, source })))
}

fn value(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Source> {
    if let Some(source) = source(element, compiler).ok()? {
        return Some(source);
    }
    if let Some(child) = element.children().next() {
        return Some(Source::Static(Value::Xml(Arc::new(child.to_tree()))));
    }
    compiler
        .diagnostics
        .report(Code::MISSING_ATTRIBUTE, element.name_span(), "the variable has no value")
        .help("give it a `value`, an `expression`, an XML child, or action=\"remove\"");
    None
}

impl Run for Variable {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let name = self.name.evaluate(&flow.view())?.to_text();
        match &self.source {
            Some(source) => {
                let value = source.evaluate(flow)?;
                let value = match self.kind {
                    // A primitive stays one, as in Micro Integrator.
                    Some(Type::Json)
                        if matches!(value, Value::Int(_) | Value::Double(_) | Value::Bool(_)) =>
                    {
                        value
                    }
                    Some(kind) => kind.convert(value)?,
                    None => value,
                };
                flow.message.variables.set(name, value);
            }
            None => drop(flow.message.variables.remove(&name)),
        }
        Ok(Outcome::Next)
    }
}
