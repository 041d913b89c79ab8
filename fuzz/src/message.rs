//! A message of given payloads, with one of everything else that an expression can see.

use std::sync::{Arc, LazyLock};

use myelin::expression::{EvalError, Namespaces, PropertyScope, Scope};
use myelin::json;
use myelin::message::{Rules, Value};
use myelin::xml::{self, Tree};

/// What an expression is evaluated on.
pub struct Message {
    /// The payload as XML.
    pub xml: Tree,
    /// The payload as JSON.
    pub json: json::Value,
    rules: Rules,
}

/// An envelope with the nodes that expressions ask for: elements in and out of namespaces,
/// attributes, mixed text, a comment, an instruction, numbers.
const ENVELOPE: &str = "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' \
    xmlns:m='urn:m'><s:Header><m:id>7</m:id></s:Header><s:Body><m:orders total='3' xml:lang='de'>\
    <m:order m:id='a'><symbol>IBM</symbol><n>1.5</n></m:order>\
    <m:order m:id='b'><symbol>SUN</symbol><n>-2</n><!--c--></m:order>\
    <order xmlns='urn:d'>x<?p d?>y<b/>ä z</order></m:orders></s:Body></s:Envelope>";

const DOCUMENT: &str = r#"{"a":{"b":[1,-2.5,"x",null,true,{"c":"d"}],"long name":1e400},
    "list":[{"n":1,"s":"one"},{"n":2,"s":"two"},{"n":3}],"text":"a,b;c","":{"":[[]]},
    "date":"2024-02-29T12:30:00+01:00","xml":"<a>1</a>","json":"{\"k\":[1]}"}"#;

impl Message {
    /// The message that every expression of a corpus is evaluated on.
    pub fn sample() -> &'static Self {
        static SAMPLE: LazyLock<Message> = LazyLock::new(|| {
            let rules = Rules::default();
            let xml = xml::parse(ENVELOPE.as_bytes(), None, &rules.xml).expect("XML");
            let json = json::parse(DOCUMENT.as_bytes(), &rules.json).expect("JSON");
            Message::new(xml, json)
        });
        &SAMPLE
    }

    /// A message of these payloads.
    pub fn new(xml: Tree, json: json::Value) -> Self {
        Self { xml, json, rules: Rules::default() }
    }
}

/// The prefixes that expressions may use.
pub fn namespaces() -> Namespaces {
    Namespaces::new([
        ("s", "http://schemas.xmlsoap.org/soap/envelope/"),
        ("m", "urn:m"),
        ("d", "urn:d"),
    ])
}

impl Scope for Message {
    fn xml(&self) -> Result<&Tree, EvalError> {
        Ok(&self.xml)
    }

    fn json(&self) -> Result<&json::Value, EvalError> {
        Ok(&self.json)
    }

    fn property(&self, _: PropertyScope, name: &str) -> Option<Value> {
        match name {
            "json" => Some(Value::Json(Arc::new(self.json.clone()))),
            "xml" => Some(Value::Xml(Arc::new(self.xml.clone()))),
            "n" => Some(Value::Int(42)),
            "x" => Some(Value::Double(0.5)),
            "yes" => Some(Value::Bool(true)),
            "text" => Some(Value::text("a text")),
            _ => None,
        }
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.property(PropertyScope::Default, name)
    }

    fn parameter(&self, name: &str) -> Result<Option<Value>, EvalError> {
        Ok(self.property(PropertyScope::Func, name))
    }

    fn query_parameter(&self, name: &str) -> Option<Arc<str>> {
        (name == "q").then(|| "1&2".into())
    }

    fn config(&self, name: &str) -> Option<Value> {
        (name == "c").then(|| Value::text("configured"))
    }

    fn secret(&self, alias: &str) -> Option<Arc<str>> {
        (alias == "s").then(|| "hidden".into())
    }

    fn content_type(&self) -> Arc<str> {
        "application/json".into()
    }

    fn now_millis(&self) -> i64 {
        1_709_206_200_123
    }

    fn rules(&self) -> &Rules {
        &self.rules
    }
}
