//! Evaluates XPath in bulk, for comparisons with other engines: each line of the input is a JSON
//! object with a `document`, its `namespaces` and `expressions`; each line of the output an array
//! of results, each an object with one member: `nodes`, `number`, `text`, `boolean` or `error`.
//!
//! The context node is the root element. A node is told by its path: the places among the
//! siblings that are no text, then `@` and the name of an attribute, or `t` and the count of such
//! siblings before a text.

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::sync::Arc;

use myelin::expression::xpath::{NodeRef, Object, XPath};
use myelin::expression::{EvalError, Namespaces, PropertyScope, Scope};
use myelin::json;
use myelin::message::{Rules, Value};
use myelin::xml::{self, NodeId, Tree};
use serde_json::{Value as Json, json};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let rules = Rules::default();
    for line in std::io::stdin().lock().lines() {
        let job: Json = serde_json::from_str(&line?)?;
        let document = job["document"].as_str().ok_or("a job has no document")?;
        let tree = xml::parse(document.as_bytes(), Some("utf-8"), &rules.xml)?;
        let bound = job["namespaces"].as_object().into_iter().flatten();
        let namespaces = Namespaces::new(
            bound.filter_map(|(prefix, uri)| Some((prefix.as_str(), uri.as_str()?))),
        );
        let expressions = job["expressions"].as_array().into_iter().flatten();
        let results: Vec<Json> = expressions
            .filter_map(Json::as_str)
            .map(|expression| evaluate(expression, &namespaces, &Document(&tree, &rules)))
            .collect();
        writeln!(output, "{}", Json::Array(results))?;
    }
    Ok(output.flush()?)
}

fn evaluate(expression: &str, namespaces: &Namespaces, scope: &Document<'_>) -> Json {
    let compiled = match XPath::compile(expression, namespaces) {
        Ok(compiled) => compiled,
        Err(error) => return json!({ "error": error.to_string() }),
    };
    match compiled.evaluate(scope) {
        Ok(Object::NodeSet(set)) => match set.of_payload() {
            Ok(nodes) => json!({ "nodes": paths(scope.0, &nodes) }),
            Err(error) => json!({ "error": error.to_string() }),
        },
        // JSON has no `NaN`.
        Ok(Object::Number(number)) => json!({ "number": format!("{number:?}") }),
        Ok(Object::Text(text)) => json!({ "text": &*text }),
        Ok(Object::Boolean(value)) => json!({ "boolean": value }),
        Ok(Object::Missing) => json!({ "text": "" }),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn paths(tree: &Tree, nodes: &[NodeRef]) -> Vec<String> {
    nodes
        .iter()
        .map(|node| match node {
            NodeRef::Node(id) => path(tree, *id),
            NodeRef::Attribute { element, name } => {
                let namespace = name.namespace.as_deref().unwrap_or_default();
                format!("{}/@{{{namespace}}}{}", path(tree, *element), name.local)
            }
        })
        .collect()
}

fn path(tree: &Tree, node: NodeId) -> String {
    let Some(parent) = tree.parent(node) else { return String::new() };
    let before = tree.children(parent).take_while(|id| *id != node);
    let place = before.filter(|id| !tree.is_text(*id)).count();
    let mark = if tree.is_text(node) { "t" } else { "" };
    format!("{}/{mark}{place}", path(tree, parent))
}

/// A message that is a document and nothing else.
struct Document<'t>(&'t Tree, &'t Rules);

impl Scope for Document<'_> {
    fn xml(&self) -> Result<&Tree, EvalError> {
        Ok(self.0)
    }

    fn json(&self) -> Result<&json::Value, EvalError> {
        Err(EvalError::failed("the document is not JSON"))
    }

    fn property(&self, _: PropertyScope, _: &str) -> Option<Value> {
        None
    }

    fn variable(&self, _: &str) -> Option<Value> {
        None
    }

    fn parameter(&self, _: &str) -> Result<Option<Value>, EvalError> {
        Ok(None)
    }

    fn query_parameter(&self, _: &str) -> Option<Arc<str>> {
        None
    }

    fn config(&self, _: &str) -> Option<Value> {
        None
    }

    fn secret(&self, _: &str) -> Option<Arc<str>> {
        None
    }

    fn content_type(&self) -> Arc<str> {
        "application/xml".into()
    }

    fn now_millis(&self) -> i64 {
        0
    }

    fn rules(&self) -> &Rules {
        self.1
    }
}
