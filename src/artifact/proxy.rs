//! Proxy services: a name below `/services`, sequences, and an endpoint behind them.

use std::sync::Arc;

use super::check::{attribute, check_children, name_of, optional, required, warn_not_honoured};
use super::loader::Loader;
use super::names::Space;
use super::parameters::{self, Parameters};
use super::sequence;
use super::wsdl::{self, Publish, Wsdl};
use crate::diagnostic::Code;
use crate::mediation::{
    AttributeSpec, Compiler, EndpointRef, Kind, Origin, Placed, check_attributes,
};
use crate::xml::document::Element;

/// A proxy service.
#[derive(Debug)]
pub struct Proxy {
    /// Its name: it is at `/services/NAME`.
    pub name: Arc<str>,
    /// The schemes that it is served over (`http`, `https`); all when it names none. Empty inside
    /// `Some` when it is served over others alone.
    pub transports: Option<Vec<&'static str>>,
    /// Why it is not served, if it is not.
    pub idle: Option<&'static str>,
    /// The WSDL that it publishes, until it was read.
    pub(super) published: Option<Publish>,
    /// What `?wsdl` answers, and what that imports.
    pub wsdl: Wsdl,
    /// What its requests run through.
    pub origin: Arc<Origin>,
}

static PROXY: &[AttributeSpec] = &[
    required("name", Kind::Text, "its name: it is at `/services/NAME`"),
    optional("transports", Kind::Text, "the transports that it is served over; all without it"),
    optional("startOnLoad", Kind::Text, "`false` deploys it without serving it"),
    optional("pinnedServers", Kind::Text, "the servers that serve it; all without it"),
    optional("serviceGroup", Kind::Text, "the group that Axis2 puts it into"),
];

const CHILDREN: [&str; 8] = [
    "description",
    "target",
    "publishWSDL",
    "policy",
    "parameter",
    "enableAddressing",
    "enableSec",
    "wsdl",
];

const ONCE: [&str; 3] = ["target", "publishWSDL", "description"];

const NOT_HONOURED: [(&str, &str); 4] = [
    ("serviceGroup", "proxies are in no groups"),
    ("policy", "no WS-Policy is enforced: a gateway in front has to guard the proxy"),
    ("enableAddressing", "WS-Addressing headers are left as they are"),
    ("enableSec", "no WS-Security is enforced: a gateway in front has to guard the proxy"),
];

static TARGET: &[AttributeSpec] = &[
    optional("inSequence", Kind::Key, "the sequence that requests run through"),
    optional("outSequence", Kind::Key, "the sequence that responses run through"),
    optional("faultSequence", Kind::Key, "the sequence that handles failures"),
    optional("endpoint", Kind::Key, "the endpoint behind the proxy"),
];

const TARGET_CHILDREN: [&str; 4] = ["inSequence", "outSequence", "faultSequence", "endpoint"];

/// A `<proxy>`.
pub(super) fn define(element: Element<'_>, loader: &mut Loader<'_>) {
    let compiler = &mut loader.compiler;
    let sound = check_attributes(element, PROXY, compiler);
    check_children(element, &CHILDREN, &ONCE, compiler);
    warn_not_honoured(element, &NOT_HONOURED, compiler);
    let name = name_of(element, "name", compiler).filter(|_| sound);
    let transports = transports(element, compiler);
    let stopped = (!starts(element, compiler)).then_some("deployed but not started");
    let idle = stopped.or_else(|| pinned_elsewhere(element, compiler));
    let Parameters { hidden, move_address } = parameters::read(element, compiler);
    let published = wsdl::read(element, move_address, loader);
    let label = name.map_or("proxy", |name| name.value.trim());
    let origin = target(element, label, loader);
    let (Some(name), Some(origin)) = (name, origin) else { return };
    if loader.take(Space::Proxy, "proxy", name) {
        loader.counts.proxies += 1;
        let transports = if hidden { Some(Vec::new()) } else { transports };
        let origin = Arc::new(origin);
        let (name, wsdl) = (label.into(), Wsdl::default());
        loader.proxies.push(Proxy { name, transports, idle, published, wsdl, origin });
    }
}

fn transports(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Vec<&'static str>> {
    let written = attribute(element, "transports")?;
    if written.value.trim() == "all" {
        return None;
    }
    let mut served = Vec::new();
    for word in written.value.split([' ', ',']).filter(|word| !word.is_empty()) {
        match word {
            "http" => served.push("http"),
            "https" => served.push("https"),
            other => {
                compiler
                    .diagnostics
                    .report(
                        Code::NOT_HONOURED,
                        written.place(written.value.find(other).unwrap_or(0)),
                        format!("the transport `{other}` is not run by Myelin"),
                    )
                    .help("nothing reaches the proxy over it");
            }
        }
    }
    Some(served)
}

/// Java's rule: only `true` is true. Another word than the two is worth a warning.
fn starts(element: Element<'_>, compiler: &mut Compiler<'_>) -> bool {
    let Some(written) = attribute(element, "startOnLoad") else { return true };
    let Some(value) = compiler.resolved(written) else { return true };
    let word = value.trim();
    if !word.eq_ignore_ascii_case("true") && !word.eq_ignore_ascii_case("false") {
        let message = format!("`startOnLoad` cannot be `{word}`");
        let help = "only `true` starts the proxy";
        super::check::warn(Code::INVALID_VALUE, written.span, message, help, compiler);
    }
    word.eq_ignore_ascii_case("true")
}

/// Names of the system property that says which server this is.
const SERVER_NAMES: [&str; 2] = ["SynapseServerName", "synapse.server.name"];

/// Whether only other servers serve the proxy. A server without a name cannot know.
fn pinned_elsewhere(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<&'static str> {
    let written = attribute(element, "pinnedServers")?;
    let servers = compiler.resolved(written)?;
    let system = &compiler.environment.system;
    let Some(own) = SERVER_NAMES.iter().find_map(|name| system.get(*name)) else {
        let message = "`pinnedServers` is not honoured: this server has no name".to_owned();
        let help = "it serves the proxy; name it by [system_properties] SynapseServerName";
        compiler.diagnostics.report(Code::NOT_HONOURED, written.span, message).help(help);
        return None;
    };
    let here = servers.split([',', ' ']).any(|server| server == own);
    (!here).then_some("pinned to other servers")
}

fn target(element: Element<'_>, name: &str, loader: &mut Loader<'_>) -> Option<Origin> {
    let compiler = &mut loader.compiler;
    let Some(target) = element.child("target") else {
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), "a proxy needs a <target>")
            .help("<target> with an <inSequence>, an <endpoint>, or both");
        return None;
    };
    check_attributes(target, TARGET, compiler);
    check_children(target, &TARGET_CHILDREN, &TARGET_CHILDREN, compiler);
    let in_sequence = sequence::part(target, "inSequence", compiler);
    let out_sequence = sequence::part(target, "outSequence", compiler);
    let fault_sequence = sequence::part(target, "faultSequence", compiler);
    let (endpoint, written) = endpoint(target, compiler);
    if in_sequence.is_none() && !written {
        compiler.diagnostics.report(
            Code::MISSING_CHILD,
            target.name_span(),
            "the target of a proxy needs an <inSequence>, an <endpoint>, or both",
        );
        return None;
    }
    let place = target.name_span();
    let send = compiler.catalogue.send;
    let send = endpoint.map(|to| Placed { name: "send", span: place, step: send(Some(to)) });
    let in_sequence = loader.start("inSequence", in_sequence, send, place);
    let out_sequence = loader.out(out_sequence, place);
    let name = Arc::from(format!("proxy:{name}"));
    Some(Origin { name, in_sequence, out_sequence, fault_sequence })
}

/// The endpoint behind a proxy, and whether there is one at all, sound or not.
fn endpoint(target: Element<'_>, compiler: &mut Compiler<'_>) -> (Option<EndpointRef>, bool) {
    if let Some(key) = attribute(target, "endpoint") {
        return (Some(compiler.endpoint_named(key.value.trim(), key.span)), true);
    }
    match target.child("endpoint") {
        Some(child) => (compiler.endpoint(child), true),
        None => (None, false),
    }
}
