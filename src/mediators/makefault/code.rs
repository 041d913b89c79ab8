//! The code of a fault: a name of SOAP, or what an expression gives.

use super::{Problem, VALUE, Version, missing, value};
use crate::expression::Expression;
use crate::mediation::{Compiler, Flow, Interrupt, check_attributes};
use crate::mediators::values::{Source, namespace_of};
use crate::message::{SOAP11, SOAP12};
use crate::xml::document::{Element, Text};

/// What SOAP 1.1 and 1.2 call the same thing.
pub(super) type Names = (&'static str, &'static str);

const CODES: [Names; 5] = [
    ("VersionMismatch", "VersionMismatch"),
    ("MustUnderstand", "MustUnderstand"),
    ("Client", "Sender"),
    ("Server", "Receiver"),
    // SOAP 1.1 has no name of its own for it.
    ("Client", "DataEncodingUnknown"),
];

#[derive(Debug)]
pub(super) enum Code {
    /// A name, and the version that it is one of.
    Named(Names, Version),
    Computed(Expression),
}

/// A code for one message.
#[derive(Debug, Clone)]
pub(super) enum Evaluated {
    Named(Names),
    Computed(String),
}

pub(super) fn compile(
    element: Element<'_>,
    stated: Option<Version>,
    compiler: &mut Compiler<'_>,
) -> Result<Option<Code>, ()> {
    let Some(child) = element.child("code") else {
        return missing(element, "code", compiler);
    };
    if let Some(name) = child.attribute("value") {
        check_attributes(child, VALUE, compiler);
        return named(name.value, child, stated, compiler).map(Some).ok_or(());
    }
    match value(child, compiler)? {
        Source::Expression(expression) => Ok(Some(Code::Computed(expression))),
        Source::Static(_) => Ok(None),
    }
}

fn named(
    text: Text<'_>,
    child: Element<'_>,
    stated: Option<Version>,
    compiler: &mut Compiler<'_>,
) -> Option<Code> {
    let written = text.value.trim();
    let Some((prefix, local)) = written.split_once(':') else {
        let message = format!("the code `{written}` has no prefix");
        compiler
            .diagnostics
            .report(Problem::INVALID_VALUE, text.span, message)
            .help(format!("declare one for {SOAP11} or {SOAP12}"));
        return None;
    };
    let version = match namespace_of(prefix, text.span, child, compiler)? {
        SOAP11 => Version::Soap11,
        SOAP12 => Version::Soap12,
        _ => Version::Pox,
    };
    let expected = stated.unwrap_or(version);
    if version != expected || version == Version::Pox {
        let namespace = if stated == Some(Version::Soap12) { SOAP12 } else { SOAP11 };
        let message = format!("the prefix `{prefix}` is not that of the fault's version");
        compiler
            .diagnostics
            .report(Problem::INVALID_VALUE, text.span, message)
            .help(format!("declare it as {namespace}"));
        return None;
    }
    let names = || CODES.iter().map(|names| name_in(*names, version));
    let Some(found) = CODES.iter().find(|names| name_in(**names, version) == local) else {
        let mut known: Vec<_> = names().collect();
        known.dedup();
        compiler
            .diagnostics
            .report(Problem::INVALID_VALUE, text.span, format!("`{local}` is no code of a fault"))
            .help(format!("it is one of {}", known.join(", ")))
            .did_you_mean(local, names());
        return None;
    };
    Some(Code::Named(*found, version))
}

fn name_in(names: Names, version: Version) -> &'static str {
    if version == Version::Soap12 { names.1 } else { names.0 }
}

impl Code {
    /// The version of the fault where none is stated. A code of SOAP 1.2 says nothing: there
    /// Apache Synapse takes the version of the message.
    pub(super) fn implied_version(&self) -> Option<Version> {
        match self {
            Self::Named(_, Version::Soap12) => None,
            Self::Named(..) | Self::Computed(_) => Some(Version::Soap11),
        }
    }

    pub(super) fn evaluate(&self, flow: &Flow) -> Result<Evaluated, Interrupt> {
        Ok(match self {
            Self::Named(names, _) => Evaluated::Named(*names),
            Self::Computed(expression) => {
                let text = expression.evaluate_text(&flow.view())?;
                let local = text.rsplit(':').next().unwrap_or_default().trim();
                Evaluated::Computed(local.to_owned())
            }
        })
    }
}

impl Evaluated {
    /// The name in a version.
    pub(super) fn name(&self, version: Version) -> &str {
        match self {
            Self::Named(names) => name_in(*names, version),
            Self::Computed(local) => local,
        }
    }
}
