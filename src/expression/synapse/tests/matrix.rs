//! Each function at each of its places, and each operator between each two kinds of values: rows
//! of data beside this file.
//!
//! `UPDATE_EXPECT=1` rewrites the results.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::{message, result};
use crate::expression::Namespaces;
use crate::expression::synapse::SynapseExpression;
use crate::expression::synapse::ast::Operator;
use crate::expression::synapse::functions::Function;
use crate::expression::testing::{Fixture, envelope, tree};
use crate::message::Value;

const FUNCTIONS: &str = "functions.txt";
const OPERATORS: &str = "operators.txt";

fn flow() -> Fixture {
    let variable = Value::Xml(Arc::new(tree("<d><a>in a variable</a></d>")));
    message().xml(envelope("", "<a>in the body</a>")).variable("doc", variable)
}

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/expression/synapse/tests");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// Compares a file with what it should be, or makes it that.
fn expect(name: &str, found: &str) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/expression/synapse/tests");
        return std::fs::write(folder.join(name), found).unwrap();
    }
    for (number, (line, found)) in read(name).lines().zip(found.lines()).enumerate() {
        assert_eq!(found, line, "{name}:{}", number + 1);
    }
    assert_eq!(read(name).lines().count(), found.lines().count());
}

/// What an expression gives: `!` when it fails, `refused` when it does not compile.
fn outcome(expression: &str, flow: &Fixture) -> String {
    if SynapseExpression::compile(expression, &Namespaces::default()).is_err() {
        return "refused".to_owned();
    }
    let found = result(expression, flow);
    if found.starts_with("! ") { "!".to_owned() } else { found }
}

/// Lines of `expression => result`; what begins with `#` is for people.
#[test]
fn functions_do_as_their_rows_say() {
    let flow = flow();
    let mut found = String::new();
    for line in read(FUNCTIONS).lines() {
        if line.is_empty() || line.starts_with('#') {
            found.push_str(line);
        } else {
            let expression = line.split(" => ").next().unwrap();
            found.extend([expression, " => ", &outcome(expression, &flow)]);
        }
        found.push('\n');
    }
    expect(FUNCTIONS, &found);
}

/// One table per operator: the left side at the row's start, the right ones in the first line.
#[test]
fn operators_do_as_their_rows_say() {
    let flow = flow();
    let mut found = String::new();
    for block in read(OPERATORS).split("\n\n") {
        let mut lines = block.lines().filter(|line| !line.starts_with('#'));
        let Some(head) = lines.next() else {
            found.extend([block, "\n"]);
            continue;
        };
        let mut cells = head.split('|').map(str::trim);
        let operator = cells.next().unwrap();
        let rights: Vec<&str> = cells.collect();
        let mut table = vec![head.split('|').map(|cell| cell.trim().to_owned()).collect()];
        for line in lines {
            let left = line.split('|').next().unwrap().trim();
            let results =
                rights.iter().map(|right| outcome(&format!("{left} {operator} {right}"), &flow));
            table.push(std::iter::once(left.to_owned()).chain(results).collect());
        }
        found.extend(["\n", &aligned(&table)]);
    }
    expect(OPERATORS, &found);
}

fn aligned(table: &[Vec<String>]) -> String {
    let columns = table.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        table.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..columns).filter_map(width).collect();
    let mut text = String::new();
    for row in table {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.extend([cells.join(" | ").trim_end(), "\n"]);
    }
    text
}

/// Every function has rows that it takes, rows that it refuses, and rows with nothing, with empty
/// text and with other kinds of values at every place.
#[test]
fn every_function_has_its_rows() {
    let text = read(FUNCTIONS);
    let mut rows: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for line in text.lines() {
        if let Some((expression, result)) = line.split_once(" => ") {
            let name = expression.split('(').next().unwrap();
            rows.entry(name).or_default().push((expression, result));
        }
    }
    assert!(rows.values().map(Vec::len).sum::<usize>() >= 500);
    for name in Function::names().filter(|name| *name != "now") {
        let rows = rows.get(name).map(Vec::as_slice).unwrap_or_default();
        let has = |part: &str| rows.iter().any(|(expression, _)| expression.contains(part));
        assert!(rows.len() >= 12, "{name} has only {} rows", rows.len());
        let refuses = rows.iter().any(|(_, result)| *result == "!");
        assert_eq!(refuses, name != "exists", "{name} refuses nothing, or `exists` something");
        assert!(rows.iter().any(|(_, result)| *result != "!"), "{name} takes nothing");
        for part in
            ["null", "payload.null", "payload.none", "''", "'x'", "5", "2.5", "true", "['a']"]
        {
            assert!(has(part), "{name} has no row with {part}");
        }
    }
}

#[test]
fn every_operator_has_its_table() {
    let text = read(OPERATORS);
    for operator in Operator::ALL {
        let found = text.lines().any(|line| {
            let mut cells = line.split('|').map(str::trim);
            cells.next() == Some(operator.symbol()) && cells.next() == Some("7")
        });
        assert!(found, "`{}` has no table", operator.symbol());
    }
}
