//! How a resource says which paths are its own: `uri-template`, `url-mapping`, or neither.

mod decode;
mod uri_template;
mod url_mapping;

pub use decode::{BrokenEncoding, decode};
pub use uri_template::{TemplateError, UriTemplate};
pub use url_mapping::UrlMapping;

use std::sync::Arc;

/// A variable of a template, under its full property name, and its decoded value.
pub type Variable = (Arc<str>, Arc<str>);

/// The paths of a resource.
#[derive(Debug)]
pub enum Mapping {
    /// `uri-template`.
    Template(UriTemplate),
    /// `url-mapping`.
    Mapping(UrlMapping),
    /// Neither: what no other resource of the API takes.
    Default,
}

impl Mapping {
    /// The template or mapping as written; nothing for a default resource.
    pub fn text(&self) -> Option<&Arc<str>> {
        match self {
            Self::Template(template) => Some(template.text()),
            Self::Mapping(mapping) => Some(mapping.text()),
            Self::Default => None,
        }
    }
}
