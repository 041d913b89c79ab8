//! `rewrite`: changes a URL by rules, the message's `To` or that of a property.

mod action;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::evaluators::Evaluator;
use super::optional;
use super::uri_parts::{UriPart, UriParts};
use super::values::ignored;
use crate::diagnostic::Code;
use crate::expression::PropertyScope;
use crate::mediation::{
    Children, Compiler, Flow, Interrupt, Kind, MediatorSpec, Outcome, Run, Step, check_attributes,
};
use crate::message::{Fault, Side};
use crate::xml::document::Element;
use action::Action;

pub(super) const SPEC: MediatorSpec = MediatorSpec {
    name: "rewrite",
    summary: "Changes a URL, part by part or as a whole, by rules that may have conditions.",
    example: "<rewrite><rewriterule><condition>\
              <equal type=\"url\" source=\"protocol\" value=\"http\"/></condition>\
              <action fragment=\"port\" value=\"9000\"/></rewriterule></rewrite>",
    attributes: &[
        optional("inProperty", Kind::Text, "The property that holds the URL, in place of `To`."),
        optional("outProperty", Kind::Text, "The property that gets it, in place of `To`."),
    ],
    children: Children::Named(&["rewriterule"]),
    compile,
};

#[derive(Debug)]
struct Rewrite {
    rules: Vec<Rule>,
    input: Option<Arc<str>>,
    output: Option<Arc<str>>,
}

/// Actions that run in order if the condition holds for the URL as it is by then.
#[derive(Debug)]
struct Rule {
    condition: Option<Evaluator>,
    actions: Vec<Action>,
}

/// The URL on its way through the rules.
#[derive(Debug)]
struct Url {
    parts: UriParts<'static>,
    /// Whether its host is still, at least in part, the one that it came with.
    keeps_host: bool,
}

fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Step> {
    let rules = element.children().filter(|child| child.name() == "rewriterule");
    let rules: Vec<_> = rules.map(|child| rule(child, compiler)).collect();
    let property = |name| element.attribute(name).map(|name| name.value.value.into());
    Some(Step::Run(Box::new(Rewrite {
        rules: rules.into_iter().collect::<Option<_>>()?,
        input: property("inProperty"),
        output: property("outProperty"),
    })))
}

fn rule(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Rule> {
    check_attributes(element, &[], compiler);
    compiler.check_children(element, Children::Named(&["condition", "action"]));
    let mut conditions = element.children().filter(|child| child.name() == "condition");
    let condition = conditions.next().map(|first| condition(first, compiler));
    ignored(conditions, "there is a condition already", compiler);
    let actions = element.children().filter(|child| child.name() == "action");
    let actions: Vec<_> = actions.map(|child| Action::compile(child, compiler)).collect();
    let condition = match condition {
        Some(condition) => condition.ok()?,
        None => None,
    };
    Some(Rule { condition, actions: actions.into_iter().collect::<Option<_>>()? })
}

/// A rule's condition; an empty one is none. The error says that a problem was reported.
fn condition(element: Element<'_>, compiler: &mut Compiler<'_>) -> Result<Option<Evaluator>, ()> {
    if element.children().next().is_none() {
        let message = "the condition is empty, so the rule always applies";
        compiler.diagnostics.report(Code::NOT_HONOURED, element.name_span(), message);
        return Ok(None);
    }
    Evaluator::inside(element, compiler).map(Some).ok_or(())
}

impl Run for Rewrite {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        if self.input.is_none() && flow.message.may_say_its_destination() {
            if flow.message.payload.is_stream() {
                return Err(Interrupt::NeedBody);
            }
            // What is no XML says nothing.
            let _ = flow.message.payload.xml();
        }
        let mut url = self.url(flow)?;
        for rule in &self.rules {
            rule.apply(&mut url, flow)?;
        }
        let written = url.written()?;
        let message = &mut flow.message;
        match &self.output {
            Some(name) => message.properties.set(Arc::clone(name), written),
            None => message.rewrite_to(written, url.keeps_host && self.input.is_none()),
        }
        Ok(Outcome::Next)
    }
}

impl Rewrite {
    fn url(&self, flow: &Flow) -> Result<Url, Fault> {
        let name = self.input.as_deref().unwrap_or("To");
        let given = flow.message.property(PropertyScope::Default, name);
        let given = given.map(|value| value.to_text()).unwrap_or_default();
        match Url::read(&given) {
            Ok(parts) => Ok(Url { parts, keeps_host: true }),
            Err(fault) if self.input.is_none() && flow.message.is_addressed_by_client() => {
                Err(fault.blame(Side::Client))
            }
            Err(fault) => Err(fault),
        }
    }
}

impl Rule {
    fn apply(&self, url: &mut Url, flow: &Flow) -> Result<(), Interrupt> {
        if let Some(condition) = &self.condition
            && !condition.holds(flow, Some(&url.written()?))?
        {
            return Ok(());
        }
        self.actions.iter().try_for_each(|action| action.apply(url, flow))
    }
}

impl Url {
    fn read(text: &str) -> Result<UriParts<'static>, Fault> {
        let parts = UriParts::of(text);
        match parts.malformed() {
            Some(part) => Err(malformed("the URL that is to be rewritten", part)),
            None => Ok(parts.into_owned()),
        }
    }

    fn written(&self) -> Result<String, Fault> {
        self.parts.to_uri().map_err(|part| malformed("the rewritten URL", part))
    }
}

/// A URL may hold secrets, so that only the place of what is wrong is told.
fn malformed(what: &str, part: UriPart) -> Fault {
    Fault::flow(format!("{what} is malformed: its {} cannot stand so", part.word()))
}
