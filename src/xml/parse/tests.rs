//! What is refused and where, what is accepted and as what, limits, encodings.

use crate::xml::{Limits, Name, NodeKind, Tree, XmlError, XmlErrorKind, parse, parse_into};

fn read(text: &str) -> Result<Tree, XmlError> {
    parse(text.as_bytes(), None, &Limits::default())
}

/// Text, line, column, and a part of the message.
const MALFORMED: &[(&str, usize, usize, &str)] = &[
    ("", 1, 1, "no root element"),
    (" \n ", 2, 2, "no root element"),
    ("<!-- c -->", 1, 11, "no root element"),
    ("text", 1, 1, "text outside"),
    ("x<a/>", 1, 1, "text outside"),
    ("<a/>x", 1, 5, "text outside"),
    ("<a/>&#32;", 1, 5, "text outside"),
    ("<a/><![CDATA[x]]>", 1, 5, "'<!' begins no markup"),
    ("<a/><b/>", 1, 5, "second root"),
    ("<a/></a>", 1, 5, "end tag without"),
    ("</a>", 1, 1, "end tag without"),
    ("<a>", 1, 4, "'<a>' of line 1 is never closed"),
    ("<a>\n<b>\n</a>", 3, 1, "'</a>' where '</b>' is expected"),
    ("<a></A>", 1, 4, "'</A>' where '</a>'"),
    ("<a></ a>", 1, 4, "'</>' where '</a>'"),
    ("<p:a xmlns:p='u'></q:a>", 1, 18, "'</q:a>' where '</p:a>'"),
    ("<a></a x='1'>", 1, 8, "'>' is expected"),
    ("<a></a", 1, 7, "'>' is expected"),
    ("< a/>", 1, 2, "white space where a name"),
    ("<1a/>", 1, 2, "cannot begin a name"),
    ("<-a/>", 1, 2, "cannot begin a name"),
    ("<:a/>", 1, 2, "cannot begin a name"),
    ("<a:/>", 1, 4, "cannot begin a name"),
    ("<a:1/>", 1, 4, "cannot begin a name"),
    ("<a:b:c xmlns:a='u'/>", 1, 5, "two colons"),
    ("<a\u{D7}/>", 1, 3, "white space, '>' or '/>'"),
    ("<a\u{2028}/>", 1, 3, "white space, '>' or '/>'"),
    ("<", 1, 2, "ends where a name"),
    ("<a", 1, 1, "'<a' never ends"),
    ("<a x='1'", 1, 1, "'<a' never ends"),
    ("<a / >", 1, 4, "cannot begin a name"),
    ("<a><b</a>", 1, 6, "white space, '>' or '/>'"),
    ("<a x/>", 1, 5, "'=' is expected behind 'x'"),
    ("<a x=1/>", 1, 6, "must be in quotes"),
    ("<a x='1/>", 1, 6, "value that never ends"),
    ("<a x='1'y='2'/>", 1, 9, "white space, '>' or '/>'"),
    ("<a x='1' x='2'/>", 1, 10, "'x' stands here twice"),
    ("<a x='<'/>", 1, 7, "'<' in an attribute value"),
    ("<a x='\u{1}'/>", 1, 7, "U+0001"),
    ("<a x='&'/>", 1, 7, "begins no reference"),
    ("<a x='&foo;'/>", 1, 7, "'foo' is not declared"),
    ("<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", 1, 36, "'q:x' stands here twice"),
    ("<a xmlns='u' xmlns='v'/>", 1, 14, "declaration that stands here twice"),
    ("<a xmlns:p='u' xmlns:p='u'/>", 1, 16, "declaration that stands here twice"),
    ("<p:a/>", 1, 2, "'p' is not declared"),
    ("<a>\n <b p:x='1'/></a>", 2, 5, "'p' is not declared"),
    ("<a><p:b xmlns:p='u'/><p:c/></a>", 1, 23, "'p' is not declared"),
    ("<a xmlns:p=''/>", 1, 4, "stands for nothing"),
    ("<a xmlns:xmlns='u'/>", 1, 4, "'xmlns' and its namespace are reserved"),
    ("<a xmlns='http://www.w3.org/2000/xmlns/'/>", 1, 4, "are reserved"),
    ("<a xmlns:xml='u'/>", 1, 4, "'xml' and its namespace are reserved"),
    ("<a xmlns='http://www.w3.org/XML/1998/namespace'/>", 1, 4, "are reserved"),
    ("<xmlns:a/>", 1, 2, "'xmlns' is not declared"),
    ("<a>]]></a>", 1, 4, "']]>' in text"),
    ("<a>\u{0}</a>", 1, 4, "U+0000"),
    ("<a>ä\u{FFFE}</a>", 1, 5, "U+FFFE"),
    ("<a>\u{C}</a>", 1, 4, "U+000C"),
    ("<a>a & b</a>", 1, 6, "begins no reference"),
    ("<a>&lt</a>", 1, 4, "begins no reference"),
    ("<a>&;</a>", 1, 4, "begins no reference"),
    ("<a>&a b;</a>", 1, 4, "begins no reference"),
    ("<a>&nbsp;</a>", 1, 4, "'nbsp' is not declared"),
    ("<a>&#0;</a>", 1, 4, "no character of XML"),
    ("<a>&#x1F;</a>", 1, 4, "no character of XML"),
    ("<a>&#xD800;</a>", 1, 4, "no character of XML"),
    ("<a>&#xFFFF;</a>", 1, 4, "no character of XML"),
    ("<a>&#x110000;</a>", 1, 4, "no character of XML"),
    ("<a>&#99999999999;</a>", 1, 4, "no character of XML"),
    ("<a>&#+65;</a>", 1, 4, "no character of XML"),
    ("<a>&#;</a>", 1, 4, "no character of XML"),
    ("<a>&#X41;</a>", 1, 4, "no character of XML"),
    ("<a>&#xZ;</a>", 1, 4, "no character of XML"),
    ("<a><!-- a -- b --></a>", 1, 11, "'--' in a comment"),
    ("<a><!-- a ---></a>", 1, 11, "'--' in a comment"),
    ("<a><!--></a>", 1, 4, "never ends"),
    ("<a><!-- \u{B} --></a>", 1, 9, "U+000B"),
    ("<a><![CDATA[x]]</a>", 1, 4, "CDATA section that never ends"),
    ("<a><![CDATA[\n\u{8}]]></a>", 2, 1, "U+0008"),
    ("<a><![cdata[x]]></a>", 1, 4, "'<!' begins no markup"),
    ("<a><!ELEMENT a ANY></a>", 1, 4, "'<!' begins no markup"),
    ("<a><? pi?></a>", 1, 6, "white space where a name"),
    ("<a><?pi</a>", 1, 8, "white space or '?>'"),
    ("<a><?pi x</a>", 1, 4, "never ends"),
    ("<a><?p:i x?></a>", 1, 7, "white space or '?>'"),
    ("<a><?pi \u{1}?></a>", 1, 9, "U+0001"),
    (" <?xml version='1.0'?><a/>", 1, 2, "only at the very start"),
    ("<a><?XML version='1.0'?></a>", 1, 4, "only at the very start"),
    ("<?xml version='1.0'?><?xml version='1.0'?><a/>", 1, 22, "only at the very start"),
    ("<?xml encoding='utf-8'?><a/>", 1, 7, "'version' is expected"),
    ("<?xml version='2.0'?><a/>", 1, 15, "no value for 'version'"),
    ("<?xml version=1.0?><a/>", 1, 15, "no value for 'version'"),
    ("<?xml version='1.0' standalone='maybe'?><a/>", 1, 32, "no value for 'standalone'"),
    ("<?xml version='1.0' standalone='no' encoding='utf-8'?><a/>", 1, 37, "'?>' is expected"),
    ("<?xml version='1.0'encoding='utf-8'?><a/>", 1, 20, "white space is expected before"),
    ("<?xml version='1.0' foo='1'?><a/>", 1, 21, "'?>' is expected"),
    ("<a>\r\n\r<b></a>", 3, 4, "'</a>' where '</b>'"),
];

#[test]
fn what_is_not_well_formed_is_refused_at_its_place() {
    let mut wrong = Vec::new();
    for (text, line, column, message) in MALFORMED {
        match read(text) {
            Err(error)
                if error.kind == XmlErrorKind::Malformed
                    && (error.line, error.column) == (*line, *column)
                    && error.message.contains(message) => {}
            other => wrong.push((text, other.map(|tree| tree.to_text()))),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn well_formed_documents_mean_what_they_say() {
    let rows = [
        ("<?xml version=\"1.0\" encoding='UTF-8' standalone = 'yes' ?>\n<a></a >\n", "<a/>"),
        ("<?xml version='1.1'?><a/>", "<a/>"),
        ("<?xml-stylesheet href='x'?><a/>", "<?xml-stylesheet href='x'?><a/>"),
        ("<a>1<![CDATA[<2>]]>&amp;<![CDATA[]]>3</a>", "<a>1&lt;2&gt;&amp;3</a>"),
        ("<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x4a;&#x1F600;</a>", "<a>&lt;&gt;&amp;'\"AJ😀</a>"),
        ("<a>x\r\ny\rz\n&#13;</a>", "<a>x\ny\nz\n&#13;</a>"),
        ("<a>]] ] ]>&#93;]&gt;</a>", "<a>]] ] ]&gt;]]&gt;</a>"),
        ("<a x = 'a\tb\r\nc\rd\ne&#10;&#9;\"'/>", "<a x=\"a b c d e&#10;&#9;&quot;\"/>"),
        ("<a x=''></a>", "<a x=\"\"/>"),
        ("<a><![CDATA[\r\n]]]]><!--\r--></a>", "<a>\n]]<!--\n--></a>"),
        ("<a.b-c_1\u{B7} é:x='' xmlns:é='u'/>", "<a.b-c_1· xmlns:é=\"u\" é:x=\"\"/>"),
        (
            "<a><b xmlns:p='u'/>，\u{FEFF}\u{EFFF}</a>",
            "<a><b xmlns:p=\"u\"/>，\u{FEFF}\u{EFFF}</a>",
        ),
        (
            "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:id='1'/>",
            "<a xmlns:xml=\"http://www.w3.org/XML/1998/namespace\" xml:id=\"1\"/>",
        ),
        (
            "<a xmlns='u' xmlns:p='u' x='1' p:x='2'/>",
            "<a xmlns=\"u\" xmlns:p=\"u\" x=\"1\" p:x=\"2\"/>",
        ),
    ];
    for (text, expected) in rows {
        let tree = read(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(tree.to_text(), expected);
        assert!(tree.descendants(Tree::ROOT).is_sorted());
    }
}

#[test]
fn names_are_in_their_namespaces() {
    let text = "<p:a xmlns:p='1' xmlns='2' p:x='' x=''>\
                <p:a xmlns:p='3'/><b xmlns=''/><p:a/><b/></p:a>";
    let tree = read(text).unwrap();
    let root = tree.root_element().unwrap();
    let expanded =
        |name: &Name| format!("{{{}}}{}", name.namespace.as_deref().unwrap_or(""), name.local);
    let attributes: Vec<_> = tree.attributes(root).iter().map(|a| expanded(&a.name)).collect();
    assert_eq!(attributes, ["{1}x", "{}x"]);
    let children: Vec<_> =
        tree.child_elements(root).filter_map(|id| tree.name(id)).map(expanded).collect();
    assert_eq!(children, ["{3}a", "{}b", "{1}a", "{2}b"]);
    assert_eq!(tree.lookup_namespace(root, Some("p")), Some("1"));
    assert_eq!(tree.lookup_namespace(tree.first_child(root).unwrap(), Some("p")), Some("3"));
    let undeclared = tree.child(root, None, "b").unwrap();
    assert_eq!(tree.lookup_namespace(undeclared, None), None);
}

#[test]
fn adjacent_text_is_one_node() {
    let tree = read("<a>1&amp;2<![CDATA[3]]>\r\n4<!--c-->5<?p?>6</a>").unwrap();
    let root = tree.root_element().unwrap();
    let kinds: Vec<_> = tree.children(root).map(|id| tree.kind(id)).collect();
    assert_eq!(
        kinds,
        [NodeKind::Text, NodeKind::Comment, NodeKind::Text, NodeKind::Instruction, NodeKind::Text]
    );
    assert_eq!(tree.string_value(root), "1&23\n456");
}

#[test]
fn a_body_is_read_below_a_node() {
    let mut tree = read("<s:e xmlns:s='u'><s:b><old/></s:b><s:c/></s:e>").unwrap();
    let envelope = tree.root_element().unwrap();
    let body = tree.first_child(envelope).unwrap();
    let limits = Limits::default();
    let before = tree.to_text();
    for bad in ["<a><b></a>", "<s:a/>", "<a/><b/>", ""] {
        assert!(parse_into(&mut tree, body, bad.as_bytes(), None, &limits).is_err());
        assert_eq!(tree.to_text(), before);
    }
    let new =
        parse_into(&mut tree, body, b"<!--c--><n x='1'>t</n><!--d-->", None, &limits).unwrap();
    assert_eq!(tree.last_child(body), Some(new));
    assert_eq!(tree.to_text(), "<s:e xmlns:s=\"u\"><s:b><old/><n x=\"1\">t</n></s:b><s:c/></s:e>");
    let last = tree.last_child(envelope).unwrap();
    assert!(tree.cmp_document_order(new, last).is_lt());
    let mut empty = Tree::new();
    let wrapper = empty.create_element(Name::local("w"));
    empty.append_child(Tree::ROOT, wrapper);
    assert!(parse_into(&mut empty, wrapper, b"<a><b/></a", None, &limits).is_err());
    assert_eq!(empty.first_child(wrapper), None);
    parse_into(&mut empty, wrapper, b"<a><b/></a>", None, &limits).unwrap();
    assert!(empty.descendants(Tree::ROOT).is_sorted());
}

#[test]
fn encodings_are_understood() {
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    };
    let rows: Vec<(Vec<u8>, Option<&str>, &str)> = vec![
        ("\u{FEFF}<a>ä</a>".into(), None, "ä"),
        ("\u{FEFF}<a>ä</a>".into(), Some("iso-8859-1"), "ä"),
        ("<?xml version='1.0' encoding='utf-8'?><a>ä</a>".into(), None, "ä"),
        (utf16("\u{FEFF}<a>ä€</a>", false), None, "ä€"),
        (utf16("\u{FEFF}<?xml version='1.0' encoding='UTF-16'?><a>ä€</a>", true), None, "ä€"),
        (utf16("<a>ä</a>", true), Some("UTF-16"), "ä"),
        (utf16("<a>ä</a>", false), Some("utf-16le"), "ä"),
        (utf16("<a>ä</a>", false), None, "ä"),
        (b"<a>\xE4\x85</a>".into(), Some("ISO-8859-1"), "ä\u{85}"),
        (b"<a>\xE4\x80</a>".into(), Some("windows-1252"), "ä€"),
        (b"<?xml version=\"1.0\" encoding = \"ISO-8859-1\"?><a>\xE4</a>".into(), None, "ä"),
        (b"<?xml version='1.0' encoding='iso-8859-15'?><a>\xA4</a>".into(), None, "€"),
        (b"<?xml version='1.0' encoding='UTF-8'?><a>\xE4</a>".into(), Some("latin1"), "ä"),
        (b"<?xml version='1.0' encoding='US-ASCII'?><a>x</a>".into(), None, "x"),
        ("<?xml-x encoding='latin1'?><a>ä</a>".into(), None, "ä"),
        (b"<a>\x82\xA0</a>".into(), Some("Shift_JIS"), "あ"),
        (b"<a>x</a>".into(), Some(" "), "x"),
    ];
    for (bytes, charset, expected) in rows {
        let tree = parse(&bytes, charset, &Limits::default())
            .unwrap_or_else(|error| panic!("{bytes:?} {charset:?}: {error}"));
        assert_eq!(tree.string_value(Tree::ROOT), expected);
    }
    let refused: [(&[u8], Option<&str>); 5] = [
        (b"<a>\n\xE4</a>", None),
        (b"<a>\xE4</a>", Some("us-ascii")),
        (b"<?xml version='1.0' encoding='UTF-16'?><a/>", None),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", None),
        (b"\xFE\xFF\xD8\x00<", None),
    ];
    for (bytes, charset) in refused {
        let error = parse(bytes, charset, &Limits::default()).unwrap_err();
        assert_eq!(error.kind, XmlErrorKind::Charset, "{error}");
    }
    let error = parse(b"<a>\n\xE4</a>", None, &Limits::default()).unwrap_err();
    assert_eq!((error.line, error.column, error.offset), (2, 1, 4));
}

#[test]
fn document_types_are_refused() {
    let laughs = many(8, |n| format!("<!ENTITY l{} \"{}\">", n + 1, format!("&l{n};").repeat(10)));
    let rows = [
        "<!DOCTYPE a><a/>".to_owned(),
        "<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>".to_owned(),
        format!("<!DOCTYPE a [<!ENTITY l0 \"lol\">{laughs}]><a>&l8;</a>"),
        format!(
            "<!DOCTYPE a [<!ENTITY x \"{}\">]><a>{}</a>",
            "y".repeat(65_000),
            "&x;".repeat(20_000)
        ),
        "<a><!DOCTYPE a></a>".to_owned(),
    ];
    for text in rows {
        assert_eq!(read(&text).unwrap_err().kind, XmlErrorKind::Doctype);
    }
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

#[test]
fn limits_hold() {
    let limits = Limits { bytes: 10_000_000, elements: 2_000, nodes: 5_000, ..Limits::default() };
    let attributes = |count| format!("<a{}/>", many(count, |n| format!(" a{n}=''")));
    let declarations = |count| many(count, |n| format!(" xmlns:p{n}='u'"));
    let within = |levels, inner: &str| {
        let (start, end) = (format!("<a{}>", declarations(64)), "</a>");
        format!("{}{inner}{}", start.repeat(levels), end.repeat(levels))
    };
    let accepted = [
        format!("{}{}", "<a>".repeat(256), "</a>".repeat(256)),
        attributes(256),
        format!("<a{}/>", declarations(64)),
        within(15, "<a xmlns:p='u'/>"),
        within(16, "<a/>"),
        format!("<a>{}</a>", "<b/>".repeat(1_999)),
        format!("<a>{}</a>", "<b x='1' y='2' z='3'/>t".repeat(999)),
    ];
    for text in accepted {
        parse(text.as_bytes(), None, &limits).unwrap();
    }
    let refused = [
        ("depth", format!("{}{}", "<a>".repeat(257), "</a>".repeat(257))),
        ("depth", "<a>".repeat(1_000_000)),
        ("attributes", attributes(257)),
        ("attributes", attributes(200_000)),
        ("declarations", format!("<a{}/>", declarations(65))),
        ("declarations_in_scope", within(16, "<a xmlns:p='u'/>")),
        ("depth", many(20_000, |n| format!("<a xmlns:p{n}='u{n}'>"))),
        ("elements", format!("<a>{}</a>", "<b/>".repeat(2_000))),
        ("nodes", format!("<a>{}</a>", "<b x='1' y='2' z='3'/>t".repeat(1_000))),
        ("size", format!("<a>{}</a>", " ".repeat(10_000_000))),
    ];
    for (name, text) in refused {
        let error = parse(text.as_bytes(), None, &limits).unwrap_err();
        assert_eq!(error.limit(), Some(name), "{error}");
    }
}
