//! Resources of an API: which requests are theirs, and what these run through.

use std::sync::Arc;

use http::Method;

use super::check::{attribute, check_children, one_of, optional};
use super::loader::Loader;
use super::mapping::{Mapping, UriTemplate, UrlMapping};
use super::{api, overlap, sequence};
use crate::diagnostic::Code;
use crate::expression::java_regex::Pattern;
use crate::mediation::{AttributeSpec, Compiler, Kind, Origin, check_attributes};
use crate::xml::document::Element;

/// A resource.
#[derive(Debug)]
pub struct Resource {
    /// The methods that it takes; all when it names none.
    pub methods: Vec<Method>,
    /// Its paths.
    pub mapping: Mapping,
    /// The `Content-Type` that a request with a body must have, letter by letter.
    pub content_type: Option<Box<str>>,
    /// What the whole `User-Agent` must match.
    pub user_agent: Option<Pattern>,
    /// The one scheme (`http`, `https`) that it is served over.
    pub scheme: Option<&'static str>,
    /// What its requests run through.
    pub origin: Arc<Origin>,
}

/// What a resource can take.
pub(super) const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"];

static RESOURCE: &[AttributeSpec] = &[
    optional("methods", Kind::Text, "the methods that it takes, separated by spaces"),
    optional("uri-template", Kind::Text, "its paths, with variables in braces"),
    optional("url-mapping", Kind::Text, "its paths: `/a`, `/a/*` or `*.x`"),
    optional("protocol", Kind::Text, "`http` or `https`; both without it"),
    optional("content-type", Kind::Text, "the `Content-Type` that a request must have"),
    optional("user-agent", Kind::Regex, "what the whole `User-Agent` must match"),
    optional("inSequence", Kind::Key, "the sequence that requests run through"),
    optional("outSequence", Kind::Key, "the sequence that responses run through"),
    optional("faultSequence", Kind::Key, "the sequence that handles failures"),
    optional("binds-to", Kind::Text, "the inbound endpoints that serve it"),
];

const CHILDREN: [&str; 3] = ["inSequence", "outSequence", "faultSequence"];

/// The resources of an API that the ordinary listener serves.
pub(super) fn all(api: Element<'_>, name: &str, loader: &mut Loader<'_>) -> Vec<Resource> {
    let elements: Vec<_> = api.children().filter(|child| child.name() == "resource").collect();
    if elements.is_empty() {
        loader
            .compiler
            .diagnostics
            .report(Code::MISSING_CHILD, api.name_span(), "an API needs a <resource>")
            .help("<resource methods=\"GET\" uri-template=\"/…\"> with an <inSequence>");
    }
    let mut resources = Vec::new();
    let mut places = Vec::new();
    for element in elements {
        let Some(resource) = one(element, name, loader) else { continue };
        overlap::check(&resource, element, &resources, &places, &mut loader.compiler);
        if api::is_served(element, &mut loader.compiler) {
            resources.push(resource);
            places.push(element.name_span());
        }
    }
    resources
}

fn one(element: Element<'_>, api: &str, loader: &mut Loader<'_>) -> Option<Resource> {
    let compiler = &mut loader.compiler;
    check_attributes(element, RESOURCE, compiler);
    check_children(element, &CHILDREN, &CHILDREN, compiler);
    let methods = methods(element, compiler);
    let mapping = mapping(element, compiler);
    let content_type = content_type(element, compiler);
    let user_agent = user_agent(element, compiler);
    let scheme = one_of(element, "protocol", &["http", "https"], compiler);
    let in_sequence = sequence::part(element, "inSequence", compiler);
    let out_sequence = sequence::part(element, "outSequence", compiler);
    let fault_sequence = sequence::part(element, "faultSequence", compiler);
    let in_sequence = loader.start("inSequence", in_sequence, None, element.name_span());
    let out_sequence = loader.out(out_sequence, element.name_span());
    let name = Arc::from(format!("api:{api}"));
    let origin = Arc::new(Origin { name, in_sequence, out_sequence, fault_sequence });
    let mapping = mapping?;
    Some(Resource { methods, mapping, content_type, user_agent, scheme, origin })
}

fn methods(element: Element<'_>, compiler: &mut Compiler<'_>) -> Vec<Method> {
    let Some(written) = attribute(element, "methods") else { return Vec::new() };
    let mut methods = Vec::new();
    for word in written.value.split_whitespace() {
        let known = METHODS.contains(&word).then(|| word.parse::<Method>().ok()).flatten();
        let Some(method) = known else {
            let offset = written.value.find(word).unwrap_or(0);
            compiler
                .diagnostics
                .report(
                    Code::INVALID_VALUE,
                    written.place(offset),
                    format!("`{word}` is not a method"),
                )
                .help(format!("methods are {}, separated by spaces", METHODS.join(", ")))
                .did_you_mean(word, METHODS);
            continue;
        };
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    methods
}

fn mapping(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Mapping> {
    let template = attribute(element, "uri-template");
    let mapping = attribute(element, "url-mapping");
    match (template, mapping) {
        (None, None) => Some(Mapping::Default),
        (Some(template), Some(mapping)) => {
            compiler
                .diagnostics
                .report(
                    Code::CONFLICT,
                    mapping.span,
                    "a resource has either `uri-template` or `url-mapping`",
                )
                .related(template.span, "the other one");
            None
        }
        (None, Some(mapping)) => {
            let text = mapping.value.trim();
            if !text.starts_with('/') && !text.starts_with("*.") {
                let message = format!("no path matches the mapping `{text}`");
                let help = "a mapping begins with `/` or `*.`";
                super::check::warn(Code::INVALID_VALUE, mapping.span, message, help, compiler);
            }
            Some(Mapping::Mapping(UrlMapping::new(text)))
        }
        (Some(template), None) => match UriTemplate::parse(template.value.trim()) {
            Ok(parsed) => Some(Mapping::Template(parsed)),
            Err(error) => {
                compiler.diagnostics.report(
                    Code::INVALID_VALUE,
                    template.place(error.offset),
                    format!("`uri-template` cannot be read: {error}"),
                );
                None
            }
        },
    }
}

fn content_type(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Box<str>> {
    let written = attribute(element, "content-type")?;
    if written.value.split('/').count() != 2 {
        let message = format!("`{}` is not a content type", written.value);
        compiler
            .diagnostics
            .report(Code::INVALID_VALUE, written.span, message)
            .help("it is two words with a slash between them: `application/json`");
    }
    Some(written.value.into())
}

fn user_agent(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Pattern> {
    let written = attribute(element, "user-agent")?;
    match Pattern::whole(written.value, "") {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let place = written.place(error.offset);
            let message = format!("`user-agent` is not a regular expression: {}", error.message);
            let report = compiler.diagnostics.report(Code::INVALID_VALUE, place, message);
            if let Some(help) = error.help {
                report.help(help);
            }
            None
        }
    }
}
