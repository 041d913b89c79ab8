//! Archives beside what is said of them: `tests/archives/<case>`.
//!
//! A case is a folder; its folders with the name of an archive (`x.car`, `y.zip`) are packed, the
//! one in the other, and everything else stays as it is. `expected.txt` is what is rendered;
//! `UPDATE_EXPECT=1` writes it. `tests/oracle` packs the same cases with Python.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::testing::{Folder, catalogue};
use super::super::{Loaded, OnError, load};
use crate::diagnostic::{Diagnostics, Rendering, render_human};
use crate::mediation::{Entry, Environment};

fn cases() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/archives")
}

/// The files below a folder, archives packed: their paths and contents.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_archive = path.extension().is_some_and(|it| it == "car" || it == "zip");
        if path.is_file() {
            found.push((name, fs::read(&path).unwrap()));
        } else if is_archive {
            found.push((name, packed(&files(&path))));
        } else {
            let below = files(&path).into_iter();
            found.extend(below.map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        }
    }
    found
}

fn packed(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn environment() -> Environment {
    let mut environment = Environment::default();
    environment.variables.insert("host".to_owned(), "localhost".to_owned());
    environment
}

fn deployed(case: &Path, on_error: OnError, diagnostics: &mut Diagnostics) -> (Folder, Loaded) {
    let folder = Folder::with(&[]);
    for (name, bytes) in files(case).into_iter().filter(|(name, _)| name != "expected.txt") {
        folder.write(&name, &bytes);
    }
    let roots = [folder.path().to_owned()];
    let loaded = load(&roots, catalogue(), &environment(), on_error, diagnostics);
    (folder, loaded)
}

#[test]
fn archives_are_deployed_as_written() {
    let mut wrong = String::new();
    let mut cases: Vec<_> = fs::read_dir(cases()).unwrap().map(|it| it.unwrap().path()).collect();
    cases.sort();
    for case in cases {
        let mut diagnostics = Diagnostics::new();
        let (folder, loaded) = deployed(&case, OnError::Keep, &mut diagnostics);
        let mut rendered = String::new();
        for found in diagnostics.sorted() {
            rendered += &render_human(found, &diagnostics.sources, Rendering::Plain);
            rendered += "\n\n";
        }
        let (errors, warnings) = (diagnostics.error_count(), diagnostics.warning_count());
        let _ = writeln!(rendered, "{}: {errors} errors, {warnings} warnings", loaded.summary());
        let rendered = rendered.replace(&format!("{}/", folder.path().display()), "");
        let expected = case.join("expected.txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expected, &rendered).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default() != rendered {
            let _ = write!(wrong, "--- {}\n{rendered}", case.display());
        }
    }
    assert!(wrong.is_empty(), "these differ (UPDATE_EXPECT=1 accepts them):\n{wrong}");
}

#[test]
fn resources_of_an_archive_have_their_keys() {
    let mut diagnostics = Diagnostics::new();
    let case = cases().join("everything");
    let (_folder, loaded) = deployed(&case, OnError::Keep, &mut diagnostics);
    let read = |key: &str| match loaded.program.entry(key) {
        Some(Entry::Text(text)) => Some(text.trim().to_owned()),
        Some(_) => Some("XML".to_owned()),
        None => None,
    };
    for (key, expected) in [
        ("gov:/orders/order.json", Some(r#"{"id": 1}"#)),
        ("orders/order.json", Some(r#"{"id": 1}"#)),
        ("gov:/orders/order.json@owner", Some("us")),
        ("conf:/all/a.txt", Some("a")),
        ("conf:all/deep/b.txt", Some("b")),
        ("conf:/all/.meta/a.txt.meta", None),
        ("gov:/orders/kept.xml", Some("XML")),
        ("greeting", Some("hello")),
    ] {
        assert_eq!(read(key).as_deref(), expected, "{key}");
    }
    assert!(loaded.program.sequence_named("gov:orders/kept.xml").is_some());
    assert!(loaded.program.endpoint("conf:orders/ep.xml").is_some());
}

#[test]
fn an_archive_with_an_error_is_left_out_as_a_whole() {
    let mut diagnostics = Diagnostics::new();
    let case = cases().join("archives-that-need-others");
    let (folder, loaded) = deployed(&case, OnError::Skip, &mut diagnostics);
    assert_eq!(loaded.program.sequence_names().collect::<Vec<_>>(), ["b"]);
    assert_eq!(loaded.refused, [folder.path().join("a.car")]);
}
