//! Rules of the house that no compiler knows: layers, file headers, sizes, names that do not
//! belong here.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the lowest to the highest; those on one line do not use each other.
const LAYERS: &[&[&str]] = &[
    &["json"],
    &["diagnostic"],
    &["xml"],
    &["transport"],
    &["aws"],
    &["message"],
    &["expression"],
    &["endpoint"],
    &["mediation"],
    &["mediators", "connectors"],
    &["artifact", "functions", "local_lambda"],
    &["runtime"],
    &["admin"],
    &["cli"],
];

/// Files may be as long as this; what is longer does a second thing.
const LONGEST: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// The modules that a file uses by `crate::module`, tests at its foot left out.
fn used(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""))
        .collect()
}

fn is_test(path: &Path) -> bool {
    path.iter().any(|part| part == "tests" || part == "tests.rs" || part == "testing.rs")
}

#[test]
fn a_layer_uses_only_those_below_it() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs").iter().filter(|(path, _)| !is_test(path)) {
        let module = path.iter().nth(1).unwrap().to_str().unwrap().trim_end_matches(".rs");
        let Some(own) = layer(module) else { continue };
        for name in used(text).into_iter().filter(|name| *name != module) {
            if layer(name).is_some_and(|other| other >= own) {
                wrong.push(format!("{}: {module} uses {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let module = path.file_name().unwrap().to_str().unwrap();
            assert!(layer(module).is_some(), "src/{module} is in no layer of {}", file!());
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in files("src", "rs").into_iter().chain(files("tests", "rs")) {
        assert!(text.starts_with("//!"), "{} does not begin with //!", path.display());
    }
}

#[test]
fn files_are_read_in_a_sitting() {
    for (path, text) in files("src", "rs").iter().filter(|(path, _)| !is_test(path)) {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
    }
}

#[test]
fn nothing_is_left_for_later() {
    let marks = ["todo!(", "unimplemented!(", concat!("FIX", "ME"), concat!("TO", "DO:")];
    for (path, text) in files("src", "rs") {
        for mark in marks {
            assert!(!text.contains(mark), "{} has {mark}", path.display());
        }
    }
}

#[test]
fn only_the_command_line_prints() {
    for (path, text) in files("src", "rs").iter().filter(|(path, _)| !is_test(path)) {
        if !path.starts_with("src/cli") {
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for mark in ["println!", "eprintln!"] {
                assert!(!code.contains(mark), "{} prints", path.display());
            }
        }
    }
}
