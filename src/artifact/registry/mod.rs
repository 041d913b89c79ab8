//! Registry resources: texts of projects, servers and archives that artifacts read by key.

mod folders;
mod items;
mod modules;

use std::collections::HashMap;
use std::sync::Arc;

use super::loader::Loader;
use super::local_entry::{define_artifact, entry_of};
use super::properties;
use super::source::Source;
use crate::diagnostic::{Code, Diagnostics, Severity, Span};
use crate::mediation::Entry;
use crate::xml::document::{Document, SYNAPSE};

pub(super) use folders::{read as read_folders, read_root};
pub(super) use items::{Files, read as read_items};
pub(super) use modules::read as read_modules;

/// A text of the registry.
#[derive(Debug)]
pub(super) struct Resource {
    /// Its whole key: `gov:/a/b.xml`.
    pub(super) key: String,
    /// The file.
    pub(super) source: Source,
    /// Its properties: name and value.
    pub(super) properties: Vec<(String, String)>,
}

impl Resource {
    /// A text of which nothing more is known.
    pub(super) fn new(key: String, source: Source) -> Self {
        Self { key, source, properties: Vec::new() }
    }
}

/// Leaves one resource of each key, the first, and warns of two that differ in their file.
pub(super) fn without_doubles(
    resources: Vec<Resource>,
    diagnostics: &mut Diagnostics,
) -> Vec<Resource> {
    let mut taken: HashMap<String, (Arc<str>, Span)> = HashMap::new();
    let mut kept = Vec::new();
    for resource in resources {
        let place = Span::new(resource.source.id, 0..0);
        let Some((text, first)) = taken.get(&resource.key) else {
            taken.insert(resource.key.clone(), (Arc::clone(&resource.source.text), place));
            kept.push(resource);
            continue;
        };
        if *text != resource.source.text {
            let message = format!("a second resource has the key `{}`", resource.key);
            let first = diagnostics.sources.path(first.file).display().to_string();
            let found = diagnostics.report(Code::DUPLICATE_ARTIFACT, place, message);
            found.severity = Severity::Warning;
            found.help(format!("it is ignored: {first} has the key already"));
        }
    }
    kept
}

/// Defines a resource; one that is a sequence, an endpoint or a template is that as well. The file
/// `x.properties` beside `x` holds what is read as `x@name`; in a folder `x` it is the folder's.
pub(super) fn define(resource: &Resource, loader: &mut Loader<'_>) {
    let Resource { key, source, properties, .. } = resource;
    loader.compiler.define_resource(key, entry_of(&source.text));
    define_properties(key, properties.iter().cloned(), loader);
    if let Some(owner) = key.strip_suffix(".properties")
        && let Ok(properties) = properties::parse(&source.text)
    {
        define_properties(owned_folder(owner).unwrap_or(owner), properties, loader);
    }
    define_artifact_of(source, key, loader);
}

/// Defines the sequence, endpoint or template that a text may be, wherever its key is looked up.
pub(super) fn define_artifact_of(source: &Source, key: &str, loader: &mut Loader<'_>) {
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

/// The folder whose properties are in its file of the same name.
fn owned_folder(owner: &str) -> Option<&str> {
    let (folder, name) = owner.rsplit_once('/')?;
    (folder.rsplit('/').next() == Some(name)).then_some(folder)
}

fn define_properties(
    owner: &str,
    properties: impl IntoIterator<Item = (String, String)>,
    loader: &mut Loader<'_>,
) {
    for (name, value) in properties {
        loader.compiler.define_resource(&format!("{owner}@{name}"), Entry::Text(value.into()));
    }
}
