//! The canonical form of a request: what both sides of a signature hash.

use std::borrow::Cow;

use http::Uri;
use http::header::{HOST, HeaderMap};
use http::request::Parts;
use percent_encoding::{AsciiSet, percent_decode_str, percent_encode};

use super::BodyHash;
use crate::aws::request::ENCODED;

/// Services other than S3 encode the path of the wire once more, slashes apart.
const PATH: &AsciiSet = &ENCODED.remove(b'/');

/// A request with the names of the headers that are signed, sorted, in lower case.
pub(super) struct Canonical<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    /// The host of the URI, for a request without such a header.
    pub(super) host: Option<&'a str>,
    pub(super) names: &'a [&'a str],
    pub(super) body: BodyHash,
}

impl<'a> Canonical<'a> {
    pub(super) fn of(head: &'a Parts, names: &'a [&'a str], body: BodyHash) -> Self {
        Self {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            headers: &head.headers,
            host: host(&head.uri),
            names,
            body,
        }
    }

    /// Writes it to an emptied buffer; `None` when a signed header is not there.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Option<()> {
        out.clear();
        out.extend_from_slice(self.method.as_bytes());
        out.push(b'\n');
        push_path(out, self.path);
        out.push(b'\n');
        push_query(out, self.query);
        out.push(b'\n');
        for name in self.names {
            out.extend_from_slice(name.as_bytes());
            out.push(b':');
            self.push_values(out, name)?;
            out.push(b'\n');
        }
        out.push(b'\n');
        for (number, name) in self.names.iter().enumerate() {
            if number > 0 {
                out.push(b';');
            }
            out.extend_from_slice(name.as_bytes());
        }
        out.push(b'\n');
        push_hex(out, &self.body.0);
        Some(())
    }

    fn push_values(&self, out: &mut Vec<u8>, name: &str) -> Option<()> {
        let mut values = self.headers.get_all(name).iter();
        let Some(first) = values.next() else {
            out.extend_from_slice(self.host.filter(|_| name == HOST)?.as_bytes());
            return Some(());
        };
        push_trimmed(out, first.as_bytes());
        for value in values {
            out.push(b',');
            push_trimmed(out, value.as_bytes());
        }
        Some(())
    }
}

/// The host as clients send it: without the port that the scheme implies.
fn host(uri: &Uri) -> Option<&str> {
    let authority = uri.authority()?;
    let implied = match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    if implied.is_some() && authority.port_u16() == implied {
        return Some(authority.host());
    }
    let text = authority.as_str();
    Some(text.rsplit_once('@').map_or(text, |(_, host)| host))
}

/// The path without `.`, `..` and empty segments, encoded.
fn push_path(out: &mut Vec<u8>, path: &str) {
    let path = if path.contains("//") || path.contains("/.") {
        Cow::Owned(normalized(path))
    } else {
        Cow::Borrowed(if path.is_empty() { "/" } else { path })
    };
    extend(out, percent_encode(path.as_bytes(), PATH));
}

fn normalized(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    let folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    let mut normalized = format!("/{}", kept.join("/"));
    if folder && !kept.is_empty() {
        normalized.push('/');
    }
    normalized
}

/// Names and values decoded, encoded strictly, and sorted.
fn push_query(out: &mut Vec<u8>, query: &str) {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(String, String)> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (strict(name), strict(value)))
        .collect();
    pairs.sort_unstable();
    for (number, (name, value)) in pairs.iter().enumerate() {
        if number > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name.as_bytes());
        out.push(b'=');
        out.extend_from_slice(value.as_bytes());
    }
}

fn strict(text: &str) -> String {
    let decoded: Cow<'_, [u8]> = percent_decode_str(text).into();
    percent_encode(&decoded, ENCODED).to_string()
}

/// A header's value without spaces around it and with single ones in it.
fn push_trimmed(out: &mut Vec<u8>, value: &[u8]) {
    let start = out.len();
    let mut gap = false;
    for byte in value {
        if *byte == b' ' {
            gap = true;
            continue;
        }
        if gap && out.len() > start {
            out.push(b' ');
        }
        gap = false;
        out.push(*byte);
    }
}

/// Appends bytes in lower-case hexadecimal.
pub(super) fn push_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + value - 10 };
    out.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
}

fn extend<'a>(out: &mut Vec<u8>, parts: impl Iterator<Item = &'a str>) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}
