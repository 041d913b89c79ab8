//! The variables of Synapse: parts of the envelope, and `$scope:name` for what a flow holds.

use super::ast::Variable;
use super::lexer::QName;
use crate::diagnostic::nearest;
use crate::expression::{ParseError, PropertyScope};

const PREFIXES: [&str; 9] =
    ["axis2", "config", "ctx", "func", "operation", "sys", "trp", "url", "var"];
const PLAIN: [&str; 3] = ["body", "env", "header"];

/// What a variable's name stands for.
pub(super) fn find(name: QName<'_>, offset: usize) -> Result<Variable, ParseError> {
    let local = name.local;
    let property = |scope| Variable::Property(scope, local.into());
    Ok(match (name.prefix, local) {
        (None, "env") => Variable::Envelope,
        (None, "header") => Variable::Header,
        (None, "body") => Variable::Body,
        (Some("ctx"), _) => property(PropertyScope::Default),
        (Some("axis2"), _) => property(PropertyScope::Axis2),
        (Some("trp"), _) => property(PropertyScope::Transport),
        (Some("operation"), _) => property(PropertyScope::Operation),
        (Some("sys"), _) => property(PropertyScope::System),
        (Some("func"), _) => Variable::Parameter(local.into()),
        (Some("url"), _) => Variable::Query(local.into()),
        (Some("config"), _) => Variable::Config(local.into()),
        (Some("var"), _) => Variable::Flow(local.into()),
        (prefix, _) => return Err(unknown(prefix, local, offset)),
    })
}

fn unknown(prefix: Option<&str>, local: &str, offset: usize) -> ParseError {
    let Some(prefix) = prefix else {
        let error = ParseError::new(offset, format!("there is no variable `${local}`"));
        return match nearest(local, PLAIN) {
            Some(known) => error.help(format!("did you mean `${known}`?")),
            None => error.help(format!(
                "a property is `$ctx:{local}`, a variable `$var:{local}`, a header `$trp:{local}`"
            )),
        };
    };
    let error = ParseError::new(offset, format!("there is no variable `${prefix}:{local}`"));
    match nearest(prefix, PREFIXES) {
        Some(known) => error.help(format!("did you mean `${known}:{local}`?")),
        None => {
            error.help(format!("the scopes are {}", PREFIXES.map(|p| format!("${p}:")).join(", ")))
        }
    }
}
