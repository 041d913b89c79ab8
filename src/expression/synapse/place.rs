//! Where the value of an expression lies, for those who change it.

use std::sync::Arc;

use super::SynapseExpression;
use super::ast::{Expr, Prepared, Root, Steps};
use super::eval::Evaluation;
use crate::expression::budget::Budget;
use crate::expression::jsonpath::Location;
use crate::expression::xpath::XPath;
use crate::expression::{EvalError, Scope};
use crate::json;
use crate::message::Value;

/// What an expression is a path on.
#[derive(Debug, Clone, Copy)]
pub enum Place<'e> {
    /// The payload as JSON.
    Payload,
    /// What a variable holds.
    Variable(&'e Arc<str>),
    /// Nodes of the payload, or of the XML that a variable holds.
    Nodes(&'e XPath, Option<&'e Arc<str>>),
}

impl SynapseExpression {
    /// What the expression is a path on: `payload.x`, `vars.x.y`, `xpath('…')`; nothing for values
    /// that lie nowhere, such as the result of an operator.
    pub fn place(&self) -> Option<Place<'_>> {
        match &*self.expression {
            Expr::Access(_, steps) if steps.path.call.is_some() => None,
            Expr::Access(Root::Payload, _) => Some(Place::Payload),
            Expr::Access(Root::Variable(name), _) => Some(Place::Variable(name)),
            Expr::Call(call) if call.function.name == "xpath" && call.steps.is_empty() => {
                let Prepared::XPath(xpath) = &call.prepared else { return None };
                let variable = match call.arguments.get(1) {
                    Some(Expr::Literal(Value::Text(name))) => Some(name),
                    _ => None,
                };
                Some(Place::Nodes(xpath, variable))
            }
            _ => None,
        }
    }

    /// Whether the path behind `payload` or a variable leads to one value at most.
    pub fn is_definite(&self) -> bool {
        self.steps().is_none_or(|steps| steps.path.is_definite())
    }

    /// The places that the path leads to in the JSON that it is a path on, in document order.
    pub fn locate(
        &self,
        document: &json::Value,
        scope: &dyn Scope,
    ) -> Result<Vec<Location>, EvalError> {
        let Some(steps) = self.steps() else { return Ok(Vec::new()) };
        let budget = Budget::new(&scope.rules().work);
        let evaluation = Evaluation { scope, namespaces: &self.namespaces, budget: &budget };
        evaluation.locate(document, steps)
    }

    fn steps(&self) -> Option<&Steps> {
        match &*self.expression {
            Expr::Access(_, steps) => Some(steps),
            _ => None,
        }
    }
}
