//! Evaluates expressions: operators, variables, conversions. Paths are in `paths`, walks in
//! `axes`, calls in `functions`.

use std::borrow::Cow;
use std::sync::Arc;

use super::ast::{Expr, Operation, Variable};
use super::node::{Forest, Node, PAYLOAD};
use super::parser;
use crate::expression::budget::Budget;
use crate::expression::{EvalError, Namespaces, Scope};
use crate::message::{Value, double_to_text};
use crate::xml::Tree;

/// What making an expression costs, in visited nodes.
const PARSE_COST: u64 = 100;

/// Whole numbers are exact in a double up to here.
const EXACT: i64 = 1 << 53;

/// A value on its way through an expression.
#[derive(Debug, Clone)]
pub(super) enum Data {
    /// In document order, each node once.
    Nodes(Vec<Node>),
    Text(Arc<str>),
    Number(f64),
    Boolean(bool),
    /// What a missing property gives; like empty text, but callers can tell.
    Missing,
}

/// Where in the message a part of an expression is evaluated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    /// The context node; none stands for the root element of the payload, which then need not be
    /// read before somebody asks.
    pub(super) node: Option<Node>,
    pub(super) position: usize,
    pub(super) size: usize,
}

/// One evaluation of one expression.
pub(super) struct Evaluation<'s> {
    pub(super) scope: &'s dyn Scope,
    pub(super) forest: Forest<'s>,
    pub(super) budget: Budget,
}

impl Context {
    pub(super) fn of(node: Option<Node>) -> Self {
        Self { node, position: 1, size: 1 }
    }
}

impl<'s> Evaluation<'s> {
    pub(super) fn new(scope: &'s dyn Scope) -> Self {
        Self { scope, forest: Forest::default(), budget: Budget::new(&scope.rules().work) }
    }

    /// Pays for work.
    pub(super) fn spend(&self, visits: u64) -> Result<(), EvalError> {
        self.budget.spend(visits)
    }

    pub(super) fn eval(&self, expr: &Expr, context: Context) -> Result<Data, EvalError> {
        Ok(match expr {
            Expr::Literal(text) => Data::Text(Arc::clone(text)),
            Expr::Number(number) => Data::Number(*number),
            Expr::Variable(variable) => self.variable(variable)?,
            Expr::Call(function, arguments) => return self.call(*function, arguments, context),
            Expr::Evaluate(text, namespaces) => return self.evaluate(text, namespaces, context),
            Expr::Or(_) | Expr::And(_) => Data::Boolean(self.test(expr, context)?),
            Expr::Union(parts) => Data::Nodes(self.union(parts, context)?),
            Expr::Compare(comparison, sides) => {
                let [left, right] = &**sides;
                let left = self.eval(left, context)?;
                let right = self.eval(right, context)?;
                Data::Boolean(self.compare(*comparison, &left, &right)?)
            }
            Expr::Calculate(operation, sides) => {
                let [left, right] = &**sides;
                let left = self.number_of(left, context)?;
                let right = self.number_of(right, context)?;
                Data::Number(calculate(*operation, left, right))
            }
            Expr::Negate(inner) => Data::Number(-self.number_of(inner, context)?),
            Expr::Path(path) => Data::Nodes(self.path(path, context)?),
        })
    }

    /// Jaxen's `evaluate`: the text of an expression that the message makes.
    fn evaluate(
        &self,
        text: &Expr,
        namespaces: &Namespaces,
        context: Context,
    ) -> Result<Data, EvalError> {
        let data = self.eval(text, context)?;
        let text = self.text(&data)?;
        self.spend(PARSE_COST + text.len() as u64)?;
        let parsed = parser::parse_computed(&text, namespaces).map_err(|error| {
            EvalError::failed(format!("what `evaluate` is given is no expression: {error}"))
        })?;
        self.eval(&parsed, context)
    }

    /// The expression as a truth value, by the shortest way.
    pub(super) fn test(&self, expr: &Expr, context: Context) -> Result<bool, EvalError> {
        match expr {
            Expr::Or(parts) => self.any(parts, context, true),
            Expr::And(parts) => self.any(parts, context, false).map(|found| !found),
            Expr::Path(path) => self.exists(path, context),
            _ => Ok(boolean(&self.eval(expr, context)?)),
        }
    }

    /// Whether a part has the truth value looked for; later parts are left alone.
    fn any(&self, parts: &[Expr], context: Context, looked_for: bool) -> Result<bool, EvalError> {
        for part in parts {
            if self.test(part, context)? == looked_for {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn union(&self, parts: &[Expr], context: Context) -> Result<Vec<Node>, EvalError> {
        let mut all = Vec::new();
        for part in parts {
            all.extend(self.nodes_of(part, context)?);
        }
        self.sort(&mut all);
        Ok(all)
    }

    fn variable(&self, variable: &Variable) -> Result<Data, EvalError> {
        let value = match variable {
            Variable::Envelope => return Ok(Data::Nodes(vec![self.envelope()?])),
            Variable::Body => return self.envelope_part("Body"),
            Variable::Header => return self.envelope_part("Header"),
            Variable::Property(scope, name) => self.scope.property(*scope, name),
            Variable::Parameter(name) => self.scope.parameter(name)?,
            Variable::Query(name) => self.scope.query_parameter(name).map(Value::Text),
            Variable::Config(name) => self.scope.config(name),
            Variable::Flow(name) => self.scope.variable(name),
        };
        Ok(self.data(value))
    }

    /// A value of the flow as XPath sees it. Whole numbers that a double cannot hold stay text.
    pub(super) fn data(&self, value: Option<Value>) -> Data {
        match value {
            None | Some(Value::Null) => Data::Missing,
            Some(Value::Bool(value)) => Data::Boolean(value),
            Some(Value::Int(value)) if (-EXACT..=EXACT).contains(&value) => {
                Data::Number(value as f64)
            }
            Some(Value::Double(value)) => Data::Number(value),
            Some(Value::Xml(tree)) => {
                let index = self.forest.join(&tree);
                Data::Nodes(tree.children(Tree::ROOT).map(|id| Node::whole(index, id)).collect())
            }
            Some(other) => Data::Text(other.to_text()),
        }
    }

    /// Has the body read, whether it is XML or not.
    pub(super) fn read_payload(&self) -> Result<(), EvalError> {
        match self.payload() {
            Ok(_) | Err(EvalError::Payload(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn payload(&self) -> Result<&'s Tree, EvalError> {
        self.forest.payload(|| self.scope.xml())
    }

    /// The root element of the payload.
    fn envelope(&self) -> Result<Node, EvalError> {
        let root = self.payload()?.root_element().unwrap_or(Tree::ROOT);
        Ok(Node::whole(PAYLOAD, root))
    }

    fn envelope_part(&self, local: &str) -> Result<Data, EvalError> {
        let tree = self.payload()?;
        let envelope = self.envelope()?.id;
        let namespace = tree.name(envelope).and_then(|name| name.namespace.as_deref());
        let part = tree.child(envelope, namespace, local);
        Ok(Data::Nodes(part.map(|id| Node::whole(PAYLOAD, id)).into_iter().collect()))
    }

    pub(super) fn context_node(&self, context: Context) -> Result<Node, EvalError> {
        context.node.map_or_else(|| self.envelope(), Ok)
    }

    /// An expression that must give nodes. Text has none below it, so that a step into a property
    /// that holds text selects nothing.
    pub(super) fn nodes_of(&self, expr: &Expr, context: Context) -> Result<Vec<Node>, EvalError> {
        match self.eval(expr, context)? {
            Data::Nodes(nodes) => Ok(nodes),
            _ => Ok(Vec::new()),
        }
    }

    pub(super) fn number_of(&self, expr: &Expr, context: Context) -> Result<f64, EvalError> {
        let data = self.eval(expr, context)?;
        self.number(&data)
    }

    pub(super) fn number(&self, data: &Data) -> Result<f64, EvalError> {
        Ok(match data {
            Data::Number(number) => *number,
            Data::Boolean(value) => f64::from(u8::from(*value)),
            Data::Text(text) => text_to_number(text),
            Data::Missing => f64::NAN,
            Data::Nodes(_) => text_to_number(&self.text(data)?),
        })
    }

    /// The value as text by XPath's `string()`: of nodes, the first counts.
    pub(super) fn text<'d>(&'d self, data: &'d Data) -> Result<Cow<'d, str>, EvalError> {
        Ok(match data {
            Data::Text(text) => Cow::Borrowed(text),
            Data::Number(number) => Cow::Owned(double_to_text(*number)),
            Data::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Data::Missing => Cow::Borrowed(""),
            Data::Nodes(nodes) => match nodes.first() {
                Some(first) => self.string_value(*first)?,
                None => Cow::Borrowed(""),
            },
        })
    }

    pub(super) fn string_value(&self, node: Node) -> Result<Cow<'_, str>, EvalError> {
        let text = self.forest.string_value(node);
        self.budget.spend_text(text.len())?;
        Ok(text)
    }
}

pub(super) fn boolean(data: &Data) -> bool {
    match data {
        Data::Nodes(nodes) => !nodes.is_empty(),
        Data::Text(text) => !text.is_empty(),
        Data::Number(number) => *number != 0.0 && !number.is_nan(),
        Data::Boolean(value) => *value,
        Data::Missing => false,
    }
}

/// `number()` of text as Jaxen reads it, which is as Java does: an exponent, a plus and the suffix of
/// a Java literal count as well. Hexadecimal fractions do not.
pub(super) fn text_to_number(text: &str) -> f64 {
    let trimmed = text.trim_matches(|c: char| c <= ' ');
    let digits = trimmed.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(trimmed);
    let is_plain = |byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E');
    match trimmed {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ if digits.bytes().all(is_plain) => digits.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

fn calculate(operation: Operation, left: f64, right: f64) -> f64 {
    match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide => left / right,
        Operation::Remainder => left % right,
    }
}
