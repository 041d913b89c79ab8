//! `enrich`: copies a part of the message, a property or inline content to another place.
//!
//! A message that carries JSON is changed as JSON where both ends can be, everything else as XML.

mod compile;
mod in_json;
mod in_xml;
mod source;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::expression::jsonpath::JsonPath;
use crate::expression::xpath::XPath;
use crate::expression::{Expression, Language};
use crate::mediation::{Children, Flow, Interrupt, MediatorSpec, Outcome, Run};
use crate::mediators::inline::{Content, Inline};
use crate::message::{PropertyScope, Value};

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "enrich",
    summary: "Copies a part of the message, a property or inline content to another place.",
    example: "<enrich><source type=\"inline\">{\"checked\": true}</source><target action=\"child\" xpath=\"json-eval($.order)\"/></enrich>",
    attributes: &[],
    children: Children::Named(&["source", "target"]),
    compile: compile::compile,
};

#[derive(Debug)]
struct Enrich {
    source: Source,
    target: Target,
    action: Action,
    /// Whether source and target can both be JSON.
    json: bool,
}

#[derive(Debug)]
struct Source {
    from: From,
    /// Whether the source stays where it is.
    clone: bool,
}

/// What is copied.
#[derive(Debug)]
enum From {
    Custom(Expression),
    /// What `remove` removes: several paths may be given.
    Paths(Vec<JsonPath>),
    Envelope,
    Body,
    Property(Arc<str>),
    Variable(Arc<str>),
    Inline(Inline),
}

/// Where it goes.
#[derive(Debug)]
enum Target {
    Json(JsonPath),
    Xml(XPath),
    Envelope,
    Body,
    Property(PropertyScope, Arc<str>),
    Variable(Arc<str>),
    /// The member whose name is replaced: the path to its object, and the name.
    Key(JsonPath, Arc<str>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Replace,
    Child,
    Sibling,
    Remove,
}

impl From {
    fn can_be_json(&self) -> bool {
        match self {
            Self::Custom(expression) => expression.language() != Language::XPath,
            Self::Inline(inline) => !inline.is_xml(),
            Self::Envelope => false,
            Self::Paths(_) | Self::Body | Self::Property(_) | Self::Variable(_) => true,
        }
    }
}

impl Target {
    fn can_be_json(&self) -> bool {
        !matches!(self, Self::Xml(_) | Self::Envelope)
    }

    /// A property or a variable.
    fn value(&self, flow: &Flow) -> Option<Value> {
        match self {
            Self::Property(scope, name) => flow.message.property(*scope, name),
            Self::Variable(name) => flow.message.variables.get(name).cloned(),
            _ => None,
        }
    }

    fn set(&self, flow: &mut Flow, value: Value) -> Result<(), Interrupt> {
        match self {
            Self::Property(scope, name) => Ok(flow.message.set_property(*scope, name, value)?),
            Self::Variable(name) => {
                flow.message.variables.set(Arc::clone(name), value);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Run for Enrich {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if self.action == Action::Remove {
            self.remove(flow)?;
        } else {
            let inline = match &self.source.from {
                From::Inline(inline) => Some(inline.evaluate(flow)?),
                _ => None,
            };
            if self.is_json(inline.as_ref(), flow) {
                self.enrich_json(inline.as_ref(), flow)?;
            } else {
                self.enrich_xml(inline, flow)?;
            }
        }
        if matches!(self.target, Target::Body | Target::Envelope) {
            flow.message.axis2.remove("NO_ENTITY_BODY");
        }
        Ok(Outcome::Next)
    }
}

impl Enrich {
    /// Whether this message is changed as JSON: it carries some, and the source is not XML.
    fn is_json(&self, inline: Option<&Content>, flow: &Flow) -> bool {
        let payload = &flow.message.payload;
        if !self.json || !payload.is_json() || payload.is_empty() {
            return false;
        }
        match &self.source.from {
            From::Property(_) | From::Variable(_) => {
                !matches!(self.source.value(flow), Some(Value::Xml(_)))
            }
            _ => !inline.is_some_and(Content::is_xml),
        }
    }
}
