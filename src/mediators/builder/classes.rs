//! The Java classes that read and write bodies, and what they are here.

use crate::diagnostic::Code;
use crate::mediation::Compiler;
use crate::message::Format;
use crate::xml::document::Text;

/// The projects whose classes are known; one's own class of the same name is another.
const PROJECTS: [&str; 2] = ["org.apache.", "org.wso2."];

/// A class without its package, and the format that it is for.
type Class = (&'static str, Format);

pub(super) const BUILDERS: &[Class] = &[
    ("ApplicationXMLBuilder", Format::Xml),
    ("BinaryBuilder", Format::Binary),
    ("BinaryRelayBuilder", Format::Binary),
    ("JsonBuilder", Format::Json),
    ("JsonStreamBuilder", Format::Json),
    ("MIMEBuilder", Format::Related),
    ("MTOMBuilder", Format::Related),
    ("MultipartFormDataBuilder", Format::Multipart),
    ("PlainTextBuilder", Format::Text),
    ("SOAPBuilder", Format::Soap11),
    ("XFormURLEncodedBuilder", Format::Form),
];

pub(super) const FORMATTERS: &[Class] = &[
    ("ApplicationXMLFormatter", Format::Xml),
    ("BinaryFormatter", Format::Binary),
    ("ExpandingMessageFormatter", Format::Binary),
    ("JsonFormatter", Format::Json),
    ("JsonStreamFormatter", Format::Json),
    ("MultipartFormDataFormatter", Format::Multipart),
    ("PlainTextFormatter", Format::Text),
    ("SOAPMessageFormatter", Format::Soap11),
    ("XFormURLEncodedFormatter", Format::Form),
];

/// The format that a class is for; one that is not known is reported.
pub(super) fn format_of(
    class: Text<'_>,
    what: &str,
    known: &[Class],
    compiler: &mut Compiler<'_>,
) -> Option<Format> {
    let full = class.value.trim();
    let name = full.rsplit('.').next().unwrap_or_default();
    if PROJECTS.iter().any(|project| full.starts_with(project))
        && let Some((_, format)) = known.iter().find(|(class, _)| *class == name)
    {
        return Some(*format);
    }
    let names: Vec<&str> = known.iter().map(|(class, _)| *class).collect();
    compiler
        .diagnostics
        .report(
            Code::INVALID_VALUE,
            class.span,
            format!("the {what} `{full}` is a Java class that cannot be run"),
        )
        .help(format!("those of Apache and WSO2 that are known: {}", names.join(", ")));
    None
}
