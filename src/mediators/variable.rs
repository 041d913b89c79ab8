//! `variable`: sets or removes a variable.

use super::values::{Source, Type, converted, is_word, source_or_child};
use super::{defaulted, optional, required};
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
    let remove = is_word(element, "action", "remove");
    let source = if remove { None } else { Some(source_or_child(element, compiler)?) };
    let source = match (source, kind) {
        (Some(Source::Static(value @ Value::Text(_))), Some(kind)) => {
            Some(Source::Static(converted(value, kind, element, compiler)?))
        }
        (source, _) => source,
    };
    Some(Step::Run(Box::new(Variable { name, kind, source })))
}

impl Run for Variable {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let name = self.name.evaluate_text(&flow.view())?;
        match &self.source {
            Some(source) => {
                let value = match self.kind {
                    None => source.evaluate(flow)?,
                    // A primitive stays one, as in Micro Integrator.
                    Some(Type::Json) => match source.evaluate(flow)? {
                        value @ (Value::Int(_) | Value::Double(_) | Value::Bool(_)) => value,
                        _ => source.typed(Type::Json, flow)?,
                    },
                    Some(kind) => source.typed(kind, flow)?,
                };
                flow.message.variables.set(name, value);
            }
            None => drop(flow.message.variables.remove(&name)),
        }
        Ok(Outcome::Next)
    }
}
