//! `formatDateTime` beside what Java 17 writes and reads: rows that
//! `tests/data/java-dates/Dates.java` made.

use super::{Fixture, Namespaces, SynapseExpression, Value};

const WRITTEN: &str = include_str!("../../../../tests/data/java-dates/date_time_formatter.tsv");
const READ: &str = include_str!("../../../../tests/data/java-dates/date_time_parser.tsv");

/// What becomes of a text that one pattern reads and another writes; `!` where that fails.
fn formatted(text: &str, read: &str, write: &str) -> String {
    let flow = [("text", text), ("read", read), ("write", write)]
        .into_iter()
        .fold(Fixture::new(), |flow, (name, value)| flow.variable(name, Value::text(value)));
    let call = "formatDateTime(vars.text, vars.read, vars.write)";
    let compiled = SynapseExpression::compile(call, &Namespaces::default()).unwrap();
    match compiled.try_evaluate(&flow) {
        Ok(value) => format!("={}", value.to_text()),
        Err(_) => "!".to_owned(),
    }
}

fn check(rows: &[(String, String, String)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(_, found, expected)| found != expected)
        .map(|(row, found, expected)| format!("{row}: {found} for {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn writes_as_java_does() {
    let mut rows = Vec::new();
    for line in WRITTEN.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [moment, pattern, whole, date, time] = cells[..] else { panic!("{line}") };
        let (day, clock) = moment.split_once('T').unwrap();
        for (text, read, expected) in [
            (moment, "uuuu-MM-dd'T'HH:mm:ss.SSS", whole),
            (day, "uuuu-MM-dd", date),
            (clock, "HH:mm:ss.SSS", time),
        ] {
            let found = formatted(text, read, pattern);
            rows.push((format!("{text} as {pattern}"), found, expected.to_owned()));
        }
    }
    check(&rows);
}

#[test]
fn reads_as_java_does() {
    let rows: Vec<_> = READ
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [text, pattern, expected] = cells[..] else { panic!("{line}") };
            let found = formatted(text, pattern, "[uuuu-MM-dd][ HH:mm:ss.SSSSSSSSS]");
            (format!("{text} by {pattern}"), found, expected.to_owned())
        })
        .collect();
    check(&rows);
}
