//! Answers with holes: `{"greeting": "Hello, {{name|World}}!", "whole": {{.}}}`.

use std::fmt::Write as _;

use serde_json::Value;

/// A JSON text whose holes are filled from the event.
///
/// `{{a.b[0]}}` is a part of the event, `{{.}}` all of it, `{{a|text}}` has a default,
/// `{{@requestId}}`, `{{@functionName}}` and `{{@version}}` speak of the invocation. Inside a JSON
/// string a hole becomes text, elsewhere it becomes JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Text(String),
    Hole { source: Source, default: Option<String>, in_string: bool },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Event(Vec<Step>),
    RequestId,
    FunctionName,
    Version,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Index(usize),
}

/// What a template is filled from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filling<'a> {
    /// The event.
    pub event: &'a Value,
    /// The invocation's id.
    pub request_id: &'a str,
    /// The function's name.
    pub function: &'a str,
    /// The version that answers.
    pub version: &'a str,
}

/// What is wrong with a template.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TemplateError {
    /// `{{` without `}}`.
    #[error("a hole is not closed by '}}}}'")]
    Open,
    /// What stands in a hole cannot be read.
    #[error("'{{{{{0}}}}}' is not a path into the event")]
    Path(String),
    /// Filled, it is not JSON.
    #[error("the template does not give JSON: {0}")]
    NotJson(String),
}

impl Template {
    /// Reads a template and proves with an empty event that it gives JSON.
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut segments = Vec::new();
        let mut in_string = false;
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            let (before, hole) = rest.split_at(start);
            let (hole, after) = hole[2..].split_once("}}").ok_or(TemplateError::Open)?;
            in_string = ends_in_string(before, in_string);
            segments.push(Segment::Text(before.to_owned()));
            segments.push(read_hole(hole, in_string)?);
            rest = after;
        }
        segments.push(Segment::Text(rest.to_owned()));
        let template = Self(segments);
        let filling = Filling { event: &Value::Null, request_id: "r", function: "f", version: "1" };
        match serde_json::from_str::<Value>(&template.fill(filling)) {
            Ok(_) => Ok(template),
            Err(error) => Err(TemplateError::NotJson(error.to_string())),
        }
    }

    /// The text with its holes filled.
    pub(super) fn fill(&self, from: Filling<'_>) -> String {
        let mut text = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Text(part) => text.push_str(part),
                Segment::Hole { source, default, in_string } => {
                    let value = source.find(from);
                    let value = match (value, default) {
                        (Value::Null, Some(default)) => Value::from(default.as_str()),
                        (value, _) => value,
                    };
                    write_value(&mut text, &value, *in_string);
                }
            }
        }
        text
    }
}

impl Source {
    fn find(&self, from: Filling<'_>) -> Value {
        match self {
            Self::RequestId => from.request_id.into(),
            Self::FunctionName => from.function.into(),
            Self::Version => from.version.into(),
            Self::Event(steps) => {
                let found = steps.iter().try_fold(from.event, |value, step| match step {
                    Step::Member(name) => value.get(name),
                    Step::Index(index) => value.get(index),
                });
                found.cloned().unwrap_or_default()
            }
        }
    }
}

fn read_hole(hole: &str, in_string: bool) -> Result<Segment, TemplateError> {
    let malformed = || TemplateError::Path(hole.to_owned());
    let (path, default) = match hole.split_once('|') {
        Some((path, default)) => (path.trim(), Some(default.to_owned())),
        None => (hole.trim(), None),
    };
    let source = match path {
        "@requestId" => Source::RequestId,
        "@functionName" => Source::FunctionName,
        "@version" => Source::Version,
        "." => Source::Event(Vec::new()),
        path => Source::Event(read_path(path).ok_or_else(malformed)?),
    };
    Ok(Segment::Hole { source, default, in_string })
}

fn read_path(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, indexes) = match part.find('[') {
            Some(at) => part.split_at(at),
            None => (part, ""),
        };
        if name.starts_with('@') || (name.is_empty() && indexes.is_empty()) {
            return None;
        }
        if !name.is_empty() {
            steps.push(Step::Member(name.to_owned()));
        }
        let mut rest = indexes;
        while !rest.is_empty() {
            let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Index(index.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

/// Whether the place behind a piece of JSON text is within a string.
fn ends_in_string(text: &str, mut in_string: bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                bytes.next();
            }
            _ => {}
        }
    }
    in_string
}

fn write_value(text: &mut String, value: &Value, in_string: bool) {
    let plain = match (in_string, value) {
        (false, value) => {
            // Writing into a string cannot fail.
            let _ = write!(text, "{value}");
            return;
        }
        (true, Value::Null) => return,
        (true, Value::String(plain)) => plain.clone(),
        (true, other) => other.to_string(),
    };
    let quoted = Value::String(plain).to_string();
    text.push_str(quoted.get(1..quoted.len() - 1).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn holes_are_filled_by_where_they_stand() {
        let event = json!({"name": "A\"da", "n": 3, "list": [{"x": true}], "nothing": null});
        let rows = [
            (r#"{"m":"Hi {{name}}"}"#, r#"{"m":"Hi A\"da"}"#),
            (r#"{"m":{{name}}}"#, r#"{"m":"A\"da"}"#),
            (r#"{"n":{{n}},"t":"{{n}}"}"#, r#"{"n":3,"t":"3"}"#),
            (r"[{{list[0].x}}]", "[true]"),
            (r#"["{{ list[0] }}"]"#, r#"["{\"x\":true}"]"#),
            (r#"["{{gone}}",{{gone}}]"#, r#"["",null]"#),
            (r#"["{{gone|World}}",{{nothing|x}}]"#, r#"["World","x"]"#),
            (r#"["a\"{{n}}"]"#, r#"["a\"3"]"#),
            (r#"["{{@requestId}} {{@functionName}}:{{@version}}"]"#, r#"["id f:7"]"#),
        ];
        let filling = Filling { event: &event, request_id: "id", function: "f", version: "7" };
        for (template, expected) in rows {
            assert_eq!(Template::parse(template).unwrap().fill(filling), expected);
        }
        let whole = Template::parse("{{.}}").unwrap().fill(filling);
        assert_eq!(serde_json::from_str::<Value>(&whole).unwrap(), event);
    }

    #[test]
    fn bad_templates() {
        assert_eq!(Template::parse("{{a"), Err(TemplateError::Open));
        for path in ["", "a..b", "a[x]", "a[0", "@who"] {
            let template = format!("{{{{{path}}}}}");
            assert_eq!(Template::parse(&template), Err(TemplateError::Path(path.to_owned())));
        }
        for text in ["", "{", "[{{a}} {{b}}]"] {
            assert!(matches!(Template::parse(text), Err(TemplateError::NotJson(_))), "{text}");
        }
    }
}
