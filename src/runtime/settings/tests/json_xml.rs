//! The rows of `tests/data/json_xml`: JSON as XML and back, by settings of Synapse's names, beside
//! what Synapse answers.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::read;
use crate::json::{self, Limits};
use crate::xml::{self, Tree, XmlRules, json_to_xml, xml_to_json};

#[derive(Deserialize)]
struct Table<R> {
    row: Vec<R>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FromXml {
    xml: String,
    json: Option<String>,
    error: Option<String>,
    #[serde(default)]
    properties: BTreeMap<String, toml::Value>,
    synapse: Option<String>,
    difference: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FromJson {
    json: String,
    xml: String,
    back: Option<String>,
    #[serde(default)]
    properties: BTreeMap<String, toml::Value>,
    synapse_xml: Option<String>,
    synapse: Option<String>,
    difference: Option<String>,
}

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn rows<R: for<'de> Deserialize<'de>>(name: &str) -> Vec<R> {
    toml::from_str::<Table<R>>(&file(&format!("tests/data/json_xml/{name}"))).unwrap().row
}

/// The rules that these lines of `[synapse_properties]` make.
fn rules(properties: &BTreeMap<String, toml::Value>) -> XmlRules {
    let lines: Vec<String> =
        properties.iter().map(|(name, value)| format!("'{name}' = {value}\n")).collect();
    let lines = format!("[synapse_properties]\n{}", lines.concat());
    let (loaded, diagnostics, _folder) = read(&lines, &[]);
    assert_eq!(diagnostics.error_count(), 0, "{lines}");
    loaded.settings.rules.conversion
}

fn as_json(text: &str, rules: &XmlRules) -> Result<String, String> {
    let tree = xml::parse(text.as_bytes(), None, &xml::Limits::default()).unwrap();
    let value = xml_to_json(&tree, Tree::ROOT, rules);
    value.map(|value| value.to_text()).map_err(|error| error.to_string())
}

/// A row that has another answer of Synapse's says where the manual tells it, and only such a one.
fn check_difference(what: &str, differs: bool, difference: Option<&str>) {
    assert_eq!(difference.is_some(), differs, "{what}");
    if let Some(difference) = difference {
        let told = file("docs/differences.md");
        let begin = format!("| {difference}");
        assert!(told.lines().any(|line| line.starts_with(&begin)), "{what}: {begin}");
    }
}

#[test]
fn xml_becomes_json() {
    for row in rows::<FromXml>("from_xml.toml") {
        let found = as_json(&row.xml, &rules(&row.properties));
        match (&row.json, &row.error) {
            (Some(json), None) => assert_eq!(found.as_ref(), Ok(json), "{}", row.xml),
            (None, Some(error)) => {
                let text = found.as_ref().unwrap_err();
                assert!(text.contains(error), "{}: {text}", row.xml);
            }
            _ => panic!("{}: either `json` or `error`", row.xml),
        }
        let ours = found.unwrap_or_else(|_| "error".to_owned());
        let differs = row.synapse.is_some_and(|synapse| synapse != ours);
        check_difference(&row.xml, differs, row.difference.as_deref());
    }
}

#[test]
fn json_becomes_xml_and_comes_back() {
    for row in rows::<FromJson>("from_json.toml") {
        let rules = rules(&row.properties);
        let value = json::parse(row.json.as_bytes(), &Limits::default()).unwrap();
        let mut tree = Tree::new();
        json_to_xml(&value, &rules, &mut tree, Tree::ROOT);
        assert_eq!(tree.to_text(), row.xml, "{}", row.json);
        let expected = row.back.as_ref().unwrap_or(&row.json);
        let back = xml_to_json(&tree, Tree::ROOT, &rules).map(|value| value.to_text());
        let back = back.unwrap_or_else(|_| "error".to_owned());
        assert_eq!(back, *expected, "{}", row.json);
        let read = as_json(&row.xml, &rules).unwrap_or_else(|_| "error".to_owned());
        assert_eq!(read, *expected, "{}, written and read", row.json);
        let differs = [(row.synapse, expected), (row.synapse_xml, &row.xml)]
            .into_iter()
            .any(|(synapse, ours)| synapse.is_some_and(|synapse| synapse != *ours));
        check_difference(&row.json, differs, row.difference.as_deref());
    }
}
