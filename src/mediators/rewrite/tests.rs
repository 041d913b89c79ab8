//! Rows: what every action makes of every part, conditions, where the URL comes from and goes to,
//! and mistakes.

use crate::mediators::testing::{Given, problems};
use crate::message::Value;

const FULL: &str = "http://me@h.example:81/a%2Fb/c?x=1&y=a%26b#top";

fn given(url: &'static str) -> Given {
    Given::xml("<order><id>7</id></order>")
        .property("in", url)
        .property("id", "a b/c")
        .property("cost", "$1\\")
        .property("port", Value::Int(9000))
}

/// The action, for a URL that a property holds.
fn rewritten(url: &'static str, actions: &str) -> Result<String, String> {
    let rewrite = format!(
        "<rewrite inProperty='in' outProperty='out'><rewriterule>{actions}</rewriterule></rewrite>"
    );
    let ran = given(url).run(&rewrite);
    match ran.fault_text() {
        Some(fault) => Err(fault),
        None => Ok(ran.property("out")),
    }
}

#[test]
fn every_action_changes_every_part() {
    let rest = "/a%2Fb/c?x=1&y=a%26b#top";
    let at = |start: &str| format!("{start}{rest}");
    let of = |end: &str| format!("http://me@h.example:81{end}");
    for (kind, fragment, value, expected) in [
        ("set", "protocol", "https", at("https://me@h.example:81")),
        ("append", "protocol", "s", at("https://me@h.example:81")),
        ("prepend", "protocol", "x-", at("x-http://me@h.example:81")),
        ("replace' regex='t+", "protocol", "o", at("hop://me@h.example:81")),
        ("remove", "protocol", "", at("//me@h.example:81")),
        ("set", "user", "a b:c@", at("http://a%20b:c%40@h.example:81")),
        ("append", "user", ":pw", at("http://me:pw@h.example:81")),
        ("prepend", "user", "%", at("http://%25me@h.example:81")),
        ("replace' regex='m", "user", "w", at("http://we@h.example:81")),
        ("remove", "user", "", at("http://h.example:81")),
        ("set", "host", "my_host", at("http://me@my_host:81")),
        ("set", "host", "::1", at("http://me@[::1]:81")),
        ("append", "host", ".org", at("http://me@h.example.org:81")),
        ("prepend", "host", "www.", at("http://me@www.h.example:81")),
        ("replace' regex='(h)\\.(.*)", "host", "$2.$1", at("http://me@example.h:81")),
        ("remove", "host", "", at("http:")),
        ("set", "port", "9000", at("http://me@h.example:9000")),
        ("set", "port", "-1", at("http://me@h.example")),
        ("append", "port", "9", at("http://me@h.example:9")),
        ("prepend", "port", "9", at("http://me@h.example:9")),
        ("replace' regex='8", "port", "9", at("http://me@h.example:9")),
        ("remove", "port", "", at("http://me@h.example")),
        ("set", "path", "/z y?/ä", of("/z%20y%3F/%C3%A4?x=1&y=a%26b#top")),
        ("append", "path", "/d e", of("/a%2Fb/c/d%20e?x=1&y=a%26b#top")),
        ("prepend", "path", "/p", of("/p/a%2Fb/c?x=1&y=a%26b#top")),
        ("replace' regex='b/", "path", "", of("/a/c?x=1&y=a%26b#top")),
        ("replace' regex='z", "path", "y", of(rest)),
        ("remove", "path", "", of("?x=1&y=a%26b#top")),
        ("set", "query", "z=1 2", of("/a%2Fb/c?z=1%202#top")),
        ("append", "query", "z=#", of("/a%2Fb/c?x=1&y=a%26b&z=%23#top")),
        ("prepend", "query", "z=3", of("/a%2Fb/c?z=3&x=1&y=a%26b#top")),
        ("replace' regex='x=\\d", "query", "x=2", of("/a%2Fb/c?x=2&y=a&b#top")),
        ("remove-query-param", "query", "x", of("/a%2Fb/c?y=a%26b#top")),
        ("remove", "query", "", of("/a%2Fb/c#top")),
        ("set", "ref", "an end", of("/a%2Fb/c?x=1&y=a%26b#an%20end")),
        ("append", "ref", "-1", of("/a%2Fb/c?x=1&y=a%26b#top-1")),
        ("prepend", "ref", "on-", of("/a%2Fb/c?x=1&y=a%26b#on-top")),
        ("replace' regex='[aeiou]", "ref", "i", of("/a%2Fb/c?x=1&y=a%26b#tip")),
        ("remove", "ref", "", of("/a%2Fb/c?x=1&y=a%26b")),
        ("set", "full", "https://o/%2F", "https://o/%2F".to_owned()),
        ("append", "full", "/x", "/x".to_owned()),
        ("prepend", "full", "/x", "/x".to_owned()),
        ("replace' regex='.", "full", "/x", "/x".to_owned()),
        ("remove", "full", "", String::new()),
    ] {
        let value = if kind == "remove" { String::new() } else { format!("value='{value}'") };
        let action = format!("<action type='{kind}' fragment='{fragment}' {value}/>");
        assert_eq!(rewritten(FULL, &action), Ok(expected), "{action}");
    }
}

#[test]
fn actions_work_on_what_is_not_there_and_with_values_of_the_message() {
    for (url, actions, expected) in [
        ("http://h", "<action fragment='query' type='append' value='a=1'/>", "http://h?a=1"),
        ("http://h", "<action fragment='query' type='prepend' value='a=1'/>", "http://h?a=1"),
        ("http://h", "<action fragment='path' type='append' value='/a'/>", "http://h/a"),
        ("http://h", "<action fragment='path' type='replace' regex='^$' value='/'/>", "http://h/"),
        ("/x", "<action fragment='port' value='80'/>", "/x"),
        ("urn:a:b", "<action fragment='path' value='/x'/>", "urn:/x"),
        (
            "/x?xx=1&x=2&%78=3&x&y=4",
            "<action fragment='query' type='remove-query-param' value='x'/>",
            "/x?xx=1&y=4",
        ),
        ("/x?x=1", "<action fragment='query' type='remove-query-param' value='x'/>", "/x"),
        ("/x", "<action fragment='query' type='remove-query-param' value='x'/>", "/x"),
        ("http://h:1", "<action fragment='port' xpath=\"get-property('port')\"/>", "http://h:9000"),
        ("http://h:1", "<action fragment='port' xpath=\"get-property('gone')\"/>", "http://h"),
        ("/x", "<action fragment='path' type='append' xpath='//missing'/>", "/x"),
        ("/x?a", "<action fragment='query' type='append' xpath='//gone'/>", "/x?a"),
        ("/x", "<action fragment='path' xpath=\"concat('/', //id)\" value='y'/>", "/7"),
        ("/x", "<action fragment='path' value='/o/{id}/{{' resolve='true'/>", "/o/a%20b/c/%7B%7B"),
        ("/x", "<action fragment='path' value='/o/{id}'/>", "/o/%7Bid%7D"),
        (
            "/x%7Bid%7D",
            "<action fragment='path' type='append' value='/{id}' resolve='true'/>",
            "/x%7Bid%7D/a%20b/c",
        ),
        (
            "/x",
            "<action fragment='path' type='replace' regex='(x)' value='$1{cost}' resolve='true'/>",
            "/x$1%5C",
        ),
        ("http://h", "<action fragment='port' value='{port}' resolve='true'/>", "http://h:9000"),
        ("/x", "<action value='http://h:1/y'/><action fragment='port' value='2'/>", "http://h:2/y"),
    ] {
        assert_eq!(rewritten(url, actions).as_deref(), Ok(expected), "{url} {actions}");
    }
}

#[test]
fn what_makes_no_url_is_a_fault() {
    for (url, actions, expected) in [
        ("http://h/a b?secret", "", "the URL that is to be rewritten is malformed: its path"),
        ("http://h/%zz", "", "the URL that is to be rewritten is malformed: its path"),
        ("http://a b@h/", "", "the URL that is to be rewritten is malformed: its user"),
        ("urn:a:b", "", "the rewritten URL is malformed: its path"),
        ("http://h", "<action xpath=\"'/a b'\"/>", "to be rewritten is malformed: its path"),
        ("http://h", "<action fragment='port' xpath=\"'x'\"/>", "malformed: its port"),
        ("http://h", "<action fragment='port' xpath='70000'/>", "malformed: its port"),
        ("http://h", "<action fragment='protocol' xpath=\"'1'\"/>", "malformed: its protocol"),
        ("http://h", "<action fragment='host' xpath=\"'a/b'\"/>", "malformed: its host"),
        ("http://h", "<action fragment='host' xpath=\"'h:80'\"/>", "malformed: its host"),
        ("http://h", "<action fragment='path' value='x'/>", "malformed: its host"),
        ("/%2Fevil/x", "<action fragment='path' type='replace' regex='x' value=''/>", "its host"),
        (
            "/x",
            "<action fragment='path' value='/{gone}' resolve='true'/>",
            "the property `gone`, which the rewritten URL needs, has no value",
        ),
        (
            "/x",
            "<action fragment='path' type='replace' regex='x' xpath=\"'$1'\"/>",
            "the pattern has no group 1",
        ),
    ] {
        let fault = rewritten(url, actions).unwrap_err();
        assert!(fault.contains(expected) && !fault.contains("secret"), "{actions}: {fault}");
    }
    let long = format!(
        "<property name='long' value='{}'/><rewrite inProperty='in' outProperty='out'>\
         <rewriterule><action fragment='path' type='replace' regex='a' \
         xpath=\"get-property('long')\"/></rewriterule></rewrite>",
        "x".repeat(40_000)
    );
    let fault = given("/aa").run(&long).fault_text().unwrap();
    assert!(fault.contains("is over 65536 bytes"), "{fault}");
}

#[test]
fn a_rule_applies_where_its_condition_holds_for_the_url_so_far() {
    let always = "<match type='url' regex='.*'/>";
    for (condition, expected) in [
        ("<equal type='url' value='http://h:9/new/x?k=a%26b'/>", true),
        ("<equal type='url' source='protocol' value='HTTP'/>", true),
        ("<equal type='url' source='port' value='9'/>", true),
        ("<match type='url' source='path' regex='/new/.*'/>", true),
        ("<match type='url' source='path' regex='/x'/>", false),
        ("<equal type='param' source='k' value='a&amp;b'/>", true),
        ("<equal type='property' source='id' value='a b/c'/>", true),
        ("<equal source='X-Kind' value='book'/>", true),
        ("<equal type='soap' source='//id' value='7'/>", true),
        ("<not><match type='url' source='host' regex='h'/></not>", false),
    ] {
        let rules = format!(
            "<rewriterule><condition>{always}</condition>\
             <action fragment='path' type='prepend' value='/new'/></rewriterule>\
             <rewriterule><condition>{condition}</condition>\
             <action fragment='ref' value='hit'/></rewriterule>"
        );
        let ran = given("http://h:9/x?k=a%26b")
            .header("X-Kind", "book")
            .run(&format!("<rewrite inProperty='in' outProperty='out'>{rules}</rewrite>"));
        assert_eq!(ran.property("out").ends_with("#hit"), expected, "{condition}");
    }
    let unreadable = format!(
        "<rewrite><rewriterule><action fragment='path' value='x'/></rewriterule><rewriterule>\
         <condition>{always}</condition><action value='/x'/></rewriterule></rewrite>"
    );
    let ran = Given::nothing().property("To", "http://h").run(&unreadable);
    assert!(ran.fault_text().unwrap().contains("the rewritten URL is malformed"));
}

const PATH: &str = "<rewrite><rewriterule><action fragment='path' type='replace' regex='orders' \
                    value='o'/></rewriterule></rewrite>";

#[test]
fn the_url_is_that_of_the_message_unless_a_property_is_named() {
    let set = "<action fragment='port' value='1'/>";
    let rule = |attributes: &str| {
        format!("<rewrite {attributes}><rewriterule>{set}</rewriterule></rewrite>")
    };
    for (to, xml, name, expected) in [
        (None, PATH.to_owned(), "To", "/shop/o/7?kind=a%20b"),
        (Some("http://a/"), rule(""), "To", "http://a:1/"),
        (Some("http://a/"), rule("outProperty='out'"), "out", "http://a:1/"),
        (Some("http://a/"), rule("outProperty='out'"), "To", "http://a/"),
        (Some("http://a/"), rule("inProperty='in'"), "To", "http://h:1/"),
        (Some("http://a/"), rule("inProperty='gone' outProperty='out'"), "out", ""),
        (Some("http://a/"), rule("inProperty='in' outProperty='in'"), "in", "http://h:1/"),
    ] {
        let mut message = given("http://h/");
        if let Some(to) = to {
            message = message.property("To", to);
        }
        assert_eq!(message.run(&xml).property(name), expected, "{to:?} {xml}");
    }
    let removed = format!("<header name='To' action='remove'/>{}", rule(""));
    assert_eq!(given("").run(&removed).property("To"), "");
}

/// A request whose SOAP header names a host.
fn addressed() -> Given {
    let to =
        "<wsa:To xmlns:wsa='http://www.w3.org/2005/08/addressing'>http://there:8/orders</wsa:To>";
    let envelope = "http://schemas.xmlsoap.org/soap/envelope/";
    let text =
        format!("<e:Envelope xmlns:e='{envelope}'><e:Header>{to}</e:Header><e:Body/></e:Envelope>");
    Given::typed("text/xml", &text).streamed()
}

#[test]
fn a_client_does_not_get_where_it_wants_because_its_url_was_rewritten() {
    let action =
        |action: &str| format!("<rewrite><rewriterule><action {action}/></rewriterule></rewrite>");
    let refused = "it is not in `server.forward_to`";
    for (xml, to, expected) in [
        (PATH.to_owned(), "http://there:8/o", Err(refused)),
        (PATH.to_owned() + &action("fragment='port' value='9'"), "http://there:9/o", Err(refused)),
        (
            action("fragment='host' type='prepend' value='www.'"),
            "http://www.there:8/orders",
            Err(refused),
        ),
        (action("fragment='host' value='here'"), "http://here:8/orders", Ok(())),
        (action("value='http://here/'"), "http://here/", Ok(())),
        (
            action("fragment='host' value='here'") + &action("fragment='port' value='9'"),
            "http://here:9/orders",
            Ok(()),
        ),
        (PATH.to_owned() + "<header name='To' value='http://own/'/>", "http://own/", Ok(())),
    ] {
        let ran = addressed().run(&xml);
        assert_eq!(ran.property("To"), to, "{xml}");
        match (ran.message().destination(), expected) {
            (Ok(found), Ok(())) => assert_eq!(&*found, to),
            (Err(fault), Err(why)) => assert!(fault.message.ends_with(why), "{fault:?}"),
            (found, _) => panic!("{xml}: {found:?}"),
        }
    }
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    for (rule, expected) in [
        ("<action/>", "A204 the action has no value"),
        ("<action type='set' fragment='host'/>", "A204 the action has no value"),
        ("<action type='cut' value='x'/>", "A206 `type` cannot be `cut`"),
        ("<action fragment='domain' value='x'/>", "A206 `fragment` cannot be `domain`"),
        ("<action resolve='yes' value='/x'/>", "A206 `resolve` cannot be `yes`"),
        ("<action xpath='//a['/>", "A401 "),
        ("<action type='replace' fragment='path' value='x'/>", "A204 `replace` needs a `regex`"),
        (
            "<action type='replace' fragment='path' regex='(' value='x'/>",
            "A206 the regular expression cannot be used",
        ),
        (
            "<action type='remove-query-param' value='x'/>",
            "A211 only a query has parameters to remove",
        ),
        ("<action type='remove-query-param' fragment='query'/>", "A204 the action has no value"),
        (
            "<action type='append' fragment='port' value='1'/>",
            "A209 `append` is ignored: the fragment `port` is set",
        ),
        ("<action type='prepend' value='/1'/>", "A209 `prepend` is ignored: the fragment `full`"),
        ("<action type='remove' value='1'/>", "A209 `value` is ignored beside `type=\"remove\"`"),
        ("<action xpath='1' value='1'/>", "A209 `value` is ignored beside `xpath`"),
        ("<action value='/' regex='1'/>", "A209 `regex` is ignored without type=\"replace\""),
        ("<action fragment='port' value='http'/>", "A209 `http` is no port of a URL"),
        ("<action fragment='host' value='a:1'/>", "A209 `a:1` is no host of a URL"),
        ("<action fragment='protocol' value='http:'/>", "A209 `http:` is no protocol of a URL"),
        ("<action value='http://h/{x}'/>", "A209 the value is no URL: its path cannot stand so"),
        (
            "<action type='replace' fragment='path' regex='a' value='$1'/>",
            "A209 the replacement cannot be used: the pattern has no group 1",
        ),
        ("<action values='x'/>", "A205 <action> has no attribute `values`"),
        ("<condition/>", "A209 the condition is empty, so the rule always applies"),
        ("<condition><equals/></condition>", "A206 <equals> is no condition"),
        (
            "<condition><equal type='url' value=''/></condition><condition/>",
            "A208 <condition> is ignored: there is a condition already",
        ),
        ("<log/>", "A208 <rewriterule> has no child <log>"),
    ] {
        let found = problems(&format!("<rewrite><rewriterule>{rule}</rewriterule></rewrite>"));
        assert!(found.iter().any(|text| text.starts_with(expected)), "{rule}: {found:?}");
    }
    let found = problems("<rewrite><rule/></rewrite>");
    assert_eq!(found, ["A208 <rewrite> has no child <rule>"]);
    let sound = "<rewrite><rewriterule><condition><equal type='url' value='x'/></condition>\
                 <action type='REMOVE' fragment='port'/><action fragment='port' value='-1'/>\
                 <action fragment='port' value='{p}' resolve='true'/></rewriterule></rewrite>";
    assert!(problems(sound).is_empty());
}
