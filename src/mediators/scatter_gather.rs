//! `scatter-gather`: copies of the message through several sequences, and their results as one.

use std::time::Duration;

use tokio::time::Instant;

use super::aggregate::json_of;
use super::gathered::{Destination, Spelling};
use super::item::Item;
use super::sequence::sequence_child;
use super::values::{count, is_true, is_word};
use super::{defaulted, optional, required};
use crate::diagnostic::Code;
use crate::expression::{Dynamic, Expression};
use crate::mediation::{
    AttributeSpec, Await, Children, Compiler, End, Flow, Interrupt, Kind, MediatorSpec, Outcome,
    Part, Patience, SequenceRef, Step, Stop, View, Waits, check_attributes,
};
use crate::message::{Message, Value};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "scatter-gather",
    summary: "Runs copies of the message through several sequences and gathers what they give.",
    example: "<scatter-gather><aggregation expression=\"${payload}\"/><sequence><log/></sequence><sequence><log/></sequence></scatter-gather>",
    attributes: &[
        defaulted("parallel-execution", Kind::Boolean, "true", "Whether all run side by side."),
        defaulted(
            "target",
            Kind::Choice(&["body", "variable"]),
            "body",
            "Where the gathered results go.",
        ),
        optional("target-variable", Kind::Text, "The variable that gets the results."),
        optional("result-target", Kind::Text, "An older name of `target-variable`."),
        defaulted(
            "result-content-type",
            Kind::Choice(&["JSON", "XML"]),
            "JSON",
            "Whether results become a JSON array or XML.",
        ),
        optional("content-type", Kind::Text, "An older name of `result-content-type`."),
        optional("result-enclosing-element", Kind::Text, "The element around XML results."),
        optional("root-element", Kind::Text, "An older name of `result-enclosing-element`."),
    ],
    children: Children::Named(&["aggregation", "sequence"]),
    compile,
};

const SPELLING: Spelling = Spelling {
    variable: &["target-variable", "result-target"],
    content_type: &["result-content-type", "content-type"],
    enclosing: &["result-enclosing-element", "root-element"],
};

const AGGREGATION: &[AttributeSpec] = &[
    required("expression", Kind::Expression, "What is taken of each result."),
    optional("condition", Kind::Expression, "Which results are taken."),
    optional("timeout", Kind::Count, "How long to wait, in milliseconds."),
    optional("min-messages", Kind::Count, "With so many results it is enough."),
    optional("max-messages", Kind::Count, "No more than so many results are taken."),
];

#[derive(Debug)]
struct ScatterGather {
    parallel: bool,
    destination: Destination,
    expression: Expression,
    condition: Option<Expression>,
    timeout: Option<Dynamic>,
    min: Option<Dynamic>,
    max: Option<Dynamic>,
    sequences: Vec<SequenceRef>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let Some(aggregation) = element.child("aggregation") else {
        let message = "<scatter-gather> needs an <aggregation>";
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), message)
            .help("it says what is taken of each result");
        return None;
    };
    let sound = check_attributes(aggregation, AGGREGATION, compiler);
    compiler.check_children(aggregation, Children::None);
    let older = element
        .attribute("result-target")
        .is_some_and(|found| !found.value.value.trim().eq_ignore_ascii_case("body"));
    let into_variable = is_word(element, "target", "variable") || older;
    let destination = Destination::compile(element, into_variable, &SPELLING, compiler);
    let sequences: Vec<_> = element
        .children()
        .filter(|child| child.name() == "sequence")
        .map(|child| sequence_child(child, "scatter-gather", compiler))
        .collect();
    if sequences.is_empty() {
        let message = "<scatter-gather> needs a <sequence>";
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), message)
            .help("each sequence gets a copy of the message");
        return None;
    }
    if !sound {
        return None;
    }
    let expression = compiler.expression(aggregation.attribute("expression")?.value, aggregation);
    let condition = match aggregation.attribute("condition") {
        Some(condition) => Some(compiler.expression(condition.value, aggregation)?),
        None => None,
    };
    let mut dynamic = |name| match aggregation.attribute(name) {
        Some(found) => compiler.dynamic(found.value, aggregation).map(Some),
        None => Some(None),
    };
    let (timeout, min, max) =
        (dynamic("timeout"), dynamic("min-messages"), dynamic("max-messages"));
    let parallel =
        element.attribute("parallel-execution").is_none() || is_true(element, "parallel-execution");
    Some(Step::Await(Box::new(ScatterGather {
        parallel,
        destination: destination?,
        expression: expression?,
        condition,
        timeout: timeout?,
        min: min?,
        max: max?,
        sequences: sequences.into_iter().collect::<Option<Vec<_>>>()?,
    })))
}

impl Await for ScatterGather {
    fn run<'a>(&'a self, flow: &'a mut Flow) -> Waits<'a> {
        Box::pin(self.scatter(flow))
    }
}

impl ScatterGather {
    async fn scatter(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if flow.message.payload.is_stream() {
            return Err(Interrupt::NeedBody);
        }
        let patience = self.patience(flow)?;
        let max = count(self.max.as_ref(), flow)?;
        let base = flow.message.copy();
        let sequences = self.sequences.clone().into_iter();
        let parts = sequences.map(move |sequence| Part { message: base.copy(), sequence });
        let ends = flow.join(Box::new(parts), patience).await;
        let mut items = Vec::new();
        for end in ends.into_iter().flatten() {
            match end {
                End::Completed(message) => items.extend(self.item(&message, flow)?),
                End::Failed { fault, .. } => return Err(fault.into()),
                End::Stopped { stop: Stop::Answered, .. } => {
                    return Ok(Outcome::Stop(Stop::Answered));
                }
                End::Stopped { .. } => {}
            }
        }
        items.truncate(max.unwrap_or(usize::MAX));
        self.destination.put(items, flow);
        Ok(Outcome::Next)
    }

    fn patience(&self, flow: &Flow) -> Result<Patience, Interrupt> {
        let enough = count(self.min.as_ref(), flow)?;
        let timeout = count(self.timeout.as_ref(), flow)?;
        let deadline = timeout.map(|millis| Instant::now() + Duration::from_millis(millis as u64));
        Ok(Patience { parallel: self.parallel, enough, deadline })
    }

    /// What a part's message brings; nothing when it does not meet the condition.
    fn item(&self, message: &Message, flow: &Flow) -> Result<Option<Item>, Interrupt> {
        let view = View { message, ..flow.view() };
        if let Some(condition) = &self.condition
            && !condition.evaluate_bool(&view)?
        {
            return Ok(None);
        }
        Ok(Some(match self.expression.evaluate(&view)? {
            Value::Xml(tree) => Item::Xml(tree),
            other => Item::Json(json_of(&other)),
        }))
    }
}
