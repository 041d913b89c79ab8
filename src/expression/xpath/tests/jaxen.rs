//! Jaxen's own checks: the engine that Synapse uses says what an expression gives.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::eval::{Context, Data, Evaluation};
use super::super::node::{Node, PAYLOAD};
use super::super::parser;
use crate::expression::testing::{Fixture, tree};
use crate::expression::{Namespaces, PropertyScope, Scope};
use crate::xml::Tree;

/// Calls that the engine does not offer, and why.
const LEFT_OUT: &[(&str, &str)] = &[("document(", "a message must not make the engine read files")];

/// How many checks in a hundred may be left out, at most.
const MOST_LEFT_OUT: usize = 2;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/xpath-jaxen")
}

#[test]
fn jaxen_agrees() {
    let folder = folder();
    let Ok(suite) = std::fs::read_to_string(folder.join("tests.xml")) else {
        println!("left out: Jaxen's checks are not at {}", folder.display());
        return;
    };
    let suite = roxmltree::Document::parse(&suite).unwrap();
    let checks = suite.descendants().filter(|node| is_check(*node)).count();
    let left_out = suite.descendants().filter(|node| is_check(*node) && is_left_out(*node)).count();
    assert!(left_out * 100 < checks * MOST_LEFT_OUT, "{left_out} of {checks} checks are left out");
    let (mut passed, mut failures) = (0, Vec::new());
    for document in children(suite.root_element(), "document") {
        let url = document.attribute("url").unwrap();
        let text = std::fs::read_to_string(folder.join(url)).unwrap();
        for context in children(document, "context") {
            let mut fixture = Fixture::new().xml(tree(&text));
            for variable in context.attributes().filter(|a| a.namespace().is_some()) {
                let name = variable.name();
                fixture = fixture.property(PropertyScope::Default, name, variable.value());
            }
            for outcome in run_context(&fixture, context) {
                match outcome {
                    Ok(()) => passed += 1,
                    Err(failure) => failures.push(format!("{url}: {failure}")),
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{passed} passed, {} did not:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert_eq!(passed, checks - left_out, "every check was run");
}

type Xml<'a> = roxmltree::Node<'a, 'a>;

fn children<'a>(node: Xml<'a>, name: &'static str) -> impl Iterator<Item = Xml<'a>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

fn is_check(node: Xml<'_>) -> bool {
    node.has_tag_name("test") || node.has_tag_name("valueOf")
}

fn is_left_out(check: Xml<'_>) -> bool {
    let select = check.attribute("select").unwrap();
    LEFT_OUT.iter().any(|(call, _)| select.contains(call))
}

/// The document that a check which is left out asks for, so that those inside it can be made.
fn named_document(evaluation: &Evaluation<'_>, check: Xml<'_>) -> Option<Node> {
    let select = check.attribute("select").unwrap();
    let url = select.strip_prefix("document('")?.strip_suffix("')")?;
    let text = std::fs::read_to_string(folder().join(url)).unwrap();
    Some(Node::whole(evaluation.forest.join(&Arc::new(tree(&text))), Tree::ROOT))
}

fn run_context(fixture: &Fixture, context: Xml<'_>) -> Vec<Result<(), String>> {
    let select = context.attribute("select").unwrap();
    let evaluation = Evaluation::new(fixture);
    evaluation.forest.payload(|| fixture.xml()).unwrap();
    let document = Node::whole(PAYLOAD, Tree::ROOT);
    let Ok(Data::Nodes(nodes)) = run(&evaluation, context, select, document) else {
        return vec![Err(format!("the context {select} gives no nodes"))];
    };
    let Some(first) = nodes.first() else {
        return vec![Err(format!("the context {select} is empty"))];
    };
    let mut outcomes = Vec::new();
    run_checks(&evaluation, context, *first, &mut outcomes);
    outcomes
}

fn run_checks(
    evaluation: &Evaluation<'_>,
    parent: Xml<'_>,
    from: Node,
    outcomes: &mut Vec<Result<(), String>>,
) {
    for check in parent.children().filter(Xml::is_element) {
        let select = check.attribute("select").unwrap();
        if is_left_out(check) {
            if let Some(document) = named_document(evaluation, check) {
                run_checks(evaluation, check, document, outcomes);
            }
            continue;
        }
        let result = run(evaluation, check, select, from);
        let outcome = if check.has_tag_name("valueOf") {
            let expected = check.text().unwrap_or_default();
            match result.as_ref().map(|data| evaluation.text(data)) {
                Ok(Ok(found)) if found == expected => Ok(()),
                other => Err(format!("{select} gives {other:?}, not {expected:?}")),
            }
        } else if check.attribute("exception") == Some("true") {
            if result.is_err() { Ok(()) } else { Err(format!("{select} is not refused")) }
        } else {
            let nodes = match result {
                Ok(Data::Nodes(nodes)) => nodes,
                _ => Vec::new(),
            };
            if let Some(first) = nodes.first() {
                run_checks(evaluation, check, *first, outcomes);
            }
            match check.attribute("count") {
                Some(count) if count != nodes.len().to_string() => {
                    Err(format!("{select} gives {} nodes, not {count}", nodes.len()))
                }
                _ => Ok(()),
            }
        };
        outcomes.push(outcome);
    }
}

fn run(
    evaluation: &Evaluation<'_>,
    scope: Xml<'_>,
    select: &str,
    from: Node,
) -> Result<Data, String> {
    let bound = scope.namespaces().filter_map(|one| Some((one.name()?, one.uri())));
    // The suite's own variables stand in the default scope here, one that is missing too.
    let text = select.replace("$foo", "$ctx:foo").replace("$artist", "$ctx:artist");
    let text = text.replace("'$ctx:foobar'", "'$foobar'");
    let parsed = parser::parse(&text, &Namespaces::new(bound)).map_err(|e| e.to_string())?;
    evaluation.eval(&parsed.expr, Context::of(Some(from))).map_err(|error| error.to_string())
}
