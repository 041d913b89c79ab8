//! The rows of `tests/data/json_xml`: JSON as XML and back, by settings of Synapse's names, beside
//! what Synapse answers.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{found, read};
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

#[test]
fn names_of_the_mediation_table_say_the_same() {
    let lines = "[mediation]\nsynapse.enable_auto_primitive = \"false\"\n\
                 synapse.json_out_auto_array = false\nsynapse.enable_xml_nil = true\n\
                 synapse.preserve_namespace_on_xml_to_json = true\n\
                 synapse.enable_namespace_declaration = true\n\
                 synapse.disable_auto_primitive_regex = \"1\"\n\
                 synapse.disable_custom_replace_regex = \"2\"\n";
    let (loaded, diagnostics, _folder) = read(lines, &[]);
    assert_eq!(found(&diagnostics), [""; 0]);
    let it = loaded.settings.rules.conversion;
    assert!(!it.auto_primitive && !it.auto_array);
    assert!(it.nil && it.keep_prefixes && it.keep_declarations);
    assert!(it.stays_text.is_some_and(|found| found.is_match("1") && !found.is_match("11")));
    assert!(it.replaced.is_some_and(|found| found.is_match("22") && !found.is_match("12")));
}

#[test]
fn what_is_no_pattern_and_no_character_is_an_error() {
    let lines = "[json_xml]\nstays_text = \"(?=1)\"\nreplaced = 1\nprefix_separator = \"\"\n\
                 [synapse_properties]\n'synapse.commons.json.output.emptyXmlElemToEmptyStr' = true\n";
    let (_, diagnostics, _folder) = read(lines, &[]);
    let pattern = "must be a regular expression without look-around and back references";
    assert_eq!(
        found(&diagnostics),
        [
            format!(
                "2:14 error A701 `json_xml.stays_text` {pattern}: look-around, including \
                 look-ahead and look-behind, is not supported"
            ),
            format!("3:12 error A701 `json_xml.replaced` {pattern}"),
            "4:20 error A701 `json_xml.prefix_separator` must be a character".to_owned(),
            "6:1 warning A702 `synapse_properties.synapse.commons.json.output.\
             emptyXmlElemToEmptyStr` is a setting of Micro Integrator that has no effect here \
             [set `[json_xml] empty_is_null`; this one has no effect in Synapse either]"
                .to_owned(),
        ]
    );
}
