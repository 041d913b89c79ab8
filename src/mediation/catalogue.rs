//! How a mediator describes itself: one table that the compiler, the checks and the manual read.

use super::{Compiler, EndpointRef, Placed, Step};
use crate::diagnostic::{Code, nearest};
use crate::xml::document::Element;

/// A mediator: its element and how it is compiled.
#[derive(Debug)]
pub struct MediatorSpec {
    /// The element's local name.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// A piece of XML that uses it, complete enough to be compiled.
    pub example: &'static str,
    /// Its attributes.
    pub attributes: &'static [AttributeSpec],
    /// Its children.
    pub children: Children,
    /// Compiles an element whose attributes were checked; what is wrong is reported, and `None`
    /// is given back.
    pub compile: fn(Element<'_>, &mut Compiler<'_>) -> Option<Step>,
}

/// An attribute of an element.
#[derive(Debug)]
pub struct AttributeSpec {
    /// Its name.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What holds without it.
    pub default: Option<&'static str>,
    /// What it means, in one sentence.
    pub description: &'static str,
}

/// What an attribute may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A whole number or a dynamic `{…}`.
    Count,
    /// An expression: XPath, `json-eval(…)` or `${…}`.
    Expression,
    /// A text or a dynamic `{…}`.
    Dynamic,
    /// A regular expression.
    Regex,
    /// The name or key of an artifact.
    Key,
}

/// What an element's children are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Children {
    /// There are none.
    None,
    /// Mediators.
    Mediators,
    /// Elements of these names.
    Named(&'static [&'static str]),
    /// Whatever the mediator makes of them.
    Any,
}

/// A library of operations: elements `library.operation`.
pub trait Connector: std::fmt::Debug + Sync {
    /// The names it answers to as a prefix of elements; the first is its own.
    fn prefixes(&self) -> &'static [&'static str];
    /// The package in front of the library in qualified template names.
    fn package(&self) -> &'static str;
    /// The operations, for "did you mean" and the manual; `init` is not one.
    fn operations(&self) -> Vec<&'static str>;
    /// Compiles an element `library.operation`. Problems are reported, and `None` is given back.
    fn compile(
        &self,
        operation: &str,
        element: Element<'_>,
        compiler: &mut Compiler<'_>,
    ) -> Option<Placed>;
    /// Compiles a `call-template` of an operation: its `with-param` children are the parameters.
    fn compile_call(
        &self,
        operation: &str,
        element: Element<'_>,
        compiler: &mut Compiler<'_>,
    ) -> Option<Placed>;
}

/// Everything that an element inside a sequence can be.
#[derive(Debug, Clone, Copy)]
pub struct Catalogue {
    /// The mediators, sorted by name.
    pub mediators: &'static [&'static MediatorSpec],
    /// Mediators that Synapse has and we do not run: name, and what to use instead.
    pub refused: &'static [(&'static str, &'static str)],
    /// The connectors.
    pub connectors: &'static [&'static dyn Connector],
    /// The step that sends to the endpoint behind a proxy.
    pub send: fn(Option<EndpointRef>) -> Step,
}

impl Catalogue {
    /// A mediator by its element's name.
    pub fn mediator(&self, name: &str) -> Option<&'static MediatorSpec> {
        let at = self.mediators.binary_search_by(|spec| spec.name.cmp(name)).ok()?;
        self.mediators.get(at).copied()
    }

    /// The connector and the operation that an element's name means.
    pub fn operation<'n>(&self, name: &'n str) -> Option<(&'static dyn Connector, &'n str)> {
        let (library, operation) = name.split_once('.')?;
        let found = self.connectors.iter().find(|found| found.prefixes().contains(&library))?;
        Some((*found, operation))
    }

    /// The connector and the operation that a qualified template name means:
    /// `org.wso2.carbon.connector.amazonlambda.invoke`.
    pub fn qualified<'n>(&self, name: &'n str) -> Option<(&'static dyn Connector, &'n str)> {
        self.connectors.iter().find_map(|found| {
            let rest = name.strip_prefix(found.package())?.strip_prefix('.')?;
            let (library, operation) = rest.split_once('.')?;
            found.prefixes().contains(&library).then_some((*found, operation))
        })
    }
}

/// Attributes that any mediator may have, for people and for statistics.
const COMMON: [&str; 3] = ["description", "statistics", "trace"];

/// Checks an element's attributes against a table: unknown ones are warnings, missing and wrong
/// ones errors. Says whether the element can be compiled.
pub fn check_attributes(
    element: Element<'_>,
    table: &[AttributeSpec],
    compiler: &mut Compiler<'_>,
) -> bool {
    let mut sound = true;
    for attribute in element.attributes() {
        if attribute.namespace.is_some() {
            continue;
        }
        let Some(spec) = table.iter().find(|spec| spec.name == attribute.name) else {
            if !COMMON.contains(&attribute.name) {
                let known = table.iter().map(|spec| spec.name);
                let message = format!("<{}> has no attribute `{}`", element.name(), attribute.name);
                compiler
                    .diagnostics
                    .report(Code::UNKNOWN_ATTRIBUTE, attribute.span, message)
                    .help("it is ignored")
                    .did_you_mean(attribute.name, known);
            }
            continue;
        };
        sound &= check_value(spec, attribute.value, compiler);
    }
    for spec in table.iter().filter(|spec| spec.required) {
        if element.attribute(spec.name).is_none() {
            let message = format!("<{}> needs the attribute `{}`", element.name(), spec.name);
            compiler
                .diagnostics
                .report(Code::MISSING_ATTRIBUTE, element.name_span(), message)
                .help(format!("`{}`: {}", spec.name, spec.description));
            sound = false;
        }
    }
    sound
}

fn check_value(
    spec: &AttributeSpec,
    value: crate::xml::document::Text<'_>,
    compiler: &mut Compiler<'_>,
) -> bool {
    let (allowed, expected): (bool, String) = match spec.kind {
        Kind::Choice(words) => {
            let found = words.iter().any(|word| word.eq_ignore_ascii_case(value.value.trim()));
            (found, format!("one of {}", words.join(", ")))
        }
        Kind::Boolean => {
            let word = value.value.trim();
            let found = word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false");
            (found, "true or false".to_owned())
        }
        Kind::Integer => (value.value.trim().parse::<i64>().is_ok(), "a whole number".to_owned()),
        Kind::Count => {
            let text = value.value.trim();
            let allowed = text.starts_with('{') || text.parse::<i64>().is_ok();
            (allowed, format!("a whole number, or {{expression}}. {}", spec.description))
        }
        _ => return true,
    };
    if !allowed {
        let message = format!("`{}` cannot be `{}`", spec.name, value.value);
        let found = compiler.diagnostics.report(Code::INVALID_VALUE, value.span, message);
        found.help(format!("it is {expected}"));
        if let Kind::Choice(words) = spec.kind
            && let Some(word) = nearest(value.value, words.iter().copied())
        {
            found.help(format!("did you mean `{word}`?"));
        }
    }
    allowed
}
