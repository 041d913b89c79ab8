//! Jaxen's own checks: the engine that Synapse uses says what an expression gives.

use std::path::Path;

use super::super::eval::{Context, Data, Evaluation};
use super::super::node::{Node, PAYLOAD};
use super::super::parser;
use crate::expression::testing::{Fixture, tree};
use crate::expression::{Namespaces, PropertyScope, Scope};
use crate::xml::Tree;

/// Calls that the engine does not offer, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("evaluate(", "an expression made of message data could be any expression"),
    ("document(", "a message must not make the engine read files"),
];

/// The one check whose outcome differs: a variable that nothing defines is refused here, and
/// Jaxen's harness expects no nodes because no node is compared with it.
const DIFFERENT: &[&str] = &["CD_Library/artist[@name=$artist]"];

#[test]
fn jaxen_agrees() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/xpath-jaxen");
    let Ok(suite) = std::fs::read_to_string(folder.join("tests.xml")) else {
        println!("left out: Jaxen's checks are not at {}", folder.display());
        return;
    };
    let suite = roxmltree::Document::parse(&suite).unwrap();
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
    assert!(passed > 200, "only {passed} checks were found");
}

type Xml<'a> = roxmltree::Node<'a, 'a>;

fn children<'a>(node: Xml<'a>, name: &'static str) -> impl Iterator<Item = Xml<'a>> {
    node.children().filter(move |child| child.has_tag_name(name))
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
        let skipped = LEFT_OUT.iter().any(|(call, _)| select.contains(call));
        if skipped || DIFFERENT.contains(&select) {
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
    // The suite's own variables stand in the default scope here.
    let text = select.replace("$foo", "$ctx:foo");
    let text = text.replace("'$ctx:foobar'", "'$foobar'");
    let parsed = parser::parse(&text, &Namespaces::new(bound)).map_err(|e| e.to_string())?;
    evaluation.eval(&parsed.expr, Context::of(Some(from))).map_err(|error| error.to_string())
}
