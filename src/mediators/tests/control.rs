//! Rows for what decides which mediator runs next: branches, sequences, templates, ends, errors.

use crate::mediators::testing::{Given, Ran, problems};
use crate::message::Value;

/// Properties that mark where a message came by.
fn mark(name: &str) -> String {
    format!("<property name='{name}' value='yes'/>")
}

fn marks(ran: &Ran) -> Vec<String> {
    let message = ran.end.as_ref().or(ran.fault.as_ref()).unwrap();
    let set = message.properties.iter().filter(|(_, value)| **value == Value::text("yes"));
    set.map(|(name, _)| name.to_string()).collect()
}

fn filter(condition: &str) -> String {
    let (then, otherwise) = (mark("then"), mark("else"));
    format!("<filter {condition}><then>{then}</then><else>{otherwise}</else></filter>")
}

const ORDER: &str = r#"{"id": 7, "yes": true, "word": "TRUE", "kind": "order"}"#;

fn given() -> Given {
    Given::json(ORDER).property("p", "a1\nb").property("n", Value::Int(3))
}

#[test]
fn filters_choose() {
    for (condition, holds) in [
        ("xpath='$ctx:n &gt; 2'", true),
        ("xpath='$ctx:n &gt; 3'", false),
        ("xpath='$ctx:none'", false),
        ("xpath='//id'", true),
        ("xpath='//none'", false),
        ("xpath='json-eval($.yes)'", true),
        ("xpath='json-eval($.word)'", true),
        ("xpath='json-eval($.id)'", false),
        ("xpath='json-eval($.none)'", false),
        ("xpath='${payload.id &gt; 5}'", true),
        ("xpath='${(payload.id &gt; 5) and (payload.id &lt; 7)}'", false),
        // An expression that fails does not hold.
        ("xpath='${payload.none.deeper}'", false),
        ("xpath='${payload.id + \"x\"}'", false),
        ("xpath='${payload.id &gt; 5 and true}'", false),
        ("source='json-eval($.kind)' regex='order|invoice'", true),
        ("source='json-eval($.kind)' regex='ord'", false),
        ("source='json-eval($.kind)' regex='ord.*'", true),
        ("source='$ctx:p' regex='a1.b'", false),
        ("source='$ctx:p' regex='a1\\sb'", true),
        ("source='$ctx:none' regex=''", true),
        ("source='${payload.none}' regex='.+'", false),
    ] {
        let found = marks(&given().run(&filter(condition)));
        assert_eq!(found, [if holds { "then" } else { "else" }], "{condition}");
    }
    // A payload that cannot be read is a fault in every language.
    for condition in ["xpath='json-eval($.a)'", "xpath='${payload.a}'"] {
        let fault = Given::json("{oops").run(&filter(condition)).fault_text();
        assert!(fault.unwrap().starts_with("601000"), "{condition}");
    }
}

#[test]
fn filters_without_then_run_their_children() {
    let xml =
        |xpath| format!("<filter xpath='{xpath}'>{}{}</filter>{}", mark("a"), mark("b"), mark("c"));
    assert_eq!(marks(&given().run(&xml("true()"))), ["a", "b", "c"]);
    assert_eq!(marks(&given().run(&xml("false()"))), ["c"]);
    let only_then = format!("<filter xpath='false()'><then>{}</then></filter>", mark("a"));
    assert!(marks(&given().run(&only_then)).is_empty());
    let given = given().sequence("named", "<property name='named' value='yes'/>");
    assert_eq!(
        marks(&given.run("<filter xpath='true()'><then sequence='named'/></filter>")),
        ["named"]
    );
}

#[test]
fn switches_choose_the_first_full_match() {
    let switch = |source: &str| {
        format!(
            "<switch source='{source}'><case regex='7'>{}</case><case regex='or.*'>{}</case><case \
             regex='order'>{}</case><case regex=''>{}</case><default>{}</default></switch>",
            mark("seven"),
            mark("or"),
            mark("order"),
            mark("empty"),
            mark("default")
        )
    };
    for (source, expected) in [
        ("json-eval($.id)", "seven"),
        ("json-eval($.kind)", "or"),
        ("json-eval($.none)", "empty"),
        ("//none", "empty"),
        // What is not set at all is matched by no case; a failed `${…}` is empty text.
        ("$ctx:none", "default"),
        ("${payload.none}", "empty"),
        ("${payload.id + \"x\"}", "empty"),
        ("${payload.id}", "seven"),
        ("$ctx:p", "default"),
    ] {
        assert_eq!(marks(&given().run(&switch(source))), [expected], "{source}");
    }
    let xml = format!("<switch source='1'><case regex='2'>{}</case></switch>", mark("no"));
    assert!(marks(&given().run(&xml)).is_empty());
}

#[test]
fn sequences_by_key_and_in_place() {
    let given = || {
        given()
            .sequence("a", "<property name='in_a' value='yes'/>")
            .sequence("b", "<sequence key='a'/><drop/>")
            .sequence("loop", "<sequence key='loop'/>")
            .property("which", "a")
    };
    let after = mark("after");
    let marked = |key| marks(&given().run(&format!("<sequence key='{key}'/>{after}")));
    assert_eq!(marked("a"), ["in_a", "after"]);
    assert_eq!(marked("{$ctx:which}"), ["in_a", "after"]);
    // A drop inside ends the whole flow.
    let dropped = given().run(&format!("<sequence key='b'/>{after}"));
    assert!(dropped.end.is_none() && dropped.fault.is_none() && dropped.answer.is_none());
    let missing = given().run("<sequence key='none'/>");
    assert_eq!(missing.fault_text().unwrap(), "0: no sequence named `none` is deployed");
    let missing = given().run("<sequence key='{$ctx:p}'/>");
    assert!(missing.fault_text().unwrap().starts_with("0: no sequence named"));
    let endless = given().depth(20).run("<sequence key='loop'/>");
    assert!(endless.fault_text().unwrap().contains("nested deeper than 20 levels"));
}

#[test]
fn faults_go_to_the_innermost_handler() {
    let given = || {
        given()
            .sequence("inner", "<property name='inner' value='yes'/>")
            .sequence("outer", "<property name='outer' value='yes'/><property name='code' expression='$ctx:ERROR_CODE'/><respond/>")
            .sequence("failing", "<throwError type='SECOND' errorMessage='again'/>")
    };
    let xml = |inner: &str| {
        format!(
            "<sequence onError='outer'><sequence onError='{inner}'><throwError type='MINE' \
             errorMessage='because {{$ctx:n}}'/></sequence></sequence>{}",
            mark("after")
        )
    };
    // A handler that ends has not answered: the client is told of the failure.
    let ran = given().run(&xml("inner"));
    let answer = ran.answer.unwrap();
    assert!(ran.end.is_none());
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("\"code\":\"MINE\""), "{}", answer.body);
    // One that fails hands over to the next; the first error stays.
    let ran = given().run(&xml("failing"));
    assert_eq!(ran.answer.unwrap().status, 200);
    // A handler is gone when its sequence has ended.
    let ended = format!("<sequence onError='outer'>{}</sequence><throwError/>", mark("a"));
    assert_eq!(given().run(&ended).fault_text().unwrap(), "ANY: an error was thrown in the flow");
}

#[test]
fn errors_are_thrown_with_a_code_and_a_message() {
    for (attributes, expected) in [
        ("", "ANY: an error was thrown in the flow"),
        ("type='VALIDATION' errorMessage='no'", "VALIDATION: no"),
        ("type='1234' errorMessage='{json-eval($.kind)}'", "1234: order"),
        ("errorMessage='{${payload.kind}}'", "ANY: order"),
        ("errorMessage='{$ctx:none}'", "ANY: "),
    ] {
        let ran = given().run(&format!("<throwError {attributes}/>"));
        assert_eq!(ran.fault_text().unwrap(), expected, "{attributes}");
    }
    // As in Synapse, what is thrown takes the place of an earlier error.
    let ran = given().run("<property name='ERROR_CODE' value='old'/><throwError/>");
    assert_eq!(ran.fault_text().unwrap(), "ANY: an error was thrown in the flow");
}

#[test]
fn templates_get_their_parameters() {
    let given = || {
        given()
            .template(
                "t",
                &[("a", false, None), ("b", false, Some("default")), ("c", false, None)],
                "<property name='a' expression='$func:a'/><property name='b' \
                 expression='$func:b'/><property name='c' expression=\"get-property('func', 'c')\"/>\
                 <property name='d' expression='${params.functionParams.a}'/>",
            )
            .template("must", &[("a", true, None)], "<property name='a' expression='$func:a'/>")
            .template(
                "outer",
                &[("x", false, None)],
                "<property name='n' value='9'/><call-template target='t'><with-param name='a' \
                 value='{$func:x}'/></call-template><property name='again' expression='$func:x'/>\
                 <property name='hidden' expression='$func:a'/>",
            )
            .template("loops", &[], "<call-template target='loops'/>")
    };
    let call = |target: &str, params: &[(&str, &str)]| {
        let params = params
            .iter()
            .map(|(name, value)| format!("<with-param name='{name}' value='{value}'/>"))
            .collect::<Vec<_>>()
            .concat();
        given().run(&format!("<call-template target='{target}'>{params}</call-template>"))
    };
    for (value, expected) in [
        ("text", "text"),
        ("{$ctx:n}", "3"),
        ("{json-eval($.kind)}", "order"),
        ("{${payload.id + 1}}", "8"),
        ("${payload.id}", "${payload.id}"),
        ("{{$ctx:n}}", "3"),
    ] {
        let ran = call("t", &[("a", value)]);
        assert_eq!(ran.property("a"), expected, "{value}");
        assert_eq!(ran.property("d"), expected, "{value}");
        assert_eq!((ran.property("b"), ran.property("c")), ("default".into(), String::new()));
    }
    // Evaluated where it is written, or where it is used.
    assert_eq!(call("outer", &[("x", "{$ctx:n}")]).property("a"), "3");
    assert_eq!(call("outer", &[("x", "{{$ctx:n}}")]).property("a"), "9");
    let ran = call("outer", &[("x", "1")]);
    assert_eq!((ran.property("again"), ran.property("hidden")), ("1".into(), String::new()));
    assert_eq!(call("t", &[("b", ""), ("c", "3")]).property("b"), "default");
    assert_eq!(call("t", &[("extra", "1")]).property("extra"), "");
    let missing = call("must", &[]).fault_text().unwrap();
    assert_eq!(missing, "500101: the template `must` needs the parameter `a`");
    let missing = call("must", &[("a", "{$ctx:none}")]).fault_text().unwrap();
    assert!(missing.starts_with("500101"), "{missing}");
    assert_eq!(call("none", &[]).fault_text().unwrap(), "0: no template named `none` is deployed");
    assert!(call("loops", &[]).fault_text().unwrap().contains("nested deeper"));
}

#[test]
fn in_and_out_look_at_the_direction() {
    let xml = format!("<in>{}</in><out>{}</out>", mark("in"), mark("out"));
    assert_eq!(marks(&given().run(&xml)), ["in"]);
    assert_eq!(marks(&given().response().run(&xml)), ["out"]);
}

#[test]
fn flows_end() {
    let after = mark("after");
    let ran = given().run(&format!("<respond/>{after}"));
    let answer = ran.answer.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, ORDER));
    assert_eq!(answer.headers.get("content-type").unwrap(), "application/json");
    assert!(ran.end.is_none());

    let ran = given().run(&format!("<drop/>{after}"));
    assert!(ran.end.is_none() && ran.fault.is_none() && ran.answer.is_none());

    let status = "<property name='HTTP_SC' scope='axis2' value='404'/>";
    assert_eq!(given().run(&format!("{status}<respond/>")).answer.unwrap().status, 404);
    let empty = "<property name='NO_ENTITY_BODY' scope='axis2' type='BOOLEAN' value='true'/>";
    let answer = given().run(&format!("{empty}<respond/>")).answer.unwrap();
    assert!(answer.body.is_empty() && !answer.headers.contains_key("content-type"));

    let ran =
        given().out("<property name='was_out' value='yes'/>").run(&format!("<loopback/>{after}"));
    assert_eq!(marks(&ran), ["was_out"]);
    let ran = given().out("<loopback/><property name='no' value='yes'/>").run("<loopback/>");
    assert!(ran.end.is_none() && ran.answer.is_none());
    // Without an out sequence the message goes to the client.
    assert_eq!(given().run("<loopback/>").answer.unwrap().body, ORDER);
    // So it does when a response is sent to nobody in particular.
    assert_eq!(given().out("<send/>").run("<loopback/>").answer.unwrap().body, ORDER);
    assert_eq!(given().property("RESPONSE", "true").run("<send/>").answer.unwrap().body, ORDER);
    let nowhere = given().run("<send/>").fault_text().unwrap();
    assert!(nowhere.contains("nothing says where to send the message"), "{nowhere}");
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    for (xml, expected) in [
        ("<filter><then/></filter>", "A204 a filter needs a condition"),
        ("<filter source='1'><then/></filter>", "A204 a filter needs a condition"),
        ("<filter xpath='1' regex='x'><then/></filter>", "A209 `regex` is ignored beside `xpath`"),
        ("<filter xpath='1'><then/><log/></filter>", "A208 <log> is ignored: the branch is <then>"),
        ("<filter xpath='1'><else/></filter>", "A211 an <else> needs a <then>"),
        (
            "<filter xpath='1'><then sequence='x'><log/></then></filter>",
            "A208 <log> is ignored: the branch is a sequence by key",
        ),
        ("<filter xpath='1'><then key='x'/></filter>", "A205 <then> has no attribute `key`"),
        ("<filter xpath='1'><then><lgo/></then></filter>", "A301 <lgo> is neither a mediator nor"),
        ("<filter xpath='1'><nothing/></filter>", "A301 <nothing> is neither a mediator nor"),
        ("<filter source='1' regex='(?=x'/>", "A206 the regular expression cannot be used"),
        ("<switch><case regex='1'/></switch>", "A204 <switch> needs the attribute `source`"),
        ("<switch source='1'><case/></switch>", "A204 <case> needs the attribute `regex`"),
        ("<switch source='1'><log/></switch>", "A208 <switch> has no child <log>"),
        (
            "<switch source='1'><default/><default/></switch>",
            "A208 <default> is ignored: there is a default already",
        ),
        ("<switch source='1'><default><nothing/></default></switch>", "A301 <nothing> is neither"),
        (
            "<switch source='1'><default regex='1'/></switch>",
            "A205 <default> has no attribute `regex`",
        ),
        ("<sequence key='x' onError='y'/>", "A211 `onError` is not allowed together with `key`"),
        (
            "<sequence key='x'><log/></sequence>",
            "A208 <log> is ignored: the sequence is named by `key`",
        ),
        ("<sequence key='x'/>", "A501 no sequence named `x` is deployed"),
        ("<sequence><nothing/></sequence>", "A301 <nothing> is neither"),
        ("<call-template/>", "A204 <call-template> needs the attribute `target`"),
        (
            "<call-template target='x'><with-param value='1'/></call-template>",
            "A204 <with-param> needs the attribute `name`",
        ),
        (
            "<call-template target='x'><with-param name='a' value='${vars.x}'/></call-template>",
            "A402 `${vars.x}` is literal text here",
        ),
        (
            "<call-template target='x'><param/></call-template>",
            "A208 <call-template> has no child <param>",
        ),
        ("<call-template target='x'/>", "A503 no template named `x` is deployed"),
        ("<respond><log/></respond>", "A208 <respond> has no child <log>"),
        ("<drop because='x'/>", "A205 <drop> has no attribute `because`"),
        ("<send><endpoint/></send>", "A207 an endpoint says where to send to"),
        ("<send><address uri='http://x'/></send>", "A208 <send> has no child <address>"),
        ("<send receive='x'/>", "A209 `receive` needs an endpoint to answer"),
        ("<call><endpoint key='x'/></call>", "A502 no endpoint named `x` is deployed"),
        (
            "<call><endpoint key='x'/><endpoint key='y'/></call>",
            "A208 <endpoint> is ignored: there is an endpoint already",
        ),
        ("<call><source type='custom'/></call>", "A207 the <source> of type `custom` is empty"),
        ("<call><source type='envelope'/></call>", "A206 `type` cannot be `envelope`"),
        ("<call><target type='variable'/></call>", "A207 the <target> of type `variable` is empty"),
        ("<call><target kind='body'/></call>", "A205 <target> has no attribute `kind`"),
        ("<smooks/>", "A302 the mediator <smooks> cannot be run by Myelin"),
    ] {
        let found = problems(xml);
        assert!(found.iter().any(|text| text.starts_with(expected)), "{xml}: {found:?}");
    }
}
