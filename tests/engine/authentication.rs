//! Back-ends that want to know who calls: passwords, and tokens of an OAuth server.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crate::support::backend::{Backend, answer};
use crate::support::engine::{Engine, api};
use crate::support::http::{Message, exchange};

const JSON: &str = "Content-Type: application/json\r\n";

/// An OAuth server at `/token` and a back-end at every other path: it takes the token that was
/// issued last and `stale` no more often than that, and says what it got.
fn server(lifetime: &'static str, fails: &'static str) -> Backend {
    let issued = Arc::new(AtomicU32::new(0));
    Backend::new(move |request: &Message, stream| {
        let target = request.start.split(' ').nth(1).unwrap_or_default();
        let authorization = request.header("authorization").unwrap_or_default();
        let text = if target.starts_with("/token") && !fails.is_empty() {
            answer("401 Unauthorized", JSON, fails)
        } else if target.starts_with("/token") {
            let number = issued.fetch_add(1, Ordering::Relaxed) + 1;
            let body = format!(
                "{{\"access_token\": \"t{number}\", \"refresh_token\": \"r{number}\"{lifetime}}}"
            );
            answer("200 OK", JSON, &body)
        } else {
            let last = format!("Bearer t{}", issued.load(Ordering::Relaxed));
            let asks_for_second = target == "/second" && authorization == "Bearer t1";
            let is_welcome = authorization.starts_with("Basic ") || authorization == last;
            if target == "/never" || asks_for_second || !is_welcome {
                answer("401 Unauthorized", JSON, "{\"no\": true}")
            } else {
                let told = format!("{authorization} {}", request.text());
                answer("200 OK", "Content-Type: text/plain\r\n", &told)
            }
        };
        stream.write_all(text.as_bytes()).is_ok()
    })
}

fn flow(backend: SocketAddr, path: &str, authentication: &str) -> String {
    api(&format!(
        "<inSequence><call><endpoint>\
         <http method=\"post\" uri-template=\"http://{backend}{path}\">\
         <authentication>{authentication}</authentication></http></endpoint></call>\
         <respond/></inSequence>\
         <faultSequence><payloadFactory media-type=\"text\"><format>$1: $2</format><args>\
         <arg expression=\"get-property('ERROR_CODE')\"/>\
         <arg expression=\"get-property('ERROR_MESSAGE')\"/></args></payloadFactory>\
         <respond/></faultSequence>"
    ))
}

fn credentials(backend: SocketAddr) -> String {
    format!(
        "<oauth><clientCredentials><clientId>id</clientId><clientSecret>s3cr:&amp;t</clientSecret>\
         <tokenUrl>http://user:pw@{backend}/token?key=hidden</tokenUrl></clientCredentials></oauth>"
    )
}

fn post(engine: &Engine, headers: &str, body: &str) -> Message {
    exchange(engine.http, "POST", "/test/", headers, body)
}

#[test]
fn a_password_is_sent_as_the_message_has_it() {
    let backend = server("", "");
    let basic = "<basicAuth><username>{$trp:X-User}</username><password>$SYSTEM:HOME</password></basicAuth>";
    let engine = Engine::start(&[&flow(backend.address, "/a", basic)]);
    let heard = post(&engine, "X-User: me\r\nAuthorization: Bearer of-the-client\r\n", "hello");
    assert_eq!(heard.status(), 200, "{}", heard.text());
    assert!(heard.text().starts_with("Basic bWU6"), "{}", heard.text());
    assert!(heard.text().ends_with(" hello"));
}

#[test]
fn a_token_is_asked_for_once_and_used_until_it_is_refused() {
    let backend = server(", \"expires_in\": 3600", "");
    let engine = Engine::start(&[&flow(backend.address, "/a", &credentials(backend.address))]);
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let http = engine.http;
            thread::spawn(move || exchange(http, "POST", "/test/", "", "hello").text())
        })
        .collect();
    for client in clients {
        assert_eq!(client.join().unwrap(), "Bearer t1 hello");
    }
    let mut asked = Vec::new();
    for _ in 0..9 {
        let request = backend.next();
        if request.start.contains("/token") {
            asked.push(request);
        }
    }
    let [asked] = asked.as_slice() else { panic!("{} tokens were asked for", asked.len()) };
    assert_eq!(asked.header("authorization"), Some("Basic aWQ6czNjcjomdA=="));
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked.text(), "grant_type=client_credentials");
    assert!(backend.is_idle());
}

#[test]
fn a_token_that_is_refused_is_renewed_once_and_the_message_sent_again() {
    let backend = server("", "");
    let engine = Engine::start(&[&flow(backend.address, "/second", &credentials(backend.address))]);
    let large = "x".repeat(300_000);
    assert_eq!(post(&engine, "", &large).text(), format!("Bearer t2 {large}"));
    let backend = server("", "");
    let engine = Engine::start(&[&flow(backend.address, "/never", &credentials(backend.address))]);
    let heard = post(&engine, "", "hello");
    assert_eq!((heard.status(), heard.text().as_str()), (401, "{\"no\": true}"));
    let asked: Vec<_> = (0..4).map(|_| backend.next().start).collect();
    let tokens = asked.iter().filter(|start| start.contains("/token")).count();
    assert_eq!(tokens, 2, "{asked:?}");
    assert!(backend.is_idle());
}

#[test]
fn every_way_to_a_token_has_its_form() {
    let common = "<clientId>id</clientId><clientSecret>s&amp;t</clientSecret>";
    for (inside, form, headers) in [
        (
            format!(
                "<clientCredentials>{common}<authMode>payload</authMode><requestParameters>\
                 <parameter name=\"scope\">a b</parameter>\
                 <parameter name=\"who\">{{$trp:X-User}}</parameter></requestParameters>\
                 <customHeaders><header name=\"X-Tenant\">t</header></customHeaders>URL\
                 </clientCredentials>"
            ),
            "grant_type=client_credentials&client_id=id&client_secret=s%26t&scope=a%20b&who=me",
            vec![("authorization", None), ("x-tenant", Some("t"))],
        ),
        (
            format!(
                "<passwordCredentials>{common}<username>u</username><password>p=1</password>URL\
                 </passwordCredentials>"
            ),
            "grant_type=password&username=u&password=p%3D1",
            vec![("authorization", Some("Basic aWQ6cyZ0"))],
        ),
        (
            "<passwordCredentials><username>u</username><password>p</password>URL\
             </passwordCredentials>"
                .to_owned(),
            "grant_type=password&username=u&password=p",
            vec![("authorization", None)],
        ),
        (
            format!(
                "<authorizationCode>{common}<refreshToken>r0</refreshToken>URL</authorizationCode>"
            ),
            "grant_type=refresh_token&refresh_token=r0",
            vec![("authorization", Some("Basic aWQ6cyZ0"))],
        ),
    ] {
        // A lifetime of no time: every message asks.
        let backend = server(", \"expires_in\": \"0\"", "");
        let url = format!("<tokenUrl>http://{}/token</tokenUrl>", backend.address);
        let oauth = format!("<oauth>{}</oauth>", inside.replace("URL", &url));
        let engine = Engine::start(&[&flow(backend.address, "/a", &oauth)]);
        assert_eq!(post(&engine, "X-User: me\r\n", "hello").text(), "Bearer t1 hello");
        let asked = backend.next();
        assert_eq!(asked.text(), form);
        for (name, value) in headers {
            assert_eq!(asked.header(name), value, "{form}");
        }
        assert_eq!(post(&engine, "X-User: me\r\n", "hello").text(), "Bearer t2 hello");
        let _ = backend.next();
        // What the server gave in place of the refresh token is sent the next time.
        assert_eq!(backend.next().text(), form.replace("=r0", "=r1"));
    }
}

#[test]
fn without_a_token_there_is_a_fault_that_tells_no_secrets() {
    let telling = "{\"error\": \"invalid_client\", \"error_description\": \"s3cr:&t is wrong\"}";
    let backend = server("", telling);
    let address = backend.address;
    let engine = Engine::start(&[&flow(address, "/a", &credentials(address))]);
    let heard = post(&engine, "", "hello").text();
    assert_eq!(
        heard,
        format!(
            "303003: no token for the endpoint: http://{address}/token: it answers 401 \
             Unauthorized (invalid_client)"
        )
    );
    let nowhere = crate::support::backend::nowhere();
    let engine = Engine::start(&[&flow(address, "/a", &credentials(nowhere))]);
    let heard = post(&engine, "", "hello").text();
    assert!(heard.starts_with("303003: no token"), "{heard}");
    for secret in ["s3cr", "hidden", "pw@", "czNjcjomdA"] {
        assert!(!heard.contains(secret) && !engine.log().contains(secret), "{heard}");
    }
}
