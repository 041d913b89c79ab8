//! What the writer makes of trees, and that it reads back.

mod random;

use crate::xml::{Limits, Name, NodeKind, Tree, parse};

fn read(text: &str) -> Tree {
    parse(text.as_bytes(), None, &Limits::default()).unwrap()
}

#[test]
fn text_survives() {
    let texts = [
        "<a/>",
        "<a x=\"1\" y=\"&quot;'&lt;&amp;>&#9;&#10;&#13;\">&lt;&gt;&amp;\"'&#13;\n\t]]&gt;</a>",
        "<!--before--><?pi data?><a><!--in--><?pi?>text<b/>more</a><!--behind-->",
        "<s:a xmlns:s=\"urn:s\" xmlns=\"urn:d\" s:x=\"1\"><b/><c xmlns=\"\"><d xmlns=\"urn:d\"/></c></s:a>",
        "<a xml:lang=\"de\"><b xml:space=\"preserve\"> </b></a>",
        "<ä ö=\"ü\">😀\u{85}\u{2028}</ä>",
    ];
    for text in texts {
        assert_eq!(read(text).to_text(), text);
    }
}

#[test]
fn a_part_stands_on_its_own() {
    let tree = read(concat!(
        "<s:e xmlns:s=\"urn:s\" xmlns:v=\"urn:v\" xmlns:u=\"urn:unused\" xmlns=\"urn:d\">",
        "<s:b><c t=\"v:x\">1</c> behind</s:b></s:e>",
    ));
    let root = tree.root_element().unwrap();
    let body = tree.child(root, Some("urn:s"), "b").unwrap();
    let expected =
        "<s:b xmlns=\"urn:d\" xmlns:v=\"urn:v\" xmlns:s=\"urn:s\"><c t=\"v:x\">1</c> behind</s:b>";
    let sorted = |text: &str| {
        let mut words: Vec<_> = text.split([' ', '>']).map(str::to_owned).collect();
        words.sort();
        words
    };
    let alone = tree.node_to_text(body);
    assert_eq!(sorted(&alone), sorted(expected));
    assert_eq!(read(&alone).to_text(), alone);
    let text = tree.last_child(body).unwrap();
    assert_eq!(tree.node_to_text(text), " behind");
}

#[test]
fn missing_declarations_are_added() {
    let mut tree = read("<a xmlns=\"urn:d\" xmlns:p=\"urn:p\"><keep/></a>");
    let root = tree.root_element().unwrap();
    let names = [
        Name::local("none"),
        Name::new(None, Some("urn:other"), "other"),
        Name::new(Some("p"), Some("urn:p"), "known"),
        Name::new(Some("p"), Some("urn:q"), "rebound"),
        Name::new(Some("xml"), Some("urn:q"), "reserved"),
    ];
    for name in names {
        let child = tree.create_element(name);
        tree.append_child(root, child);
        tree.set_attribute(child, Name::new(Some("p"), Some("urn:p"), "x"), "1");
        tree.set_attribute(child, Name::new(None, Some("urn:r"), "y"), "2");
        let inner = tree.create_element(Name::new(None, Some("urn:d"), "inner"));
        tree.append_child(child, inner);
    }
    let text = tree.to_text();
    let again = read(&text);
    let all = |tree: &Tree| {
        let expanded = |name: &Name| (name.namespace.clone(), name.local.clone());
        let elements =
            tree.descendants(Tree::ROOT).filter(|id| tree.kind(*id) == NodeKind::Element);
        let one = |id| {
            let attributes: Vec<_> =
                tree.attributes(id).iter().map(|a| (expanded(&a.name), a.value.clone())).collect();
            (tree.name(id).map(expanded), attributes)
        };
        elements.map(one).collect::<Vec<_>>()
    };
    assert_eq!(all(&tree), all(&again), "{text}");
    assert_eq!(again.to_text(), text);
}

#[test]
fn a_prefix_stands_for_one_namespace_in_a_tag() {
    let mut tree = read("<x xmlns:a=\"urn:1\"/>");
    let element = tree.create_element(Name::new(Some("a"), Some("urn:1"), "y"));
    tree.append_child(tree.root_element().unwrap(), element);
    for (namespace, value) in [("urn:2", "2"), ("urn:1", "1"), ("urn:3", "3")] {
        tree.set_attribute(element, Name::new(Some("a"), Some(namespace), "z"), value);
    }
    assert_eq!(
        tree.to_text(),
        "<x xmlns:a=\"urn:1\"><a:y xmlns:ns1=\"urn:2\" xmlns:ns2=\"urn:3\" ns1:z=\"2\" a:z=\"1\" \
         ns2:z=\"3\"/></x>"
    );
}

#[test]
fn an_element_without_namespace_takes_its_default_declaration_back() {
    let mut tree = Tree::new();
    let a = tree.create_element(Name::local("a"));
    tree.append_child(Tree::ROOT, a);
    tree.declare_namespace(a, None, "urn:d");
    assert_eq!(tree.to_text(), "<a/>");
    let b = tree.create_element(Name::new(None, Some("urn:d"), "b"));
    tree.append_child(a, b);
    assert_eq!(tree.to_text(), "<a><b xmlns=\"urn:d\"/></a>");
}

#[test]
fn nothing_breaks_out() {
    let mut tree = Tree::new();
    let a = tree.create_element(Name::local("a"));
    tree.append_child(Tree::ROOT, a);
    tree.set_attribute(a, Name::local("x"), "\0\u{FFFF}\"");
    for text in ["\0", "\u{1}x\u{FFFE}\u{FF0C}", "]]>", "<b>"] {
        let child = tree.create_text(text);
        tree.append_child(a, child);
    }
    let comment = tree.create_comment("--> <b> ---");
    tree.append_child(a, comment);
    let instruction = tree.create_instruction("pi", "?> <b/> \0");
    tree.append_child(a, instruction);
    let text = tree.to_text();
    assert_eq!(
        text,
        concat!(
            "<a x=\"\u{FFFD}\u{FFFD}&quot;\">\u{FFFD}\u{FFFD}x\u{FFFD}\u{FF0C}]]&gt;&lt;b&gt;",
            "<!--- -> <b> - - - --><?pi ? > <b/> \u{FFFD}?></a>",
        )
    );
    assert_eq!(read(&text).to_text(), text);
}

#[test]
fn depth_is_no_danger() {
    let mut tree = Tree::new();
    let mut at = Tree::ROOT;
    for _ in 0..200_000 {
        let next = tree.create_element(Name::local("a"));
        tree.append_child(at, next);
        at = next;
    }
    assert_eq!(tree.to_text().len(), 199_999 * "<a></a>".len() + "<a/>".len());
}
