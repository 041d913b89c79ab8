//! `payloadFactory`: makes a new body of a template and arguments.

mod argument;
mod format;
mod freemarker;
#[cfg(test)]
mod freemarker_tests;
mod script;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::embed::{Media, looks_like_json};
use super::{defaulted, optional};
use crate::diagnostic::Code;
use crate::json;
use crate::mediation::{
    AttributeSpec, Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step,
    check_attributes,
};
use crate::message::{Fault, Format as Written, Message, Payload, Rules, soap_body};
use crate::xml::document::Element;
use argument::{Argument, Filled};
use format::Source;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "payloadFactory",
    summary: "Makes a new body of a template: of FreeMarker, or one in which `$1` stands for an argument and `${…}` for an expression.",
    example: "<payloadFactory media-type=\"json\"><format>{\"id\": \"$1\"}</format><args><arg evaluator=\"json\" expression=\"$.order.id\"/></args></payloadFactory>",
    attributes: &[
        defaulted(
            "media-type",
            Kind::Choice(&["xml", "json", "text"]),
            "xml",
            "What the template makes.",
        ),
        defaulted(
            "template-type",
            Kind::Choice(&["default", "freemarker"]),
            "default",
            "The language of the template.",
        ),
        defaulted(
            "escapeXmlChars",
            Kind::Boolean,
            "false",
            "Whether XML in arguments is text, and control characters in JSON are escaped.",
        ),
    ],
    children: Children::Named(&["format", "args"]),
    compile,
};

const FORMAT: &[AttributeSpec] =
    &[optional("key", Kind::Dynamic, "The local entry or resource that holds the template.")];

/// What is the same for every argument of a factory.
#[derive(Debug, Clone, Copy)]
struct Style {
    media: Media,
    escape: bool,
}

#[derive(Debug)]
struct PayloadFactory {
    style: Style,
    recipe: Recipe,
    arguments: Vec<Argument>,
}

/// The template, by its language.
#[derive(Debug)]
enum Recipe {
    Default(Source),
    FreeMarker(script::Source),
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let word = |name: &str| element.attribute(name).map(|found| found.value.value.trim());
    let media = match word("media-type").map(str::to_ascii_lowercase).as_deref() {
        Some("json") => Media::Json,
        Some("text") => Media::Text,
        _ => Media::Xml,
    };
    let escape = word("escapeXmlChars").is_some_and(|word| word.eq_ignore_ascii_case("true"));
    let style = Style { media, escape };
    let arguments = arguments(element, style, compiler);
    let Some(format) = element.child("format") else {
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), "a payloadFactory needs a <format>")
            .help("it holds the template, or names it with `key`");
        return None;
    };
    let is_script =
        word("template-type").is_some_and(|word| word.eq_ignore_ascii_case("freemarker"));
    let sound = check_attributes(format, FORMAT, compiler);
    let recipe = if is_script {
        script::Source::compile(format, compiler).map(Recipe::FreeMarker)
    } else {
        let count = arguments.as_ref().map(Vec::len);
        Source::compile(format, media, count, compiler).map(Recipe::Default)
    };
    let recipe = recipe.filter(|_| sound)?;
    Some(Step::Run(Box::new(PayloadFactory { style, recipe, arguments: arguments? })))
}

fn arguments(
    element: Element<'_>,
    style: Style,
    compiler: &mut Compiler<'_>,
) -> Option<Vec<Argument>> {
    let Some(args) = element.child("args") else { return Some(Vec::new()) };
    check_attributes(args, &[], compiler);
    let mut arguments = Vec::new();
    let mut sound = true;
    for child in args.children() {
        if child.name() != "arg" {
            let message = format!("<args> has no child <{}>", child.name());
            compiler
                .diagnostics
                .report(Code::UNKNOWN_CHILD, child.name_span(), message)
                .help("it counts as an argument nevertheless; write <arg>");
        }
        match Argument::compile(child, style, compiler) {
            Some(argument) => arguments.push(argument),
            None => sound = false,
        }
    }
    sound.then_some(arguments)
}

impl Run for PayloadFactory {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let text = self.text(flow)?;
        let text = text.trim();
        match self.style.media {
            Media::Json => {
                flow.message.set_payload(json_payload(text, flow.message.rules())?);
                flow.message.set_content_type("application/json");
            }
            Media::Text => {
                flow.message.set_payload(Payload::from_text(text));
                flow.message.set_content_type("text/plain");
            }
            Media::Xml => set_xml(&mut flow.message, text)?,
        }
        flow.message.axis2.remove("NO_ENTITY_BODY");
        Ok(Outcome::Next)
    }
}

impl PayloadFactory {
    fn text(&self, flow: &Flow) -> Result<String, Interrupt> {
        let view = flow.view();
        let quotes = self.style.media == Media::Json
            && flow.message.properties.is_true("QUOTE_STRING_IN_PAYLOAD_FACTORY_JSON");
        let mut filled: Vec<Arc<Filled>> = Vec::with_capacity(self.arguments.len());
        for argument in &self.arguments {
            filled.push(argument.fill(self.style, &view)?);
        }
        match &self.recipe {
            Recipe::Default(format) => {
                let format = format.resolve(flow, self.style.media)?;
                format.fill(&filled, self.style, quotes, &view)
            }
            Recipe::FreeMarker(script) => {
                let written = |filled: &Arc<Filled>| {
                    let mut text = String::new();
                    filled.write(&mut text, quotes);
                    text
                };
                script.render(filled.iter().map(written), flow)
            }
        }
    }
}

/// JSON is looked at only as far as Synapse does: what begins like an object or an array is one
/// until somebody reads it.
fn json_payload(text: &str, rules: &Rules) -> Result<Payload, Fault> {
    if !text.is_empty() && !looks_like_json(text) {
        json::parse(text.as_bytes(), &rules.json).map_err(|error| {
            Fault::flow(format!("what the payloadFactory made is not JSON: {error}"))
        })?;
    }
    Ok(Payload::from_bytes(text.to_owned(), Written::Json))
}

/// An envelope replaces the message's, anything else becomes the content of its body; a SOAP
/// message keeps its headers.
fn set_xml(message: &mut Message, text: &str) -> Result<(), Interrupt> {
    let mut made = Payload::from_bytes(text.to_owned(), Written::Soap11);
    let is_envelope = made.is_soap().map_err(|error| {
        Fault::flow(format!("what the payloadFactory made is not XML: {error}"))
    })?;
    if is_envelope {
        message.set_payload(Payload::from_xml(made.xml()?.clone()));
    } else if message.payload.is_soap()? {
        let tree = message.payload.xml_mut()?;
        let made = made.xml()?;
        let root = soap_body(made).and_then(|body| made.child_elements(body).next());
        if let (Some(body), Some(root)) = (soap_body(tree), root) {
            tree.clear_children(body);
            let copy = tree.import(made, root);
            tree.append_child(body, copy);
        }
    } else {
        // It is written anew, as Synapse does, and not sent as the template has it.
        made.xml_mut()?;
        message.set_payload(made);
    }
    let stated = message.axis2_text("messageType").unwrap_or_default();
    if !matches!(&*stated, "application/xml" | "text/xml" | "application/soap+xml") {
        message.set_content_type("application/xml");
    }
    Ok(())
}
