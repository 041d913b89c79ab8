//! Rows: every source and target in JSON and XML, forbidden pairs, and what leads nowhere.

use crate::json;
use crate::mediators::testing::{Given, problems, tree};
use crate::message::{PropertyScope, Value};

const ORDER: &str = r#"{"id":7,"who":{"name":"Ann"},"tags":["a"],"items":[{"n":1},{"n":2}]}"#;
const XML: &str = "<o><id>7</id><who x=\"1\"><name>Ann</name></who><n>1</n><n>2</n></o>";

fn enrich(source: &str, target: &str) -> String {
    format!("<enrich><source {source}<target {target}/></enrich>")
}

fn json(text: &str) -> Value {
    Value::Json(json::parse(text.as_bytes(), &json::Limits::default()).unwrap().into())
}

fn given(body: &'static str) -> Given {
    let given = if body.starts_with('<') { Given::xml(body) } else { Given::json(body) };
    given
        .property("p", "{\"q\": [1, 2]}")
        .property("list", "[1]")
        .property("word", "two words")
        .property("xml", Value::Xml(tree("<x><y>1</y></x>").into()))
        .property("n", Value::Int(5))
        .variable("v", json("{\"w\": true}"))
        .entry("text", " {\"from\": \"entry\"} ")
        .xml_entry("tree", "<from>entry</from>")
}

#[test]
fn json_goes_to_places_in_json() {
    let to = |action: &str, path: &str| format!("action='{action}' xpath='json-eval({path})'");
    for (source, target, expected) in [
        (
            "type='inline'>{\"a\": 1}</source>",
            to("replace", "$.who"),
            r#"{"id":7,"who":{"a":1},"tags":["a"]"#,
        ),
        (
            "type='inline'>text</source>",
            to("replace", "$.who.name"),
            r#"{"id":7,"who":{"name":"text"}"#,
        ),
        ("type='inline'>two words</source>", to("replace", "$.id"), r#"{"id":"two words","#),
        (
            "type='inline'>true</source>",
            to("replace", "$.items[*].n"),
            r#""items":[{"n":true},{"n":true}]"#,
        ),
        (
            "type='inline'>{\"a\": 1, \"id\": 8}</source>",
            to("child", "$"),
            r#"{"id":8,"who":{"name":"Ann"},"tags":["a"],"items":[{"n":1},{"n":2}],"a":1}"#,
        ),
        (
            "type='inline'>{\"a\": 1}</source>",
            to("child", "$.who"),
            r#""who":{"name":"Ann","a":1}"#,
        ),
        ("type='inline'>\"b\"</source>", to("child", "$.tags"), r#""tags":["a","b"]"#),
        (
            "type='inline'>{\"a\": 1}</source>",
            to("child", "$.items[*]"),
            r#"[{"n":1,"a":1},{"n":2,"a":1}]"#,
        ),
        ("type='inline'>1</source>", to("child", "$.who"), r#""who":{"name":"Ann"}"#),
        ("type='inline'>1</source>", to("child", "$.id"), r#"{"id":7,"#),
        ("type='inline' key='text'/>", to("replace", "$.id"), r#"{"id":{"from":"entry"}"#),
        ("type='property' property='p'/>", to("replace", "$.id"), r#"{"id":{"q":[1,2]}"#),
        ("type='property' property='word'/>", to("replace", "$.id"), r#"{"id":"two words""#),
        ("type='property' property='n'/>", to("replace", "$.who"), r#""who":5"#),
        ("type='variable' variable='v'/>", to("replace", "$.id"), r#"{"id":{"w":true}"#),
        ("type='body'/>", to("replace", "$.who.name"), r#"{"id":7,"who":{"name":{"id":7,"#),
        (
            "xpath='json-eval($.who.name)'/>",
            to("replace", "$.id"),
            r#"{"id":"Ann","who":{"name":"Ann"}"#,
        ),
        ("xpath='json-eval($.items[*].n)'/>", to("replace", "$.id"), r#"{"id":[1,2],"#),
        ("xpath='${payload.id + 1}'/>", to("replace", "$.id"), r#"{"id":8,"#),
        (
            "clone='false' xpath='json-eval($.who.name)'/>",
            to("replace", "$.id"),
            r#"{"id":"Ann","who":{},"#,
        ),
        (
            "clone='false' xpath='json-eval($.items[0])'/>",
            to("child", "$.tags"),
            r#""tags":["a",{"n":1}],"items":[{"n":2}]"#,
        ),
    ] {
        let body = given(ORDER).run(&enrich(source, &target)).body();
        assert!(body.contains(expected), "{source} {target}: {body}");
    }
}

#[test]
fn json_goes_to_body_properties_and_keys() {
    for (source, target, expected) in [
        ("type='inline'>{\"a\": 1}</source>", "type='body'", r#"{"a":1}"#),
        ("type='inline'>[1, 2]</source>", "type='body'", "[1,2]"),
        ("xpath='json-eval($.who)'/>", "type='body'", r#"{"name":"Ann"}"#),
        ("type='property' property='p'/>", "type='body'", r#"{"q":[1,2]}"#),
        // A primitive is no body, and children only go to places.
        ("type='inline'>5</source>", "type='body'", ORDER),
        ("type='inline'>{\"a\": 1}</source>", "type='body' action='child'", ORDER),
        (
            "type='inline'>nick</source>",
            "type='key' xpath='json-eval($.who.name)'",
            r#"{"id":7,"who":{"nick":"Ann"},"#,
        ),
        (
            "type='inline'>m</source>",
            "type='key' xpath='json-eval($.items[*].n)'",
            r#"[{"m":1},{"m":2}]"#,
        ),
        (
            "type='inline'>tags</source>",
            "type='key' xpath='json-eval($.id)'",
            r#"{"tags":7,"who":{"name":"Ann"},"items""#,
        ),
    ] {
        let body = given(ORDER).run(&enrich(source, target)).body();
        assert!(body.contains(expected), "{source} {target}: {body}");
    }
    for (source, target, name, expected) in [
        ("type='body'/>", "type='property' property='x'", "x", ORDER),
        ("xpath='json-eval($.who.name)'/>", "type='property' property='x'", "x", "Ann"),
        ("xpath='json-eval($.who)'/>", "type='property' property='x'", "x", r#"{"name":"Ann"}"#),
        ("type='inline'>null</source>", "type='property' property='x'", "x", "null"),
        (
            "xpath='json-eval($.id)'/>",
            "type='property' action='child' property='list'",
            "list",
            "[1,7]",
        ),
        (
            "xpath='json-eval($.id)'/>",
            "type='property' action='child' property='p'",
            "p",
            "{\"q\": [1, 2]}",
        ),
        ("xpath='json-eval($.id)'/>", "type='property' action='child' property='none'", "none", ""),
        ("clone='false' xpath='json-eval($.id)'/>", "type='property' property='x'", "x", "7"),
    ] {
        let ran = given(ORDER).run(&enrich(source, target));
        assert_eq!(ran.property(name), expected, "{source} {target}");
        assert_eq!(ran.body().contains("\"id\""), !source.contains("clone"), "{source}");
    }
    let ran = given(ORDER).run(&enrich("type='body'/>", "type='variable' variable='x'"));
    assert_eq!(ran.message().variables.text("x").as_deref(), Some(ORDER));
}

#[test]
fn json_is_removed() {
    for (path, target, expected) in [
        ("$.who", "type='body'", r#"{"id":7,"tags":["a"],"items":[{"n":1},{"n":2}]}"#),
        ("$.items[*].n", "type='body'", r#""items":[{},{}]"#),
        ("$.items[0:2]", "type='body'", r#""items":[]"#),
        ("$.id,$.who, $.items", "type='body'", r#"{"tags":["a"]}"#),
        ("$..n", "type='body'", r#""items":[{},{}]"#),
        ("$", "type='body'", ""),
        ("$.q[0]", "type='property' property='p'", ORDER),
    ] {
        let target = format!("{target} action='remove'");
        let ran = given(ORDER).run(&enrich(&format!("xpath='json-eval({path})'/>"), &target));
        let body = ran.body();
        assert!(
            body.contains(expected) && expected.is_empty() == body.is_empty(),
            "{path}: {body}"
        );
        let changed = if target.contains("property") { r#"{"q":[2]}"# } else { "{\"q\": [1, 2]}" };
        assert_eq!(ran.property("p"), changed, "{path}");
    }
}

#[test]
fn xml_goes_to_places_in_xml() {
    for (source, target, expected) in [
        (
            "type='inline'><a xmlns=''/></source>",
            "xpath='//who'",
            "<o><id>7</id><a/><n>1</n><n>2</n></o>",
        ),
        ("type='inline'><a xmlns=''/></source>", "xpath='//n'", "<a/><n>2</n></o>"),
        (
            "type='inline'><a xmlns=''/></source>",
            "action='child' xpath='//who'",
            "<name>Ann</name><a/></who>",
        ),
        (
            "type='inline'><a xmlns=''/></source>",
            "action='sibling' xpath='//who'",
            "</who><a/><n>1</n>",
        ),
        ("type='inline'>text</source>", "xpath='//who'", "<who x=\"1\">text</who>"),
        ("type='inline'>text</source>", "xpath='//who/@x'", "<who x=\"text\">"),
        ("type='inline'>text</source>", "xpath='//id/text()'", "<id>text</id>"),
        ("type='inline'><a xmlns=''/></source>", "xpath='//id/text()'", "<id><a/></id>"),
        ("xpath='//n'/>", "action='child' xpath='//who'", "<name>Ann</name><n>1</n><n>2</n></who>"),
        (
            "clone='false' xpath='//n'/>",
            "action='child' xpath='//who'",
            "<name>Ann</name><n>1</n><n>2</n></who></o>",
        ),
        ("xpath='//who/@x'/>", "xpath='//id'", "<id>1</id>"),
        ("xpath='concat(//id, \"!\")'/>", "xpath='//id'", "<id>7!</id>"),
        ("type='body'/>", "action='child' xpath='//id'", "<id>7<o><id>7</id>"),
        ("type='property' property='xml'/>", "xpath='//who'", "<id>7</id><x><y>1</y></x><n>1</n>"),
        ("type='property' property='word'/>", "xpath='//who'", ">two words</who>"),
        ("type='inline' key='tree'/>", "xpath='//who'", "<from>entry</from>"),
        ("type='property' property='none'/>", "xpath='//who'", XML),
    ] {
        let body = given(XML).run(&enrich(source, target)).body();
        assert!(body.contains(expected), "{source} {target}: {body}");
    }
}

#[test]
fn xml_goes_to_body_envelope_and_properties() {
    for (source, target, expected) in [
        ("type='inline'><a xmlns=''/></source>", "type='body'", "<a/>"),
        ("type='property' property='xml'/>", "type='body'", "<x><y>1</y></x>"),
        ("xpath='//who'/>", "type='body'", "<who x=\"1\"><name>Ann</name></who>"),
        ("type='inline'><a xmlns=''/></source>", "type='body' action='child'", "<n>2</n><a/></o>"),
        ("type='inline'>text</source>", "type='body'", "<o>text</o>"),
        (
            "type='inline'><soapenv:Envelope><soapenv:Body><e xmlns=''/></soapenv:Body></soapenv:Envelope></source>",
            "type='envelope'",
            "<e xmlns=\"\"/>",
        ),
        // JSON in the place of XML: the message goes on saying that it is XML.
        ("type='inline'>{\"a\": 1}</source>", "type='body'", "<jsonObject><a>1</a></jsonObject>"),
    ] {
        let body = given(XML).run(&enrich(source, target)).body();
        assert!(body.contains(expected), "{source} {target}: {body}");
    }
    let two = given(XML)
        .run(&enrich("type='inline'><a xmlns=''/></source>", "type='body' action='sibling'"));
    assert_eq!(two.xml(), format!("{XML}<a/>"));
    for (source, target, name, expected) in [
        ("type='body'/>", "type='property' property='x'", "x", XML),
        ("xpath='//n'/>", "type='property' property='x'", "x", "<n>1</n><n>2</n>"),
        (
            "xpath='//n'/>",
            "action='child' type='property' property='xml'",
            "xml",
            "<x><y>1</y><n>1</n><n>2</n></x>",
        ),
        ("xpath='//id/text()'/>", "type='property' property='x'", "x", "7"),
        ("xpath='//id'/>", "xpath=\"get-property('x')\"", "x", "<id>7</id>"),
        ("xpath='json-eval($.o.id)'/>", "type='property' property='x'", "x", "7"),
    ] {
        let ran = given(XML).run(&enrich(source, target));
        assert_eq!(ran.property(name), expected, "{source} {target}");
    }
    let ran = given(XML).run(&enrich("type='envelope'/>", "type='property' property='x'"));
    assert!(ran.property("x").contains("Body>"), "{}", ran.property("x"));
    let ran = given(XML).run(&enrich("xpath='//id'/>", "xpath=\"get-property('axis2', 'x')\""));
    assert_eq!(ran.scoped(PropertyScope::Axis2, "x"), "<id>7</id>");
}

#[test]
fn xml_is_removed() {
    for (path, expected) in [
        ("//n", "<o><id>7</id><who x=\"1\"><name>Ann</name></who></o>"),
        ("//who/@x", "<o><id>7</id><who><name>Ann</name></who><n>1</n><n>2</n></o>"),
        ("//name/text()", "<name/>"),
    ] {
        let remove = enrich(&format!("xpath='{path}'/>"), "type='body' action='remove'");
        let body = given(XML).run(&remove).body();
        assert!(body.contains(expected), "{path}: {body}");
    }
}

#[test]
fn a_message_changes_its_kind_when_both_sides_cannot_be_json() {
    // XML for a JSON body: the JSON is converted, changed, and converted back when it is sent.
    let ran = given(ORDER).run(&enrich("type='property' property='xml'/>", "xpath='//who'"));
    assert_eq!(ran.body(), r#"{"id":7,"x":{"y":1},"tags":"a","items":[{"n":1},{"n":2}]}"#);
    let ran = given(ORDER).run(&enrich("type='inline'><a xmlns=''>1</a></source>", "type='body'"));
    assert_eq!(ran.body(), r#"{"a":1}"#);
    // The body of a request without one.
    let ran = Given::nothing().run(&enrich("type='inline'>{\"a\": 1}</source>", "type='body'"));
    assert_eq!(ran.body(), r#"{"a":1}"#);
    let ran = Given::nothing().run(&enrich("type='body'/>", "type='property' property='x'"));
    assert_eq!(ran.property("x"), "");
}

#[test]
fn a_body_is_put_aside_and_back() {
    for body in [ORDER, XML] {
        let xml = enrich("type='body'/>", "type='property' property='saved'")
            + "<payloadFactory media-type='text'><format>other</format></payloadFactory>"
            + &enrich("type='property' property='saved'/>", "type='body'");
        let kind = if body == XML { "application/xml" } else { "application/json" };
        let xml = format!("{xml}<property name='messageType' scope='axis2' value='{kind}'/>");
        assert_eq!(given(body).run(&xml).body(), body);
    }
}

#[test]
fn inline_content_can_hold_expressions() {
    for (inline, expected) in [
        (
            "{\"a\": {$ctx:n}, \"b\": \"{$ctx:word}!\", \"c\": {$ctx:word}}",
            r#"{"a":5,"b":"two words!","c":"two words"}"#,
        ),
        (
            "{\"a\": {json-eval($.who)}, \"b\": {json-eval($.none)}}",
            r#"{"a":{"name":"Ann"},"b":""}"#,
        ),
        ("{get-property('p')}", r#"{"q":[1,2]}"#),
        (
            "{\"a\": ${payload.id}, \"b\": \"${payload.who.name}\", \"c\": ${payload.who.name}}",
            r#"{"a":7,"b":"Ann","c":"Ann"}"#,
        ),
        ("{\"a\": {}, \"b\": [{\"c\":1}]}", r#"{"a":{},"b":[{"c":1}]}"#),
    ] {
        let source = format!("type='inline'>{inline}</source>");
        let body = given(ORDER).run(&enrich(&source, "type='body'")).body();
        assert_eq!(body, expected, "{inline}");
    }
    for (inline, expected) in [
        (
            "<a xmlns='' b='{$ctx:n}'>{$ctx:word}{$ctx:xml}</a>",
            "<a b=\"5\">two words<x><y>1</y></x></a>",
        ),
        ("{$ctx:xml}", "<x><y>1</y></x>"),
        ("<![CDATA[<a>{//id}</a>]]>", "<a>7</a>"),
    ] {
        let source = format!("type='inline'>{inline}</source>");
        let body = given(XML).run(&enrich(&source, "type='body'")).body();
        assert_eq!(body, expected, "{inline}");
    }
}

#[test]
fn what_leads_nowhere_is_a_fault() {
    for (body, source, target, expected) in [
        (
            ORDER,
            "xpath='json-eval($.none)'/>",
            "type='property' property='x'",
            "gives nothing: `$.none` leads nowhere",
        ),
        (
            ORDER,
            "type='property' property='none'/>",
            "type='body'",
            "gives nothing: `none` is not set",
        ),
        (
            ORDER,
            "type='inline'>1</source>",
            "xpath='json-eval($.none)'",
            "the path `$.none` leads nowhere",
        ),
        (
            ORDER,
            "type='inline'>1</source>",
            "action='child' xpath='json-eval($.who.none)'",
            "leads nowhere",
        ),
        (
            ORDER,
            "type='inline'>x</source>",
            "type='key' xpath='json-eval($.none)'",
            "there is no key `none`",
        ),
        (ORDER, "type='body'/>", "type='key' xpath='json-eval($.id)'", ""),
        (
            ORDER,
            "xpath='json-eval($.none)'/>",
            "type='body' action='remove'",
            "nothing can be removed",
        ),
        (
            ORDER,
            "xpath='json-eval($.a)'/>",
            "type='property' property='none' action='remove'",
            "not set",
        ),
        (
            ORDER,
            "type='inline' key='none'/>",
            "type='body'",
            "no local entry or resource named `none`",
        ),
        (
            XML,
            "xpath='//none'/>",
            "type='property' property='x'",
            "gives nothing: `//none` selects nothing",
        ),
        (
            XML,
            "type='inline'>1</source>",
            "xpath='//none'",
            "the target `//none` of enrich selects nothing",
        ),
        (XML, "type='inline'>1</source>", "xpath='json-eval($.o)'", "is a place in JSON"),
        (
            XML,
            "type='inline'>x</source>",
            "type='key' xpath='json-eval($.o.id)'",
            "only a message of JSON",
        ),
        (XML, "xpath='//none'/>", "type='body' action='remove'", "selects nothing"),
        (XML, "type='inline'><a xmlns=''/></source>", "type='envelope'", "by an envelope of SOAP"),
        ("{oops", "xpath='json-eval($.a)'/>", "type='body'", "malformed JSON"),
    ] {
        if expected.is_empty() {
            assert!(!problems(&enrich(source, target)).is_empty());
            continue;
        }
        let fault = given(body).run(&enrich(source, target)).fault_text().unwrap_or_default();
        assert!(fault.contains(expected), "{source} {target}: {fault}");
    }
}

#[test]
fn bodies_are_read_when_they_are_needed() {
    let xml = enrich("xpath='json-eval($.id)'/>", "type='property' property='x'");
    assert_eq!(Given::json(ORDER).streamed().run(&xml).property("x"), "7");
    let xml = enrich("clone='false' xpath='//id'/>", "type='property' property='x'");
    let ran = Given::xml(XML).streamed().run(&xml);
    assert_eq!(ran.property("x"), "<id>7</id>");
    assert!(!ran.body().contains("id"));
}

#[test]
fn an_enriched_body_is_sent() {
    let given = given(ORDER).scoped(PropertyScope::Axis2, "NO_ENTITY_BODY", "true");
    let ran = given.run(&enrich("type='inline'>{}</source>", "type='body'"));
    assert_eq!(ran.scoped(PropertyScope::Axis2, "NO_ENTITY_BODY"), "");
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    for (xml, expected) in [
        ("<enrich/>".to_owned(), "A207 <enrich> needs a <source>"),
        ("<enrich><source type='body'/></enrich>".to_owned(), "A207 <enrich> needs a <target>"),
        (enrich("type='envelope'/>", "type='body'"), "A211 `envelope` cannot be copied to `body`"),
        (
            enrich("type='envelope'/>", "type='envelope'"),
            "A211 `envelope` cannot be copied to `envelope`",
        ),
        (
            enrich("type='envelope'/>", "xpath='//a'"),
            "A211 `envelope` cannot be copied to `custom`",
        ),
        (enrich("type='body'/>", "type='body'"), "A211 `body` cannot be copied to `body`"),
        (enrich("type='body'/>", "type='envelope'"), "A211 `body` cannot be copied to `envelope`"),
        (
            enrich("xpath='//a'/>", "type='envelope'"),
            "A211 `custom` cannot be copied to `envelope`",
        ),
        (enrich("type='body'/>", "type='inline'"), "A211 nothing can be copied to `inline`"),
        (
            enrich("type='body'/>", "type='property' property='x' action='remove'"),
            "A211 only a custom source can be removed",
        ),
        (
            enrich("xpath='//a'/>", "xpath='//b' action='remove'"),
            "A211 nothing can be removed from `custom`",
        ),
        (
            enrich("type='inline'>x</source>", "type='key' xpath='json-eval($.a)' action='child'"),
            "A211 `key` can only be replaced",
        ),
        (
            enrich("type='inline'>x</source>", "type='key' xpath='//a'"),
            "A211 only a JSONPath can say which key is renamed",
        ),
        (
            enrich("type='inline'>x</source>", "type='key' xpath='json-eval($.a[*])'"),
            "A211 the path does not end in a member's name",
        ),
        (
            enrich("type='inline'>x</source>", "xpath='json-eval($)'"),
            "A211 the whole payload cannot be replaced by a path",
        ),
        (
            enrich("type='inline'>x</source>", "xpath='$ctx:x'"),
            "A211 the target is no place in the payload",
        ),
        (
            enrich("type='inline'>x</source>", "xpath='${payload.x}'"),
            "A211 the target is no place in the payload",
        ),
        (
            enrich("type='inline'>x</source>", "action='sibling' xpath='json-eval($.a)'"),
            "A209 JSON has no siblings",
        ),
        (enrich("type='inline'/>", "type='body'"), "A207 the inline source is empty"),
        (enrich("type='inline'>{$ctx:}</source>", "type='body'"), "A401 "),
        (enrich("type='inline'><a>{count(}</a></source>", "type='body'"), "A401 "),
        (
            enrich("type='property'/>", "type='body'"),
            "A204 a <source> of type `property` needs the attribute `property`",
        ),
        (
            enrich("/>", "type='body'"),
            "A204 a <source> of type `custom` needs the attribute `xpath`",
        ),
        (enrich("type='bodi'/>", "type='property' property='x'"), "A206 `type` cannot be `bodi`"),
        (
            enrich("type='body'/>", "type='property' property='x' action='append'"),
            "A206 `action` cannot be `append`",
        ),
    ] {
        let found = problems(&xml);
        assert!(found.iter().any(|text| text.starts_with(expected)), "{xml}: {found:?}");
    }
}

/// Sources that may go to a target by an action, as Synapse has them.
const PAIRS: [(&str, &str, &str); 11] = [
    ("custom", "replace", "custom body property variable key"),
    ("custom", "child sibling", "custom body property variable"),
    ("custom", "remove", "body property"),
    ("envelope", "replace child sibling", "property variable"),
    ("body", "replace child sibling", "custom property variable"),
    ("property", "replace", "custom envelope body property variable key"),
    ("property", "child sibling", "custom body property variable"),
    ("inline", "replace", "custom envelope body property variable key"),
    ("inline", "child sibling", "custom body property variable"),
    ("variable", "replace", "custom envelope body property variable key"),
    ("variable", "child sibling", "custom body property variable"),
];

#[test]
fn every_pair_is_allowed_or_refused_at_its_place() {
    let kinds = ["custom", "envelope", "body", "property", "inline", "variable"];
    let actions = ["replace", "child", "sibling", "remove"];
    let has = |words: &str, word: &str| words.split(' ').any(|one| one == word);
    for from in kinds {
        for to in ["custom", "envelope", "body", "property", "variable", "key", "inline"] {
            for action in actions {
                let content = if from == "inline" { ">{}</source>" } else { "/>" };
                let source = format!(
                    "type='{from}' xpath='json-eval($.a)' property='a' variable='a'{content}"
                );
                let target = format!(
                    "type='{to}' action='{action}' xpath='json-eval($.a)' property='a' variable='a'"
                );
                let found = problems(&enrich(&source, &target));
                let refused = found.iter().any(|text| text.starts_with("A211"));
                let allowed =
                    PAIRS.iter().any(|row| row.0 == from && has(row.1, action) && has(row.2, to));
                assert_eq!(refused, !allowed, "{from} {action} {to}: {found:?}");
            }
        }
    }
}
