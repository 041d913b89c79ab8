//! Bodies and expressions that are made to cost much: they are refused, or end early, and say by
//! which setting.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::support::backend::{Backend, answer};
use crate::support::engine::{Engine, api};
use crate::support::http::{Message, exchange, post};

const XML: &str = "application/xml";
const SOAP: &str = "text/xml";
const JSON: &str = "application/json";

/// Looks at the body as what its content type says.
const LOOKS: &str =
    "<inSequence><property name=\"a\" expression=\"count(//a)\"/><respond/></inSequence>";

/// The beginning of an answer's text.
fn shown(answer: &Message) -> String {
    answer.text().chars().take(300).collect()
}

fn send(engine: &Engine, content_type: &str, body: &str) -> Message {
    let headers = format!("Content-Type: {content_type}\r\nAccept: application/json\r\n");
    exchange(engine.http, "POST", "/test/", &headers, body)
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, at| {
        all.push_str(&one(at));
        all
    })
}

fn soap(body: &str) -> String {
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>{body}</e:Body></e:Envelope>"
    )
}

fn laughs() -> String {
    let mut text = "<!DOCTYPE a [<!ENTITY x0 \"lol\">".to_owned();
    for level in 1..10 {
        let _ = write!(text, "<!ENTITY x{level} \"{}\">", format!("&x{};", level - 1).repeat(10));
    }
    text + "]><a>&x9;</a>"
}

/// What each is, what it is sent as, and the status and part of the message that refuse it.
fn bombs() -> Vec<(&'static str, &'static str, String, u16, &'static str)> {
    let quadratic = format!(
        "<!DOCTYPE a [<!ENTITY x \"{}\">]><a>{}</a>",
        "x".repeat(65_000),
        "&x;".repeat(16_000)
    );
    let external = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>".to_owned();
    let attributes = format!("<a{}/>", many(200_000, |at| format!(" a{at}=\"\"")));
    let nested = many(20_000, |at| format!("<a xmlns:p{at}=\"u{at}\">"));
    let wide = many(20_000, |at| format!(" xmlns:p{at}=\"u{at}\""));
    let pairs = format!("{}1{}", "{\"a\":".repeat(1_000_000), "}".repeat(1_000_000));
    let deep = format!("{}{}", "<a>".repeat(1_000_000), "</a>".repeat(1_000_000));
    vec![
        ("billion laughs", XML, laughs(), 400, "document type"),
        ("quadratic blow-up", XML, quadratic, 400, "document type"),
        ("a million nested elements", XML, deep.clone(), 413, "`limits.xml.depth`"),
        ("200,000 attributes", XML, attributes.clone(), 413, "`limits.xml.attributes`"),
        ("20,000 nested declarations", XML, nested, 413, "`limits.xml.depth`"),
        ("20,000 declarations", XML, format!("<a{wide}/>"), 413, "`limits.xml.declarations`"),
        ("an external entity", XML, external, 400, "document type"),
        ("a million arrays", JSON, "[".repeat(1_000_000), 413, "`limits.json.depth`"),
        ("a million objects", JSON, pairs, 413, "`limits.json.depth`"),
        ("SOAP, deep", SOAP, soap(&deep), 413, "`limits.xml.depth`"),
        ("SOAP, wide", SOAP, soap(&attributes), 413, "`limits.xml.attributes`"),
        ("SOAP, laughing", SOAP, laughs(), 400, "document type"),
    ]
}

/// How much slower than an optimised build this one is.
fn slowness() -> u32 {
    let start = Instant::now();
    let sum = (0..2_000_000_u64).fold(1_u64, |sum, at| sum.rotate_left(5) ^ at);
    std::hint::black_box(sum);
    if start.elapsed() < Duration::from_millis(8) { 1 } else { 10 }
}

#[test]
fn bombs_are_refused_at_little_cost() {
    let engine = Engine::start(&[&api(LOOKS)]);
    let body = format!("<r>{}</r>", "x".repeat(8_000_000));
    assert_eq!(send(&engine, XML, &body).status(), 200);
    let memory = engine.peak_memory();
    let most = Duration::from_millis(100) * slowness();
    for (name, content_type, body, status, message) in bombs() {
        let before = engine.cpu();
        let refused = send(&engine, content_type, &body);
        let took = engine.cpu().saturating_sub(before);
        let text = refused.text();
        assert_eq!(refused.status(), status, "{name}: {text:.300}");
        assert!(text.contains(message), "{name}: {text:.300}");
        assert!(took <= most, "{name} took {took:?}");
        let grown = engine.peak_memory() - memory;
        assert!(grown < 64_000, "{name} brought {grown} kB");
        assert_eq!(send(&engine, XML, "<a/>").status(), 200, "after {name}");
    }
}

#[test]
fn document_types_are_refused_wherever_they_stand() {
    let plain = "<!DOCTYPE a><a/>";
    let wide: String = plain.chars().flat_map(|c| [c, '\0']).collect();
    let backend = Backend::saying(&answer("200 OK", "Content-Type: text/xml\r\n", plain));
    let call = format!(
        "<inSequence><call>{}</call><property name=\"a\" expression=\"//a\"/><respond/></inSequence>",
        backend.endpoint("/", "")
    );
    let makes = "<inSequence><payloadFactory media-type=\"xml\"><format><a>$1</a></format><args>\
        <arg expression=\"get-property('transport', 'X-Body')\"/></args></payloadFactory>\
        <property name=\"a\" expression=\"//a\"/><respond/></inSequence>";
    let engine = Engine::start(&[&api(LOOKS)]);
    for (content_type, body) in [
        (XML, plain.to_owned()),
        (XML, format!("<!-- first --> \r\n\t<?and this?>{plain}")),
        (XML, format!("<?xml version=\"1.0\"?>\n{plain}")),
        (SOAP, format!("<!DOCTYPE a [<!ENTITY x \"y\">]>{}", soap("<a>&x;</a>"))),
        ("application/xml; charset=UTF-16LE", wide),
    ] {
        let refused = send(&engine, content_type, &body);
        assert_eq!(refused.status(), 400, "{body}: {}", refused.text());
        assert!(refused.text().contains("document type"), "{body}: {}", refused.text());
    }
    let engine = Engine::start(&[&api(&call)]);
    let refused = send(&engine, XML, "<a/>");
    assert!(refused.status() >= 500 && refused.text().contains("document type"), "{refused:?}");
    let engine = Engine::start(&[&api(makes)]);
    let headers = "Content-Type: application/xml\r\nX-Body: <!DOCTYPE a><b/>\r\n";
    let made = exchange(engine.http, "POST", "/test/", headers, "<r/>");
    assert!(made.text().contains("&lt;!DOCTYPE a"), "an argument stays text: {made:?}");
}

#[test]
fn limits_are_settings_and_name_themselves() {
    let deep =
        Backend::saying(&answer("200 OK", "Content-Type: text/xml\r\n", "<a><a><a/></a></a>"));
    let call =
        format!("<call>{}</call><property name=\"a\" expression=\"//a\"/>", deep.endpoint("/", ""));
    let looks = |from: &str| api(&format!("<inSequence>{from}<respond/></inSequence>"));
    let json = "<property name=\"a\" expression=\"json-eval($.a)\"/>";
    let xml = "<property name=\"a\" expression=\"//a\"/>";
    for (setting, from, content_type, body, status, message) in [
        (
            "[limits.xml]\ndepth = 2\n",
            xml,
            XML,
            "<a><a><a/></a></a>",
            413,
            "more than the 2 levels of elements allowed by `limits.xml.depth`",
        ),
        ("[limits.xml]\nelements = 2\n", xml, XML, "<a><a/><a/></a>", 413, "`limits.xml.elements`"),
        ("[limits.xml]\nnodes = 2\n", xml, XML, "<a>t<a/></a>", 413, "`limits.xml.nodes`"),
        (
            "[limits.xml]\nattributes = 1\n",
            xml,
            XML,
            "<a b='' c=''/>",
            413,
            "`limits.xml.attributes`",
        ),
        ("[limits.xml]\nsize = 10\n", xml, XML, "<aaaaaaaaaaa/>", 413, "`limits.xml.size`"),
        (
            "[limits.json]\ndepth = 2\n",
            json,
            JSON,
            "[[[]]]",
            413,
            "more than the 2 levels of arrays and objects allowed by `limits.json.depth`",
        ),
        ("[limits.json]\nvalues = 2\n", json, JSON, "[1,2]", 413, "`limits.json.values`"),
        ("[limits.json]\nsize = 10\n", json, JSON, "[1,2,3,4,5,6]", 413, "`limits.json.size`"),
        ("[limits.xml]\ndepth = 2\n", &call, XML, "<a/>", 502, "`limits.xml.depth`"),
    ] {
        let engine = Engine::with(setting, &[&looks(from)]);
        let refused = send(&engine, content_type, body);
        assert_eq!(refused.status(), status, "{setting}: {}", refused.text());
        assert!(refused.text().contains(message), "{setting}: {}", refused.text());
    }
}

#[test]
fn evaluations_end_within_their_budget() {
    let property = |expression: &str| {
        let property = format!("<property name=\"a\" expression=\"{expression}\"/>");
        api(&format!("<inSequence>{property}<respond/></inSequence>"))
    };
    let elements = format!("<r>{}</r>", "<a/>".repeat(10_000));
    let arrays = format!("[{}]", vec!["[1,2,3,4]"; 4_000].join(","));
    let nested = format!("{}1{}", "[".repeat(120), "]".repeat(120));
    let text = format!("{{\"t\":\"{}\"}}", "a".repeat(100_000));
    let steps = "`limits.expression.steps`";
    let most = Duration::from_secs(2) * slowness();
    for (expression, content_type, body, setting) in [
        ("count(//*[//*[//*]])", XML, &elements, steps),
        ("count(//a[count(preceding::a) = count(following::a)])", XML, &elements, steps),
        ("json-eval($..*..*..*..*..*)", JSON, &nested, steps),
        ("json-eval($[?(@ in $..*)])", JSON, &arrays, steps),
        ("matches(string(//t), '(?=(a+)+b)x')", JSON, &text, "`limits.regex.steps`"),
        (
            "json-eval($[?(@.t =~ /(?=(a+)+b)x/)])",
            JSON,
            &format!("[{text}]"),
            "`limits.regex.steps`",
        ),
    ] {
        let engine = Engine::start(&[&property(expression)]);
        let before = engine.cpu();
        let ended = send(&engine, content_type, body);
        let took = engine.cpu().saturating_sub(before);
        assert_eq!(ended.status(), 500, "{expression}: {}", shown(&ended));
        assert!(shown(&ended).contains(setting), "{expression}: {}", shown(&ended));
        assert!(took < most, "{expression} took {took:?}");
    }
    // A Synapse expression that fails gives nothing, and says why in the log.
    let engine =
        Engine::start(&[&property("${length($..*..*..*..*)}").replace("$..", "payload..")]);
    assert_eq!(post(engine.http, "/test/", &nested).status(), 200);
    assert!(engine.log().contains("limits.expression.steps"), "{}", engine.log());
}
