//! `jsontransform`: makes the body JSON by rules of its own, and of the types that a schema names.

mod coerce;
mod rules;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use super::{optional, required};
use crate::diagnostic::Code;
use crate::expression::Dynamic;
use crate::json;
use crate::mediation::{
    AttributeSpec, Children, Compiler, Entry, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run,
    Step, check_attributes,
};
use crate::message::{Fault, Payload};
use crate::xml::document::Element;
use rules::Override;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "jsontransform",
    summary: "Makes the body JSON, by rules of its own or of the types that a JSON Schema names.",
    example: "<jsontransform schema=\"conf:/order.json\"/>",
    attributes: &[optional(
        "schema",
        Kind::Dynamic,
        "The local entry or resource that holds the schema.",
    )],
    children: Children::Named(&["property"]),
    compile,
};

const PROPERTY: &[AttributeSpec] = &[
    required("name", Kind::Text, "A rule of how XML becomes JSON (`synapse.commons.json.…`)."),
    required("value", Kind::Text, "What holds for this message."),
];

#[derive(Debug)]
struct JsonTransform {
    overrides: Vec<Override>,
    schema: Option<Schema>,
}

#[derive(Debug)]
struct Schema {
    key: Dynamic,
    /// The schema by a key that is the same for every message, once one came by.
    known: OnceLock<Arc<json::Value>>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let mut overrides = Vec::new();
    let mut sound = true;
    for property in element.children().filter(|child| child.name() == "property") {
        match self::property(property, compiler) {
            Ok(found) => overrides.extend(found),
            Err(()) => sound = false,
        }
    }
    let schema = match element.attribute("schema") {
        Some(key) => {
            let dynamic = compiler.dynamic(key.value, element)?;
            if dynamic.is_static() {
                compiler.mention(Code::UNRESOLVED_ENTRY, key.value.value.trim(), key.value.span);
            }
            Some(Schema { key: dynamic, known: OnceLock::new() })
        }
        None => None,
    };
    if schema.is_none() && element.child("property").is_none() {
        compiler
            .diagnostics
            .report(
                Code::MISSING_ATTRIBUTE,
                element.name_span(),
                "<jsontransform> says nothing to do",
            )
            .help("give it a `schema`, or a <property> with a rule of how XML becomes JSON");
        return None;
    }
    sound.then(|| Step::Run(Box::new(JsonTransform { overrides, schema })))
}

/// The rule that a property changes; nothing where it has no effect, which is told.
fn property(element: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Option<Override>, ()> {
    if !check_attributes(element, PROPERTY, compiler) {
        return Err(());
    }
    let (Some(name), Some(value)) = (element.attribute("name"), element.attribute("value")) else {
        return Err(());
    };
    match Override::of(name.value.value.trim(), value.value.value) {
        Some(Ok(found)) => Ok(Some(found)),
        Some(Err(why)) => {
            let message =
                format!("`{}` cannot be `{}`: {why}", name.value.value, value.value.value);
            compiler.diagnostics.report(Code::INVALID_VALUE, value.value.span, message);
            Err(())
        }
        None => {
            let message = format!("`{}` has no effect here", name.value.value.trim());
            compiler
                .diagnostics
                .report(Code::NOT_HONOURED, name.value.span, message)
                .did_you_mean(name.value.value.trim(), rules::names());
            Ok(None)
        }
    }
}

impl Run for JsonTransform {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let mut value = if self.overrides.is_empty() {
            flow.message.payload.json()?.clone()
        } else {
            let mut conversion = flow.message.rules().conversion.clone();
            for one in &self.overrides {
                one.apply(&mut conversion);
            }
            flow.message.payload.xml_as_json(&conversion)?
        };
        if let Some(schema) = &self.schema {
            let schema = schema.resolve(flow)?;
            value = coerce::document(value, &schema, flow.services.rules.work.regex)?;
        }
        flow.message.set_payload(Payload::from_json(value));
        Ok(Outcome::Next)
    }
}

impl Schema {
    fn resolve(&self, flow: &Flow) -> Result<Arc<json::Value>, Interrupt> {
        if let Some(known) = self.known.get() {
            return Ok(Arc::clone(known));
        }
        let key = self.key.evaluate_text(&flow.view())?;
        let schema = Arc::new(load(&key, flow)?);
        if self.key.is_static() {
            return Ok(Arc::clone(self.known.get_or_init(|| schema)));
        }
        Ok(schema)
    }
}

fn load(key: &str, flow: &Flow) -> Result<json::Value, Fault> {
    match flow.program.entry(key.trim()) {
        Some(Entry::Text(text)) => json::parse(text.as_bytes(), &flow.message.rules().json)
            .map_err(|error| Fault::flow(format!("the schema `{key}` is not JSON: {error}"))),
        Some(_) => Err(Fault::flow(format!("the schema `{key}` is not JSON"))),
        None => Err(Fault::flow(format!("no schema named `{key}` is deployed"))),
    }
}
