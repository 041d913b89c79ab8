//! Finding of artifact files: projects, modules, server folders, loose files.
//!
//! Every layout is a tree of folders whose names do not matter; the root element of a file says
//! what it is. So one walk serves all of them.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::source::{Role, report_unreadable};
use crate::diagnostic::{Diagnostics, reason};

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Whether the caller named this very file.
    pub(super) role: Role,
}

/// What there is below some roots.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Files that may be artifacts.
    pub(super) files: Vec<Found>,
    /// Folders `resources` and `registry`: what they hold is read by key.
    pub(super) resources: Vec<PathBuf>,
    /// Files `artifact.xml`: some list resources.
    pub(super) lists: Vec<PathBuf>,
    /// Carbon archives.
    pub(super) archives: Vec<PathBuf>,
}

/// How deep folders may nest: deeper ones are links that lead back.
const DEPTH: usize = 32;

/// The files below some roots, each root in the given order, folders in the order of names. What
/// cannot be read is reported.
pub(super) fn find(roots: &[PathBuf], diagnostics: &mut Diagnostics) -> Layout {
    let mut found = Layout::default();
    for root in roots {
        match std::fs::metadata(root) {
            Err(error) => report_unreadable(root, &reason(&error), diagnostics),
            Ok(kind) if kind.is_dir() => walk(root, DEPTH, &mut found, diagnostics),
            Ok(_) if is_archive(root) => found.archives.push(root.clone()),
            Ok(_) => found.files.push(Found { path: root.clone(), role: Role::Named }),
        }
    }
    let mut seen = HashSet::new();
    found.files.retain(|found| seen.insert(found.path.clone()));
    for paths in [&mut found.resources, &mut found.lists, &mut found.archives] {
        let mut seen = HashSet::new();
        paths.retain(|path| seen.insert(path.clone()));
    }
    found
}

fn walk(folder: &Path, depth: usize, found: &mut Layout, diagnostics: &mut Diagnostics) {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return report_unreadable(folder, &reason(&error), diagnostics),
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // Links are followed: that is how containers mount configuration.
        let is_folder = match std::fs::metadata(&path) {
            Ok(kind) => kind.is_dir(),
            Err(error) if is_xml(&path) => {
                report_unreadable(&path, &reason(&error), diagnostics);
                continue;
            }
            Err(_) => continue,
        };
        if is_folder && is_resources(&path) {
            let lists = ["artifact.xml", "registry/artifact.xml"].map(|list| path.join(list));
            found.lists.extend(lists.into_iter().filter(|list| list.is_file()));
            found.resources.push(path);
        } else if is_folder && depth > 0 && !is_skipped_folder(&path) {
            walk(&path, depth - 1, found, diagnostics);
        } else if !is_folder && is_archive(&path) {
            found.archives.push(path);
        } else if !is_folder && path.file_name() == Some(OsStr::new("artifact.xml")) {
            found.lists.push(path);
        } else if !is_folder && is_xml(&path) && !is_skipped_file(&path) {
            found.files.push(Found { path, role: Role::Found });
        }
    }
}

fn is_resources(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name == "resources" || name == "registry"
}

fn is_skipped_folder(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let below_src = || path.parent().and_then(Path::file_name) == Some(OsStr::new("src"));
    is_hidden(name) || name == "target" || name == "resources" || (name == "test" && below_src())
}

fn is_skipped_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    is_hidden(name) || name == "pom.xml"
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(wanted))
}

fn is_xml(path: &Path) -> bool {
    has_extension(path, "xml")
}

fn is_archive(path: &Path) -> bool {
    has_extension(path, "car")
}
