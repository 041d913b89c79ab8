//! The writer: a tree, or a part of it, as text that reads back as the same tree.
//!
//! Declarations stay where they were written. Those that a name needs and nobody wrote, because a
//! flow made the element or moved it, are added where they are needed.

mod escape;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use escape::write_value;

use super::name::{Declaration, Name, XML_NAMESPACE};
use super::scope::Scope;
use super::tree::{NodeId, NodeKind, Tree};

impl Tree {
    /// The document as text, without XML declaration. Characters that XML cannot hold (U+0000 …)
    /// become U+FFFD.
    pub fn to_text(&self) -> String {
        self.node_to_text(Self::ROOT)
    }

    /// A node with everything below it as text, on its own: with the declarations of its ancestors
    /// that it needs.
    pub fn node_to_text(&self, id: NodeId) -> String {
        let mut out = String::new();
        self.write_node(&mut out, id);
        out
    }

    /// Appends what [`Tree::node_to_text`] gives.
    pub fn write_node(&self, out: &mut String, id: NodeId) {
        let mut writer = Writer {
            tree: self,
            out,
            scope: Scope::new(),
            open: Vec::new(),
            holds: false,
            made: 0,
        };
        let inherited = self.inherited_declarations(id);
        writer.begin(id, &inherited);
        let mut at = id;
        loop {
            if let Some(child) = self.first_child(at) {
                at = child;
            } else {
                while at != id && self.next_sibling(at).is_none() {
                    let Some(parent) = self.parent(at) else { return };
                    at = parent;
                    writer.end();
                }
                match self.next_sibling(at) {
                    Some(next) if at != id => at = next,
                    _ => return,
                }
            }
            writer.begin(at, &[]);
        }
    }
}

/// A prefix, `""` for none: of the tree, or made up.
type Prefix<'a> = Cow<'a, str>;

struct Writer<'a, 'o> {
    tree: &'a Tree,
    out: &'o mut String,
    /// What prefixes stand for in the text so far.
    scope: Scope<Prefix<'a>, &'a str>,
    /// The elements whose end tag is still to come; nothing for the document.
    open: Vec<Option<(Prefix<'a>, &'a str)>>,
    /// Whether the element that is begun has attributes: a prefix that it uses must not be given
    /// to another namespace for the next one.
    holds: bool,
    /// How many prefixes were made up.
    made: usize,
}

impl<'a> Writer<'a, '_> {
    /// Writes a node without content, or the beginning of one with content.
    fn begin(&mut self, id: NodeId, inherited: &[&'a Declaration]) {
        let text = self.tree.text(id).unwrap_or_default();
        match self.tree.kind(id) {
            NodeKind::Document => {
                if self.tree.first_child(id).is_some() {
                    self.open.push(None);
                }
            }
            NodeKind::Element => self.begin_element(id, inherited),
            NodeKind::Text => escape::write_text(text, self.out),
            NodeKind::Comment => {
                self.out.push_str("<!--");
                escape::write_comment(text, self.out);
                self.out.push_str("-->");
            }
            NodeKind::Instruction => {
                self.out.push_str("<?");
                self.out.push_str(self.tree.target(id).unwrap_or_default());
                if !text.is_empty() {
                    self.out.push(' ');
                    escape::write_instruction(text, self.out);
                }
                self.out.push_str("?>");
            }
        }
    }

    fn begin_element(&mut self, id: NodeId, inherited: &[&'a Declaration]) {
        let Some(name) = self.tree.name(id) else { return };
        self.scope.enter();
        let mut declared: Vec<(Prefix<'a>, &'a str)> = Vec::new();
        for (prefix, uri) in inherited.iter().copied().chain(self.tree.declarations(id)) {
            // An element without namespace cannot declare a default one for itself.
            if prefix.is_some() || uri.is_empty() || name.namespace.is_some() {
                declared.push((Cow::Borrowed(prefix.as_deref().unwrap_or("")), uri));
            }
        }
        for (prefix, uri) in &declared {
            self.scope.declare(prefix.clone(), uri);
        }
        self.out.push('<');
        self.holds = !self.tree.attributes(id).is_empty();
        let prefix = self.prefix_of(name, false, &mut declared);
        self.write_name(&prefix, &name.local);
        let start = self.out.len();
        for attribute in self.tree.attributes(id) {
            let prefix = self.prefix_of(&attribute.name, true, &mut declared);
            self.out.push(' ');
            self.write_name(&prefix, &attribute.name.local);
            self.out.push_str("=\"");
            escape::write_value(&attribute.value, self.out);
            self.out.push('"');
        }
        self.write_declarations(start, &declared);
        if self.tree.first_child(id).is_some() {
            self.out.push('>');
            self.open.push(Some((prefix, &name.local)));
        } else {
            self.out.push_str("/>");
            self.scope.leave();
        }
    }

    /// Writes the end of the node begun last.
    fn end(&mut self) {
        if let Some(Some((prefix, local))) = self.open.pop() {
            self.out.push_str("</");
            self.write_name(&prefix, local);
            self.out.push('>');
            self.scope.leave();
        }
    }

    fn write_name(&mut self, prefix: &str, local: &str) {
        if !prefix.is_empty() {
            self.out.push_str(prefix);
            self.out.push(':');
        }
        self.out.push_str(local);
    }

    /// Puts declarations in front of the attributes, which were written first because they may
    /// need some of their own.
    fn write_declarations(&mut self, at: usize, declared: &[(Prefix<'a>, &'a str)]) {
        if declared.is_empty() {
            return;
        }
        let attributes = self.out.split_off(at);
        for (prefix, uri) in declared {
            self.out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
            self.out.push_str(prefix);
            self.out.push_str("=\"");
            escape::write_value(uri, self.out);
            self.out.push('"');
        }
        self.out.push_str(&attributes);
    }

    /// The prefix to write a name with: its own where that stands, or can be made to stand, for
    /// its namespace; else one that is made up.
    fn prefix_of(
        &mut self,
        name: &'a Name,
        is_attribute: bool,
        declared: &mut Vec<(Prefix<'a>, &'a str)>,
    ) -> Prefix<'a> {
        let own = Cow::Borrowed(name.prefix.as_deref().unwrap_or(""));
        let Some(namespace) = name.namespace.as_deref() else {
            let default = self.scope.get("").copied().unwrap_or("");
            if !is_attribute && !default.is_empty() {
                self.declare(Cow::Borrowed(""), "", declared);
            }
            return Cow::Borrowed("");
        };
        if namespace == XML_NAMESPACE {
            return Cow::Borrowed("xml");
        }
        if !is_attribute || !own.is_empty() {
            if self.scope.get(&own).is_some_and(|uri| *uri == namespace) {
                if self.holds && !self.scope.declares(&own) {
                    self.scope.declare(own.clone(), namespace);
                }
                return own;
            }
            if !self.scope.declares(&own) && !matches!(&*own, "xml" | "xmlns") {
                self.declare(own.clone(), namespace, declared);
                return own;
            }
        }
        let made = loop {
            self.made += 1;
            let made = format!("ns{}", self.made);
            if self.scope.get(&made).is_none() {
                break Cow::Owned(made);
            }
        };
        self.declare(Prefix::clone(&made), namespace, declared);
        made
    }

    fn declare(
        &mut self,
        prefix: Prefix<'a>,
        uri: &'a str,
        declared: &mut Vec<(Prefix<'a>, &'a str)>,
    ) {
        self.scope.declare(prefix.clone(), uri);
        declared.push((prefix, uri));
    }
}
