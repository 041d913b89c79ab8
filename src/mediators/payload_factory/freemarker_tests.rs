//! Templates of FreeMarker by rows: what they see, what they make, what is refused, what stops.

use crate::expression::PropertyScope;
use crate::json;
use crate::mediators::testing::{Given, problems};
use crate::message::Value;

fn factory(media: &str, template: &str) -> String {
    format!(
        "<payloadFactory media-type='{media}' template-type='freemarker'>\
         <format><![CDATA[{template}]]></format><args><arg value='one'/>\
         <arg expression='$ctx:name'/></args></payloadFactory>"
    )
}

const ORDER: &str = r#"{"id": 7, "big": 1234567, "price": 2.5, "who": {"name": "Ann \"A\""},
    "items": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}], "paid": true, "none": null}"#;

fn given() -> Given {
    Given::json(ORDER)
        .property("name", "a<b")
        .property("uri.var.id", "9")
        .scoped(PropertyScope::Axis2, "HTTP_SC", Value::Int(201))
        .header("X-Kind", "order")
        .variable(
            "v",
            Value::Json(json::parse(b"{\"w\": [1]}", &json::Limits::default()).unwrap().into()),
        )
}

#[test]
fn templates_see_the_message() {
    for (template, expected) in [
        ("${payload.id}", "7"),
        ("${payload.big} ${payload.big?c}", "1,234,567 1234567"),
        ("${payload.price}", "2.5"),
        ("${payload.who.name?json_string}", r#"Ann \"A\""#),
        ("<#list payload.items as item>${item.sku}${item.n}<#sep>,</#list>", "a1,b2"),
        ("<#if payload.paid>yes<#else>no</#if>", "yes"),
        ("${payload.none!\"nothing\"}", "nothing"),
        ("${payload.items?size}", "2"),
        ("${args.arg1} ${args.arg2}", "one a<b"),
        ("${ctx.name} ${ctx[\"uri.var.id\"]}", "a<b 9"),
        ("${axis2.HTTP_SC}", "201"),
        ("${trp[\"X-Kind\"]} ${trp[\"x-kind\"]}", "order order"),
        ("${vars.v.w[0]}", "1"),
        ("<#macro m x>[${x}]</#macro><@m x=1/><@m x=2/>", "[1][2]"),
        ("<#assign t><#list 1..3 as i>${i}</#list></#assign>${t}", "123"),
        ("<#function f x><#return x + 1></#function>${f(1)}", "2"),
        ("<#list payload.who as k, v>${k}</#list>", "name"),
        ("<#switch payload.id><#case 7>seven<#break><#default>?</#switch>", "seven"),
        ("<#attempt>${nothing}<#recover>recovered</#attempt>", "recovered"),
    ] {
        assert_eq!(given().run(&factory("text", template)).body(), expected, "{template}");
    }
    let xml =
        "<order xmlns:p='urn:p'><id>7</id><item sku='a'>x</item><item sku='b'>y</item></order>";
    for (template, expected) in [
        ("${payload.order.id}", "7"),
        ("<#list payload.order.item as item>${item.@sku}=${item};</#list>", "a=x;b=y;"),
        ("${payload.order.item?size}", "2"),
        ("<#list payload.order.id as id>[${id}]</#list>", "[7]"),
        ("<#list payload.order as o><#list o.item as i>${i.@sku}</#list></#list>", "ab"),
        ("${payload.order.id?size} ${payload.order.none?size}", "1 0"),
        ("<#if payload.order.none[0]??>yes<#else>no</#if>", "no"),
        ("${payload.order.id?number + 1}", "8"),
        ("<#list payload.order.none as none>[${none}]</#list>", ""),
    ] {
        assert_eq!(Given::xml(xml).run(&factory("text", template)).body(), expected, "{template}");
    }
    let text = Given::typed("text/plain", "hello").run(&factory("text", "${payload?upper_case}"));
    assert_eq!(text.body(), "HELLO");
    let array = Given::json("[1, 2]").run(&factory("text", "${payload[1]}"));
    assert_eq!(array.body(), "2");
    let empty = Given::nothing().run(&factory("text", "${payload!\"empty\"}"));
    assert_eq!(empty.body(), "empty");
}

#[test]
fn templates_make_every_kind_of_payload() {
    let ran = given().run(&factory("json", r#"{"id": ${payload.id}, "arg": "${args.arg1}"}"#));
    assert_eq!(ran.body(), r#"{"id": 7, "arg": "one"}"#);
    assert_eq!(ran.scoped(PropertyScope::Axis2, "messageType"), "application/json");
    let ran =
        given().run(&factory("xml", "<a><#list payload.items as i><b>${i.sku}</b></#list></a>"));
    assert_eq!(ran.body(), "<a><b>a</b><b>b</b></a>");
    assert_eq!(ran.scoped(PropertyScope::Axis2, "messageType"), "application/xml");
    let fault = given().run(&factory("xml", "<a>")).fault_text().unwrap();
    assert!(fault.contains("is not XML"), "{fault}");
    // A body that nobody asks for is not read.
    let ran = Given::json(ORDER).streamed().run(&factory("text", "${payload.id}"));
    assert_eq!(ran.body(), "7");
}

#[test]
fn templates_are_found_by_key() {
    let by_key = |key: &str| {
        format!(
            "<payloadFactory media-type='text' template-type='freemarker'>\
             <format key='{key}'/><args/></payloadFactory>"
        )
    };
    let entries =
        || given().entry("t", "id=${payload.id}").entry("broken", "<#if").property("k", "t");
    assert_eq!(entries().run(&by_key("t")).body(), "id=7");
    assert_eq!(entries().run(&by_key("{$ctx:k}")).body(), "id=7");
    for (key, expected) in [
        ("none", "no local entry or resource named `none` is deployed"),
        ("broken", "the template `broken` cannot be used: 1:"),
    ] {
        let fault = entries().run(&by_key(key)).fault_text().unwrap();
        assert!(fault.contains(expected), "{fault}");
    }
}

#[test]
fn failures_name_the_line() {
    for (template, expected) in [
        ("a\n\n${payload.missing.deeper}", "line 3"),
        ("a\n<#if true>${payload.who + 1}</#if>", "line 2"),
        ("<#include \"/etc/passwd\">", "/etc/passwd"),
        ("<#stop \"enough\">", "enough"),
    ] {
        let fault = given().run(&factory("text", template)).fault_text().unwrap();
        let starts = fault.starts_with("0: the template of the payloadFactory failed: ");
        assert!(starts && fault.contains(expected), "{template}: {fault}");
        assert!(!fault.contains('\n'), "{fault}");
    }
}

#[test]
fn what_loops_without_end_is_stopped() {
    for template in [
        "<#list 1..1000000000 as x></#list>",
        "<#list 1.. as x>${x}</#list>",
        "<#assign t><#list 1..1000000000 as x></#list></#assign>",
        "<#if true><#switch 1><#case 1><#list 1..1000000000 as x></#list></#switch></#if>",
        "<#macro m><@m/><@m/></#macro><@m/>",
    ] {
        let fault = given().run(&factory("text", template)).fault_text();
        assert!(fault.is_some(), "{template}");
    }
}

#[test]
fn what_nests_deep_does_no_harm() {
    let deep = format!("{{\"x\": \"{}\"}}", "[".repeat(100_000));
    let ran = Given::json(&deep).run(&factory("text", "${payload.x?eval_json}"));
    assert!(ran.fault_text().is_some());
    let depth = 100;
    let deep = format!("{{\"x\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
    let ran = Given::json(&deep).run(&factory("text", "${payload.x?size}"));
    assert_eq!(ran.body(), "1");
    let deep = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let ran = Given::xml(&deep).run(&factory("text", "<#list payload.a.a as a>1</#list>"));
    assert_eq!(ran.body(), "1");
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    for (template, expected) in [
        ("<#if payload.x>", "A401 the template cannot be used: "),
        ("${payload.", "A401 the template cannot be used: "),
        ("${\"x\"?new()}", "A401 the template cannot be used: `?new` is refused"),
        (
            "<#list 1..2 as x>${payload.x?eval}</#list>",
            "A401 the template cannot be used: `?eval` is",
        ),
        ("<@payload.x?interpret/>", "A401 the template cannot be used: `?interpret` is refused"),
        (
            "<#function f x><#return x?api></#function>",
            "A401 the template cannot be used: `?api` is",
        ),
    ] {
        let found = problems(&factory("text", template));
        assert!(found.iter().any(|text| text.starts_with(expected)), "{template}: {found:?}");
    }
    for sound in ["what?new, name: \"eval\", args: ", "${payload.x?eval_json.y}", "${\"a?eval\"}"] {
        let found = problems(&factory("text", sound));
        assert!(found.is_empty(), "{sound}: {found:?}");
    }
}
