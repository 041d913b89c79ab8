//! The tables of the language reference, Synapse's own examples, and what survives both ways.

use super::{ConversionError, XmlRules, json_to_xml, xml_to_json};
use crate::json::{self, Value};
use crate::xml::{self, Tree};

fn to_xml(text: &str, rules: &XmlRules) -> Tree {
    let value = json::parse(text.as_bytes(), &json::Limits::default()).unwrap();
    let mut tree = Tree::new();
    json_to_xml(&value, rules, &mut tree, Tree::ROOT);
    tree
}

fn to_json(text: &str, rules: &XmlRules) -> Result<Value, ConversionError> {
    let tree = xml::parse(text.as_bytes(), None, &xml::Limits::default()).unwrap();
    xml_to_json(&tree, Tree::ROOT, rules)
}

#[test]
fn json_as_xml() {
    let rows = [
        (r#"{"a":{"b":1.10,"c":"x"}}"#, "<jsonObject><a><b>1.10</b><c>x</c></a></jsonObject>"),
        (r#"{"object":{}}"#, "<jsonObject><object/></jsonObject>"),
        (r#"{"object":""}"#, "<jsonObject><object/></jsonObject>"),
        (r#"{"object":null,"t":true}"#, "<jsonObject><object/><t>true</t></jsonObject>"),
        ("[]", "<jsonArray/>"),
        ("{}", "<jsonObject/>"),
        (r#"{"array":[1,2]}"#, "<jsonObject><array>1</array><array>2</array></jsonObject>"),
        (r#"{"array":[]}"#, "<jsonObject/>"),
        (
            "[1,[],null]",
            "<jsonArray><jsonElement>1</jsonElement><jsonElement><jsonArray/></jsonElement>\
             <jsonElement/></jsonArray>",
        ),
        (
            r#"{"x":[[1],{"y":[2]}]}"#,
            "<jsonObject><x><jsonArray><jsonElement>1</jsonElement></jsonArray></x>\
             <x><y>2</y></x></jsonObject>",
        ),
        (r#""Hello \"world\"""#, "<jsonValue>\"Hello \\\"world\\\"\"</jsonValue>"),
        ("-12.50", "<jsonValue>-12.50</jsonValue>"),
        ("null", "<jsonValue>null</jsonValue>"),
        (
            r#"{"$key":1,"32X32":2,"abc def":3,"":4,"-x":5,"a:b":6,"ä":7}"#,
            "<jsonObject><_JsonReader_PS_key>1</_JsonReader_PS_key>\
             <_JsonReader_PD_32X32>2</_JsonReader_PD_32X32>\
             <abc_JsonReader_32_def>3</abc_JsonReader_32_def>\
             <_JsonReader_PD_>4</_JsonReader_PD_><_JsonReader_45_x>5</_JsonReader_45_x>\
             <a_JsonReader_58_b>6</a_JsonReader_58_b><ä>7</ä></jsonObject>",
        ),
        (
            r#"{"a":{"@id":7,"@on":true,"@n n":"x","$":"text"},"@root":"r"}"#,
            "<jsonObject root=\"r\"><a id=\"7\" on=\"true\" n_JsonReader_32_n=\"x\">text</a>\
             </jsonObject>",
        ),
        (
            r#"{"a":{"@x":{"y":1},"$":{"z":2},"@":3}}"#,
            "<jsonObject><a><_JsonReader_64_x><y>1</y></_JsonReader_64_x>\
             <_JsonReader_PS_><z>2</z></_JsonReader_PS_><_JsonReader_64_>3</_JsonReader_64_></a>\
             </jsonObject>",
        ),
        (
            r#"{"a":{"@xmlns":"urn:a","b":{"c":[1]}},"d":1}"#,
            "<jsonObject><a xmlns=\"urn:a\"><b><c>1</c></b></a><d>1</d></jsonObject>",
        ),
        (r#"{"a":"<&>"}"#, "<jsonObject><a>&lt;&amp;&gt;</a></jsonObject>"),
    ];
    for (json, expected) in rows {
        assert_eq!(to_xml(json, &XmlRules::default()).to_text(), expected, "{json}");
    }
}

#[test]
fn xml_as_json() {
    let rows = [
        ("<a>x</a>", r#"{"a":"x"}"#),
        ("<a/>", r#"{"a":null}"#),
        ("<a> \n </a>", r#"{"a":null}"#),
        ("<a x='1'/>", r#"{"a":{"@x":"1"}}"#),
        ("<a x='1'>2</a>", r#"{"a":{"@x":"1","$":2}}"#),
        ("<a x='1'><b/></a>", r#"{"a":{"@x":"1","b":null}}"#),
        ("<a><b>1</b><b>2</b></a>", r#"{"a":{"b":[1,2]}}"#),
        ("<a><b>1</b><c/><b>2</b></a>", r#"{"a":{"b":[1,2],"c":null}}"#),
        ("<a>\n <b>true</b> <c>null</c>\n</a>", r#"{"a":{"b":true,"c":null}}"#),
        ("<a><b>1.10</b><b>-0</b><b>1E5</b></a>", r#"{"a":{"b":[1.10,-0,1E5]}}"#),
        ("<a><b>01</b><b>+1</b><b>1.</b><b> 1</b></a>", r#"{"a":{"b":["01","+1","1."," 1"]}}"#),
        ("<p:a xmlns:p='u' p:x='1'><p:b/></p:a>", r#"{"a":{"@x":"1","b":null}}"#),
        ("<a>1<!--c-->2</a>", r#"{"a":12}"#),
        ("<a><!--c--><?p i?><b/></a>", r#"{"a":{"b":null}}"#),
        ("<jsonObject><a>1</a></jsonObject>", r#"{"a":1}"#),
        ("<jsonObject/>", "{}"),
        ("<jsonArray/>", "[]"),
        ("<jsonArray><jsonElement>1</jsonElement></jsonArray>", "[1]"),
        ("<jsonArray><jsonElement>1</jsonElement><jsonElement/></jsonArray>", "[1,null]"),
        (
            "<jsonArray><jsonElement><jsonArray/></jsonElement><jsonElement><jsonArray>\
             <jsonElement>1</jsonElement></jsonArray></jsonElement></jsonArray>",
            "[[],[1]]",
        ),
        ("<a><jsonObject><b>1</b></jsonObject></a>", r#"{"a":{"b":1}}"#),
        ("<a><jsonArray><jsonElement>1</jsonElement></jsonArray></a>", r#"{"a":[1]}"#),
        ("<a><jsonElement>1</jsonElement><jsonElement>2</jsonElement></a>", r#"{"a":[1,2]}"#),
        ("<a><jsonElement>1</jsonElement></a>", r#"{"a":1}"#),
        ("<jsonArray><x>1</x></jsonArray>", r#"{"x":1}"#),
        ("<a><?xml-multiple b?><b>1</b></a>", r#"{"a":{"b":[1]}}"#),
        ("<a><?xml-multiple b?></a>", r#"{"a":{"b":[]}}"#),
        ("<a><?xml-multiple?><b>1</b><c/></a>", r#"{"a":{"b":[1],"c":null}}"#),
        ("<jsonArray><?xml-multiple jsonElement?></jsonArray>", "[]"),
        ("<jsonValue>\"x\"</jsonValue>", "\"x\""),
        ("<jsonValue>x</jsonValue>", "\"x\""),
        (
            "<jsonObject><_JsonReader_PD_1a/><_JsonReader_PS_b/><c_JsonReader_32_d/>\
             <e_JsonReader_x_/><_JsonReader_PD_/></jsonObject>",
            r#"{"1a":null,"$b":null,"c d":null,"e_JsonReader_x_":null,"":null}"#,
        ),
    ];
    for (xml, expected) in rows {
        assert_eq!(to_json(xml, &XmlRules::default()).unwrap().to_text(), expected, "{xml}");
    }
}

#[test]
fn text_beside_elements_is_an_error() {
    for xml in ["<a>x<b/></a>", "<a><b/>x</a>", "<r><a> <b/> x </a></r>"] {
        let error = to_json(xml, &XmlRules::default()).unwrap_err();
        assert_eq!(error, ConversionError::Mixed("a".to_owned()));
    }
}

#[test]
fn rules_change_the_conversion() {
    let rules = |change: fn(&mut XmlRules)| {
        let mut rules = XmlRules::default();
        change(&mut rules);
        rules
    };
    let rows: [(&str, XmlRules, &str); 9] = [
        ("<a>1</a>", rules(|r| r.auto_primitive = false), r#"{"a":"1"}"#),
        (
            "<a><b>1e5</b><b>15</b></a>",
            rules(|r| r.stays_text = XmlRules::whole_text("[0-9]+e[0-9]+").ok()),
            r#"{"a":{"b":["1e5",15]}}"#,
        ),
        (
            "<p:a xmlns:p='u' p:x='1'/>",
            rules(|r| r.keep_prefixes = true),
            r#"{"p_a":{"@p_x":"1"}}"#,
        ),
        (
            "<p:a xmlns:p='u' xmlns='v'>1</p:a>",
            rules(|r| {
                r.keep_prefixes = true;
                r.keep_declarations = true;
                r.prefix_separator = ':';
            }),
            r#"{"p:a":{"@xmlns:p":"u","@xmlns":"v","$":1}}"#,
        ),
        ("<a><b>1</b><b>2</b></a>", rules(|r| r.auto_array = false), r#"{"a":{"b":2}}"#),
        (
            "<a><?xml-multiple b?><b/></a>",
            rules(|r| r.reads_instructions = false),
            r#"{"a":{"b":null}}"#,
        ),
        ("<a><b/></a>", rules(|r| r.empty_is_null = false), r#"{"a":{"b":""}}"#),
        ("<a><b nil='true'/><c/></a>", rules(|r| r.nil = true), r#"{"a":{"b":null,"c":""}}"#),
        ("<a> <b>  </b></a>", rules(|r| r.keep_spaces = true), r#"{"a":{"b":"  "}}"#),
    ];
    for (xml, rules, expected) in rows {
        assert_eq!(to_json(xml, &rules).unwrap().to_text(), expected, "{xml}");
    }
    let nil = XmlRules { nil: true, ..XmlRules::default() };
    let tree = to_xml(r#"{"a":null,"b":""}"#, &nil);
    assert_eq!(
        tree.to_text(),
        "<jsonObject><a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>\
         <b/></jsonObject>"
    );
    assert_eq!(xml_to_json(&tree, Tree::ROOT, &nil).unwrap().to_text(), r#"{"a":null,"b":""}"#);
}

#[test]
fn json_survives_the_way_through_xml() {
    let rows = [
        r#"{"a":{"b":1.10,"c":[1,2,{"d":1e400}]},"e":"text","f":false,"g":null}"#,
        r#"[{"id":123456789012345678901234567890}]"#,
        "[[[1]],[2,[3]]]",
        "[]",
        "{}",
        "\"123\"",
        "\"\\u0000\"",
        r#"{"1a":1,"$b":2,"c d":3,"":4,"_JsonReader_32_":5,"_JsonReader_PD_":6,"😀!":7}"#,
        r#"{"a":{"@x":"1","$":"t"},"b\u0001":"\u0001"}"#,
    ];
    for text in rows {
        let tree = to_xml(text, &XmlRules::default());
        assert_eq!(xml_to_json(&tree, Tree::ROOT, &XmlRules::default()).unwrap().to_text(), text);
    }
    let instructed = XmlRules { writes_instructions: true, ..XmlRules::default() };
    for text in [r#"{"a":[1],"b":[],"c":[[],[{"d":[]}]]}"#, "[]", "[null]", r#"{"1":[2],"$x":[]}"#]
    {
        let tree = to_xml(text, &instructed);
        assert_eq!(xml_to_json(&tree, Tree::ROOT, &instructed).unwrap().to_text(), text);
        let again = to_json(&tree.to_text(), &instructed).unwrap();
        assert_eq!(again.to_text(), text);
    }
}

/// The pizza of Synapse's own formatter test.
#[test]
fn indented_documents_convert() {
    let xml = "<pizza>\n  <name>Meat Sizzler</name>\n  <price>500.0</price>\n  <toppings>\n    \
               <topping>\n      <id>9999</id>\n      <extraPrice>4.00</extraPrice>\n    </topping>\n    \
               <topping/>\n  </toppings>\n</pizza>";
    let json = r#"{"pizza":{"name":"Meat Sizzler","price":500.0,"toppings":{"topping":[{"id":9999,"extraPrice":4.00},null]}}}"#;
    assert_eq!(to_json(xml, &XmlRules::default()).unwrap().to_text(), json);
}

#[test]
fn depth_is_bounded() {
    let mut tree = Tree::new();
    let mut at = Tree::ROOT;
    for _ in 0..100_000 {
        let next = tree.create_element(xml::Name::local("a"));
        tree.append_child(at, next);
        at = next;
    }
    let result = xml_to_json(&tree, Tree::ROOT, &XmlRules::default());
    assert_eq!(result, Err(ConversionError::Depth));
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    let tree = to_xml(&deep, &XmlRules::default());
    assert_eq!(xml_to_json(&tree, Tree::ROOT, &XmlRules::default()).unwrap().to_text(), deep);
}

#[test]
fn many_members_stay_linear() {
    let mut tree = Tree::new();
    let root = tree.create_element(xml::Name::local("jsonObject"));
    tree.append_child(Tree::ROOT, root);
    for n in 0..100_000 {
        let child = tree.create_element(xml::Name::local(format!("a{n}")));
        tree.append_child(root, child);
    }
    let value = xml_to_json(&tree, Tree::ROOT, &XmlRules::default());
    assert!(matches!(value, Ok(Value::Object(object)) if object.len() == 100_000));
}
