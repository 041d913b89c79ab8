//! Rows for paths.

mod budget;
mod conformance;
mod dialect;
mod dynamic;
mod jayway;
mod properties;
mod scope;

use std::borrow::Cow;

use super::JsonPath;
use super::budget::Budget;
use super::eval::Outcome;
use crate::json::{self, Value};
use crate::message::Work;

/// The document of Jayway's manual.
const STORE: &str = r#"{
  "store": {
    "book": [
      {"category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95},
      {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99},
      {"category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553-21311-3", "price": 8.99},
      {"category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord of the Rings", "isbn": "0-395-19395-8", "price": 22.99}
    ],
    "bicycle": {"color": "red", "price": 19.95}
  },
  "expensive": 10
}"#;

fn parse(text: &str) -> Value {
    json::parse(text.as_bytes(), &json::Limits::default()).unwrap()
}

/// What a path leads to in a document: `!` when it leads nowhere, the value of a definite path,
/// otherwise an array.
fn found(path: &str, document: &Value) -> String {
    let path = match JsonPath::compile(path) {
        Ok(path) => path,
        Err(error) => panic!("{path}: {error} at {}", error.offset),
    };
    let found = path.read(document, &Work::default()).unwrap();
    found.map_or_else(|| "!".to_owned(), |value| value.to_text())
}

/// Checks rows of path and result against a document.
fn check(document: &str, rows: &[(&str, &str)]) {
    let document = parse(document);
    for (path, expected) in rows {
        assert_eq!(found(path, &document), *expected, "{path}");
    }
}

/// What becomes of a path.
#[derive(Debug, PartialEq)]
enum Answer {
    Refused,
    /// It is a path; there is no document to try it on.
    Accepted,
    /// It leads nowhere.
    Nothing,
    Gives(Value),
}

impl Answer {
    /// As the tables write it.
    fn of(written: &Value) -> Self {
        match written.as_str() {
            Some("refused") => Self::Refused,
            Some("accepted") => Self::Accepted,
            Some("nothing") => Self::Nothing,
            _ => Self::Gives(written.get("gives").unwrap().clone()),
        }
    }
}

fn answer(path: &str, document: Option<&Value>) -> Answer {
    let Ok(path) = JsonPath::compile(path) else { return Answer::Refused };
    let Some(document) = document else { return Answer::Accepted };
    let found = path.find(document, &Budget::new(&Work::default())).unwrap();
    assert!(!matches!((&found, path.is_definite()), (Some(Outcome::Many(_)), true)));
    match found {
        None => Answer::Nothing,
        Some(Outcome::One(value)) => Answer::Gives(value.into_owned()),
        Some(Outcome::Many(values)) => {
            Answer::Gives(Value::Array(values.into_iter().map(Cow::into_owned).collect()))
        }
    }
}
