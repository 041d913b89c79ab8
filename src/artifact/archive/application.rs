//! The lists of an archive: `artifacts.xml`, the `artifact.xml` of each part, `descriptor.xml`.

use crate::diagnostic::{Code, Diagnostics, Span};
use crate::xml::document::{Document, Element};

use crate::artifact::source::Source;

/// A text and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) text: String,
    pub(super) place: Span,
}

/// A part that the application consists of.
#[derive(Debug)]
pub(super) struct Dependency {
    pub(super) name: Placed,
    pub(super) version: Option<String>,
    pub(super) role: Option<Placed>,
}

/// A part: what its `artifact.xml` says.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) kind: Placed,
    pub(super) files: Vec<Placed>,
    /// Where its element stands.
    pub(super) place: Span,
    /// The folder it is in.
    pub(super) folder: String,
}

/// What an archive says of itself to others.
#[derive(Debug, Default)]
pub(super) struct Descriptor {
    /// The name that others need it by.
    pub(super) id: Option<String>,
    /// The names of those that it needs.
    pub(super) needs: Vec<Placed>,
}

/// The parts that `artifacts.xml` lists.
pub(super) fn dependencies(
    list: &Source,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Dependency>> {
    let document = Document::parse(&list.text, list.id, diagnostics)?;
    let root = document.root();
    let is_application = |it: &Element<'_>| {
        it.name() == "artifact" && text(*it, "type").is_some_and(|it| it == "carbon/application")
    };
    let Some(application) = root.children().find(is_application) else {
        diagnostics
            .report(
                Code::BAD_ARCHIVE,
                root.name_span(),
                "artifacts.xml lists no <artifact type=\"carbon/application\">",
            )
            .help("its <dependency> elements say which folders of the archive are deployed");
        return None;
    };
    let listed = application.children().filter(|child| child.name() == "dependency");
    Some(listed.filter_map(|element| dependency(element, diagnostics)).collect())
}

fn dependency(element: Element<'_>, diagnostics: &mut Diagnostics) -> Option<Dependency> {
    Some(Dependency {
        name: required(element, "artifact", diagnostics)?,
        version: text(element, "version"),
        role: placed(element, "serverRole"),
    })
}

/// The part that an `artifact.xml` describes.
pub(super) fn part(list: &Source, folder: &str, diagnostics: &mut Diagnostics) -> Option<Part> {
    let document = Document::parse(&list.text, list.id, diagnostics)?;
    let root = document.root();
    if root.name() != "artifact" {
        let message = format!("<{}> is no <artifact> of an archive", root.name());
        diagnostics.report(Code::BAD_ARCHIVE, root.name_span(), message);
        return None;
    }
    if let Some(inner) = root.children().find(|child| child.name() == "subArtifacts") {
        diagnostics
            .report(Code::NOT_HONOURED, inner.name_span(), "<subArtifacts> are not deployed")
            .help("list them in artifacts.xml, each with a folder of its own");
    }
    let files = root.children().filter(|child| child.name() == "file");
    let files = files.filter_map(|file| {
        let text = file.text()?;
        Some(Placed { text: text.value.trim().to_owned(), place: text.span })
    });
    Some(Part {
        name: required(root, "name", diagnostics)?.text,
        version: text(root, "version"),
        kind: required(root, "type", diagnostics)?,
        files: files.collect(),
        place: root.name_span(),
        folder: folder.to_owned(),
    })
}

/// What `descriptor.xml` says.
pub(super) fn descriptor(list: &Source, diagnostics: &mut Diagnostics) -> Descriptor {
    let Some(document) = Document::parse(&list.text, list.id, diagnostics) else {
        return Descriptor::default();
    };
    let root = document.root();
    let id = root.children().find(|child| child.name() == "id").and_then(|id| id.text());
    let lists = root.children().filter(|child| child.name() == "dependencies");
    let listed = lists.flat_map(|list| list.children()).chain(root.children());
    let needs = listed.filter(|child| child.name() == "dependency").filter_map(|needed| {
        let [group, name, version] =
            ["groupId", "artifactId", "version"].map(|name| text(needed, name));
        let text = format!("{}_{}_{}", group?, name?, version?);
        Some(Placed { text, place: needed.name_span() })
    });
    Descriptor { id: id.map(|id| id.value.trim().to_owned()), needs: needs.collect() }
}

fn placed(element: Element<'_>, name: &str) -> Option<Placed> {
    let found = element.attribute(name)?.value;
    let text = found.value.trim();
    (!text.is_empty()).then(|| Placed { text: text.to_owned(), place: found.span })
}

fn text(element: Element<'_>, name: &str) -> Option<String> {
    placed(element, name).map(|found| found.text)
}

fn required(element: Element<'_>, name: &str, diagnostics: &mut Diagnostics) -> Option<Placed> {
    let found = placed(element, name);
    if found.is_none() {
        let message = format!("<{}> needs the attribute `{name}`", element.name());
        diagnostics.report(Code::MISSING_ATTRIBUTE, element.name_span(), message);
    }
    found
}
