//! The OpenAPI definition of an API: the file that `publishSwagger` names, or one that is made of
//! its resources. Both spellings, JSON and YAML, are written when it is deployed.

mod generate;

use bytes::Bytes;
use serde_json::Value;

use super::Api;
use crate::diagnostic::{Code, Diagnostics, Severity, Span};
use crate::mediation::{Entry, Program};

/// A definition in both its spellings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Definition {
    /// What `?swagger.json` answers.
    pub json: Bytes,
    /// What `?swagger.yaml` answers.
    pub yaml: Bytes,
}

/// The key of a definition and where an artifact names it.
#[derive(Debug)]
pub(super) struct Published {
    /// The key of a local entry or a registry resource.
    pub(super) key: Box<str>,
    /// Where it stands.
    pub(super) place: Span,
}

/// Gives every API its definition; what is wrong with a published one is reported, and one that
/// is made takes its place.
pub(super) fn define(apis: &mut [Api], program: &Program, diagnostics: &mut Diagnostics) {
    for api in apis {
        let published = api.published.as_ref();
        let read = published.and_then(|published| match read(published, program) {
            Ok(definition) => Some(definition),
            Err((code, message)) => {
                let found = diagnostics.report(code, published.place, message);
                found.severity = Severity::Warning;
                found.help("`?swagger.json` answers a definition made of the API's resources");
                None
            }
        });
        api.definition = read.unwrap_or_else(|| write(&generate::definition(api)));
    }
}

fn read(published: &Published, program: &Program) -> Result<Definition, (Code, String)> {
    let key = &published.key;
    // As the registry of the older products wrote it.
    let short = key
        .strip_prefix("/_system/governance/")
        .map(|path| format!("gov:/{path}"))
        .or_else(|| key.strip_prefix("/_system/config/").map(|path| format!("conf:/{path}")));
    match program.entry(short.as_deref().unwrap_or(key)) {
        Some(Entry::Text(text)) => parse(text).map_err(|why| {
            (Code::INVALID_VALUE, format!("the definition `{key}` cannot be read: {why}"))
        }),
        Some(_) => Err((Code::INVALID_VALUE, format!("`{key}` is neither JSON nor YAML"))),
        None => {
            Err((Code::UNRESOLVED_ENTRY, format!("no registry resource or local entry is `{key}`")))
        }
    }
}

/// A definition of a file's text; it stays as it is in its own spelling.
fn parse(text: &str) -> Result<Definition, String> {
    let own = Bytes::copy_from_slice(text.as_bytes());
    if text.trim_start().starts_with('{') {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        return Ok(Definition { json: own, yaml: to_yaml(&value)? });
    }
    let value: Value = serde_saphyr::from_str(text).map_err(|error| {
        // The library draws the place below its first line.
        error.to_string().lines().next().unwrap_or_default().to_owned()
    })?;
    if !value.is_object() {
        return Err("it is no map".to_owned());
    }
    Ok(Definition { json: to_json(&value), yaml: own })
}

fn write(value: &Value) -> Definition {
    Definition { json: to_json(value), yaml: to_yaml(value).unwrap_or_default() }
}

fn to_json(value: &Value) -> Bytes {
    value.to_string().into()
}

fn to_yaml(value: &Value) -> Result<Bytes, String> {
    serde_saphyr::to_string(value).map(Bytes::from).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn either_spelling_becomes_the_other() {
        let json = r#"{"openapi":"3.0.3","info":{"title":"a: b","version":"1.10"},"x":[1,null,true],"on":"no"}"#;
        let of_json = parse(json).unwrap();
        assert_eq!(of_json.json, json);
        let yaml = std::str::from_utf8(&of_json.yaml).unwrap();
        let of_yaml = parse(yaml).unwrap();
        assert_eq!(of_yaml.json, json, "{yaml}");
        assert_eq!(of_yaml.yaml, yaml);
    }

    #[test]
    fn what_is_no_definition_is_refused() {
        for text in ["{\"a\":", "a: [", "just a text", "- 1", ""] {
            let error = parse(text).unwrap_err();
            assert!(!error.is_empty() && !error.contains('\n'), "{text}: {error}");
        }
        let mut bomb = "a0: &a0 x\n".to_owned();
        for level in 1..12 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.extend([format!("a{level}: &a{level} [{below}]\n")]);
        }
        assert!(parse(&bomb).is_err());
    }
}
