//! Runs `tests/cases`: a folder a case, added without compiling anything.
//!
//! A case holds `artifact.xml` (an artifact, or a whole `<definitions>`), `request.http` and
//! `response.http`, `request-2.http` and so on where one exchange is not enough, and
//! `deployment.toml` or `file.properties` where it needs them, and in `beside` the files beside the
//! artifact. `{{backend}}`
//! is the address of a back-end that answers as the path asks, `{{nowhere}}` one where nobody
//! listens, `{{backend-port}}` and `{{nowhere-port}}` are their ports. A header of a response that is written without a value must be absent; a body is
//! compared where an empty line follows the headers. `MYELIN_CASES=text` runs only the cases with
//! that text in their path.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use myelin::json::{Object, Value};

use crate::support::backend::{Backend, answer, nowhere};
use crate::support::engine::Engine;
use crate::support::http::{Message, exchange};

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn every_case_is_answered_as_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let only = std::env::var_os("MYELIN_CASES").map(|only| only.to_string_lossy().into_owned());
    let (backend, nowhere) = (Backend::new(answering).address, nowhere());
    let places = [
        ("{{backend}}", backend.to_string()),
        ("{{nowhere}}", nowhere.to_string()),
        ("{{backend-port}}", backend.port().to_string()),
        ("{{nowhere-port}}", nowhere.port().to_string()),
    ];
    let mut failures = Vec::new();
    let mut count = 0;
    for folder in folders(&root).iter().flat_map(|area| folders(area)) {
        let name = folder.strip_prefix(&root).unwrap().display().to_string();
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        count += 1;
        let fill = |text: String| {
            places.iter().fold(text, |text, (place, address)| text.replace(place, address))
        };
        let read = |file: &str| fs::read_to_string(folder.join(file)).ok().map(fill);
        let beside = beside(&folder.join("beside"), &fill);
        if let Err(why) = run(&read, &beside) {
            failures.push(format!("== {name}\n{why}"));
        }
    }
    assert!(count > 0, "no case was run");
    assert!(failures.is_empty(), "{} of {count}\n{}", failures.len(), failures.join("\n"));
}

/// The files below a folder: path and text.
fn beside(folder: &Path, fill: &dyn Fn(String) -> String) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(inner) = open.pop() {
        let Ok(entries) = fs::read_dir(inner) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            found.push((name, fill(fs::read_to_string(&path).unwrap())));
        }
    }
    found
}

fn run(read: &dyn Fn(&str) -> Option<String>, beside: &[(String, String)]) -> Result<(), String> {
    let artifact = read("artifact.xml").ok_or("there is no artifact.xml")?;
    let settings = read("deployment.toml").unwrap_or_default();
    let file = read("file.properties").unwrap_or_default();
    let configuration = [("deployment.toml", &*settings), ("file.properties", &*file)];
    let engine = Engine::prepared(&configuration, |folder| {
        fs::write(folder.join("0.xml"), &artifact).unwrap();
        for (name, text) in beside {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    });
    for number in 1.. {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let Some(request) = read(&format!("request{suffix}.http")) else {
            return if number == 1 { Err("there is no request.http".into()) } else { Ok(()) };
        };
        let expected = read(&format!("response{suffix}.http")).ok_or("a response is missing")?;
        let heard = send(&engine, &request);
        let differences = differences(&expected, &heard);
        if !differences.is_empty() {
            return Err(format!("exchange {number}: {differences}{}", engine.log()));
        }
    }
    Ok(())
}

/// Head and body of a file; no body where no empty line ends the head.
fn parts(text: &str) -> (&str, Option<&str>) {
    match text.split_once("\n\n") {
        Some((head, body)) => (head, Some(body.strip_suffix('\n').unwrap_or(body))),
        None => (text.trim_end(), None),
    }
}

/// Sends the request of a file.
fn send(engine: &Engine, text: &str) -> Message {
    let (head, body) = parts(text);
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = String::new();
    for line in lines {
        headers.extend([line, "\r\n"]);
    }
    exchange(engine.http, method, target, &headers, body.unwrap_or_default())
}

/// What of an answer is not as written; empty when all is.
fn differences(expected: &str, heard: &Message) -> String {
    let (head, body) = parts(expected);
    let mut found = String::new();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    if heard.status().to_string() != status {
        let _ = writeln!(found, "status {} instead of {status}: {}", heard.status(), heard.text());
    }
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let had = heard.header(name.trim()).unwrap_or_default();
        if had != value.trim() {
            let _ = writeln!(found, "{name}: `{had}` instead of `{}`", value.trim());
        }
    }
    if let Some(body) = body.filter(|body| *body != heard.text()) {
        let _ = writeln!(found, "body\n{}\ninstead of\n{body}", heard.text());
    }
    found
}

/// What the back-end says of itself.
const WSDL: &str = "<w:definitions xmlns:w=\"http://schemas.xmlsoap.org/wsdl/\">\
    <w:import location='?wsdl=2'/>\
    <w:service name='Orders'><w:port name='p'>\
    <s:address xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/' location='http://HOST/empty'/>\
    </w:port></w:service></w:definitions>";

/// The back-end: the first part of the path says what it answers.
fn answering(request: &Message, stream: &mut TcpStream) -> bool {
    let target = request.start.split(' ').nth(1).unwrap_or_default();
    let mut words = target.split('?').next().unwrap_or_default().split('/').skip(1);
    let json = "Content-Type: application/json\r\n";
    let text = match (words.next().unwrap_or_default(), words.next()) {
        ("json", _) => answer("200 OK", json, r#"{"from": "back-end", "n": 1}"#),
        ("xml", _) => answer(
            "200 OK",
            "Content-Type: application/xml\r\n",
            "<from><name>back-end</name></from>",
        ),
        ("text", _) => answer("200 OK", "Content-Type: text/plain\r\n", "from the back-end"),
        ("orders", _) => {
            let wsdl = WSDL.replace("HOST", request.header("host").unwrap_or_default());
            answer("200 OK", "Content-Type: text/xml\r\n", &wsdl)
        }
        ("empty", _) => answer("202 Accepted", "", ""),
        ("status", Some(code)) => {
            answer(&format!("{code} As asked"), json, &format!("{{\"status\": {code}}}"))
        }
        ("describe", _) => answer("200 OK", json, &described(request, target)),
        ("session", Some(name)) => {
            let cookie = request.header("cookie").unwrap_or_default();
            let headers =
                format!("Content-Type: text/plain\r\nSet-Cookie: JSESSIONID={name}; Path=/\r\n");
            answer("200 OK", &headers, &format!("session {name} of {cookie}"))
        }
        ("close", _) => return false,
        ("slow", _) => {
            // Longer than any timeout that a case sets.
            std::thread::sleep(Duration::from_secs(5));
            return false;
        }
        _ => answer("404 Not Found", "", ""),
    };
    stream.write_all(text.as_bytes()).is_ok()
}

/// What came, as JSON: method, target, the headers that a flow may have set, and the body.
fn described(request: &Message, target: &str) -> String {
    let mut headers: Vec<_> = request
        .headers
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
        .filter(|(name, _)| {
            name.starts_with("x-") || name == "content-type" || name == "soapaction"
        })
        .collect();
    headers.sort_unstable();
    let mut list = Object::new();
    for (name, value) in headers {
        list.insert(name, Value::string(value));
    }
    let method = request.start.split(' ').next().unwrap_or_default();
    let mut told = Object::new();
    told.insert("method", Value::string(method));
    told.insert("target", Value::string(target));
    told.insert("headers", Value::Object(list));
    told.insert("body", Value::string(request.text()));
    Value::Object(told).to_text()
}
