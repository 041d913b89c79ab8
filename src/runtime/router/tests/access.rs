//! Who is let in, and what browsers are told.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::HeaderMap;

use super::super::{Routed, Router};
use super::{head_of, router_for};
use crate::runtime::Access;

const GUARD: &str =
    "<handler class='org.wso2.micro.integrator.security.handler.RESTBasicAuthHandler'/>";
const CORS: &str = "<handler class='org.apache.synapse.rest.cors.CORSRequestHandler'>
    <property name='Access-Control-Allow-Origin' value='https://page.example'/>
    <property name='Access-Control-Allow-Headers' value='Authorization'/></handler>";

/// The status and the headers of an answer; what a flow's answer is told comes behind `flow`.
fn answered(router: &Router, request: &str) -> String {
    let head = head_of(request);
    let (first, headers) = match router.route("http", &head) {
        Routed::To(target) => ("flow".to_owned(), target.told),
        Routed::Answer(reply) => (reply.status.as_u16().to_string(), reply.headers),
    };
    format!("{first}{}", written(&headers))
}

fn written(headers: &HeaderMap) -> String {
    let short = |name: &str| {
        name.replace("access-control-allow-", "allow-").replace("www-authenticate", "asks")
    };
    let lines = headers.iter().map(|(name, value)| {
        let value = value.to_str().unwrap().split(' ').collect::<Vec<_>>().join("");
        format!(" {}={value}", short(name.as_str()))
    });
    lines.collect()
}

fn basic(credentials: &str) -> String {
    format!("Authorization: Basic {}", BASE64.encode(credentials))
}

#[test]
fn asks_for_users() {
    let mut access = Access::default();
    access.users.add("ann", "s:1");
    let router = router_for(
        &format!(
            "<api name='a' context='/a'>
                <resource methods='GET' uri-template='/x'/><handlers>{GUARD}</handlers>
             </api>
             <api name='b' context='/b'><resource/></api>"
        ),
        &access,
    );
    let asks = "401 asks=Basicrealm=\"Myelin\",charset=\"UTF-8\"";
    for (request, expected) in [
        ("GET /b".to_owned(), "flow"),
        ("GET /a/x".to_owned(), asks),
        (format!("GET /a/x; {}", basic("ann:s:1")), "flow"),
        (format!("GET /a/x; {}", basic("ann:s:1").replace("Basic", "bAsIc")), "flow"),
        (format!("GET /a/x; {}", basic("ann:s")), "403"),
        (format!("GET /a/x; {}", basic("bob:s:1")), "403"),
        (format!("GET /a/x; {}", basic("ann")), "403"),
        ("GET /a/x; Authorization: Basic".to_owned(), asks),
        ("GET /a/x; Authorization: Basic ???".to_owned(), asks),
        ("GET /a/x; Authorization: Bearer YW5uOnM6MQ==".to_owned(), asks),
        // Strangers do not learn what there is.
        ("GET /a/y".to_owned(), asks),
        ("PUT /a/x".to_owned(), asks),
        ("OPTIONS /a/x".to_owned(), asks),
        ("OPTIONS /a/x; Access-Control-Request-Method: GET".to_owned(), asks),
        ("GET /a?swagger.json".to_owned(), asks),
        (format!("PUT /a/x; {}", basic("ann:s:1")), "405 allow=GET"),
        (format!("OPTIONS /a/x; {}", basic("ann:s:1")), "200 allow=GET"),
    ] {
        assert_eq!(answered(&router, &request), expected, "{request}");
    }
    let nobody = router_for(
        &format!("<api name='a' context='/a'><resource/><handlers>{GUARD}</handlers></api>"),
        &Access::default(),
    );
    assert_eq!(answered(&nobody, &format!("GET /a; {}", basic("admin:admin"))), "403");
}

#[test]
fn tells_browsers() {
    let mut access = Access::default();
    access.cors.set_origins("*");
    access.users.add("ann", "1");
    let artifacts = format!(
        "<api name='a' context='/a'>
            <resource methods='GET PUT' uri-template='/x'/>
            <resource methods='GET OPTIONS' uri-template='/own'/>
            <resource uri-template='/all'/>
         </api>
         <api name='own' context='/own'>
            <resource methods='GET OPTIONS'/><handlers>{CORS}{GUARD}</handlers>
         </api>
         <api name='asked' context='/asked'>
            <resource methods='GET'/><handlers>{GUARD}{CORS}</handlers>
         </api>
         <api name='off' context='/off'><resource/><handlers>
            <handler class='org.apache.synapse.rest.cors.CORSRequestHandler'>
              <property name='enabled' value='false'/>
            </handler></handlers></api>
         <proxy name='p'><target><inSequence/></target></proxy>"
    );
    let on = router_for(&artifacts, &access);
    let page = "Origin: https://page.example";
    let told = "vary=Origin allow-origin=https://page.example allow-methods=GET \
                allow-headers=Authorization";
    let preflight = format!("{page}; Access-Control-Request-Method: GET");
    for (request, expected) in [
        (format!("GET /a/x; {page}"), "flow allow-origin=* allow-methods=GET,PUT".to_owned()),
        ("GET /a/x".to_owned(), "flow allow-origin=* allow-methods=GET,PUT".to_owned()),
        (
            "OPTIONS /a/x".to_owned(),
            "200 allow=GET,PUT allow-origin=* allow-methods=GET,PUT".into(),
        ),
        ("OPTIONS /a/own".to_owned(), "flow allow-origin=* allow-methods=GET".to_owned()),
        (
            "GET /a/all".to_owned(),
            "flow allow-origin=* allow-methods=GET,POST,PUT,DELETE,OPTIONS,HEAD,PATCH".to_owned(),
        ),
        ("GET /off".to_owned(), "flow".to_owned()),
        ("POST /services/p".to_owned(), "flow".to_owned()),
        (format!("GET /asked; {}; {page}", basic("ann:1")), format!("flow {told}")),
        (format!("GET /asked; {}", basic("ann:1")), "flow vary=Origin".to_owned()),
        (format!("OPTIONS /asked; {preflight}"), format!("200 allow=GET {told}")),
        // A flow of its own answers: it is guarded as any other.
        (
            format!("OPTIONS /own; {preflight}"),
            format!("401 asks=Basicrealm=\"Myelin\",charset=\"UTF-8\" {told}"),
        ),
    ] {
        assert_eq!(answered(&on, &request), expected, "{request}");
    }
    access.cors_enabled = false;
    let off = router_for(&artifacts, &access);
    assert_eq!(answered(&off, "GET /a/x"), "flow");
    assert_eq!(
        answered(&off, &format!("OPTIONS /asked; {preflight}")),
        format!("200 allow=GET {told}")
    );
}
