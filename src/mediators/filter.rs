//! `filter`: runs one branch or the other.

use super::optional;
use super::values::{full_match, ignored};
use crate::diagnostic::Code;
use crate::expression::Expression;
use crate::expression::java_regex::Pattern;
use crate::mediation::{
    AttributeSpec, Children, Compiler, Enter, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run,
    SequenceRef, Step, check_attributes,
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

const BRANCH: &[AttributeSpec] =
    &[optional("sequence", Kind::Dynamic, "A named sequence in place of children.")];

#[derive(Debug)]
struct Filter {
    condition: Condition,
    then: SequenceRef,
    otherwise: Option<SequenceRef>,
}

#[derive(Debug)]
enum Condition {
    Holds(Expression),
    Matches(Expression, Pattern),
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let condition = condition(element, compiler);
    let is_branch = |child: &Element<'_>| matches!(child.name(), "then" | "else");
    let (then, otherwise) = match (element.child("then"), element.child("else")) {
        (Some(then), otherwise) => {
            let others = element.children().filter(|child| !is_branch(child));
            ignored(others, "the branch is <then>", compiler);
            let then = branch(then, compiler);
            let otherwise = otherwise.map(|otherwise| branch(otherwise, compiler));
            (then, otherwise)
        }
        (None, Some(otherwise)) => {
            compiler
                .diagnostics
                .report(Code::CONFLICT, otherwise.name_span(), "an <else> needs a <then>")
                .help("put what runs when the condition holds into <then>");
            return None;
        }
        // Without a `then` the children themselves are the branch.
        (None, None) => (Some(SequenceRef::Inline(compiler.block("filter", element))), None),
    };
    let otherwise = match otherwise {
        Some(otherwise) => Some(otherwise?),
        None => None,
    };
    let filter = Filter { condition: condition?, then: then?, otherwise };
    Some(Step::Run(Box::new(filter)))
}

fn condition(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Condition> {
    let attribute = |name| element.attribute(name);
    match (attribute("xpath"), attribute("source"), attribute("regex")) {
        (Some(xpath), source, regex) => {
            for other in [source, regex].into_iter().flatten() {
                let message = format!("`{}` is ignored beside `xpath`", other.name);
                compiler.diagnostics.report(Code::NOT_HONOURED, other.span, message);
            }
            compiler.expression(xpath.value, element).map(Condition::Holds)
        }
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
    check_attributes(element, BRANCH, compiler);
    match element.attribute("sequence") {
        Some(key) => {
            ignored(element.children(), "the branch is a sequence by key", compiler);
            compiler.sequence_key(key.value, element)
        }
        None => Some(SequenceRef::Inline(compiler.block(element.name(), element))),
    }
}

impl Run for Filter {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let holds = match &self.condition {
            Condition::Holds(expression) => expression.evaluate_bool(&flow.view())?,
            Condition::Matches(source, pattern) => {
                let text = source.evaluate_text(&flow.view())?;
                pattern.is_match(&text, flow.services.rules.work.regex)?
            }
        };
        let branch = if holds { Some(&self.then) } else { self.otherwise.as_ref() };
        match branch {
            Some(branch) => Ok(Outcome::Enter(Enter::sequence(branch.resolve(flow)?))),
            None => Ok(Outcome::Next),
        }
    }
}
