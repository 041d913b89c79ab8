//! Artifact documents: read once, with the place of every element, attribute and text.

use std::collections::HashMap;

use roxmltree::{Document as Parsed, ExpandedName, Node};

use super::{Name, NodeId, Tree};
use crate::diagnostic::{Code, Diagnostics, FileId, Span};

/// The namespace of Synapse's language.
pub const SYNAPSE: &str = "http://ws.apache.org/ns/synapse";

/// How deep an artifact's elements may nest: they are compiled by recursion.
const MAX_DEPTH: usize = 256;

/// A document of an artifact.
#[derive(Debug)]
pub struct Document<'t> {
    parsed: Parsed<'t>,
    file: FileId,
}

/// An element of a document.
#[derive(Debug, Clone, Copy)]
pub struct Element<'d> {
    node: Node<'d, 'd>,
    file: FileId,
    values: Option<&'d Values>,
}

/// What stands in place of attribute values and texts `$name`, and where it is written.
pub type Values = HashMap<String, (String, Span)>;

/// A piece of a document's text and where it stands: an attribute's value or an element's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'d> {
    /// The text, entities resolved.
    pub value: &'d str,
    /// Where it stands.
    pub span: Span,
    /// Whether the text stands in the file letter by letter, so that offsets into it are exact.
    exact: bool,
}

/// An attribute.
#[derive(Debug, Clone, Copy)]
pub struct Attribute<'d> {
    /// Its local name.
    pub name: &'d str,
    /// Its namespace.
    pub namespace: Option<&'d str>,
    /// Its value.
    pub value: Text<'d>,
    /// Where the whole attribute stands.
    pub span: Span,
}

impl<'t> Document<'t> {
    /// Reads a document; what is not well-formed is reported.
    pub fn parse(text: &'t str, file: FileId, diagnostics: &mut Diagnostics) -> Option<Self> {
        match Parsed::parse(text) {
            Ok(parsed) => {
                let Some(range) = too_deep(&parsed) else { return Some(Self { parsed, file }) };
                let message = format!("elements nest deeper than {MAX_DEPTH} levels");
                diagnostics
                    .report(Code::MALFORMED_XML, Span::new(file, range), message)
                    .help("move the inner ones into a sequence of their own");
                None
            }
            Err(error) => {
                let offset = offset_of(text, error.pos());
                let end = text[offset..].chars().next().map_or(0, char::len_utf8);
                let span = Span::new(file, offset..offset + end);
                // The library repeats the position; ours is in the place already.
                let message = error.to_string();
                let message = message.rsplit_once(" at ").map_or(&*message, |(what, _)| what);
                diagnostics
                    .report(Code::MALFORMED_XML, span, format!("malformed XML: {message}"))
                    .help("the rest of this file was not looked at");
                None
            }
        }
    }

    /// The root element.
    pub fn root(&self) -> Element<'_> {
        Element { node: self.parsed.root_element(), file: self.file, values: None }
    }
}

/// Where the first element stands that is nested too deeply.
fn too_deep(parsed: &Parsed<'_>) -> Option<std::ops::Range<usize>> {
    let mut open: Vec<roxmltree::NodeId> = Vec::new();
    let mut elements = parsed.root_element().descendants().filter(Node::is_element);
    let deepest = elements.find(|node| {
        let parent = node.parent().map(|parent| parent.id());
        while open.last().is_some_and(|last| Some(*last) != parent) {
            open.pop();
        }
        open.push(node.id());
        open.len() > MAX_DEPTH
    })?;
    let start = deepest.range().start;
    Some(start..start + "<".len())
}

fn offset_of(text: &str, position: roxmltree::TextPos) -> usize {
    let line_start: usize = text
        .split_inclusive('\n')
        .take((position.row as usize).saturating_sub(1))
        .map(str::len)
        .sum();
    text[line_start..]
        .char_indices()
        .nth((position.col as usize).saturating_sub(1))
        .map_or(text.len(), |(at, _)| line_start + at)
}

impl<'d> Element<'d> {
    /// The local name.
    pub fn name(&self) -> &'d str {
        self.node.tag_name().name()
    }

    /// The namespace.
    pub fn namespace(&self) -> Option<&'d str> {
        self.node.tag_name().namespace()
    }

    /// Whether it is an element of Synapse's language.
    pub fn is_synapse(&self) -> bool {
        self.namespace() == Some(SYNAPSE)
    }

    /// The whole element, from its start tag to its end tag.
    pub fn span(&self) -> Span {
        Span::new(self.file, self.node.range())
    }

    /// The name in the start tag: where a caret belongs.
    pub fn name_span(&self) -> Span {
        let start = self.node.range().start + 1;
        let source = &self.node.document().input_text()[start..];
        let length = source.find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or(source.len());
        Span::new(self.file, start..start + length)
    }

    /// The element with values in place of its attributes and texts `$name`, and of those below.
    pub fn with_values<'v>(self, values: &'v Values) -> Element<'v>
    where
        'd: 'v,
    {
        Element { values: Some(values), ..self }
    }

    /// The file it stands in.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// An attribute without a namespace.
    pub fn attribute(&self, name: &str) -> Option<Attribute<'d>> {
        self.attributes().find(|found| found.namespace.is_none() && found.name == name)
    }

    /// All attributes, namespace declarations apart.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'d>> + use<'d> {
        let Self { file, values, .. } = *self;
        let source = self.node.document().input_text();
        self.node.attributes().map(move |found| {
            let range = found.range_value();
            let exact = source.get(range.clone()) == Some(found.value());
            let bound = values.and_then(|values| values.get(found.value().strip_prefix('$')?));
            let value = match bound {
                Some((value, span)) => Text { value, span: *span, exact: false },
                None => Text { value: found.value(), span: Span::new(file, range), exact },
            };
            Attribute {
                name: found.name(),
                namespace: found.namespace(),
                value,
                span: Span::new(file, found.range()),
            }
        })
    }

    /// The child elements.
    pub fn children(&self) -> impl Iterator<Item = Element<'d>> + use<'d> {
        let Self { file, values, .. } = *self;
        let elements = self.node.children().filter(Node::is_element);
        elements.map(move |node| Element { node, file, values })
    }

    /// The first child element of Synapse's language with a name.
    pub fn child(&self, name: &str) -> Option<Element<'d>> {
        self.children().find(|child| child.is_synapse() && child.name() == name)
    }

    /// The element's own text: all text and CDATA children in one, `None` when there is none.
    pub fn text(&self) -> Option<OwnText> {
        let mut value = String::new();
        let mut range: Option<std::ops::Range<usize>> = None;
        let mut pieces = 0;
        for node in self.node.children().filter(Node::is_text) {
            value.push_str(node.text().unwrap_or_default());
            let start = range.as_ref().map_or(node.range().start, |range| range.start);
            range = Some(start..node.range().end);
            pieces += 1;
        }
        let range = range?;
        let source = self.node.document().input_text();
        let exact = pieces == 1 && source.get(range.clone()) == Some(&*value);
        let bound = value.strip_prefix('$').and_then(|name| self.values?.get(name));
        if let Some((value, span)) = bound {
            return Some(OwnText { value: value.clone(), span: *span, exact: false });
        }
        Some(OwnText { value, span: Span::new(self.file, range), exact })
    }

    /// The XML as it is written in the file, for what is shown or kept as text.
    pub fn source(&self) -> &'d str {
        &self.node.document().input_text()[self.node.range()]
    }

    /// The namespace declarations in scope here: prefix (empty for the default) and URI.
    pub fn namespaces(&self) -> impl Iterator<Item = (&'d str, &'d str)> + use<'d> {
        self.node.namespaces().map(|found| (found.name().unwrap_or_default(), found.uri()))
    }

    /// A copy of the element as a payload tree, with those namespace declarations in scope that it
    /// uses; white space that only indents is left out.
    pub fn to_tree(&self) -> Tree {
        let mut tree = Tree::new();
        // Holds what is declared around the element; `extract` takes along what is used.
        let around = tree.create_element(Name::local("around"));
        tree.append_child(Tree::ROOT, around);
        if let Some(parent) = self.node.parent_element() {
            // Synapse's own namespace is the language's and not the payload's.
            let languages = |uri: &str| uri == SYNAPSE && !self.is_synapse();
            for found in parent.namespaces() {
                if found.name() != Some("xml") && !languages(found.uri()) {
                    tree.declare_namespace(around, found.name(), found.uri());
                }
            }
        }
        let mut open = vec![(around, self.node)];
        while let Some((parent, node)) = open.pop() {
            let copied = if node.is_element() {
                let element = tree.create_element(name_of(node.tag_name(), node));
                declare(&mut tree, element, node, node == self.node);
                for attribute in node.attributes() {
                    let prefix = attribute.namespace().and_then(|uri| node.lookup_prefix(uri));
                    let name = Name::new(
                        prefix.filter(|prefix| !prefix.is_empty()),
                        attribute.namespace(),
                        attribute.name(),
                    );
                    tree.set_attribute(element, name, attribute.value());
                }
                element
            } else {
                let text = node.text().unwrap_or_default();
                if !node.is_text() || text.trim().is_empty() {
                    continue;
                }
                tree.create_text(text)
            };
            tree.append_child(parent, copied);
            // Pushed in reverse, so that siblings are appended in their order.
            open.extend(node.children().rev().map(|child| (copied, child)));
        }
        let copy = tree.first_child(around).unwrap_or(around);
        tree.extract(copy)
    }
}

fn name_of(name: ExpandedName<'_, '_>, node: Node<'_, '_>) -> Name {
    let prefix = name.namespace().and_then(|uri| node.lookup_prefix(uri));
    Name::new(prefix.filter(|prefix| !prefix.is_empty()), name.namespace(), name.name())
}

/// Declares what the element itself declares. At the top there is no default namespace to take
/// back.
fn declare(tree: &mut Tree, element: NodeId, node: Node<'_, '_>, topmost: bool) {
    for found in node.namespaces() {
        let inherited = node.parent_element().is_some_and(|parent| {
            parent.namespaces().any(|one| one.name() == found.name() && one.uri() == found.uri())
        });
        let nothing = topmost && found.uri().is_empty();
        if !inherited && !nothing && found.name() != Some("xml") {
            tree.declare_namespace(element, found.name(), found.uri());
        }
    }
}

/// An element's text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnText {
    /// The text, entities resolved and CDATA opened.
    pub value: String,
    /// Where it stands.
    pub span: Span,
    exact: bool,
}

impl OwnText {
    /// The text as a borrowed piece.
    pub fn as_text(&self) -> Text<'_> {
        Text { value: &self.value, span: self.span, exact: self.exact }
    }
}

impl Text<'_> {
    /// The place `offset` bytes into the text: exact where the text stands in the file letter by
    /// letter, else the whole text.
    pub fn place(&self, offset: usize) -> Span {
        if self.exact && offset <= self.value.len() { self.span.at(offset) } else { self.span }
    }
}
