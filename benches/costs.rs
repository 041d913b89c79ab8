//! Work that `tests/bench` counts the instructions of: `costs CASE ROUNDS` does it so many times.
//!
//! Each case of ours stands beside one that does the same by other means: roxmltree, or code
//! written by hand for exactly this question over the same tree.

#[path = "../fuzz/src/message.rs"]
mod message;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

use myelin::expression::Namespaces;
use myelin::expression::jsonpath::JsonPath;
use myelin::expression::xpath::XPath;
use myelin::message::Value;
use myelin::xml::{Tree, parse};
use myelin::{json, xml};

use message::Message;

/// The engine's own, so that allocations cost what they cost there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ORDERS: &str = "http://services.samples/xsd";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [case, rounds] = arguments.as_slice() else { return ExitCode::from(2) };
    let Ok(rounds) = rounds.parse() else { return ExitCode::from(2) };
    match case.as_str() {
        "xml" => parse_xml(&soap(), rounds),
        "xml-roxmltree" => parse_with_roxmltree(&soap(), rounds),
        "attributes" => parse_xml(&soap_with_attributes(), rounds),
        "attributes-roxmltree" => parse_with_roxmltree(&soap_with_attributes(), rounds),
        "xpath" => xpath(rounds),
        "xpath-by-hand" => scan(rounds),
        "jsonpath" => jsonpath(rounds),
        "jsonpath-by-hand" => walk(rounds),
        _ => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}

/// A SOAP message of 10 kB: orders of four fields, a line each.
fn soap() -> String {
    message(|symbol| {
        format!(
            "<m:order><m:symbol>{symbol}</m:symbol><m:buyerID>asankha</m:buyerID>\
             <m:price>140.34</m:price><m:volume>2000</m:volume></m:order>\n"
        )
    })
}

/// One as toolkits write them that say the type of everything.
fn soap_with_attributes() -> String {
    message(|symbol| {
        format!(
            "<m:order m:id=\"o-1\" xsi:type=\"m:Order\" xml:lang=\"en\"><m:symbol xsi:type=\"xsd:string\">\
             {symbol}</m:symbol><m:price currency=\"EUR\" xsi:type=\"xsd:decimal\">140.34</m:price>\
             <note xmlns=\"urn:notes\" xsi:nil=\"true\"/></m:order>\n"
        )
    })
}

fn message(order: impl Fn(&str) -> String) -> String {
    let mut text = String::from(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n\
         <soapenv:Header/>\n<soapenv:Body><m:buyStocks xmlns:m=\"http://services.samples/xsd\">\n",
    );
    for symbol in ["IBM", "SUN", "MSFT", "N"].iter().cycle() {
        if text.len() > 10_000 {
            break;
        }
        text += &order(symbol);
    }
    text + "</m:buyStocks></soapenv:Body></soapenv:Envelope>"
}

fn tree() -> Tree {
    parse(soap().as_bytes(), None, &xml::Limits::default()).expect("the message is well-formed")
}

fn parse_xml(text: &str, rounds: usize) {
    let limits = xml::Limits::default();
    for _ in 0..rounds {
        let _ = black_box(parse(black_box(text.as_bytes()), None, &limits));
    }
}

fn parse_with_roxmltree(text: &str, rounds: usize) {
    for _ in 0..rounds {
        let _ = black_box(roxmltree::Document::parse(black_box(text)));
    }
}

fn xpath(rounds: usize) {
    let namespaces = Namespaces::new([("m", ORDERS)]);
    let xpath = XPath::compile("//m:symbol/text()", &namespaces).expect("an expression");
    let sample = Message::new(tree(), json::Value::Null);
    for _ in 0..rounds {
        let found = black_box(&xpath).evaluate(black_box(&sample)).expect("nodes");
        let _ = black_box(found.to_text());
    }
}

/// What the expression asks for: the texts of all symbols, strung together.
fn scan(rounds: usize) {
    let tree = tree();
    for _ in 0..rounds {
        let tree = black_box(&tree);
        let mut found = Vec::new();
        for node in tree.descendants(Tree::ROOT) {
            if tree.name(node).is_some_and(|name| name.matches(Some(ORDERS), "symbol")) {
                found.extend(tree.children(node).filter(|child| tree.is_text(*child)));
            }
        }
        let text: String = found.iter().filter_map(|node| tree.text(*node)).collect();
        let _ = black_box(Arc::<str>::from(text));
    }
}

const DOCUMENT: &[u8] = br#"{"id":1,"a":{"x":"y","b":[{"c":1},{"c":2},{"d":0,"c":"found"}]}}"#;

fn document() -> json::Value {
    json::parse(DOCUMENT, &json::Limits::default()).expect("the document is JSON")
}

fn jsonpath(rounds: usize) {
    let path = JsonPath::compile("$.a.b[2].c").expect("a path");
    let sample = Message::new(Tree::new(), document());
    for _ in 0..rounds {
        let _ = black_box(black_box(&path).evaluate(black_box(&sample)));
    }
}

/// What the path asks for.
fn walk(rounds: usize) {
    let document = document();
    for _ in 0..rounds {
        let items = black_box(&document).get(black_box("a")).and_then(|a| a.get(black_box("b")));
        let found = match items {
            Some(json::Value::Array(items)) => items.get(black_box(2)),
            _ => None,
        };
        let value = match found.and_then(|item| item.get(black_box("c"))) {
            Some(json::Value::String(text)) => Value::Text(Arc::clone(text)),
            _ => Value::Null,
        };
        let _ = black_box(value);
    }
}
