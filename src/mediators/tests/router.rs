//! Rows for the conditional router: conditions, which routes run, and what comes behind.

use crate::mediators::testing::{Given, Ran, problems};
use crate::message::Value;

fn route(attributes: &str, condition: &str, target: &str) -> String {
    format!(
        "<conditionalRoute {attributes}><condition>{condition}</condition>\
         <target><sequence>{target}</sequence></target></conditionalRoute>"
    )
}

fn mark(name: &str) -> String {
    format!("<property name='{name}' value='yes'/>")
}

/// A router that marks the route that it took, and what follows it.
fn router(attributes: &str, routes: &str) -> String {
    format!("<conditionalRouter {attributes}>{routes}</conditionalRouter>{}", mark("behind"))
}

fn marks(ran: &Ran) -> String {
    let message = ran.end.as_ref().expect("the flow goes on");
    let set = message.properties.iter().filter(|(_, value)| **value == Value::text("yes"));
    let mut names: Vec<_> = set.map(|(name, _)| name.to_string()).collect();
    names.sort_unstable();
    names.join(" ")
}

fn given() -> Given {
    Given::xml("<order><kind>Book</kind><kind>!</kind></order>")
        .header("X-Kind", "order 1")
        .property("state", "OPEN")
        .property("n", Value::Int(3))
}

#[test]
fn conditions_hold_or_not() {
    for (condition, expected) in [
        ("<match source='X-Kind' regex='order \\d'/>", true),
        ("<match type='header' source='x-kind' regex='order'/>", false),
        ("<match source='X-None' regex='.*'/>", false),
        ("<equal source='X-Kind' value='ORDER 1'/>", true),
        ("<equal type='param' source='kind' value='a b'/>", true),
        ("<match type='param' source='none' regex='.*'/>", false),
        ("<match type='url' regex='/shop/.*'/>", true),
        ("<equal type='url' source='path' value='/shop/orders/7'/>", true),
        ("<match type='url' source='query' regex='kind=.*'/>", true),
        ("<match type='url' source='host' regex='.*'/>", false),
        ("<equal type='url' source='port' value='-1'/>", true),
        ("<equal type='property' source='state' value='open'/>", true),
        ("<equal type='property' source='n' value='3'/>", true),
        ("<match type='property' source='none' regex='.*'/>", false),
        ("<equal type='soap' source='//kind[1]' value='book'/>", true),
        ("<match type='soap' source='//none' regex='.+'/>", false),
        (
            "<and><equal type='url' source='port' value='-1'/><match source='X-Kind' regex='.*'/></and>",
            true,
        ),
        (
            "<and xmlns=''><match source='X-Kind' regex='.*'/><equal source='X' value=''/></and>",
            false,
        ),
        ("<or><equal source='X' value=''/><match source='X-Kind' regex='.*'/></or>", true),
        ("<or><equal source='X' value=''/><equal source='Y' value=''/></or>", false),
        ("<not><equal source='X' value=''/></not>", true),
        ("<not xmlns=''><not><equal source='X' value=''/></not></not>", false),
    ] {
        let xml = router("continueAfter='true'", &route("", condition, &mark("taken")));
        let expected = if expected { "behind taken" } else { "behind" };
        assert_eq!(marks(&given().run(&xml)), expected, "{condition}");
    }
    // `To` is the address where the flow has set one.
    let xml = router(
        "continueAfter='true'",
        &route("", "<equal type='url' source='host' value='there'/>", &mark("taken")),
    );
    let ran = given().run(&format!("<header name='To' value='http://there:80/x'/>{xml}"));
    assert_eq!(marks(&ran), "behind taken");
}

#[test]
fn routes_run_until_one_breaks() {
    let always = "<match type='url' regex='.*'/>";
    let state = |value| format!("<equal type='property' source='state' value='{value}'/>");
    let set = |value| format!("<property name='state' value='{value}'/>{}", mark(value));
    for (routes, expected) in [
        (route("", always, &mark("a")) + &route("", always, &mark("b")), "a behind"),
        (
            route("breakRoute='false'", always, &mark("a")) + &route("", always, &mark("b")),
            "a b behind",
        ),
        (
            route("breakRoute='true'", &state("closed"), &mark("a"))
                + &route("breakRoute='TRUE'", always, &mark("b"))
                + &route("", always, &mark("c")),
            "b behind",
        ),
        // A condition sees what the routes before it did.
        (
            route("breakRoute='false'", &state("open"), &set("closed"))
                + &route("breakRoute='false'", &state("closed"), &set("sold"))
                + &route("", &state("open"), &mark("c")),
            "behind closed sold",
        ),
        (String::new(), "behind"),
    ] {
        let ran = given().run(&router("continueAfter='true'", &routes));
        assert_eq!(marks(&ran), expected, "{routes}");
    }
}

#[test]
fn the_flow_ends_behind_the_router_unless_it_says_otherwise() {
    let hit = route("", "<match type='url' regex='.*'/>", &mark("taken"));
    let missed = route("", "<match source='X-None' regex='.*'/>", &mark("taken"));
    for (attributes, routes) in [
        ("", &hit),
        ("", &missed),
        ("continueAfter='false'", &hit),
        ("continueAfter='FALSE'", &missed),
    ] {
        let ran = given().run(&router(attributes, routes));
        assert!(ran.end.is_none() && ran.fault.is_none(), "{attributes} {routes}");
    }
    let answered = route("", "<match type='url' regex='.*'/>", "<respond/>");
    let told = given().run(&router("", &answered)).answer.unwrap();
    assert_eq!((told.status, told.body.contains("Book")), (200, true));
}

#[test]
fn targets_are_named_or_run_beside_the_flow() {
    let named = "<conditionalRoute><condition><match type='url' regex='.*'/></condition>\
                 <target sequence='named'/></conditionalRoute>";
    let ran = given()
        .sequence("named", "<property name='named' value='yes'/>")
        .run(&router("continueAfter='true'", named));
    assert_eq!(marks(&ran), "behind named");
    let beside = route(
        "asynchronous='true' breakRoute='false'",
        "<match type='url' regex='.*'/>",
        &(mark("beside") + "<respond/>"),
    );
    let here = route("", "<match type='url' regex='.*'/>", &mark("here"));
    let ran = given().streamed().run(&router("continueAfter='true'", &(beside + &here)));
    assert_eq!(marks(&ran), "behind here", "its message is its own");
    assert_eq!(ran.answer.unwrap().status, 200);
    let missing = named.replace("named", "nowhere");
    let fault = given().run(&router("", &missing)).fault_text().unwrap();
    assert!(fault.contains("nowhere"), "{fault}");
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    let target = "<target><sequence/></target>";
    let condition = |inner: &str| {
        format!("<conditionalRoute><condition>{inner}</condition>{target}</conditionalRoute>")
    };
    for (routes, expected) in [
        (condition(""), "A207 <condition> holds no condition"),
        (condition("<matches/>"), "A206 <matches> is no condition"),
        (condition("<match source='X'/>"), "A204 <match> needs the attribute `regex`"),
        (condition("<match regex='x'/>"), "A204 the condition on a header needs a `source`"),
        (condition("<match source='X' regex='('/>"), "A206 the regular expression cannot be used"),
        (condition("<match type='body' source='X' regex=''/>"), "A206 `type` cannot be `body`"),
        (condition("<equal source='X'/>"), "A204 <equal> needs the attribute `value`"),
        (condition("<equal source='X' value='' regex=''/>"), "A205 <equal> has no attribute `regex`"),
        (condition("<equal type='url' source='domain' value=''/>"), "A206 `domain` is no part of a URL"),
        (condition("<equal type='soap' source='//a[' value=''/>"), "A401 "),
        (condition("<and><equal source='X' value=''/></and>"), "A207 <and> joins two conditions"),
        (condition("<or/>"), "A207 <or> joins two conditions"),
        (condition("<not/>"), "A207 <not> holds no condition"),
        (
            condition("<equal source='X' value=''/><equal source='Y' value=''/>"),
            "A208 <equal> is ignored: there is a condition already",
        ),
        (format!("<conditionalRoute>{target}</conditionalRoute>"), "A207 the route has no <condition>"),
        (
            "<conditionalRoute><condition><equal type='url' value=''/></condition></conditionalRoute>".to_owned(),
            "A207 the route has no <target>",
        ),
        ("<conditionalRoute breakRoute='no'/>".to_owned(), "A206 `breakRoute` cannot be `no`"),
        ("<conditionalRoute><log/></conditionalRoute>".to_owned(), "A208 <conditionalRoute> has no child <log>"),
        ("<route/>".to_owned(), "A208 <conditionalRouter> has no child <route>"),
    ] {
        let found = problems(&router("", &routes));
        assert!(found.iter().any(|text| text.starts_with(expected)), "{routes}: {found:?}");
    }
}
