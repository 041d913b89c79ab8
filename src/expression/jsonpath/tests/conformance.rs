//! RFC 9535's own cases, where Jayway and the standard agree.

use std::borrow::Cow;
use std::path::Path;

use crate::expression::jsonpath::JsonPath;
use crate::json::{self, Value};

/// Where Jayway goes its own way, and which cases see it; `*` stands for anything. A case that is
/// listed and agrees after all fails the test, so that the list stays true.
const DIFFERENT: [(&str, &[&str]); 13] = [
    (
        "selectors of different kinds do not share brackets",
        &[
            "basic, multiple selectors, name and index, *",
            "basic, multiple selectors, index and slice*",
            "basic, multiple selectors, wildcard and *",
            "basic, multiple selectors, multiple wildcards",
            "filter, non-singular existence, multiple",
            "filter, multiple selectors*",
        ],
    ),
    (
        "the standard's functions are not Jayway's",
        &[
            "functions, count, count function",
            "functions, count, single-node arg",
            "functions, count, multiple-selector arg",
            "functions, length, string data*",
            "functions, length, array data",
            "functions, length, missing data",
            "functions, length, * arg",
            "functions, length, arg is *",
            "functions, match, *",
            "functions, search, *",
            "functions, value, *-value nodelist",
            "filter, equals, special nothing",
            "filter, equals, empty node list and special nothing",
            "whitespace, functions, * between parenthesis and arg",
            "whitespace, functions, * between arg and comma",
            "whitespace, functions, * between comma and arg",
            "whitespace, functions, * between arg and parenthesis",
            "whitespace, functions, * singular selector",
        ],
    ),
    (
        "no white space between steps",
        &[
            "whitespace, selectors, * between root and *",
            "whitespace, selectors, * between bracket and bracket",
        ],
    ),
    (
        "several names at a path's end make one object",
        &[
            "basic, descendant segment, multiple selectors",
            "basic, descendant segment, object traversal, multiple selectors",
            "filter, followed by child segment that selects multiple elements",
            "whitespace, selectors, * between selector and comma",
            "whitespace, selectors, * between comma and selector",
        ],
    ),
    (
        "a filter tests an object itself, not its members",
        &[
            "filter, existence, without segments",
            "filter, absolute existence, without segments",
            "filter, name segment on primitive, selects nothing",
            "filter, object data",
        ],
    ),
    (
        "numbers and texts compare with each other",
        &[
            "filter, equals numeric string, *",
            "filter, not-equals numeric string, *",
            "filter, equals number",
            "filter, equals number, zero and negative zero",
            "filter, equals number, decimal fraction",
            "filter, not-equals number",
            "filter, greater than number",
            "filter, greater than or equal to number",
        ],
    ),
    (
        "what is missing equals nothing",
        &[
            "filter, equals, absent from index selector equals absent from name selector",
            "filter, equals, empty node list and empty node list",
        ],
    ),
    (
        "only numbers and texts are ordered",
        &[
            "filter, less than or equal to null",
            "filter, less than or equal to true",
            "filter, less than or equal to false",
            "filter, greater than or equal to null",
            "filter, greater than or equal to true",
            "filter, greater than or equal to false",
        ],
    ),
    (
        "lists may be compared",
        &[
            "filter, non-singular query in comparison, *",
            "filter, * non-singular query, index, *",
            "filter, * non-singular query, name, *",
            "filter, * non-singular query, wildcard, *",
            "filter, * non-singular query, slice, *",
        ],
    ),
    ("white space around a path is passed over", &["basic, no leading *", "basic, no trailing *"]),
    (
        "names after a dot hold anything",
        &["basic, name shorthand, symbol", "basic, name shorthand, number"],
    ),
    (
        "integers have any form and size",
        &[
            "index selector, m* exact index * 1",
            "index selector, *leading 0",
            "index selector, *-0",
            "slice selector, *, m* exact * 1",
            "slice selector, *, leading 0",
            "slice selector, *, *-0",
        ],
    ),
    (
        "quoted names hold any character and any escape",
        &[
            "name selector, * quotes, embedded U+000*",
            "name selector, * quotes, embedded U+001*",
            "name selector, * quotes, invalid escaped * quote",
            "name selector, double quotes, escape at end of line",
            "name selector, double quotes, * escape",
            "name selector, double quotes, unicode escape upper u*",
        ],
    ),
];

/// Cases that a pattern above catches although Jayway agrees with them.
const AGREEING: [&str; 8] = [
    "functions, length, non-singular query arg",
    "functions, match, result cannot be compared",
    "functions, match, too few params",
    "functions, match, too many params",
    "functions, search, result cannot be compared",
    "functions, search, too few params",
    "functions, search, too many params",
    "name selector, double quotes, incomplete escape",
];

#[test]
fn agrees_with_the_standard() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/jsonpath-cts/cts.json");
    let Ok(bytes) = std::fs::read(&file) else {
        println!("left out: no JSONPath conformance suite at {}", file.display());
        return;
    };
    let suite = json::parse(&bytes, &json::Limits::default()).unwrap();
    let Some(Value::Array(cases)) = suite.get("tests") else { panic!("no cases") };
    let mut wrong = Vec::new();
    for case in cases {
        let name = case.get("name").and_then(Value::as_str).unwrap();
        match (check(case), reason(name)) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Ok(()), Some(reason)) => wrong.push(format!("{name}: agrees, despite: {reason}")),
            (Err(problem), None) => wrong.push(format!("{name}: {problem}")),
        }
    }
    assert!(cases.len() > 700, "only {} cases", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn reason(name: &str) -> Option<&'static str> {
    if AGREEING.contains(&name) {
        return None;
    }
    let listed = |patterns: &[&str]| patterns.iter().any(|pattern| fits(pattern, name));
    DIFFERENT.iter().find(|(_, patterns)| listed(patterns)).map(|(reason, _)| *reason)
}

fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

fn check(case: &Value) -> Result<(), String> {
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
    let values: Vec<Value> =
        path.select(document).unwrap().into_iter().map(Cow::into_owned).collect();
    expect(case, "result", "results", &Value::Array(values))?;
    let places = path.locate(document).unwrap();
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
