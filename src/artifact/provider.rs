//! `<registry provider>`: where a server keeps its resources. Myelin's are files beside the artifacts.

use super::check::required;
use super::loader::Loader;
use crate::diagnostic::{Code, nearest};
use crate::mediation::{AttributeSpec, Kind, check_attributes};
use crate::xml::document::Element;

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
        check_attributes(parameter, PARAMETER, compiler);
        let Some(name) = parameter.attribute("name") else { continue };
        let written = name.value.value.trim();
        let help = match written {
            // Resources do not change while they are deployed: nobody can tell the difference.
            "cachableDuration" => continue,
            "root" => ROOT,
            _ => "it has no effect",
        };
        let message = format!("the parameter `{written}` of a registry is not honoured");
        compiler.diagnostics.report(Code::NOT_HONOURED, name.value.span, message).help(help);
    }
}
