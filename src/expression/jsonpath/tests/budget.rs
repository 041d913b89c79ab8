//! Paths that would take a core, its memory or its stack for long.

use super::parse;
use crate::expression::jsonpath::JsonPath;
use crate::json::{self, Value};
use crate::message::Work;

fn failure(path: &str, document: &Value) -> Option<String> {
    let path = JsonPath::compile(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    path.read(document, &Work { steps: 200_000, ..Work::default() })
        .err()
        .map(|error| error.to_string())
}

#[test]
fn work_is_bounded() {
    let objects = r#"{"a":{"b":[1,2,{"c":"x"}]},"n":1},"#.repeat(800);
    let text = "x".repeat(100_000);
    let members: Vec<String> = (0..2_000).map(|at| format!("\"m{at}\":{at}")).collect();
    let turned: Vec<String> = members.iter().rev().cloned().collect();
    let deep = format!("{}{}", "[1,".repeat(100), "]".repeat(100)).replace(",]", "]");
    let document = parse(&format!(
        r#"{{"deep":{deep},"list":[{objects}0],"text":"{text}","wide":{{{}}},"turned":{{{}}}}}"#,
        members.join(","),
        turned.join(",")
    ));
    for path in [
        "$..*..*..*",
        "$..[?($..*)]",
        "$..[?($..[?($..* contains 9)])]",
        "$.list[?($.list contains 'none')]",
        "$.list[?($.list[*].n anyof $.list[*].a)]",
        "$.list[?(@.n in $.list)]",
        "$.list[?($.text =~ /.*y/)]",
        "$.list[?($.text contains 'y')]",
        "$.list[?($.wide == $.turned)]",
        "$.list[?($.list[?($.wide.m1999 == 1)] == 0)]",
        "$.list[*].a.b.concat($.text)",
        "$.list[*].append($.wide)",
        "$.list[?($..c.first().y == 1)]",
        "$.list[?($.sum($..n) == 0)]",
    ] {
        let failure = failure(path, &document).unwrap_or_default();
        assert!(failure.contains("`limits.expression.steps`"), "{path}: {failure}");
    }
    for path in ["$..*", "$..c", "$.list[?(@.n == 1)].a", "$.list.length()"] {
        assert_eq!(failure(path, &document), None, "{path}");
    }
}

#[test]
fn the_stack_is_bounded() {
    let text = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    let limits = json::Limits { depth: json::MAX_DEPTH, ..json::Limits::default() };
    let deep = json::parse(text.as_bytes(), &limits).unwrap();
    assert_eq!(failure("$..[?(@.none)]", &deep), None);
    let down = "[0]".repeat(240);
    let nested = (0..10).fold("@".to_owned(), |inner, _| format!("${down}[?({inner})]"));
    let failure = failure(&nested, &deep).unwrap();
    assert_eq!(failure, "the path searches more than 1100 levels deep");
}

#[test]
fn hostile_texts_are_refused() {
    let nested = |count: usize| format!("$[?({}@.a{})]", "(".repeat(count), ")".repeat(count));
    assert!(JsonPath::compile(&nested(20)).is_ok());
    for (path, message) in [
        (nested(5_000), "filters and arguments are nested too deeply"),
        (format!("$[?({}@.a)]", "!".repeat(5_000)), "filters and arguments are nested too deeply"),
        (format!("$[?(@.a == {})]", "[".repeat(5_000)), "literal is nested too deeply"),
        (format!("${}", ".a".repeat(5_000)), "the path has more than 256 steps"),
        (format!("${}", "[?(@)]".repeat(5_000)), "the path has more than 256 steps"),
    ] {
        assert_eq!(JsonPath::compile(&path).unwrap_err().message, message);
    }
}
