//! Which of Synapse's samples load, and what of them does not run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::{SAMPLES, copy_resources, projects};
use crate::support::engine::fresh_folder;

/// What comes of a sample; nothing where all of it runs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// What its errors speak of: it does not load.
    #[serde(default)]
    refused: Vec<String>,
    /// What its warnings speak of: that much of it does not run.
    #[serde(default)]
    warns: Vec<String>,
}

/// A problem as `check` tells it to programs.
#[derive(Deserialize)]
struct Problem {
    severity: String,
    message: String,
}

#[test]
fn samples_load_as_their_rows_say() {
    let Some(projects) = projects() else {
        println!("left out: the projects of others are not here");
        return;
    };
    let rows = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/loading.toml");
    let rows: BTreeMap<u32, Row> =
        toml::from_str::<BTreeMap<String, Row>>(&fs::read_to_string(rows).unwrap())
            .unwrap()
            .into_iter()
            .map(|(number, row)| (number.parse().unwrap(), row))
            .collect();
    let home = fresh_folder();
    copy_resources(&projects, &home, &|text| text);
    let mut wrong = Vec::new();
    let mut loaded = 0;
    for (number, row) in &rows {
        let name = format!("synapse_sample_{number}.xml");
        fs::copy(projects.join(SAMPLES).join(&name), home.join(&name)).unwrap();
        let (loads, problems) = check(&home, &name);
        fs::remove_file(home.join(&name)).unwrap();
        loaded += usize::from(loads);
        if loads != row.refused.is_empty() {
            wrong.push(format!("{number}: loads is {loads}"));
        }
        for (severity, words) in [("error", &row.refused), ("warning", &row.warns)] {
            let messages = problems.iter().filter(|problem| problem.severity == severity);
            let messages: Vec<_> = messages.map(|problem| &*problem.message).collect();
            wrong.extend(
                differences(&messages, words).map(|what| format!("{number}: {severity} {what}")),
            );
        }
    }
    fs::remove_dir_all(&home).unwrap();
    let files = fs::read_dir(projects.join(SAMPLES)).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(files.filter(|path| path.is_file()).count(), rows.len(), "a row a sample");
    println!("{loaded} of {} samples load", rows.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a file can be deployed, and what is wrong with it.
fn check(home: &Path, name: &str) -> (bool, Vec<Problem>) {
    let output = Command::new(env!("CARGO_BIN_EXE_myelin"))
        .current_dir(home)
        .args(["check", "--format", "json", name])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let problems = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.success(), problems)
}

/// Messages that no word speaks of, and words of which no message speaks.
fn differences<'a>(messages: &'a [&str], words: &'a [String]) -> impl Iterator<Item = String> + 'a {
    let unexpected = messages
        .iter()
        .filter(|message| !words.iter().any(|word| message.contains(word.as_str())))
        .map(|message| format!("not in the row: {message}"));
    let missing = words
        .iter()
        .filter(|word| !messages.iter().any(|message| message.contains(word.as_str())))
        .map(|word| format!("missing: {word}"));
    unexpected.chain(missing)
}
