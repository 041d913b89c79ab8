//! The interpreter: one loop that drives a flow, on an explicit stack.

use std::sync::Arc;

use super::faults;
use super::fork;
use super::join::End;
use super::{Flow, Interrupt, Outcome, Program, Step, Stop, answer, body};
use crate::message::{Direction, Fault};

/// Runs a flow to its end. Its client, if one waits, is answered in every case: by the flow, by
/// what the flow did not handle, or with 202 when the flow ends without a word.
pub async fn run(mut flow: Flow) {
    let program = Arc::clone(&flow.program);
    let stop = drive(&mut flow, &program).await;
    if let Some(outlet) = flow.part_of.as_ref().and_then(|part| part.outlet.clone()) {
        if stop.map_or(flow.frames.is_empty(), |stop| stop == Stop::Answered) {
            outlet.leave(end_of(&mut flow, stop).await);
        }
    } else if !matches!(stop, Some(Stop::Dropped | Stop::Forked)) {
        faults::answer_what_is_left(&mut flow);
    }
    tracing::debug!(origin = %flow.origin.name, "flow ended");
    let mut background = std::mem::take(&mut flow.background);
    // A client that nobody answered learns it now.
    drop(flow);
    while background.join_next().await.is_some() {}
}

/// Runs a part that its parent waits for. Where it forked and one of the flows went on in its
/// place, that one's end is the part's.
pub(super) async fn run_part(mut flow: Flow) -> End {
    let program = Arc::clone(&flow.program);
    let stop = drive(&mut flow, &program).await;
    let end = end_of(&mut flow, stop).await;
    while flow.background.join_next().await.is_some() {}
    let instead = flow.part_of.and_then(|part| part.outlet).and_then(|outlet| outlet.take());
    match (instead, &end) {
        (Some(instead), End::Stopped { stop: Stop::Forked, .. }) => instead,
        _ => end,
    }
}

/// What came of a flow that somebody waits for.
async fn end_of(flow: &mut Flow, stop: Option<Stop>) -> End {
    let handling = flow.handling.take();
    let by_handler = handling.is_some();
    let failed = match (stop, handling) {
        (Some(stop), _) => {
            return End::Stopped { stop, by_handler, message: Box::new(flow.message.take()) };
        }
        (None, Some(handling)) if !handling.is_handled() => Err(handling.into_fault()),
        (None, _) => flow.collect().await,
    };
    let message = Box::new(flow.message.take());
    match failed {
        Ok(()) => End::Completed(message),
        Err(fault) => End::Failed { fault, message },
    }
}

/// Steps until nothing is left; says why when a step ended the flow.
async fn drive(flow: &mut Flow, program: &Program) -> Option<Stop> {
    loop {
        let (index, sequence) = match flow.frames.last() {
            Some(frame) => (frame.next, program.sequence(frame.sequence)?),
            None => return None,
        };
        let Some(placed) = sequence.steps.get(index as usize) else {
            flow.frames.pop();
            let frames = flow.frames.len();
            if flow.part_of.as_mut().is_some_and(|part| part.is_over(frames)) {
                return None;
            }
            continue;
        };
        let result = match &placed.step {
            Step::Run(step) => step.run(flow),
            Step::Await(step) => {
                let result = step.run(flow).await;
                if let Some(part) = &mut flow.part_of {
                    part.waited |= step.parks();
                }
                result
            }
        };
        match result {
            Ok(outcome) => {
                if let Some(frame) = flow.frames.last_mut() {
                    frame.next = index + 1;
                }
                match follow(flow, outcome).await {
                    Ok(None) => {}
                    Ok(Some(stop)) => return Some(stop),
                    Err(fault) => faults::raise(flow, fault, Some(placed)),
                }
            }
            // The step runs again: `next` still points at it.
            Err(Interrupt::NeedBody) => {
                if let Err(fault) = body::collect(flow).await {
                    faults::raise(flow, fault, Some(placed));
                }
            }
            Err(Interrupt::Fault(fault)) => faults::raise(flow, *fault, Some(placed)),
        }
    }
}

async fn follow(flow: &mut Flow, outcome: Outcome) -> Result<Option<Stop>, Fault> {
    match outcome {
        Outcome::Next => {}
        Outcome::Enter(enter) => flow.enter(enter)?,
        Outcome::Instead(enter) => {
            if let Some(frame) = flow.frames.last_mut() {
                frame.next = u32::MAX;
            }
            flow.enter(enter)?;
        }
        Outcome::Goto(sequence) => flow.restart(sequence),
        Outcome::Stop(stop) => return Ok(Some(stop)),
        Outcome::Out => return go_out(flow).await,
        Outcome::Fork(parts) => return Ok(fork::fork(flow, *parts).await),
        Outcome::Spread(recipients) => return Ok(Some(fork::spread(flow, recipients))),
    }
    Ok(None)
}

/// A response runs through the out sequence; without one it goes to the client as it is.
async fn go_out(flow: &mut Flow) -> Result<Option<Stop>, Fault> {
    let origin = Arc::clone(&flow.origin);
    flow.message.direction = Direction::Response;
    let Some(out) = &origin.out_sequence else {
        if answer::needs_body(&flow.message) {
            flow.collect().await?;
        }
        answer::answer_message(flow)?;
        return Ok(Some(Stop::Answered));
    };
    match out.resolve(flow) {
        Ok(_) if flow.outs >= flow.services.limits.depth => {
            let message = format!("the out sequence sent {} responses on to itself", flow.outs);
            Err(Fault::flow(message))
        }
        Ok(sequence) => {
            flow.outs += 1;
            flow.restart(sequence);
            Ok(None)
        }
        Err(Interrupt::Fault(fault)) => Err(*fault),
        Err(Interrupt::NeedBody) => Err(Fault::flow("the key of an out sequence reads the body")),
    }
}
