//! `conditionalRouter`: routes with conditions, tried in their order.

use super::defaulted;
use super::evaluators::Evaluator;
use super::sequence::sequence_step;
use super::target::target;
use super::values::{is_true, is_word};
use crate::diagnostic::Code;
use crate::mediation::{
    AttributeSpec, Children, Compiler, Enter, Flow, Fork, Interrupt, Kind, MediatorSpec, Outcome,
    Part, Placed, Run, SequenceRef, Step, Stop, check_attributes,
};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "conditionalRouter",
    summary: "Sends the message through the targets whose conditions hold.",
    example: "<conditionalRouter><conditionalRoute><condition>\
              <equal type=\"header\" source=\"X-Kind\" value=\"order\"/></condition>\
              <target sequence=\"orders\"/></conditionalRoute></conditionalRouter>",
    attributes: &[defaulted(
        "continueAfter",
        Kind::Boolean,
        "false",
        "Whether the flow goes on behind the router.",
    )],
    children: Children::Named(&["conditionalRoute"]),
    compile,
};

const ROUTE: &[AttributeSpec] = &[
    defaulted(
        "breakRoute",
        Kind::Boolean,
        "true",
        "Whether the routes behind it are left out when its condition holds.",
    ),
    defaulted(
        "asynchronous",
        Kind::Boolean,
        "false",
        "Whether its target gets a copy of the message and nobody waits for it.",
    ),
];

/// A step of the router: enters the target if the condition holds.
#[derive(Debug)]
struct Route {
    condition: Evaluator,
    target: SequenceRef,
    /// Whether the routes behind it are left out then.
    breaks: bool,
}

/// Starts a target that nobody waits for.
#[derive(Debug)]
struct Beside(SequenceRef);

/// What stands behind the routes where the flow does not go on.
#[derive(Debug)]
struct End;

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let span = element.name_span();
    let placed = |step: Box<dyn Run>| Placed { name: SPEC.name, span, step: Step::Run(step) };
    let mut steps = Vec::new();
    let mut sound = true;
    for route in element.children().filter(|child| child.name() == "conditionalRoute") {
        match self::route(route, compiler) {
            Some(route) => steps.push(placed(Box::new(route))),
            None => sound = false,
        }
    }
    let routes = compiler.sequence(SPEC.name, steps, None);
    let mut all =
        vec![Placed { name: SPEC.name, span, step: sequence_step(SequenceRef::Inline(routes)) }];
    if !is_true(element, "continueAfter") {
        all.push(placed(Box::new(End)));
    }
    let all = compiler.sequence(SPEC.name, all, None);
    sound.then(|| sequence_step(SequenceRef::Inline(all)))
}

fn route(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Route> {
    let sound = check_attributes(element, ROUTE, compiler);
    compiler.check_children(element, Children::Named(&["condition", "target"]));
    let child = |name: &str, compiler: &mut Compiler<'_>| {
        let found = element.child(name);
        if found.is_none() {
            let message = format!("the route has no <{name}>");
            compiler.diagnostics.report(Code::MISSING_CHILD, element.name_span(), message);
        }
        found
    };
    let condition = child("condition", compiler);
    let condition = condition.and_then(|condition| Evaluator::inside(condition, compiler));
    let target = child("target", compiler).and_then(|child| target(child, compiler));
    let (condition, mut target) = (condition?, target?);
    if is_true(element, "asynchronous") {
        let span = element.name_span();
        let step = Step::Run(Box::new(Beside(target)));
        let steps = vec![Placed { name: SPEC.name, span, step }];
        target = SequenceRef::Inline(compiler.sequence(SPEC.name, steps, None));
    }
    let breaks = !is_word(element, "breakRoute", "false");
    sound.then_some(Route { condition, target, breaks })
}

impl Run for Route {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if !self.condition.holds(flow, None)? {
            return Ok(Outcome::Next);
        }
        let target = Enter::sequence(self.target.resolve(flow)?);
        Ok(if self.breaks { Outcome::Instead(target) } else { Outcome::Enter(target) })
    }
}

impl Run for Beside {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if flow.message.payload.is_stream() {
            return Err(Interrupt::NeedBody);
        }
        let part = Part { message: flow.message.copy(), sequence: self.0.clone() };
        Ok(Outcome::Fork(Box::new(Fork {
            parts: Box::new(std::iter::once(part)),
            id: None,
            sequential: false,
            stop_on_failure: false,
            continue_parent: true,
        })))
    }
}

impl Run for End {
    fn run(&self, _: &mut Flow) -> Result<Outcome, Interrupt> {
        Ok(Outcome::Stop(Stop::Dropped))
    }
}
