//! Deployments for tests: artifacts given as texts, and folders that vanish.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::load::{Loaded, compile};
use super::source::{Role, Source};
use crate::diagnostic::Diagnostics;
use crate::mediation::{Catalogue, Environment};
use crate::{connectors, mediators};

/// Everything that Myelin runs.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue {
        mediators: mediators::CATALOGUE,
        refused: mediators::REFUSED,
        connectors: connectors::CATALOGUE,
        send: mediators::send_step,
    }
}

/// Loads artifacts from name and text.
pub(crate) fn load_texts(texts: &[(&str, &str)], diagnostics: &mut Diagnostics) -> Loaded {
    let sources: Vec<Source> = texts
        .iter()
        .map(|(name, text)| {
            Source::add(PathBuf::from(name), (*text).to_owned(), Role::Named, diagnostics)
        })
        .collect();
    let sources: Vec<&Source> = sources.iter().collect();
    compile(&sources, &[], catalogue(), &Environment::default(), diagnostics)
}

/// A folder of a test's own.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A folder with files: path and content.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("myelin-test-{}-{number}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        for (path, content) in files {
            folder.write(path, content.as_bytes());
        }
        folder
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, content: &[u8]) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the system's temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
