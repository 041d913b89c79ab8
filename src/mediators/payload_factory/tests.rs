//! Rows: arguments and expressions in JSON, XML and text, bad input, and what else changes.

use crate::json;
use crate::mediators::testing::{Given, problems, tree};
use crate::message::{PropertyScope, Value};

const ORDER: &str = r#"{"id": 7, "price": 1.10, "name": "Tom \"T\" & co\nx", "tags": ["a", "b"],
    "who": {"n": 1}, "none": null, "yes": true, "text": "{\"k\": 1}", "half": "{x"}"#;

fn json(text: &str) -> Value {
    Value::Json(json::parse(text.as_bytes(), &json::Limits::default()).unwrap().into())
}

fn made(given: Given, attributes: &str, format: &str, args: &str) -> String {
    let xml = format!(
        "<payloadFactory {attributes}><format>{format}</format><args>{args}</args></payloadFactory>"
    );
    given.run(&xml).body()
}

#[test]
fn arguments_in_json() {
    for (arg, expected) in [
        ("evaluator='json' expression='$.id'", r#"{"v": 7}"#),
        ("evaluator='json' expression='json-eval($.id)'", r#"{"v": 7}"#),
        ("expression='json-eval($.price)'", r#"{"v": 1.10}"#),
        ("evaluator='json' expression='$.tags'", r#"{"v": ["a","b"]}"#),
        ("evaluator='json' expression='$.who'", r#"{"v": {"n":1}}"#),
        ("evaluator='json' expression='$.none'", r#"{"v": null}"#),
        ("evaluator='json' expression='$.yes'", r#"{"v": true}"#),
        ("evaluator='json' expression='$.tags[*]'", r#"{"v": ["a","b"]}"#),
        ("evaluator='json' expression='$.text'", r#"{"v": {"k": 1}}"#),
        ("evaluator='json' expression='$.text' literal='true'", r#"{"v": {\"k\": 1}}"#),
        ("expression='$ctx:whole'", r#"{"v": {"p":[1]}}"#),
        ("expression='${payload.id + 1}'", r#"{"v": 8}"#),
        ("expression='${payload.who}'", r#"{"v": {"n":1}}"#),
        ("expression='$ctx:list'", r#"{"v":  [1]}"#),
        ("evaluator='json' expression='$.id' deepCheck='false'", r#"{"v": 7}"#),
        ("value='12'", r#"{"v": 12}"#),
        ("value='&lt;a&gt;1&lt;/a&gt;'", r#"{"v": {"a":1}}"#),
    ] {
        let given =
            Given::json(ORDER).property("whole", json("{\"p\": [1]}")).property("list", " [1]");
        let body = made(given, "media-type='json'", r#"{"v": $1}"#, &format!("<arg {arg}/>"));
        assert_eq!(body, expected, "{arg}");
    }
}

#[test]
fn text_in_json_is_escaped_and_not_quoted() {
    for (arg, expected) in [
        ("evaluator='json' expression='$.name'", r#"{"v": "Tom \"T\" & co\nx"}"#),
        ("evaluator='json' expression='$.missing'", r#"{"v": ""}"#),
        ("expression='$ctx:missing'", r#"{"v": ""}"#),
        ("expression='${payload.missing}'", r#"{"v": ""}"#),
        ("evaluator='json' expression='$.half'", r#"{"v": "{x"}"#),
        ("expression='$ctx:path'", r#"{"v": "c:\\new \t$1"}"#),
        ("expression='$ctx:controls'", r#"{"v": "\b\f\r/"}"#),
        // Escaped for XML whatever is made.
        ("value='Tom &amp; Ann'", r#"{"v": "Tom &amp; Ann"}"#),
        ("value=''", r#"{"v": ""}"#),
    ] {
        let given = Given::json(ORDER)
            .property("path", "c:\\new \t$1")
            .property("controls", "\u{8}\u{c}\r/");
        let body = made(given, "media-type='json'", r#"{"v": "$1"}"#, &format!("<arg {arg}/>"));
        assert_eq!(body, expected, "{arg}");
    }
}

#[test]
fn xml_results_become_json() {
    let order = "<o xmlns='urn:o'><a>1</a><b x='2'><c>t</c></b><d/></o>";
    for (expression, expected) in [
        ("//*[local-name()='a']", r#"{"v": 1}"#),
        ("//*[local-name()='b']", r#"{"v": {"b":{"@x":"2","c":"t"}}}"#),
        ("//*[local-name()='b']/@x", r#"{"v": 2}"#),
        ("count(//*[local-name()='a'])", r#"{"v": 1}"#),
        ("$body/*", r#"{"v": {"o":{"a":1,"b":{"@x":"2","c":"t"},"d":null}}}"#),
    ] {
        let arg = format!("<arg expression=\"{expression}\"/>");
        let body = made(Given::xml(order), "media-type='json'", r#"{"v": $1}"#, &arg);
        assert_eq!(body, expected, "{expression}");
    }
}

#[test]
fn the_flow_can_ask_for_quotes() {
    let args = "<arg evaluator='json' expression='$.id'/><arg evaluator='json' \
                expression='$.name'/><arg evaluator='json' expression='$.yes'/><arg \
                evaluator='json' expression='$.none'/><arg evaluator='json' \
                expression='$.missing'/><arg evaluator='json' expression='$.tags'/>";
    let format = r#"[$1, $2, $3, $4, $5, $6, ${payload.half}, "${payload.half}"]"#;
    let given = Given::json(ORDER).property("QUOTE_STRING_IN_PAYLOAD_FACTORY_JSON", "true");
    let body = made(given, "media-type='json'", format, args);
    let expected = r#"[7, "Tom \"T\" & co\nx", true, null, "", ["a","b"], {x, "{x"]"#;
    assert_eq!(body, expected);
}

#[test]
fn expressions_stand_in_the_template() {
    for (format, expected) in [
        (r#"{"v": "${payload.name}"}"#, r#"{"v": "Tom \"T\" & co\nx"}"#),
        (r#"{"v": ${payload.id}}"#, r#"{"v": 7}"#),
        (r#"{"v": ${payload.price}}"#, r#"{"v": 1.10}"#),
        (r#"{"v": ${payload.who}}"#, r#"{"v": {"n":1}}"#),
        (r#"{"v": "${payload.who}"}"#, r#"{"v": "{\"n\":1}"}"#),
        (r#"{"v": "it is ${payload.who}"}"#, r#"{"v": "it is {\"n\":1}"}"#),
        (r#"{"v": "${payload.none}${payload.missing}"}"#, r#"{"v": ""}"#),
        (r#"{"v": ${props.synapse.xml}}"#, r#"{"v": {"a":{"b":1}}}"#),
        (r#"{"v": ${payload.id > 5}}"#, r#"{"v": true}"#),
        (r#"{"v": [${payload.none}]}"#, r#"{"v": []}"#),
        (r#"{"v": ${payload.text}}"#, r#"{"v": {"k": 1}}"#),
        (r#"<![CDATA[{"v": "<${payload.id}>"}]]>"#, r#"{"v": "<7>"}"#),
        (r#"{"$1": "$x ${payload.id} $"}"#, r#"{"1st": "$x 7 $"}"#),
    ] {
        let given = Given::json(ORDER).property("xml", "<a><b>1</b></a>");
        let body = made(given, "media-type='json'", format, "<arg value='1st'/>");
        assert_eq!(body, expected, "{format}");
    }
}

#[test]
fn arguments_in_xml() {
    for (arg, expected) in [
        ("evaluator='json' expression='$.id'", "<v>7</v>"),
        ("evaluator='json' expression='$.who'", "<v><n>1</n></v>"),
        (
            "evaluator='json' expression='$.tags'",
            "<v><jsonElement>a</jsonElement><jsonElement>b</jsonElement></v>",
        ),
        ("expression='$ctx:amp'", "<v>a &lt; b &amp; c</v>"),
        ("expression='$ctx:xml'", "<v><a>1</a></v>"),
        ("expression='$ctx:tree'", "<v><t><u/></t></v>"),
        ("value='a &amp; b'", "<v>a &amp; b</v>"),
        ("value='&lt;a/&gt;'", "<v><a/></v>"),
        ("expression='$ctx:missing'", "<v/>"),
        ("expression='${payload.who}'", "<v><n>1</n></v>"),
        ("expression='$ctx:xml' literal='true'", "<v>&lt;a&gt;1&lt;/a&gt;</v>"),
    ] {
        let given = Given::json(ORDER)
            .property("amp", "a < b & c")
            .property("xml", "<a>1</a>")
            .property("tree", Value::Xml(tree("<t><u/></t>").into()));
        let body = made(given, "", "<v xmlns=''>$1</v>", &format!("<arg {arg}/>"));
        assert_eq!(body, expected, "{arg}");
    }
}

#[test]
fn expressions_in_xml() {
    for (format, expected) in [
        ("<v>${payload.name}</v>", "<v>Tom \"T\" &amp; co\nx</v>"),
        ("<v a='${payload.id}'>${payload.who}</v>", "<v a=\"7\"><n>1</n></v>"),
        ("<v>${payload.id &gt; 3}</v>", "<v>true</v>"),
        ("<v>${payload.missing}</v>", "<v/>"),
        ("<v>${props.synapse.xml}</v>", "<v><a>1</a></v>"),
    ] {
        let format = format.replacen("<v", "<v xmlns=''", 1);
        let given = Given::json(ORDER).property("xml", "<a>1</a>");
        assert_eq!(made(given, "media-type='xml'", &format, ""), expected, "{format}");
    }
}

#[test]
fn xml_in_arguments_can_stay_text() {
    let attributes = "media-type='xml' escapeXmlChars='true'";
    let format = "<v xmlns=''>$1${props.synapse.xml}</v>";
    let given = Given::json(ORDER).property("xml", "<a>1</a>");
    let body = made(given, attributes, format, "<arg expression='$ctx:xml'/>");
    assert_eq!(body, "<v>&lt;a&gt;1&lt;/a&gt;&lt;a&gt;1&lt;/a&gt;</v>");
    let given = Given::json("{\"t\": \"{\\\"a\\\": \\\"x\\ny\\\"}\"}");
    let arg = "<arg evaluator='json' expression='$.t'/>";
    let body = made(given, "media-type='json' escapeXmlChars='true'", "$1", arg);
    assert_eq!(body, r#"{"a": "x\ny"}"#);
}

#[test]
fn text_is_made_as_it_is() {
    let args = "<arg evaluator='json' expression='$.name'/><arg expression='$ctx:xml'/>";
    let given = Given::json(ORDER).property("xml", "<a>1</a>");
    let body = made(given, "media-type='text'", " $1, $2, ${payload.who} ", args);
    assert_eq!(body, "Tom \"T\" & co\nx, <a>1</a>, {\"n\":1}");
}

#[test]
fn placeholders_count_by_their_digits() {
    let args = (1..=11).map(|n| format!("<arg value='v{n}'/>")).collect::<Vec<_>>().concat();
    let body = made(Given::nothing(), "media-type='text'", "$11 $1 $2x $ $$1 $12 $0", &args);
    assert_eq!(body, "v11 v1 v2x $ $v1 $12 $0");
}

#[test]
fn indentation_of_a_template_is_not_content() {
    for (format, expected) in [
        ("\n  <v xmlns=''>\n    <a> x </a>\n    <b>\n</b>\n  </v>\n", "<v><a> x </a><b/></v>"),
        ("<v xmlns=''>a <b>c</b> d</v>", "<v>a <b>c</b> d</v>"),
    ] {
        assert_eq!(made(Given::nothing(), "media-type='xml'", format, ""), expected);
    }
    let json = made(Given::nothing(), "media-type='json'", "\n  {\"a\":\n 1}\n", "");
    assert_eq!(json, "{\"a\":\n 1}");
}

const SOAP12: &str = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\">\
                      <e:Body><a/></e:Body></e:Envelope>";

#[test]
fn says_what_was_made() {
    let made = |given: Given, media: &str| {
        let format = if media == "xml" { "<v xmlns=''/>" } else { "{}" };
        let given = given.scoped(PropertyScope::Axis2, "NO_ENTITY_BODY", "true");
        let ran = given.run(&format!(
            "<payloadFactory media-type='{media}'><format>{format}</format></payloadFactory>"
        ));
        assert_eq!(ran.scoped(PropertyScope::Axis2, "NO_ENTITY_BODY"), "");
        let header = ran.scoped(PropertyScope::Transport, "Content-Type");
        (ran.scoped(PropertyScope::Axis2, "messageType"), header, ran.body())
    };
    for (given, media, kind, header, body) in [
        (Given::xml("<a/>"), "json", "application/json", "application/json", "{}"),
        (Given::json("{}"), "text", "text/plain", "text/plain", "{}"),
        (Given::json("{}"), "xml", "application/xml", "application/xml", "<v/>"),
        (Given::nothing(), "xml", "application/xml", "application/xml", "<v/>"),
        (Given::typed("text/plain", "a"), "xml", "application/xml", "application/xml", "<v/>"),
        (
            Given::typed("application/soap+xml", SOAP12),
            "xml",
            "application/soap+xml",
            "application/soap+xml",
            "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body><v/></e:Body></e:Envelope>",
        ),
        (
            Given::typed("text/xml; charset=utf-8", "<a/>"),
            "xml",
            "text/xml",
            "text/xml; charset=utf-8",
            "<v/>",
        ),
    ] {
        let found = made(given, media);
        assert_eq!(found, (kind.into(), header.into(), body.into()), "{media}");
    }
}

#[test]
fn a_soap_message_keeps_its_headers() {
    let soap = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Header>\
                <h xmlns='urn:h'/></e:Header><e:Body><a/></e:Body></e:Envelope>";
    let given = Given::typed("text/xml", soap);
    let ran = given.run(
        "<payloadFactory><format><v xmlns=''>$1</v></format><args><arg \
                         expression='name($body/*)'/></args></payloadFactory>",
    );
    let body = ran.body();
    assert!(body.contains("<h xmlns=\"urn:h\"/>") && body.contains("<e:Body><v>a</v>"), "{body}");
    let envelope = "<payloadFactory><format><soapenv:Envelope><soapenv:Body><n \
                    xmlns=''/></soapenv:Body></soapenv:Envelope></format></payloadFactory>";
    let body = Given::typed("text/xml", soap).run(envelope).body();
    assert!(!body.contains("urn:h") && body.contains("<n xmlns=\"\"/>"), "{body}");
    assert_eq!(Given::xml("<a/>").run(envelope).xml(), "<n xmlns=\"\"/>");
}

#[test]
fn templates_by_key() {
    let xml = |key: &str, media: &str| {
        format!(
            "<payloadFactory media-type='{media}'><format key='{key}'/><args><arg \
             expression='$ctx:who'/></args></payloadFactory>"
        )
    };
    let given = || {
        Given::nothing()
            .property("who", "Ann")
            .property("which", "greeting")
            .entry("greeting", "{\"hello\": \"$1\", \"at\": \"${props.synapse.which}\"}")
            .xml_entry("form", "<f>\n  <n>$1</n>\n</f>")
            .entry("broken", "{\"a\": ${payload.x +}}")
    };
    let hello = "{\"hello\": \"Ann\", \"at\": \"greeting\"}";
    assert_eq!(given().run(&xml("greeting", "json")).body(), hello);
    assert_eq!(given().run(&xml("{$ctx:which}", "json")).body(), hello);
    assert_eq!(given().run(&xml("form", "xml")).body(), "<f><n>Ann</n></f>");
    for (key, expected) in [
        ("nothing", "0: no local entry or resource named `nothing` is deployed"),
        ("{$ctx:who}", "0: no local entry or resource named `Ann` is deployed"),
        (
            "broken",
            "0: the template `broken` has an expression that cannot be read: expected a value, found the end",
        ),
    ] {
        assert_eq!(given().run(&xml(key, "json")).fault_text().unwrap(), expected);
    }
    assert_eq!(
        problems(&xml("nothing", "json")),
        ["A504 no local entry named `nothing` is deployed"]
    );
}

#[test]
fn what_was_made_is_checked() {
    for (media, format, expected) in [
        ("json", "x", Some("0: what the payloadFactory made is not JSON")),
        ("json", "1 2", Some("0: what the payloadFactory made is not JSON")),
        ("json", "\"x\"", None),
        ("json", "-1.5e3", None),
        ("json", "null", None),
        ("json", "", None),
        // Found by the first reader.
        ("json", "{broken", None),
        ("xml", "<v xmlns=''>${props.synapse.open}</v>", None),
    ] {
        let given = Given::json("{}").property("open", "<a>");
        let xml = format!(
            "<payloadFactory media-type='{media}'><format>{format}</format></payloadFactory>"
        );
        let found = given.run(&xml).fault_text();
        match expected {
            None => assert_eq!(found, None, "{format}"),
            Some(start) => assert!(found.clone().unwrap().starts_with(start), "{format} {found:?}"),
        }
    }
    let xml = "<payloadFactory><format><v xmlns='' a='$1'/></format><args><arg \
               expression='$ctx:x'/></args></payloadFactory>";
    let fault = Given::json("{}").property("x", "<a/>").run(xml).fault_text().unwrap();
    assert!(fault.starts_with("0: what the payloadFactory made is not XML"), "{fault}");
}

#[test]
fn bodies_are_read_when_they_are_needed() {
    let xml = "<payloadFactory media-type='json'><format>{\"id\": $1}</format><args><arg \
               evaluator='json' expression='$.id'/></args></payloadFactory>";
    assert_eq!(Given::json(ORDER).streamed().run(xml).body(), "{\"id\": 7}");
    let fault = Given::json("{oops").streamed().run(xml).fault_text().unwrap();
    assert!(fault.starts_with("601000: malformed JSON"), "{fault}");
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    for (xml, expected) in [
        ("<payloadFactory/>", "A207 a payloadFactory needs a <format>"),
        (
            "<payloadFactory><format/></payloadFactory>",
            "A207 the <format> of an XML payload needs an element",
        ),
        (
            "<payloadFactory media-type='csv'><format/></payloadFactory>",
            "A206 `media-type` cannot be `csv`",
        ),
        (
            "<payloadFactory template-type='freemarker'><format/></payloadFactory>",
            "A207 the <format> is empty",
        ),
        (
            "<payloadFactory media-type='json'><format>${payload.}</format></payloadFactory>",
            "A401 expected a name",
        ),
        (
            "<payloadFactory media-type='json'><format>$2</format><args><arg value='1'/></args></payloadFactory>",
            "A209 `$2` has no argument and stays as it is",
        ),
        (
            "<payloadFactory media-type='json'><format>{}</format><args><arg/></args></payloadFactory>",
            "A204 an argument needs a `value` or an `expression`",
        ),
        (
            "<payloadFactory media-type='json'><format>{}</format><args><arg evaluator='json' expression='$.a['/></args></payloadFactory>",
            "A401 ",
        ),
        (
            "<payloadFactory media-type='json'><format>{}</format><args><arg expression='$ctx:'/></args></payloadFactory>",
            "A401 ",
        ),
        (
            "<payloadFactory media-type='json'><format>{}</format><argz/></payloadFactory>",
            "A208 <payloadFactory> has no child <argz>",
        ),
        (
            "<payloadFactory media-type='json'><format ky='x'>{}</format></payloadFactory>",
            "A205 <format> has no attribute `ky`",
        ),
        (
            "<payloadFactory><format><a/><b/></format></payloadFactory>",
            "A208 <b> is ignored: a payload has one root element",
        ),
    ] {
        let found = problems(xml);
        assert!(found.iter().any(|text| text.starts_with(expected)), "{xml}: {found:?}");
    }
}
