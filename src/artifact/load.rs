//! From roots to artifacts: files are found, read, compiled; those with errors can be left out.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archive::{self, Contents, Surroundings};
use super::declarations;
use super::layout::{self, Found};
use super::loader::{Loader, PRE_MEDIATE, sequence_origin};
use super::names::{Names, Space};
use super::registry::{self, Resource};
use super::source::{self, Role, Source};
use super::{Api, Proxy, kind, openapi, template, wsdl};
use crate::diagnostic::{Diagnostics, FileId, Severity};
use crate::mediation::{
    Catalogue, Compiler, Environment, Origin, Program, SequenceId, SequenceRef,
};
use crate::xml::document::{Document, Element};

/// What to do with a file that has errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// Compile what can be compiled; the caller refuses the deployment.
    Keep,
    /// Leave the whole file out.
    Skip,
}

/// How many artifacts of each kind there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// APIs.
    pub apis: usize,
    /// Proxies.
    pub proxies: usize,
    /// Named sequences.
    pub sequences: usize,
    /// Named endpoints.
    pub endpoints: usize,
    /// Sequence templates.
    pub templates: usize,
    /// Local entries.
    pub entries: usize,
}

/// A deployment's artifacts.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Everything that messages run through.
    pub program: Program,
    /// The APIs.
    pub apis: Vec<Api>,
    /// The proxies.
    pub proxies: Vec<Proxy>,
    /// The sequence `main`: what no API and no proxy takes.
    pub main: Option<Arc<Origin>>,
    /// What runs when an API has no resource for a path (`_resource_mismatch_handler_`).
    pub resource_mismatch: Option<Arc<Origin>>,
    /// What runs when a resource does not take a method (`_method_not_allowed_handler_`).
    pub method_not_allowed: Option<Arc<Origin>>,
    /// How many artifacts there are.
    pub counts: Counts,
    /// The files, archives and folders that have errors, in order.
    pub refused: Vec<PathBuf>,
}

impl Loaded {
    /// How many artifacts of each kind there are, for people: `2 APIs, 1 sequence`.
    pub fn summary(&self) -> String {
        let Counts { apis, proxies, sequences, endpoints, templates, entries } = self.counts;
        let kinds = [
            (apis, "API", "APIs"),
            (proxies, "proxy service", "proxy services"),
            (sequences, "sequence", "sequences"),
            (endpoints, "endpoint", "endpoints"),
            (templates, "template", "templates"),
            (entries, "local entry", "local entries"),
        ];
        let named = kinds
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }));
        let text = named.collect::<Vec<_>>().join(", ");
        if text.is_empty() { "no artifacts".to_owned() } else { text }
    }
}

/// Loads every artifact below the roots. Problems go to the diagnostics; whether they let the
/// deployment be served is the caller's to decide.
pub fn load(
    roots: &[PathBuf],
    catalogue: Catalogue,
    environment: &Environment,
    on_error: OnError,
    diagnostics: &mut Diagnostics,
) -> Loaded {
    let Contents { sources, resources } = read(roots, catalogue, environment, diagnostics);
    let all: Vec<&Source> = sources.iter().collect();
    let resources: Vec<&Resource> = resources.iter().collect();
    let mut loaded = compile(&all, &resources, catalogue, environment, diagnostics);
    if on_error == OnError::Skip && diagnostics.has_errors() {
        loaded = compile_sound(&all, &resources, catalogue, environment, diagnostics);
    }
    loaded.refused = refused(diagnostics);
    loaded
}

/// Reads everything below the roots.
fn read(
    roots: &[PathBuf],
    catalogue: Catalogue,
    environment: &Environment,
    diagnostics: &mut Diagnostics,
) -> Contents {
    let mut found = layout::find(roots, diagnostics);
    let mut resources = registry::read_modules(&found.lists, diagnostics);
    // What a list calls a resource is read by its key and is no artifact of its own.
    let listed: HashSet<&Path> = resources.iter().map(|it| it.source.path.as_path()).collect();
    found.files.retain(|file| file.role == Role::Named || !listed.contains(file.path.as_path()));
    let read = |Found { path, role }: &Found| source::read(path, *role, diagnostics);
    let mut sources: Vec<Source> = found.files.iter().filter_map(read).collect();
    resources.extend(registry::read_folders(&found.resources, diagnostics));
    for declared in found.resources.iter().map(|it| it.join(declarations::IN_RESOURCES)) {
        if let Some(declared) = source::read_text(&declared, diagnostics) {
            declarations::check(&declared, environment, diagnostics);
        }
    }
    let around = Surroundings { catalogue, environment };
    let archived = archive::read(&found.archives, around, diagnostics);
    sources.extend(archived.sources);
    resources.extend(archived.resources);
    Contents { sources, resources: registry::without_doubles(resources, diagnostics) }
}

/// Compiles the files without errors by themselves. What was said of them is said again, so that
/// a reference into a file that is left out is warned of.
fn compile_sound(
    sources: &[&Source],
    resources: &[&Resource],
    catalogue: Catalogue,
    environment: &Environment,
    diagnostics: &mut Diagnostics,
) -> Loaded {
    let refused: HashSet<PathBuf> = refused(diagnostics).into_iter().collect();
    let is_sound = |source: &Source| !refused.contains(source::unit(&source.path));
    let sound: Vec<_> = sources.iter().copied().filter(|source| is_sound(source)).collect();
    let resources: Vec<_> =
        resources.iter().copied().filter(|resource| is_sound(&resource.source)).collect();
    let files: HashSet<FileId> = sound
        .iter()
        .copied()
        .chain(resources.iter().map(|resource| &resource.source))
        .map(|source| source.id)
        .collect();
    diagnostics.retain(|found| !found.span.is_some_and(|span| files.contains(&span.file)));
    compile(&sound, &resources, catalogue, environment, diagnostics)
}

fn refused(diagnostics: &Diagnostics) -> Vec<PathBuf> {
    let mut refused: Vec<PathBuf> = Vec::new();
    let errors = diagnostics.sorted().into_iter().filter(|found| found.severity == Severity::Error);
    for span in errors.filter_map(|found| found.span) {
        let path = source::unit(diagnostics.sources.path(span.file));
        if !refused.iter().any(|known| known == path) {
            refused.push(path.to_owned());
        }
    }
    refused
}

pub(super) fn compile(
    sources: &[&Source],
    resources: &[&Resource],
    catalogue: Catalogue,
    environment: &Environment,
    diagnostics: &mut Diagnostics,
) -> Loaded {
    let mut documents = Vec::new();
    for source in sources {
        if let Some(document) = Document::parse(&source.text, source.id, diagnostics) {
            documents.push((*source, document));
        }
    }
    let pre_mediate = documents.iter().any(|(_, document)| declares_pre_mediate(document.root()));
    let mut loader = Loader {
        compiler: Compiler::new(diagnostics, catalogue, environment),
        names: Names::default(),
        pre_mediate,
        registries: Vec::new(),
        apis: Vec::new(),
        proxies: Vec::new(),
        counts: Counts::default(),
    };
    for (_, document) in &documents {
        template::of_endpoints(document.root(), &mut loader.compiler.endpoint_templates);
    }
    for (source, document) in &documents {
        loader.compiler.folder.clone_from(&source.folder);
        kind::root(document.root(), source.role, &mut loader);
    }
    for resource in resources {
        registry::define(resource, &mut loader);
    }
    for root in std::mem::take(&mut loader.registries) {
        for resource in registry::read_root(&root, loader.compiler.diagnostics) {
            registry::define(&resource, &mut loader);
        }
    }
    finish(loader)
}

fn declares_pre_mediate(root: Element<'_>) -> bool {
    let is_it = |element: Element<'_>| {
        let named = element.attribute("name").is_some_and(|name| name.value.value == PRE_MEDIATE);
        element.name() == "sequence" && named
    };
    is_it(root) || (root.name() == "definitions" && root.children().any(is_it))
}

fn finish(mut loader: Loader<'_>) -> Loaded {
    let main = main(&mut loader);
    let resource_mismatch = handler("_resource_mismatch_handler_", &mut loader);
    let method_not_allowed = handler("_method_not_allowed_handler_", &mut loader);
    let Loader { compiler, mut apis, mut proxies, counts, .. } = loader;
    let environment = compiler.environment;
    let (program, diagnostics) = compiler.finish();
    // What they publish may be deployed behind them.
    openapi::define(&mut apis, &program, diagnostics);
    wsdl::define(&mut proxies, &program, environment, diagnostics);
    Loaded {
        program,
        apis,
        proxies,
        main,
        resource_mismatch,
        method_not_allowed,
        counts,
        refused: Vec::new(),
    }
}

/// The sequence `main`. A response runs through it again: its `<out>` is for that.
fn main(loader: &mut Loader<'_>) -> Option<Arc<Origin>> {
    let start = named("main", loader)?;
    Some(sequence_origin("main", start, Some(SequenceRef::Inline(start))))
}

/// A sequence that runs where an API has nothing to run.
fn handler(name: &str, loader: &mut Loader<'_>) -> Option<Arc<Origin>> {
    let start = named(name, loader)?;
    Some(sequence_origin(name, start, None))
}

/// The start of a sequence that messages run by its name.
fn named(name: &str, loader: &mut Loader<'_>) -> Option<SequenceId> {
    let id = loader.compiler.defined_sequence(name)?;
    let place = loader.names.place_of(Space::Registry, name)?;
    Some(loader.start(name, Some(SequenceRef::Inline(id)), None, place))
}
