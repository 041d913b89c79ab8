//! Rows for paths.

mod conformance;
mod dialect;
mod scope;

use std::borrow::Cow;

use super::JsonPath;
use crate::json::{self, Value};

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
    let values = path.select(document).unwrap();
    if path.is_definite() {
        return values.first().map_or_else(|| "!".to_owned(), |value| value.to_text());
    }
    Value::Array(values.into_iter().map(Cow::into_owned).collect()).to_text()
}

/// Checks rows of path and result against a document.
fn check(document: &str, rows: &[(&str, &str)]) {
    let document = parse(document);
    for (path, expected) in rows {
        assert_eq!(found(path, &document), *expected, "{path}");
    }
}
