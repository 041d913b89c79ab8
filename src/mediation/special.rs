//! The properties that Synapse gives a meaning, and what becomes of each here: one table, from
//! which artifacts are checked.

mod rows;

use std::str::FromStr as _;

use http::{HeaderValue, Method, StatusCode};

use super::Compiler;
use crate::diagnostic::Code;
use crate::message::{PropertyScope, is_charset};
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
    /// The name of a charset.
    Charset,
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
    fn complaint(&self, value: Option<&str>) -> Option<(String, &'static str)> {
        let name = self.name;
        let no_effect = format!("the property `{name}` has no effect here");
        match self.effect {
            Effect::Unheard(help) => Some((no_effect, help)),
            Effect::Computed => {
                let message = format!(
                    "`{name}` is computed: a property of that name changes nothing in Synapse"
                );
                Some((message, "<header> sets addresses; use another name for a value of your own"))
            }
            Effect::Always if value.is_some_and(|value| !is_true(value)) => {
                Some((no_effect, "the engine behaves as if it were true"))
            }
            Effect::Always | Effect::Honoured | Effect::Idle => None,
        }
    }
}

impl Values {
    /// What is wrong with a value, and what will happen.
    fn complaint(self, value: &str) -> Option<(String, &'static str)> {
        let wrong = || format!("`{}` is not {}", value.escape_debug(), self.what());
        (!self.hold(value)).then(|| (wrong(), self.otherwise()))
    }

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
            Self::Charset => is_charset(value),
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Switch => "true or false",
            Self::Status => "the status of an answer",
            Self::Method => "an HTTP method",
            Self::Line => "one line of text",
            Self::Charset => "a charset that is known here",
        }
    }

    /// What happens with other values.
    fn otherwise(self) -> &'static str {
        match self {
            Self::Any | Self::Switch => "it counts as false",
            Self::Status => "it is ignored; write a number from 200 to 999",
            Self::Method | Self::Charset => "sending the message will fail",
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
    let Some(special) = Special::find(scope, written) else { return };
    let value = element.attribute("value").filter(|_| element.attribute("pattern").is_none());
    let value = value.map(|value| value.value);
    let is_boolean = element.attribute("type").is_some_and(|kind| kind.value.value == "BOOLEAN");
    let mut report = |place, (message, help): (String, &'static str)| {
        compiler.diagnostics.report(Code::NOT_HONOURED, place, message).help(help);
    };
    if let Some(complaint) = special.complaint(value.map(|value| value.value)) {
        report(name.value.span, complaint);
    } else if let Some(value) = value
        && !(is_boolean && special.values == Values::Switch)
        && let Some(complaint) = special.values.complaint(value.value)
    {
        report(value.span, complaint);
    }
}

#[cfg(test)]
mod tests;
