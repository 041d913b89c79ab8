//! The WSDL of a proxy and, from import to import, everything that it needs.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::super::source::{content, decode};
use super::source::{Publish, Source};
use super::template::{Gap, Template};
use super::{Document, Problem, Wsdl};
use crate::diagnostic::{Code, Span};
use crate::endpoint::{Address, Place, Target, read_document};
use crate::mediation::{Entry, Environment, Program};

/// More than any service has; a circle of imports ends before.
const MOST: usize = 256;

/// What a location cannot hold in a query as it is.
const QUERY: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'%').add(b'&').add(b'+');

const OWN_INSTEAD: &str = "`?wsdl` answers a description that any proxy has";

/// Where a document was found, to which relative locations in it are relative; nowhere for one
/// of an entry or of the artifact.
type Base = Option<Place>;

/// A document that is to be read.
struct Wanted {
    kind: &'static str,
    location: String,
    from: From,
}

enum From {
    Entry(usize),
    File(PathBuf),
}

/// The documents of a proxy while they are read.
pub(super) struct Documents<'p> {
    publish: &'p Publish,
    program: &'p Program,
    environment: &'p Environment,
    wanted: Vec<Wanted>,
    done: Vec<Document>,
    /// What is wrong with them.
    pub(super) problems: Vec<Problem>,
}

impl<'p> Documents<'p> {
    pub(super) fn new(
        publish: &'p Publish,
        program: &'p Program,
        environment: &'p Environment,
    ) -> Self {
        let (wanted, done, problems) = (Vec::new(), Vec::new(), Vec::new());
        Self { publish, program, environment, wanted, done, problems }
    }

    /// Reads them all; nothing when there is no WSDL to begin with.
    pub(super) fn collect(&mut self) -> Option<Wsdl> {
        let (publish, place) = (self.publish, self.publish.place);
        let read = match &publish.source {
            Source::Inline(text) => Ok((text.clone(), None)),
            Source::Key(key) => self.entry(key).map(|text| (text, None)),
            Source::Uri(uri) => self.uri(uri),
            Source::Endpoint(name) => self.endpoint(name)?,
        };
        if let Err(why) = read.and_then(|(text, base)| self.add(None, "", &text, &base)) {
            let message = format!("the WSDL of the proxy cannot be published: {why}");
            let named = matches!(publish.source, Source::Key(_));
            let code = if named { Code::UNRESOLVED_ENTRY } else { Code::UNREADABLE_FILE };
            self.problem(code, place, message, OWN_INSTEAD);
            return None;
        }
        while let Some(Wanted { kind, location, from }) = self.wanted.pop() {
            let (place, read) = match &from {
                From::File(path) => {
                    (place, file(path).map(|text| (text, Some(Place::File(path.clone())))))
                }
                From::Entry(at) => {
                    let resource = &publish.resources[*at];
                    (resource.place, self.entry(&resource.key).map(|text| (text, None)))
                }
            };
            let added = read.and_then(|(text, base)| self.add(Some(kind), &location, &text, &base));
            if let Err(why) = added {
                let message = format!("`{location}`, which the WSDL imports, is missing: {why}");
                self.problem(Code::UNREADABLE_FILE, place, message, "clients cannot fetch it");
            }
        }
        Some(Wsdl(std::mem::take(&mut self.done)))
    }

    fn problem(&mut self, code: Code, place: Span, message: String, help: &'static str) {
        self.problems.push(Problem { code, place, message, help });
    }

    fn entry(&self, key: &str) -> Result<String, String> {
        match self.program.entry(key) {
            Some(Entry::Text(text)) => Ok(text.to_string()),
            Some(Entry::Xml(tree)) => Ok(tree.to_text()),
            Some(_) => Err(format!("`{key}` is no document")),
            None => Err(format!("no local entry or registry resource is `{key}`")),
        }
    }

    fn uri(&self, uri: &str) -> Result<(String, Base), String> {
        let client = self.environment.client.as_ref();
        let (bytes, place) = read_document(uri, &self.publish.folder, client)?;
        Ok((decode(bytes)?, Some(place)))
    }

    /// The WSDL that the back-end itself answers; nothing when there is no such endpoint, of which
    /// is warned elsewhere.
    fn endpoint(&self, name: &str) -> Option<Result<(String, Base), String>> {
        let endpoint = self.program.endpoint(name)?;
        Some(match &endpoint.target {
            Target::Leaf(leaf)
                if let Address::Address(uri) | Address::Port(uri) = &leaf.address =>
            {
                self.uri(&format!("{uri}?wsdl"))
            }
            _ => Err(format!("the endpoint `{name}` is no address endpoint")),
        })
    }

    /// Adds a document of a kind, or of that which its root says, and what it imports to what is
    /// wanted.
    fn add(
        &mut self,
        kind: Option<&'static str>,
        location: &str,
        text: &str,
        base: &Base,
    ) -> Result<(), String> {
        let move_address = self.publish.move_address;
        let link = |kind, import: &str| self.link(kind, import, location, base);
        let text = Template::of(text, move_address, link)?;
        let kind = kind.or(text.kind).ok_or("it is neither WSDL 1.1 nor WSDL 2.0")?;
        self.done.push(Document { kind, location: location.into(), text });
        Ok(())
    }

    /// What becomes of an import of a document at a location.
    fn link(
        &mut self,
        kind: &'static str,
        import: &str,
        location: &str,
        base: &Base,
    ) -> Option<Gap> {
        let joined = join(location, import);
        let mapped = |wanted: &str| {
            let mut resources = self.publish.resources.iter();
            resources.position(|resource| *resource.location == *wanted)
        };
        let (location, from) = match (mapped(import).or_else(|| mapped(&joined)), base) {
            (Some(at), _) => (self.publish.resources[at].location.to_string(), From::Entry(at)),
            (None, _) if import.contains("://") => return None,
            (None, Some(Place::File(path))) => (joined, From::File(beside(path, import))),
            (None, Some(Place::Url(url))) => return Some(Gap::Url(below(url, import))),
            (None, None) => {
                let message = format!("no <resource> says where `{import}` is");
                let help = "<resource location=\"…\" key=\"…\"/> in <publishWSDL> names the entry \
                            that holds what the WSDL imports";
                self.problem(Code::UNRESOLVED_ENTRY, self.publish.place, message, help);
                return None;
            }
        };
        let known = self.done.iter().any(|one| one.kind == kind && *one.location == *location)
            || self.wanted.iter().any(|one| one.kind == kind && one.location == location);
        if !known && self.done.len() + self.wanted.len() < MOST {
            self.wanted.push(Wanted { kind, location: location.clone(), from });
        }
        Some(Gap::Query(format!("{kind}={}", utf8_percent_encode(&location, QUERY))))
    }
}

fn file(path: &Path) -> Result<String, String> {
    content(path).map_err(|why| format!("{}: {why}", path.display()))
}

/// The file that a document beside another names.
fn beside(path: &Path, import: &str) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).join(import)
}

/// A location as seen from another: `a/b.xsd` and `../c.xsd` make `c.xsd`.
fn join(location: &str, import: &str) -> String {
    let folder = location.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in import.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// A relative location below the URL of the document that names it.
fn below(url: &str, import: &str) -> String {
    let (start, path) = match url.find("://").map(|at| at + "://".len()) {
        Some(host) => {
            let at = url[host..].find('/').map_or(url.len(), |at| host + at);
            url.split_at(at)
        }
        None => ("", url),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match import.chars().next() {
        Some('/') => format!("{start}{import}"),
        Some('?') => format!("{start}{path}{import}"),
        _ => format!("{start}/{}", join(path, import)),
    }
}

#[cfg(test)]
mod tests {
    use super::{below, join};

    #[test]
    fn locations_are_seen_from_where_they_stand() {
        for (location, import, expected) in [
            ("", "a.xsd", "a.xsd"),
            ("", "./a.xsd", "a.xsd"),
            ("b/c.xsd", "a.xsd", "b/a.xsd"),
            ("b/c.xsd", "../a.xsd", "a.xsd"),
            ("b/c.xsd", "../../a.xsd", "../a.xsd"),
        ] {
            assert_eq!(join(location, import), expected, "{location} {import}");
        }
        for (url, import, expected) in [
            ("http://h:1/s/a?wsdl", "t.xsd", "http://h:1/s/t.xsd"),
            ("http://h:1/s/a?wsdl", "?xsd=1", "http://h:1/s/a?xsd=1"),
            ("http://h:1/s/a?wsdl", "/t.xsd", "http://h:1/t.xsd"),
            ("http://h:1/s/a?wsdl", "a?xsd=t/b.xsd", "http://h:1/s/a?xsd=t/b.xsd"),
            ("http://h:1", "t.xsd", "http://h:1/t.xsd"),
        ] {
            assert_eq!(below(url, import), expected, "{url} {import}");
        }
    }
}
