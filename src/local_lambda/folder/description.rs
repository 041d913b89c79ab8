//! What `function.toml` and `layer.toml` may say, and how it becomes a function or a layer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::Problem;
use super::samples::{AliasSample, LayerSample, Sample, StubSample};
use crate::local_lambda::arn::LATEST;
use crate::local_lambda::code::Code;
use crate::local_lambda::configuration::{Configuration, check_runtime, check_variables};
use crate::local_lambda::invocation::Fault;
use crate::local_lambda::stub::{Content, Reply};
use crate::local_lambda::template::Template;
use crate::local_lambda::validate::{is_alias, is_role};

/// The role of a function that names none; nothing is authorised here.
const ROLE: &str = "arn:aws:iam::000000000000:role/local-lambda";
/// What a stub that names no runtime shows.
const STUB_RUNTIME: &str = "provided.al2023";

/// A function's description.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FunctionFile {
    /// For people.
    #[serde(default)]
    description: String,
    /// The runtime; a function without a stub needs one.
    runtime: Option<Spanned<String>>,
    /// What to call, in the runtime's notation.
    handler: Option<String>,
    /// The role's ARN.
    role: Option<Spanned<String>>,
    /// Seconds that an invocation may take, 1 to 900.
    timeout: Option<Spanned<u32>>,
    /// Megabytes, 128 to 10240.
    memory: Option<Spanned<u32>>,
    /// How many invocations may run at once.
    concurrency: Option<usize>,
    /// How many versions are published at the start.
    #[serde(default)]
    versions: u64,
    /// Aliases and where they lead.
    #[serde(default)]
    aliases: BTreeMap<String, Spanned<AliasFile>>,
    /// Variables.
    #[serde(default)]
    environment: BTreeMap<String, String>,
    /// Tags.
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// Layers, `NAME:VERSION`.
    #[serde(default)]
    layers: Vec<Spanned<String>>,
    /// Regions that have the function; all, where none is named.
    regions: Option<Vec<String>>,
    /// The reply of a function without code.
    stub: Option<Spanned<ReplyFile>>,
    /// Replies that are given one after the other.
    #[serde(default)]
    sequence: Vec<Spanned<ReplyFile>>,
    /// Whether a sequence begins anew at its end.
    #[serde(default = "yes")]
    repeat: bool,
}

fn yes() -> bool {
    true
}

/// Where an alias leads: a version, or two.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum AliasFile {
    Version(String),
    Routing(RoutingFile),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoutingFile {
    version: String,
    #[serde(default)]
    weights: BTreeMap<String, f64>,
    #[serde(default)]
    description: String,
}

/// A stub's reply: exactly one of `fixed`, `echo`, `template`, `error` and `throttle = true`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyFile {
    /// JSON as text, or a TOML value that is turned into JSON.
    fixed: Option<toml::Value>,
    /// Answers the event.
    #[serde(default)]
    echo: bool,
    /// JSON with holes.
    template: Option<String>,
    /// A function's error.
    error: Option<ErrorFile>,
    /// Throttles every call.
    #[serde(default)]
    throttle: bool,
    /// Throttles each Nth call.
    #[serde(default)]
    throttle_every: usize,
    /// Milliseconds before the reply.
    #[serde(default)]
    delay_ms: u64,
    /// Text for the log.
    #[serde(default)]
    log: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorFile {
    #[serde(rename = "type")]
    kind: String,
    message: String,
    #[serde(default)]
    stack: Vec<String>,
    /// Marks the error as one that the function reported itself.
    #[serde(default)]
    handled: bool,
}

/// A layer's description; its files are in `content/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerFile {
    /// For people.
    #[serde(default)]
    description: String,
    /// Runtimes that it is for.
    #[serde(default)]
    compatible_runtimes: Vec<String>,
    /// Architectures that it is for.
    #[serde(default)]
    compatible_architectures: Vec<String>,
    /// Its licence.
    #[serde(default)]
    license: String,
    /// How many versions there are.
    #[serde(default = "one")]
    versions: u64,
}

fn one() -> u64 {
    1
}

impl FunctionFile {
    pub(super) fn into_sample(
        self,
        name: String,
        file: PathBuf,
        code: Arc<Code>,
    ) -> Result<Sample, Problem> {
        let stub = self.stub()?;
        let configuration = self.configuration(stub.is_some())?;
        let layers = self.layers.iter().map(layer).collect::<Result<_, _>>()?;
        let versions = self.versions;
        let aliases = self
            .aliases
            .into_iter()
            .map(|(name, alias)| Ok((name.clone(), read_alias(&name, alias, versions)?)))
            .collect::<Result<_, Problem>>()?;
        Ok(Sample {
            name,
            file,
            configuration,
            stub,
            code,
            reserved: self.concurrency,
            versions,
            aliases,
            tags: self.tags,
            regions: self.regions,
            layers,
        })
    }

    fn stub(&self) -> Result<Option<StubSample>, Problem> {
        let replies = match (&self.stub, self.sequence.as_slice()) {
            (None, []) => return Ok(None),
            (Some(reply), []) => std::slice::from_ref(reply),
            (None, sequence) => sequence,
            (Some(reply), _) => {
                return Err(Problem::new("a function has either 'stub' or 'sequence'")
                    .at(reply.span().start));
            }
        };
        let replies = replies.iter().map(read_reply).collect::<Result<_, _>>()?;
        Ok(Some(StubSample { replies, repeat: self.repeat }))
    }

    fn configuration(&self, is_stub: bool) -> Result<Configuration, Problem> {
        let runtime = match &self.runtime {
            Some(runtime) => {
                check_runtime(runtime.as_ref())
                    .map_err(|error| Problem::new(error.message).at(runtime.span().start))?;
                runtime.as_ref().clone()
            }
            None if is_stub => STUB_RUNTIME.to_owned(),
            None => {
                return Err(Problem::new("the function has neither a stub nor a 'runtime'")
                    .help("say 'runtime = \"python3.12\"' and 'handler', or add [stub]"));
            }
        };
        let bootstrap = runtime.starts_with("provided");
        let handler = match &self.handler {
            Some(handler) => handler.clone(),
            None if is_stub || bootstrap => "bootstrap".to_owned(),
            None => {
                return Err(Problem::new(format!(
                    "a function of runtime {runtime} needs 'handler'"
                ))
                .help("FILE.FUNCTION, for example 'app.handler'"));
            }
        };
        let role = match &self.role {
            Some(role) if !is_role(role.as_ref()) => {
                return Err(Problem::new("'role' is not the ARN of a role").at(role.span().start));
            }
            Some(role) => role.as_ref().clone(),
            None => ROLE.to_owned(),
        };
        check_variables(&self.environment)
            .map_err(|error| Problem::new(format!("environment: {}", error.message)))?;
        Ok(Configuration {
            runtime,
            role,
            handler,
            description: self.description.clone(),
            timeout: ranged("timeout", self.timeout.as_ref(), 1, 900, 3)?,
            memory: ranged("memory", self.memory.as_ref(), 128, 10_240, 128)?,
            environment: self.environment.clone(),
            ..Configuration::default()
        })
    }
}

impl LayerFile {
    pub(super) fn into_sample(self, name: String, code: Arc<Code>) -> Result<LayerSample, Problem> {
        if !(1..=1000).contains(&self.versions) {
            return Err(Problem::new("'versions' must be between 1 and 1000"));
        }
        Ok(LayerSample {
            name,
            description: self.description,
            runtimes: self.compatible_runtimes,
            architectures: self.compatible_architectures,
            license: self.license,
            versions: self.versions,
            code,
        })
    }
}

fn ranged(
    key: &str,
    value: Option<&Spanned<u32>>,
    least: u32,
    most: u32,
    default: u32,
) -> Result<u32, Problem> {
    match value {
        None => Ok(default),
        Some(value) if (least..=most).contains(value.as_ref()) => Ok(*value.as_ref()),
        Some(value) => Err(Problem::new(format!("'{key}' must be between {least} and {most}"))
            .at(value.span().start)),
    }
}

fn layer(text: &Spanned<String>) -> Result<(String, u64), Problem> {
    let split = text.as_ref().rsplit_once(':');
    let parsed = split.and_then(|(name, number)| Some((name.to_owned(), number.parse().ok()?)));
    parsed.ok_or_else(|| {
        Problem::new(format!("'{}' does not name a layer's version", text.as_ref()))
            .at(text.span().start)
            .help("write NAME:VERSION")
    })
}

fn read_alias(
    name: &str,
    alias: Spanned<AliasFile>,
    versions: u64,
) -> Result<AliasSample, Problem> {
    let at = alias.span().start;
    let problem = |message: String| Problem::new(message).at(at);
    if !is_alias(name) {
        return Err(problem(format!("'{name}' cannot name an alias")));
    }
    let routing = match alias.into_inner() {
        AliasFile::Routing(routing) => routing,
        AliasFile::Version(version) => {
            RoutingFile { version, weights: BTreeMap::new(), description: String::new() }
        }
    };
    for version in routing.weights.keys().chain([&routing.version]) {
        let published = version.parse().is_ok_and(|number| (1..=versions).contains(&number));
        if !published && version != LATEST {
            return Err(problem(format!(
                "alias '{name}' leads to version {version}, which is not there"
            ))
            .help(format!("the function publishes {versions} versions; see 'versions'")));
        }
    }
    if routing.weights.values().any(|weight| !(0.0..=1.0).contains(weight)) {
        return Err(problem(format!("the weights of alias '{name}' must be between 0 and 1")));
    }
    let RoutingFile { version, weights, description } = routing;
    Ok(AliasSample { version, weights, description })
}

fn read_reply(file: &Spanned<ReplyFile>) -> Result<Reply, Problem> {
    let problem = |message: String| Problem::new(message).at(file.span().start);
    let reply = file.as_ref();
    let contents = [
        reply.fixed.as_ref().map(fixed).transpose().map_err(problem)?,
        reply.echo.then_some(Content::Echo),
        reply.template.as_deref().map(template).transpose().map_err(problem)?,
        reply.error.as_ref().map(error),
        reply.throttle.then_some(Content::Echo),
    ];
    let mut contents = contents.into_iter().flatten();
    let (Some(content), None) = (contents.next(), contents.next()) else {
        return Err(problem(
            "a reply has exactly one of fixed, echo, template, error, throttle".into(),
        ));
    };
    Ok(Reply {
        content,
        delay: Duration::from_millis(reply.delay_ms),
        throttle_every: if reply.throttle { 1 } else { reply.throttle_every },
        log: reply.log.clone(),
    })
}

fn fixed(value: &toml::Value) -> Result<Content, String> {
    let text = match value {
        toml::Value::String(text) => {
            serde_json::from_str::<Value>(text)
                .map_err(|error| format!("'fixed' is not JSON: {error}"))?;
            text.clone()
        }
        other => serde_json::to_string(other).map_err(|error| format!("'fixed': {error}"))?,
    };
    Ok(Content::Fixed(Bytes::from(text)))
}

fn template(text: &str) -> Result<Content, String> {
    Template::parse(text).map(Content::Template).map_err(|error| format!("'template': {error}"))
}

fn error(file: &ErrorFile) -> Content {
    Content::Error {
        kind: file.kind.clone(),
        message: file.message.clone(),
        stack: file.stack.clone(),
        fault: if file.handled { Fault::Handled } else { Fault::Unhandled },
    }
}
