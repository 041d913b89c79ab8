//! `<publishWSDL>`: where the WSDL of a proxy comes from.

use std::path::PathBuf;

use super::super::check::{attribute, check_children, optional, required, warn};
use super::super::loader::Loader;
use crate::diagnostic::{Code, Span};
use crate::mediation::{AttributeSpec, Compiler, Kind, check_attributes};
use crate::xml::document::Element;

/// A `<publishWSDL>`, read and not yet followed: what it names may be deployed behind it.
#[derive(Debug)]
pub struct Publish {
    /// Where the WSDL is.
    pub(super) source: Source,
    /// Where the artifact says so.
    pub(super) place: Span,
    /// What its imports mean.
    pub(super) resources: Vec<Resource>,
    /// Whether the addresses in it become the proxy's.
    pub(super) move_address: bool,
    /// The folder of the artifact.
    pub(super) folder: PathBuf,
}

/// Where a WSDL is.
#[derive(Debug)]
pub(super) enum Source {
    /// In the artifact.
    Inline(String),
    /// In a local entry or a registry resource.
    Key(String),
    /// In a file, or on a server.
    Uri(String),
    /// Where an endpoint of this name answers `?wsdl`.
    Endpoint(String),
}

/// `<resource location key>`: an import, and the entry that holds it.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) location: Box<str>,
    pub(super) key: Box<str>,
    pub(super) place: Span,
}

static PUBLISH: &[AttributeSpec] = &[
    optional("uri", Kind::Text, "the file or the URL of the WSDL"),
    optional("key", Kind::Key, "the local entry or registry resource that holds the WSDL"),
    optional("endpoint", Kind::Key, "the endpoint whose `?wsdl` is the WSDL"),
    optional("preservePolicy", Kind::Boolean, "whether policies in the WSDL stay in it"),
];

static RESOURCE: &[AttributeSpec] = &[
    required("location", Kind::Text, "the location of an import in the WSDL"),
    required("key", Kind::Key, "the local entry or registry resource that is meant"),
];

/// Reads the `<publishWSDL>` of a proxy. Of several sources Synapse takes the key before the
/// document inside, that before the URI, and an endpoint last.
pub(in super::super) fn read(
    proxy: Element<'_>,
    move_address: bool,
    loader: &mut Loader<'_>,
) -> Option<Publish> {
    let element = proxy.child("publishWSDL")?;
    let compiler = &mut loader.compiler;
    check_attributes(element, PUBLISH, compiler);
    if let Some(policy) = attribute(element, "preservePolicy")
        && policy.value.trim().eq_ignore_ascii_case("false")
    {
        let message = "`preservePolicy` has no effect".to_owned();
        let help = "policies in the WSDL stay in it; take them out of the file";
        warn(Code::NOT_HONOURED, policy.span, message, help, compiler);
    }
    let inline = element.children().find(|child| !child.is_synapse());
    let (source, place) = source(element, inline, compiler)?;
    if inline.is_none() {
        check_children(element, &["resource"], &[], compiler);
    }
    let is_resource = |child: &Element<'_>| child.is_synapse() && child.name() == "resource";
    let resources = element.children().filter(is_resource);
    let resources = resources.filter_map(|child| resource(child, compiler)).collect();
    Some(Publish { source, place, resources, move_address, folder: loader.compiler.folder.clone() })
}

fn source(
    element: Element<'_>,
    inline: Option<Element<'_>>,
    compiler: &mut Compiler<'_>,
) -> Option<(Source, Span)> {
    let given = |name| attribute(element, name);
    if let Some(key) = given("key") {
        return Some((Source::Key(compiler.resolved(key)?.trim().to_owned()), key.span));
    }
    if let Some(inline) = inline {
        return Some((Source::Inline(inline.to_tree().to_text()), inline.name_span()));
    }
    if let Some(uri) = given("uri") {
        return Some((Source::Uri(compiler.resolved(uri)?.trim().to_owned()), uri.span));
    }
    if let Some(endpoint) = given("endpoint") {
        let name = compiler.resolved(endpoint)?.trim().to_owned();
        compiler.mention(Code::UNRESOLVED_ENDPOINT, &name, endpoint.span);
        return Some((Source::Endpoint(name), endpoint.span));
    }
    let message = "<publishWSDL> names no WSDL".to_owned();
    let help = "give it a `key`, a `uri`, an `endpoint`, or the WSDL itself as a child";
    warn(Code::MISSING_ATTRIBUTE, element.name_span(), message, help, compiler);
    None
}

fn resource(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Resource> {
    if !check_attributes(element, RESOURCE, compiler) {
        return None;
    }
    let (location, key) = (attribute(element, "location")?, attribute(element, "key")?);
    let place = key.span;
    Some(Resource { location: location.value.trim().into(), key: key.value.trim().into(), place })
}
