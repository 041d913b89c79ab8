//! Registry resources: files of a project or a server that artifacts read by key.

use std::path::{Path, PathBuf};

use super::layout::reason;
use super::loader::Loader;
use super::local_entry::{define_artifact, entry_of};
use super::properties;
use super::source::{self, Source};
use crate::diagnostic::Diagnostics;
use crate::mediation::Entry;
use crate::xml::document::{Document, SYNAPSE};

/// A file of the registry.
#[derive(Debug)]
pub(super) struct Resource {
    /// Its whole key: `gov:/a/b.xml`.
    pub(super) key: String,
    /// The file.
    pub(super) source: Source,
}

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
pub(super) fn read(folders: &[PathBuf], diagnostics: &mut Diagnostics) -> Vec<Resource> {
    let mut resources = Vec::new();
    for folder in folders {
        let is_registry = folder.file_name().is_some_and(|name| name == "registry");
        let registry = if is_registry { folder.clone() } else { folder.join("registry") };
        for (name, key) in ROOTS {
            walk(&registry.join(name), key, DEPTH, &mut resources, diagnostics);
        }
        if !is_registry {
            walk(folder, "gov:/mi-resources/", DEPTH, &mut resources, diagnostics);
        }
    }
    resources
}

fn walk(
    folder: &Path,
    key: &str,
    depth: usize,
    resources: &mut Vec<Resource>,
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
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            let is_registry = name == "registry" && key == "gov:/mi-resources/";
            if depth > 0 && !is_registry {
                walk(&path, &format!("{key}{name}/"), depth - 1, resources, diagnostics);
            }
        } else if kind.len() <= LARGEST
            && let Some(source) = source::read_text(&path, diagnostics)
        {
            resources.push(Resource { key: format!("{key}{name}"), source });
        }
    }
}

/// Defines a resource; one that is a sequence or an endpoint is that as well. The file `x.properties`
/// beside `x` holds what is read as `x@name`.
pub(super) fn define(resource: &Resource, loader: &mut Loader<'_>) {
    let Resource { key, source } = resource;
    loader.compiler.define_resource(key, entry_of(&source.text));
    if let Some(owner) = key.strip_suffix(".properties")
        && let Ok(properties) = properties::parse(&source.text)
    {
        for (name, value) in properties {
            let key = format!("{owner}@{name}");
            loader.compiler.define_resource(&key, Entry::Text(value.into()));
        }
    }
    if !source.text.contains(SYNAPSE) {
        return;
    }
    // A template for XML need not be XML: what is not well-formed is a text, and no problem.
    let mut unheard = Diagnostics::new();
    if let Some(document) = Document::parse(&source.text, source.id, &mut unheard)
        && document.root().is_synapse()
    {
        define_artifact(document.root(), key, loader);
    }
}
