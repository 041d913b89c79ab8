//! Patterns do what Java's do: `java.jsonl` holds what `java.util.regex` of Java 17 said
//! (`tests/oracle/Patterns.java` writes such rows).

mod evil;

use super::*;
use crate::json::{self, Value};

const STEPS: u64 = 1_000_000;

/// What Java compiles and we refuse.
const REFUSED: &[&str] = &[
    "a{2}{3}",
    "\\1(a)",
    "(a)\\2",
    "(?<=a*)b",
    "\\G\\d",
    "\\N{LATIN SMALL LETTER A}",
    "\\X",
    "[a&&]",
    "[&&a]",
    "\\p{InGreek}+",
    "\\p{blk=Greek}+",
    "\\p{javaMirrored}+",
];

/// What matches differently: the group of `()*` takes part where Java's does not, and `\R{2}`
/// may split `\r\n`.
const DIFFERENT: &[&str] = &["()*", "\\R{2}"];

/// The pattern without its automaton, so that every match is tried step by step.
fn tried(pattern: &str, whole: bool) -> Pattern {
    let (node, groups) = parser::parse(pattern, Flags::default()).unwrap();
    Pattern(Arc::new(Compiled {
        whole,
        groups,
        weight: node.weight(),
        width: node.width().1,
        program: Program::new(&node, groups),
        automaton: None,
        exact: true,
    }))
}

fn texts(groups: &Groups, count: usize, text: &str) -> Value {
    let one = |group| groups.text(group, text).map_or(Value::Null, Value::string);
    Value::Array((0..count).map(one).collect())
}

fn whole(pattern: &Pattern, text: &str) -> Value {
    let found = pattern.captures(text, STEPS).unwrap();
    assert_eq!(pattern.is_match(text, STEPS).unwrap(), found.is_some(), "{pattern:?}");
    found.map_or(Value::Null, |found| texts(&found, pattern.groups(), text))
}

fn all(pattern: &Pattern, text: &str) -> Value {
    let found = pattern.all(text, STEPS).unwrap();
    assert_eq!(pattern.is_match(text, STEPS).unwrap(), !found.is_empty(), "{pattern:?}");
    Value::Array(found.iter().map(|found| texts(found, pattern.groups(), text)).collect())
}

#[test]
fn patterns_match_as_java_has_them_match() {
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in include_str!("java.jsonl").lines() {
        let row = json::parse(line.as_bytes(), &json::Limits::default()).unwrap();
        let text_of = |name| row.get(name).and_then(Value::as_str).unwrap().to_owned();
        let (pattern, text) = (text_of("pattern"), text_of("text"));
        let compiled = (Pattern::whole(&pattern, ""), Pattern::within(&pattern, ""));
        let (full, part) = match compiled {
            (Ok(full), Ok(part)) => (full, part),
            (Err(error), _) | (_, Err(error)) => {
                let expected = row.get("error").is_some() || REFUSED.contains(&&*pattern);
                if !expected || error.help.is_none() && row.get("error").is_none() {
                    wrong.push(format!("{pattern:?} is refused: {error}"));
                }
                continue;
            }
        };
        rows += 1;
        if DIFFERENT.contains(&&*pattern) {
            continue;
        }
        if row.get("error").is_some() {
            wrong.push(format!("{pattern:?} is accepted"));
            continue;
        }
        for (what, got, expected) in [
            ("whole", whole(&full, &text), "whole"),
            ("all", all(&part, &text), "all"),
            ("whole, tried", whole(&tried(&pattern, true), &text), "whole"),
            ("all, tried", all(&tried(&pattern, false), &text), "all"),
        ] {
            let expected = row.get(expected).unwrap();
            if got != *expected {
                let (got, expected) = (got.to_text(), expected.to_text());
                wrong.push(format!("{pattern:?} on {text:?}, {what}: {got}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows > 300, "{rows} rows");
}
