//! What becomes of items, in both versions, and what the compiler says of wrong ones.

use std::sync::Arc;

use crate::json;
use crate::mediators::testing::{Given, problems, tree};
use crate::message::Value;

const ORDERS: &str = r#"{"shop": "a", "orders": [{"id": 1}, {"id": 2}, {"id": 3}]}"#;
const ORDERS_XML: &str = "<shop><order id=\"1\"/><note/><order id=\"2\"/></shop>";

/// Makes `{"was": …}` of an item.
const WRAP: &str = "<payloadFactory media-type=\"json\"><format>{\"was\": $1}</format><args>\
    <arg expression=\"json-eval($)\"/></args></payloadFactory>";
/// Makes `<was>` with the id of an element.
const WRAP_XML: &str = "<payloadFactory media-type=\"xml\"><format><was xmlns=\"\">$1</was></format>\
    <args><arg expression=\"string(//order/@id)\"/></args></payloadFactory>";
const DROP_2: &str = "<filter xpath=\"${payload.id == 2}\"><drop/></filter>";
const FAIL_2: &str = "<property name=\"seen\" expression=\"json-eval($.id)\"/>\
    <filter xpath=\"${payload.id == 2}\"><throwError type=\"ITEM\" errorMessage=\"no\"/></filter>";

fn json(text: &str) -> Value {
    Value::Json(Arc::new(json::parse(text.as_bytes(), &json::Limits::default()).unwrap()))
}

fn v1(expression: &str, more: &str, sequence: &str) -> String {
    format!("<foreach expression=\"{expression}\" {more}><sequence>{sequence}</sequence></foreach>")
}

fn v2(collection: &str, more: &str, sequence: &str) -> String {
    format!("<foreach collection=\"{collection}\" {more}><sequence>{sequence}</sequence></foreach>")
}

#[test]
fn results_take_the_places_of_json_items() {
    for (path, expected) in [
        (
            "$.orders",
            r#"{"shop":"a","orders":[{"was":{"id":1}},{"was":{"id":2}},{"was":{"id":3}}]}"#,
        ),
        (
            "$.orders[?(@.id > 1)]",
            r#"{"shop":"a","orders":[{"id":1},{"was":{"id":2}},{"was":{"id":3}}]}"#,
        ),
        (
            "$.orders[*].id",
            r#"{"shop":"a","orders":[{"id":{"was":1}},{"id":{"was":2}},{"id":{"was":3}}]}"#,
        ),
        ("$..nothing", r#"{"shop": "a", "orders": [{"id": 1}, {"id": 2}, {"id": 3}]}"#),
    ] {
        let wrapped = v1(&format!("json-eval({path})"), "", WRAP);
        assert_eq!(Given::json(ORDERS).run(&wrapped).body(), expected, "expression {path}");
        let synapse = path.replacen('$', "payload", 1);
        for collection in [format!("${{{synapse}}}"), format!("json-eval({path})")] {
            for parallel in ["true", "false"] {
                let more = format!("parallel-execution=\"{parallel}\"");
                let ran = Given::json(ORDERS).run(&v2(&collection, &more, WRAP));
                assert_eq!(ran.body(), expected, "collection {collection} {parallel}");
            }
        }
    }
}

#[test]
fn results_take_the_places_of_xml_items() {
    let expected = "<shop><was>1</was><note/><was>2</was></shop>";
    for mediators in [
        v1("//order", "", WRAP_XML),
        v2("//order", "", WRAP_XML),
        v2("${xpath('//order')}", "", WRAP_XML),
    ] {
        let ran = Given::xml(ORDERS_XML).run(&mediators);
        assert_eq!(ran.xml(), expected, "{mediators}");
        assert_eq!(ran.body(), expected, "{mediators}");
    }
    let untouched = Given::xml(ORDERS_XML).run(&v1("//nothing", "", WRAP_XML));
    assert_eq!(untouched.body(), ORDERS_XML);
    let soap = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Header><h/>\
        </e:Header><e:Body><r><order id=\"1\"/></r></e:Body></e:Envelope>";
    let ran = Given::typed("application/soap+xml", soap).run(&v2(
        "//order",
        "",
        "<property name=\"a\" expression=\"//h\"/><enrich><source type=\"inline\"><b xmlns=\"\"/></source>\
         <target action=\"sibling\" xpath=\"//order\"/></enrich>",
    ));
    assert!(
        ran.body().contains("<h/></e:Header><e:Body><r><order id=\"1\"/><b/></r>"),
        "{}",
        ran.body()
    );
}

#[test]
fn results_take_their_places_in_variables() {
    let wrapped = r#"[{"was":1},{"was":2}]"#;
    for (collection, value, expected) in [
        ("${vars.v}", json("[1, 2]"), wrapped.to_owned()),
        ("${vars.v}", Value::text("[1, 2]"), wrapped.to_owned()),
        (
            "${vars['v'].a[0].b}",
            json(r#"{"a": [{"b": [1, 2]}, 3]}"#),
            format!(r#"{{"a":[{{"b":{wrapped}}},3]}}"#),
        ),
        ("${vars.v.a}", Value::text(r#"{"a": [1, 2]}"#), format!(r#"{{"a":{wrapped}}}"#)),
    ] {
        let ran = Given::json(ORDERS).variable("v", value).run(&v2(collection, "", WRAP));
        assert_eq!(&*ran.message().variables.text("v").unwrap(), expected, "{collection}");
        assert_eq!(ran.body(), ORDERS, "the payload is as it was");
    }
    for collection in ["${xpath('//order', 'v')}", "${xpath('/order', 'v')}"] {
        let ran = Given::json(ORDERS)
            .variable("v", Value::Xml(Arc::new(tree(ORDERS_XML))))
            .run(&v2(collection, "", WRAP_XML));
        let Some(Value::Xml(changed)) = ran.message().variables.get("v") else { panic!() };
        assert_eq!(changed.to_text(), "<shop><was>1</was><note/><was>2</was></shop>");
    }
}

#[test]
fn the_flow_goes_on_with_its_own_message() {
    let inner = format!(
        "<property name=\"own\" value=\"changed\"/><variable name=\"v\" type=\"STRING\" value=\"changed\"/>\
         <header name=\"X-Own\" scope=\"transport\" value=\"changed\"/>{WRAP}"
    );
    let given = || {
        Given::json(ORDERS).property("own", "kept").variable("v", "kept").header("x-own", "kept")
    };
    let kept = given().run(&v2("${payload.orders}", "", &inner));
    assert_eq!(kept.property("own"), "kept");
    assert_eq!(&*kept.message().variables.text("v").unwrap(), "kept");
    assert_eq!(kept.message().headers["x-own"], "kept");
    // In place there is only one message.
    let changed = given().run(&v1("json-eval($.orders)", "", &inner));
    assert_eq!(changed.property("own"), "changed");
    assert_eq!(&*changed.message().variables.text("v").unwrap(), "changed");
    assert_eq!(changed.message().headers["x-own"], "changed");
}

#[test]
fn results_can_go_to_a_variable() {
    let all = r#"[{"was":{"id":1}},{"was":{"id":2}},{"was":{"id":3}}]"#;
    for more in [
        "update-original=\"false\" target-variable=\"all\" result-content-type=\"JSON\"",
        "result-target=\"all\" result-type=\"JSON\"",
    ] {
        let ran = Given::json(ORDERS).run(&v2("${payload.orders}", more, WRAP));
        assert_eq!(&*ran.message().variables.text("all").unwrap(), all, "{more}");
        assert_eq!(ran.body(), ORDERS, "{more}");
    }
    for (more, expected) in [
        (
            "update-original=\"false\" target-variable=\"all\" result-content-type=\"XML\" result-enclosing-element=\"r\"",
            "<r><was>1</was><was>2</was></r>",
        ),
        ("result-target=\"all\" result-type=\"XML\"", "<all><was>1</was><was>2</was></all>"),
    ] {
        let ran = Given::xml(ORDERS_XML).run(&v2("${xpath('//order')}", more, WRAP_XML));
        assert_eq!(&*ran.message().variables.text("all").unwrap(), expected, "{more}");
        assert_eq!(ran.body(), ORDERS_XML, "{more}");
    }
    let more = "update-original=\"false\" target-variable=\"all\" result-content-type=\"JSON\"";
    for (collection, expected) in [
        ("${split('8,9', ',')}", r#"[{"was":8},{"was":9}]"#),
        ("${[1, 2]}", r#"[{"was":1},{"was":2}]"#),
        ("json-eval($ctx:list)", r#"[{"was":7}]"#),
        ("${payload.none}", "[]"),
    ] {
        let given = Given::json(r#"{"none": []}"#).property("list", json("[7]"));
        let ran = given.run(&v2(collection, more, WRAP));
        assert_eq!(&*ran.message().variables.text("all").unwrap(), expected, "{collection}");
    }
}

#[test]
fn items_are_counted() {
    let count = |read: &str| {
        format!(
            "<payloadFactory media-type=\"json\"><format>$1</format><args><arg expression=\"{read}\"/>\
             </args></payloadFactory>"
        )
    };
    let ran = Given::json(ORDERS).run(&v2(
        "${payload.orders}",
        "parallel-execution=\"false\" counter-variable=\"i\"",
        &count("${vars.i}"),
    ));
    assert_eq!(ran.body(), r#"{"shop":"a","orders":[0,1,2]}"#);
    for (id, name) in [("", "FOREACH_COUNTER"), ("id=\"x\"", "x_FOREACH_COUNTER")] {
        let numbers = v1("json-eval($.orders)", id, &count(&format!("$ctx:{name}")));
        let ran = Given::json(ORDERS).run(&numbers);
        assert_eq!(ran.body(), r#"{"shop":"a","orders":[0,1,2]}"#, "{id}");
        assert_eq!(ran.property(name), "3");
        let original = ran.property(&name.replace("COUNTER", "ORIGINAL_MESSAGE"));
        assert!(original.contains("<shop>a</shop><orders><id>1</id></orders>"), "{original}");
    }
}

#[test]
fn an_item_can_be_left_out() {
    let kept = r#"{"shop":"a","orders":[{"id":1},{"id":3}]}"#;
    for parallel in ["true", "false"] {
        let more = format!("parallel-execution=\"{parallel}\"");
        let ran = Given::json(ORDERS).run(&v2("${payload.orders}", &more, DROP_2));
        assert_eq!(ran.body(), kept, "{parallel}");
    }
    let several = v2("${payload.orders[?(@.id > 1)]}", "", DROP_2);
    assert_eq!(Given::json(ORDERS).run(&several).body(), kept);
    let xml = v2("//order", "", "<filter xpath=\"//order[@id='1']\"><drop/></filter>");
    assert_eq!(Given::xml(ORDERS_XML).run(&xml).body(), "<shop><note/><order id=\"2\"/></shop>");
    // In place it ends the loop, and the flow goes on.
    let ran = Given::json(ORDERS).run(&v1("json-eval($.orders)", "", DROP_2));
    assert_eq!(ran.body(), r#"{"shop":"a","orders":[{"id":1}]}"#);
}

#[test]
fn a_fault_of_an_item_is_the_flows() {
    let in_place = Given::json(ORDERS).run(&v1("json-eval($.orders)", "", FAIL_2));
    assert_eq!(in_place.fault_text().as_deref(), Some("ITEM: no"));
    let seen = in_place.fault.as_ref().unwrap();
    assert_eq!(&*seen.properties.text("seen").unwrap(), "2");
    assert_eq!(seen.payload.json().unwrap().to_text(), r#"{"id":2}"#, "the item is the body");
    for parallel in ["true", "false"] {
        let more = format!("parallel-execution=\"{parallel}\"");
        let ran = Given::json(ORDERS).run(&v2("${payload.orders}", &more, FAIL_2));
        assert_eq!(ran.fault_text().as_deref(), Some("ITEM: no"), "{parallel}");
        let seen = ran.fault.as_ref().unwrap();
        assert_eq!(
            seen.payload.json().unwrap().to_text(),
            r#"{"shop":"a","orders":[{"id":1},{"id":2},{"id":3}]}"#
        );
    }
}

#[test]
fn a_loop_goes_on_past_a_failure_when_it_shall() {
    let more = "continueLoopOnFailure=\"true\"";
    let sequence = format!("{FAIL_2}{WRAP}");
    let ran = Given::json(ORDERS).run(&v1("json-eval($.orders)", more, &sequence));
    assert_eq!(ran.body(), r#"{"shop":"a","orders":[{"was":{"id":1}},{"id":2},{"was":{"id":3}}]}"#);
    assert_eq!(ran.property("ERROR_CODE"), "", "the next fault is another one");
    let fails_later = format!(
        "{}<throwError type=\"LATER\" errorMessage=\"x\"/>",
        v1("json-eval($.orders)", more, FAIL_2)
    );
    assert_eq!(Given::json(ORDERS).run(&fails_later).fault_text().as_deref(), Some("LATER: x"));
}

#[test]
fn an_items_own_handler_deals_with_its_faults() {
    let handled = |handler: &'static str, mediators: &str| {
        Given::json(ORDERS).sequence("handler", handler).run(mediators)
    };
    let with = |version: &str| {
        format!("<foreach {version}><sequence onError=\"handler\">{FAIL_2}</sequence></foreach>")
    };
    let instead = "<payloadFactory media-type=\"json\"><format>\"bad\"</format></payloadFactory>";
    for version in ["expression=\"json-eval($.orders)\"", "collection=\"${payload.orders}\""] {
        let ran = handled(instead, &with(version));
        assert_eq!(ran.body(), r#"{"shop":"a","orders":[{"id":1},"bad",{"id":3}]}"#, "{version}");
        let ran = handled("<respond/>", &with(version));
        assert!(ran.end.is_none() && ran.answer.is_some(), "the flow is over: {version}");
    }
    let dropped = handled("<drop/>", &with("expression=\"json-eval($.orders)\""));
    assert!(dropped.end.is_none() && dropped.fault.is_none());
}

#[test]
fn what_is_no_collection_is_a_fault() {
    for (mediators, expected) in [
        (
            v2("${payload.shop}", "", ""),
            "0: `payload.shop` gives no array, so there is nothing to run over",
        ),
        (
            v2("${payload.none}", "", ""),
            "0: `payload.none` gives no array, so there is nothing to run over",
        ),
        (v2("${vars.none}", "", ""), "0: variable `none` is not set"),
        (
            v2("json-eval($.shop)", "", ""),
            "0: `$.shop` gives no array, so there is nothing to run over",
        ),
        (
            v1("json-eval($.shop)", "", ""),
            "0: `$.shop` gives no array, so there is nothing to run over",
        ),
        (
            v1("json-eval($.none)", "", ""),
            "0: `$.none` gives no array, so there is nothing to run over",
        ),
        (
            v1("count(//orders)", "", ""),
            "0: `count(//orders)` gives no array, so there is nothing to run over",
        ),
        (v1("//orders/@x | //@id", "", ""), ""),
    ] {
        let ran = Given::json(ORDERS).run(&mediators);
        assert_eq!(ran.fault_text().unwrap_or_default(), expected, "{mediators}");
    }
    let attributes = Given::xml(ORDERS_XML).run(&v1("//@id", "", ""));
    assert_eq!(attributes.fault_text().unwrap(), "0: `//@id` selects attributes, not elements");
}

#[test]
fn a_body_on_the_wire_is_read_first() {
    let expected = r#"{"shop":"a","orders":[{"was":{"id":1}},{"was":{"id":2}},{"was":{"id":3}}]}"#;
    for mediators in [v1("json-eval($.orders)", "", WRAP), v2("${payload.orders}", "", WRAP)] {
        assert_eq!(Given::json(ORDERS).streamed().run(&mediators).body(), expected);
    }
}

#[test]
fn what_an_item_was_split_into_takes_its_place() {
    let nested = "<iterate expression=\"json-eval($.lines)\"><target><sequence>\
        <property name=\"n\" expression=\"json-eval($)\"/>\
        <call-template target=\"wait\"/></sequence></target></iterate>\
        <aggregate><onComplete expression=\"json-eval($)\"><log/></onComplete></aggregate>";
    let waits = "<scatter-gather target=\"variable\" target-variable=\"x\">\
        <aggregation expression=\"${payload}\"/><sequence/></scatter-gather>";
    let given = Given::json(r#"[{"lines":[1,2]},{"lines":[3]}]"#).template("wait", &[], waits);
    assert_eq!(given.run(&v2("${payload}", "", nested)).body(), "[[1,2],[3]]");
}

#[test]
fn foreach_cannot_nest_without_end() {
    let again = "<foreach collection=\"${[1]}\" update-original=\"false\" target-variable=\"x\" \
        result-content-type=\"JSON\"><sequence><sequence key=\"again\"/></sequence></foreach>";
    let ran = Given::json("{}").sequence("again", again).depth(20).run("<sequence key=\"again\"/>");
    let fault = ran.fault_text().unwrap();
    assert!(fault.contains("nested deeper than 20 levels"), "{fault}");
}

#[test]
fn what_is_wrong_is_told_at_its_place() {
    let log = "<sequence><log/></sequence>";
    for (attributes, inner, expected) in [
        ("", log, "A204 <foreach> needs the attribute `collection` or `expression`"),
        (
            "collection=\" \"",
            log,
            "A204 <foreach> needs the attribute `collection` or `expression`",
        ),
        ("collection=\"${payload}\"", "", "A207 <foreach> needs a <sequence>"),
        ("expression=\"//a\"", "", "A207 <foreach> needs a <sequence>"),
        (
            "expression=\"${payload}\"",
            log,
            "A206 `expression` of <foreach> takes XPath or json-eval(…)",
        ),
        (
            "expression=\"json-eval($ctx:a)\"",
            log,
            "A206 the items of `expression` lie in the payload",
        ),
        (
            "expression=\"//a\"",
            "<sequence><log/><send/></sequence>",
            "A211 <send> is not allowed in <foreach expression>",
        ),
        (
            "expression=\"//a\"",
            "<sequence><call/></sequence>",
            "A211 <call> is not allowed in <foreach expression>",
        ),
        (
            "expression=\"//a\" parallel-execution=\"false\"",
            log,
            "A209 `parallel-execution` is ignored without `collection`",
        ),
        (
            "collection=\"${payload}\" expression=\"//a\"",
            log,
            "A209 `expression` is ignored beside `collection`",
        ),
        (
            "collection=\"${payload}\" counter-variable=\"i\"",
            log,
            "A211 `counter-variable` needs parallel-execution=\"false\"",
        ),
        (
            "collection=\"${payload}\" update-original=\"false\"",
            log,
            "A204 <foreach> needs the attribute `result-content-type`",
        ),
        (
            "collection=\"${payload}\" update-original=\"false\" result-content-type=\"JSON\"",
            log,
            "A204 <foreach> needs the attribute `target-variable`",
        ),
        (
            "collection=\"${payload}\" update-original=\"false\" target-variable=\"x\" result-content-type=\"XML\"",
            log,
            "A204 <foreach> needs the attribute `result-enclosing-element`",
        ),
        (
            "collection=\"${payload}\" update-original=\"false\" target-variable=\"x\" result-content-type=\"CSV\"",
            log,
            "A206 `result-content-type` cannot be `CSV`",
        ),
        (
            "collection=\"${payload}\" target-variable=\"x\"",
            log,
            "A209 `target-variable` is ignored: the results take the items' places",
        ),
        (
            "collection=\"${payload}\" continue-without-aggregation=\"true\" target-variable=\"x\"",
            log,
            "A209 `target-variable` is ignored beside continue-without-aggregation=\"true\"",
        ),
        (
            "collection=\"${split('a', ',')}\"",
            log,
            "A211 results cannot take the place of these items",
        ),
        (
            "collection=\"${props.synapse.a}\"",
            log,
            "A211 results cannot take the place of these items",
        ),
        (
            "collection=\"${payload}\" parallel-execution=\"maybe\"",
            log,
            "A206 `parallel-execution` cannot be `maybe`",
        ),
        ("collection=\"${payload\"", log, "A401 a variable's name must follow `$`"),
    ] {
        let found = problems(&format!("<foreach {attributes}>{inner}</foreach>"));
        assert!(found.len() == 1 && found[0].starts_with(expected), "{attributes}: {found:?}");
    }
}
