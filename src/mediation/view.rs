//! What an expression sees of a flow.

use std::sync::Arc;

use super::{Entry, Program, Services};
use crate::expression::{EvalError, Expression, PropertyScope, Scope};
use crate::json;
use crate::message::{Message, Rules, Value, media_type};
use crate::xml::Tree;

/// The arguments that a template was called with.
#[derive(Debug, Default)]
pub struct Arguments(Vec<(Arc<str>, Argument)>);

/// An argument of a template.
#[derive(Debug, Clone)]
pub enum Argument {
    /// A value of the caller.
    Value(Value),
    /// An expression that is evaluated where it is used (`{{…}}`).
    Deferred(Arc<Expression>),
}

impl Arguments {
    /// Adds an argument; the last of a name wins.
    pub fn set(&mut self, name: impl Into<Arc<str>>, argument: Argument) {
        let name = name.into();
        self.0.retain(|(key, _)| *key != name);
        self.0.push((name, argument));
    }

    /// An argument by its name.
    pub fn get(&self, name: &str) -> Option<&Argument> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, argument)| argument)
    }
}

/// A flow as its expressions see it.
#[derive(Debug, Clone, Copy)]
pub struct View<'f> {
    /// The message.
    pub message: &'f Message,
    /// The arguments of the template that runs.
    pub arguments: Option<&'f Arguments>,
    /// The deployment.
    pub program: &'f Program,
    /// The world.
    pub services: &'f Services,
}

impl View<'_> {
    /// A local entry or registry resource as a value.
    fn entry(&self, key: &str) -> Option<Value> {
        match self.program.entry(key)? {
            Entry::Text(text) => Some(Value::Text(Arc::clone(text))),
            Entry::Xml(tree) => Some(Value::Xml(Arc::clone(tree))),
            Entry::Connection(_) => None,
        }
    }
}

impl Scope for View<'_> {
    fn xml(&self) -> Result<&Tree, EvalError> {
        Ok(self.message.payload.xml()?)
    }

    fn json(&self) -> Result<&json::Value, EvalError> {
        Ok(self.message.payload.json()?)
    }

    fn property(&self, scope: PropertyScope, name: &str) -> Option<Value> {
        let text = |found: Option<&String>| found.map(|text| Value::text(text.as_str()));
        let environment = &self.services.environment;
        match scope {
            PropertyScope::Default => {
                self.message.property(scope, name).or_else(|| self.entry(name))
            }
            PropertyScope::Registry => {
                self.services.registry.get(name).map(Value::Text).or_else(|| self.entry(name))
            }
            PropertyScope::System => text(environment.system.get(name)),
            PropertyScope::Env => text(environment.variables.get(name)),
            PropertyScope::File => text(environment.file.get(name)),
            PropertyScope::Func => self.parameter(name).ok().flatten(),
            PropertyScope::Axis2
            | PropertyScope::Axis2Client
            | PropertyScope::Transport
            | PropertyScope::Operation => self.message.property(scope, name),
        }
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.message.variables.get(name).cloned()
    }

    fn parameter(&self, name: &str) -> Result<Option<Value>, EvalError> {
        match self.arguments.and_then(|arguments| arguments.get(name)) {
            None => Ok(None),
            Some(Argument::Value(value)) => Ok(Some(value.clone())),
            Some(Argument::Deferred(expression)) => expression.evaluate(self).map(Some),
        }
    }

    fn query_parameter(&self, name: &str) -> Option<Arc<str>> {
        self.message
            .request
            .query_pairs()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| Arc::from(value))
    }

    fn config(&self, name: &str) -> Option<Value> {
        self.services.environment.config(name).map(Value::text)
    }

    /// No vault is connected: nothing holds a secret.
    fn secret(&self, _alias: &str) -> Option<Arc<str>> {
        None
    }

    fn content_type(&self) -> Arc<str> {
        let full = self.message.content_type().unwrap_or_default();
        media_type(&full).to_ascii_lowercase().into()
    }

    fn now_millis(&self) -> i64 {
        self.services.clock.now_millis()
    }

    fn rules(&self) -> &Rules {
        &self.services.rules
    }
}
