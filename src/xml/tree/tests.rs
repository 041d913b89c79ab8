//! The tree as its users see it: relations, changes, copies, order.

use std::cmp::Ordering;

use super::{NodeId, NodeKind, Tree};
use crate::xml::name::Name;

fn element(tree: &mut Tree, parent: NodeId, name: &str) -> NodeId {
    let id = tree.create_element(Name::local(name));
    tree.append_child(parent, id);
    id
}

#[test]
fn an_absent_node_costs_nothing_and_trees_cross_threads() {
    fn crosses_threads<T: Send + Sync + Clone + Default + std::fmt::Debug>() {}
    crosses_threads::<Tree>();
    assert_eq!(size_of::<Option<NodeId>>(), 4);
    assert!(size_of::<super::Node>() <= 48);
}

#[test]
fn order_survives_every_kind_of_change() {
    let mut tree = Tree::new();
    let a = element(&mut tree, Tree::ROOT, "a");
    let b = element(&mut tree, a, "b");
    let c = element(&mut tree, a, "c");
    assert!(tree.in_order);
    let d = element(&mut tree, b, "d");
    assert!(!tree.in_order);
    assert_eq!(tree.cmp_document_order(d, c), Ordering::Less);
    tree.insert_before(b, c);
    assert_eq!(tree.cmp_document_order(c, d), Ordering::Less);
    tree.insert_after(b, c);
    assert_eq!(tree.cmp_document_order(c, d), Ordering::Greater);
    tree.detach(b);
    assert_eq!(tree.cmp_document_order(c, d), Ordering::Less);
    assert_eq!(tree.cmp_document_order(b, d), Ordering::Less);
    assert_eq!(tree.cmp_document_order(b, b), Ordering::Equal);
}

#[test]
fn a_node_cannot_be_put_below_itself() {
    let mut tree = Tree::new();
    let a = element(&mut tree, Tree::ROOT, "a");
    let b = element(&mut tree, a, "b");
    tree.append_child(b, a);
    tree.append_child(a, a);
    tree.append_child(a, Tree::ROOT);
    tree.insert_before(b, a);
    tree.replace(b, b);
    assert_eq!(tree.parent(a), Some(Tree::ROOT));
    assert_eq!(tree.parent(b), Some(a));
    let text = tree.create_text("x");
    tree.append_child(text, b);
    assert_eq!(tree.parent(b), Some(a));
}

#[test]
fn a_copy_takes_the_declarations_that_it_needs() {
    let mut tree = Tree::new();
    let top = tree.create_element(Name::new(Some("s"), Some("urn:s"), "Envelope"));
    tree.append_child(Tree::ROOT, top);
    for (prefix, uri) in [(Some("s"), "urn:s"), (Some("x"), "urn:x"), (Some("v"), "urn:v")] {
        tree.declare_namespace(top, prefix, uri);
    }
    tree.declare_namespace(top, None, "urn:default");
    let body = tree.create_element(Name::new(Some("x"), Some("urn:x"), "a"));
    tree.append_child(top, body);
    tree.set_attribute(body, Name::local("type"), "v:int");
    let prefixes = |tree: &Tree, id| {
        let mut all: Vec<_> = tree
            .declarations(id)
            .iter()
            .map(|(prefix, _)| prefix.as_deref().unwrap_or("").to_owned())
            .collect();
        all.sort();
        all
    };
    let alone = tree.extract(body);
    let root = alone.root_element().unwrap();
    assert_eq!(prefixes(&alone, root), ["v", "x"]);
    let mut other = Tree::new();
    let copy = other.import(&tree, top);
    assert_eq!(other.parent(copy), None);
    assert_eq!(prefixes(&other, copy), ["", "s", "v", "x"]);
    assert_eq!(other.lookup_namespace(copy, None), Some("urn:default"));
    assert_eq!(other.lookup_namespace(copy, Some("xml")), Some(crate::xml::XML_NAMESPACE));
}

#[test]
fn depth_is_no_danger() {
    let mut tree = Tree::new();
    let mut at = Tree::ROOT;
    for _ in 0..1_000_000 {
        at = element(&mut tree, at, "a");
    }
    let text = tree.create_text("deep");
    tree.append_child(at, text);
    assert_eq!(tree.string_value(Tree::ROOT), "deep");
    let copy = tree.extract(Tree::ROOT);
    assert_eq!(copy.node_count(), tree.node_count());
    let first = copy.root_element().unwrap();
    assert_eq!(copy.descendants(first).last().map(|id| copy.kind(id)), Some(NodeKind::Text));
    assert_eq!(copy.cmp_document_order(first, Tree::ROOT), Ordering::Greater);
}

#[test]
fn attributes_and_texts_change_in_place() {
    let mut tree = Tree::new();
    let a = element(&mut tree, Tree::ROOT, "a");
    tree.set_attribute(a, Name::local("x"), "1");
    tree.set_attribute(a, Name::new(Some("p"), Some("urn:p"), "x"), "2");
    tree.set_attribute(a, Name::local("x"), "3");
    assert_eq!(tree.attribute(a, None, "x"), Some("3"));
    assert_eq!(tree.attribute(a, Some("urn:p"), "x"), Some("2"));
    assert!(tree.remove_attribute(a, None, "x"));
    assert!(!tree.remove_attribute(a, None, "x"));
    tree.set_text(a, "one");
    tree.set_text(a, "two");
    assert_eq!(tree.children(a).count(), 1);
    assert_eq!(tree.string_value(a), "two");
    tree.set_text(a, "");
    assert_eq!(tree.first_child(a), None);
}
