//! A template of FreeMarker: where it is, and what it sees of a message.

use std::sync::{Arc, OnceLock};

use super::freemarker::{Data, Model, Problem, Template};
use crate::diagnostic::Code;
use crate::expression::Dynamic;
use crate::mediation::{Compiler, Entry, Flow, Interrupt};
use crate::message::{Fault, Format, Message, Properties, Value, soap_body, spelled};
use crate::xml::Tree;
use crate::xml::document::{Element, OwnText};

/// Where the template is.
#[derive(Debug)]
pub(super) enum Source {
    Inline(Template),
    /// By a key that is the same for every message; compiled when the first one comes by.
    Entry {
        key: Arc<str>,
        template: OnceLock<Arc<Template>>,
    },
    /// By a key that each message computes.
    Dynamic(Dynamic),
}

impl Source {
    /// Compiles a `<format>`: text, as a rule in CDATA, or an element.
    pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Self> {
        if let Some(key) = element.attribute("key") {
            let dynamic = compiler.dynamic(key.value, element)?;
            if !dynamic.is_static() {
                return Some(Self::Dynamic(dynamic));
            }
            let name = key.value.value.trim();
            compiler.mention(Code::UNRESOLVED_ENTRY, name, key.value.span);
            return Some(Self::Entry { key: name.into(), template: OnceLock::new() });
        }
        let child = element.children().next();
        let own = element.text().filter(|_| child.is_none());
        let text = match (&child, &own) {
            (Some(child), _) => child.source(),
            (None, Some(own)) if !own.value.trim().is_empty() => &*own.value,
            _ => {
                compiler
                    .diagnostics
                    .report(Code::MISSING_CHILD, element.name_span(), "the <format> is empty")
                    .help("its text is the template, as a rule in CDATA; or name one by `key`");
                return None;
            }
        };
        match Template::compile("format", text) {
            Ok(template) => Some(Self::Inline(template)),
            Err(problem) => {
                report(&problem, element, own.as_ref(), compiler);
                None
            }
        }
    }

    /// What the template makes of the flow's message.
    pub(super) fn render(
        &self,
        arguments: impl Iterator<Item = String>,
        flow: &Flow,
    ) -> Result<String, Interrupt> {
        let template = match self {
            Self::Inline(template) => return render(template, arguments, flow),
            Self::Entry { key, template } => {
                if let Some(template) = template.get() {
                    return render(template, arguments, flow);
                }
                let loaded = Arc::new(load(key, flow)?);
                Arc::clone(template.get_or_init(|| loaded))
            }
            Self::Dynamic(key) => Arc::new(load(&key.evaluate_text(&flow.view())?, flow)?),
        };
        render(&template, arguments, flow)
    }
}

/// Tells of a problem at its place in the artifact, where the template stands there letter by
/// letter.
fn report(
    problem: &Problem,
    element: Element<'_>,
    text: Option<&OwnText>,
    compiler: &mut Compiler<'_>,
) {
    let place = match text {
        Some(text) if problem.line > 0 => {
            let lines = text.value.split_inclusive('\n').take(problem.line - 1).map(str::len);
            text.as_text().place(lines.sum::<usize>() + problem.column.saturating_sub(1))
        }
        _ => element.name_span(),
    };
    let message = format!("the template cannot be used: {}", problem.message);
    compiler.diagnostics.report(Code::BAD_EXPRESSION, place, message);
}

fn load(key: &str, flow: &Flow) -> Result<Template, Fault> {
    let text = match flow.program.entry(key) {
        Some(Entry::Text(text)) => text.to_string(),
        Some(Entry::Xml(tree)) => tree.to_text(),
        Some(Entry::Connection(_)) | None => {
            let message = format!("no local entry or resource named `{key}` is deployed");
            return Err(Fault::flow(message));
        }
    };
    Template::compile(key, &text).map_err(|Problem { line, column, message }| {
        Fault::flow(format!("the template `{key}` cannot be used: {line}:{column}: {message}"))
    })
}

fn render(
    template: &Template,
    arguments: impl Iterator<Item = String>,
    flow: &Flow,
) -> Result<String, Interrupt> {
    let message = &flow.message;
    let mut model = Model::default();
    if template.mentions("payload") {
        model.add("payload", Data::Value(payload(message)?));
    }
    let arguments = arguments.enumerate();
    let named = arguments.map(|(at, text)| (format!("arg{}", at + 1), Value::from(text)));
    model.add("args", Data::Hash(named.collect()));
    model.add("ctx", texts(&message.properties));
    model.add("axis2", texts(&message.axis2));
    model.add("trp", headers(message));
    let own = message.variables.iter();
    model.add(
        "vars",
        Data::Hash(own.map(|(name, value)| (name.to_string(), value.clone())).collect()),
    );
    let steps = message.rules().work.steps;
    template.render(model, steps).map_err(|why| {
        Fault::flow(format!("the template of the payloadFactory failed: {why}")).into()
    })
}

/// JSON, text, or the first element of the body; nothing where it is empty.
fn payload(message: &Message) -> Result<Value, Interrupt> {
    let payload = &message.payload;
    if payload.is_empty() {
        return Ok(Value::Null);
    }
    if payload.is_json() {
        return Ok(Value::Json(Arc::new(payload.json()?.clone())));
    }
    if payload.format() == Format::Text {
        return Ok(Value::from(payload.text()?));
    }
    let tree = payload.xml()?;
    let body = soap_body(tree).unwrap_or(Tree::ROOT);
    let element = tree.child_elements(body).next();
    Ok(element.map_or(Value::Null, |element| Value::Xml(Arc::new(tree.extract(element)))))
}

/// Properties as texts, which is what Synapse makes of them all.
fn texts(properties: &Properties) -> Data {
    let texts = properties.iter().map(|(name, value)| (name.to_string(), value.to_text()));
    Data::Hash(texts.map(|(name, text)| (name, Value::Text(text))).collect())
}

/// Headers by their names as they are usually written, and in small letters.
fn headers(message: &Message) -> Data {
    let values = |name: &http::HeaderName| message.header(name).map(Value::Text);
    let small = message.headers.keys().filter_map(|name| Some((name.to_string(), values(name)?)));
    let usual =
        message.headers.keys().filter_map(|name| Some((spelled(name.as_str()), values(name)?)));
    Data::Hash(small.chain(usual).collect())
}
