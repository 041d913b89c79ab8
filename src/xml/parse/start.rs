//! Start tags: attributes, declarations, the names that they give.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Open, Parser};
use crate::xml::chars::VALUE_STOP;
use crate::xml::error::XmlError;
use crate::xml::name::{Attribute, Declaration, Name, XML_NAMESPACE};
use crate::xml::tree::{Content, Extra, NodeId};

const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

/// Up to here comparing every attribute with every other is cheaper than hashing them.
const COMPARED_ATTRIBUTES: usize = 8;

impl<'a> Parser<'a, '_> {
    /// Reads a start tag or an empty element, behind its `<`.
    pub(super) fn start_tag(&mut self, offset: usize) -> Result<NodeId, XmlError> {
        self.flush_text()?;
        self.elements += 1;
        if self.elements > self.limits.elements {
            return self.over("elements", "elements", self.limits.elements);
        }
        if self.open.len() >= self.limits.depth {
            return self.over("depth", "levels of elements", self.limits.depth);
        }
        let written = self.scanner.qualified_name()?;
        self.namespaces.enter();
        let (declarations, is_empty) = self.inside_tag(offset, written)?;
        let namespaces = &self.namespaces;
        let Some(name) = self.element_names.resolve(written, namespaces, true).cloned() else {
            return self.undeclared(offset + 1, written);
        };
        let attributes = self.resolve_attributes()?;
        self.count_nodes(attributes.len() + declarations.len())?;
        let bare = attributes.is_empty() && declarations.is_empty();
        let extra = (!bare).then(|| Box::new(Extra { attributes, declarations }));
        let node = self.add(Content::Element(name, extra))?;
        if is_empty {
            self.namespaces.leave();
        } else {
            self.open.push(Open { node, name: written, offset });
        }
        Ok(node)
    }

    /// Reads attributes and declarations up to `>` or `/>`; says whether it was the latter.
    fn inside_tag(
        &mut self,
        offset: usize,
        element: &str,
    ) -> Result<(Vec<Declaration>, bool), XmlError> {
        let mut declarations = Vec::new();
        self.attributes.clear();
        loop {
            let spaced = self.scanner.skip_space();
            match self.scanner.rest() {
                [b'>', ..] => {
                    self.scanner.advance(1);
                    return Ok((declarations, false));
                }
                [b'/', b'>', ..] => {
                    self.scanner.advance(2);
                    return Ok((declarations, true));
                }
                [] => return self.malformed(offset, format!("the tag '<{element}' never ends")),
                _ => {}
            }
            if !spaced {
                return Err(self.scanner.malformed("white space, '>' or '/>' is expected"));
            }
            let start = self.scanner.offset();
            let name = self.scanner.qualified_name()?;
            let value = self.attribute_value(name)?;
            if name == "xmlns" {
                declarations.push(self.declare(start, "", value)?);
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                declarations.push(self.declare(start, prefix, value)?);
            } else if self.attributes.len() == self.limits.attributes {
                let what = "attributes of one element";
                return self.over("attributes", what, self.limits.attributes);
            } else {
                self.attributes.push((start, name, value));
            }
            if declarations.len() > self.limits.declarations {
                let what = "namespace declarations of one element";
                return self.over("declarations", what, self.limits.declarations);
            }
        }
    }

    /// Reads `= "value"`: white space becomes spaces, references what they stand for.
    fn attribute_value(&mut self, name: &str) -> Result<Arc<str>, XmlError> {
        self.scanner.skip_space();
        if !self.scanner.skip("=") {
            return Err(self.scanner.malformed(format!("'=' is expected behind '{name}'")));
        }
        self.scanner.skip_space();
        let start = self.scanner.offset();
        let quote = self.scanner.peek();
        if !matches!(quote, b'"' | b'\'') {
            return Err(self.scanner.malformed("an attribute value must be in quotes"));
        }
        self.scanner.advance(1);
        loop {
            let run = self.plain_run(VALUE_STOP);
            self.characters.push(run);
            match self.scanner.peek() {
                end if end == quote => {
                    self.scanner.advance(1);
                    return Ok(self.characters.take());
                }
                other @ (b'"' | b'\'') => {
                    self.scanner.advance(1);
                    self.characters.push_char(char::from(other));
                }
                b'&' => {
                    let character = self.reference()?;
                    self.characters.push_char(character);
                }
                b'\t' | b'\n' => {
                    self.scanner.advance(1);
                    self.characters.push_char(' ');
                }
                b'\r' => {
                    self.line_end();
                    self.characters.push_char(' ');
                }
                b'<' => {
                    return Err(self.scanner.malformed("'<' in an attribute value"));
                }
                _ if self.scanner.is_at_end() => {
                    return self.malformed(start, "an attribute value that never ends");
                }
                _ => return Err(self.forbidden_character()),
            }
        }
    }

    /// Takes a declaration into scope, by the rules of Namespaces in XML 1.0.
    fn declare(
        &mut self,
        offset: usize,
        prefix: &'a str,
        uri: Arc<str>,
    ) -> Result<Declaration, XmlError> {
        if prefix == "xmlns" || &*uri == XMLNS_NAMESPACE {
            return self.malformed(offset, "the prefix 'xmlns' and its namespace are reserved");
        }
        if (prefix == "xml") != (&*uri == XML_NAMESPACE) {
            return self.malformed(offset, "the prefix 'xml' and its namespace are reserved");
        }
        if !prefix.is_empty() && uri.is_empty() {
            return self.malformed(offset, format!("the prefix '{prefix}' stands for nothing"));
        }
        if self.namespaces.len() >= self.limits.declarations_in_scope {
            let what = "namespace declarations in scope";
            let limit = self.limits.declarations_in_scope;
            return self.over("declarations_in_scope", what, limit);
        }
        if self.namespaces.declares(prefix) {
            return self.malformed(offset, "a namespace declaration that stands here twice");
        }
        let shared = (!prefix.is_empty()).then(|| Arc::from(prefix));
        self.namespaces.declare(prefix, Arc::clone(&uri));
        Ok((shared, uri))
    }

    fn resolve_attributes(&mut self) -> Result<Vec<Attribute>, XmlError> {
        let mut attributes = Vec::with_capacity(self.attributes.len());
        for (offset, written, value) in &self.attributes {
            let Some(name) = self.attribute_names.resolve(written, &self.namespaces, false) else {
                return self.undeclared(*offset, written);
            };
            let (name, value) = (Name::clone(name), Arc::clone(value));
            attributes.push(Attribute { name, value });
        }
        let twice = first_duplicate(&attributes).and_then(|at| self.attributes.get(at));
        if let Some((offset, name, _)) = twice {
            return self.malformed(*offset, format!("the attribute '{name}' stands here twice"));
        }
        Ok(attributes)
    }

    fn undeclared<T>(&self, offset: usize, written: &str) -> Result<T, XmlError> {
        let prefix = written.split(':').next().unwrap_or_default();
        self.malformed(offset, format!("the prefix '{prefix}' is not declared"))
    }
}

/// The first attribute whose expanded name an earlier one has.
fn first_duplicate(attributes: &[Attribute]) -> Option<usize> {
    let key = |one: &'_ Attribute| (one.name.namespace.clone(), Arc::clone(&one.name.local));
    if attributes.len() > COMPARED_ATTRIBUTES {
        let mut seen = HashSet::with_capacity(attributes.len());
        return attributes.iter().position(|one| !seen.insert(key(one)));
    }
    attributes.iter().enumerate().position(|(at, one)| {
        let earlier = attributes.get(..at).unwrap_or_default();
        earlier
            .iter()
            .any(|other| other.name.matches(one.name.namespace.as_deref(), &one.name.local))
    })
}
