//! `header`: sets or removes an HTTP header, an addressing header or a SOAP header.

use std::sync::Arc;

use super::values::{Source, ignored, is_word, namespace_of, source};
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
    ],
    children: Children::Any,
    compile,
};

/// The addressing headers that have no namespace.
const ADDRESSING: [&str; 6] = ["To", "From", "Action", "FaultTo", "ReplyTo", "RelatesTo"];

#[derive(Debug)]
struct Header {
    target: Target,
    /// `None` removes the header, unless it is whole.
    value: Option<Source>,
}

#[derive(Debug)]
enum Target {
    Transport(Arc<str>),
    Addressing(Arc<str>),
    Soap(Name),
    /// Whole SOAP headers, from XML children.
    Whole(Vec<Tree>),
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let remove = is_word(element, "action", "remove");
    let transport = is_word(element, "scope", "transport");
    let Some(name) = element.attribute("name").map(|name| name.value.value.trim()) else {
        return whole(element, remove || transport, compiler);
    };
    ignored(element.children(), "the header has a name", compiler);
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

/// A header without a name is made of its children, which only SOAP's can be.
fn whole(element: Element<'_>, needs_name: bool, compiler: &mut Compiler<'_>) -> Option<Step> {
    let headers: Vec<_> = element.children().map(|child| child.to_tree()).collect();
    if needs_name || headers.is_empty() {
        compiler
            .diagnostics
            .report(
                Code::MISSING_ATTRIBUTE,
                element.name_span(),
                "<header> needs the attribute `name`",
            )
            .help("only a SOAP header that is set can be an XML child instead");
        return None;
    }
    for name in ["value", "expression"] {
        if let Some(unused) = element.attribute(name) {
            let message = format!("`{name}` is ignored: the children are the headers");
            compiler.diagnostics.report(Code::NOT_HONOURED, unused.span, message);
        }
    }
    Some(Step::Run(Box::new(Header { target: Target::Whole(headers), value: None })))
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
    let uri = namespace_of(prefix, place, element, compiler)?;
    Some(Name::new(Some(prefix), Some(uri), local))
}

impl Run for Header {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        match (&self.target, &self.value) {
            (Target::Transport(name), None) => drop(flow.message.headers.remove(&**name)),
            (Target::Transport(name), Some(value)) => {
                let text = value.plain(flow)?.to_text();
                flow.message.set_header(name, &text)?;
            }
            (Target::Addressing(name), None) => drop(flow.message.properties.remove(name)),
            (Target::Addressing(name), Some(value)) => {
                let value = value.plain(flow)?;
                flow.message.properties.set(Arc::clone(name), Value::Text(value.to_text()));
            }
            (Target::Soap(name), None) => {
                // A message without the header stays as it came.
                if !blocks(flow.message.payload.xml()?, name).is_empty() {
                    remove_blocks(flow.message.payload.envelope_mut()?, name);
                }
            }
            (Target::Soap(name), Some(value)) => {
                let text = value.plain(flow)?.to_text();
                set_block(flow.message.payload.envelope_mut()?, name, &text);
            }
            (Target::Whole(headers), _) => {
                let tree = flow.message.payload.envelope_mut()?;
                for header in headers {
                    add_block(tree, header);
                }
            }
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

/// The header blocks of a name.
fn blocks(tree: &Tree, name: &Name) -> Vec<NodeId> {
    let is_named = |block: &NodeId| {
        let found = tree.name(*block);
        found.is_some_and(|found| found.matches(name.namespace.as_deref(), &name.local))
    };
    soap_header(tree)
        .map(|header| tree.child_elements(header).filter(is_named).collect())
        .unwrap_or_default()
}

fn remove_blocks(tree: &mut Tree, name: &Name) {
    for block in blocks(tree, name) {
        tree.detach(block);
    }
}

fn set_block(tree: &mut Tree, name: &Name, text: &str) {
    remove_blocks(tree, name);
    let Some(header) = header_of(tree) else { return };
    let block = tree.create_element(name.clone());
    let text = tree.create_text(text);
    tree.append_child(block, text);
    tree.append_child(header, block);
}

fn add_block(tree: &mut Tree, source: &Tree) {
    let (Some(header), Some(root)) = (header_of(tree), source.root_element()) else { return };
    let copy = tree.import(source, root);
    tree.append_child(header, copy);
}
