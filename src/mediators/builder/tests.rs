//! Rows for `builder`: what a body is after it, how it goes out, and what is refused.

use super::super::testing::{Given, problems};
use crate::expression::PropertyScope;

const JSON: &str = "class='org.apache.synapse.commons.json.JsonStreamBuilder'";

#[test]
fn a_body_is_read_and_parsed_where_the_builder_stands() {
    for (content_type, body, fault) in [
        ("application/json", "{\"a\":", true),
        ("application/json", "{\"a\":1}", false),
        ("application/xml", "<a>", true),
        ("text/xml", "<a/>", false),
        ("application/soap+xml", "no", true),
        ("multipart/form-data; boundary=b", "no part", true),
        ("text/plain; charset=no-such", "x", true),
        ("application/octet-stream", "{", false),
        ("application/json", "", false),
    ] {
        let given = Given::typed(content_type, body).streamed();
        let ran = given.run("<property name='p' value='1'/><builder/>");
        assert_eq!(ran.fault.is_some(), fault, "{content_type} {body}: {:?}", ran.fault_text());
        match ran.fault_text() {
            Some(text) => assert!(text.starts_with("601000: "), "{text}"),
            None => assert!(ran.message().payload.bytes().is_some(), "{content_type}: not read"),
        }
    }
}

#[test]
fn a_body_is_read_by_the_builder_of_its_content_type() {
    let given = || Given::typed("application/vnd.shop; v=1", "{\"a\": 1.10}").streamed();
    let named = |kind: &str, classes: &str| {
        format!("<builder><messageBuilder contentType='{kind}' {classes}/></builder>")
    };
    let content_type = |xml: &str| given().run(xml).scoped(PropertyScope::Axis2, "ContentType");
    let value = |xml: &str| given().run(&format!("{xml}<property name='a' expression='//a'/>"));

    let json = named("Application/VND.shop", JSON);
    assert_eq!(value(&json).property("a"), "1.10");
    assert_eq!(given().run(&json).body(), "{\"a\": 1.10}", "what nobody changed stays");
    assert_eq!(content_type(&json), "application/vnd.shop; v=1");
    let other = named("application/vnd.other", JSON);
    assert_eq!(value(&other).property("a"), "", "another content type has no builder here");

    let written = |formatter: &str| {
        let ran = given().run(&named(
            "application/vnd.shop",
            &format!("{JSON} formatterClass='org.apache.axis2.{formatter}'"),
        ));
        (ran.scoped(PropertyScope::Axis2, "ContentType"), ran.body())
    };
    let (stated, body) = written("transport.http.ApplicationXMLFormatter");
    assert_eq!((&*stated, &*body), ("application/xml", "<jsonObject><a>1.10</a></jsonObject>"));
    let (stated, body) = written("transport.http.SOAPMessageFormatter");
    assert_eq!(stated, "text/xml");
    assert!(body.contains("<soapenv:Body><jsonObject>"), "{body}");

    let relay = "<builder class='org.wso2.carbon.relay.BinaryRelayBuilder' \
                 formatterClass='org.wso2.carbon.relay.ExpandingMessageFormatter'/>";
    let given = Given::json("{broken").streamed();
    assert_eq!(given.run(relay).body(), "{broken", "a relayed body is not looked at");
}

#[test]
fn a_body_that_was_looked_at_is_read_again_and_a_made_one_is_not() {
    let json = format!(
        "<builder {JSON} formatterClass='org.apache.synapse.commons.json.JsonStreamFormatter'/>"
    );
    let look = "<property name='x' expression='//*[local-name()=\"text\"]'/>";
    let ran = Given::typed("text/plain", "{\"a\":[1]}")
        .run(&format!("{look}{json}<property name='a' expression='json-eval($.a[0])'/>"));
    assert_eq!((&*ran.property("x"), &*ran.property("a")), ("{\"a\":[1]}", "1"));
    let made =
        "<payloadFactory media-type='xml'><format><b xmlns=''>1</b></format></payloadFactory>";
    let ran = Given::xml("<a/>").run(&format!("{made}{json}"));
    assert_eq!(ran.xml(), "<b>1</b>");
}

#[test]
fn one_builder_serves_both_versions_of_soap() {
    let soap = "<builder class='org.apache.axis2.builder.SOAPBuilder' \
                formatterClass='org.apache.axis2.transport.http.SOAPMessageFormatter'/>";
    for (content_type, namespace) in [
        ("text/xml", "http://schemas.xmlsoap.org/soap/envelope/"),
        ("application/soap+xml", "http://www.w3.org/2003/05/soap-envelope"),
    ] {
        let body =
            format!("<e:Envelope xmlns:e=\"{namespace}\"><e:Body><a/></e:Body></e:Envelope>");
        let ran = Given::typed(content_type, &body).run(soap);
        assert_eq!(ran.body(), body);
        assert_eq!(ran.scoped(PropertyScope::Axis2, "ContentType"), content_type);
    }
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    for (xml, expected) in [
        (
            "<builder><messageBuilder class='x'/></builder>",
            "A204 <messageBuilder> needs the attribute `contentType`",
        ),
        (
            "<builder><messageBuilder contentType='a/b'/></builder>",
            "A204 <messageBuilder> needs the attribute `class`",
        ),
        (
            "<builder><messageBuilder contentType='a/b' class='com.shop.JsonStreamBuilder'/></builder>",
            "A206 the builder `com.shop.JsonStreamBuilder` is a Java class that cannot be run",
        ),
        (
            "<builder class='org.apache.axis2.builder.SOAPBuilder' formatterClass='a.B'/>",
            "A206 the formatter `a.B` is a Java class that cannot be run",
        ),
        (
            "<builder class='org.apache.axis2.builder.SOAPBuilder'/>",
            "A204 the builder has a `class` and no `formatterClass`",
        ),
        ("<builder formatterClass='a.B'/>", "A209 `formatterClass` is ignored without a `class`"),
        ("<builder><log/></builder>", "A208 <builder> has no child <log>"),
        (
            "<builder class='org.apache.axis2.builder.SOAPBuilder' \
             formatterClass='org.apache.axis2.transport.http.SOAPMessageFormatter'>\
             <messageBuilder/></builder>",
            "A208 <messageBuilder> is ignored: the builder has a `class` for every content type",
        ),
        (
            "<builder><messageBuilder contentType='a/b' class='org.apache.axis2.builder.SOAPBuilder'/>\
             <messageBuilder contentType='A/b' class='org.apache.axis2.builder.MTOMBuilder'/></builder>",
            "A209 `a/b` has a builder already, which is ignored",
        ),
    ] {
        let found = problems(xml);
        assert!(found.iter().any(|text| text.starts_with(expected)), "{xml}: {found:?}");
    }
}
