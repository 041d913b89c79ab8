//! What a flow holds: variables, properties, dates, and a body that is read only when needed.

use std::sync::Arc;

use super::{check, compile, count, try_text};
use crate::expression::testing::{Fixture, envelope, tree};
use crate::expression::{EvalError, PropertyScope, Scope};
use crate::message::Value;

/// 2024-03-07 15:04:05.006 UTC.
const MOMENT: i64 = 1_709_823_845_006;

fn flow() -> Fixture {
    let order = tree("<order id='7'><item n='1'>pen</item><item n='2'>ink</item></order>");
    let json = crate::json::parse(b"{\"a\": [1, \"x\"]}", &crate::json::Limits::default()).unwrap();
    Fixture::new()
        .property(PropertyScope::Default, "name", "value")
        .property(PropertyScope::Default, "uri.var.id-1", "42")
        .property(PropertyScope::Default, "count", Value::Int(3))
        .property(PropertyScope::Default, "big", Value::Int(9_007_199_254_740_993))
        .property(PropertyScope::Default, "rate", Value::Double(0.5))
        .property(PropertyScope::Default, "flag", Value::Bool(false))
        .property(PropertyScope::Default, "order", Value::Xml(Arc::new(order)))
        .property(PropertyScope::Default, "json", Value::Json(Arc::new(json)))
        .property(PropertyScope::Axis2, "HTTP_SC", Value::Int(404))
        .property(PropertyScope::Axis2Client, "ClientTimeout", "5")
        .property(PropertyScope::Transport, "Content-Type", "text/xml")
        .property(PropertyScope::Operation, "op", "o")
        .property(PropertyScope::Registry, "conf:/a@b", "r")
        .property(PropertyScope::System, "user.dir", "/opt")
        .property(PropertyScope::Env, "HOME", "/root")
        .property(PropertyScope::File, "key", "f")
        .parameter("p", "param")
        .variable("v", "var")
        .query("q", "a b")
        .config("c", "conf")
        .now(MOMENT)
}

#[test]
fn variables_and_get_property_read_the_flow() {
    let rows = [
        ("$ctx:name", "value"),
        ("$ctx:uri.var.id-1", "42"),
        ("$ctx:count", "3"),
        ("$ctx:count + 1", "4"),
        ("$ctx:big", "9007199254740993"),
        ("$ctx:rate", "0.5"),
        ("$ctx:flag", "false"),
        ("not($ctx:flag)", "true"),
        ("$ctx:json", "{\"a\":[1,\"x\"]}"),
        ("$axis2:HTTP_SC", "404"),
        ("$trp:Content-Type", "text/xml"),
        ("$operation:op", "o"),
        ("$sys:user.dir", "/opt"),
        ("$func:p", "param"),
        ("$url:Q", "a b"),
        ("$var:v", "var"),
        ("$config:c", "conf"),
        ("get-property('name')", "value"),
        ("get-property(concat('na', 'me'))", "value"),
        ("get-property('default', 'name')", "value"),
        ("get-property('axis2', 'HTTP_SC') = 404", "true"),
        ("get-property('axis2-client', 'ClientTimeout')", "5"),
        ("get-property('transport', 'Content-Type')", "text/xml"),
        ("get-property('operation', 'op')", "o"),
        ("get-property('registry', 'conf:/a@b')", "r"),
        ("get-property('func', 'p')", "param"),
        ("get-property('system', 'user.dir')", "/opt"),
        ("get-property('env', 'HOME')", "/root"),
        ("get-property('file', 'key')", "f"),
        ("syn:get-property('name')", "value"),
        ("m:get-property('name')", "value"),
        ("concat('a-', $ctx:name, '-', $func:p)", "a-value-param"),
        ("fn:concat($ctx:name, fn:upper-case($var:v))", "valueVAR"),
        ("$ctx:name = 'value' and $ctx:count > 2", "true"),
    ];
    let flow = flow();
    check(&flow, &rows);
    assert_eq!(flow.looks.get(), 0, "an expression that steps nowhere left the body unread");
}

#[test]
fn what_is_missing_is_empty_text() {
    let rows = [
        ("$ctx:nothing", ""),
        ("$trp:nothing", ""),
        ("$func:nothing", ""),
        ("$url:nothing", ""),
        ("$var:nothing", ""),
        ("get-property('nothing')", ""),
        ("get-property('axis2', 'nothing')", ""),
        ("get-property('')", ""),
        ("$ctx:nothing = ''", "true"),
        ("not($ctx:nothing)", "true"),
        ("string-length($ctx:nothing)", "0"),
        ("concat('a', $ctx:nothing)", "a"),
        ("number($ctx:nothing)", "NaN"),
        ("count($ctx:nothing)", "0"),
        ("$ctx:nothing/a/b", ""),
        ("$ctx:name/a", ""),
        ("$ctx:name//a[1]", ""),
        ("count($ctx:nothing | $ctx:nothing)", "0"),
    ];
    check(&flow(), &rows);
    assert!(compile("$ctx:nothing").evaluate(&flow()).unwrap().to_value().is_null());
    let error = try_text("count($ctx:name)", &flow()).unwrap_err().to_string();
    assert!(error.contains("`count` needs nodes"), "{error}");
    let error = try_text("get-property('cosmic', 'a', 'b')", &flow()).unwrap_err().to_string();
    assert_eq!(error, "there is no property scope `cosmic`");
}

#[test]
fn xml_properties_are_nodes_of_their_own_tree() {
    let rows = [
        ("$ctx:order/item[2]", "ink"),
        ("$ctx:order/@id", "7"),
        ("$ctx:order//item[@n = '1']", "pen"),
        ("count($ctx:order/item)", "2"),
        ("name($ctx:order)", "order"),
        ("string($ctx:order)", "penink"),
        ("get-property('order')/item[1]", "pen"),
        ("$ctx:order/item[. = 'ink']/@n", "2"),
        ("$ctx:order/item[last()]/preceding-sibling::item", "pen"),
        ("name($ctx:order/item[1]/..)", "order"),
        ("count($ctx:order/item[/order])", "2"),
        ("($ctx:order/item)[2]", "ink"),
        ("$ctx:order[@id = 7]/item[1]", "pen"),
        ("count($ctx:order | $ctx:order/item | get-property('order'))", "3"),
    ];
    let flow = flow();
    check(&flow, &rows);
    assert_eq!(flow.looks.get(), 0, "steps into a property left the body unread");
    let both = flow.xml(envelope("", "<item>cup</item>"));
    let rows = [
        ("count(//item | $ctx:order/item)", "3"),
        ("string((//item | $ctx:order/item)[1])", "cup"),
        ("//item = $ctx:order/item", "false"),
        ("count($ctx:order/item[. = //item])", "2"),
        ("count($ctx:order/item[. = $body/item])", "0"),
        ("$body/item[count($ctx:order/item) = 2]", "cup"),
    ];
    check(&both, &rows);
}

#[test]
fn the_envelope_is_the_context() {
    let flow = flow().xml(envelope("<h>1</h>", "<a><h>2</h></a>"));
    let rows = [
        ("local-name(.)", "Envelope"),
        ("local-name($env)", "Envelope"),
        ("local-name($body)", "Body"),
        ("local-name($header)", "Header"),
        ("count(//h)", "2"),
        ("$body//h", "2"),
        ("$header/h", "1"),
        ("$body/*/h", "2"),
        ("soapenv:Body/a/h", "2"),
        ("/soapenv:Envelope/soapenv:Body/a/h", "2"),
        ("local-name($body/*[1])", "a"),
        ("count($body/..)", "1"),
    ];
    check(&flow, &rows);
    let bare = Fixture::new().xml(tree("<a/>"));
    assert_eq!(count("$body", &bare) + count("$header", &bare), 0);
    assert_eq!(count("$env", &bare), 1);
}

#[test]
fn the_body_is_asked_for_when_it_is_needed() {
    for (text, reads) in [
        ("$ctx:name", false),
        ("'a' = 'b'", false),
        ("concat('a', get-property('To'))", false),
        ("$ctx:order/item[. = ../@id]", false),
        ("$ctx:order[string()]", false),
        ("position() = last()", false),
        ("$body", true),
        ("$env/a", true),
        ("//a", true),
        ("a", true),
        (".", true),
        ("/", true),
        ("string()", true),
        ("name()", true),
        ("normalize-space()", true),
        ("lang('en')", true),
        ("$ctx:order[$body/a]", true),
        ("concat('a', //b)", true),
        ("get-property('FAULT')", true),
        ("get-property('default', 'FAULT')", true),
        ("evaluate(concat('//', 'a'))", true),
        ("evaluate('1 + 1')", false),
        ("evaluate('//a')", true),
    ] {
        let xpath = compile(text);
        assert_eq!(xpath.reads_payload(), reads, "{text}");
        let flow = flow();
        let result = xpath.evaluate(&flow).map(|_| ());
        assert_eq!(matches!(result, Err(EvalError::NeedBody)), reads, "{text}");
    }
    // A branch that is not taken reads nothing.
    let flow = flow();
    check(&flow, &[("$ctx:name or //a", "true"), ("$ctx:flag and //a", "false")]);
    assert_eq!(flow.looks.get(), 0);
}

#[test]
fn dates_and_times_are_the_flows() {
    let flow = flow();
    check(
        &flow,
        &[
            ("get-property('SYSTEM_TIME')", "1709823845006"),
            ("get-property('axis2', 'SYSTEM_TIME')", "1709823845006"),
            ("get-property('SYSTEM_DATE', 'yyyy.SSS')", "2024.006"),
            ("get-property('default', 'SYSTEM_DATE', 'yyyy')", "2024"),
            ("substring-before(get-property('SYSTEM_DATE'), '/')", "3"),
        ],
    );
    check(&flow, &[("get-property('cosmic', 'SYSTEM_DATE', 'yyyy')", "2024")]);
    let error = try_text("get-property('SYSTEM_DATE', 'yyyy-bb')", &flow).unwrap_err();
    assert!(matches!(&error, EvalError::Failed(why) if why.contains("yyyy-bb")), "{error}");
}

#[test]
fn another_document_can_be_the_context() {
    let flow = flow().xml(envelope("", "<a>body</a>"));
    let document = Arc::new(tree("<d><e>x</e></d>"));
    for (text, expected) in [("e", "x"), ("/d/e", "x"), ("//e", "x"), ("$body/a", "body")] {
        let object = compile(text).evaluate_in(&flow, &document).unwrap();
        assert_eq!(&*object.to_text(), expected, "{text}");
    }
    assert!(Scope::xml(&flow).is_ok());
}
