//! Local entries: texts, XML, files, and the connections of connectors.

use std::sync::Arc;

use super::check::{attribute, name_of, optional, required};
use super::loader::Loader;
use super::names::Space;
use super::source::{self, Role, Source};
use super::{registry, sequence, template};
use crate::diagnostic::Code;
use crate::endpoint::place;
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
        return from_file(source, key, loader);
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
fn from_file(written: Text<'_>, key: Option<Text<'_>>, loader: &mut Loader<'_>) -> Option<Entry> {
    let url = loader.compiler.resolved(written)?;
    let url = url.trim();
    if place::is_remote(url) {
        loader
            .compiler
            .diagnostics
            .report(
                Code::UNSUPPORTED_ARTIFACT,
                written.span,
                format!("`{url}` is not fetched: local entries are read from files only"),
            )
            .help("put a copy beside the artifact and name it in `src`");
        return None;
    }
    let path = place::of(url, &loader.compiler.folder);
    let diagnostics = &mut *loader.compiler.diagnostics;
    match source::content(&path) {
        Ok(text) => {
            let source = Source::add(path, text, Role::Found, diagnostics);
            if let Some(key) = key {
                registry::define_artifact_of(&source, key.value.trim(), loader);
            }
            Some(entry_of(&source.text))
        }
        Err(why) => {
            let message = format!("{}: {why}", path.display());
            diagnostics.report(Code::UNREADABLE_FILE, written.span, message).help(place::START);
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
