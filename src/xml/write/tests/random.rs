//! Trees that flows could make: whatever their prefixes and declarations say, the text reads back
//! as the same names and values, to us and to a reader that is not ours.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::read;
use crate::xml::{Name, NodeId, NodeKind, Tree, chars};

/// Namespace and local part.
type Expanded = (Option<String>, String);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Element(Expanded, BTreeMap<Expanded, String>, Vec<Node>),
    Text(String),
    Comment(String),
    Instruction(String, String),
}

/// A node as a flow makes it.
#[derive(Debug, Clone)]
enum Made {
    Element(Name, Vec<(Option<String>, String)>, Vec<(Name, String)>, Vec<Made>),
    Text(String),
    Comment(String),
    Instruction(String, String),
}

fn prefix() -> impl Strategy<Value = Option<String>> {
    prop_oneof![Just(None), "(a|b|ns1|ns2|xmlns|xml)".prop_map(Some)]
}

fn made_name() -> impl Strategy<Value = Name> {
    let namespace = prop_oneof![Just(None), "urn:(1|2|&<\")".prop_map(Some)];
    (prefix(), namespace, "[x-zé]|[x-z]\\.-[0-9]").prop_map(|(prefix, namespace, local)| {
        let prefix = prefix.filter(|_| namespace.is_some());
        Name::new(prefix.as_deref(), namespace.as_deref(), local)
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ \t\r\n<>&\"'\\]x]{1,6}", any::<String>()]
        .prop_map(|text| text.chars().filter(|it| chars::is_char(*it)).collect())
}

fn declaration() -> impl Strategy<Value = (Option<String>, String)> {
    prop_oneof![(Just(None), "(urn:[12])?"), ("(a|b|ns1|ns2)".prop_map(Some), "urn:[123]"),]
}

fn made() -> impl Strategy<Value = Made> {
    let leaf = prop_oneof![
        text().prop_map(Made::Text),
        "[a-z >]{0,5}".prop_map(Made::Comment),
        ("[p-r]", "[a-z>]{0,5}").prop_map(|(target, text)| Made::Instruction(target, text)),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| element(prop::collection::vec(inner, 0..5)))
}

fn element(children: impl Strategy<Value = Vec<Made>>) -> impl Strategy<Value = Made> {
    let declarations = prop::collection::vec(declaration(), 0..3);
    let attributes = prop::collection::vec((made_name(), text()), 0..3);
    (made_name(), declarations, attributes, children).prop_map(
        |(name, declared, attributes, children)| {
            Made::Element(name, declared, attributes, children)
        },
    )
}

fn build(tree: &mut Tree, parent: NodeId, made: &Made) {
    let node = match made {
        Made::Element(name, declared, attributes, children) => {
            let element = tree.create_element(name.clone());
            for (prefix, uri) in declared {
                tree.declare_namespace(element, prefix.as_deref(), uri.as_str());
            }
            for (name, value) in attributes {
                tree.set_attribute(element, name.clone(), value.as_str());
            }
            for child in children {
                build(tree, element, child);
            }
            element
        }
        Made::Text(text) => tree.create_text(text.as_str()),
        Made::Comment(text) => tree.create_comment(text.as_str()),
        Made::Instruction(target, text) => tree.create_instruction(target.as_str(), text.as_str()),
    };
    tree.append_child(parent, node);
}

fn expanded(name: &Name) -> Expanded {
    (name.namespace.as_deref().map(str::to_owned), name.local.to_string())
}

/// What a tree holds: texts beside each other are one, and empty ones none.
fn nodes(tree: &Tree, parent: NodeId) -> Vec<Node> {
    let mut found = Vec::new();
    for id in tree.children(parent) {
        let text = tree.text(id).unwrap_or_default().to_owned();
        match tree.kind(id) {
            NodeKind::Element => found.push(node(tree, id)),
            NodeKind::Text => push_text(&mut found, &text),
            NodeKind::Comment => found.push(Node::Comment(text)),
            NodeKind::Instruction => {
                found.push(Node::Instruction(tree.target(id).unwrap().to_owned(), text));
            }
            NodeKind::Document => unreachable!("a document is nobody's child"),
        }
    }
    found
}

fn node(tree: &Tree, element: NodeId) -> Node {
    let attributes = tree.attributes(element).iter();
    let attributes = attributes.map(|it| (expanded(&it.name), it.value.to_string()));
    let name = expanded(tree.name(element).unwrap());
    Node::Element(name, attributes.collect(), nodes(tree, element))
}

fn push_text(found: &mut Vec<Node>, text: &str) {
    match found.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => found.push(Node::Text(text.to_owned())),
    }
}

/// The same, as another reader finds it.
fn read_by_another(parent: roxmltree::Node<'_, '_>) -> Vec<Node> {
    let mut found = Vec::new();
    for node in parent.children() {
        if node.is_element() {
            let expanded = |namespace: Option<&str>, local: &str| {
                // It says so of an element that takes a default namespace back.
                let namespace = namespace.filter(|it| !it.is_empty());
                (namespace.map(str::to_owned), local.to_owned())
            };
            let attributes = node.attributes();
            let attributes = attributes
                .map(|it| (expanded(it.namespace(), it.name()), it.value().to_owned()))
                .collect();
            let name = expanded(node.tag_name().namespace(), node.tag_name().name());
            found.push(Node::Element(name, attributes, read_by_another(node)));
        } else if let Some(instruction) = node.pi() {
            let text = instruction.value.unwrap_or_default().to_owned();
            found.push(Node::Instruction(instruction.target.to_owned(), text));
        } else if node.is_comment() {
            found.push(Node::Comment(node.text().unwrap_or_default().to_owned()));
        } else {
            push_text(&mut found, node.text().unwrap_or_default());
        }
    }
    found
}

proptest! {
    #[test]
    fn trees_read_back_as_they_are(root in element(prop::collection::vec(made(), 0..5))) {
        let mut tree = Tree::new();
        build(&mut tree, Tree::ROOT, &root);
        let expected = nodes(&tree, Tree::ROOT);
        let text = tree.to_text();
        prop_assert_eq!(&nodes(&read(&text), Tree::ROOT), &expected, "{}", text);
        let other = roxmltree::Document::parse(&text).unwrap();
        prop_assert_eq!(&read_by_another(other.root()), &expected, "{}", text);
    }

    /// A part of a tree keeps its names wherever it goes: out of the tree, into another, to
    /// another place.
    #[test]
    fn parts_keep_their_names(
        root in element(prop::collection::vec(made(), 1..5)),
        host in element(Just(Vec::new())),
        pick: prop::sample::Index,
    ) {
        let mut tree = Tree::new();
        build(&mut tree, Tree::ROOT, &root);
        let elements: Vec<_> =
            tree.descendants(Tree::ROOT).filter(|id| tree.is_element(*id)).collect();
        let part = *pick.get(&elements);
        let alone = read(&tree.node_to_text(part));
        let expected = nodes(&alone, Tree::ROOT);
        prop_assert_eq!(expected.first(), Some(&node(&tree, part)));
        prop_assert_eq!(&nodes(&read(&tree.extract(part).to_text()), Tree::ROOT), &expected);

        let mut other = Tree::new();
        build(&mut other, Tree::ROOT, &host);
        let copy = other.import(&tree, part);
        let under = other.root_element().unwrap();
        other.append_child(under, copy);
        let text = other.to_text();
        prop_assert_eq!(&nodes(&read(&text), Tree::ROOT), &nodes(&other, Tree::ROOT), "{}", text);

        if Some(part) != tree.root_element() {
            tree.detach(part);
            tree.append_child(tree.root_element().unwrap(), part);
            let text = tree.to_text();
            prop_assert_eq!(&nodes(&read(&text), Tree::ROOT), &nodes(&tree, Tree::ROOT), "{}", text);
        }
    }
}
