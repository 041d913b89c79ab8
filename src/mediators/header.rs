//! `header`: sets or removes an HTTP header, an addressing header or a SOAP header.

use std::sync::Arc;

use super::values::{Source, source};
use super::{defaulted, optional};
use crate::diagnostic::Code;
use crate::mediation::{
    Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step,
};
use crate::message::{Value, soap_header};
use crate::xml::document::Element;
use crate::xml::{Name, NodeId, Tree};

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "header",
    summary: "Sets or removes an HTTP header (scope transport), `To` and its kin, or a SOAP header.",
    example: "<header name=\"X-Trace\" scope=\"transport\" expression=\"$ctx:trace\"/>",
    attributes: &[
        optional("name", Kind::Text, "The header's name."),
        optional("value", Kind::Text, "The value, as written."),
        optional("expression", Kind::Expression, "An expression that gives the value."),
        defaulted(
            "scope",
            Kind::Choice(&["default", "transport"]),
            "default",
            "SOAP and addressing headers, or HTTP's.",
        ),
        defaulted(
            "action",
            Kind::Choice(&["set", "remove"]),
            "set",
            "Whether to set or to remove it.",
        ),
        optional("type", Kind::Text, "The type of the value."),
    ],
    children: Children::Any,
    compile,
};

/// The addressing headers that have no namespace.
const ADDRESSING: [&str; 6] = ["To", "From", "Action", "FaultTo", "ReplyTo", "RelatesTo"];

#[derive(Debug)]
struct Header {
    target: Target,
    /// `None` removes the header.
    value: Option<Source>,
}

#[derive(Debug)]
enum Target {
    Transport(Arc<str>),
    Addressing(Arc<str>),
    Soap(Name),
    /// A whole SOAP header, from an XML child.
    Whole(Arc<Tree>),
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let word = |name| element.attribute(name).map(|found| found.value.value.trim());
    let remove = word("action").is_some_and(|action| action.eq_ignore_ascii_case("remove"));
    let transport = word("scope").is_some_and(|scope| scope.eq_ignore_ascii_case("transport"));
    let Some(name) = word("name") else { return whole(element, compiler) };
    let target = if transport {
        Target::Transport(name.into())
    } else if ADDRESSING.contains(&name) {
        Target::Addressing(name.into())
    } else {
        Target::Soap(qualified(name, element, compiler)?)
    };
    let value = if remove {
        None
    } else {
        let Some(value) = source(element, compiler).ok()? else {
            compiler
                .diagnostics
                .report(Code::MISSING_ATTRIBUTE, element.name_span(), "the header has no value")
                .help("give it a `value`, an `expression`, or action=\"remove\"");
            return None;
        };
        Some(value)
    };
    Some(Step::Run(Box::new(Header { target, value })))
}

fn whole(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let Some(child) = element.children().next() else {
        compiler
            .diagnostics
            .report(
                Code::MISSING_ATTRIBUTE,
                element.name_span(),
                "<header> needs the attribute `name`",
            )
            .help("or an XML child that is the whole header");
        return None;
    };
    let target = Target::Whole(Arc::new(child.to_tree()));
    Some(Step::Run(Box::new(Header { target, value: Some(Source::Static(Value::Null)) })))
}

fn qualified(name: &str, element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Name> {
    let place = element.attribute("name")?.value.span;
    let Some((prefix, local)) = name.split_once(':') else {
        compiler
            .diagnostics
            .report(Code::INVALID_VALUE, place, format!("`{name}` is no SOAP or addressing header"))
            .help("for an HTTP header add scope=\"transport\"; a SOAP header needs a prefix");
        return None;
    };
    let Some((_, uri)) = element.namespaces().find(|(known, _)| *known == prefix) else {
        let message = format!("the prefix `{prefix}` is not declared");
        compiler.diagnostics.report(Code::INVALID_VALUE, place, message);
        return None;
    };
    Some(Name::new(Some(prefix), Some(uri), local))
}

impl Run for Header {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        match (&self.target, &self.value) {
            (Target::Transport(name), None) => drop(flow.message.headers.remove(&**name)),
            (Target::Transport(name), Some(value)) => {
                let text = value.evaluate(flow)?.to_text();
                flow.message.set_header(name, &text)?;
            }
            (Target::Addressing(name), None) => drop(flow.message.properties.remove(name)),
            (Target::Addressing(name), Some(value)) => {
                let value = value.evaluate(flow)?;
                flow.message.properties.set(Arc::clone(name), Value::Text(value.to_text()));
            }
            (Target::Soap(name), value) => {
                let text = match value {
                    Some(value) => Some(value.evaluate(flow)?.to_text()),
                    None => None,
                };
                set_soap(flow.message.payload.xml_mut()?, name, text.as_deref());
            }
            (Target::Whole(header), _) => add_soap(flow.message.payload.xml_mut()?, header),
        }
        Ok(Outcome::Next)
    }
}

/// The envelope's header; made where there is none.
fn header_of(tree: &mut Tree) -> Option<NodeId> {
    if let Some(header) = soap_header(tree) {
        return Some(header);
    }
    let root = tree.root_element()?;
    let name = tree.name(root)?.clone();
    let made = tree.create_element(Name { local: "Header".into(), ..name });
    match tree.first_child(root) {
        Some(first) => tree.insert_before(first, made),
        None => tree.append_child(root, made),
    }
    Some(made)
}

fn set_soap(tree: &mut Tree, name: &Name, text: Option<&str>) {
    let Some(header) = header_of(tree) else { return };
    let same: Vec<_> = tree
        .child_elements(header)
        .filter(|child| {
            tree.name(*child)
                .is_some_and(|found| found.matches(name.namespace.as_deref(), &name.local))
        })
        .collect();
    for old in same {
        tree.detach(old);
    }
    if let Some(text) = text {
        let element = tree.create_element(name.clone());
        let text = tree.create_text(text);
        tree.append_child(element, text);
        tree.append_child(header, element);
    }
}

fn add_soap(tree: &mut Tree, source: &Tree) {
    let (Some(header), Some(root)) = (header_of(tree), source.root_element()) else { return };
    let copy = tree.import(source, root);
    tree.append_child(header, copy);
}
