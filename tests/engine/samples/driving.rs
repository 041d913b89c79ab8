//! Projects driven over HTTP against the real binary: unchanged, but for the addresses of the
//! services that they send to. `MYELIN_SAMPLES=text` runs only the rows whose files or sentence
//! have that text.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::rows::{Answer, Exchange, Row, Rows, Sent};
use super::services::{SOON, Services};
use super::{copy_resources, projects};
use crate::support::engine::Engine;
use crate::support::http::{Connection, Message, request};

#[test]
fn projects_do_what_their_rows_say() {
    let Some(projects) = projects() else {
        println!("left out: the projects of others are not here");
        return;
    };
    let only = std::env::var_os("MYELIN_SAMPLES").map(|only| only.to_string_lossy().into_owned());
    let mut failures = String::new();
    let mut count = 0;
    for (file, rows) in files() {
        for row in &rows.row {
            let name = row.files.join(", ");
            let chosen =
                |only: &String| name.contains(only.as_str()) || row.expects.contains(only.as_str());
            if !only.as_ref().is_none_or(chosen) {
                continue;
            }
            count += 1;
            let wrong = run(row, &projects.join(&rows.folder), &projects);
            if !wrong.is_empty() {
                let _ = writeln!(failures, "== {file}: {name}: {}\n{wrong}", row.expects);
            }
        }
    }
    println!("{count} rows were driven");
    assert!(failures.is_empty(), "{failures}");
}

/// The files of rows; that of what loads is not one of them.
fn files() -> Vec<(String, Rows)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.ends_with("loading.toml"));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let rows = toml::from_str(&fs::read_to_string(path).unwrap());
            (name.clone(), rows.unwrap_or_else(|error| panic!("{name}: {error}")))
        })
        .collect()
}

/// Runs a row; says what is not as written.
fn run(row: &Row, folder: &Path, projects: &Path) -> String {
    let services = Services::start(&row.services);
    let settings = services.fill(&row.settings);
    let environment = row.environment.iter().map(|(name, value)| (name, services.fill(value)));
    let configuration =
        [("deployment.toml", &*settings), ("localhost.pem", &*services.certificate)];
    let engine = Engine::surrounded(&configuration, environment, |home| {
        for file in &row.files {
            let text = fs::read_to_string(folder.join(file)).unwrap();
            let name = file.rsplit('/').next().unwrap_or_default();
            fs::write(home.join(name), services.fill(&text)).unwrap();
        }
        if folder.ends_with(super::SAMPLES) {
            copy_resources(projects, home, &|text| services.fill(&text));
        }
    });
    let mut wrong = String::new();
    for (index, exchange) in row.exchanges.iter().enumerate() {
        let found = drive(exchange, &engine, &services, projects);
        if !found.is_empty() {
            let _ = write!(wrong, "exchange {}:\n{found}", index + 1);
        }
    }
    if !wrong.is_empty() {
        wrong += &engine.log();
    }
    wrong
}

fn drive(asked: &Exchange, engine: &Engine, services: &Services, projects: &Path) -> String {
    let read = |file: &str| fs::read_to_string(projects.join(file)).unwrap();
    let (headers, body) = asked.request(&read);
    let (headers, body) = (services.fill(&headers), services.fill(&body));
    let path = services.fill(&asked.path);
    let logged = engine.log().len();
    let mut wrong = String::new();
    for _ in 0..asked.times {
        let mut connection = Connection::open(engine.http);
        connection.write(request(&asked.method, &path, &headers, &body));
        wrong += &match connection.read() {
            Some(heard) => answer_differences(&asked.answer, &heard, &body, services),
            None => "no answer\n".to_owned(),
        };
    }
    for sent in &asked.sent {
        for _ in 0..sent.times {
            let Some(got) = services.next(sent.to) else {
                let _ = writeln!(wrong, "{} got nothing", sent.to);
                continue;
            };
            let found = sent_differences(sent, &got, &body, services);
            if !found.is_empty() {
                let _ = writeln!(wrong, "what {} got:\n{found}{}", sent.to, got.text());
            }
        }
    }
    for port in services.busy() {
        let more = services.next(port).map(|more| more.start).unwrap_or_default();
        let _ = writeln!(wrong, "{port} got more: {more}");
    }
    wrong + &unlogged(&asked.logged, logged, engine, services)
}

/// The texts that the log does not get behind a place; some are written after the answer.
fn unlogged(texts: &[String], from: usize, engine: &Engine, services: &Services) -> String {
    let until = Instant::now() + SOON;
    loop {
        let log = engine.log();
        let missing = texts.iter().find(|text| !log[from..].contains(services.fill(text).as_str()));
        match missing {
            None => return String::new(),
            Some(text) if Instant::now() > until => return format!("not logged: {text}\n"),
            Some(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn answer_differences(
    expected: &Answer,
    heard: &Message,
    request: &str,
    services: &Services,
) -> String {
    let mut wrong = String::new();
    if heard.status() != expected.status {
        let _ = writeln!(wrong, "status {} instead of {}", heard.status(), expected.status);
    }
    let Answer { headers, has, lacks, body, .. } = expected;
    let body = if expected.same { Some(request) } else { body.as_deref() };
    wrong += &Wanted { headers, has, lacks, body }.missing(heard, services);
    if !wrong.is_empty() {
        let _ = writeln!(wrong, "answer: {}", heard.text());
    }
    wrong
}

fn sent_differences(expected: &Sent, got: &Message, request: &str, services: &Services) -> String {
    let mut wrong = String::new();
    let mut words = got.start.split(' ');
    for (what, wanted) in [("method", &expected.method), ("path", &expected.path)] {
        let found = words.next().unwrap_or_default();
        if wanted.as_ref().is_some_and(|wanted| wanted != found) {
            let _ = writeln!(wrong, "{what} {found}");
        }
    }
    let Sent { headers, has, lacks, body, .. } = expected;
    let body = if expected.same { Some(request) } else { body.as_deref() };
    wrong += &Wanted { headers, has, lacks, body }.missing(got, services);
    wrong
}

/// What a message must be like, on whichever side.
struct Wanted<'r> {
    headers: &'r [String],
    has: &'r [String],
    lacks: &'r [String],
    body: Option<&'r str>,
}

impl Wanted<'_> {
    fn missing(&self, found: &Message, services: &Services) -> String {
        let mut wrong = String::new();
        for line in self.headers {
            let line = services.fill(line);
            let (name, value) = line.split_once(':').unwrap_or((&line, ""));
            let had = found.header(name).unwrap_or_default();
            if had != value.trim() {
                let _ = writeln!(wrong, "header {name}: `{had}`");
            }
        }
        let text = found.text();
        let has = |part: &&String| text.contains(services.fill(part).as_str());
        for part in self.has.iter().filter(|part| !has(part)) {
            let _ = writeln!(wrong, "without {part}");
        }
        for part in self.lacks.iter().filter(has) {
            let _ = writeln!(wrong, "with {part}");
        }
        if self.body.is_some_and(|body| services.fill(body) != text) {
            let _ = writeln!(wrong, "another body");
        }
        wrong
    }
}
