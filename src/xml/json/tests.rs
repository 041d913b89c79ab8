//! What survives both ways, whatever the document; limits. The rules one by one are rows of
//! `tests/data/json_xml`, which the tests of the settings read.

use std::sync::Arc;

use proptest::prelude::*;

use super::{ARRAY, ConversionError, ELEMENT, OBJECT, XmlRules, json_to_xml, xml_to_json};
use crate::json::{self, Number, Object, Value};
use crate::xml::{self, Tree};

fn to_xml(value: &Value, rules: &XmlRules) -> Tree {
    let mut tree = Tree::new();
    json_to_xml(value, rules, &mut tree, Tree::ROOT);
    tree
}

/// Rules by which nothing is lost but what text looks like something else.
fn lossless() -> XmlRules {
    XmlRules {
        writes_instructions: true,
        nil: true,
        empty_is_null: false,
        keep_spaces: true,
        ..XmlRules::default()
    }
}

/// Text that XML can hold and that is nothing but text.
fn text() -> impl Strategy<Value = Arc<str>> {
    let holds = |text: &String| text.chars().all(xml::chars::is_char);
    let is_text = |text: &String| {
        Number::parse(text).is_none() && !matches!(&**text, "true" | "false" | "null")
    };
    prop_oneof![any::<String>(), "[ \t\r\n<>&\"'\\]x0-9]{0,6}"]
        .prop_filter("XML cannot hold it", holds)
        .prop_filter("it reads as a primitive", is_text)
        .prop_map(Arc::from)
}

/// Names of members that are neither attributes nor text nor names of types.
fn name() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![
        "[a-c]",
        "[a-z0-9$:. _?>-]{0,4}",
        "(_JsonReader_(PD_|PS_|32_)?)?[0-9a]",
        any::<String>()
    ]
    .prop_filter("it means something else", |name| {
        name != "$" && !name.starts_with('@') && ![OBJECT, ARRAY, ELEMENT].contains(&&**name)
    })
    .prop_map(Arc::from)
}

fn number() -> impl Strategy<Value = Value> {
    "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,4})?"
        .prop_map(|text| Value::Number(Number::parse(&text).unwrap()))
}

/// Any value but an empty object, which is an empty element.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number(),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let members = prop::collection::vec((name(), inner.clone()), 1..5);
        let object = members.prop_map(|members| {
            let mut object = Object::new();
            for (name, value) in members {
                object.insert(name, value);
            }
            Value::Object(object)
        });
        prop_oneof![object, prop::collection::vec(inner, 0..5).prop_map(Value::Array)]
    })
}

proptest! {
    #[test]
    fn json_comes_back_from_xml_as_it_was(value in value()) {
        let rules = lossless();
        let tree = to_xml(&value, &rules);
        prop_assert_eq!(&xml_to_json(&tree, Tree::ROOT, &rules).unwrap(), &value);
        let text = tree.to_text();
        let read = xml::parse(text.as_bytes(), None, &xml::Limits::default()).unwrap();
        prop_assert_eq!(&xml_to_json(&read, Tree::ROOT, &rules).unwrap(), &value, "{}", text);
        prop_assert!(roxmltree::Document::parse(&text).is_ok(), "{}", text);
    }

    /// Without any of Synapse's switches the view means the same when it was sent as text.
    #[test]
    fn the_view_means_what_its_text_means(value in value()) {
        let rules = XmlRules::default();
        let tree = to_xml(&value, &rules);
        let read = xml::parse(tree.to_text().as_bytes(), None, &xml::Limits::default()).unwrap();
        let meant = xml_to_json(&tree, Tree::ROOT, &rules);
        prop_assert!(meant.is_ok());
        prop_assert_eq!(xml_to_json(&read, Tree::ROOT, &rules), meant);
    }
}

#[test]
fn depth_is_bounded() {
    let rules = XmlRules::default();
    let mut tree = Tree::new();
    let mut at = Tree::ROOT;
    for _ in 0..100_000 {
        let next = tree.create_element(xml::Name::local("a"));
        tree.append_child(at, next);
        at = next;
    }
    let result = xml_to_json(&tree, Tree::ROOT, &rules);
    assert_eq!(result, Err(ConversionError::Depth));
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    let value = json::parse(deep.as_bytes(), &json::Limits::default()).unwrap();
    let tree = to_xml(&value, &rules);
    assert_eq!(xml_to_json(&tree, Tree::ROOT, &rules).unwrap().to_text(), deep);
}

#[test]
fn many_members_stay_linear() {
    let mut tree = Tree::new();
    let root = tree.create_element(xml::Name::local(OBJECT));
    tree.append_child(Tree::ROOT, root);
    for n in 0..100_000 {
        let child = tree.create_element(xml::Name::local(format!("a{n}")));
        tree.append_child(root, child);
    }
    let value = xml_to_json(&tree, Tree::ROOT, &XmlRules::default());
    assert!(matches!(value, Ok(Value::Object(object)) if object.len() == 100_000));
}
