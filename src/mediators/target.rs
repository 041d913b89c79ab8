//! `<target>` of `clone` and `iterate`: what a part runs through, and where it is sent then.

use std::sync::Arc;

use super::optional;
use super::send::send_step;
use super::sequence::{sequence_child, sequence_step};
use super::values::ignored;
use crate::diagnostic::Code;
use crate::expression::PropertyScope;
use crate::mediation::{
    AttributeSpec, Children, Compiler, EndpointRef, Flow, Interrupt, Kind, Outcome, Placed, Run,
    SequenceRef, Step, check_attributes,
};
use crate::message::Value;
use crate::xml::document::Element;

const TARGET: &[AttributeSpec] = &[
    optional("to", Kind::Text, "The address that the part is sent to."),
    optional("soapAction", Kind::Text, "The SOAP action of the part."),
    optional("sequence", Kind::Dynamic, "A named sequence in place of a child."),
    optional("endpoint", Kind::Key, "A named endpoint in place of a child."),
];

/// Compiles a target into the sequence that a part runs through.
pub(super) fn target(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<SequenceRef> {
    if !check_attributes(element, TARGET, compiler) {
        return None;
    }
    compiler.check_children(element, Children::Named(&["sequence", "endpoint"]));
    let sequence = sequence(element, compiler);
    let endpoint = endpoint(element, compiler);
    let (sequence, endpoint) = (sequence.ok()?, endpoint.ok()?);
    let address = Address {
        to: element.attribute("to").map(|to| to.value.value.trim().into()),
        action: element.attribute("soapAction").map(|action| action.value.value.trim().into()),
    };
    if let (Some(SequenceRef::Inline(only)), None, false) = (&sequence, &endpoint, address.is_any())
    {
        return Some(SequenceRef::Inline(*only));
    }
    if sequence.is_none() && endpoint.is_none() && address.to.is_none() {
        let help = if element.children().next().is_some() {
            "put what runs into a <sequence>"
        } else {
            "give it a <sequence>, an <endpoint> or the attribute of one"
        };
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), "the target is nowhere")
            .help(help);
        return None;
    }
    let sends = endpoint.is_some() || sequence.is_none();
    let steps = [
        address.is_any().then(|| Step::Run(Box::new(address) as Box<dyn Run>)),
        sequence.map(sequence_step),
        sends.then(|| send_step(endpoint)),
    ];
    let span = element.name_span();
    let placed = |step| Placed { name: "target", span, step };
    let steps = steps.into_iter().flatten().map(placed).collect();
    Some(SequenceRef::Inline(compiler.sequence("target", steps, None)))
}

fn sequence(element: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Option<SequenceRef>, ()> {
    let child = element.child("sequence");
    if let Some(key) = element.attribute("sequence") {
        ignored(child.into_iter(), "the target names a sequence by `sequence`", compiler);
        return compiler.sequence_key(key.value, element).map(Some).ok_or(());
    }
    let Some(child) = child else { return Ok(None) };
    sequence_child(child, "target", compiler).map(Some).ok_or(())
}

fn endpoint(element: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Option<EndpointRef>, ()> {
    let child = element.child("endpoint");
    if let Some(name) = element.attribute("endpoint") {
        ignored(child.into_iter(), "the target names an endpoint by `endpoint`", compiler);
        let name = name.value;
        return Ok(Some(compiler.endpoint_named(name.value.trim(), name.span)));
    }
    let Some(child) = child else { return Ok(None) };
    compiler.endpoint(child).map(Some).ok_or(())
}

/// `to` and `soapAction`.
#[derive(Debug)]
struct Address {
    to: Option<Arc<str>>,
    action: Option<Arc<str>>,
}

impl Address {
    fn is_any(&self) -> bool {
        self.to.is_some() || self.action.is_some()
    }
}

impl Run for Address {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        for (name, value) in [("To", &self.to), ("Action", &self.action)] {
            if let Some(value) = value {
                let value = Value::Text(Arc::clone(value));
                flow.message.set_property(PropertyScope::Default, &name.into(), value)?;
            }
        }
        Ok(Outcome::Next)
    }
}
