//! `switch`: runs the first case whose regular expression matches a value.

use std::sync::Arc;

use super::required;
use super::values::{full_match, ignored};
use crate::expression::Expression;
use crate::expression::java_regex::Pattern;
use crate::expression::xpath::Object;
use crate::mediation::{
    AttributeSpec, Children, Compiler, Enter, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run,
    SequenceId, Step, check_attributes,
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

const CASE: &[AttributeSpec] = &[required(
    "regex",
    Kind::Regex,
    "What must match all of the source; for everything else there is <default>.",
)];

#[derive(Debug)]
struct Switch {
    source: Expression,
    cases: Vec<(Pattern, SequenceId)>,
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
    let mut defaults = element.children().filter(|child| child.name() == "default");
    let default = defaults.next().map(|default| {
        check_attributes(default, &[], compiler);
        compiler.block("default", default)
    });
    ignored(defaults, "there is a default already", compiler);
    let switch = Switch { source: source?, cases, default };
    sound.then(|| Step::Run(Box::new(switch)))
}

fn case(case: Element<'_>, compiler: &mut Compiler<'_>) -> Option<(Pattern, SequenceId)> {
    let steps = compiler.block("case", case);
    if !check_attributes(case, CASE, compiler) {
        return None;
    }
    Some((full_match(case.attribute("regex")?.value, compiler)?, steps))
}

impl Run for Switch {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let chosen = match self.value(flow)? {
            Some(value) => self.case(&value, flow)?,
            None => None,
        };
        match chosen.or(self.default) {
            Some(steps) => Ok(Outcome::Enter(Enter::sequence(steps))),
            None => Ok(Outcome::Next),
        }
    }
}

impl Switch {
    /// The first case that matches.
    fn case(&self, value: &str, flow: &Flow) -> Result<Option<SequenceId>, Interrupt> {
        let budget = flow.services.rules.work.regex;
        for (pattern, steps) in &self.cases {
            if pattern.is_match(value, budget)? {
                return Ok(Some(*steps));
            }
        }
        Ok(None)
    }

    /// The source's text; nothing for a property that is not set, which no case matches.
    fn value(&self, flow: &Flow) -> Result<Option<Arc<str>>, Interrupt> {
        let view = flow.view();
        Ok(match &self.source {
            Expression::XPath(xpath) => match xpath.evaluate(&view)? {
                Object::Missing => None,
                found => Some(found.to_text()),
            },
            other => Some(other.evaluate_text(&view)?),
        })
    }
}
