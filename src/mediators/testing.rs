//! Runs sequences without a network: XML of mediators and a message in, what became of it out.

use std::sync::{Arc, Mutex};

use http::HeaderMap;
use http_body_util::{BodyExt as _, Full};

use super::{CATALOGUE, REFUSED, send_step};
use crate::aws::client::{LambdaClient, LambdaSettings, default_timeouts};
use crate::diagnostic::{Diagnostics, FileId, Span};
use crate::expression::PropertyScope;
use crate::mediation::{
    Catalogue, Clock, Compiler, Entry, Environment, Exchange, Flow, Interrupt, Limits, Origin,
    Outcome, Parameter, Placed, Run, SequenceId, SequenceRef, Services, Step, Template, run,
};
use crate::message::{Direction, Message, Payload, Request, Route, Rules, Side, Value, soap_body};
use crate::transport::{Client, ClientSettings, collect};
use crate::xml;
use crate::xml::document::Document;

const OPEN: &str = "<sequence xmlns=\"http://ws.apache.org/ns/synapse\" xmlns:p=\"urn:p\" \
                    xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">";

/// The time in every test: 2026-03-04T05:06:07.089Z.
pub(super) const NOW: i64 = 1_772_600_767_089;

#[derive(Debug)]
struct Stopped;

impl Clock for Stopped {
    fn now_millis(&self) -> i64 {
        NOW
    }
}

/// A message and a deployment that a sequence runs in.
pub(super) struct Given {
    content_type: Option<&'static str>,
    body: Vec<u8>,
    streamed: bool,
    headers: HeaderMap,
    properties: Vec<(PropertyScope, &'static str, Value)>,
    variables: Vec<(&'static str, Value)>,
    direction: Direction,
    named: Vec<(&'static str, &'static str)>,
    templates: Vec<(&'static str, Vec<Parameter>, &'static str)>,
    entries: Vec<(&'static str, Entry)>,
    out: Option<&'static str>,
    depth: usize,
}

/// What became of a message.
pub(super) struct Ran {
    /// The message where the sequence ended, if it ran to its end.
    pub(super) end: Option<Message>,
    /// The message that the fault handler got, if one was needed.
    pub(super) fault: Option<Message>,
    /// What the client was told, if somebody told it something.
    pub(super) answer: Option<Told>,
}

/// An answer to the client.
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Given {
    /// A message with a content type and a body.
    pub(super) fn typed(content_type: &'static str, body: &str) -> Self {
        Self { content_type: Some(content_type), body: body.into(), ..Self::nothing() }
    }

    /// A message without a body.
    pub(super) fn nothing() -> Self {
        Self {
            content_type: None,
            body: Vec::new(),
            streamed: false,
            headers: HeaderMap::new(),
            properties: Vec::new(),
            variables: Vec::new(),
            direction: Direction::Request,
            named: Vec::new(),
            templates: Vec::new(),
            entries: Vec::new(),
            out: None,
            depth: Limits::default().depth,
        }
    }

    pub(super) fn json(body: &str) -> Self {
        Self::typed("application/json", body)
    }

    pub(super) fn xml(body: &str) -> Self {
        Self::typed("application/xml", body)
    }

    /// The body is still on the wire.
    pub(super) fn streamed(mut self) -> Self {
        self.streamed = true;
        self
    }

    pub(super) fn response(mut self) -> Self {
        self.direction = Direction::Response;
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.append(name, value.parse().unwrap());
        self
    }

    pub(super) fn property(self, name: &'static str, value: impl Into<Value>) -> Self {
        self.scoped(PropertyScope::Default, name, value)
    }

    pub(super) fn scoped(
        mut self,
        scope: PropertyScope,
        name: &'static str,
        value: impl Into<Value>,
    ) -> Self {
        self.properties.push((scope, name, value.into()));
        self
    }

    pub(super) fn variable(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// A named sequence.
    pub(super) fn sequence(mut self, name: &'static str, mediators: &'static str) -> Self {
        self.named.push((name, mediators));
        self
    }

    /// A sequence template; parameters are name, whether it is mandatory, and default.
    pub(super) fn template(
        mut self,
        name: &'static str,
        parameters: &[(&str, bool, Option<&str>)],
        mediators: &'static str,
    ) -> Self {
        let parameters = parameters
            .iter()
            .map(|(name, mandatory, default)| Parameter {
                name: (*name).into(),
                mandatory: *mandatory,
                default: default.map(Into::into),
            })
            .collect();
        self.templates.push((name, parameters, mediators));
        self
    }

    /// A local entry that holds text.
    pub(super) fn entry(mut self, key: &'static str, text: &'static str) -> Self {
        self.entries.push((key, Entry::Text(text.into())));
        self
    }

    /// A local entry that holds XML.
    pub(super) fn xml_entry(mut self, key: &'static str, text: &'static str) -> Self {
        self.entries.push((key, Entry::Xml(Arc::new(tree(text)))));
        self
    }

    /// The artifact's out sequence.
    pub(super) fn out(mut self, mediators: &'static str) -> Self {
        self.out = Some(mediators);
        self
    }

    /// How deep sequences may nest.
    pub(super) fn depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// Runs mediators; they must compile without an error.
    pub(super) fn run(self, mediators: &str) -> Ran {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.drive(mediators))
    }

    async fn drive(mut self, mediators: &str) -> Ran {
        let environment = environment();
        let mut diagnostics = Diagnostics::new();
        let mut compiler = Compiler::new(&mut diagnostics, catalogue(), &environment);
        for (key, entry) in self.entries.drain(..) {
            compiler.define_entry(key, entry);
        }
        for (name, parameters, mediators) in std::mem::take(&mut self.templates) {
            let sequence = compile(&mut compiler, name, mediators, None);
            compiler.define_template(name, Template { parameters, sequence, on_error: None });
        }
        for (name, mediators) in &self.named {
            let id = compile(&mut compiler, name, mediators, None);
            compiler.define_sequence(name, id);
        }
        let (end, fault) = (Caught::default(), Caught::default());
        let in_sequence = compile(&mut compiler, "main", mediators, Some(&end));
        let out = self.out.map(|out| compile(&mut compiler, "out", out, Some(&end)));
        let handler = compile(&mut compiler, "fault", "", Some(&fault));
        let (program, _) = compiler.finish();
        assert!(!diagnostics.has_errors(), "{mediators}\n{:?}", texts(&diagnostics));

        let origin = Origin {
            name: "test".into(),
            in_sequence,
            out_sequence: out.map(SequenceRef::Inline),
            fault_sequence: Some(SequenceRef::Inline(handler)),
        };
        let (exchange, waiting) = Exchange::new();
        let services = Arc::new(services(environment, self.depth));
        let message = self.message();
        let exchange = Some(Arc::new(exchange));
        run(Flow::new(message, Arc::new(program), services, Arc::new(origin), exchange)).await;
        let answer = match waiting.await {
            Ok(answer) => {
                let (head, body) = answer.into_parts();
                let body = collect(body, usize::MAX, None).await.unwrap();
                let body = String::from_utf8_lossy(&body).into_owned();
                Some(Told { status: head.status.as_u16(), headers: head.headers, body })
            }
            Err(_) => None,
        };
        Ran { end: end.taken(), fault: fault.taken(), answer }
    }

    fn message(self) -> Message {
        let mut headers = self.headers;
        let content_type = self.content_type.unwrap_or_default();
        if !content_type.is_empty() {
            headers.insert("content-type", content_type.parse().unwrap());
        }
        let payload = if self.streamed {
            let body = Full::new(self.body.into()).map_err(|never| match never {});
            Payload::from_stream(body.boxed_unsync(), content_type, &headers, Side::Client)
        } else {
            Payload::from_typed_bytes(self.body, content_type).sent_by(Side::Client)
        };
        let mut message = Message::new(Arc::new(request()), headers, payload);
        message.direction = self.direction;
        for (scope, name, value) in self.properties {
            message.set_property(scope, &name.into(), value).unwrap();
        }
        for (name, value) in self.variables {
            message.variables.set(name, value);
        }
        message
    }
}

impl Ran {
    /// The message at the end of the sequence.
    pub(super) fn message(&self) -> &Message {
        self.end.as_ref().unwrap_or_else(|| panic!("not at its end: {:?}", self.fault_text()))
    }

    /// The body as it would be sent on.
    pub(super) fn body(&self) -> String {
        let message = self.message();
        let bytes = message.payload.to_bytes(message.outgoing_format()).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The content of the XML view's body.
    pub(super) fn xml(&self) -> String {
        let tree = self.message().payload.xml().unwrap();
        let body = soap_body(tree).unwrap();
        tree.children(body).map(|child| tree.node_to_text(child)).collect()
    }

    /// The text of a property of the default scope; empty when it is not set.
    pub(super) fn property(&self, name: &str) -> String {
        self.scoped(PropertyScope::Default, name)
    }

    pub(super) fn scoped(&self, scope: PropertyScope, name: &str) -> String {
        let value = self.message().property(scope, name);
        value.map_or_else(String::new, |value| value.to_text().to_string())
    }

    /// `ERROR_CODE` and `ERROR_MESSAGE` of the fault, `code: message`.
    pub(super) fn fault_text(&self) -> Option<String> {
        let fault = self.fault.as_ref()?;
        let text = |name| fault.properties.text(name).unwrap_or_default();
        Some(format!("{}: {}", text("ERROR_CODE"), text("ERROR_MESSAGE")))
    }
}

/// What the compiler says of mediators: `code message`, in the order of the places.
pub(super) fn problems(mediators: &str) -> Vec<String> {
    let environment = environment();
    let mut diagnostics = Diagnostics::new();
    let mut compiler = Compiler::new(&mut diagnostics, catalogue(), &environment);
    compile(&mut compiler, "main", mediators, None);
    compiler.finish();
    texts(&diagnostics)
}

fn texts(diagnostics: &Diagnostics) -> Vec<String> {
    let text =
        |found: &&crate::diagnostic::Diagnostic| format!("{} {}", found.code.id(), found.message);
    diagnostics.sorted().iter().map(text).collect()
}

fn catalogue() -> Catalogue {
    Catalogue { mediators: CATALOGUE, refused: REFUSED, connectors: &[], send: send_step }
}

fn environment() -> Environment {
    Environment::default()
}

fn services(environment: Environment, depth: usize) -> Services {
    let http = Client::new(ClientSettings::default()).unwrap();
    let lambda = LambdaClient::new(http.clone(), LambdaSettings::default());
    let limits = Limits { depth, ..Limits::default() };
    let lambda_timeouts = default_timeouts();
    Services {
        clock: Arc::new(Stopped),
        environment: Arc::new(environment),
        registry: Arc::default(),
        http,
        lambda,
        lambda_timeouts,
        limits,
        rules: Rules::shared(),
    }
}

fn request() -> Request {
    Request {
        method: http::Method::POST,
        uri: "/shop/orders/7?kind=a%20b".parse().unwrap(),
        scheme: "http",
        host: Some("shop.example:8290".into()),
        peer: None,
        local: None,
        reads: crate::message::Format::Json,
        route: Route {
            api: Some("Shop".into()),
            context: Some("/shop".into()),
            postfix: "/orders/7?kind=a%20b".into(),
            ..Route::default()
        },
    }
}

pub(super) fn tree(text: &str) -> xml::Tree {
    xml::parse(text.as_bytes(), None, &xml::Limits::default()).unwrap()
}

fn compile(
    compiler: &mut Compiler<'_>,
    name: &str,
    mediators: &str,
    caught: Option<&Caught>,
) -> SequenceId {
    let text = format!("{OPEN}{mediators}</sequence>");
    let file = compiler.diagnostics.sources.add(format!("{name}.xml"), &*text);
    let Some(document) = Document::parse(&text, file, compiler.diagnostics) else {
        return compiler.sequence(name, Vec::new(), None);
    };
    let mut steps = compiler.steps(document.root().children());
    steps.extend(caught.map(|caught| caught.step(file)));
    compiler.sequence(name, steps, None)
}

/// A step that takes the message away, to be looked at.
#[derive(Debug, Clone, Default)]
struct Caught(Arc<Mutex<Option<Message>>>);

impl Caught {
    fn step(&self, file: FileId) -> Placed {
        let step = Step::Run(Box::new(self.clone()));
        Placed { name: "caught", span: Span::new(file, 0..0), step }
    }

    fn taken(&self) -> Option<Message> {
        self.0.lock().unwrap().take()
    }
}

impl Run for Caught {
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        *self.0.lock().unwrap() = Some(flow.message.take());
        Ok(Outcome::Next)
    }
}
