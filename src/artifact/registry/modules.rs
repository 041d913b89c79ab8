//! `artifact.xml` of a project: which of its files are resources, and their keys.
//!
//! A registry module of Integration Studio has its files beside the list, under any name. A project
//! of Micro Integrator has them where their keys say; its list adds properties.

use std::path::{Path, PathBuf};

use super::items::{self, Files, split};
use super::{Resource, folders};
use crate::artifact::source::{self, Source};
use crate::diagnostic::Diagnostics;
use crate::xml::document::Document;

/// The resources that lists name.
pub(in crate::artifact) fn read(lists: &[PathBuf], diagnostics: &mut Diagnostics) -> Vec<Resource> {
    let mut resources = Vec::new();
    for list in lists {
        let Some(source) = source::read(list, source::Role::Found, diagnostics) else { continue };
        let Some(document) = Document::parse(&source.text, source.id, diagnostics) else {
            continue;
        };
        let mut files = Folder(list.parent().map(Path::to_owned).unwrap_or_default());
        for artifact in document.root().children() {
            let is_resource = artifact
                .attribute("type")
                .is_some_and(|it| it.value.value.trim() == "registry/resource");
            if artifact.name() == "artifact" && is_resource {
                resources.extend(items::read(artifact, &mut files, diagnostics));
            }
        }
    }
    resources
}

/// The folder of a list.
struct Folder(PathBuf);

impl Folder {
    /// Where a file or a folder may be: beside the list, or where its key says.
    fn places(&self, name: &str, path: &str) -> Vec<PathBuf> {
        let (root, rest) = split(path);
        let rest = rest.trim_matches('/');
        let keyed = if root == "conf:/" { "conf" } else { "gov" };
        let mut places = vec![
            self.0.join(name),
            self.0.join(keyed).join(rest).join(name),
            self.0.join("registry").join(keyed).join(rest).join(name),
        ];
        if let Some(rest) = rest.strip_prefix("mi-resources") {
            places.push(self.0.join(rest.trim_matches('/')).join(name));
        }
        // A name may be the last folder of its path as well: `<directory>a</directory>`, `…/a`.
        places.push(self.0.join(keyed).join(rest));
        places.push(self.0.join("registry").join(keyed).join(rest));
        places
    }

    fn place(&self, name: &str, path: &str, wanted: fn(&Path) -> bool) -> Option<PathBuf> {
        let climbs = |text: &str| text.split(['/', '\\']).any(|part| part == "..");
        if climbs(name) || climbs(path) || Path::new(name).is_absolute() {
            return None;
        }
        self.places(name, path).into_iter().find(|place| wanted(place))
    }
}

impl Files for Folder {
    fn file(&self, name: &str, path: &str) -> Option<PathBuf> {
        self.place(name, path, Path::is_file)
    }

    fn folder(&self, name: &str, path: &str) -> Vec<(PathBuf, String)> {
        let place = self.place(name, path, Path::is_dir);
        place.map(|place| folders::below(&place)).unwrap_or_default()
    }

    fn read(&mut self, place: &Path, diagnostics: &mut Diagnostics) -> Option<Source> {
        source::read_text(place, diagnostics)
    }
}
