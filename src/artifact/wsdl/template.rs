//! A document with gaps: where the proxy's address stands, and where others are imported.

use crate::diagnostic::Diagnostics;
use crate::endpoint::WSDL;
use crate::xml::document::{Document, Element};
use crate::xml::write_value;

const WSDL2: &str = "http://www.w3.org/ns/wsdl";

const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";
const BINDINGS: [&str; 3] = [
    "http://schemas.xmlsoap.org/wsdl/soap/",
    "http://schemas.xmlsoap.org/wsdl/soap12/",
    "http://schemas.xmlsoap.org/wsdl/http/",
];

/// A document as pieces of text, each before a gap, and what follows the last.
#[derive(Debug, Default)]
pub(super) struct Template {
    /// How clients ask for it, where it is a WSDL: `wsdl` or `wsdl2`.
    pub(super) kind: Option<&'static str>,
    pieces: Vec<(Box<str>, Gap)>,
    rest: Box<str>,
}

/// What stands where something else stood.
#[derive(Debug)]
pub(super) enum Gap {
    /// The proxy's address.
    Address,
    /// The proxy's address with this query: another document of it.
    Query(String),
    /// A URL.
    Url(String),
}

/// What an attribute holds.
enum Place {
    Address,
    /// The location of a document of this kind.
    Import(&'static str),
}

impl Template {
    /// Reads a document. `move_address` says whether its addresses become the proxy's; `link` says
    /// what becomes of an import, by kind and location; it stays where that says nothing.
    pub(super) fn of(
        text: &str,
        move_address: bool,
        mut link: impl FnMut(&'static str, &str) -> Option<Gap>,
    ) -> Result<Self, String> {
        // Whatever it was written in, it goes out as UTF-8.
        let text = without_declaration(text);
        let mut heard = Diagnostics::new();
        let file = heard.sources.add("wsdl", text);
        let Some(document) = Document::parse(text, file, &mut heard) else {
            let first = heard.sorted().first().map(|found| found.message.clone());
            return Err(first.unwrap_or_default());
        };
        let mut template = Self { kind: kind_of(document.root()), ..Self::default() };
        let mut done = 0;
        let mut open = vec![document.root()];
        while let Some(element) = open.pop() {
            // Pushed in reverse, so that gaps come in their order.
            let children: Vec<_> = element.children().collect();
            open.extend(children.into_iter().rev());
            let Some((attribute, place)) = place(element) else { continue };
            let Some(found) = element.attribute(attribute) else { continue };
            let gap = match place {
                Place::Address => move_address.then_some(Gap::Address),
                Place::Import(kind) => link(kind, found.value.value.trim()),
            };
            let Some(gap) = gap else { continue };
            let (start, end) = (found.value.span.start as usize, found.value.span.end as usize);
            template.pieces.push((text[done..start].into(), gap));
            done = end;
        }
        template.rest = text[done..].into();
        Ok(template)
    }

    /// The document for a client that reaches the proxy at an address.
    pub(super) fn fill(&self, address: &str) -> String {
        let mut out = String::new();
        for (before, gap) in &self.pieces {
            out.push_str(before);
            match gap {
                Gap::Address => put(address, &mut out),
                Gap::Url(url) => put(url, &mut out),
                Gap::Query(query) => {
                    put(address, &mut out);
                    out.push('?');
                    put(query, &mut out);
                }
            }
        }
        out.push_str(&self.rest);
        out
    }
}

/// Writes a value between quotes of whichever kind.
fn put(value: &str, out: &mut String) {
    let mut escaped = String::new();
    write_value(value, &mut escaped);
    out.push_str(&escaped.replace('\'', "&apos;"));
}

/// Which WSDL it is, by its root.
fn kind_of(root: Element<'_>) -> Option<&'static str> {
    match (root.namespace()?, root.name()) {
        (WSDL, "definitions") => Some("wsdl"),
        (WSDL2, "description") => Some("wsdl2"),
        _ => None,
    }
}

fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let declared = text.strip_prefix("<?xml ").and_then(|rest| rest.split_once("?>"));
    declared.map_or(text, |(_, rest)| rest.trim_start())
}

/// The attribute of an element that names an address or a document.
fn place(element: Element<'_>) -> Option<(&'static str, Place)> {
    Some(match (element.namespace()?, element.name()) {
        (WSDL2, "endpoint") => ("address", Place::Address),
        (space, "address") if BINDINGS.contains(&space) => ("location", Place::Address),
        (SCHEMA, "import" | "include" | "redefine") => ("schemaLocation", Place::Import("xsd")),
        (WSDL, "import") | (WSDL2, "import" | "include") => ("location", Place::Import("wsdl")),
        _ => return None,
    })
}
