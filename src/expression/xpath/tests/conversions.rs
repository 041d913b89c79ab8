//! From results to what mediators use: text, truth values, values, nodes to change.

use std::sync::Arc;

use super::{body, check, compile, document};
use crate::expression::PropertyScope;
use crate::expression::testing::{Fixture, tree};
use crate::expression::xpath::{NodeRef, Object};
use crate::message::Value;
use crate::xml::{Name, Tree};

#[test]
fn text_is_synapses_string_value() {
    let scope = body(
        "<a k='v'> one\u{a0}</a><b><c>1</c><c>2</c></b><d/><e>x<f>y</f>z</e><g>  <h/> </g><!--note-->",
    );
    let rows = [
        ("//a", "one"),
        ("//a/text()", " one\u{a0}"),
        ("//a/@k", "v"),
        ("//b", "<b><c>1</c><c>2</c></b>"),
        ("//c", "<c>1</c><c>2</c>"),
        ("//c[1]", "1"),
        ("//d", "<d/>"),
        ("//e", "xz"),
        ("//e/text()", "xz"),
        ("//g", "<g>  <h/> </g>"),
        ("//a | //c[1]", "<a k=\"v\">one</a><c>1</c>"),
        ("//a/@k | //c[1]/text()", "v1"),
        ("//nothing", ""),
        ("//comment()", "note"),
        ("$body/a/node()", "<a k=\"v\">one</a>"),
        ("$body/node()[1]", "<a k=\"v\">one</a>"),
        ("//c[1]/node()", "<c>1</c>"),
        ("count(//c)", "2"),
        ("count(//c) = 2", "true"),
        ("1 div 2", "0.5"),
    ];
    check(&scope, &rows);
    check(&document("<r><s/></r>"), &[("/", "<r><s/></r>"), ("/node()", "<r><s/></r>")]);
}

#[test]
fn a_serialised_element_brings_its_namespaces() {
    let scope = document("<m:r xmlns:m='urn:m' xmlns:n='urn:n'><m:s><m:t/></m:s></m:r>");
    let text = super::text("//m:s", &scope);
    let again = tree(&text);
    let root = again.root_element().unwrap();
    assert!(again.name(root).unwrap().matches(Some("urn:m"), "s"), "{text}");
    assert!(!text.contains("urn:n"), "{text}");
}

#[test]
fn values_keep_their_type() {
    let scope = body("<a k='v'>1</a><a>2</a><b><c/></b>").property(
        PropertyScope::Default,
        "n",
        Value::Int(9_007_199_254_740_993),
    );
    let value = |text: &str| compile(text).evaluate(&scope).unwrap().to_value();
    assert!(matches!(value("//nothing"), Value::Null));
    assert!(matches!(value("1 = 1"), Value::Bool(true)));
    assert!(matches!(value("count(//a)"), Value::Int(2)));
    assert!(matches!(value("1 div 4"), Value::Double(n) if n.to_string() == "0.25"));
    assert!(matches!(value("1 div 0"), Value::Double(number) if number.is_infinite()));
    assert!(matches!(value("//a/@k"), Value::Text(text) if &*text == "v"));
    assert!(matches!(value("//a[1]/text()"), Value::Text(text) if &*text == "1"));
    assert!(matches!(value("//a/text()"), Value::Text(text) if &*text == "12"));
    assert!(matches!(value("$ctx:n"), Value::Text(text) if &*text == "9007199254740993"));
    for (text, expected) in [
        ("//b", "<b><c/></b>"),
        ("//a", "<a k=\"v\">1</a><a>2</a>"),
        ("//a[2] | //a/@k | //b/c", "v<a>2</a><c/>"),
    ] {
        let Value::Xml(tree) = value(text) else { panic!("{text} is not XML") };
        assert_eq!(tree.to_text(), expected, "{text}");
    }
    let Object::NodeSet(set) = compile("//a").evaluate(&scope).unwrap() else { panic!("no nodes") };
    let each: Vec<_> = set.values().map(|value| value.to_text()).collect();
    assert_eq!(each, [Arc::from("<a k=\"v\">1</a>"), Arc::from("<a>2</a>")]);
}

#[test]
fn truth_is_xpaths() {
    let scope = body("<a/>").property(PropertyScope::Default, "no", "false");
    for (text, expected) in [
        ("//a", true),
        ("//b", false),
        ("'false'", true),
        ("$ctx:no", true),
        ("$ctx:nothing", false),
        ("0", false),
        ("0 div 0", false),
        ("1 = 2", false),
    ] {
        assert_eq!(compile(text).evaluate(&scope).unwrap().to_bool(), expected, "{text}");
    }
}

#[test]
fn nodes_to_change_are_those_of_the_payload() {
    let xml = tree("<r><a k='v'/></r>");
    let element = xml.descendants(Tree::ROOT).nth(1).unwrap();
    let scope = Fixture::new().xml(xml).property(
        PropertyScope::Default,
        "x",
        Value::Xml(Arc::new(tree("<p/>"))),
    );
    let select = |text: &str| compile(text).select(&scope);
    assert_eq!(select("//a").unwrap(), [NodeRef::Node(element)]);
    let attribute = NodeRef::Attribute { element, name: Name::local("k") };
    assert_eq!(select("//a/@k").unwrap(), [attribute]);
    assert_eq!(select("//b").unwrap(), []);
    assert_eq!(select("$ctx:nothing").unwrap(), []);
    for (text, part) in [
        ("1 + 1", "plain value"),
        ("$ctx:x", "property"),
        ("//a | $ctx:x", "property"),
        ("//namespace::*", "namespace"),
    ] {
        let error = select(text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}
