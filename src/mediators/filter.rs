//! `filter`: runs one branch or the other.

use super::optional;
use super::values::full_match;
use crate::diagnostic::Code;
use crate::expression::Expression;
use crate::mediation::{
    Children, Compiler, Enter, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, SequenceRef, Step,
};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "filter",
    summary: "Runs `then` when a condition holds or a regular expression matches, else `else`.",
    example: "<filter xpath=\"$ctx:amount &gt; 100\"><then><log/></then><else><drop/></else></filter>",
    attributes: &[
        optional("xpath", Kind::Expression, "A condition."),
        optional("source", Kind::Expression, "What the regular expression is matched against."),
        optional("regex", Kind::Regex, "A regular expression that must match all of the source."),
    ],
    children: Children::Mediators,
    compile,
};

#[derive(Debug)]
struct Filter {
    condition: Condition,
    then: SequenceRef,
    otherwise: Option<SequenceRef>,
}

#[derive(Debug)]
enum Condition {
    Holds(Expression),
    Matches(Expression, regex::Regex),
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let condition = condition(element, compiler);
    let then = match element.child("then") {
        Some(then) => branch(then, compiler),
        // Without a `then` the children themselves are the branch.
        None => Some(SequenceRef::Inline(compiler.block("filter", element))),
    };
    let otherwise = match element.child("else") {
        Some(otherwise) => Some(branch(otherwise, compiler)?),
        None => None,
    };
    let filter = Filter { condition: condition?, then: then?, otherwise };
    Some(Step::Run(Box::new(filter)))
}

fn condition(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Condition> {
    let attribute = |name| element.attribute(name);
    match (attribute("xpath"), attribute("source"), attribute("regex")) {
        (Some(xpath), ..) => compiler.expression(xpath.value, element).map(Condition::Holds),
        (None, Some(source), Some(regex)) => {
            let source = compiler.expression(source.value, element);
            let regex = full_match(regex.value, compiler);
            Some(Condition::Matches(source?, regex?))
        }
        _ => {
            compiler
                .diagnostics
                .report(Code::MISSING_ATTRIBUTE, element.name_span(), "a filter needs a condition")
                .help("give it an `xpath`, or `source` and `regex`");
            None
        }
    }
}

/// A branch: by key, or its children.
fn branch(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<SequenceRef> {
    match element.attribute("sequence") {
        Some(key) => compiler.sequence_key(key.value, element),
        None => Some(SequenceRef::Inline(compiler.block(element.name(), element))),
    }
}

impl Run for Filter {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let holds = match &self.condition {
            Condition::Holds(expression) => expression.evaluate_bool(&flow.view())?,
            Condition::Matches(source, regex) => {
                regex.is_match(&source.evaluate_text(&flow.view())?)
            }
        };
        let branch = if holds { Some(&self.then) } else { self.otherwise.as_ref() };
        match branch {
            Some(branch) => Ok(Outcome::Enter(Enter::sequence(branch.resolve(flow)?))),
            None => Ok(Outcome::Next),
        }
    }
}
