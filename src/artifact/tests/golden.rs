//! Bad artifacts beside their rendering: `tests/diagnostics/<case>/{artifact.xml, expected.txt}`.
//!
//! A case is a folder; adding one needs no compiling. `UPDATE_EXPECT=1` writes what is rendered.

use std::fmt::Write as _;
use std::path::Path;

use super::super::testing::load_texts;
use crate::diagnostic::{Diagnostics, Rendering, render_human};

#[test]
fn diagnostics_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut cases: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    let mut wrong = String::new();
    for case in cases {
        let rendered = render(&std::fs::read_to_string(case.join("artifact.xml")).unwrap());
        let expected = case.join("expected.txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&expected, &rendered).unwrap();
        }
        if std::fs::read_to_string(&expected).unwrap_or_default() != rendered {
            let _ = write!(wrong, "--- {}\n{rendered}", case.display());
        }
    }
    assert!(wrong.is_empty(), "these differ (UPDATE_EXPECT=1 accepts them):\n{wrong}");
}

fn render(text: &str) -> String {
    let mut diagnostics = Diagnostics::new();
    load_texts(&[("artifact.xml", text)], &mut diagnostics);
    let mut rendered = String::new();
    for found in diagnostics.sorted() {
        rendered += &render_human(found, &diagnostics.sources, Rendering::Plain);
        rendered += "\n\n";
    }
    let _ = writeln!(
        rendered,
        "{} errors, {} warnings",
        diagnostics.error_count(),
        diagnostics.warning_count()
    );
    rendered
}
