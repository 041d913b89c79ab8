//! Synapse's own ways with templates, and the test suite that RFC 6570's libraries share.

use std::path::Path;

use proptest::prelude::*;

use super::{UriTemplate, Variable, parse, text_of};
use crate::json::{self, Value};

#[test]
fn templates_expand() {
    let lookup = |name: &str, _| {
        let text = match name {
            "uri.var.host" => "http://h:80/a b",
            "uri.var.x" => "a/b c&d",
            "uri.var.e" => "",
            "uri.var.coded" => "a%20b",
            "query.param.q" => "1=2",
            _ => return None,
        };
        Some(Variable::Text(text.into()))
    };
    for (template, expected) in [
        ("http://a/b", "http://a/b"),
        ("http://a/{uri.var.x}", "http://a/a%2Fb%20c%26d"),
        ("http://a/{+uri.var.x}", "http://a/a/b%20c&d"),
        ("{uri.var.host}/x", "http://h:80/a%20b/x"),
        ("{+uri.var.host}/x", "http://h:80/a%20b/x"),
        ("{uri.var.missing}{uri.var.x}", "a%2Fb%20c%26d"),
        ("http://a{/uri.var.x}", "http://a/a%2Fb%20c%26d"),
        ("http://a{?query.param.q,missing}", "http://a?query.param.q=1%3D2"),
        ("http://a?x=1{&uri.var.e}", "http://a?x=1&uri.var.e="),
        ("http://a{;uri.var.e}", "http://a;uri.var.e"),
        ("http://a/{missing}/b", "http://a//b"),
        ("http://a/{uri.var.x:3}", "http://a/a%2Fb"),
        ("http://a/{uri.var.coded}", "http://a/a%2520b"),
        ("legacy-encoding:http://a/{uri.var.coded}", "http://a/a%20b"),
        ("legacy-encoding:{uri.var.host}", "http://h:80/a%20b"),
    ] {
        let compiled = UriTemplate::compile(template).unwrap();
        assert_eq!(compiled.expand(lookup).unwrap(), expected, "{template}");
    }
}

#[test]
fn what_is_no_template_says_where() {
    for (template, offset, message) in [
        ("http://a/{x", 9, "`{` is never closed"),
        ("http://a/{}", 9, "`{}` names no variable"),
        ("http://a/{+}", 9, "`{+}` names no variable"),
        ("http://a/x}", 10, "`}` closes nothing"),
        ("legacy-encoding:a{x", 17, "`{` is never closed"),
        ("a{x:0}", 1, "`x:0` has no length from 1 to 9999 behind `:`"),
        ("a{b c}", 1, "`b c` is not the name of a variable: letters, digits, `_`, and `.` between"),
    ] {
        let error = UriTemplate::compile(template).unwrap_err();
        assert_eq!((error.offset, &*error.message), (offset, message), "{template}");
    }
}

/// A template by the RFC alone, without Synapse's way with the first expression.
fn by_the_rfc(text: &str) -> Option<UriTemplate> {
    Some(UriTemplate { parts: parse::parse(text).ok()?, decodes_values: false })
}

fn variable(value: &Value) -> Option<Variable> {
    Variable::of_json(value).or_else(|| Some(Variable::Text(text_of(value)?)))
}

/// One file of the suite: groups of variables and of pairs (template, what it may expand to).
/// Gives the number of pairs.
fn check(file: &Path) -> usize {
    let suite = json::parse(&std::fs::read(file).unwrap(), &json::Limits::default()).unwrap();
    let Value::Object(groups) = suite else { panic!("{}", file.display()) };
    let mut count = 0;
    for (title, group) in groups.iter() {
        let variables = group.get("variables").unwrap();
        let Some(Value::Array(pairs)) = group.get("testcases") else { panic!("{title}") };
        for pair in pairs {
            let Value::Array(pair) = pair else { panic!("{title}") };
            let template = pair[0].as_str().unwrap();
            let found = by_the_rfc(template).and_then(|compiled| {
                compiled.expand(|name, _| variables.get(name).and_then(variable)).ok()
            });
            let is_right = match &pair[1] {
                Value::Bool(false) => found.is_none(),
                Value::Array(any) => any.iter().any(|one| one.as_str() == found.as_deref()),
                one => one.as_str() == found.as_deref(),
            };
            assert!(is_right, "{title}: {template} gives {found:?}");
            count += 1;
        }
    }
    count
}

#[test]
fn the_shared_test_suite_passes_on_all_levels() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/uri-templates");
    if !folder.exists() {
        println!("left out: {} is not here", folder.display());
        return;
    }
    for (file, count) in [
        ("spec-examples.json", 64),
        ("spec-examples-by-section.json", 117),
        ("extended-tests.json", 53),
        ("negative-tests.json", 36),
    ] {
        assert_eq!(check(&folder.join(file)), count, "{file}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_template_or_an_error_within_it(text in "[a-z{}:*,%+#./;?&é 0-9]{0,24}") {
        match UriTemplate::compile(&text) {
            Ok(template) => {
                let value = |_: &str, _| Some(Variable::Text("ä/%41%".into()));
                let uri = template.expand(value).unwrap();
                prop_assert!(uri.is_ascii() && !uri.contains(['{', '}', ' ']), "{uri}");
            }
            Err(error) => prop_assert!(error.offset < text.len() && text.is_char_boundary(error.offset)),
        }
    }

    #[test]
    fn a_plain_value_comes_back_out_of_its_uri(value in any::<String>()) {
        let template = UriTemplate::compile("http://a/{x}").unwrap();
        let uri = template.expand(|_, _| Some(Variable::Text((&*value).into()))).unwrap();
        let coded = uri.strip_prefix("http://a/").unwrap();
        let back = percent_encoding::percent_decode_str(coded).decode_utf8().unwrap();
        prop_assert_eq!(back, value);
    }
}
