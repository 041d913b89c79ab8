//! `call-template`: runs a sequence template with arguments.

use std::sync::Arc;

use super::{optional, required};
use crate::diagnostic::Code;
use crate::expression::Dynamic;
use crate::mediation::{
    Argument, Arguments, AttributeSpec, Children, Compiler, Enter, Flow, Interrupt, Kind,
    MediatorSpec, Outcome, Run, SequenceRef, Step, Template, check_attributes,
};
use crate::message::{Fault, Value};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "call-template",
    summary: "Runs a sequence template; its parameters are read as `$func:name`.",
    example: "<call-template target=\"notify\"><with-param name=\"to\" value=\"{$ctx:mail}\"/></call-template>",
    attributes: &[
        required("target", Kind::Key, "The template's name."),
        optional("onError", Kind::Key, "A sequence that runs when the template faults."),
    ],
    children: Children::Named(&["with-param"]),
    compile,
};

const PARAMETER: &[AttributeSpec] = &[
    required("name", Kind::Text, "The parameter's name."),
    required("value", Kind::Dynamic, "Its value; {{expression}} is evaluated inside the template."),
];

#[derive(Debug)]
struct CallTemplate {
    target: Arc<str>,
    arguments: Vec<(Arc<str>, Dynamic)>,
    on_error: Option<SequenceRef>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let target = element.attribute("target")?.value;
    let name = target.value.trim();
    // An operation of a connector is a template too, by its qualified name.
    if let Some((connector, operation)) = compiler.catalogue.qualified(name) {
        return connector.compile_call(operation, element, compiler).map(|placed| placed.step);
    }
    compiler.mention(Code::UNRESOLVED_TEMPLATE, name, target.span);
    let params = element.children().filter(|child| child.name() == "with-param");
    let arguments: Vec<_> = params.map(|child| argument(child, compiler)).collect();
    let arguments = arguments.into_iter().collect::<Option<Vec<_>>>();
    let on_error = match element.attribute("onError") {
        Some(key) => Some(compiler.sequence_key(key.value, element)?),
        None => None,
    };
    Some(Step::Run(Box::new(CallTemplate { target: name.into(), arguments: arguments?, on_error })))
}

fn argument(child: Element<'_>, compiler: &mut Compiler<'_>) -> Option<(Arc<str>, Dynamic)> {
    if !check_attributes(child, PARAMETER, compiler) {
        return None;
    }
    let (name, value) = (child.attribute("name")?, child.attribute("value")?);
    Some((Arc::from(name.value.value.trim()), compiler.dynamic(value.value, child)?))
}

impl Run for CallTemplate {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let program = Arc::clone(&flow.program);
        let template = program.template(&self.target).ok_or_else(|| {
            Fault::flow(format!("no template named `{}` is deployed", self.target))
        })?;
        let arguments = self.evaluate(template, flow)?;
        let on_error = [self.on_error.clone(), template.on_error.clone()];
        Ok(Outcome::Enter(Enter {
            sequence: template.sequence,
            arguments: Some(Arc::new(arguments)),
            on_error,
        }))
    }
}

impl CallTemplate {
    fn evaluate(&self, template: &Template, flow: &Flow) -> Result<Arguments, Interrupt> {
        let mut arguments = Arguments::default();
        for (name, value) in &self.arguments {
            let argument = match value.defer(&flow.view())? {
                Some(expression) => Argument::Deferred(expression),
                None => Argument::Value(value.evaluate(&flow.view())?),
            };
            arguments.set(Arc::clone(name), argument);
        }
        for parameter in &template.parameters {
            let given = arguments.get(&parameter.name).is_some_and(|argument| match argument {
                Argument::Value(value) => !value.is_null() && !value.to_text().is_empty(),
                Argument::Deferred(_) => true,
            });
            if given {
                continue;
            }
            if let Some(default) = &parameter.default {
                let value = Argument::Value(Value::Text(Arc::clone(default)));
                arguments.set(Arc::clone(&parameter.name), value);
            } else if parameter.mandatory {
                let message = format!(
                    "the template `{}` needs the parameter `{}`",
                    self.target, parameter.name
                );
                return Err(Fault::new(Fault::MISSING_PARAMETER, message).into());
            }
        }
        Ok(arguments)
    }
}
