//! Rows of template, URL and variables. Most of them are facts of Synapse's own parser tests.

use super::UriTemplate;

/// `None`: no match; else the variables as `x=1&y=2`.
fn matched(template: &str, target: &str) -> Option<String> {
    let template = UriTemplate::parse(template).unwrap();
    let mut found = Vec::new();
    let matched = template.matches(target, &mut found).unwrap();
    let pairs = found
        .iter()
        .map(|(name, value)| format!("{}={value}", name.strip_prefix("uri.var.").unwrap_or(name)));
    matched.then(|| pairs.collect::<Vec<_>>().join("&"))
}

#[test]
fn matches_as_synapse_does() {
    let any: &[(&str, &str, Option<&str>)] = &[
        ("/admin/~{user}", "/admin/~hiranya", Some("user=hiranya")),
        ("/admin/~{user}", "/admi/~hiranya", None),
        ("/admin/~{user}", "/admin/hiranya", None),
        ("/admin/~{user}", "/admin/~hiranya/foo", None),
        ("/admin/~{user}", "/admin/~hirany.a", Some("user=hirany.a")),
        ("/dictionary/{char:1}/{word}", "/dictionary/c/cat", Some("char=c&word=cat")),
        ("/dictionary/{char:1}/{word}", "/dictionry/c/cat", None),
        ("/dictionary/{char:1}/{word}", "/dictionary/c", None),
        ("/dictionary/{char:1}/{word}", "/dictionary/co/cat", None),
        (
            "/dictionary/{char:1}/{word}",
            "/dictionary/h/hello%20world",
            Some("char=h&word=hello world"),
        ),
        (
            "/dictionary/{char}/{+word}",
            "/dictionary/h/hello+world",
            Some("char=h&word=hello+world"),
        ),
        (
            "/dictionary/{char}/{+word}",
            "/dictionary/h/hello%2Bworld",
            Some("char=h&word=hello+world"),
        ),
        ("/dictionary/{char}/{word,count}", "/dictionary/c/cat,5", Some("char=c&word=cat&count=5")),
        ("/dictionary/{char}/{word,count}", "/dictionary/c/cat", Some("char=c&word=cat&count=")),
        ("/dictionary/{char}/{word,count}", "/dictionary/c/,5", Some("char=c&word=&count=5")),
        ("/dictionary/{char,word}/{count}", "/dictionary/c,cat/5", Some("char=c&word=cat&count=5")),
        ("/dictionary/{char,word}/{count}", "/dictionary/c/5", Some("char=c&word=&count=5")),
        ("/dictionary/{char,word}/{count}", "/dictionary/c,ca,cat/5", None),
        ("/dictionary/{user}/test?a={user}", "/dictionary/h/test?a=h", Some("user=h")),
        ("/dictionary/{user}/test?a={user}", "/dictionary/h/test?a=foo", None),
        ("/dictionary/foo-{user}-bar", "/dictionary/foo-hiranya-bar", Some("user=hiranya")),
        ("/dictionary/foo-{user}-bar", "/dictionary/foo--bar", Some("user=")),
        ("/dictionary/foo-{user}-bar", "/dictionary/foo-bar", None),
        ("/alert/{id}.json", "/alert/foo.json", Some("id=foo")),
        ("/", "/", Some("")),
        ("/*", "/sanjeewa?test=done", Some("")),
        ("/*", "/sanjeewa", Some("")),
        ("/*", "/", Some("")),
        ("/sanjeewa/*", "/sanjeewa/admin?test=done", Some("")),
        ("/sanjeewa/*", "/sanjeewa/test", Some("")),
        ("/sanjeewa*", "/sanjeewa/admin?test=done", Some("")),
        ("/sanjeewa*", "/sanjeewa/", Some("")),
        ("/sanjeewa*", "/sanjeewa", Some("")),
        ("/{sanjeewa}/*", "/s/admin?test=done", Some("sanjeewa=s")),
        ("/{sanjeewa}/*", "/s/?test=done", Some("sanjeewa=s")),
        ("/{sanjeewa}/*", "/s/", Some("sanjeewa=s")),
        ("/{sanjeewa}/*", "/s", Some("sanjeewa=s")),
        ("/dictionary/{char}/{word}", "/dictionary/d/dog/", Some("char=d&word=dog")),
        ("/test{format}*", "/test.json?test", Some("format=.json")),
        ("/test{format}*", "/test.json/", Some("format=.json")),
        ("/test{format}*", "/test.json", Some("format=.json")),
        ("/test{format}/*", "/test.json/test", Some("format=.json")),
        ("/test{format}/*", "/test.json", Some("format=.json")),
        ("/sanjeewa/~{test}?*", "/sanjeewa/~tester?test", Some("test=tester")),
        ("/sanjeewa/{name,id}/*", "/sanjeewa/user,190/test", Some("name=user&id=190")),
        ("/{name,id}/*", "/user,190/test?year=2012", Some("name=user&id=190")),
        ("/{name,id}/*", "/user,190,11/test", None),
        ("/admin/~{+user}", "/admin/~foo!bar", Some("user=foo!bar")),
        ("/words?{+query}", "/words?a=5", Some("query=a=5")),
        (
            "/{symbol}/feed.rss{+query}",
            "/APPLE/feed.rss?max=30",
            Some("symbol=APPLE&query=?max=30"),
        ),
        ("/{symbol}/feed.rss{+query}", "/APPLE?max=30", None),
        ("/admin{#foo}", "/admin#test", Some("foo=test")),
        ("/admin{#foo}", "/admin#test,value", Some("foo=test,value")),
        ("/admin{.action}", "/admin.do", Some("action=do")),
        ("/admin{.action}", "/admin.do.bad", None),
        ("/admin{.action,sub}", "/admin.do.view", Some("action=do&sub=view")),
        ("/admin{/context}", "/admin/foo", Some("context=foo")),
        ("/admin{/context}", "/admin.do.bad", None),
        ("/admin{/action,sub}", "/admin/do/view", Some("action=do&sub=view")),
    ];
    for (template, target, expected) in any {
        assert_eq!(matched(template, target).as_deref(), *expected, "{template} {target}");
    }
}

#[test]
fn matches_what_the_language_asks_for() {
    let any: &[(&str, &str, Option<&str>)] = &[
        ("/orders/{id}", "/orders/7", Some("id=7")),
        ("/orders/{id}", "/orders/7?verbose=1", Some("id=7")),
        ("/orders/{id}", "/orders/7/?verbose=1", Some("id=7")),
        ("/orders/{id}", "/orders/7?path=a/", Some("id=7")),
        ("/orders/{id}", "/orders/a%2Fb", Some("id=a/b")),
        ("/orders/{id}", "/orders/", None),
        ("/orders/{id}", "/orders", None),
        ("/orders/", "/orders", Some("")),
        ("/orders", "/orders/", Some("")),
        ("/orders", "/ordersx", None),
        ("/orders?state={state}", "/orders?state=new", Some("state=new")),
        ("/orders?state={state}", "/orders?state=", Some("")),
        ("/orders?state={state}", "/orders", None),
        ("/orders?state={state}&from={from}", "/orders?state=new&from=a", Some("state=new&from=a")),
        ("/orders{?state,from}", "/orders?from=a+b&state=%20", Some("from=a b&state= ")),
        ("/orders{?state}", "/orders", Some("")),
        ("/orders{?state}", "/orders?other=1&state=x", Some("state=x")),
        ("/orders?v=1{&state}", "/orders?v=1&state=x", Some("state=x")),
        ("/orders?v=1{&state}", "/orders?v=1", Some("")),
        ("/orders?v=1{&state}", "/orders?v=2&state=x", None),
        ("/orders{;lang}/all", "/orders;lang=de/all", Some("lang=de")),
        ("/orders{;lang}/all", "/orders/all", Some("")),
        ("/orders{;lang}", "/orders;x=1;lang=de?a=b", Some("lang=de")),
        ("/{a}/{a}", "/x/x", Some("a=x")),
        ("/{a}/{a}", "/x/y", None),
        ("/{a*}", "/x", Some("a=x")),
        ("/v{major}.{minor}", "/v1.2", Some("major=1&minor=2")),
        ("/files/{+path}", "/files/a/b/c.txt", Some("path=a/b/c.txt")),
        ("/größe/{x}", "/größe/1", Some("x=1")),
    ];
    for (template, target, expected) in any {
        assert_eq!(matched(template, target).as_deref(), *expected, "{template} {target}");
    }
}

#[test]
fn says_what_is_no_template() {
    for (text, message, offset) in [
        ("", "a template begins with `/`", 0),
        ("{x}", "a template begins with `/`", 0),
        ("orders", "a template begins with `/`", 0),
        ("/a/{x", "a brace is opened and never closed", 3),
        ("/a/x}", "a brace is closed that was never opened", 4),
        ("/a/{}", "an expression is empty", 4),
        ("/a/{x{y}}", "a brace is opened inside an expression", 5),
        ("/a/{+}", "a variable has no name", 5),
        ("/a/{x,,y}", "a variable has no name", 6),
        ("/a/{x:y}", "a length is a number", 6),
    ] {
        let error = UriTemplate::parse(text).unwrap_err();
        assert_eq!((error.message, error.offset), (message, offset), "{text}");
    }
}

#[test]
fn broken_encoding_is_an_error() {
    let template = UriTemplate::parse("/orders/{id}").unwrap();
    assert!(template.matches("/orders/%zz", &mut Vec::new()).is_err());
}
