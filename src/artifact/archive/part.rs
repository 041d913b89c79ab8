//! A part of an archive, deployed as what it says it is.

use std::path::{Path, PathBuf};

use super::application::{Part, Placed};
use super::types::{self, Kind};
use super::{Archive, Contents, Surroundings, connector};
use crate::artifact::registry::{self, Files};
use crate::artifact::source::{Role, Source};
use crate::artifact::{declarations, source};
use crate::diagnostic::{Code, Diagnostics};
use crate::xml::document::Document;

/// Deploys a part.
pub(super) fn deploy(
    part: &Part,
    archive: &mut Archive<'_>,
    around: Surroundings<'_>,
    contents: &mut Contents,
    diagnostics: &mut Diagnostics,
) {
    let Some(kind) = types::kind_of(&part.kind.text) else {
        return unknown(part, diagnostics);
    };
    match kind {
        Kind::Description => {}
        Kind::NotRun(what, help) => {
            let message = format!("the {what} `{}` is not run by Myelin", part.name);
            diagnostics.report(Code::UNSUPPORTED_ARTIFACT, part.kind.place, message).help(help);
        }
        Kind::Artifact(roots) => {
            contents.sources.extend(payload(part, Role::Declared(roots), archive, diagnostics));
        }
        Kind::Declarations => {
            if let Some(source) = payload(part, Role::Found, archive, diagnostics) {
                declarations::check(&source, around.environment, diagnostics);
            }
        }
        Kind::Connector => connector::check(part, archive, around.catalogue, diagnostics),
        Kind::Resources => {
            let Some(list) = payload(part, Role::Found, archive, diagnostics) else { return };
            let Some(document) = Document::parse(&list.text, list.id, diagnostics) else { return };
            let mut files = Resources { archive, folder: format!("{}/resources", part.folder) };
            let found = registry::read_items(document.root(), &mut files, diagnostics);
            contents.resources.extend(found);
        }
    }
}

fn unknown(part: &Part, diagnostics: &mut Diagnostics) {
    diagnostics
        .report(
            Code::UNSUPPORTED_ARTIFACT,
            part.kind.place,
            format!("`{}` is no type of artifact that Myelin knows", part.kind.text),
        )
        .help("it is not deployed")
        .did_you_mean(&part.kind.text, types::names());
}

/// The one file of a part, as text.
fn payload(
    part: &Part,
    role: Role,
    archive: &mut Archive<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Source> {
    let file = only_file(part, diagnostics)?;
    let entry = format!("{}/{}", part.folder, file.text);
    if !archive.zip.has(&entry) {
        absent(file, diagnostics);
        return None;
    }
    archive.text(&entry, role, diagnostics)
}

/// The file that a part names; parts of these types have one.
pub(super) fn only_file<'p>(part: &'p Part, diagnostics: &mut Diagnostics) -> Option<&'p Placed> {
    let [file] = part.files.as_slice() else {
        let message = format!("`{}` names {} files instead of one", part.name, part.files.len());
        diagnostics
            .report(Code::BAD_ARCHIVE, part.place, message)
            .help("give it one <file>; each artifact has a folder of its own");
        return None;
    };
    Some(file)
}

/// Reports a file that is named and not there.
pub(super) fn absent(file: &Placed, diagnostics: &mut Diagnostics) {
    diagnostics
        .report(Code::BAD_ARCHIVE, file.place, format!("there is no file `{}`", file.text))
        .help("it belongs into the folder of this artifact.xml");
}

/// The files of a part that holds resources.
struct Resources<'a, 'b> {
    archive: &'a mut Archive<'b>,
    folder: String,
}

impl Files for Resources<'_, '_> {
    fn file(&self, name: &str, _path: &str) -> Option<PathBuf> {
        let entry = format!("{}/{}", self.folder, name.trim_start_matches('/'));
        self.archive.zip.has(&entry).then(|| PathBuf::from(entry))
    }

    fn folder(&self, name: &str, _path: &str) -> Vec<(PathBuf, String)> {
        let prefix = format!("{}/{}/", self.folder, name.trim_matches('/'));
        let names = self.archive.zip.names();
        let found = names.filter_map(|entry| {
            let below = entry.strip_prefix(&prefix)?;
            Some((PathBuf::from(entry), below.to_owned()))
        });
        found.collect()
    }

    fn read(&mut self, place: &Path, diagnostics: &mut Diagnostics) -> Option<Source> {
        let entry = place.to_str()?;
        match self.archive.zip.read(entry)? {
            // What is no text has no key.
            Ok(bytes) => {
                let text = source::decode(bytes).ok()?;
                let place = self.archive.place(entry);
                Some(self.archive.source(place, text, Role::Found, diagnostics))
            }
            Err(why) => {
                source::report_unreadable(&self.archive.place(entry), &why, diagnostics);
                None
            }
        }
    }
}
