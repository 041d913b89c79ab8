//! Documents of messages: what is read is written so that it reads back as the same.

use myelin::json::{self, JsonErrorKind, Value};
use myelin::message::{Format, Payload};
use myelin::xml::{self, Tree, XmlRules};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// XML: the text of a tree is a document with the same text; what roxmltree refuses is refused.
pub fn xml(input: &[u8]) {
    let Some(tree) = parsed(input) else { return };
    let text = tree.to_text();
    let again = parsed(text.as_bytes()).unwrap_or_else(|| panic!("{text:?} is no document"));
    assert_eq!(again.to_text(), text);
    assert_eq!(again.node_count(), tree.node_count(), "{text:?}");
    let is_utf8 = !text.contains("encoding") && !input.starts_with(BYTE_ORDER_MARK);
    if let (true, Ok(input)) = (is_utf8 && !input.contains(&0), std::str::from_utf8(input)) {
        assert!(roxmltree::Document::parse(input).is_ok(), "roxmltree refuses it");
    }
}

fn parsed(input: &[u8]) -> Option<Tree> {
    xml::parse(input, None, &xml::Limits::default()).ok()
}

/// JSON: both ways to write a value read back as it; serde_json has the same idea of JSON.
pub fn json(input: &[u8]) {
    let limits = json::Limits::default();
    let value = json::parse(input, &limits);
    match (&value, serde_json::from_slice::<serde_json::Value>(input)) {
        (Err(error), Ok(_)) => assert!(matches!(error.kind, JsonErrorKind::Limit(_)), "{error}"),
        (Ok(_), Err(error)) => {
            let text = error.to_string();
            let is_known =
                ["recursion limit", "number out of range"].iter().any(|it| text.starts_with(it));
            assert!(is_known || input.starts_with(BYTE_ORDER_MARK), "{error}");
        }
        _ => {}
    }
    let Ok(value) = value else { return };
    let text = value.to_text();
    assert_eq!(json::parse(text.as_bytes(), &limits).as_ref(), Ok(&value));
    assert_eq!(json::parse(value.to_pretty().as_bytes(), &limits).as_ref(), Ok(&value));
}

/// JSON as XML: the XML is a document, and on further ways there and back nothing changes. The
/// first two may: `"a":[1]` becomes `"a":1`, and `$` ceases to be a member.
pub fn json_to_xml(input: &[u8]) {
    let Ok(value) = json::parse(input, &json::Limits::default()) else { return };
    let tree = as_xml(&value);
    let Some(read) = parsed(tree.to_text().as_bytes()) else { return };
    assert_eq!(read.to_text(), tree.to_text());
    let there_and_back = |value: &Value| as_json(&as_xml(value));
    let Some(settled) = as_json(&read).as_ref().and_then(there_and_back) else { return };
    assert_eq!(there_and_back(&settled), Some(settled));
}

/// XML as JSON: the JSON is a document.
pub fn xml_to_json(input: &[u8]) {
    let Some(value) = parsed(input).as_ref().and_then(as_json) else { return };
    let text = value.to_text();
    let again = json::parse(text.as_bytes(), &json::Limits::default());
    assert_eq!(again.as_ref(), Ok(&value), "{text}");
    let _ = as_xml(&value);
}

fn as_xml(value: &Value) -> Tree {
    let mut tree = Tree::new();
    let root = xml::json_to_xml(value, &XmlRules::default(), &mut tree, Tree::ROOT);
    assert_eq!(tree.root_element(), Some(root));
    tree
}

fn as_json(tree: &Tree) -> Option<Value> {
    xml::xml_to_json(tree, tree.root_element()?, &XmlRules::default()).ok()
}

/// A body: a line with the content type, then the bytes. Whatever form it is asked for in, it is
/// a document of that form.
pub fn payload(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let Ok(content_type) = std::str::from_utf8(&input[..end]) else { return };
    let body = input.get(end + 1..).unwrap_or_default().to_vec();
    let payload = Payload::from_typed_bytes(body, content_type);
    let _ = (payload.text(), payload.is_soap());
    for format in
        [Format::Json, Format::Xml, Format::Soap11, Format::Soap12, Format::Form, Format::Text]
    {
        // What has the form already goes out as it came, whatever it is.
        let Ok(bytes) = payload.to_bytes(format) else { continue };
        if format == payload.format() || bytes.is_empty() {
            continue;
        }
        match format {
            Format::Json => assert!(json::parse(&bytes, &json::Limits::default()).is_ok()),
            Format::Xml | Format::Soap11 | Format::Soap12 => {
                assert!(parsed(&bytes).is_some(), "{}", String::from_utf8_lossy(&bytes));
            }
            _ => {}
        }
    }
}
