//! Synapse expressions, `${…}`: paths, operators and functions over what a flow holds.
//!
//! `parser` makes an `Expr`; `eval`, `operators` and `functions` run it. Numbers are as Java has
//! them: whole ones, and decimals that keep their digits (`number`). An error is a value here:
//! it is logged, and the expression gives nothing.

mod ast;
mod eval;
mod functions;
mod operators;
mod parser;
mod place;
mod remarks;
mod roots;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::budget::Budget;
use super::xpath::XPath;
use super::{EvalError, Namespaces, ParseError, Remark, Scope};
use crate::message::Value;
use ast::Expr;
use eval::{Evaluation, Wanted};

pub use place::Place;

/// A compiled expression: what stands between `${` and `}`.
#[derive(Debug, Clone)]
pub struct SynapseExpression {
    text: Arc<str>,
    expression: Arc<Expr>,
    /// What a bare `payload` means for an XML payload.
    body: Option<Arc<XPath>>,
    namespaces: Namespaces,
    remarks: Arc<[Remark]>,
}

impl SynapseExpression {
    /// Compiles an expression. Unknown roots and functions, wrong argument counts, and literal
    /// XPath expressions and patterns that cannot be compiled are found here. The namespaces are
    /// those of `xpath(…)`.
    pub fn compile(inner: &str, namespaces: &Namespaces) -> Result<Self, ParseError> {
        let (expression, remarks) = parser::parse(inner, namespaces)?;
        let body = if expression.is_bare_payload() {
            Some(Arc::new(XPath::compile("$body", namespaces)?))
        } else {
            None
        };
        Ok(Self {
            text: inner.trim().into(),
            expression: Arc::new(expression),
            body,
            namespaces: namespaces.clone(),
            remarks: remarks.into(),
        })
    }

    /// What was found odd about the expression: it compiles, but cannot be meant.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The expression with the places of its remarks counted in a text that has so many bytes
    /// before it.
    pub fn shifted(mut self, bytes: usize) -> Self {
        if !self.remarks.is_empty() {
            let shift =
                |remark: &Remark| Remark { offset: remark.offset + bytes, ..remark.clone() };
            self.remarks = self.remarks.iter().map(shift).collect();
        }
        self
    }

    /// The expression as written, without `${` and `}`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether evaluating may look at the payload.
    pub fn reads_payload(&self) -> bool {
        self.expression.reads_payload()
    }

    /// The result with its type; nothing when the evaluation fails, which is logged. Fails only
    /// while the body is unread or when it cannot be read.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        self.or_nothing(self.try_evaluate(scope))
    }

    /// The result as text; empty when the evaluation fails, which is logged. XML that `xpath(…)`
    /// selects gives its text as in an XPath expression. Fails as [`Self::evaluate`] does.
    pub fn evaluate_text(&self, scope: &dyn Scope) -> Result<Arc<str>, EvalError> {
        let result = self.run(scope, Wanted::Text);
        Ok(self.or_nothing(result)?.to_text())
    }

    /// The result with its type, or why there is none: a missing key, a wrong type, a division by
    /// zero, a payload that cannot be read.
    pub fn try_evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        self.run(scope, Wanted::Value)
    }

    fn run(&self, scope: &dyn Scope, wanted: Wanted) -> Result<Value, EvalError> {
        if let Some(body) = &self.body
            && scope.content_type().contains("application/xml")
        {
            let object = body.evaluate(scope)?;
            return Ok(match wanted {
                Wanted::Value => object.to_value(),
                Wanted::Text => Value::Text(object.to_text()),
            });
        }
        let budget = Budget::new(&scope.rules().work);
        let evaluation = Evaluation { scope, namespaces: &self.namespaces, budget: &budget };
        evaluation.eval(&self.expression, wanted)
    }

    fn or_nothing(&self, result: Result<Value, EvalError>) -> Result<Value, EvalError> {
        match result {
            Err(error @ EvalError::Failed(_)) => {
                tracing::warn!(expression = %self.text, %error, "expression gives nothing");
                Ok(Value::Null)
            }
            other => other,
        }
    }
}
