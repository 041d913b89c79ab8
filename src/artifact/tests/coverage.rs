//! `docs/coverage.md`: what runs of Synapse, what of it only partly, and what to do instead.
//!
//! Nothing here says so itself: samples are checked, and what `check` answers is written down.
//! `UPDATE_EXPECT=1` writes the file.

use std::fmt::Write as _;
use std::path::Path;

use super::super::kind::{KINDS, Kind};
use super::super::testing::{catalogue, load_texts};
use crate::diagnostic::{Code, Diagnostics};

/// The kinds of endpoints, each as it is written.
const ENDPOINTS: [(&str, &str); 12] = [
    ("address", "<address uri='http://h/'/>"),
    ("class", "<class name='a.B'/>"),
    ("default", "<default/>"),
    ("dynamicLoadbalance", "<dynamicLoadbalance/>"),
    ("endpoint@key", " key='e'"),
    ("endpoint@key-expression", " key-expression='$ctx:e'"),
    ("failover", "<failover><endpoint><address uri='http://h/'/></endpoint></failover>"),
    ("http", "<http uri-template='http://h/' method='get'/>"),
    ("loadbalance", "<loadbalance><endpoint><address uri='http://h/'/></endpoint></loadbalance>"),
    (
        "recipientlist",
        "<recipientlist><endpoint><address uri='http://h/'/></endpoint></recipientlist>",
    ),
    ("serviceDynamicLoadbalance", "<serviceDynamicLoadbalance/>"),
    ("wsdl", "<wsdl uri='http://h/?wsdl' service='s' port='p'/>"),
];

/// What may be missing of an element that runs: mediators, endpoints and artifacts that use it.
const TRIALS: [(&str, &str); 22] = [
    (
        "payloadFactory",
        "<payloadFactory template-type='freemarker'><format>a</format></payloadFactory>",
    ),
    (
        "callout",
        "<callout serviceURL='http://h/' passHeaders='false'><source type='envelope'/><target key='a'/></callout>",
    ),
    (
        "callout",
        "<callout serviceURL='http://h/'><configuration axis2xml='a'/><source type='envelope'/><target key='a'/></callout>",
    ),
    (
        "callout",
        "<callout serviceURL='http://h/'><source type='envelope'/><target key='a'/><enableSec/></callout>",
    ),
    ("address", "<address uri='http://h/' optimize='mtom'/>"),
    ("address", "<address uri='http://h/' encoding='UTF-16'/>"),
    ("address", "<address uri='http://h/'><enableAddressing/></address>"),
    ("address", "<address uri='http://h/'><enableSec/></address>"),
    ("http", "<http uri-template='http://h/' version='2.0'/>"),
    ("http", "<http uri-template='http://h/'><authentication/></http>"),
    ("api", "<api name='a' context='/a' binds-to='b'><resource/></api>"),
    ("import", "<import name='kafka' package='org.wso2.carbon.connector' status='enabled'/>"),
    ("localEntry", "<localEntry key='a' src='http://h/a.xml'/>"),
    ("localEntry", "<localEntry key='a'><kafka.init/></localEntry>"),
    ("proxy", "<proxy name='a' transports='jms'><target><inSequence/></target></proxy>"),
    ("proxy", "<proxy name='a' serviceGroup='b'><target><inSequence/></target></proxy>"),
    ("proxy", "<proxy name='a'><target><inSequence/></target><policy key='b'/></proxy>"),
    ("proxy", "<proxy name='a'><target><inSequence/></target><enableAddressing/></proxy>"),
    ("proxy", "<proxy name='a'><target><inSequence/></target><enableSec/></proxy>"),
    (
        "template",
        "<template name='a'><endpoint name='b'><address uri='http://h/'/></endpoint></template>",
    ),
    ("endpoint", "<endpoint name='a' template='b' uri='http://h/'/>"),
    ("registry", "<registry provider='a.B'/>"),
];

/// What is known of an element: whether it runs, and what is missing.
struct Row<'n> {
    name: &'n str,
    runs: &'static str,
    note: String,
}

/// Where a sample stands: the artifact around it.
type Place = fn(&str) -> String;

fn in_sequence(sample: &str) -> String {
    format!("<sequence name='a'>{sample}</sequence>")
}

fn in_endpoint(sample: &str) -> String {
    if sample.starts_with('<') {
        return format!("<endpoint name='a'>{sample}</endpoint>");
    }
    format!("<endpoint name='a'{sample}/>")
}

/// What `check` says of a sample that is not run, or not honoured: message and help.
fn complaints(artifact: &str) -> Vec<(String, Option<String>)> {
    let end = artifact.find([' ', '>', '/']).unwrap();
    let (tag, rest) = artifact.split_at(end);
    let text = format!("{tag} xmlns='http://ws.apache.org/ns/synapse'{rest}");
    let mut diagnostics = Diagnostics::new();
    load_texts(&[("artifact.xml", &text)], &mut diagnostics);
    let missing = [Code::UNSUPPORTED_ARTIFACT, Code::UNSUPPORTED_MEDIATOR, Code::NOT_HONOURED];
    let found = diagnostics.sorted().into_iter().filter(|found| missing.contains(&found.code));
    found.map(|found| (found.message.clone(), found.help.clone())).collect()
}

/// An element by a sample of it.
fn tried<'n>(name: &'n str, sample: &str, place: Place) -> Row<'n> {
    match complaints(&place(sample)).into_iter().next() {
        Some((message, help)) => Row { name, runs: "no", note: help.unwrap_or(message) },
        None => running(name, place),
    }
}

/// An element that runs, as far as it does.
fn running(name: &str, place: Place) -> Row<'_> {
    let trials = TRIALS.iter().filter(|(of, _)| *of == name);
    let gaps = trials.flat_map(|(_, sample)| complaints(&place(sample)));
    let gaps: Vec<_> = gaps
        .map(|(message, help)| help.map_or(message.clone(), |help| format!("{message}: {help}")))
        .collect();
    let runs = if gaps.is_empty() { "yes" } else { "partly" };
    Row { name, runs, note: gaps.join("; ") }
}

fn of_kind(name: &'static str, kind: Kind) -> Row<'static> {
    match kind {
        Kind::Run(_) => running(name, str::to_owned),
        Kind::Accepted => {
            Row { name, runs: "–", note: "it is read, and has no effect".to_owned() }
        }
        Kind::NotRun(what, consequence) => {
            Row { name, runs: "no", note: format!("{what}: {consequence}") }
        }
    }
}

fn table<'n>(title: &str, rows: impl IntoIterator<Item = Row<'n>>) -> String {
    let head = "| element | runs | what is missing, and what to do |\n|---|---|---|";
    rows.into_iter().fold(format!("\n## {title}\n\n{head}\n"), |mut text, row| {
        let _ = writeln!(text, "| `{}` | {} | {} |", row.name, row.runs, marked(&row.note));
        text
    })
}

/// Text for a cell of a table: elements are code, and a bar is a character.
fn marked(text: &str) -> String {
    let text = text.replace('|', "\\|");
    let mark = |(at, piece): (usize, &str)| {
        if at % 2 == 1 {
            return format!("`{piece}`");
        }
        piece.split_inclusive('>').map(element_as_code).collect()
    };
    text.split('`').enumerate().map(mark).collect()
}

/// Text that may end in an element, with that as code.
fn element_as_code(text: &str) -> String {
    match text.split_once('<') {
        Some((before, element)) => format!("{before}`<{element}`"),
        None => text.to_owned(),
    }
}

fn coverage() -> String {
    let catalogue = catalogue();
    let mut mediators: Vec<_> = catalogue
        .mediators
        .iter()
        .map(|spec| tried(spec.name, spec.example, in_sequence))
        .collect();
    let refused = catalogue.refused.iter();
    mediators.extend(refused.map(|(name, _)| tried(name, &format!("<{name}/>"), in_sequence)));
    mediators.sort_by_key(|row| row.name.to_ascii_lowercase());
    let connectors = catalogue.connectors.iter().map(|connector| Row {
        name: connector.prefixes().first().copied().unwrap_or_default(),
        runs: "yes",
        note: connector.operations().join(", "),
    });
    [
        HEAD.to_owned(),
        table("Mediators", mediators),
        table("Connectors", connectors),
        table("Endpoints", ENDPOINTS.iter().map(|(name, sample)| tried(name, sample, in_endpoint))),
        table("Artifacts", KINDS.iter().map(|(name, kind)| of_kind(name, *kind))),
    ]
    .concat()
}

const HEAD: &str = "# Coverage

What Myelin runs of Synapse. This page is generated: its words are those of `myelin check`, which says the same of your own artifacts, each at its place. What runs otherwise than in Synapse is in [differences.md](differences.md), the properties are in [properties.md](properties.md).
";

#[test]
fn the_manual_says_what_check_says() {
    let text = coverage();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/coverage.md is another: run this with UPDATE_EXPECT=1");
}
