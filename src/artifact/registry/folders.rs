//! Resources by their place in folders: a project's `resources`, a server's `registry`.

use std::path::{Path, PathBuf};

use super::Resource;
use crate::artifact::source;
use crate::diagnostic::{Diagnostics, reason};

/// Larger files are no texts that an artifact reads.
const LARGEST: u64 = 16 * 1024 * 1024;

/// How deep folders may nest.
const DEPTH: usize = 32;

/// Names of folders, in projects and in servers, and the key that stands for them.
const ROOTS: [(&str, &str); 5] = [
    ("gov", "gov:/"),
    ("governance", "gov:/"),
    ("conf", "conf:/"),
    ("config", "conf:/"),
    ("local", "local:/"),
];

/// Reads the files of folders `resources` (of a project: below `registry` by their place there,
/// others as `resources:…`) and `registry` (of a server). What is no text has no key.
pub(in crate::artifact) fn read(
    folders: &[PathBuf],
    diagnostics: &mut Diagnostics,
) -> Vec<Resource> {
    let mut files = Vec::new();
    for folder in folders {
        let is_registry = folder.file_name().is_some_and(|name| name == "registry");
        let registry = if is_registry { folder.clone() } else { folder.join("registry") };
        for (name, key) in ROOTS {
            walk(&registry.join(name), key, DEPTH, &mut files, diagnostics);
        }
        if !is_registry {
            walk(folder, MI_RESOURCES, DEPTH, &mut files, diagnostics);
        }
    }
    texts(files, diagnostics)
}

/// Reads the files of a folder that is itself the root of a registry.
pub(in crate::artifact) fn read_root(
    folder: &Path,
    diagnostics: &mut Diagnostics,
) -> Vec<Resource> {
    let mut files = Vec::new();
    walk(folder, "gov:/", DEPTH, &mut files, diagnostics);
    texts(files, diagnostics)
}

fn texts(files: Vec<(PathBuf, String)>, diagnostics: &mut Diagnostics) -> Vec<Resource> {
    let small = |path: &Path| std::fs::metadata(path).is_ok_and(|found| found.len() <= LARGEST);
    let read = |(path, key): (PathBuf, String)| {
        Some(Resource::new(key, source::read_text(&path, diagnostics)?))
    };
    files.into_iter().filter(|(path, _)| small(path)).filter_map(read).collect()
}

/// Where the resources of a project are that have no registry path of their own.
const MI_RESOURCES: &str = "gov:/mi-resources/";

/// The files below a folder: the place of each, and its path from the folder.
pub(super) fn below(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    // What cannot be read is missed by its key, and that is reported.
    walk(folder, "", DEPTH, &mut files, &mut Diagnostics::new());
    files
}

fn walk(
    folder: &Path,
    key: &str,
    depth: usize,
    files: &mut Vec<(PathBuf, String)>,
    diagnostics: &mut Diagnostics,
) {
    if !folder.is_dir() {
        return;
    }
    let mut entries =
        match std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => entries,
            Err(error) => return source::report_unreadable(folder, &reason(&error), diagnostics),
        };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let (path, name) = (entry.path(), name.to_string_lossy());
        let Ok(kind) = std::fs::metadata(&path) else { continue };
        // The list of a project's resources is none itself.
        let is_list = name == "artifact.xml" && key == MI_RESOURCES;
        if name.starts_with('.') || is_list {
            continue;
        }
        if kind.is_dir() {
            let is_registry = name == "registry" && key == MI_RESOURCES;
            if depth > 0 && !is_registry {
                walk(&path, &format!("{key}{name}/"), depth - 1, files, diagnostics);
            }
        } else {
            files.push((path, format!("{key}{name}")));
        }
    }
}
