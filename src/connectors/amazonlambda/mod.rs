//! The `amazonlambda` connector: `init` and one operation a row of the table.
//!
//! What an operation takes, and how it goes over the wire, is data of [`crate::aws::operations`];
//! here is what a flow sees of it.

mod answer;
mod connection;
mod errors;
mod init;
mod operation;

use crate::aws::operations::{OPERATIONS, find};
use crate::diagnostic::{Code, nearest};
use crate::mediation::{Compiler, Connector, Placed, Step};
use crate::xml::document::{Element, Text};

/// The connector.
#[derive(Debug)]
pub(super) struct AmazonLambda;

/// An element's parameters as they are written: name, value, and the element to blame.
type Written<'e> = (&'e str, Text<'e>, Element<'e>);

impl Connector for AmazonLambda {
    fn prefixes(&self) -> &'static [&'static str] {
        // The second is what the connector was called before its first release.
        &["amazonlambda", "awslambda"]
    }

    fn package(&self) -> &'static str {
        "org.wso2.carbon.connector"
    }

    fn operations(&self) -> Vec<&'static str> {
        OPERATIONS.iter().map(|operation| operation.name).collect()
    }

    fn compile(
        &self,
        name: &str,
        element: Element<'_>,
        compiler: &mut Compiler<'_>,
    ) -> Option<Placed> {
        check_attributes(element, compiler);
        let texts: Vec<_> = element
            .children()
            .filter_map(|child| {
                refuse_structure(child, compiler);
                child.text().map(|text| (child, text))
            })
            .collect();
        let written: Vec<Written<'_>> =
            texts.iter().map(|(child, text)| (child.name(), text.as_text(), *child)).collect();
        let key = element.attribute("configKey").map(|key| (key.value, element));
        compile(name, element, &written, key, compiler)
    }

    fn compile_call(
        &self,
        name: &str,
        element: Element<'_>,
        compiler: &mut Compiler<'_>,
    ) -> Option<Placed> {
        let given: Vec<_> = element
            .children()
            .filter(|child| child.name() == "with-param")
            .filter_map(|child| Some((child.attribute("name")?, child.attribute("value")?, child)))
            .collect();
        let written: Vec<Written<'_>> = given
            .iter()
            .map(|(name, value, child)| (name.value.value.trim(), value.value, *child))
            .collect();
        compile(name, element, &written, None, compiler)
    }
}

fn compile(
    name: &str,
    element: Element<'_>,
    written: &[Written<'_>],
    key: Option<(Text<'_>, Element<'_>)>,
    compiler: &mut Compiler<'_>,
) -> Option<Placed> {
    if name == "init" {
        let step = init::compile(written, compiler)?;
        let step = Step::Run(Box::new(step));
        return Some(Placed { name: "amazonlambda.init", span: element.name_span(), step });
    }
    let Some(operation) = find(name) else {
        unknown_operation(name, element, compiler);
        return None;
    };
    let step = operation::compile(operation, written, key, compiler)?;
    let step = Step::Await(Box::new(step));
    Some(Placed { name: operation.name, span: element.name_span(), step })
}

fn unknown_operation(name: &str, element: Element<'_>, compiler: &mut Compiler<'_>) {
    let known = OPERATIONS.iter().map(|operation| operation.name).chain(["init"]);
    let help = match nearest(name, known.clone()) {
        Some(near) => format!("did you mean <amazonlambda.{near}>?"),
        None => format!("there are {}", known.collect::<Vec<_>>().join(", ")),
    };
    let message = format!("the connector amazonlambda has no operation `{name}`");
    compiler.diagnostics.report(Code::UNKNOWN_OPERATION, element.name_span(), message).help(help);
}

fn check_attributes(element: Element<'_>, compiler: &mut Compiler<'_>) {
    const KNOWN: [&str; 4] = ["configKey", "description", "statistics", "trace"];
    for attribute in element.attributes() {
        if attribute.namespace.is_none() && !KNOWN.contains(&attribute.name) {
            let message = format!("<{}> has no attribute `{}`", element.name(), attribute.name);
            compiler
                .diagnostics
                .report(Code::UNKNOWN_ATTRIBUTE, attribute.span, message)
                .help("parameters are child elements")
                .did_you_mean(attribute.name, KNOWN);
        }
    }
}

fn refuse_structure(child: Element<'_>, compiler: &mut Compiler<'_>) {
    if let Some(inner) = child.children().next() {
        let message = format!("<{}> takes text, not elements", child.name());
        compiler
            .diagnostics
            .report(Code::NOT_HONOURED, inner.name_span(), message)
            .help("the elements are ignored; give JSON text, or an expression in {…}");
    }
}
