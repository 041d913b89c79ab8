//! Carbon archives (`.car`): read in memory, never unpacked to a disk.

mod application;
mod connector;
mod name;
mod part;
#[cfg(test)]
mod tests;
mod types;
mod zip;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use self::application::{Dependency, Part, Placed};
use self::zip::{LIMITS, Zip};
use super::registry::Resource;
use super::source::{self, Role, Source};
use crate::diagnostic::{Code, Diagnostics, Span, reason};
use crate::mediation::{Catalogue, Environment};

/// What archives hold.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Artifacts.
    pub(super) sources: Vec<Source>,
    /// Resources of the registry.
    pub(super) resources: Vec<Resource>,
}

/// What reading needs to know beside the archives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'s> {
    /// The connectors that there are.
    pub(super) catalogue: Catalogue,
    /// The values of the configuration store.
    pub(super) environment: &'s Environment,
}

/// Reads archives. What keeps one, or a part of one, from being deployed is reported.
pub(super) fn read(
    paths: &[PathBuf],
    around: Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Contents {
    let mut contents = Contents::default();
    let mut names = HashSet::new();
    let mut needs = Vec::new();
    for path in paths {
        let Some(bytes) = bytes(path, diagnostics) else { continue };
        let zip = match Zip::open(&bytes, &LIMITS) {
            Ok(zip) => zip,
            Err(why) => {
                refuse(path, &why, diagnostics);
                continue;
            }
        };
        let mut archive = Archive { path, zip };
        archive.deploy(around, &mut contents, diagnostics);
        let descriptor = archive.text("descriptor.xml", Role::Found, diagnostics);
        let descriptor = descriptor.map(|list| application::descriptor(&list, diagnostics));
        let descriptor = descriptor.unwrap_or_default();
        names.extend(descriptor.id);
        needs.extend(descriptor.needs);
    }
    for Placed { text, place } in needs.iter().filter(|needed| !names.contains(&needed.text)) {
        diagnostics
            .report(
                Code::UNRESOLVED_ARCHIVE,
                *place,
                format!("the archive `{text}` is not deployed"),
            )
            .help("deploy it beside this one");
    }
    contents
}

fn bytes(path: &Path, diagnostics: &mut Diagnostics) -> Option<Vec<u8>> {
    let size = std::fs::metadata(path).map(|found| found.len());
    if size.is_ok_and(|size| size > LIMITS.bytes) {
        refuse(path, &format!("it is larger than {} bytes", LIMITS.bytes), diagnostics);
        return None;
    }
    let read = std::fs::read(path);
    read.map_err(|error| {
        source::report_unreadable(path, &reason(&error), diagnostics);
    })
    .ok()
}

fn refuse<'d>(
    path: &Path,
    why: &str,
    diagnostics: &'d mut Diagnostics,
) -> &'d mut crate::diagnostic::Diagnostic {
    let file = diagnostics.sources.add(path, "");
    let message = format!("{}: {why}", path.display());
    diagnostics
        .report(Code::BAD_ARCHIVE, Span::new(file, 0..0), message)
        .help("build the archive again; nothing of it is deployed")
}

/// An archive that is read.
#[derive(Debug)]
struct Archive<'b> {
    path: &'b Path,
    zip: Zip<'b>,
}

impl Archive<'_> {
    /// Deploys what its `artifacts.xml` lists.
    fn deploy(
        &mut self,
        around: Surroundings<'_>,
        contents: &mut Contents,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(list) = self.text("artifacts.xml", Role::Found, diagnostics) else {
            let why = "it has no artifacts.xml, so it is no carbon archive";
            refuse(self.path, why, diagnostics).help(
                "deploy the folder itself, or build it with the Maven plugin of Micro Integrator",
            );
            return;
        };
        let Some(dependencies) = application::dependencies(&list, diagnostics) else { return };
        let mut parts = self.parts(diagnostics);
        for wanted in dependencies {
            let is_it = |part: &Part| {
                part.name == wanted.name.text
                    && (wanted.version.is_none() || part.version == wanted.version)
            };
            let Some(at) = parts.iter().position(is_it) else {
                missing(&wanted, &parts, diagnostics);
                continue;
            };
            let part = parts.swap_remove(at);
            if is_accepted(&wanted, diagnostics) {
                part::deploy(&part, self, around, contents, diagnostics);
            }
        }
        for part in parts {
            diagnostics
                .report(
                    Code::NOT_HONOURED,
                    part.place,
                    format!("`{}` is not a part of the application", part.name),
                )
                .help("it is not deployed: artifacts.xml does not list it");
        }
    }

    /// What every folder with an `artifact.xml` is.
    fn parts(&mut self, diagnostics: &mut Diagnostics) -> Vec<Part> {
        let lists = self.zip.names().filter_map(|name| {
            let folder = name.strip_suffix("/artifact.xml")?;
            (!folder.contains('/')).then(|| folder.to_owned())
        });
        let folders: Vec<String> = lists.collect();
        let read = |folder: String| {
            let list = self.text(&format!("{folder}/artifact.xml"), Role::Found, diagnostics)?;
            application::part(&list, &folder, diagnostics)
        };
        folders.into_iter().filter_map(read).collect()
    }

    /// The place of an entry, as diagnostics show it.
    fn place(&self, entry: &str) -> PathBuf {
        PathBuf::from(format!("{}!/{entry}", self.path.display()))
    }

    /// An entry as text; `None` when there is none. One that is no text is reported.
    fn text(&mut self, entry: &str, role: Role, diagnostics: &mut Diagnostics) -> Option<Source> {
        let place = self.place(entry);
        let read = self.zip.read(entry)?;
        let text = read.and_then(|bytes| source::decode(bytes).map_err(str::to_owned));
        match text {
            Ok(text) => Some(self.source(place, text, role, diagnostics)),
            Err(why) => {
                source::report_unreadable(&place, &why, diagnostics);
                None
            }
        }
    }

    fn source(
        &self,
        place: PathBuf,
        text: String,
        role: Role,
        diagnostics: &mut Diagnostics,
    ) -> Source {
        let source = Source::add(place, text, role, diagnostics);
        let folder = self.path.parent().map(Path::to_owned).unwrap_or_default();
        Source { folder, ..source }
    }
}

fn missing(wanted: &Dependency, parts: &[Part], diagnostics: &mut Diagnostics) {
    let Dependency { name, version, .. } = wanted;
    let in_version = |version: &Option<String>| {
        version.as_deref().map(|it| format!(" in version {it}")).unwrap_or_default()
    };
    let message = format!("the archive has no artifact `{}`{}", name.text, in_version(version));
    let found = diagnostics.report(Code::BAD_ARCHIVE, name.place, message);
    match parts.iter().find(|part| part.name == name.text) {
        Some(other) => found.help(format!("it has one{}", in_version(&other.version))),
        None => found
            .help("an artifact is a folder with an artifact.xml that has this name and version")
            .did_you_mean(&name.text, parts.iter().map(|part| part.name.as_str())),
    };
}

fn is_accepted(wanted: &Dependency, diagnostics: &mut Diagnostics) -> bool {
    let Some(role) = &wanted.role else { return true };
    if types::ROLES.contains(&role.text.as_str()) {
        return true;
    }
    let message = format!("`{}` is for servers with the role `{}`", wanted.name.text, role.text);
    diagnostics
        .report(Code::UNSUPPORTED_ARTIFACT, role.place, message)
        .help(format!("it is not deployed here: that takes {}", types::ROLES.join(" or ")))
        .did_you_mean(&role.text, types::ROLES);
    false
}
