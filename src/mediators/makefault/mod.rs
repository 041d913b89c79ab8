//! `makefault`: makes the message a fault, and a response.

mod code;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use super::values::{Source, ignored, is_word, source};
use super::{defaulted, optional};
use crate::diagnostic::Code as Problem;
use crate::expression::Expression;
use crate::mediation::{
    AttributeSpec, Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step,
    check_attributes,
};
use crate::message::{Direction, Format, Message, Payload, PayloadError, Value};
use crate::xml::Tree;
use crate::xml::document::Element;
use code::Code;
use write::Parts;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "makefault",
    summary: "Makes the message a fault of SOAP 1.1, SOAP 1.2 or plain XML, and a response.",
    example: "<makefault version=\"soap11\">\
              <code xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" value=\"s:Server\"/>\
              <reason expression=\"$ctx:ERROR_MESSAGE\"/></makefault>",
    attributes: &[
        optional(
            "version",
            Kind::Choice(&["soap11", "soap12", "pox"]),
            "The kind of fault: SOAP 1.1 without it, or that of the message for a code of SOAP 1.2.",
        ),
        defaulted("response", Kind::Boolean, "true", "Whether the message becomes a response."),
    ],
    children: Children::Named(&["code", "reason", "node", "role", "detail"]),
    compile,
};

const VALUE: &[AttributeSpec] = &[
    optional("value", Kind::Text, "The value, as written."),
    optional("expression", Kind::Expression, "An expression that gives the value."),
];

const DETAIL: &[AttributeSpec] =
    &[optional("expression", Kind::Expression, "An expression that gives the detail.")];

/// The kind of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Soap11,
    Soap12,
    Pox,
}

#[derive(Debug)]
struct MakeFault {
    /// Without one it is the message's.
    version: Option<Version>,
    response: bool,
    code: Option<Code>,
    reason: Option<Source>,
    node: Option<Arc<str>>,
    role: Option<Arc<str>>,
    detail: Option<Detail>,
}

#[derive(Debug)]
enum Detail {
    Text(Arc<str>),
    Xml(Arc<Tree>),
    Expression(Expression),
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let stated = version(element);
    let is_pox = stated == Some(Version::Pox);
    ignore_what_has_no_place(element, stated, compiler);
    let code = if is_pox { Ok(None) } else { code::compile(element, stated, compiler) };
    let reason = reason(element, !is_pox, compiler);
    let node = uri(element, "node", compiler);
    let role = uri(element, "role", compiler);
    let detail = detail(element, compiler);
    let code = code.ok()?;
    Some(Step::Run(Box::new(MakeFault {
        version: stated.or_else(|| code.as_ref().and_then(Code::implied_version)),
        response: !is_word(element, "response", "false"),
        code,
        reason: reason.ok()?,
        node: node.ok()?,
        role: role.ok()?,
        detail: detail.ok()?,
    })))
}

fn version(element: Element<'_>) -> Option<Version> {
    let word = element.attribute("version")?.value.value.trim().to_ascii_lowercase();
    Some(match word.as_str() {
        "soap12" => Version::Soap12,
        "pox" => Version::Pox,
        _ => Version::Soap11,
    })
}

/// Plain XML has a text only, and SOAP 1.1 no node.
fn ignore_what_has_no_place(
    element: Element<'_>,
    version: Option<Version>,
    compiler: &mut Compiler<'_>,
) {
    const PLAIN: &str = "a fault of plain XML is a text only";
    let (names, reason): (&[&str], _) = match version {
        Some(Version::Pox) => {
            let detail = element.child("detail").into_iter();
            ignored(detail.flat_map(|detail| detail.children()), PLAIN, compiler);
            (&["code", "node", "role"], PLAIN)
        }
        Some(Version::Soap11) => (&["node"], "a fault of SOAP 1.1 names no node"),
        Some(Version::Soap12) | None => return,
    };
    ignored(element.children().filter(|child| names.contains(&child.name())), reason, compiler);
}

fn reason(
    element: Element<'_>,
    required: bool,
    compiler: &mut Compiler<'_>,
) -> Result<Option<Source>, ()> {
    let Some(child) = element.child("reason") else {
        return if required { missing(element, "reason", compiler) } else { Ok(None) };
    };
    value(child, compiler).map(Some)
}

/// The `value` or the `expression` of a child that must have one.
fn value(child: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Source, ()> {
    check_attributes(child, VALUE, compiler);
    if let Some(found) = source(child, compiler)? {
        return Ok(found);
    }
    let message = format!("the <{}> of the fault is empty", child.name());
    compiler
        .diagnostics
        .report(Problem::MISSING_ATTRIBUTE, child.name_span(), message)
        .help("give it a `value` or an `expression`");
    Err(())
}

fn missing<T>(element: Element<'_>, child: &str, compiler: &mut Compiler<'_>) -> Result<T, ()> {
    let message = format!("<makefault> needs the child <{child}>");
    compiler
        .diagnostics
        .report(Problem::MISSING_CHILD, element.name_span(), message)
        .help("only version=\"pox\" can do without");
    Err(())
}

fn uri(
    element: Element<'_>,
    name: &str,
    compiler: &mut Compiler<'_>,
) -> Result<Option<Arc<str>>, ()> {
    let Some(text) = element.child(name).and_then(|child| child.text()) else { return Ok(None) };
    let uri = text.value.trim();
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c);
    if uri.contains(is_odd) {
        let message = format!("`{uri}` is no URI");
        compiler.diagnostics.report(Problem::INVALID_VALUE, text.span, message);
        return Err(());
    }
    Ok((!uri.is_empty()).then(|| uri.into()))
}

fn detail(element: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Option<Detail>, ()> {
    let Some(child) = element.child("detail") else { return Ok(None) };
    check_attributes(child, DETAIL, compiler);
    if let Some(expression) = child.attribute("expression") {
        ignored(child.children(), "the detail is an expression", compiler);
        let expression = compiler.expression(expression.value, child).ok_or(())?;
        return Ok(Some(Detail::Expression(expression)));
    }
    let mut tree = Tree::new();
    for child in child.children() {
        tree.append_children_of(Tree::ROOT, &child.to_tree(), Tree::ROOT);
    }
    if tree.root_element().is_some() {
        return Ok(Some(Detail::Xml(Arc::new(tree))));
    }
    let text = child.text().map(|text| text.value).unwrap_or_default();
    Ok(Some(Detail::Text(text.trim().into())))
}

impl Run for MakeFault {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let version = match self.version {
            Some(version) => version,
            None => version_of(&flow.message)?,
        };
        let parts = self.parts(version, flow)?;
        if version == Version::Pox {
            put_plain(&parts, &mut flow.message)?;
        } else {
            let headers = headers(&flow.message)?;
            put_envelope(write::envelope(version, &parts, headers), version, &mut flow.message);
        }
        self.redirect(version, &mut flow.message);
        Ok(Outcome::Next)
    }
}

impl MakeFault {
    fn parts(&self, version: Version, flow: &Flow) -> Result<Parts, Interrupt> {
        let text = |source: &Option<Source>| match source {
            Some(source) => source.plain(flow).map(|value| Some(value.to_text())),
            None => Ok(None),
        };
        Ok(Parts {
            code: match &self.code {
                Some(code) => Some(code.evaluate(flow)?),
                None => None,
            },
            reason: text(&self.reason)?,
            node: self.node.clone(),
            role: self.role.clone(),
            detail: match &self.detail {
                Some(Detail::Xml(_)) if version == Version::Pox => None,
                None => None,
                Some(Detail::Text(text)) => Some(Value::Text(Arc::clone(text))),
                Some(Detail::Xml(tree)) => Some(Value::Xml(Arc::clone(tree))),
                Some(Detail::Expression(expression)) => Some(expression.evaluate(&flow.view())?),
            },
        })
    }

    /// Where a fault goes: to `FaultTo`, else `ReplyTo`, else to the client.
    fn redirect(&self, version: Version, message: &mut Message) {
        let is_soap = version != Version::Pox;
        if is_soap || self.response {
            let own = |name: &str| message.properties.get(name).cloned();
            let fault_to = if is_soap { own("FaultTo") } else { None };
            let to = fault_to.or_else(|| own("ReplyTo")).unwrap_or(Value::Null);
            message.properties.set("To", to);
        }
        if is_soap {
            let id = Value::Text(message.id());
            message.properties.set("RelatesTo", id);
        }
        message.mark_fault();
        if self.response {
            message.direction = Direction::Response;
        }
    }
}

/// The version of the message; all that is not SOAP gets a fault of plain XML.
fn version_of(message: &Message) -> Result<Version, Interrupt> {
    match message.payload.is_soap() {
        Ok(true) if message.payload.format() == Format::Soap12 => Ok(Version::Soap12),
        Ok(true) => Ok(Version::Soap11),
        Err(PayloadError::NeedBody) => Err(Interrupt::NeedBody),
        // What cannot be read is no SOAP that anybody could use.
        Ok(false) | Err(_) => Ok(Version::Pox),
    }
}

/// The SOAP headers of the message, which the fault keeps.
fn headers(message: &Message) -> Result<Option<&Tree>, Interrupt> {
    if !matches!(message.payload.format(), Format::Soap11 | Format::Soap12 | Format::Related) {
        return Ok(None);
    }
    match message.payload.xml() {
        Ok(tree) => Ok(Some(tree)),
        Err(PayloadError::NeedBody) => Err(Interrupt::NeedBody),
        // A fault that tells of a body that cannot be read must not fail on it.
        Err(_) => Ok(None),
    }
}

/// JSON stays JSON and plain XML stays plain XML; everything else becomes SOAP.
fn put_envelope(envelope: Tree, version: Version, message: &mut Message) {
    let soap = if version == Version::Soap12 { Format::Soap12 } else { Format::Soap11 };
    let format = kept_format(message).unwrap_or(soap);
    message.set_payload(Payload::from_envelope(envelope, format));
    if format == soap {
        message.set_content_type(soap.content_type());
    }
}

fn put_plain(parts: &Parts, message: &mut Message) -> Result<(), Interrupt> {
    let exception = write::exception(parts);
    if matches!(message.payload.is_soap(), Ok(true)) {
        write::replace_body(message.payload.xml_mut()?, &exception);
        return Ok(());
    }
    let format = kept_format(message).unwrap_or(Format::Xml);
    let mut payload = Payload::from_xml(exception);
    payload.set_format(format);
    message.set_payload(payload);
    if format == Format::Xml {
        message.set_content_type(Format::Xml.content_type());
    }
    Ok(())
}

fn kept_format(message: &Message) -> Option<Format> {
    let format = message.outgoing_format();
    matches!(format, Format::Json | Format::Xml).then_some(format)
}
