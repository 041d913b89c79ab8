//! The parser of payload XML: one pass from text to tree, well-formedness, namespaces and limits
//! checked on the way, nothing outside the document ever looked at.
//!
//! It is our own down to the tokens: a general tokeniser leaves most of the checks to do, and its
//! events with attributes and namespaces alone cost, measured, more than this parser and its tree.

mod content;
mod names;
#[cfg(test)]
mod oracle;
mod scan;
mod start;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::decode::decode;
use super::error::{XmlError, XmlErrorKind};
use super::limits::Limits;
use super::tree::{Content, NodeId, Tree};
use names::{NameCache, Namespaces};
use scan::Scanner;

/// Reads a document. `charset` is the transport's word on the encoding, which only a byte order
/// mark overrules; without it the XML declaration decides, then UTF-8 is assumed.
pub fn parse(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> Result<Tree, XmlError> {
    let mut tree = Tree::new();
    parse_below(&mut tree, Tree::ROOT, bytes, charset, limits)?;
    Ok(tree)
}

/// Reads a document and puts its root element below a node of an existing tree, as its last child;
/// what stands beside the root element (comments, instructions) is left out. The tree is as it was
/// when this fails.
pub fn parse_into(
    tree: &mut Tree,
    parent: NodeId,
    bytes: &[u8],
    charset: Option<&str>,
    limits: &Limits,
) -> Result<NodeId, XmlError> {
    let mark = tree.mark(parent);
    parse_below(tree, parent, bytes, charset, limits).inspect_err(|_| tree.roll_back(&mark))
}

fn parse_below(
    tree: &mut Tree,
    parent: NodeId,
    bytes: &[u8],
    charset: Option<&str>,
    limits: &Limits,
) -> Result<NodeId, XmlError> {
    let text = check_size(bytes.len(), limits).and_then(|()| decode(bytes, charset))?;
    check_size(text.len(), limits)?;
    tree.begin_appending(parent);
    let mut parser = Parser {
        scanner: Scanner::new(&text),
        tree,
        parent,
        limits,
        open: Vec::with_capacity(16),
        namespaces: Namespaces::new(),
        element_names: NameCache::new(),
        attribute_names: NameCache::new(),
        attributes: Vec::new(),
        characters: content::Characters::default(),
        elements: 0,
        nodes: 0,
    };
    parser.document()
}

fn check_size(size: usize, limits: &Limits) -> Result<(), XmlError> {
    if size <= limits.bytes {
        return Ok(());
    }
    let message = format!("the document has {size} bytes, more than the {} allowed", limits.bytes);
    Err(XmlError::whole(XmlErrorKind::Limit("size"), message))
}

/// An element whose end tag has not come yet.
struct Open<'a> {
    node: NodeId,
    name: &'a str,
    offset: usize,
}

struct Parser<'a, 't> {
    scanner: Scanner<'a>,
    tree: &'t mut Tree,
    parent: NodeId,
    limits: &'t Limits,
    open: Vec<Open<'a>>,
    namespaces: Namespaces<'a>,
    element_names: NameCache<'a>,
    attribute_names: NameCache<'a>,
    /// The attributes of the start tag in hand: offset, name as written, value.
    attributes: Vec<(usize, &'a str, Arc<str>)>,
    characters: content::Characters<'a>,
    elements: usize,
    nodes: usize,
}

impl Parser<'_, '_> {
    fn document(&mut self) -> Result<NodeId, XmlError> {
        self.xml_declaration()?;
        self.misc()?;
        let offset = self.scanner.offset();
        if self.scanner.is_at_end() {
            return self.malformed(offset, "the document has no root element");
        }
        if self.scanner.starts_with("</") {
            return self.malformed(offset, "an end tag without a start tag");
        }
        if !self.scanner.skip("<") {
            return self.malformed(offset, "text outside the root element");
        }
        let root = self.start_tag(offset)?;
        while !self.open.is_empty() {
            self.content()?;
        }
        self.misc()?;
        let offset = self.scanner.offset();
        if self.scanner.is_at_end() {
            Ok(root)
        } else if self.scanner.starts_with("</") {
            self.malformed(offset, "an end tag without a start tag")
        } else if self.scanner.starts_with("<") {
            self.malformed(offset, "a second root element")
        } else {
            self.malformed(offset, "text outside the root element")
        }
    }

    /// What may stand beside the root element: white space, comments, instructions.
    fn misc(&mut self) -> Result<(), XmlError> {
        loop {
            self.scanner.skip_space();
            let offset = self.scanner.offset();
            if self.scanner.skip("<!--") {
                self.comment(offset)?;
            } else if self.scanner.skip("<?") {
                self.instruction(offset)?;
            } else if self.scanner.starts_with("<!") {
                return self.declaration(offset);
            } else {
                return Ok(());
            }
        }
    }

    /// One piece of the content of the innermost open element.
    fn content(&mut self) -> Result<(), XmlError> {
        self.character_data()?;
        let offset = self.scanner.offset();
        match self.scanner.rest() {
            [b'<', b'/', ..] => {
                self.scanner.advance(2);
                self.end_tag(offset)
            }
            [b'<', b'!', ..] if self.scanner.skip("<![CDATA[") => self.cdata(offset),
            [b'<', b'!', ..] if self.scanner.skip("<!--") => self.comment(offset),
            [b'<', b'!', ..] => self.declaration(offset),
            [b'<', b'?', ..] => {
                self.scanner.advance(2);
                self.instruction(offset)
            }
            [b'<', ..] => {
                self.scanner.advance(1);
                self.start_tag(offset).map(|_| ())
            }
            _ => self.unclosed(offset),
        }
    }

    fn end_tag(&mut self, offset: usize) -> Result<(), XmlError> {
        let name = self.scanner.until_space_or_close();
        let Some(open) = self.open.last() else {
            return self.malformed(offset, "an end tag without a start tag");
        };
        if open.name != name {
            let message = format!("'</{name}>' where '</{}>' is expected", open.name);
            return self.malformed(offset, message);
        }
        self.scanner.skip_space();
        if !self.scanner.skip(">") {
            return self.malformed(self.scanner.offset(), "'>' is expected");
        }
        self.flush_text()?;
        self.open.pop();
        self.namespaces.leave();
        Ok(())
    }

    fn unclosed(&self, offset: usize) -> Result<(), XmlError> {
        let Some(open) = self.open.last() else { return Ok(()) };
        let start = self.scanner.error(open.offset, XmlErrorKind::Malformed, "");
        let message = format!("'<{}>' of line {} is never closed", open.name, start.line);
        self.malformed(offset, message)
    }

    /// The node that a new one becomes a child of.
    fn holder(&self) -> NodeId {
        self.open.last().map_or(self.parent, |open| open.node)
    }

    /// Adds a node to the innermost open element, or to the document.
    fn add(&mut self, content: Content) -> Result<NodeId, XmlError> {
        self.count_nodes(1)?;
        let holder = self.holder();
        Ok(self.tree.append_new(holder, content))
    }

    fn count_nodes(&mut self, more: usize) -> Result<(), XmlError> {
        self.nodes += more;
        if self.nodes > self.limits.nodes {
            return self.over("nodes", "nodes", self.limits.nodes);
        }
        Ok(())
    }

    fn malformed<T>(&self, offset: usize, message: impl Into<String>) -> Result<T, XmlError> {
        Err(self.scanner.error(offset, XmlErrorKind::Malformed, message))
    }

    fn over<T>(&self, name: &'static str, what: &str, limit: usize) -> Result<T, XmlError> {
        let message = format!("more than the {limit} {what} allowed");
        Err(self.scanner.error(self.scanner.offset(), XmlErrorKind::Limit(name), message))
    }
}
