//! Rows of request and destination, over a handful of deployments.

use http::Request;
use http::request::Parts;

use super::{Routed, Router};
use crate::artifact::testing::load_texts;
use crate::diagnostic::Diagnostics;
use crate::runtime::Access;

mod access;
mod documents;

fn router(artifacts: &str) -> Router {
    router_for(artifacts, &Access::default())
}

fn router_for(artifacts: &str, access: &Access) -> Router {
    let text =
        format!("<definitions xmlns='http://ws.apache.org/ns/synapse'>{artifacts}</definitions>");
    let mut diagnostics = Diagnostics::new();
    let mut loaded = load_texts(&[("synapse.xml", &text)], &mut diagnostics);
    let errors: Vec<_> = diagnostics.sorted().iter().map(|found| found.message.clone()).collect();
    assert!(!diagnostics.has_errors(), "{errors:?}");
    Router::new(&mut loaded, access)
}

/// The head that `METHOD URL; header: value; …` stands for.
fn head_of(request: &str) -> Parts {
    let mut parts = request.split("; ");
    let (method, url) = parts.next().unwrap().split_once(' ').unwrap();
    let mut builder = Request::builder().method(method).uri(url);
    for header in parts {
        let (name, value) = header.split_once(": ").unwrap();
        builder = builder.header(name, value);
    }
    builder.body(()).unwrap().into_parts().0
}

/// Routes `METHOD URL; header: value; …`, where the URL may have scheme and host, and writes down
/// what came of it: the artifact, the resource, the postfix, the properties; or the answer.
fn routed(router: &Router, request: &str) -> String {
    let head = head_of(request);
    let scheme = head.uri.scheme_str().unwrap_or("http").to_owned();
    match router.route(&scheme, &head) {
        Routed::Answer(answer) => {
            let allow = answer.headers.get("allow").map(|allow| allow.to_str().unwrap());
            let allow = allow.map(|allow| format!(" Allow: {allow}")).unwrap_or_default();
            format!("{}{allow}", answer.status.as_u16())
        }
        Routed::To(flow) => {
            let route = &flow.route;
            let resource = route.resource.as_deref().unwrap_or("-");
            let properties = flow.properties.iter().map(|(name, value)| {
                let name = name.replace("uri.var.", "").replace("query.param.", "?");
                format!("{name}={value}")
            });
            let forwards = flow.max_forwards.map(|left| format!("max-forwards={left}"));
            let words = [flow.origin.name.to_string()]
                .into_iter()
                .chain(route.api.is_some().then(|| resource.to_owned()))
                .chain([format!("[{}]", route.postfix)])
                .chain(properties)
                .chain(forwards);
            words.collect::<Vec<_>>().join(" ")
        }
    }
}

fn check(artifacts: &str, rows: &[(&str, &str)]) {
    let router = router(artifacts);
    for (request, expected) in rows {
        assert_eq!(routed(&router, request), *expected, "{request}");
    }
}

#[test]
fn chooses_the_api() {
    check(
        "<api name='root' context='/'><resource/></api>
         <api name='a' context='/a'><resource/></api>
         <api name='ab' context='/a/b/'><resource/></api>
         <api name='v' context='/a' version='1.0' version-type='url'><resource/></api>
         <api name='c' context='/c/{version}/x' version='2' version-type='context'><resource/></api>
         <api name='here' context='/h' hostname='here.example'><resource/></api>
         <api name='p' context='/p' port='8243'><resource/></api>
         <api name='p80' context='/q' port='80'><resource/></api>
         <api name='secure' context='/s' transports='https'><resource/></api>",
        &[
            ("GET /", "api:root - [/]"),
            ("GET /x/y?z=1", "api:root - [/x/y?z=1] ?z=1"),
            ("GET /a", "api:a - []"),
            ("GET /a/", "api:a - [/]"),
            ("GET /a/x", "api:a - [/x]"),
            ("GET /a?x=1", "api:a - [?x=1] ?x=1"),
            ("GET /ax", "api:root - [/ax]"),
            ("GET /A", "api:root - [/A]"),
            ("GET /a/b", "api:ab - []"),
            ("GET /a/bc", "api:a - [/bc]"),
            ("GET /a/b/c", "api:ab - [/c]"),
            ("GET /a/1.0", "api:v:v1.0 - []"),
            ("GET /a/1.0/x", "api:v:v1.0 - [/x]"),
            ("GET /a/1.0?x=1", "api:v:v1.0 - [?x=1] ?x=1"),
            ("GET /a/1.01", "api:a - [/1.01]"),
            ("GET /c/2/x/y", "api:c:v2 - [/y]"),
            ("GET /c/{version}/x".replace(['{', '}'], "").as_str(), "api:root - [/c/version/x]"),
            ("GET http://here.example/h", "api:here - []"),
            ("GET http://HERE.example:8290/h", "api:here - []"),
            ("GET http://there.example/h", "api:root - [/h]"),
            ("GET /h", "api:root - [/h]"),
            ("GET http://x:8243/p", "api:p - []"),
            ("GET http://x:8290/p", "api:root - [/p]"),
            ("GET http://[::1]:8243/p", "api:p - []"),
            ("GET http://[::1]/p", "api:root - [/p]"),
            ("GET http://x/q", "api:p80 - []"),
            ("GET https://x/q", "api:root - [/q]"),
            ("GET https://x/s", "api:secure - []"),
            ("GET http://x/s", "api:root - [/s]"),
        ],
    );
}

#[test]
fn chooses_the_resource_by_path() {
    check(
        "<api name='t' context='/t'>
            <resource uri-template='/orders/{id}'/>
            <resource uri-template='/orders/{id}/lines?from={from}'/>
            <resource uri-template='/orders/*'/>
            <resource uri-template='/'/>
            <resource uri-template='/search{?q,page}'/>
         </api>
         <api name='m' context='/m'>
            <resource url-mapping='*.json'/>
            <resource url-mapping='/*'/>
            <resource url-mapping='/a/*'/>
            <resource url-mapping='/a/b/*'/>
            <resource url-mapping='/a/b'/>
         </api>
         <api name='x' context='/x'>
            <resource uri-template='/a/{v}'/>
            <resource url-mapping='/a/*'/>
            <resource/>
         </api>",
        &[
            ("GET /t/orders/7", "api:t /orders/{id} [/orders/7] id=7"),
            ("GET /t/orders/7/", "api:t /orders/{id} [/orders/7/] id=7"),
            ("GET /t/orders/a%20b?x=c+d", "api:t /orders/{id} [/orders/a%20b?x=c+d] id=a b ?x=c d"),
            ("GET /t/orders/7?", "api:t /orders/{id} [/orders/7?] id=7"),
            (
                "GET /t/orders/7/lines?from=2",
                "api:t /orders/{id}/lines?from={from} [/orders/7/lines?from=2] id=7 from=2 ?from=2",
            ),
            ("GET /t/orders/7/lines", "api:t /orders/* [/orders/7/lines]"),
            ("GET /t/orders/7/lines?to=2", "api:t /orders/* [/orders/7/lines?to=2] ?to=2"),
            ("GET /t/orders/", "api:t /orders/* [/orders/]"),
            ("GET /t/orders", "404"),
            ("GET /t", "api:t / []"),
            ("GET /t/", "api:t / [/]"),
            ("GET /t?a=1", "api:t / [?a=1] ?a=1"),
            ("GET /t/?a=1", "api:t / [/?a=1] ?a=1"),
            (
                "GET /t/search?q=x&page=2",
                "api:t /search{?q,page} [/search?q=x&page=2] q=x page=2 ?q=x ?page=2",
            ),
            ("GET /t/search", "api:t /search{?q,page} [/search]"),
            ("GET /t/nothing", "404"),
            ("GET /t/orders/%zz", "400"),
            ("GET /t/?a=%zz", "400"),
            ("GET /t/?a=x&b", "api:t / [/?a=x&b] ?a=x&b"),
            ("GET /m", "api:m /* []"),
            ("GET /m/x", "api:m /* [/x]"),
            ("GET /m/x.json", "api:m /* [/x.json]"),
            ("GET /m/a", "api:m /a/* [/a]"),
            ("GET /m/a/x?y=1", "api:m /a/* [/a/x?y=1] ?y=1"),
            ("GET /m/a/b", "api:m /a/b [/a/b]"),
            ("GET /m/a/b/", "api:m /a/b [/a/b/]"),
            ("GET /m/a/b/c", "api:m /a/b/* [/a/b/c]"),
            ("GET /m/ab", "api:m /* [/ab]"),
            ("GET /x/a/1", "api:x /a/* [/a/1]"),
            ("GET /x/b", "api:x - [/b]"),
            ("GET /x", "api:x - []"),
        ],
    );
    check(
        "<api name='e' context='/e'><resource url-mapping='*.json'/></api>",
        &[
            ("GET /e/x.json", "api:e *.json [/x.json]"),
            ("GET /e/x.json?y=.xml", "api:e *.json [/x.json?y=.xml] ?y=.xml"),
            ("GET /e/x.xml", "404"),
        ],
    );
}

#[test]
fn filters_resources() {
    check(
        "<api name='f' context='/f'>
            <resource methods='GET' uri-template='/a'/>
            <resource methods='POST PUT' uri-template='/a'/>
            <resource methods='POST' uri-template='/json' content-type='application/json'/>
            <resource methods='POST' uri-template='/any'/>
            <resource uri-template='/bot' user-agent='.*bot'/>
            <resource uri-template='/tls' protocol='https'/>
            <resource methods='GET OPTIONS' uri-template='/o'/>
            <resource uri-template='/all'/>
         </api>",
        &[
            ("GET /f/a", "api:f /a [/a]"),
            ("PUT /f/a", "api:f /a [/a]"),
            ("DELETE /f/a", "405 Allow: GET, POST, PUT"),
            ("HEAD /f/a", "405 Allow: GET, POST, PUT"),
            ("POST /f/json; Content-Type: application/json", "api:f /json [/json]"),
            (
                "POST /f/json; Content-Type: application/json; charset=UTF-8"
                    .replace("; ch", ";ch")
                    .as_str(),
                "400",
            ),
            ("POST /f/json; Content-Type: text/xml", "400"),
            ("POST /f/json", "api:f /json [/json]"),
            ("POST /f/json; Content-Length: 0", "api:f /json [/json]"),
            ("POST /f/json; Content-Length: 2", "400"),
            ("POST /f/json; Transfer-Encoding: chunked", "400"),
            ("GET /f/json; Content-Type: text/xml", "405 Allow: POST"),
            ("GET /f/bot; User-Agent: a bot", "api:f /bot [/bot]"),
            ("GET /f/bot; User-Agent: a bot 2", "400"),
            ("GET /f/bot", "400"),
            ("GET /f/tls", "400"),
            ("GET https://x/f/tls", "api:f /tls [/tls]"),
            ("GET /f/other", "404"),
            ("OPTIONS /f/a", "200 Allow: GET"),
            ("OPTIONS /f/bot", "200 Allow: GET, POST, PUT, DELETE, OPTIONS, HEAD, PATCH"),
            ("OPTIONS /f/json; Content-Type: text/xml", "200 Allow: POST"),
            ("OPTIONS /f/o", "api:f /o [/o]"),
            ("OPTIONS /f/o; Max-Forwards: 0", "200 Allow: GET"),
            ("OPTIONS /f/o; Max-Forwards: 5", "api:f /o [/o] max-forwards=4"),
            ("OPTIONS /f/o; Max-Forwards: many", "api:f /o [/o]"),
            ("OPTIONS /f/other", "404"),
            ("PATCH /f/all", "api:f /all [/all]"),
            ("PURGE /f/all", "api:f /all [/all]"),
        ],
    );
    check(
        "<api name='d' context='/d'>
            <resource methods='GET'/>
            <resource methods='POST'/>
         </api>",
        &[
            ("GET /d/x", "api:d - [/x]"),
            ("POST /d/x", "api:d - [/x]"),
            ("PUT /d/x", "405 Allow: GET, POST"),
        ],
    );
}

#[test]
fn runs_the_handlers_of_the_unhappy_path() {
    check(
        "<api name='a' context='/a'><resource methods='GET' uri-template='/x'/></api>
         <sequence name='_resource_mismatch_handler_'/>
         <sequence name='_method_not_allowed_handler_'/>",
        &[
            ("GET /a/x", "api:a /x [/x]"),
            ("GET /a/y", "sequence:_resource_mismatch_handler_ - [/y]"),
            ("POST /a/x", "sequence:_method_not_allowed_handler_ - [/x]"),
            ("GET /b", "404"),
        ],
    );
}

#[test]
fn finds_proxies_and_main() {
    let proxies = "
        <proxy name='Echo'><target><inSequence/></target></proxy>
        <proxy name='Off' startOnLoad='false'><target><inSequence/></target></proxy>
        <proxy name='Tls' transports='https'><target><inSequence/></target></proxy>
        <proxy name='Both' transports='http,https'><target><inSequence/></target></proxy>
        <proxy name='Inbound'>
            <target><inSequence/></target>
            <parameter name='inbound.only'>true</parameter>
        </proxy>";
    let rows = [
        ("POST /services/Echo", "proxy:Echo []"),
        ("GET /services/Echo/", "proxy:Echo [/]"),
        ("GET /services/Echo/a/b?c=d", "proxy:Echo [/a/b?c=d]"),
        ("GET /services/Echo?c=d", "proxy:Echo [?c=d]"),
        ("POST /services/Echo.EchoHttpSoap11Endpoint", "proxy:Echo []"),
        ("POST /services/Off", "404"),
        ("POST /services/Tls", "404"),
        ("POST https://x/services/Tls", "proxy:Tls []"),
        ("POST https://x/services/Both", "proxy:Both []"),
        ("POST /services/Both", "proxy:Both []"),
        ("POST /services/Inbound", "404"),
    ];
    check(proxies, &rows);
    check(
        proxies,
        &[
            ("POST /services/echo", "404"),
            ("POST /services/", "404"),
            ("POST /Echo", "404"),
            ("GET /", "404"),
        ],
    );
    let with_main = format!("{proxies}<sequence name='main'/>");
    check(&with_main, &rows);
    check(
        &with_main,
        &[
            ("POST /services/Nobody", "sequence:main []"),
            ("POST /services/Nobody/a?b", "sequence:main [/a?b]"),
            ("GET /", "sequence:main []"),
            ("GET /a/b?c=d", "sequence:main [a/b?c=d]"),
        ],
    );
    check(
        "<api name='s' context='/services/Echo'><resource/></api>
         <proxy name='Echo'><target><inSequence/></target></proxy>",
        &[("GET /services/Echo/x", "api:s - [/x]")],
    );
}

#[test]
fn says_what_was_looked_for() {
    let router = router("<proxy name='Echo'><target><inSequence/></target></proxy>");
    for (target, expected) in [
        (
            "/services/Nobody?x=1",
            "no API is at /services/Nobody, and no proxy service is named `Nobody`",
        ),
        ("/x", "no API is at /x, and no sequence `main` takes what is left"),
    ] {
        let (head, ()) = Request::get(target).body(()).unwrap().into_parts();
        let Routed::Answer(answer) = router.route("http", &head) else {
            panic!("{target} is routed")
        };
        assert_eq!(answer.body, format!("{expected}\n"));
    }
}
