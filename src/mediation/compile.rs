//! The compiler: elements of artifacts in, a program out, every problem reported on the way.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::endpoints::{self, EndpointTemplates};
use super::program::{Slot, is_resource_key, leaves_registry};
use super::{
    Catalogue, Children, EndpointRef, Entry, Environment, Placed, Program, Sequence, SequenceId,
    SequenceRef, Template, check_attributes,
};
use crate::diagnostic::{Code, Diagnostics, Span, nearest};
use crate::endpoint::Endpoint;
use crate::expression::{
    Dynamic, DynamicOptions, Expression, Namespaces, ParseError, Remark, Template as TextTemplate,
};
use crate::xml::document::{Element, Text};

/// Compiles one deployment.
#[derive(Debug)]
pub struct Compiler<'c> {
    /// Where problems go.
    pub diagnostics: &'c mut Diagnostics,
    /// What elements can be.
    pub catalogue: Catalogue,
    /// Deploy-time values.
    pub environment: &'c Environment,
    /// Templates that endpoints are made of.
    pub endpoint_templates: EndpointTemplates<'c>,
    /// Templates that are being instantiated, outermost first.
    pub(super) instantiating: Vec<String>,
    /// Where relative paths of the artifact start.
    pub folder: PathBuf,
    program: Program,
    slots: HashMap<Arc<str>, u32>,
    mentions: Vec<Mention>,
}

/// A key somewhere in an artifact, to be warned of when nothing has that name in the end.
#[derive(Debug)]
struct Mention {
    code: Code,
    name: Arc<str>,
    span: Span,
}

impl<'c> Compiler<'c> {
    /// A compiler without artifacts.
    pub fn new(
        diagnostics: &'c mut Diagnostics,
        catalogue: Catalogue,
        environment: &'c Environment,
    ) -> Self {
        Self {
            diagnostics,
            catalogue,
            environment,
            endpoint_templates: EndpointTemplates::new(),
            instantiating: Vec::new(),
            folder: PathBuf::new(),
            program: Program::default(),
            slots: HashMap::new(),
            mentions: Vec::new(),
        }
    }

    /// Compiles the children of an element into a sequence; `name` is for logs.
    pub fn block(&mut self, name: &str, parent: Element<'_>) -> SequenceId {
        let steps = self.steps(parent.children());
        self.sequence(name, steps, None)
    }

    /// Adds a sequence.
    pub fn sequence(
        &mut self,
        name: &str,
        steps: Vec<Placed>,
        on_error: Option<SequenceRef>,
    ) -> SequenceId {
        let id = SequenceId(self.program.sequences.len() as u32);
        self.program.sequences.push(Sequence { name: Arc::from(name), steps, on_error });
        id
    }

    /// Compiles elements into steps. One that cannot be compiled is reported and left out, so
    /// that all problems of an artifact are found in one run. A `<description>` is for people.
    pub fn steps<'e>(&mut self, elements: impl Iterator<Item = Element<'e>>) -> Vec<Placed> {
        let elements = elements.filter(|element| element.name() != "description");
        elements.filter_map(|element| self.step(element)).collect()
    }

    fn step(&mut self, element: Element<'_>) -> Option<Placed> {
        let name = element.name();
        if let Some(spec) = self.catalogue.mediator(name) {
            let sound = check_attributes(element, spec.attributes, self);
            self.check_children(element, spec.children);
            let step = if sound { (spec.compile)(element, self)? } else { return None };
            return Some(Placed { name: spec.name, span: element.name_span(), step });
        }
        if let Some((connector, operation)) = self.catalogue.operation(name) {
            return connector.compile(operation, element, self);
        }
        self.unknown_mediator(element);
        None
    }

    fn unknown_mediator(&mut self, element: Element<'_>) {
        let name = element.name();
        if let Some((_, instead)) = self.catalogue.refused.iter().find(|(known, _)| *known == name)
        {
            let message = format!("the mediator <{name}> cannot be run by Myelin");
            let place = element.name_span();
            self.diagnostics.report(Code::UNSUPPORTED_MEDIATOR, place, message).help(*instead);
            return;
        }
        let known = self.catalogue.mediators.iter().map(|spec| spec.name);
        let message = format!("<{name}> is neither a mediator nor a connector operation");
        let suggestion = nearest(name, known);
        let found = self.diagnostics.report(Code::UNKNOWN_MEDIATOR, element.name_span(), message);
        match suggestion {
            Some(suggestion) => found.help(format!("did you mean <{suggestion}>?")),
            None if !element.is_synapse() => found.help(format!(
                "it is not in Synapse's namespace; is xmlns=\"{}\" missing?",
                crate::xml::document::SYNAPSE
            )),
            None => found.help("see the reference for the mediators that there are"),
        };
    }

    /// Warns of children that an element does not have.
    pub fn check_children(&mut self, element: Element<'_>, allowed: Children) {
        let known: &[&str] = match allowed {
            Children::Any | Children::Mediators => return,
            Children::None => &[],
            Children::Named(names) => names,
        };
        for child in element.children() {
            if !known.contains(&child.name()) && child.name() != "description" {
                let message = format!("<{}> has no child <{}>", element.name(), child.name());
                self.diagnostics
                    .report(Code::UNKNOWN_CHILD, child.name_span(), message)
                    .help("it is ignored")
                    .did_you_mean(child.name(), known.iter().copied());
            }
        }
    }

    /// Compiles an expression: XPath, `json-eval(…)` or `${…}`.
    pub fn expression(&mut self, text: Text<'_>, element: Element<'_>) -> Option<Expression> {
        let compiled = Expression::compile(text.value, &namespaces(element));
        let expression = self.parsed(text, compiled)?;
        self.remark(text, expression.remarks());
        Some(expression)
    }

    /// Compiles a JSONPath without `json-eval(…)` around it.
    pub fn json_path(&mut self, text: Text<'_>, element: Element<'_>) -> Option<Expression> {
        let compiled = Expression::json_path(text.value, &namespaces(element));
        self.parsed(text, compiled)
    }

    /// Compiles a value that may be dynamic. A bare `${…}` is literal there: a warning.
    pub fn dynamic(&mut self, text: Text<'_>, element: Element<'_>) -> Option<Dynamic> {
        self.dynamic_with(text, element, DynamicOptions::default())
    }

    /// Compiles a value that may be dynamic, with options.
    pub fn dynamic_with(
        &mut self,
        text: Text<'_>,
        element: Element<'_>,
        options: DynamicOptions,
    ) -> Option<Dynamic> {
        let compiled = Dynamic::compile(text.value, &namespaces(element), options);
        let dynamic = self.parsed(text, compiled)?;
        self.remark(text, dynamic.remarks());
        if dynamic.is_bare_synapse_expression() {
            let written = text.value.trim();
            self.diagnostics
                .report(
                    Code::LITERAL_EXPRESSION,
                    text.span,
                    format!("`{written}` is literal text here"),
                )
                .help(format!("write `{{{written}}}` to have it evaluated"));
        }
        Some(dynamic)
    }

    /// Compiles free text with `${…}` in it.
    pub fn template(&mut self, text: Text<'_>, element: Element<'_>) -> Option<TextTemplate> {
        let compiled = TextTemplate::compile(text.value, &namespaces(element));
        let template = self.parsed(text, compiled)?;
        self.remark(text, template.remarks());
        Some(template)
    }

    /// What was compiled of a text, or nothing and a report at the place in it.
    pub fn parsed<T>(&mut self, text: Text<'_>, result: Result<T, ParseError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                let place = text.place(error.offset);
                let found = self.diagnostics.report(Code::BAD_EXPRESSION, place, error.message);
                if let Some(help) = error.help {
                    found.help(help);
                }
                None
            }
        }
    }

    /// Warns of what is odd about the expressions in a text.
    pub fn remark<'r>(&mut self, text: Text<'_>, remarks: impl IntoIterator<Item = &'r Remark>) {
        for remark in remarks {
            self.odd(text.place(remark.offset), remark);
        }
    }

    /// Warns of something odd at a place.
    pub fn odd(&mut self, place: Span, remark: &Remark) {
        let found = self.diagnostics.report(Code::ODD_EXPRESSION, place, remark.message.as_str());
        found.help(remark.help.as_str());
    }

    /// The deploy-time value of a text (`$SYSTEM:NAME`, `$FILE:NAME`, `${configs.NAME}`); what is
    /// not defined is reported.
    pub fn resolved(&mut self, text: Text<'_>) -> Option<String> {
        match self.environment.resolve(text.value) {
            Ok(value) => Some(value.to_owned()),
            Err(missing) => {
                self.diagnostics
                    .report(Code::MISSING_VALUE, text.span, missing)
                    .help("set it where the engine is started, or in conf/file.properties");
                None
            }
        }
    }

    /// A reference to a sequence by key; dynamic keys are resolved by each message.
    pub fn sequence_key(&mut self, key: Text<'_>, element: Element<'_>) -> Option<SequenceRef> {
        let dynamic = self.dynamic(key, element)?;
        if !dynamic.is_static() {
            return Some(SequenceRef::Dynamic(Arc::new(dynamic)));
        }
        Some(self.sequence_named(key.value.trim(), key.span))
    }

    /// A reference to a sequence by a name that stands in an artifact.
    pub fn sequence_named(&mut self, name: &str, place: Span) -> SequenceRef {
        self.mention(Code::UNRESOLVED_SEQUENCE, name, place);
        SequenceRef::Named(self.slot(name))
    }

    /// An `<endpoint>` inside another element: by key, or inline.
    pub fn endpoint(&mut self, element: Element<'_>) -> Option<EndpointRef> {
        let Some(key) = element.attribute("key") else {
            return endpoints::compile(element, self)
                .map(|found| EndpointRef::Inline(Arc::new(found)));
        };
        endpoints::check_reference(element, key, self);
        let dynamic = self.dynamic(key.value, element)?;
        if !dynamic.is_static() {
            return Some(EndpointRef::Dynamic(Arc::new(dynamic)));
        }
        Some(self.endpoint_named(key.value.value.trim(), key.value.span))
    }

    /// An `<endpoint>` artifact.
    pub fn endpoint_definition(&mut self, element: Element<'_>) -> Option<Endpoint> {
        endpoints::compile(element, self)
    }

    /// A reference to an endpoint by a name that stands in an artifact.
    pub fn endpoint_named(&mut self, name: &str, place: Span) -> EndpointRef {
        self.mention(Code::UNRESOLVED_ENDPOINT, name, place);
        EndpointRef::Named(self.slot(name))
    }

    /// Notes that something refers to a name, to be warned of if nothing has it.
    pub fn mention(&mut self, code: Code, name: &str, place: Span) {
        self.mentions.push(Mention { code, name: Arc::from(name), span: place });
    }

    fn slot(&mut self, name: &str) -> u32 {
        if let Some(slot) = self.slots.get(name) {
            return *slot;
        }
        let name: Arc<str> = Arc::from(name);
        let slot = self.program.slots.len() as u32;
        self.program.slots.push(Slot { name: Arc::clone(&name), sequence: None, endpoint: None });
        self.slots.insert(name, slot);
        slot
    }

    /// The sequence that was given a name so far.
    pub fn defined_sequence(&self, name: &str) -> Option<SequenceId> {
        self.program.sequence_named(name)
    }

    /// Gives a sequence its name.
    pub fn define_sequence(&mut self, name: &str, id: SequenceId) {
        self.program.names.insert(Arc::from(name), id);
    }

    /// Defines a template.
    pub fn define_template(&mut self, name: &str, template: Template) {
        self.program.templates.insert(Arc::from(name), template);
    }

    /// Defines an endpoint.
    pub fn define_endpoint(&mut self, name: &str, endpoint: Endpoint) {
        self.program.endpoints.insert(Arc::from(name), Arc::new(endpoint));
    }

    /// Defines a local entry.
    pub fn define_entry(&mut self, key: &str, entry: Entry) {
        self.program.entries.insert(Arc::from(key), entry);
    }

    /// Defines a registry resource under its whole key (`gov:/a/b.xml`).
    pub fn define_resource(&mut self, key: &str, entry: Entry) {
        self.program.resources.insert(Arc::from(key), entry);
    }

    /// Links names to what they mean and warns of those that mean nothing. Gives the diagnostics
    /// back.
    pub fn finish(mut self) -> (Program, &'c mut Diagnostics) {
        let mut slots = std::mem::take(&mut self.program.slots);
        let program = &self.program;
        for slot in &mut slots {
            slot.sequence = program.sequence_named(&slot.name);
            slot.endpoint = program.endpoint(&slot.name).cloned();
        }
        self.program.slots = slots;
        for mention in std::mem::take(&mut self.mentions) {
            self.warn_if_missing(&mention);
        }
        (self.program, self.diagnostics)
    }

    fn warn_if_missing(&mut self, mention: &Mention) {
        let program = &self.program;
        let name = &mention.name;
        let (what, found, known): (_, _, Vec<&Arc<str>>) = match mention.code {
            Code::UNRESOLVED_SEQUENCE => {
                let known = program.names.keys().collect();
                ("sequence", program.sequence_named(name).is_some(), known)
            }
            Code::UNRESOLVED_ENDPOINT => {
                let known = program.endpoints.keys().collect();
                ("endpoint", program.endpoint(name).is_some(), known)
            }
            Code::UNRESOLVED_TEMPLATE => {
                let known = program.templates.keys().collect();
                ("template", program.template(name).is_some(), known)
            }
            code => {
                let known = program.entries.keys().collect();
                let what = match code {
                    Code::UNRESOLVED_CONNECTION => "connection",
                    _ if is_resource_key(name) => "registry resource",
                    _ => "local entry",
                };
                (what, program.entry(name).is_some(), known)
            }
        };
        if found {
            return;
        }
        let known = known.into_iter().chain(program.resources.keys()).map(|known| &**known);
        let message = format!("no {what} named `{name}` is deployed");
        let found = self.diagnostics.report(mention.code, mention.span, message);
        found.help("a message that gets here will fault").did_you_mean(name, known);
        if leaves_registry(name) {
            found
                .help("a key cannot lead out of the registry: a message that gets here will fault");
        }
    }
}

/// The namespaces that an expression on this element can use.
fn namespaces(element: Element<'_>) -> Namespaces {
    Namespaces::new(element.namespaces().filter(|(prefix, _)| !prefix.is_empty()))
}
