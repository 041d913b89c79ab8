//! `multipart/related`: XML in its root part, with the parts that MTOM refers to in their places.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::PayloadError;
use super::content_type::parameter;
use super::multipart::{Part, parts};
use crate::xml::{NodeId, Tree};

/// The namespace of the element that stands for a part.
const XOP: &str = "http://www.w3.org/2004/08/xop/include";

/// A body that was taken apart.
#[derive(Debug)]
pub(super) struct Related<'b> {
    root: Part<'b>,
    others: Vec<Part<'b>>,
}

impl<'b> Related<'b> {
    /// Takes a body apart. The root is the part that `start` names, else the first.
    pub fn read(body: &'b [u8], content_type: &str) -> Result<Self, PayloadError> {
        let boundary = parameter(content_type, "boundary").unwrap_or_default();
        let mut others = parts(body, &boundary).map_err(|why| malformed(&why))?;
        let start = parameter(content_type, "start");
        let named = start
            .and_then(|start| others.iter().position(|part| id_of(part) == Some(bare(&start))));
        if others.is_empty() {
            return Err(malformed("there is no part"));
        }
        let root = others.remove(named.unwrap_or(0));
        Ok(Self { root, others })
    }

    /// The XML.
    pub fn xml(&self) -> &'b [u8] {
        self.root.content
    }

    /// The charset that the root part names.
    pub fn charset(&self) -> Option<String> {
        self.root.charset()
    }

    /// Puts the parts in the places that refer to them, as base64.
    pub fn include(&self, tree: &mut Tree) -> Result<(), PayloadError> {
        if !self.root.media_type().eq_ignore_ascii_case("application/xop+xml") {
            return Ok(());
        }
        let mut left: HashMap<&str, &Part<'_>> =
            self.others.iter().filter_map(|part| Some((id_of(part)?, part))).collect();
        let places: Vec<NodeId> = tree
            .descendants(Tree::ROOT)
            .filter(|node| tree.name(*node).is_some_and(|name| name.matches(Some(XOP), "Include")))
            .collect();
        for place in places {
            let href = tree.attribute(place, None, "href").unwrap_or_default();
            let id = href.strip_prefix("cid:").unwrap_or(href);
            let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
            // A part has one place: many places for a large one would be an attack.
            let Some(part) = left.remove(&*id) else {
                return Err(malformed(&format!("no part is left for `{href}`")));
            };
            let text = tree.create_text(BASE64.encode(part.content));
            tree.replace(place, text);
        }
        Ok(())
    }
}

fn id_of<'p>(part: &'p Part<'_>) -> Option<&'p str> {
    part.header("content-id").map(bare)
}

fn bare(id: &str) -> &str {
    id.trim().trim_start_matches('<').trim_end_matches('>')
}

fn malformed(why: &str) -> PayloadError {
    PayloadError::Malformed(format!("malformed multipart/related: {why}").into())
}
