//! The properties that Synapse gives a meaning, and what becomes of each here: one table, from
//! which artifacts are checked.

mod rows;

use std::str::FromStr as _;

use http::{HeaderValue, Method, StatusCode};

use super::Compiler;
use crate::diagnostic::Code;
use crate::message::PropertyScope;
use crate::xml::document::Element;

pub use rows::SPECIAL;

/// A property with a meaning.
#[derive(Debug)]
pub struct Special {
    /// Its scope.
    pub scope: PropertyScope,
    /// Its name; one that ends in `*` stands for all that begin so.
    pub name: &'static str,
    /// What it can be set to.
    pub values: Values,
    /// What becomes of it here.
    pub effect: Effect,
    /// What it means, in a sentence.
    pub summary: &'static str,
}

/// What a property can be set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Everything.
    Any,
    /// `true` or `false`.
    Switch,
    /// The status of an answer.
    Status,
    /// An HTTP method.
    Method,
    /// What can stand in one line of HTTP's head.
    Line,
}

/// What becomes of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It does what it means.
    Honoured,
    /// What `true` asks for happens always, so `false` does nothing.
    Always,
    /// The engine says it; what a flow sets is only a property of that name.
    Computed,
    /// It does nothing over HTTP, here as in Synapse.
    Idle,
    /// It does nothing here; what to do instead.
    Unheard(&'static str),
}

impl Special {
    /// What is known of a property.
    fn find(scope: PropertyScope, name: &str) -> Option<&'static Self> {
        SPECIAL.iter().find(|row| {
            row.scope == scope
                && match row.name.strip_suffix('*') {
                    Some(start) => name.starts_with(start),
                    None => row.name == name,
                }
        })
    }

    /// What is wrong with setting it, and what to do; `value` is what an artifact sets it to,
    /// where that is written down.
    fn complaint(&self, name: &str, value: Option<&str>) -> Option<(String, &'static str)> {
        let no_effect = format!("the property `{name}` has no effect here");
        match self.effect {
            Effect::Unheard(help) => return Some((no_effect, help)),
            Effect::Computed => {
                let message = format!("`{name}` is the engine's to say and is not changed by this");
                return Some((message, "what is set is only a property of that name"));
            }
            Effect::Idle => return None,
            Effect::Always if value.is_some_and(|value| !is_true(value)) => {
                return Some((no_effect, "the engine behaves as if it were true"));
            }
            Effect::Always | Effect::Honoured => {}
        }
        let value = value?;
        (!self.values.hold(value)).then(|| {
            let shown = value.escape_debug();
            (format!("`{shown}` is not {}", self.values.what()), self.values.otherwise())
        })
    }
}

impl Values {
    fn hold(self, value: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Switch => is_true(value) || value.trim().eq_ignore_ascii_case("false"),
            Self::Status => {
                let code = value.trim().parse().ok().filter(|code: &u16| *code >= 200);
                code.is_some_and(|code| StatusCode::from_u16(code).is_ok())
            }
            Self::Method => Method::from_str(value).is_ok(),
            Self::Line => HeaderValue::from_str(value).is_ok(),
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Switch => "true or false",
            Self::Status => "the status of an answer",
            Self::Method => "an HTTP method",
            Self::Line => "one line of text",
        }
    }

    /// What happens with other values.
    fn otherwise(self) -> &'static str {
        match self {
            Self::Any | Self::Switch => "it counts as false",
            Self::Status => "it is ignored; write a number from 200 to 999",
            Self::Method => "sending the message will fail",
            Self::Line => "line breaks and other control characters are never sent",
        }
    }
}

fn is_true(value: &str) -> bool {
    value.trim().eq_ignore_ascii_case("true")
}

/// Tells of a `property` that is set to no avail. Only names that are written down can be known.
pub fn check_special(element: Element<'_>, scope: PropertyScope, compiler: &mut Compiler<'_>) {
    let Some(name) = element.attribute("name") else { return };
    let written = name.value.value.trim();
    let value = element.attribute("value").filter(|_| element.attribute("pattern").is_none());
    let complaint = Special::find(scope, written)
        .and_then(|special| special.complaint(written, value.map(|value| value.value.value)));
    if let Some((message, help)) = complaint {
        compiler.diagnostics.report(Code::NOT_HONOURED, name.value.span, message).help(help);
    }
}

#[cfg(test)]
mod tests;
