//! `switch`: runs the first case whose regular expression matches a value.

use super::required;
use super::values::full_match;
use crate::diagnostic::Code;
use crate::expression::Expression;
use crate::mediation::{
    Children, Compiler, Enter, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, SequenceId, Step,
};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "switch",
    summary: "Runs the first case whose regular expression matches all of the source, else the default.",
    example: "<switch source=\"$ctx:kind\"><case regex=\"order|invoice\"><log/></case><default><drop/></default></switch>",
    attributes: &[required(
        "source",
        Kind::Expression,
        "The value that the cases are matched against.",
    )],
    children: Children::Named(&["case", "default"]),
    compile,
};

#[derive(Debug)]
struct Switch {
    source: Expression,
    cases: Vec<(regex::Regex, SequenceId)>,
    default: Option<SequenceId>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let source = compiler.expression(element.attribute("source")?.value, element);
    let mut cases = Vec::new();
    let mut sound = true;
    for case in element.children().filter(|child| child.name() == "case") {
        match self::case(case, compiler) {
            Some(compiled) => cases.push(compiled),
            None => sound = false,
        }
    }
    let default = element.child("default").map(|default| compiler.block("default", default));
    let switch = Switch { source: source?, cases, default };
    sound.then(|| Step::Run(Box::new(switch)))
}

fn case(case: Element<'_>, compiler: &mut Compiler<'_>) -> Option<(regex::Regex, SequenceId)> {
    let steps = compiler.block("case", case);
    let Some(regex) = case.attribute("regex") else {
        compiler
            .diagnostics
            .report(Code::MISSING_ATTRIBUTE, case.name_span(), "a case needs a `regex`")
            .help("to run for everything else use <default>");
        return None;
    };
    Some((full_match(regex.value, compiler)?, steps))
}

impl Run for Switch {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let value = self.source.evaluate_text(&flow.view())?;
        let chosen = self.cases.iter().find(|(regex, _)| regex.is_match(&value));
        match chosen.map(|(_, steps)| *steps).or(self.default) {
            Some(steps) => Ok(Outcome::Enter(Enter::sequence(steps))),
            None => Ok(Outcome::Next),
        }
    }
}
