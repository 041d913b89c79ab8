//! `builder`: reads and parses the body now, by the builders that it names.

mod classes;
#[cfg(test)]
mod tests;

use super::values::ignored;
use super::{optional, required};
use crate::diagnostic::Code;
use crate::mediation::{
    AttributeSpec, Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step,
    check_attributes,
};
use crate::message::{Format, Message, Payload, PayloadError, media_type};
use crate::xml::document::Element;
use classes::{BUILDERS, FORMATTERS, format_of};

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "builder",
    summary: "Reads and parses the body now, by its content type or by the builders it names.",
    example: "<builder><messageBuilder contentType=\"application/vnd.shop\" \
              class=\"org.apache.synapse.commons.json.JsonStreamBuilder\" \
              formatterClass=\"org.apache.synapse.commons.json.JsonStreamFormatter\"/></builder>",
    attributes: &[
        optional("class", Kind::Text, "The Java class of the builder for every content type."),
        optional("formatterClass", Kind::Text, "The Java class of the formatter beside `class`."),
    ],
    children: Children::Named(&["messageBuilder"]),
    compile,
};

const MESSAGE_BUILDER: &[AttributeSpec] = &[
    required("contentType", Kind::Text, "The content type, without parameters."),
    required("class", Kind::Text, "The Java class of its builder."),
    optional("formatterClass", Kind::Text, "The Java class of its formatter."),
];

#[derive(Debug)]
struct Builder {
    rules: Vec<Rule>,
}

/// How bodies of a content type are read and written.
#[derive(Debug)]
struct Rule {
    /// `None` is every one.
    content_type: Option<String>,
    read: Format,
    /// Without it a body is written as it is read.
    write: Option<Format>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let formatter = element.attribute("formatterClass");
    let rules = if element.attribute("class").is_some() {
        ignored(element.children(), "the builder has a `class` for every content type", compiler);
        if formatter.is_none() {
            let message = "the builder has a `class` and no `formatterClass`";
            compiler.diagnostics.report(Code::MISSING_ATTRIBUTE, element.name_span(), message);
            return None;
        }
        vec![rule(None, element, compiler)?]
    } else {
        if let Some(formatter) = formatter {
            let message = "`formatterClass` is ignored without a `class`";
            compiler.diagnostics.report(Code::NOT_HONOURED, formatter.span, message);
        }
        by_content_type(element, compiler)?
    };
    Some(Step::Run(Box::new(Builder { rules })))
}

fn by_content_type(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Vec<Rule>> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut sound = true;
    for child in element.children().filter(|child| child.name() == "messageBuilder") {
        if !check_attributes(child, MESSAGE_BUILDER, compiler) {
            sound = false;
            continue;
        }
        let stated = child.attribute("contentType")?.value;
        let media = media_type(stated.value).to_ascii_lowercase();
        if let Some(earlier) =
            rules.iter().position(|known| known.content_type.as_ref() == Some(&media))
        {
            rules.remove(earlier);
            let message = format!("`{media}` has a builder already, which is ignored");
            compiler.diagnostics.report(Code::NOT_HONOURED, stated.span, message);
        }
        match rule(Some(media), child, compiler) {
            Some(rule) => rules.push(rule),
            None => sound = false,
        }
    }
    sound.then_some(rules)
}

fn rule(
    content_type: Option<String>,
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Rule> {
    let read = format_of(element.attribute("class")?.value, "builder", BUILDERS, compiler);
    let write = match element.attribute("formatterClass") {
        Some(class) => Some(format_of(class.value, "formatter", FORMATTERS, compiler)?),
        None => None,
    };
    Some(Rule { content_type, read: read?, write })
}

impl Run for Builder {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let message = &mut flow.message;
        if message.payload.is_unread() {
            return Err(PayloadError::NeedBody.into());
        }
        let stated = message.content_type().unwrap_or_default();
        let media = media_type(&stated).to_ascii_lowercase();
        let covers =
            |rule: &&Rule| rule.content_type.as_ref().is_none_or(|covered| *covered == media);
        // What a flow has made is built already.
        let came = message.payload.bytes().is_some_and(|bytes| !bytes.is_empty());
        match self.rules.iter().find(covers).filter(|_| came) {
            Some(rule) => rule.apply(message, &stated)?,
            None => parse(&message.payload)?,
        }
        Ok(Outcome::Next)
    }
}

impl Rule {
    fn apply(&self, message: &mut Message, stated: &str) -> Result<(), PayloadError> {
        message.payload.read_as(of_its_version(self.read, message.payload.format()));
        parse(&message.payload)?;
        let format = message.payload.format();
        let write = self.write.map_or(format, |write| of_its_version(write, format));
        if write != format {
            message.set_content_type(write.content_type());
        } else if !stated.is_empty() && Format::of(stated) != format {
            // A body that is written as it is read keeps its name.
            message.axis2.set("ContentType", stated);
        }
        Ok(())
    }
}

/// One builder and one formatter serve both versions of SOAP, with attachments too.
fn of_its_version(wanted: Format, found: Format) -> Format {
    match (wanted, found) {
        (Format::Soap11, Format::Soap12 | Format::Related) => found,
        _ => wanted,
    }
}

/// Parses what has a form to be parsed by.
fn parse(payload: &Payload) -> Result<(), PayloadError> {
    match payload.format() {
        _ if payload.is_empty() => Ok(()),
        Format::Binary => Ok(()),
        Format::Text => payload.text().map(drop),
        Format::Json => payload.json().map(|_| ()),
        _ => payload.xml().map(|_| ()),
    }
}
