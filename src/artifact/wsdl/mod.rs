//! The WSDL of a proxy and what it imports, as clients get them: written when the proxy is
//! deployed, but for the address at which each client reaches it.

mod collect;
mod source;
mod template;

use percent_encoding::percent_decode_str;

use self::collect::Documents;
pub(super) use self::source::{Publish, read};
use self::template::Template;
use super::Proxy;
use crate::diagnostic::{Code, Diagnostics, Severity, Span};
use crate::mediation::{Environment, Program};
use crate::xml::write_value;

/// What a proxy without a WSDL of its own is described by.
const ANYTHING: &str = include_str!("anything.wsdl");

/// The documents of a proxy.
#[derive(Debug, Default)]
pub struct Wsdl(Vec<Document>);

/// A document.
#[derive(Debug)]
struct Document {
    /// How clients ask for it: `wsdl`, `wsdl2` or `xsd`.
    kind: &'static str,
    /// The location by which others import it; empty for the WSDL itself.
    location: Box<str>,
    text: Template,
}

impl Wsdl {
    /// The document that a query (`wsdl`, `xsd=types.xsd`) asks for, for a client that reaches the
    /// proxy at an address.
    pub fn document(&self, query: &str, address: &str) -> Option<String> {
        let (kind, location) = query.split_once('=').unwrap_or((query, ""));
        let location = percent_decode_str(location).decode_utf8_lossy();
        let found = self.0.iter().find(|one| one.kind == kind && *one.location == *location)?;
        Some(found.text.fill(address))
    }
}

/// Gives every proxy its documents. What is wrong with a published WSDL is reported at its place;
/// the proxy then has the one that every proxy without a WSDL has.
pub(super) fn define(
    proxies: &mut [Proxy],
    program: &Program,
    environment: &Environment,
    diagnostics: &mut Diagnostics,
) {
    for proxy in proxies {
        let published = proxy.published.take();
        let wsdl = published.and_then(|publish| {
            let mut documents = Documents::new(&publish, program, environment);
            let wsdl = documents.collect();
            for problem in documents.problems {
                let found = diagnostics.report(problem.code, problem.place, problem.message);
                found.severity = Severity::Warning;
                found.help(problem.help);
            }
            wsdl
        });
        proxy.wsdl = wsdl.unwrap_or_else(|| of_anything(&proxy.name));
    }
}

/// Something that is wrong with a WSDL.
#[derive(Debug)]
struct Problem {
    code: Code,
    place: Span,
    message: String,
    help: &'static str,
}

fn of_anything(name: &str) -> Wsdl {
    let mut escaped = String::new();
    write_value(name, &mut escaped);
    let text = ANYTHING.replace("NAME", &escaped);
    let text = Template::of(&text, true, |_, _| None).unwrap_or_default();
    Wsdl(vec![Document { kind: "wsdl", location: "".into(), text }])
}
