//! Where `foreach` and `scatter-gather` put what they gathered: the body or a variable, as a JSON
//! array or as XML under one element.

use std::sync::Arc;

use super::item::Item;
use super::values::is_word;
use crate::diagnostic::Code;
use crate::json;
use crate::mediation::{Compiler, Flow};
use crate::message::{Payload, Value};
use crate::xml::document::Element;
use crate::xml::{Name, Tree, is_ncname};

/// Where everything goes.
#[derive(Debug)]
pub(super) struct Destination {
    /// The variable; without one the body.
    variable: Option<Arc<str>>,
    /// The element around XML; without one it is a JSON array.
    enclosing: Option<Arc<str>>,
}

/// The attributes' names: newer and older spellings.
pub(super) struct Spelling {
    pub(super) variable: &'static [&'static str],
    pub(super) content_type: &'static [&'static str],
    pub(super) enclosing: &'static [&'static str],
}

impl Destination {
    /// Reads the attributes; says what is missing.
    pub(super) fn compile(
        element: Element<'_>,
        into_variable: bool,
        spelling: &Spelling,
        compiler: &mut Compiler<'_>,
    ) -> Option<Self> {
        let find = |names: &[&str]| names.iter().find_map(|name| element.attribute(name));
        let variable = find(spelling.variable).filter(|_| into_variable);
        if into_variable && variable.is_none() {
            missing(element, spelling.variable, "the variable for the result", compiler);
            return None;
        }
        let is_xml = spelling.content_type.iter().any(|name| is_word(element, name, "XML"));
        let enclosing = find(spelling.enclosing).filter(|_| is_xml);
        if is_xml && enclosing.is_none() {
            missing(element, spelling.enclosing, "the element around the result", compiler);
            return None;
        }
        if let Some(name) = enclosing.filter(|name| !is_ncname(name.value.value.trim())) {
            let message = format!("`{}` is no name of an element", name.value.value);
            compiler.diagnostics.report(Code::INVALID_VALUE, name.value.span, message);
            return None;
        }
        let text = |found: crate::xml::document::Attribute<'_>| found.value.value.trim().into();
        Some(Self { variable: variable.map(text), enclosing: enclosing.map(text) })
    }

    /// Whether the results become XML.
    pub(super) fn is_xml(&self) -> bool {
        self.enclosing.is_some()
    }

    /// Puts the items there.
    pub(super) fn put(&self, items: Vec<Item>, flow: &mut Flow) {
        let whole = match &self.enclosing {
            Some(name) => Item::Xml(Arc::new(under(name, &items))),
            None => {
                Item::Json(json::Value::Array(items.into_iter().map(Item::into_json).collect()))
            }
        };
        match (&self.variable, whole) {
            (Some(name), Item::Json(value)) => {
                flow.message.variables.set(Arc::clone(name), Value::Json(Arc::new(value)));
            }
            (Some(name), Item::Xml(tree)) => {
                flow.message.variables.set(Arc::clone(name), Value::Xml(tree));
            }
            (None, Item::Json(value)) => {
                flow.message.set_payload(Payload::from_json(value));
                flow.message.set_content_type("application/json");
            }
            (None, Item::Xml(tree)) => {
                flow.message.set_payload(Payload::from_xml((*tree).clone()));
                flow.message.set_content_type("application/xml");
            }
        }
    }
}

fn missing(element: Element<'_>, names: &[&str], what: &str, compiler: &mut Compiler<'_>) {
    let name = names.first().copied().unwrap_or_default();
    let message = format!("<{}> needs the attribute `{name}`", element.name());
    compiler
        .diagnostics
        .report(Code::MISSING_ATTRIBUTE, element.name_span(), message)
        .help(format!("it names {what}"));
}

fn under(name: &str, items: &[Item]) -> Tree {
    let mut tree = Tree::new();
    let root = tree.create_element(Name::local(name));
    tree.append_child(Tree::ROOT, root);
    for item in items {
        match item {
            Item::Xml(piece) => tree.append_children_of(root, piece, Tree::ROOT),
            Item::Json(value) => {
                let text = tree.create_text(Value::from_json(value).to_text());
                tree.append_child(root, text);
            }
        }
    }
    tree
}
