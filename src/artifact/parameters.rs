//! Parameters of a proxy: what Axis2 makes of them, and what is made of them here.

use super::check::{name_of, optional, required};
use crate::diagnostic::Code;
use crate::mediation::{AttributeSpec, Compiler, Kind, check_attributes};
use crate::xml::document::Element;

/// What the parameters of a proxy say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parameters {
    /// Whether the ordinary listener does not serve it.
    pub(super) hidden: bool,
    /// Whether the addresses in its WSDL become its own.
    pub(super) move_address: bool,
}

static PARAMETER: &[AttributeSpec] = &[
    required("name", Kind::Text, "the parameter's name"),
    optional("locked", Kind::Boolean, "whether Axis2 keeps it from being changed"),
];

/// Parameters that ask for what happens anyhow, and the value that they ask for it with; with
/// another one they are not honoured.
const ALWAYS: [(&str, &str); 6] = [
    ("ApplicationXMLBuilder.allowDTD", "false"),
    ("disableOperationValidation", "true"),
    ("enablePublishWSDLSafeMode", "true"),
    ("showAbsoluteSchemaURL", "true"),
    ("showProxySchemaURL", "true"),
    ("useOriginalwsdl", "true"),
];

/// Reads the parameters of a proxy.
pub(super) fn read(proxy: Element<'_>, compiler: &mut Compiler<'_>) -> Parameters {
    let mut found = Parameters { hidden: false, move_address: true };
    for parameter in proxy.children().filter(|child| child.name() == "parameter") {
        check_attributes(parameter, PARAMETER, compiler);
        let Some(name) = name_of(parameter, "name", compiler) else { continue };
        let text = parameter.text();
        let value = text.as_ref().and_then(|text| compiler.resolved(text.as_text()));
        let value = value.as_deref().unwrap_or_default().trim();
        let is = |word: &str| value.eq_ignore_ascii_case(word);
        match name.value.trim() {
            "inbound.only" => found.hidden |= is("true"),
            "modifyUserWSDLPortAddress" => found.move_address = !is("false"),
            other if ALWAYS.iter().any(|(name, word)| *name == other && is(word)) => {}
            other => {
                compiler
                    .diagnostics
                    .report(
                        Code::NOT_HONOURED,
                        name.span,
                        format!("the parameter `{other}` is not honoured"),
                    )
                    .help("the proxy is served without it");
            }
        }
    }
    found
}
