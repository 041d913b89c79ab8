//! `clone`: copies of the message, each through a target of its own.

use std::sync::Arc;

use super::target::target;
use super::values::{ignored, is_true};
use super::{defaulted, optional};
use crate::diagnostic::Code;
use crate::expression::Dynamic;
use crate::mediation::{
    Children, Compiler, Flow, Fork, Interrupt, Kind, MediatorSpec, Outcome, Part, Run, SequenceRef,
    Step,
};
use crate::message::{Fault, Value};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "clone",
    summary: "Runs copies of the message through targets of their own, side by side.",
    example: "<clone><target sequence=\"audit\"/><target><sequence><log/></sequence></target></clone>",
    attributes: &[
        optional("id", Kind::Key, "The name by which an aggregate finds the copies."),
        defaulted("continueParent", Kind::Boolean, "false", "Whether the flow itself goes on."),
        defaulted("sequential", Kind::Boolean, "false", "Whether one copy runs after the other."),
        optional("iterations", Kind::Count, "How many copies go through the only target."),
    ],
    children: Children::Named(&["target"]),
    compile,
};

#[derive(Debug)]
struct Clone {
    id: Option<Arc<str>>,
    sequential: bool,
    continue_parent: bool,
    iterations: Option<Dynamic>,
    targets: Arc<[SequenceRef]>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let children = || element.children().filter(|child| child.name() == "target");
    let iterations = match element.attribute("iterations") {
        Some(text) => Some(compiler.dynamic(text.value, element)?),
        None => None,
    };
    let targets: Vec<_> = match iterations {
        Some(_) => {
            ignored(children().skip(1), "with `iterations` there is one target", compiler);
            children().take(1).map(|child| target(child, compiler)).collect()
        }
        None => children().map(|child| target(child, compiler)).collect(),
    };
    if targets.is_empty() {
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), "<clone> needs a <target>")
            .help("each target gets a copy of the message");
        return None;
    }
    Some(Step::Run(Box::new(Clone {
        id: element.attribute("id").map(|id| id.value.value.trim().into()),
        sequential: is_true(element, "sequential"),
        continue_parent: is_true(element, "continueParent"),
        iterations,
        targets: targets.into_iter().collect::<Option<Vec<_>>>()?.into(),
    })))
}

impl Run for Clone {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if flow.message.payload.is_stream() {
            return Err(Interrupt::NeedBody);
        }
        let count = self.count(flow)?;
        let numbered = self.iterations.is_some();
        let message = flow.message.copy();
        let targets = Arc::clone(&self.targets);
        let parts = (0..count).map(move |index| {
            let mut message = message.copy();
            if numbered {
                message.properties.set("CLONED_ITERATION_INDEX", Value::Int(index as i64));
            }
            // There are targets, and with `iterations` there is one.
            let sequence = targets[index % targets.len()].clone();
            Part { message, sequence }
        });
        Ok(Outcome::Fork(Box::new(Fork {
            parts: Box::new(parts),
            id: self.id.clone(),
            sequential: self.sequential,
            stop_on_failure: self.sequential
                && flow.message.properties.is_true("STOP_TARGET_EXECUTION_ON_FAILURE"),
            continue_parent: self.continue_parent,
        })))
    }
}

impl Clone {
    fn count(&self, flow: &Flow) -> Result<usize, Interrupt> {
        let Some(iterations) = &self.iterations else { return Ok(self.targets.len()) };
        let text = iterations.evaluate_text(&flow.view())?;
        let wrong = || Fault::flow(format!("`iterations` is `{text}`, which is no count"));
        let count = text.trim().parse().map_err(|_| wrong())?;
        if count == 0 { Err(wrong().into()) } else { Ok(count) }
    }
}
