//! An operation: parameters from the message, one call, the answer as the message.

use std::sync::Arc;

use super::answer::{self, Wanted};
use super::{Written, connection, errors};
use crate::aws::operations::Binding;
use crate::aws::{self, LambdaResponse, Named, Operation, ParamValue};
use crate::diagnostic::Code;
use crate::expression::{Dynamic, DynamicOptions};
use crate::mediation::{Await, Compiler, Entry, Flow, Interrupt, Outcome, Step, Waits};
use crate::message::{Fault, Value, soap_body};
use crate::xml::document::{Element, Text};
use crate::xml::{self, Tree, XmlRules};

#[derive(Debug)]
pub(super) struct Call {
    operation: &'static Operation,
    parameters: Vec<(Binding, Dynamic)>,
    config_key: Option<Dynamic>,
    response_variable: Option<Dynamic>,
    overwrite_body: Option<Dynamic>,
}

pub(super) fn compile(
    operation: &'static Operation,
    written: &[Written<'_>],
    key: Option<(Text<'_>, Element<'_>)>,
    compiler: &mut Compiler<'_>,
) -> Option<Call> {
    let config_key = match key {
        Some((key, element)) => Some(connection_key(key, element, compiler)?),
        None => None,
    };
    let mut call = Call {
        operation,
        parameters: Vec::new(),
        config_key,
        response_variable: None,
        overwrite_body: None,
    };
    let mut sound = true;
    for (name, text, element) in written {
        // JSON objects look like expressions; as literals they could not even be deployed.
        let options = DynamicOptions { allow_json_literal: true };
        let mut value = || {
            let value = compiler.dynamic_with(*text, *element, options);
            sound &= value.is_some();
            value
        };
        match (*name, operation.resolve(name)) {
            ("responseVariable", _) => call.response_variable = value(),
            ("overwriteBody", _) => call.overwrite_body = value(),
            (_, Some(Named::Parameter(binding))) => {
                call.parameters.extend(value().map(|value| (binding, value)));
            }
            (_, Some(Named::Ignored)) => {}
            (_, None) => unknown_parameter(operation, name, *element, compiler),
        }
    }
    sound.then_some(call)
}

fn connection_key(
    key: Text<'_>,
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Option<Dynamic> {
    let dynamic = compiler.dynamic(key, element)?;
    if dynamic.is_static() {
        compiler.mention(Code::UNRESOLVED_CONNECTION, key.value.trim(), key.span);
    }
    Some(dynamic)
}

fn unknown_parameter(
    operation: &Operation,
    name: &str,
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) {
    let known = operation.parameters.iter().flat_map(|parameter| parameter.names).copied();
    let message = format!("{} has no parameter `{name}`", operation.name);
    compiler
        .diagnostics
        .report(Code::UNKNOWN_PARAMETER, element.name_span(), message)
        .help("it is ignored")
        .did_you_mean(name, known);
}

impl Await for Call {
    fn run<'a>(&'a self, flow: &'a mut Flow) -> Waits<'a> {
        Box::pin(self.call(flow))
    }
}

impl Call {
    async fn call(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        self.connect(flow)?;
        // Everything is evaluated against the message before the call, as the connector does.
        let mut values = Vec::with_capacity(self.parameters.len());
        for (binding, dynamic) in &self.parameters {
            let value = match dynamic.evaluate(&flow.view())? {
                // An element that an expression selects is its text, as in every parameter.
                Value::Xml(_) => Value::Text(dynamic.evaluate_text(&flow.view())?),
                value => value,
            };
            values.push((*binding, parameter(value, &flow.message.rules().conversion)?));
        }
        let wanted = self.wanted(flow)?;
        let made = connection::of(&flow.message.properties, flow.services.lambda_timeouts)?;
        let request = match aws::build(self.operation, &values) {
            Ok(request) => request,
            Err(error) => {
                let local = answer::refusal(&error);
                answer::receive(flow, &local, made.blocking, wanted);
                return Ok(Outcome::Next);
            }
        };
        flow.accept_at_once();
        let lambda = flow.services.lambda.clone();
        let target =
            lambda.target(&made.connection).await.map_err(|error| errors::no_target(&error))?;
        let response = lambda
            .call(request, &target, made.timeouts)
            .await
            .map_err(|error| errors::no_answer(self.operation, &error, made.blocking))?;
        if made.blocking {
            fail_on(&response, flow)?;
        }
        answer::receive(flow, &response, made.blocking, wanted);
        Ok(Outcome::Next)
    }

    /// The connection that `configKey` names is made the message's, as if its `init` stood here.
    fn connect(&self, flow: &mut Flow) -> Result<(), Interrupt> {
        let Some(key) = &self.config_key else { return Ok(()) };
        let key = key.evaluate_text(&flow.view())?;
        let program = Arc::clone(&flow.program);
        match program.entry(key.trim()) {
            Some(Entry::Connection(Step::Run(init))) => init.run(flow).map(|_| ()),
            Some(_) => Err(Fault::flow(format!("the local entry `{key}` is no connection")).into()),
            None => Err(Fault::flow(format!("no connection named `{key}` is deployed")).into()),
        }
    }

    fn wanted(&self, flow: &Flow) -> Result<Wanted, Interrupt> {
        let text = |dynamic: &Option<Dynamic>| match dynamic {
            Some(dynamic) => dynamic.evaluate_text(&flow.view()),
            None => Ok("".into()),
        };
        let variable = text(&self.response_variable)?;
        if variable.is_empty() {
            return Ok(Wanted::Body);
        }
        let overwrite = text(&self.overwrite_body)?.eq_ignore_ascii_case("true");
        Ok(if overwrite { Wanted::Both(variable) } else { Wanted::Variable(variable) })
    }
}

/// A blocking call takes every error of AWS's as a fault, but for 400 and 500, which Axis2 lets
/// through as answers.
fn fail_on(response: &LambdaResponse, flow: &mut Flow) -> Result<(), Fault> {
    let status = response.status.as_u16();
    if status <= 400 || status == 500 {
        return Ok(());
    }
    answer::set_properties(&mut flow.message.properties, &response.headers);
    flow.message.axis2.set("HTTP_SC", status.to_string());
    flow.message.properties.set("blocking.sender.error", "true");
    Err(errors::refused(response))
}

/// A parameter's value as text; XML becomes JSON, which is what AWS takes.
fn parameter(value: Value, conversion: &XmlRules) -> Result<ParamValue, Fault> {
    match value {
        Value::Xml(tree) => Ok(ParamValue::text(xml_as_json(&tree, conversion)?)),
        Value::Null => Ok(ParamValue::text("")),
        other => Ok(ParamValue::Text(other.to_text())),
    }
}

fn xml_as_json(tree: &Tree, conversion: &XmlRules) -> Result<String, Fault> {
    let top = soap_body(tree).unwrap_or(Tree::ROOT);
    let Some(element) = tree.child_elements(top).next() else {
        return Ok(tree.string_value(Tree::ROOT).into_owned());
    };
    xml::xml_to_json(tree, element, conversion)
        .map(|json| json.to_text())
        .map_err(|error| Fault::flow(format!("no JSON for this XML: {error}")))
}
