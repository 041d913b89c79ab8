//! `<registry provider>`: where a server keeps its resources. Myelin's are files beside the artifacts.

use super::check::required;
use super::kind;
use super::loader::Loader;
use super::source::{self, Role};
use crate::diagnostic::{Code, nearest};
use crate::endpoint::place;
use crate::mediation::{AttributeSpec, Kind, check_attributes};
use crate::xml::document::{Document, Element};

static REGISTRY: &[AttributeSpec] =
    &[required("provider", Kind::Text, "the Java class that keeps the resources")];

static PARAMETER: &[AttributeSpec] = &[required("name", Kind::Text, "the parameter's name")];

/// Those that keep resources under the keys that Myelin knows.
const PROVIDERS: [&str; 4] = [
    "org.wso2.micro.integrator.registry.MicroIntegratorRegistry",
    "org.wso2.carbon.mediation.registry.ESBRegistry",
    "org.wso2.carbon.mediation.registry.WSO2Registry",
    "org.apache.synapse.registry.url.SimpleURLRegistry",
];

const ROOT: &str = "put the resources into a folder `registry/governance` beside the artifacts";

/// A `<registry>`.
pub(super) fn define(element: Element<'_>, loader: &mut Loader<'_>) {
    let compiler = &mut loader.compiler;
    check_attributes(element, REGISTRY, compiler);
    if let Some(class) = element.attribute("provider")
        && !PROVIDERS.contains(&class.value.value.trim())
    {
        let written = class.value.value.trim();
        let found = compiler.diagnostics.report(
            Code::NOT_HONOURED,
            class.value.span,
            format!("`{written}` is Java, which is not run"),
        );
        found.help(ROOT);
        if let Some(name) = nearest(written, PROVIDERS) {
            found.help(format!("did you mean `{name}`?"));
        }
    }
    for parameter in element.children().filter(|child| child.name() == "parameter") {
        check_attributes(parameter, PARAMETER, &mut loader.compiler);
        let Some(name) = parameter.attribute("name") else { continue };
        match name.value.value.trim() {
            // Resources do not change while they are deployed: nobody can tell the difference.
            "cachableDuration" => {}
            "root" => add_root(parameter, loader),
            written => {
                let message = format!("the parameter `{written}` of a registry is not honoured");
                let diagnostics = &mut *loader.compiler.diagnostics;
                let found = diagnostics.report(Code::NOT_HONOURED, name.value.span, message);
                found.help("it has no effect");
            }
        }
    }
}

/// The files below the root of a registry are its resources.
fn add_root(parameter: Element<'_>, loader: &mut Loader<'_>) {
    let Some(url) = parameter.text() else { return };
    let (url, span) = (url.value.trim(), url.span);
    let root = place::of(url, &loader.compiler.folder);
    let (why, help) = if place::is_remote(url) {
        ("resources are read from files only", ROOT)
    } else if !root.is_dir() {
        ("there is no such folder", place::START)
    } else {
        return loader.registries.push(root);
    };
    let message = format!("the registry at `{url}` is empty: {why}");
    loader.compiler.diagnostics.report(Code::NOT_HONOURED, span, message).help(help);
}

/// A configuration that has nothing but a registry is in that: `synapse.xml`.
pub(super) fn define_configuration(loader: &mut Loader<'_>) {
    let [root] = &*loader.registries else { return };
    let path = root.join("synapse.xml");
    if !path.is_file() {
        return;
    }
    let diagnostics = &mut *loader.compiler.diagnostics;
    let Some(source) = source::read(&path, Role::Named, diagnostics) else { return };
    if let Some(document) = Document::parse(&source.text, source.id, diagnostics) {
        let outer = std::mem::replace(&mut loader.compiler.folder, source.folder.clone());
        kind::root(document.root(), source.role, loader);
        loader.compiler.folder = outer;
    }
}
