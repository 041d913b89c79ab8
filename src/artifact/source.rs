//! Reading of an artifact's file as text, whatever it says of its encoding.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostics, FileId, Span, reason};

/// A file that was read.
#[derive(Debug)]
pub(super) struct Source {
    /// Its place among the diagnostics' files.
    pub(super) id: FileId,
    /// Where it is.
    pub(super) path: PathBuf,
    /// What it says.
    pub(super) text: Arc<str>,
    /// The folder that paths in it start at.
    pub(super) folder: PathBuf,
    /// Why it was read.
    pub(super) role: Role,
}

/// Why a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It was found: it need not be an artifact.
    Found,
    /// The caller named this very file, so it has to be one.
    Named,
    /// An archive says that it is an artifact with one of these root elements.
    Declared(&'static [&'static str]),
}

impl Source {
    /// Adds a text to the diagnostics' files.
    pub(super) fn add(
        path: PathBuf,
        text: String,
        role: Role,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let text: Arc<str> = text.into();
        let id = diagnostics.sources.add(path.clone(), Arc::clone(&text));
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Self { id, path, text, folder, role }
    }
}

/// What is deployed or left out as a whole: the archive that a file is in, or the file itself.
pub(super) fn unit(path: &Path) -> &Path {
    let archive = path.ancestors().find(|part| {
        let name = part.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
        name.is_some_and(|name| name.ends_with(".car!"))
    });
    let text = archive.and_then(Path::to_str).and_then(|text| text.strip_suffix('!'));
    text.map_or(path, Path::new)
}

/// Reads a file; what is wrong is reported at the file.
pub(super) fn read(path: &Path, role: Role, diagnostics: &mut Diagnostics) -> Option<Source> {
    match content(path) {
        Ok(text) => Some(Source::add(path.to_owned(), text, role, diagnostics)),
        Err(why) => {
            report_unreadable(path, &why, diagnostics);
            None
        }
    }
}

/// The text of a file, or why there is none.
pub(super) fn content(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| reason(&error))?;
    decode(bytes).map_err(str::to_owned)
}

/// Reads a file that need not be a text: `None` when it is none.
pub(super) fn read_text(path: &Path, diagnostics: &mut Diagnostics) -> Option<Source> {
    let text = decode(std::fs::read(path).ok()?).ok()?;
    Some(Source::add(path.to_owned(), text, Role::Found, diagnostics))
}

/// Reports that a file or a folder cannot be used, so that programs find its path in the place.
pub(super) fn report_unreadable(path: &Path, why: &str, diagnostics: &mut Diagnostics) {
    let file = diagnostics.sources.add(path, "");
    let message = format!("{}: {why}", path.display());
    diagnostics.report(Code::UNREADABLE_FILE, Span::new(file, 0..0), message);
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The bytes of a file as text: UTF-8 with or without a byte order mark, and what an XML
/// declaration calls ISO-8859-1.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, &'static str> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("it is UTF-16; save it as UTF-8");
    }
    let bytes = match bytes.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    let declared = declared_encoding(&bytes).map(str::to_ascii_lowercase);
    match declared.as_deref() {
        None | Some("utf-8" | "utf8") => {}
        Some("iso-8859-1" | "latin1") => return Ok(bytes.into_iter().map(char::from).collect()),
        Some(_) if bytes.is_ascii() => {}
        Some(_) => return Err("its XML declaration names an encoding that is not read; use UTF-8"),
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8")
}

/// The encoding that an XML declaration names.
fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let declaration = bytes.strip_prefix(b"<?xml")?;
    declaration.first().filter(|next| next.is_ascii_whitespace())?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(declaration.get(..end)?).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.get(1..)?.split_once(quote).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{decode, unit};

    #[test]
    fn a_file_of_an_archive_is_deployed_with_it() {
        for (path, expected) in [
            ("a/b.xml", "a/b.xml"),
            ("a/b.car", "a/b.car"),
            ("a/b.car!/c_1/d.xml", "a/b.car"),
            ("a/b.CAR!/c_1/d.xml", "a/b.CAR"),
            ("a!/b.xml", "a!/b.xml"),
        ] {
            assert_eq!(unit(Path::new(path)), Path::new(expected));
        }
    }

    #[test]
    fn reads_what_editors_write() {
        for (bytes, expected) in [
            (&b"<a/>"[..], Ok("<a/>")),
            (b"\xef\xbb\xbf<a/>", Ok("<a/>")),
            ("<a>ä</a>".as_bytes(), Ok("<a>ä</a>")),
            (
                b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>",
                Ok("<?xml version='1.0' encoding='ISO-8859-1'?><a>ä</a>"),
            ),
            (
                b"<?xml version=\"1.0\" encoding=\"US-ASCII\"?><a/>",
                Ok("<?xml version=\"1.0\" encoding=\"US-ASCII\"?><a/>"),
            ),
            (
                b"<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\x80</a>",
                Err("its XML declaration names an encoding that is not read; use UTF-8"),
            ),
            (b"<?xml-x encoding='ISO-8859-1'?><a>\xe4</a>", Err("it is not UTF-8")),
            (b"<a>\xe4</a>", Err("it is not UTF-8")),
            (b"\xff\xfe<\0a\0/\0>\0", Err("it is UTF-16; save it as UTF-8")),
        ] {
            assert_eq!(decode(bytes.to_vec()).as_deref(), expected.as_ref().copied());
        }
    }
}
