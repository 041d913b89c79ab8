//! Local entries: texts, XML, files, and the connections of connectors.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check::{attribute, name_of, optional, required};
use super::loader::Loader;
use super::names::Space;
use super::{sequence, source, template};
use crate::diagnostic::Code;
use crate::mediation::{AttributeSpec, Entry, Kind, check_attributes};
use crate::xml::document::{Element, Text};
use crate::xml::{Limits, parse};

static ENTRY: &[AttributeSpec] = &[
    required("key", Kind::Key, "the key by which other artifacts read it"),
    optional("src", Kind::Text, "the file that holds its value"),
];

/// A `<localEntry>`.
pub(super) fn define(element: Element<'_>, loader: &mut Loader<'_>) {
    let sound = check_attributes(element, ENTRY, &mut loader.compiler);
    let key = name_of(element, "key", &mut loader.compiler).filter(|_| sound);
    let value = value(element, key, loader);
    let Some(key) = key else { return };
    if loader.take(Space::Registry, "local entry", key) {
        if let Some(value) = value {
            loader.compiler.define_entry(key.value.trim(), value);
        }
        loader.counts.entries += 1;
    }
}

fn value(element: Element<'_>, key: Option<Text<'_>>, loader: &mut Loader<'_>) -> Option<Entry> {
    let mut children = element.children().filter(|child| child.name() != "description");
    let child = children.next();
    if let Some(source) = attribute(element, "src") {
        if let Some(child) = child {
            ignored(child, "the file of `src` is the value", loader);
        }
        return from_file(source, loader);
    }
    for more in children {
        ignored(more, "an entry holds one element", loader);
    }
    let Some(child) = child else {
        let text = element.text().map(|text| text.value).unwrap_or_default();
        return Some(Entry::Text(text.trim().into()));
    };
    if child.name().contains('.') {
        return connection(child, loader);
    }
    if let Some(key) = key.filter(|_| child.is_synapse()) {
        define_artifact(child, key.value.trim(), loader);
    }
    Some(Entry::Xml(Arc::new(child.to_tree())))
}

fn ignored(child: Element<'_>, why: &str, loader: &mut Loader<'_>) {
    let message = format!("<{}> is ignored", child.name());
    let place = child.name_span();
    loader.compiler.diagnostics.report(Code::UNKNOWN_CHILD, place, message).help(why);
}

/// `<library.init>` makes the entry a connection of that library.
fn connection(child: Element<'_>, loader: &mut Loader<'_>) -> Option<Entry> {
    let compiler = &mut loader.compiler;
    if let Some((connector, "init")) = compiler.catalogue.operation(child.name()) {
        let placed = connector.compile("init", child, compiler)?;
        return Some(Entry::Connection(placed.step));
    }
    let message = format!("<{}> is no connection that Myelin knows", child.name());
    compiler
        .diagnostics
        .report(Code::NOT_HONOURED, child.name_span(), message)
        .help("the entry is kept as XML; an operation that names it will fault");
    Some(Entry::Xml(Arc::new(child.to_tree())))
}

/// An entry that holds a sequence, an endpoint or a template is one wherever a key is looked up.
pub(super) fn define_artifact(child: Element<'_>, key: &str, loader: &mut Loader<'_>) {
    let compiler = &mut loader.compiler;
    match child.name() {
        "sequence" => {
            let id = sequence::body(key, child, compiler);
            compiler.define_sequence(key, id);
        }
        "endpoint" => {
            if let Some(found) = compiler.endpoint_definition(child) {
                compiler.define_endpoint(key, found);
            }
        }
        "template" => template::define_at(key, child, loader),
        _ => {}
    }
}

/// The value in a file: XML where it is XML, else text.
fn from_file(place: Text<'_>, loader: &mut Loader<'_>) -> Option<Entry> {
    let url = loader.compiler.resolved(place)?;
    let url = url.trim();
    if is_remote(url) {
        loader
            .compiler
            .diagnostics
            .report(
                Code::UNSUPPORTED_ARTIFACT,
                place.span,
                format!("`{url}` is not fetched: local entries are read from files only"),
            )
            .help("put a copy beside the artifact and name it in `src`");
        return None;
    }
    let path = path_of(url, &loader.folder);
    let read = std::fs::read(&path).map_err(|error| super::layout::reason(&error));
    let text = read.and_then(|bytes| source::decode(bytes).map_err(str::to_owned));
    match text {
        Ok(text) => Some(entry_of(&text)),
        Err(why) => {
            loader
                .compiler
                .diagnostics
                .report(Code::UNREADABLE_FILE, place.span, format!("{}: {why}", path.display()))
                .help("a relative path starts at the folder of the artifact or of its archive");
            None
        }
    }
}

/// A text as an entry: XML where it is XML.
pub(super) fn entry_of(text: &str) -> Entry {
    if text.trim_start().starts_with('<')
        && let Ok(tree) = parse(text.as_bytes(), Some("UTF-8"), &Limits::default())
    {
        return Entry::Xml(Arc::new(tree));
    }
    Entry::Text(text.into())
}

fn is_remote(url: &str) -> bool {
    url.split_once("://").is_some_and(|(scheme, _)| !scheme.eq_ignore_ascii_case("file"))
}

/// The file that a path or a `file:` URL names, seen from a folder.
pub(super) fn path_of(url: &str, folder: &Path) -> PathBuf {
    let path = url.strip_prefix("file:").unwrap_or(url);
    // `file:///a` and `file://localhost/a` name a host before the path, `file:/a` does not.
    let path = match path.strip_prefix("//") {
        Some(rest) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(rest),
        None => path,
    };
    folder.join(path)
}
