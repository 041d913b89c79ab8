//! Rows for `property`, `propertyGroup`, `variable` and `header`.

use crate::json;
use crate::mediators::testing::{Given, problems, tree};
use crate::message::{PropertyScope, Value};

const ORDER: &str = r#"{"id": 7, "price": 2.50, "big": 9999999999, "yes": true, "none": null,
    "who": {"n": 1}, "text": "a-12-b"}"#;

fn json(text: &str) -> Value {
    Value::Json(json::parse(text.as_bytes(), &json::Limits::default()).unwrap().into())
}

fn given() -> Given {
    Given::json(ORDER)
        .header("X-In", "in")
        .property("p", "value")
        .property("xml", Value::Xml(tree("<x>1</x>").into()))
        .variable("v", json("{\"w\": [1]}"))
}

#[test]
fn properties_take_values_of_every_type() {
    for (attributes, expected) in [
        ("value='a &amp; {b}'", Value::text("a & {b}")),
        ("value=''", Value::text("")),
        ("expression='json-eval($.id)'", Value::text("7")),
        ("expression='json-eval($.price)'", Value::text("2.50")),
        ("expression='json-eval($.missing)'", Value::text("")),
        ("expression='json-eval($.none)'", Value::text("null")),
        ("expression='json-eval($.who)'", Value::text("{\"n\":1}")),
        ("expression='$ctx:xml'", Value::text("1")),
        ("expression='$ctx:xml' type='OM'", Value::Xml(tree("<x>1</x>").into())),
        ("expression='//who' type='OM'", Value::Xml(tree("<who><n>1</n></who>").into())),
        ("expression='//who'", Value::text("<who><n>1</n></who>")),
        ("expression='//n'", Value::text("1")),
        ("expression='//n' type='INTEGER'", Value::Int(1)),
        ("expression='//nowhere'", Value::Null),
        ("expression='$ctx:p'", Value::text("value")),
        ("expression='$trp:x-in'", Value::text("in")),
        ("expression='${payload.id + 1}'", Value::text("8")),
        ("expression='${vars.v.w[0]}'", Value::text("1")),
        ("type='INTEGER' value='42'", Value::Int(42)),
        ("type='INTEGER' expression='json-eval($.price)'", Value::Int(2)),
        ("type='SHORT' expression='json-eval($.price)'", Value::Int(2)),
        ("type='LONG' expression='json-eval($.big)'", Value::Int(9_999_999_999)),
        ("type='DOUBLE' expression='json-eval($.price)'", Value::Double(2.5)),
        ("type='FLOAT' value='1e3'", Value::Double(1000.0)),
        ("type='BOOLEAN' value='TRUE'", Value::Bool(true)),
        ("type='BOOLEAN' value='Yes'", Value::Bool(true)),
        ("type='BOOLEAN' value='1'", Value::Bool(true)),
        ("type='BOOLEAN' value='on'", Value::Bool(false)),
        ("type='FLOAT' value='0.1'", Value::Double(0.1)),
        ("type='FLOAT' value='16777217'", Value::Double(16_777_216.0)),
        ("type='BOOLEAN' expression='json-eval($.yes)'", Value::Bool(true)),
        ("type='JSON' value='{\"a\": 1}'", json("{\"a\": 1}")),
        ("type='JSON' value='no json'", json("\"no json\"")),
        ("type='JSON' expression='json-eval($.who)'", json("{\"n\": 1}")),
        ("type='OM' value='&lt;a/&gt;'", Value::Xml(tree("<a/>").into())),
        ("type='STRING' expression='json-eval($.who)'", Value::text("{\"n\":1}")),
        ("value='a-12-b' pattern='[a-z]-(\\d+)-.' group='1'", Value::text("12")),
        ("value='a-12-b' pattern='[a-z]-(\\d+)-.'", Value::text("a-12-b")),
        ("value='a-12-b' pattern='\\d+'", Value::text("")),
        ("value='a-12-b' pattern='.-(\\d+)-.' group='1' type='INTEGER'", Value::Int(12)),
        ("expression='json-eval($.text)' pattern='(.).*' group='1'", Value::text("a")),
    ] {
        let ran = given().run(&format!("<property name='x' {attributes}/>"));
        let found = ran.message().properties.get("x").cloned().unwrap_or(Value::Null);
        assert_eq!(found, expected, "{attributes}");
        let same = std::mem::discriminant(&found) == std::mem::discriminant(&expected);
        assert!(same, "{attributes}: {found:?}");
    }
    let ran = given().run("<property name='x'><a xmlns='urn:a'>\n  <b/>\n</a></property>");
    assert_eq!(ran.property("x"), "<a xmlns=\"urn:a\"><b/></a>");
}

#[test]
fn properties_live_in_scopes() {
    for (scope, found) in [
        ("default", PropertyScope::Default),
        ("axis2", PropertyScope::Axis2),
        ("axis2-client", PropertyScope::Axis2Client),
        ("transport", PropertyScope::Transport),
        ("operation", PropertyScope::Operation),
    ] {
        let set = format!("<property name='X-New' scope='{scope}' value='1'/>");
        let remove = format!("<property name='X-New' scope='{scope}' action='remove'/>");
        assert_eq!(given().run(&set).scoped(found, "X-New"), "1", "{scope}");
        assert_eq!(given().run(&(set + &remove)).scoped(found, "X-New"), "", "{scope}");
    }
}

#[test]
fn what_is_written_into_the_registry_is_read_from_it() {
    let ran = given().run(
        "<property name='gov:/a/b' scope='registry' expression='$ctx:p'/>
         <property name='conf:/c@own' scope='registry' value='2'/>
         <property name='gone' scope='registry' value='3'/>
         <property name='gone' scope='registry' action='remove'/>
         <property name='none' scope='system' value='4'/>
         <property name='resource' expression=\"get-property('registry', 'gov:a/b')\"/>
         <property name='property' expression=\"get-property('registry', 'conf:/c@own')\"/>
         <property name='taken' expression=\"get-property('registry', 'gone')\"/>
         <property name='system' expression=\"get-property('system', 'none')\"/>",
    );
    for (name, expected) in
        [("resource", "value"), ("property", "2"), ("taken", ""), ("system", "")]
    {
        assert_eq!(ran.property(name), expected, "{name}");
    }
}

#[test]
fn names_are_dynamic_and_nothing_is_removed() {
    let ran = given().run(
        "<property name='{$ctx:p}' value='1'/><property name='p' action='remove'/>
         <property name='gone' value='x'/><property name='gone' expression='$ctx:none'/>
         <property name='X-Empty' scope='transport' expression='$ctx:none'/>
         <property name='type' type='INTEGER' expression='${payload.missing}'/>",
    );
    assert_eq!(ran.property("value"), "1");
    assert_eq!(ran.property("p"), "");
    assert!(ran.message().properties.get("gone").is_none());
    assert_eq!(ran.message().headers.get("x-empty").unwrap(), "");
    assert!(ran.message().properties.get("type").is_none());
}

#[test]
fn some_properties_do_more() {
    let ran = given().run("<property name='messageType' scope='axis2' value='text/plain'/>");
    assert_eq!(ran.scoped(PropertyScope::Axis2, "ContentType"), "text/plain");
    assert_eq!(ran.scoped(PropertyScope::Transport, "Content-Type"), "text/plain");
    let ran = given().run("<property name='TRANSPORT_HEADERS' scope='axis2' action='remove'/>");
    assert!(ran.message().headers.is_empty());
    let ran = given().run("<property name='REST_URL_POSTFIX' scope='axis2' action='remove'/>");
    assert_eq!(ran.scoped(PropertyScope::Axis2, "REST_URL_POSTFIX"), "");
}

#[test]
fn impossible_values_are_faults() {
    for (attributes, expected) in [
        ("type='INTEGER' expression='json-eval($.text)'", "0: `a-12-b` is not a whole number"),
        (
            "type='INTEGER' expression='json-eval($.big)'",
            "0: `9999999999` is not in the range of its type",
        ),
        ("type='SHORT' expression='40000'", "0: `40000` is not in the range of its type"),
        ("type='DOUBLE' expression='json-eval($.text)'", "0: `a-12-b` is not a number"),
        ("type='OM' expression='json-eval($.text)'", "0: the text is not XML"),
        (
            "scope='transport' expression='\"a&#10;b\"'",
            "0: the value for header `x` has control characters",
        ),
        ("expression='none()'", ""),
    ] {
        let xml = format!("<property name='x' {attributes}/>");
        if expected.is_empty() {
            assert!(problems(&xml)[0].starts_with("A401"));
            continue;
        }
        let fault = given().run(&xml).fault_text().unwrap_or_default();
        assert!(fault.starts_with(expected), "{attributes}: {fault}");
    }
    let broken = Given::json("{oops").run("<property name='x' expression='json-eval($.a)'/>");
    assert!(broken.fault_text().unwrap().starts_with("601000: malformed JSON"));
}

#[test]
fn groups_and_variables() {
    let ran = given().run(
        "<propertyGroup><property name='a' value='1'/><property name='b' \
         expression='$ctx:a'/></propertyGroup>",
    );
    assert_eq!(ran.property("b"), "1");
    for (attributes, expected) in [
        ("value='12'", Value::text("12")),
        ("type='INTEGER' value='12'", Value::Int(12)),
        ("type='LONG' expression='json-eval($.big)'", Value::Int(9_999_999_999)),
        ("type='DOUBLE' expression='${payload.price}'", Value::Double(2.5)),
        ("type='BOOLEAN' expression='${payload.yes}'", Value::Bool(true)),
        ("type='STRING' expression='${payload.id}'", Value::text("7")),
        ("type='JSON' expression='${payload.id}'", Value::Int(7)),
        ("type='JSON' value='[1]'", json("[1]")),
        ("type='XML' value='&lt;a/&gt;'", Value::Xml(tree("<a/>").into())),
        // Without a type the value keeps its own.
        ("expression='${payload.id}'", Value::Int(7)),
        ("expression='${payload.yes}'", Value::Bool(true)),
        ("expression='${payload.who}'", json("{\"n\": 1}")),
        ("expression='$ctx:xml'", Value::Xml(tree("<x>1</x>").into())),
    ] {
        let ran = given().run(&format!("<variable name='x' {attributes}/>"));
        let found = ran.message().variables.get("x").cloned().unwrap_or(Value::Null);
        let same = std::mem::discriminant(&found) == std::mem::discriminant(&expected);
        assert!(same && found == expected, "{attributes}: {found:?}");
        assert_eq!(ran.property("x"), "", "a variable is no property");
    }
    let ran =
        given().run("<variable name='v' action='remove'/><variable name='{$ctx:p}' value='1'/>");
    assert!(ran.message().variables.get("v").is_none());
    assert_eq!(ran.message().variables.text("value").as_deref(), Some("1"));
    let fault = given().run("<variable name='x' type='INTEGER' expression='json-eval($.text)'/>");
    assert_eq!(fault.fault_text().unwrap(), "0: `a-12-b` is not a whole number");
}

#[test]
fn headers_of_http() {
    let ran = given().run(
        "<header name='X-New' scope='transport' value='1'/>
         <header name='x-NEW' scope='transport' expression='json-eval($.id)'/>
         <header name='X-Null' scope='transport' expression='$ctx:none'/>
         <header name='x-in' scope='transport' action='remove'/>",
    );
    let headers = &ran.message().headers;
    assert_eq!(headers.get_all("X-New").iter().count(), 1);
    assert_eq!(headers.get("X-New").unwrap(), "7");
    assert_eq!(headers.get("X-Null").unwrap(), "");
    assert!(headers.get("X-In").is_none());
    for (name, expected) in
        [("a b", "`a b` is not a header name"), ("X", "header `X` has control characters")]
    {
        let xml = format!("<header name='{name}' scope='transport' value='a&#10;b: c'/>");
        let fault = given().run(&xml).fault_text().unwrap();
        assert!(fault.contains(expected), "{fault}");
    }
}

#[test]
fn headers_of_soap_and_addressing() {
    let given = || Given::typed("text/xml", SOAP);
    let ran = given().run("<header name='To' value='http://there/'/>");
    assert_eq!(ran.property("To"), "http://there/");
    let ran = given().run("<header name='To' value='x'/><header name='To' action='remove'/>");
    assert!(ran.message().properties.text("To").is_none());
    for (xml, expected) in [
        ("<header name='p:a' value='1'/>", "<h/><p:a xmlns:p=\"urn:p\">1</p:a></e:Header>"),
        ("<header name='p:a' expression='//b'/>", "<h/><p:a xmlns:p=\"urn:p\">2</p:a></e:Header>"),
        (
            "<header name='p:a' value='1'/><header name='p:a' value='2'/>",
            "<h/><p:a xmlns:p=\"urn:p\">2</p:a></e:Header>",
        ),
        ("<header name='p:a' value='1'/><header name='p:a' action='remove'/>", "<h/></e:Header>"),
        (
            "<header><p:a><p:c/></p:a><p:d/></header>",
            "<h/><p:a xmlns:p=\"urn:p\"><p:c/></p:a><p:d xmlns:p=\"urn:p\"/></e:Header>",
        ),
    ] {
        let body = given().run(xml).body();
        assert!(body.contains(expected), "{xml}: {body}");
    }
    // What is not there is not removed, and nothing is made for it.
    let none = Given::typed("text/xml", &SOAP.replace("<e:Header><h/></e:Header>", ""));
    let ran = none.run("<header name='p:a' action='remove'/>");
    assert!(ran.message().payload.bytes().is_some(), "the message is as it came");
    // Where there is no header yet, one is made.
    let none = Given::typed("text/xml", &SOAP.replace("<e:Header><h/></e:Header>", ""));
    let body = none.run("<header name='p:a' value='1'/>").body();
    assert!(body.contains("<e:Header><p:a xmlns:p=\"urn:p\">1</p:a></e:Header><e:Body>"), "{body}");
}

#[test]
fn addressing_headers_are_read_back() {
    let names = ["To", "From", "Action", "FaultTo", "ReplyTo", "RelatesTo"];
    for (content_type, body) in
        [("text/xml", SOAP), ("application/xml", "<b>2</b>"), ("application/json", "{\"b\":2}")]
    {
        for name in names {
            let read = |xml: &str| {
                let ran = Given::typed(content_type, body).run(&format!(
                    "{xml}<property name='read' expression=\"get-property('{name}')\"/>"
                ));
                assert!(ran.message().payload.bytes().is_some(), "{name} is not in the envelope");
                ran.property("read")
            };
            let value = format!("<header name='{name}' value='urn:v'/>");
            assert_eq!(read(&value), "urn:v", "{content_type} {name}");
            let computed = format!("<header name='{name}' expression='//b'/>");
            assert_eq!(read(&computed), "2", "{content_type} {name}");
            let nothing = format!("{value}<header name='{name}' expression='//none'/>");
            assert_eq!(read(&nothing), "", "{content_type} {name}");
            let removed = format!("{value}<header name='{name}' action='remove'/>");
            assert_eq!(read(&removed), "", "{content_type} {name}");
        }
    }
}

#[test]
fn soap_headers_of_messages_without_an_envelope_show_once_they_have_one() {
    let header = "<header name='p:a' value='1'/>";
    let soap = "<property name='messageType' scope='axis2' value='text/xml'/>";
    for (content_type, body, content) in [
        ("application/xml", "<b>2</b>", "<b>2</b>"),
        ("text/xml", "<b>2</b>", "<b>2</b>"),
        ("application/json", "{\"b\": [2]}", "<jsonObject><b>2</b></jsonObject>"),
        ("application/x-www-form-urlencoded", "b=2&", "<xformValues><b>2</b></xformValues>"),
    ] {
        let given = || Given::typed(content_type, body);
        let seen = "<property name='seen' expression='$header/p:a'/>";
        assert_eq!(given().run(&format!("{header}{seen}")).property("seen"), "1");
        let plain = given().run(header).body();
        assert_eq!(plain, body, "{content_type}");
        let sent = given().run(&format!("{header}{soap}")).body();
        assert!(sent.contains("<p:a xmlns:p=\"urn:p\">1</p:a>"), "{content_type}: {sent}");
        assert!(sent.contains(content), "{content_type}: {sent}");
    }
}

const SOAP: &str = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>\
                    <e:Header><h/></e:Header><e:Body><b>2</b></e:Body></e:Envelope>";

#[test]
fn plain_xml_sent_as_text_xml_gets_no_envelope() {
    let enrich = "<enrich><source type='inline'>x</source><target xpath='//b'/></enrich>";
    assert_eq!(Given::typed("text/xml", "<a><b/></a>").run(enrich).body(), "<a><b>x</b></a>");
    let soap = Given::typed("text/xml", SOAP).run(enrich).body();
    assert!(soap.starts_with("<e:Envelope") && soap.contains("<b>x</b>"), "{soap}");
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    for (xml, expected) in [
        ("<property value='1'/>", "A204 <property> needs the attribute `name`"),
        ("<property name='x'/>", "A204 the property has no value"),
        ("<property name='x' value='1' scope='synapse'/>", "A206 `scope` cannot be `synapse`"),
        (
            "<property name='x' value='1' scope='system'/>",
            "A209 a flow cannot change system properties",
        ),
        (
            "<property name='x' value='1' scope='trace'/>",
            "A209 properties of this scope are for Synapse's diagnostics",
        ),
        (
            "<property name='enableMTOM' scope='axis2' value='true'/>",
            "A209 the property `enableMTOM` has no effect here",
        ),
        ("<property name='x' value='1' type='NUMBER'/>", "A206 `type` cannot be `NUMBER`"),
        ("<property name='x' value='one' type='INTEGER'/>", "A206 `one` is not a whole number"),
        (
            "<property name='x' value='99999' type='SHORT'/>",
            "A206 `99999` is not in the range of its type",
        ),
        (
            "<property name='x' value='1' expression='$ctx:y'/>",
            "A209 `expression` is ignored beside `value`",
        ),
        (
            "<property name='x' value='1'><a/></property>",
            "A208 <a> is ignored: there is a value already",
        ),
        (
            "<property name='x' value='1' pattern='('/>",
            "A206 the regular expression cannot be used",
        ),
        (
            "<property name='x' value='1' pattern='(a)' group='2'/>",
            "A206 the pattern has no group 2",
        ),
        (
            "<property name='x' value='1' group='1'/>",
            "A209 `group` means nothing without a `pattern`",
        ),
        ("<property name='x' expression='//a['/>", "A401 "),
        ("<property name='x' expression='json-eval($.a'/>", "A401 "),
        ("<property name='x' expression='q:a'/>", "A401 "),
        ("<property name='${vars.x}' value='1'/>", "A402 `${vars.x}` is literal text here"),
        ("<propertyGroup><property name='x'/></propertyGroup>", "A204 the property has no value"),
        ("<propertyGroup><log/></propertyGroup>", "A208 <propertyGroup> has no child <log>"),
        ("<variable name='x' type='INTEGER' value='x'/>", "A206 `x` is not a whole number"),
        ("<variable name='x' type='OM' value='1'/>", "A206 `type` cannot be `OM`"),
        ("<variable name='x'/>", "A204 the variable has no value"),
        ("<header value='x'/>", "A204 <header> needs the attribute `name`"),
        ("<header name='X-A' value='x'/>", "A206 `X-A` is no SOAP or addressing header"),
        ("<header name='q:a' value='x'/>", "A206 the prefix `q` is not declared"),
        ("<header name='X-A' scope='transport'/>", "A204 the header has no value"),
        ("<header name='X-A' scope='http' value='x'/>", "A206 `scope` cannot be `http`"),
        ("<header action='remove'><a/></header>", "A204 <header> needs the attribute `name`"),
        (
            "<header value='x'><a/></header>",
            "A209 `value` is ignored: the children are the headers",
        ),
        ("<header name='To' value='x' type='OM'/>", "A205 "),
        ("<header name='to' value='x'/>", "A206 `to` is no SOAP or addressing header"),
        ("<header name='p:a' value='1' role='r'/>", "A205 "),
        ("<header name='To' value='x'><a/></header>", "A208 <a> is ignored: the header has a name"),
    ] {
        let found = problems(xml);
        assert!(found.iter().any(|text| text.starts_with(expected)), "{xml}: {found:?}");
    }
}
