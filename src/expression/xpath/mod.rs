//! XPath 1.0 over the payload tree, with the variables and functions of Synapse.
//!
//! `lexer`, `parser` and `steps` make an [`XPath`]; `eval`, `paths`, `axes`, `compare` and
//! `functions` run it; `object` converts what it gives.

mod ast;
mod axes;
mod compare;
mod eval;
mod functions;
mod lexer;
mod node;
mod object;
mod parser;
mod paths;
mod steps;
#[cfg(test)]
mod tests;
mod variables;

use std::sync::Arc;

use crate::expression::{EvalError, Namespaces, ParseError, Scope};
use crate::xml::Tree;
use ast::Expr;
use eval::{Context, Evaluation};
use node::Node;

pub use object::{NodeRef, NodeSet, Object};

/// A compiled XPath expression.
#[derive(Clone)]
pub struct XPath {
    text: Arc<str>,
    expr: Arc<Expr>,
    reads_payload: bool,
    keeps_tags: bool,
}

impl XPath {
    /// Compiles an expression. Unbound prefixes, unknown names and wrong argument counts are
    /// found here.
    pub fn compile(text: &str, namespaces: &Namespaces) -> Result<Self, ParseError> {
        let parsed = parser::parse(text, namespaces)?;
        Ok(Self {
            text: text.into(),
            expr: Arc::new(parsed.expr),
            reads_payload: parsed.reads_payload,
            keeps_tags: text.contains("node()"),
        })
    }

    /// The expression as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether evaluating may look at the payload.
    pub fn reads_payload(&self) -> bool {
        self.reads_payload
    }

    /// Evaluates with the envelope as context node. The payload is asked for by the first step
    /// that needs it, so that an expression without such a step leaves the body unread.
    pub fn evaluate<'s>(&self, scope: &'s dyn Scope) -> Result<Object<'s>, EvalError> {
        self.run(Evaluation::new(scope), Context::of(None))
    }

    /// Evaluates with the first node of another document as context node, such as the XML that a
    /// variable holds. `$body` and its like are still those of the message.
    pub fn evaluate_in<'s>(
        &self,
        scope: &'s dyn Scope,
        document: &Arc<Tree>,
    ) -> Result<Object<'s>, EvalError> {
        let evaluation = Evaluation::new(scope);
        let node = document.root_element().unwrap_or(Tree::ROOT);
        let node = Node::whole(evaluation.forest.join(document), node);
        self.run(evaluation, Context::of(Some(node)))
    }

    /// The nodes of the payload that the expression selects. Fails where it gives anything else.
    pub fn select(&self, scope: &dyn Scope) -> Result<Vec<NodeRef>, EvalError> {
        match self.evaluate(scope)? {
            Object::NodeSet(set) => set.of_payload(),
            Object::Missing => Ok(Vec::new()),
            _ => Err(EvalError::failed(
                "the XPath expression gives a plain value where nodes are needed",
            )),
        }
    }

    fn run<'s>(
        &self,
        evaluation: Evaluation<'s>,
        context: Context,
    ) -> Result<Object<'s>, EvalError> {
        let data = evaluation.eval(&self.expr, context)?;
        Ok(Object::new(data, evaluation.forest, self.keeps_tags))
    }
}

impl std::fmt::Debug for XPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("XPath").field(&self.text).finish()
    }
}
