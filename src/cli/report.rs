//! Diagnostics on a terminal, or as lines of JSON.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::diagnostic::{Diagnostics, Rendering, render_human, render_json};

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, on stderr.
    Human,
    /// One JSON object a line, on stdout.
    Json,
}

/// Prints everything that was found, and how much that is.
pub(super) fn diagnostics(found: &Diagnostics, format: Format) {
    for diagnostic in found.sorted() {
        match format {
            Format::Json => println!("{}", render_json(diagnostic, &found.sources)),
            Format::Human => {
                let text = render_human(diagnostic, &found.sources, rendering());
                eprintln!("{text}\n");
            }
        }
    }
}

/// A problem that has no place in a file.
pub(super) fn problem(message: impl std::fmt::Display) {
    eprintln!("error: {message}");
}

/// What to do about the problem that was printed last.
pub(super) fn help(message: impl std::fmt::Display) {
    eprintln!("help: {message}");
}

/// Says how artifacts are named when one of these paths leads nowhere.
pub(super) fn missing(artifacts: &[PathBuf]) {
    if artifacts.iter().any(|path| !path.exists()) {
        help(
            "artifacts are what `myelin serve --artifacts PATH` and `myelin check PATH` name, \
             else `[deployment] artifacts` in deployment.toml",
        );
    }
}

/// `3 errors and 1 warning`.
pub(super) fn count(found: &Diagnostics) -> String {
    let plural = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    let errors = plural(found.error_count(), "error");
    format!("{errors} and {}", plural(found.warning_count(), "warning"))
}

fn rendering() -> Rendering {
    if std::io::stderr().is_terminal() { Rendering::Coloured } else { Rendering::Plain }
}
