//! Resources that a list names: `registry-info.xml` of an archive, `artifact.xml` of a project.

use std::path::{Path, PathBuf};

use super::Resource;
use crate::artifact::source::Source;
use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::xml::document::Element;

/// Where the files of a list are.
pub(in crate::artifact) trait Files {
    /// The place of an item's file, which belongs at a path of the registry.
    fn file(&self, name: &str, path: &str) -> Option<PathBuf>;

    /// The files of a collection: the place of each, and its path below the collection.
    fn folder(&self, name: &str, path: &str) -> Vec<(PathBuf, String)>;

    /// The text at a place; `None` when it is no text.
    fn read(&mut self, place: &Path, diagnostics: &mut Diagnostics) -> Option<Source>;
}

/// The resources of the `<item>` and `<collection>` children of an element. What is named and not
/// there is reported.
pub(in crate::artifact) fn read(
    list: Element<'_>,
    files: &mut dyn Files,
    diagnostics: &mut Diagnostics,
) -> Vec<Resource> {
    let mut resources = Vec::new();
    for item in list.children() {
        match item.name() {
            "item" => resources.extend(one(item, files, diagnostics)),
            "collection" => resources.extend(collection(item, files, diagnostics)),
            // Of a server's database: nothing reads them by key.
            "dump" | "association" => not_read(item, diagnostics),
            _ => {}
        }
    }
    resources
}

fn one(
    item: Element<'_>,
    files: &mut dyn Files,
    diagnostics: &mut Diagnostics,
) -> Option<Resource> {
    let file = child_text(item, "file", diagnostics)?;
    let path = child_text(item, "path", diagnostics)?;
    let Some(place) = files.file(&file, &path) else {
        missing(item, "file", &file, diagnostics);
        return None;
    };
    let source = files.read(&place, diagnostics)?;
    let name = file.rsplit('/').next().unwrap_or(&file);
    Some(Resource { key: key(&path, name), source, properties: properties(item) })
}

fn collection(
    item: Element<'_>,
    files: &mut dyn Files,
    diagnostics: &mut Diagnostics,
) -> Vec<Resource> {
    let folder = child_text(item, "directory", diagnostics);
    let path = child_text(item, "path", diagnostics);
    let (Some(folder), Some(path)) = (folder, path) else { return Vec::new() };
    let found = files.folder(&folder, &path);
    if found.is_empty() {
        missing(item, "directory", &folder, diagnostics);
    }
    let mut resources = Vec::new();
    for (place, below) in found {
        let hidden = below.split('/').any(|part| part.starts_with('.'));
        if let Some(source) = (!hidden).then(|| files.read(&place, diagnostics)).flatten() {
            resources.push(Resource::new(key(&path, &below), source));
        }
    }
    resources
}

/// The whole key of a name at a path of the registry; paths are those of a server's database.
fn key(path: &str, name: &str) -> String {
    let (root, rest) = split(path);
    let rest = rest.trim_matches('/');
    let slash = if rest.is_empty() { "" } else { "/" };
    format!("{root}{rest}{slash}{name}")
}

/// The root of a registry path as keys spell it, and the rest of the path.
pub(super) fn split(path: &str) -> (&'static str, &str) {
    const ROOTS: [(&str, &str); 3] = [
        ("/_system/governance", "gov:/"),
        ("/_system/config", "conf:/"),
        ("/_system/local", "local:/"),
    ];
    let found = ROOTS.iter().find_map(|(prefix, root)| {
        let rest = path.strip_prefix(prefix)?;
        (rest.is_empty() || rest.starts_with('/')).then_some((*root, rest))
    });
    found.unwrap_or(("gov:/", path))
}

fn properties(item: Element<'_>) -> Vec<(String, String)> {
    let lists = item.children().filter(|child| child.name() == "properties");
    let written = lists.flat_map(|list| list.children()).filter(|child| child.name() == "property");
    let pair = |property: Element<'_>| {
        let attribute = |name| property.attribute(name).map(|it| it.value.value.to_owned());
        Some((attribute("key").or_else(|| attribute("name"))?, attribute("value")?))
    };
    written.filter_map(pair).collect()
}

fn text(item: Element<'_>, name: &str) -> Option<String> {
    let found = item.children().find(|child| child.name() == name)?.text()?;
    let value = found.value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn child_text(item: Element<'_>, name: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let found = text(item, name);
    if found.is_none() {
        let message = format!("<{}> does not say its <{name}>", item.name());
        let found = diagnostics.report(Code::MISSING_CHILD, item.name_span(), message);
        found.severity = Severity::Warning;
        found.help("it is left out");
    }
    found
}

fn missing(item: Element<'_>, child: &str, name: &str, diagnostics: &mut Diagnostics) {
    let place = item.children().find(|found| found.name() == child).and_then(|found| found.text());
    let place = place.map_or(item.name_span(), |text| text.span);
    let what = if child == "file" { "there is no file" } else { "there is nothing in" };
    let found = diagnostics.report(Code::UNREADABLE_FILE, place, format!("{what} `{name}`"));
    // Servers log it and deploy the rest.
    found.severity = Severity::Warning;
    found.help("the registry lacks what artifacts read by its key");
}

fn not_read(item: Element<'_>, diagnostics: &mut Diagnostics) {
    let message = format!("<{}> of a registry is not read", item.name());
    diagnostics
        .report(Code::NOT_HONOURED, item.name_span(), message)
        .help("list what artifacts read as <item> and <collection>");
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn paths_of_the_database_are_keys() {
        for (path, name, expected) in [
            ("/_system/governance", "a", "gov:/a"),
            ("/_system/governance/", "a", "gov:/a"),
            ("/_system/governance/b/c", "a", "gov:/b/c/a"),
            ("/_system/governance/mi-resources", "a", "gov:/mi-resources/a"),
            ("/_system/config/b/", "a/x", "conf:/b/a/x"),
            ("/_system/local/b", "a", "local:/b/a"),
            ("/_system/governances/b", "a", "gov:/_system/governances/b/a"),
            ("/b", "a", "gov:/b/a"),
            ("", "a", "gov:/a"),
        ] {
            assert_eq!(key(path, name), expected, "{path}");
        }
    }
}
