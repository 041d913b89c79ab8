//! `sequence`: runs a sequence by its key, or children in place.

use super::optional;
use super::values::ignored;
use crate::diagnostic::Code;
use crate::mediation::{
    Children, Compiler, Enter, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, SequenceRef, Step,
};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "sequence",
    summary: "Runs a named sequence, or its own children, and goes on behind it.",
    example: "<sequence key=\"audit\"/>",
    attributes: &[
        optional("key", Kind::Dynamic, "The sequence's name, or {expression} that gives it."),
        optional("name", Kind::Key, "The name of an inline sequence, for logs."),
        optional("onError", Kind::Key, "The fault sequence of an inline sequence."),
    ],
    children: Children::Mediators,
    compile,
};

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let on_error = element.attribute("onError");
    if let Some(key) = element.attribute("key") {
        if let Some(on_error) = on_error {
            let message = "`onError` is not allowed together with `key`";
            compiler
                .diagnostics
                .report(Code::CONFLICT, on_error.span, message)
                .help("set it where the sequence is defined");
            return None;
        }
        ignored(element.children(), "the sequence is named by `key`", compiler);
        let sequence = compiler.sequence_key(key.value, element)?;
        return Some(sequence_step(sequence));
    }
    let on_error = match on_error {
        Some(key) => Some(compiler.sequence_key(key.value, element)?),
        None => None,
    };
    let name = element.attribute("name").map_or("sequence", |name| name.value.value);
    let sequence = SequenceRef::Inline(compiler.block(name, element));
    Some(Step::Run(Box::new(RunSequence { sequence, on_error })))
}

/// The sequence that a `<sequence>` inside another mediator is: by its key, or its own children
/// with the fault sequence that it names.
pub(super) fn sequence_child(
    child: Element<'_>,
    name: &str,
    compiler: &mut Compiler<'_>,
) -> Option<SequenceRef> {
    if let Some(key) = child.attribute("key") {
        ignored(child.children(), "the sequence is named by `key`", compiler);
        return compiler.sequence_key(key.value, child);
    }
    let on_error = match child.attribute("onError") {
        Some(key) => Some(compiler.sequence_key(key.value, child)?),
        None => None,
    };
    let steps = compiler.steps(child.children());
    Some(SequenceRef::Inline(compiler.sequence(name, steps, on_error)))
}

/// The step that runs a sequence.
pub(super) fn sequence_step(sequence: SequenceRef) -> Step {
    Step::Run(Box::new(RunSequence { sequence, on_error: None }))
}

#[derive(Debug)]
struct RunSequence {
    sequence: SequenceRef,
    on_error: Option<SequenceRef>,
}

impl Run for RunSequence {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let sequence = self.sequence.resolve(flow)?;
        Ok(Outcome::Enter(Enter {
            sequence,
            arguments: None,
            on_error: [None, self.on_error.clone()],
        }))
    }
}
