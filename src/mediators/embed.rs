//! Values inside texts: what a value looks like in a JSON, an XML or a plain text.

use crate::json;
use crate::message::{Fault, Rules, Value};
use crate::xml::{self, Tree};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    Json,
    Xml,
    Text,
}

impl Media {
    /// A value where the text is not quoted, or between quotes of JSON.
    pub(super) fn value(self, value: &Value, quoted: bool, rules: &Rules) -> Result<String, Fault> {
        match self {
            Self::Text => Ok(value_text(value)),
            Self::Json if quoted => Ok(json_escaped(&value_text(value))),
            Self::Json => bare_json(value, rules),
            Self::Xml => match value {
                Value::Json(json) if is_container(json) => json_to_xml(json, rules),
                Value::Xml(tree) => Ok(tree.to_text()),
                other => {
                    let text = value_text(other);
                    let is_xml = parsed_xml(&text, rules).is_some();
                    Ok(if is_xml { text } else { xml_escaped(&text) })
                }
            },
        }
    }
}

/// A value's text; JSON null is nothing here.
fn value_text(value: &Value) -> String {
    match value {
        Value::Json(json) if **json == json::Value::Null => String::new(),
        other => other.to_text().to_string(),
    }
}

/// JSON goes in as it is, XML as the JSON that it means, text without quotes of its own.
fn bare_json(value: &Value, rules: &Rules) -> Result<String, Fault> {
    let text = match value {
        Value::Xml(tree) => return tree_to_json(tree, rules),
        Value::Json(json) if !matches!(**json, json::Value::String(_)) => {
            return Ok(value_text(value));
        }
        other => value_text(other),
    };
    match parsed_xml(&text, rules) {
        Some(tree) => tree_to_json(&tree, rules),
        None if looks_like_json(&text) => Ok(text),
        None => Ok(json_escaped(&text)),
    }
}

fn is_container(value: &json::Value) -> bool {
    matches!(value, json::Value::Object(_) | json::Value::Array(_))
}

/// Whether a text begins as a JSON object or array does.
pub(super) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// The document that a text is, if it is XML.
pub(super) fn parsed_xml(text: &str, rules: &Rules) -> Option<Tree> {
    let trimmed = text.trim();
    if trimmed.len() < 4 || !trimmed.starts_with('<') || !trimmed.ends_with('>') {
        return None;
    }
    xml::parse(trimmed.as_bytes(), None, &rules.xml).ok()
}

/// The JSON that XML means, as text.
pub(super) fn tree_to_json(tree: &Tree, rules: &Rules) -> Result<String, Fault> {
    xml::xml_to_json(tree, Tree::ROOT, &rules.conversion)
        .map(|value| value.to_text())
        .map_err(|error| Fault::flow(format!("no JSON for this XML: {error}")))
}

/// The XML that a JSON object or array means, without an element around it.
pub(super) fn json_to_xml(value: &json::Value, rules: &Rules) -> Result<String, Fault> {
    let mut tree = Tree::new();
    let root = xml::json_to_xml(value, &rules.conversion, &mut tree, Tree::ROOT);
    Ok(tree.children(root).map(|child| tree.node_to_text(child)).collect())
}

/// A text as it stands between the quotes of a JSON string.
pub(super) fn json_escaped(text: &str) -> String {
    let mut quoted = Vec::with_capacity(text.len() + 2);
    json::write_string(text, &mut quoted);
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    String::from_utf8_lossy(inner).into_owned()
}

/// A text as it stands in XML, in an element or an attribute.
pub(super) fn xml_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // XML has no way to say them.
            c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Line breaks, tabs and their like inside JSON's strings, written as JSON wants them.
pub(super) fn controls_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{8}' => escaped.push_str("\\b"),
            '\u{c}' => escaped.push_str("\\f"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether a text is a JSON number, `true`, `false` or `null`, and so needs no quotes.
pub(super) fn is_json_primitive(text: &str) -> bool {
    let text = text.trim();
    matches!(text, "true" | "false" | "null") || json::Number::parse(text).is_some()
}

/// Follows the quotes of a JSON text, to know what is inside a string.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Quotes {
    open: bool,
    escaped: bool,
}

impl Quotes {
    /// Reads on over a piece of text.
    pub(super) fn read(&mut self, text: &str) {
        for byte in text.bytes() {
            if self.open && self.escaped {
                self.escaped = false;
            } else {
                match byte {
                    b'"' => self.open = !self.open,
                    b'\\' => self.escaped = self.open,
                    _ => {}
                }
            }
        }
    }

    /// Whether what comes next is inside a string.
    pub(super) fn inside(self) -> bool {
        self.open
    }
}

#[cfg(test)]
mod tests {
    use super::{Media, Quotes, Rules, is_json_primitive, json_escaped, xml_escaped};
    use crate::json;
    use crate::mediators::testing::tree;
    use crate::message::Value;

    fn json(text: &str) -> Value {
        let parsed = json::parse(text.as_bytes(), &json::Limits::default()).unwrap();
        Value::Json(parsed.into())
    }

    #[test]
    fn values_fit_into_the_text_around_them() {
        let xml = || Value::Xml(tree("<a><b>1</b></a>").into());
        for (media, quoted, value, expected) in [
            (Media::Json, false, json("{\"a\": [1, null]}"), "{\"a\":[1,null]}"),
            (Media::Json, true, json("{\"a\": \"x\"}"), "{\\\"a\\\":\\\"x\\\"}"),
            (Media::Json, false, json("1.10"), "1.10"),
            (Media::Json, false, json("null"), ""),
            (Media::Json, true, json("null"), ""),
            (Media::Json, false, Value::Null, ""),
            (Media::Json, false, Value::Int(7), "7"),
            (Media::Json, false, Value::Bool(true), "true"),
            (Media::Json, false, Value::text("a \"b\"\n"), "a \\\"b\\\"\\n"),
            (Media::Json, false, json("\"a \\\"b\\\"\""), "a \\\"b\\\""),
            (Media::Json, false, Value::text("{\"a\": 1}"), "{\"a\": 1}"),
            (Media::Json, true, Value::text("{\"a\": 1}"), "{\\\"a\\\": 1}"),
            (Media::Json, false, Value::text("<a>1</a>"), "{\"a\":1}"),
            (Media::Json, true, Value::text("<a>1</a>"), "<a>1</a>"),
            (Media::Json, false, xml(), "{\"a\":{\"b\":1}}"),
            (Media::Xml, false, json("{\"a\": [1, 2]}"), "<a>1</a><a>2</a>"),
            (Media::Xml, false, Value::text("<a/>"), "<a/>"),
            (Media::Xml, false, Value::text("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;"),
            (Media::Xml, false, Value::text("<a>"), "&lt;a&gt;"),
            (Media::Xml, false, xml(), "<a><b>1</b></a>"),
            (Media::Text, false, json("{\"a\": 1}"), "{\"a\":1}"),
            (Media::Text, false, Value::text("a < b"), "a < b"),
        ] {
            let text = media.value(&value, quoted, &Rules::default()).unwrap();
            assert_eq!(text, expected, "{media:?} {quoted} {value:?}");
        }
    }

    #[test]
    fn escapes() {
        assert_eq!(json_escaped("\u{1}\\\"/é\u{2028}"), "\\u0001\\\\\\\"/é\u{2028}");
        assert_eq!(xml_escaped("\u{1}'\t"), "&apos;\t");
        for (text, expected) in
            [("1", true), (" -0.5e3 ", true), ("null", true), ("01", false), ("x", false)]
        {
            assert_eq!(is_json_primitive(text), expected, "{text}");
        }
    }

    #[test]
    fn quotes_are_followed_over_escapes() {
        for (text, expected) in [
            ("{\"a\": ", false),
            ("{\"a\": \"", true),
            ("{\"a\": \"x\\\"", true),
            ("{\"a\": \"x\\\\\"", false),
            ("\\\"", true),
        ] {
            let mut quotes = Quotes::default();
            quotes.read(text);
            assert_eq!(quotes.inside(), expected, "{text}");
        }
    }
}
