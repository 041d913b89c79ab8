//! Jayway's own answers to paths of every kind, which `jayway.json` holds.

use super::{Answer, answer, parse};
use crate::json::Value;

#[test]
fn answers_as_jayway_does() {
    let table = parse(include_str!("jayway.json"));
    let (reasons, documents) = (table.get("why").unwrap(), table.get("documents").unwrap());
    let Some(Value::Array(rows)) = table.get("rows") else { panic!("no rows") };
    let mut wrong = Vec::new();
    for row in rows {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let path = text("path").unwrap();
        let document = documents.get(text("in").unwrap());
        let jayway = row.get("jayway").unwrap();
        let expected = row.get("ours").unwrap_or(jayway);
        if expected != jayway {
            assert!(reasons.get(text("why").unwrap()).is_some(), "{path} has no reason");
        }
        let found = answer(path, document);
        if found != Answer::of(expected) {
            wrong.push(format!("{path} gives {found:?}, not {}", expected.to_text()));
        }
    }
    assert!(rows.len() > 1_300, "only {} rows", rows.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
