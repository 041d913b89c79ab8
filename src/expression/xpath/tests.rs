//! Proofs of the XPath engine.

mod axes;
mod conversions;
mod flow;
mod functions;
mod grammar;
mod jaxen;
mod libxml2;
mod limits;
mod print;
mod samples;

use super::{Object, XPath};
use crate::expression::testing::{Fixture, envelope, tree};
use crate::expression::{EvalError, Namespaces, ParseError, Scope};

fn namespaces() -> Namespaces {
    Namespaces::new([
        ("soapenv", "http://schemas.xmlsoap.org/soap/envelope/"),
        ("m", "urn:m"),
        ("n", "urn:n"),
    ])
}

fn compile(text: &str) -> XPath {
    XPath::compile(text, &namespaces()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> ParseError {
    match XPath::compile(text, &namespaces()) {
        Ok(_) => panic!("{text} compiles"),
        Err(error) => error,
    }
}

/// What an expression gives, as text.
fn text(text: &str, scope: &dyn Scope) -> String {
    try_text(text, scope).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn try_text(text: &str, scope: &dyn Scope) -> Result<String, EvalError> {
    compile(text).evaluate(scope).map(|object| object.to_text().as_ref().to_owned())
}

/// Rows of an expression and what it gives as text.
fn check(scope: &dyn Scope, rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(expression, expected)| (expression, expected, try_text(expression, scope)))
        .filter(|(_, expected, found)| !matches!(found, Ok(found) if found == *expected))
        .map(|(expression, expected, found)| {
            format!("{expression} gives {found:?}, not {expected:?}")
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn body(xml: &str) -> Fixture {
    Fixture::new().xml(envelope("", xml))
}

fn document(xml: &str) -> Fixture {
    Fixture::new().xml(tree(xml))
}

fn count(expression: &str, scope: &dyn Scope) -> usize {
    match compile(expression).evaluate(scope) {
        Ok(Object::NodeSet(set)) => set.len(),
        Ok(_) => panic!("{expression} gives no nodes"),
        Err(error) => panic!("{expression}: {error}"),
    }
}
