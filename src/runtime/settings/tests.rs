//! Settings from files and variables: what is set, what is refused and where, and that table,
//! struct, sample file and manual agree.

mod access;
mod agreement;
mod files;
mod json_xml;
mod migration;
mod problems;
mod values;

use std::collections::HashMap;
use std::path::PathBuf;

use super::{Loaded, load};
use crate::diagnostic::Diagnostics;

/// A folder that goes when the test does.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("myelin-settings-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn with(toml: &str) -> Self {
        let folder = Self::new();
        folder.write("deployment.toml", toml);
        folder
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn variables(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Reads a file's text with variables.
pub fn read(toml: &str, set: &[(&str, &str)]) -> (Loaded, Diagnostics, Folder) {
    let folder = Folder::with(toml);
    let mut diagnostics = Diagnostics::new();
    let loaded = load(Some(&folder.0), variables(set), &mut diagnostics);
    (loaded, diagnostics, folder)
}

/// What was found, as `line:column severity code message [help]`.
pub fn found(diagnostics: &Diagnostics) -> Vec<String> {
    let line = |found: &&crate::diagnostic::Diagnostic| {
        let place = found.span.map_or(String::new(), |span| {
            let at = diagnostics.sources.position(span.file, span.start);
            format!("{}:{} ", at.line, at.column)
        });
        let help = found.help.as_ref().map_or(String::new(), |help| format!(" [{help}]"));
        let (severity, code) = (found.severity.as_str(), found.code.id());
        format!("{place}{severity} {code} {}{help}", found.message)
    };
    diagnostics.sorted().iter().map(line).collect()
}
