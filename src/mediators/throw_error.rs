//! `throwError`: a fault of the flow's own.

use super::{defaulted, optional};
use crate::expression::Dynamic;
use crate::mediation::{
    Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step,
};
use crate::message::{ErrorCode, Fault};
use crate::xml::document::Element;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "throwError",
    summary: "Raises a fault with a code and a message of the flow's own.",
    example: "<throwError type=\"VALIDATION\" errorMessage=\"{$ctx:reason}\"/>",
    attributes: &[
        defaulted("type", Kind::Text, "ANY", "What ERROR_CODE will be."),
        optional("errorMessage", Kind::Dynamic, "What ERROR_MESSAGE will be."),
    ],
    children: Children::None,
    compile,
};

#[derive(Debug)]
struct ThrowError {
    code: ErrorCode,
    message: Option<Dynamic>,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let code = element.attribute("type").map_or("ANY", |code| code.value.value.trim());
    let code = match code.parse() {
        Ok(number) => ErrorCode::Number(number),
        Err(_) => ErrorCode::Text(code.into()),
    };
    let message = match element.attribute("errorMessage") {
        Some(message) => Some(compiler.dynamic(message.value, element)?),
        None => None,
    };
    Some(Step::Run(Box::new(ThrowError { code, message })))
}

impl Run for ThrowError {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let message = match &self.message {
            Some(message) => message.evaluate_text(&flow.view())?,
            None => "an error was thrown in the flow".into(),
        };
        // What is thrown counts, also where an earlier failure left its own.
        flow.message.properties.remove("ERROR_CODE");
        Err(Fault { code: self.code.clone(), ..Fault::flow(message) }.into())
    }
}
