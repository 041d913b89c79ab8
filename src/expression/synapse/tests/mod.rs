//! Rows for expressions.

mod access;
mod dates;
mod functions;
mod language;
mod matrix;
mod refusals;
mod remarks;
mod round_trip;

use super::SynapseExpression;
use crate::expression::testing::Fixture;
use crate::expression::{EvalError, Namespaces, PropertyScope};
use crate::json;
use crate::message::Value;

fn parse(text: &str) -> json::Value {
    json::parse(text.as_bytes(), &json::Limits::default()).unwrap()
}

fn json_value(text: &str) -> Value {
    Value::Json(parse(text).into())
}

fn compile(text: &str) -> SynapseExpression {
    let namespaces = Namespaces::default();
    SynapseExpression::compile(text, &namespaces)
        .unwrap_or_else(|error| panic!("{text}: {error} at {}", error.offset))
}

/// What an expression gives, as text; `!` and the reason when it fails, `null` for nothing.
fn result(text: &str, message: &Fixture) -> String {
    match compile(text).try_evaluate(message) {
        Ok(Value::Null) => "null".to_owned(),
        Ok(value) => value.to_text().to_string(),
        Err(error) => format!("! {error}"),
    }
}

/// Checks rows of expression and result. An expected `!` alone leaves the reason open.
fn check(message: &Fixture, rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        let found = result(text, message);
        let found = if *expected == "!" && found.starts_with("! ") { "!" } else { &found };
        assert_eq!(found, *expected, "{text}");
    }
}

/// A message with a little of everything.
fn message() -> Fixture {
    let payload = r#"{
        "name": "John", "age": 30, "cars": ["Ford", "BMW", "Fiat", "Honda", "Lexus", "KIA"],
        "index": 1, "string": " Hello World ", "null": null, "price": 10.50, "big": 3000000000,
        "flag": true, "empty": "", "member": "age", "no-hyphen": "h", "list": [], "object": {},
        "payload": {"vars": {"configs": {"iop": 4}, "pqr": 2}, "in": 1, "size": 2},
        "items": [{"id": 1, "price": 5.5, "tags": ["a"]}, {"id": 2, "price": 15, "tags": []},
                  {"id": 3, "price": 25.25, "tags": ["b", "c"]}]
    }"#;
    Fixture::new()
        .json(parse(payload))
        .content_type("application/json")
        .now(1_700_000_000_123)
        .variable("name", "Ann")
        .variable("num1", Value::Int(10))
        .variable("num2", Value::Int(5))
        .variable("num3", Value::Double(-2.5))
        .variable("whole", Value::Double(4.0))
        .variable("nothing", Value::Null)
        .variable("empty", "")
        .variable("index", Value::Int(2))
        .variable("key", "name")
        .variable("done", Value::Bool(true))
        .variable("my var", "spaced")
        .variable("encoded", "V1NPMk1J")
        .variable("cars", json_value(r#"["Ford","BMW","KIA"]"#))
        .variable("text", r#"[1,2,{"a":"b"}]"#)
        .variable("escaped", r#"{\"a\":1}"#)
        .variable("nan", Value::Double(f64::NAN))
        .variable("scalar", json_value("\"plain\""))
        .variable(
            "response",
            json_value(
                r#"{"payload":{"ok":true,"rows":[{"n":1},{"n":2}]},"headers":{"Content-Type":"text/plain"},
                    "attributes":{"statusCode":201},"xml":"<r><a>1</a><a>2</a></r>"}"#,
            ),
        )
        .property(PropertyScope::Default, "phrase", "Now I am")
        .property(PropertyScope::Default, "count", "42")
        .property(PropertyScope::Default, "flag", Value::Bool(true))
        .property(PropertyScope::Default, "json", r#"{"a":{"b":[7,8]}}"#)
        .property(PropertyScope::Default, "selected book", "Animal Farm")
        .property(PropertyScope::Default, "query.param.q", "find me")
        .property(PropertyScope::Default, "query.param.n", "12")
        .property(PropertyScope::Default, "uri.var.id", "77")
        .property(PropertyScope::Default, "empty", "")
        .property(PropertyScope::Axis2, "HTTP_SC", Value::Int(202))
        .property(PropertyScope::Transport, "X-Id", "0042")
        .property(PropertyScope::Transport, "Host", "example.org")
        .property(PropertyScope::Transport, "price", "10.0")
        .property(PropertyScope::Registry, "conf/a.json", r#"{"k":["v"]}"#)
        .property(PropertyScope::Registry, "conf/a.json@owner", "ops")
        .parameter("p", "5")
        .parameter("doc", r#"{"x":1}"#)
        .config("url", "http://x")
        .config("limit", "9.5")
        .secret("db", "s3cret")
        .secret("kv/app/password", "pw")
}

#[test]
fn waits_for_the_body() {
    for text in ["payload.x", "$", "exists(payload.x)", "vars.cars[payload.i]", "xpath('//a')"] {
        let expression = compile(text);
        assert!(expression.reads_payload(), "{text}");
        let waiting = Fixture::new().variable("cars", json_value("[1]"));
        assert!(matches!(expression.evaluate(&waiting), Err(EvalError::NeedBody)), "{text}");
        assert!(matches!(expression.try_evaluate(&waiting), Err(EvalError::NeedBody)), "{text}");
    }
}

#[test]
fn leaves_the_body_alone() {
    let message = message();
    for text in [
        "vars.name",
        "vars.cars[?(@ == vars.name)]",
        "headers.Host + props.synapse.phrase",
        "1 > 2 ? 'a' : \"b\"",
        "now()",
    ] {
        let expression = compile(text);
        assert!(!expression.reads_payload(), "{text}");
        expression.evaluate(&message).unwrap();
    }
    assert_eq!(message.looks.get(), 0);
}

#[test]
fn gives_nothing_when_it_fails() {
    let message = message();
    for text in ["payload.missing", "1 / 0", "'a' * 2", "vars.none"] {
        let expression = compile(text);
        assert!(expression.evaluate(&message).unwrap().is_null(), "{text}");
        assert_eq!(&*expression.evaluate_text(&message).unwrap(), "", "{text}");
        assert!(expression.try_evaluate(&message).is_err(), "{text}");
    }
}

#[test]
fn keeps_types() {
    let message = message();
    for (text, kind) in [
        ("payload.age", "Int"),
        ("payload.price", "Json(Number"),
        ("payload.name", "Text"),
        ("payload.flag", "Bool"),
        ("payload.null", "Null"),
        ("payload.cars", "Json(Array"),
        ("payload.object", "Json(Object"),
        ("payload..id", "Json(Array"),
        ("headers.X-Id", "Int"),
        ("headers.price", "Json(Number"),
        ("headers.Host", "Text"),
        ("props.synapse.flag", "Text"),
        ("vars.done", "Bool"),
        ("vars.num3", "Json(Number"),
        ("vars.nan", "Double"),
        ("[1, 'a', vars.nothing]", "Json(Array"),
        ("1 > 2", "Bool"),
    ] {
        let value = compile(text).try_evaluate(&message).unwrap();
        assert!(format!("{value:?}").starts_with(kind), "{text} gives {value:?}");
    }
}

/// Whatever is strung together compiles or is refused at a place inside of it, and what compiles
/// evaluates or fails: nothing panics.
#[test]
fn survives_token_soup() {
    const TOKENS: [&str; 64] = [
        "payload",
        "$",
        "vars",
        ".",
        "..",
        "[",
        "]",
        "(",
        ")",
        "?",
        ":",
        "@",
        "*",
        ",",
        " ",
        "-",
        "1",
        "-2",
        "2.5",
        "0",
        "'a'",
        "\"é\"",
        "'\\",
        "name",
        "cars",
        "[0]",
        "[-1]",
        "[1:]",
        "[?(@.id",
        " == ",
        " > ",
        " in ",
        " =~ ",
        "/a+/i",
        ")]",
        "true",
        "null",
        " and ",
        " or ",
        "&&",
        "!",
        "length(",
        "subString(",
        "split(",
        "formatDateTime(",
        "now()",
        "xpath('//a'",
        "object(",
        "array(",
        "round(",
        "exists(",
        ".length()",
        ".sum()",
        ".first()",
        "+",
        "/",
        "%",
        "==",
        "headers.price",
        "props.synapse.json",
        "params.queryParams.n",
        "vars.text",
        "😀",
        "{",
    ];
    let message = message().xml(crate::expression::testing::envelope("", "<a>1</a>"));
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut compiled = 0;
    for _ in 0..5_000 {
        let text: String = (0..=random(8)).map(|_| TOKENS[random(TOKENS.len())]).collect();
        match SynapseExpression::compile(&text, &Namespaces::default()) {
            Ok(expression) => {
                compiled += 1;
                let _ = expression.try_evaluate(&message);
            }
            Err(error) => assert!(text.get(error.offset..).is_some(), "{text} at {}", error.offset),
        }
        match crate::expression::jsonpath::JsonPath::compile(&text) {
            Ok(path) => {
                compiled += 1;
                path.evaluate(&message).unwrap();
            }
            Err(error) => assert!(text.get(error.offset..).is_some(), "{text} at {}", error.offset),
        }
        let _ =
            crate::expression::Template::compile(&format!("a ${{{text}"), &Namespaces::default());
        let date = format!("formatDateTime({text:?}, {text:?}, 'yyyy')");
        if let Ok(expression) = SynapseExpression::compile(&date, &Namespaces::default()) {
            let _ = expression.try_evaluate(&message);
        }
    }
    assert!(compiled > 200, "only {compiled} compile");
}
