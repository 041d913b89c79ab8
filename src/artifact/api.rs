//! APIs: where they are, which version, and their resources.

use std::sync::Arc;

use super::check::warn_not_honoured;
use super::check::{attribute, check_children, name_of, one_of, optional, required};
use super::handlers::{self, Handlers};
use super::loader::Loader;
use super::names::Space;
use super::openapi::{Definition, Published};
use super::resource::{self, Resource};
use crate::diagnostic::Code;
use crate::mediation::{AttributeSpec, Compiler, Kind, check_attributes};
use crate::xml::document::{Element, Text};

/// An API.
#[derive(Debug)]
pub struct Api {
    /// Its name with its version, as Synapse writes it: `orders:v1`.
    pub name: Arc<str>,
    /// Its context, without a slash at the end: empty for `/`.
    pub context: Arc<str>,
    /// Its version.
    pub version: Option<Arc<str>>,
    /// What the paths of its requests begin with: the context, and the version where that stands
    /// in the URL.
    pub base: Box<str>,
    /// The host that a request must ask for.
    pub hostname: Option<Box<str>>,
    /// The port that a request must ask for.
    pub port: Option<u16>,
    /// The one scheme (`http`, `https`) that it is served over.
    pub scheme: Option<&'static str>,
    /// What its handlers do.
    pub handlers: Handlers,
    /// The definition that it publishes.
    pub(super) published: Option<Published>,
    /// What `?swagger.json` and `?swagger.yaml` answer.
    pub definition: Definition,
    /// Its resources, in document order.
    pub resources: Vec<Resource>,
}

static API: &[AttributeSpec] = &[
    required("name", Kind::Text, "its name, unique together with the version"),
    required("context", Kind::Text, "the path that its requests begin with"),
    optional("hostname", Kind::Text, "the host that a request must ask for"),
    optional("port", Kind::Text, "the port that a request must ask for"),
    optional("version", Kind::Text, "its version; needs `version-type`"),
    optional("version-type", Kind::Text, "where the version stands: `url` or `context`"),
    optional("version-param", Kind::Text, "a parameter of the version"),
    optional("transports", Kind::Text, "`http` or `https`; both without it"),
    optional("binds-to", Kind::Text, "the inbound endpoints that serve it"),
    optional("publishSwagger", Kind::Text, "the registry path of its OpenAPI file"),
];

/// An `<api>`.
pub(super) fn define(element: Element<'_>, loader: &mut Loader<'_>) {
    let compiler = &mut loader.compiler;
    let sound = check_attributes(element, API, compiler);
    check_children(element, &["resource", "handlers"], &["handlers"], compiler);
    warn_not_honoured(element, &[("version-param", "it has no effect")], compiler);
    let handlers = handlers::read(element, compiler);
    let published = attribute(element, "publishSwagger")
        .map(|key| Published { key: key.value.trim().into(), place: key.span });
    let served = is_served(element, compiler);
    let name = name_of(element, "name", compiler);
    let address = address(element, compiler);
    let hostname = attribute(element, "hostname").map(|found| found.value.trim().into());
    let port = port(element, compiler);
    let scheme = one_of(element, "transports", &["http", "https"], compiler);
    let label = name.map_or("api", |name| name.value.trim());
    let label = match address.as_ref().and_then(|address| address.version.as_deref()) {
        Some(version) => format!("{label}:v{version}"),
        None => label.to_owned(),
    };
    let resources = resource::all(element, &label, loader);
    let (Some(name), Some(address), true) = (name, address, sound) else { return };
    let diagnostics = &mut *loader.compiler.diagnostics;
    let free = loader.names.take(Space::Api, "API", &label, name.span, diagnostics);
    let place = address.place.span;
    let free = loader.names.take(Space::Context, "API", &address.base, place, diagnostics) && free;
    loader.counts.apis += 1;
    if free && served {
        let Address { context, version, base, .. } = address;
        loader.apis.push(Api {
            name: label.into(),
            context,
            version,
            base,
            hostname,
            port,
            scheme,
            handlers,
            published,
            definition: Definition::default(),
            resources,
        });
    }
}

/// The path of an API.
#[derive(Debug)]
struct Address<'d> {
    context: Arc<str>,
    version: Option<Arc<str>>,
    base: Box<str>,
    place: Text<'d>,
}

fn address<'d>(element: Element<'d>, compiler: &mut Compiler<'_>) -> Option<Address<'d>> {
    let place = name_of(element, "context", compiler)?;
    let context = place.value.trim();
    if !context.starts_with('/') {
        compiler
            .diagnostics
            .report(
                Code::INVALID_VALUE,
                place.span,
                format!("the context `{context}` does not begin with `/`"),
            )
            .help(format!("write `/{context}`"));
        return None;
    }
    let kind = one_of(element, "version-type", &["url", "context"], compiler);
    let version = attribute(element, "version");
    check_version(element, version, kind, compiler)?;
    let version = version.filter(|_| kind.is_some()).map(|version| version.value.trim());
    let context = match (kind, version) {
        (Some("context"), Some(version)) => context.replace("{version}", version),
        _ => context.to_owned(),
    };
    let context = context.trim_end_matches('/');
    let base = match (kind, version) {
        (Some("url"), Some(version)) => format!("{context}/{version}"),
        _ => context.to_owned(),
    };
    Some(Address {
        context: context.into(),
        version: version.map(Arc::from),
        base: base.into(),
        place,
    })
}

/// A version and its type go together.
fn check_version(
    element: Element<'_>,
    version: Option<Text<'_>>,
    kind: Option<&str>,
    compiler: &mut Compiler<'_>,
) -> Option<()> {
    let written_kind = attribute(element, "version-type");
    let (place, message, help) = match (version, written_kind) {
        (Some(version), None) => (
            version.span,
            "`version` needs `version-type`",
            "`url` puts the version behind the context, `context` where `{version}` stands in it",
        ),
        (None, Some(kind)) => (kind.span, "`version-type` needs `version`", "give the version"),
        // A word that is no type was reported where it was read.
        (Some(_), Some(_)) => return kind.map(|_| ()),
        (None, None) => return Some(()),
    };
    compiler.diagnostics.report(Code::CONFLICT, place, message).help(help);
    None
}

fn port(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<u16> {
    let written = attribute(element, "port")?;
    // Synapse's own word for any port.
    if written.value.trim() == "-1" {
        return None;
    }
    let port = written.value.trim().parse().ok();
    if port.is_none() {
        let message = format!("`port` cannot be `{}`", written.value);
        compiler
            .diagnostics
            .report(Code::INVALID_VALUE, written.span, message)
            .help("it is a number up to 65535");
    }
    port
}

/// Whether the ordinary listener serves an API or a resource: not when it is bound to inbound
/// endpoints alone.
pub(super) fn is_served(element: Element<'_>, compiler: &mut Compiler<'_>) -> bool {
    let Some(bound) = attribute(element, "binds-to") else { return true };
    let mut names = bound.value.split(',').map(str::trim).filter(|name| !name.is_empty());
    let served = names.clone().any(|name| name == "default");
    if let Some(inbound) = names.find(|name| *name != "default") {
        let message = format!("the inbound endpoint `{inbound}` is not run by Myelin yet");
        let help = if served {
            "only the ordinary listener serves it"
        } else {
            "nothing serves it; add `default` to have the ordinary listener serve it"
        };
        compiler.diagnostics.report(Code::NOT_HONOURED, bound.span, message).help(help);
    }
    served
}
