//! `in` and `out`: children that run for one direction only.

use crate::mediation::{
    Children, Compiler, Enter, Flow, Interrupt, MediatorSpec, Outcome, Run, SequenceId, Step,
};
use crate::message::Direction;
use crate::xml::document::Element;

pub(super) const IN: MediatorSpec = MediatorSpec {
    name: "in",
    summary: "Runs its children for requests.",
    example: "<in><log/></in>",
    attributes: &[],
    children: Children::Mediators,
    compile: |element, compiler| compile(Direction::Request, element, compiler),
};

pub(super) const OUT: MediatorSpec = MediatorSpec {
    name: "out",
    summary: "Runs its children for responses.",
    example: "<out><send/></out>",
    attributes: &[],
    children: Children::Mediators,
    compile: |element, compiler| compile(Direction::Response, element, compiler),
};

fn compile(
    direction: Direction,
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Step> {
    let children = compiler.block(element.name(), element);
    Some(Step::Run(Box::new(OneWay { direction, children })))
}

#[derive(Debug)]
struct OneWay {
    direction: Direction,
    children: SequenceId,
}

impl Run for OneWay {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if flow.message.direction == self.direction {
            return Ok(Outcome::Enter(Enter::sequence(self.children)));
        }
        Ok(Outcome::Next)
    }
}
