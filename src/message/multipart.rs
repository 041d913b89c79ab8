//! Multipart bodies (RFC 2046): the parts between the boundaries.

use std::borrow::Cow;

use memchr::memmem;

use super::content_type::{media_type, parameter};

/// How many parts a body may have.
const MAX_PARTS: usize = 1000;
/// How many header lines a part may have.
const MAX_HEADERS: usize = 32;

/// A part.
#[derive(Debug)]
pub(super) struct Part<'b> {
    headers: Vec<(&'b str, String)>,
    /// What it holds, as it was sent.
    pub content: &'b [u8],
}

impl<'b> Part<'b> {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// A parameter of the part's `Content-Disposition`.
    pub fn disposition(&self, name: &str) -> Option<String> {
        parameter(self.header("content-disposition")?, name).map(Cow::into_owned)
    }

    /// The media type; text without one.
    pub fn media_type(&self) -> &str {
        self.header("content-type").map_or("text/plain", media_type)
    }

    /// The charset that the part names.
    pub fn charset(&self) -> Option<String> {
        parameter(self.header("content-type")?, "charset").map(Cow::into_owned)
    }

    /// The part that begins behind a delimiter's line.
    fn read(bytes: &'b [u8]) -> Result<Self, String> {
        let mut slots = [httparse::EMPTY_HEADER; MAX_HEADERS];
        match httparse::parse_headers(bytes, &mut slots) {
            Ok(httparse::Status::Complete((length, found))) => Ok(Self {
                headers: found
                    .iter()
                    .map(|header| (header.name, String::from_utf8_lossy(header.value).into_owned()))
                    .collect(),
                content: bytes.get(length..).unwrap_or_default(),
            }),
            Ok(httparse::Status::Partial) => Err("the head of a part has no end".to_owned()),
            Err(error) => Err(format!("the head of a part is malformed: {error}")),
        }
    }
}

/// The parts of a body. What stands before the first delimiter and behind the last means nothing.
pub(super) fn parts<'b>(body: &'b [u8], boundary: &str) -> Result<Vec<Part<'b>>, String> {
    if boundary.is_empty() {
        return Err("the content type names no boundary".to_owned());
    }
    let delimiter = format!("--{boundary}");
    let finder = memmem::Finder::new(delimiter.as_bytes());
    let mut parts = Vec::new();
    // Where the part begins whose end is looked for.
    let mut open: Option<usize> = None;
    for at in finder.find_iter(body) {
        let before = body.get(..at).unwrap_or_default();
        let behind = body.get(at + delimiter.len()..).unwrap_or_default();
        if !before.is_empty() && !before.ends_with(b"\n") {
            continue;
        }
        let Some(line) = rest_of_delimiter(behind) else { continue };
        if let Some(begin) = open {
            if parts.len() == MAX_PARTS {
                return Err(format!("there are more than {MAX_PARTS} parts"));
            }
            let end = at - if before.ends_with(b"\r\n") { 2 } else { 1 };
            // A part without header and content ends where it begins.
            parts.push(Part::read(body.get(begin..end.max(begin)).unwrap_or_default())?);
        }
        match line {
            Line::Last => return Ok(parts),
            Line::Next(length) => open = Some(at + delimiter.len() + length),
        }
    }
    Err(match open {
        None => format!("no part begins with the boundary `{boundary}`"),
        Some(_) => "the last part has no end".to_owned(),
    })
}

/// What stands behind a delimiter on its line.
enum Line {
    /// Nothing: a part begins so many bytes later.
    Next(usize),
    /// The mark that no part follows.
    Last,
}

/// `None` where the boundary is the beginning of something longer.
fn rest_of_delimiter(behind: &[u8]) -> Option<Line> {
    if behind.starts_with(b"--") {
        return Some(Line::Last);
    }
    let padding = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match behind.get(padding..) {
        Some([b'\r', b'\n', ..]) => Some(Line::Next(padding + 2)),
        Some([b'\n', ..]) => Some(Line::Next(padding + 1)),
        _ => None,
    }
}

/// A writer of parts.
#[derive(Debug)]
pub(super) struct Writer<'t> {
    boundary: &'t str,
    made: Vec<u8>,
}

impl<'t> Writer<'t> {
    /// A body without parts.
    pub fn new(boundary: &'t str) -> Self {
        Self { boundary, made: Vec::new() }
    }

    /// Adds a field of a form.
    pub fn field(&mut self, name: &str, file: Option<&str>, content_type: &str, content: &[u8]) {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{}\"", quoted(file)));
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\nContent-Type: {}\r\n\r\n",
            self.boundary,
            quoted(name),
            one_line(content_type),
        );
        self.made.extend_from_slice(head.as_bytes());
        self.made.extend_from_slice(content);
        self.made.extend_from_slice(b"\r\n");
    }

    /// The whole body.
    pub fn finish(mut self) -> Vec<u8> {
        self.made.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        self.made
    }
}

/// A name in quotes as browsers write it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// A line break would begin a header of its own.
fn one_line(value: &str) -> String {
    value.replace(|character: char| character.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::{MAX_PARTS, Writer, parts};

    fn read(body: &str) -> Result<Vec<(Option<String>, String)>, String> {
        let text = |content: &[u8]| String::from_utf8_lossy(content).into_owned();
        let parts = parts(body.as_bytes(), "b")?;
        Ok(parts.iter().map(|part| (part.disposition("name"), text(part.content))).collect())
    }

    #[test]
    fn bodies_have_parts() {
        let head = "Content-Disposition: form-data; name=";
        for (body, expected) in [
            ("--b--", Ok(&[][..])),
            ("--b--\r\n", Ok(&[])),
            ("--b\r\nHEAD\"a\"\r\n\r\n1\r\n--b--", Ok(&[(Some("a"), "1")])),
            (
                "talk\r\n--b \t\r\nHEADa\r\n\r\n1\r\n--b\r\n\r\n\r\n--b--tail",
                Ok(&[(Some("a"), "1"), (None, "")]),
            ),
            ("--b\nHEADa\n\n1\n2\n--b--", Ok(&[(Some("a"), "1\n2")])),
            // Boundaries are only what stands at the beginning of a line, whole.
            (
                "--b\r\nHEADa\r\n\r\nx--b\r\n--bb\r\n-\r\n--b--",
                Ok(&[(Some("a"), "x--b\r\n--bb\r\n-")]),
            ),
            ("--b\r\n\r\n\r\n\r\n--b--", Ok(&[(None, "\r\n")])),
            ("", Err("no part begins with the boundary `b`")),
            ("--c\r\n\r\n1\r\n--c--", Err("no part begins with the boundary `b`")),
            ("--b\r\nHEADa\r\n\r\n1", Err("the last part has no end")),
            ("--b\r\nHEADa\r\n--b--", Err("the head of a part has no end")),
            (
                "--b\r\nno header\r\n\r\n1\r\n--b--",
                Err("the head of a part is malformed: invalid header name"),
            ),
        ] {
            let read = read(&body.replace("HEAD", head));
            let expected: Result<Vec<_>, String> = match expected {
                Ok(parts) => Ok(parts
                    .iter()
                    .map(|(name, content)| (name.map(str::to_owned), (*content).to_owned()))
                    .collect()),
                Err(why) => Err(why.to_owned()),
            };
            assert_eq!(read, expected, "{body:?}");
        }
        let many = "--b\r\n\r\n\r\n".repeat(MAX_PARTS + 1) + "--b--";
        assert_eq!(read(&many).unwrap_err(), "there are more than 1000 parts");
    }

    #[test]
    fn what_is_written_is_read_and_names_break_nothing() {
        let mut writer = Writer::new("b");
        writer.field("a\"\r\nX: y", Some("f\n"), "text/plain\r\nX: y", b"1");
        let body = writer.finish();
        let read = parts(&body, "b").unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].disposition("name").as_deref(), Some("a%22%0D%0AX: y"));
        assert_eq!(read[0].disposition("filename").as_deref(), Some("f%0A"));
        assert_eq!((read[0].header("x"), read[0].content), (None, &b"1"[..]));
    }
}
