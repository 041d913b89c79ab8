//! RFC 9535's own cases: the standard's answer where Jayway agrees, else Jayway's, which
//! `standard.json` holds case by case.

use std::collections::HashMap;
use std::path::Path;

use super::{Answer, answer, parse};
use crate::expression::jsonpath::JsonPath;
use crate::json::{self, Value};
use crate::message::Work;

#[test]
fn agrees_with_the_standard_or_with_jayway() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/jsonpath-cts/cts.json");
    let Ok(bytes) = std::fs::read(&file) else {
        println!("left out: no JSONPath conformance suite at {}", file.display());
        return;
    };
    let suite = json::parse(&bytes, &json::Limits::default()).unwrap();
    let Some(Value::Array(cases)) = suite.get("tests") else { panic!("no cases") };
    let table = parse(include_str!("standard.json"));
    let mut rows = rows(&table);
    let mut wrong = Vec::new();
    for case in cases {
        let name = case.get("name").and_then(Value::as_str).unwrap();
        let outcome = match rows.remove(name) {
            Some(row) => differs(case, row),
            None => is_standard(case),
        };
        if let Err(problem) = outcome {
            wrong.push(format!("{name}: {problem}"));
        }
    }
    assert!(cases.len() > 700, "only {} cases", cases.len());
    assert!(rows.is_empty(), "no cases: {:?}", rows.keys());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn rows(table: &Value) -> HashMap<&str, &Value> {
    let Some(Value::Array(rows)) = table.get("rows") else { panic!("no rows") };
    let reasons = table.get("why").unwrap();
    let row = |row: &'_ Value| {
        assert!(reasons.get(row.get("why").and_then(Value::as_str).unwrap()).is_some());
    };
    rows.iter().for_each(row);
    let name = |row: &'_ Value| row.get("case").and_then(Value::as_str).unwrap().to_owned();
    assert_eq!(rows.iter().map(name).collect::<std::collections::HashSet<_>>().len(), rows.len());
    rows.iter().map(|row| (row.get("case").and_then(Value::as_str).unwrap(), row)).collect()
}

/// A case on which Jayway is of another opinion than the standard.
fn differs(case: &Value, row: &Value) -> Result<(), String> {
    let document = case.get("document");
    let selector = case.get("selector").and_then(Value::as_str).unwrap();
    let found = answer(selector, document);
    if let Some(written) = row.get("as").and_then(Value::as_str)
        && answer(written, document) != found
    {
        return Err(format!("{written} is not {selector}"));
    }
    let expected = row.get("ours").or_else(|| row.get("jayway")).unwrap();
    if expected.as_str() == Some("standard") {
        return is_standard(case);
    }
    if found == Answer::of(expected) {
        return Ok(());
    }
    Err(format!("{selector} gives {found:?}, not {}", expected.to_text()))
}

/// A case on which all agree: values and places.
fn is_standard(case: &Value) -> Result<(), String> {
    let selector = case.get("selector").and_then(Value::as_str).unwrap();
    let compiled = JsonPath::compile(selector);
    if case.get("invalid_selector").is_some() {
        return match compiled {
            Ok(_) => Err(format!("accepts {selector}")),
            Err(_) => Ok(()),
        };
    }
    let path = compiled.map_err(|error| format!("refuses {selector}: {error}"))?;
    let document = case.get("document").unwrap();
    let values = match path.read(document, &Work::default()).unwrap() {
        Some(value) if path.is_definite() => Value::Array(vec![value]),
        Some(values) => values,
        None => Value::Array(Vec::new()),
    };
    expect(case, "result", "results", &values)?;
    let places = path.locate(document, &Work::default()).unwrap();
    let mut places: Vec<Value> =
        places.iter().map(|place| Value::string(place.to_string())).collect();
    // A place that is found twice is one place.
    let expected = case.get("result_paths").or_else(|| case.get("results_paths"));
    if let Some(Value::Array(expected)) = expected
        && expected.len() > places.len()
        && expected.iter().all(|place| places.contains(place))
    {
        places.clone_from(expected);
    }
    expect(case, "result_paths", "results_paths", &Value::Array(places))
}

fn expect(case: &Value, one: &str, several: &str, found: &Value) -> Result<(), String> {
    let fits = match (case.get(one), case.get(several)) {
        (Some(expected), _) => expected == found,
        (None, Some(Value::Array(allowed))) => allowed.contains(found),
        _ => return Err(format!("the case has no `{one}`")),
    };
    if fits { Ok(()) } else { Err(format!("gives {}", found.to_text())) }
}
