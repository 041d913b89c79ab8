//! The table of settings: names, kinds, defaults, a sentence each, and where they go.

mod access;
mod client;
mod json_xml;

use std::time::Duration;

use super::kind::Kind;
use super::{LogFormat, Threads};
use crate::message::Forwarding;

/// One setting.
pub struct Row {
    /// Its dotted name in `deployment.toml`.
    pub key: &'static str,
    /// Micro Integrator's names for the same; times are milliseconds there.
    pub also: &'static [&'static str],
    /// What it may be and where it goes.
    pub kind: Kind,
    /// Its value when nobody says it.
    pub value: Unset,
    /// What it is for, in a sentence.
    pub about: &'static str,
}

/// The value of a setting that nobody sets, as TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unset {
    /// The default.
    Default(&'static str),
    /// There is none; this is what one could look like.
    None(&'static str),
}

impl Row {
    /// The environment variable that sets it.
    pub fn variable(&self) -> String {
        let upper = |it: char| if it.is_alphanumeric() { it.to_ascii_uppercase() } else { '_' };
        format!("MYELIN_{}", self.key.chars().map(upper).collect::<String>())
    }

    /// Whether its name is one of Micro Integrator's.
    pub fn is_foreign(&self) -> bool {
        ["transport.", "mediation.", "internal_apis."]
            .iter()
            .any(|table| self.key.starts_with(table))
    }
}

/// The setting of a name, and whether the name is Micro Integrator's.
pub fn find(name: &str) -> Option<(&'static Row, bool)> {
    all().find_map(|row| {
        let own = row.key == name;
        (own || row.also.contains(&name)).then_some((row, !own || row.is_foreign()))
    })
}

/// The dotted name of a key in a table.
pub fn join(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

/// No time at all is none.
fn some(time: Duration) -> Option<Duration> {
    (!time.is_zero()).then_some(time)
}

/// Every setting. Later rows win where two set the same field.
pub fn all() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain(access::ROWS).chain(client::ROWS).chain(json_xml::ROWS)
}

static ROWS: &[Row] = &[
    Row {
        key: "server.bind",
        also: &[
            "transport.http.listener.bind_address",
            "transport.http.listener.parameter.bind-address",
        ],
        kind: Kind::Address(|s, v| s.server.bind = v),
        value: Unset::Default(r#""0.0.0.0""#),
        about: "The address that the ports for HTTP, HTTPS and probes are opened on.",
    },
    Row {
        key: "server.offset",
        also: &[],
        kind: Kind::Number(0..=65535, |s, v| s.server.offset = v as u16),
        value: Unset::Default("10"),
        about: "What is added to each base port.",
    },
    Row {
        key: "transport.http.listener.port",
        also: &["transport.http.listener.parameter.port"],
        kind: Kind::Port(|s, v| s.server.http_base = v),
        value: Unset::Default("8280"),
        about: "The base of the HTTP port: with the offset it is 8290.",
    },
    Row {
        key: "transport.http.listener.secured_port",
        also: &["transport.https.listener.parameter.port"],
        kind: Kind::Port(|s, v| s.server.https_base = v),
        value: Unset::Default("8243"),
        about: "The base of the HTTPS port: with the offset it is 8253.",
    },
    Row {
        key: "server.http_port",
        also: &[],
        kind: Kind::Port(|s, v| s.server.http_port = Some(v)),
        value: Unset::None("8290"),
        about: "The HTTP port itself, without base and offset; 0 picks a free one.",
    },
    Row {
        key: "server.https_port",
        also: &[],
        kind: Kind::Port(|s, v| s.server.https_port = Some(v)),
        value: Unset::None("8253"),
        about: "The HTTPS port itself, without base and offset; 0 picks a free one.",
    },
    Row {
        key: "server.forward_to",
        also: &[],
        kind: Kind::Hosts(|s, v| s.rules.forwarding = Forwarding::new(v)),
        value: Unset::Default("[]"),
        about: "The hosts (`host`, `host:port`, `*` for all) that a `send` or `call` without an endpoint may reach because the client names them: as an absolute URI in its request, or in a `wsa:To` header that the flow has read.",
    },
    Row {
        key: "server.certificate",
        also: &[],
        kind: Kind::Path(|s, v| s.server.certificate = Some(v)),
        value: Unset::None(r#""server.pem""#),
        about: "The certificate chain in PEM; without it there is no HTTPS.",
    },
    Row {
        key: "server.key",
        also: &[],
        kind: Kind::Path(|s, v| s.server.key = Some(v)),
        value: Unset::None(r#""server.key""#),
        about: "The certificate's private key in PEM.",
    },
    Row {
        key: "server.threads",
        also: &[],
        kind: Kind::Choice(&["shared", "per-core"], |s, v| {
            s.server.threads = if v == 0 { Threads::Shared } else { Threads::PerCore };
        }),
        value: Unset::Default(r#""shared""#),
        about: "Whether threads share all work, or each has its own listener and connections.",
    },
    Row {
        key: "server.workers",
        also: &[],
        kind: Kind::Number(0..=1024, |s, v| s.server.workers = v as usize),
        value: Unset::Default("0"),
        about: "How many threads work; 0 is one a core.",
    },
    Row {
        key: "server.drain",
        also: &[],
        kind: Kind::TimeOrZero(|s, v| s.server.drain = v),
        value: Unset::Default(r#""30s""#),
        about: "How long a stop waits for what is in flight before it is cut off.",
    },
    Row {
        key: "server.preserve_header_case",
        also: &[],
        kind: Kind::Flag(|s, v| {
            s.connections.preserve_header_case = v;
            s.client.preserve_header_case = v;
        }),
        value: Unset::Default("true"),
        about: "Whether the names of HTTP/1.1 headers keep their case on their way through.",
    },
    Row {
        key: "deployment.artifacts",
        also: &[],
        kind: Kind::Paths(|s, v| s.deployment.artifacts = v),
        value: Unset::Default(r#"["../sequences"]"#),
        about: "Where artifacts are: folders, XML files and `.car` archives.",
    },
    Row {
        key: "deployment.on_error",
        also: &[],
        kind: Kind::Choice(&["refuse", "skip"], |s, v| s.deployment.skip_errors = v == 1),
        value: Unset::Default(r#""refuse""#),
        about: "Whether artifacts with errors refuse the whole deployment or are left out.",
    },
    Row {
        key: "deployment.ready_when_skipped",
        also: &[],
        kind: Kind::Flag(|s, v| s.deployment.ready_when_skipped = v),
        value: Unset::Default("false"),
        about: "Whether `/readyz` says ready although artifacts were left out.",
    },
    Row {
        key: "deployment.strict",
        also: &[],
        kind: Kind::Flag(|s, v| s.deployment.strict = v),
        value: Unset::Default("false"),
        about: "Whether warnings about artifacts are errors.",
    },
    Row {
        key: "transport.http.socket_timeout",
        also: &["passthru_properties.http.socket.timeout"],
        kind: Kind::Time(|s, v| {
            (s.limits.body_idle, s.connections.body_idle) = (Some(v), v);
            (s.connections.write_idle, s.client.write_idle) = (v, v);
        }),
        value: Unset::None("180000"),
        about: "How many milliseconds a connection may pause in a body: `body_idle_timeout` and both `write_idle_timeout` in one; these override it.",
    },
    Row {
        key: "limits.max_body",
        also: &[],
        kind: Kind::Size(0, |s, v| {
            s.limits.body = v as usize;
            s.connections.max_body = v;
        }),
        value: Unset::Default(r#""64MiB""#),
        about: "The largest request body (413), and the largest answer of a back-end that is read into memory.",
    },
    Row {
        key: "limits.header_timeout",
        also: &[],
        kind: Kind::Time(|s, v| s.connections.header_timeout = v),
        value: Unset::Default(r#""10s""#),
        about: "How long a client may take for the head of a request (408) or a TLS handshake.",
    },
    Row {
        key: "limits.body_idle_timeout",
        also: &[],
        kind: Kind::Time(|s, v| {
            s.limits.body_idle = Some(v);
            s.connections.body_idle = v;
        }),
        value: Unset::Default(r#""30s""#),
        about: "How long a body may pause between two pieces.",
    },
    Row {
        key: "limits.write_idle_timeout",
        also: &[],
        kind: Kind::Time(|s, v| s.connections.write_idle = v),
        value: Unset::Default(r#""30s""#),
        about: "How long a client may take no byte of an answer.",
    },
    Row {
        key: "limits.keep_alive",
        also: &[],
        kind: Kind::Time(|s, v| s.connections.keep_alive = v),
        value: Unset::Default(r#""75s""#),
        about: "How long a client's connection is kept between two requests.",
    },
    Row {
        key: "limits.tcp_keepalive",
        also: &[],
        kind: Kind::TimeOrZero(|s, v| s.connections.tcp_keepalive = some(v)),
        value: Unset::Default(r#""60s""#),
        about: "How long a client's connection may be silent before the system asks whether it still lives; 0 is never.",
    },
    Row {
        key: "limits.linger",
        also: &[],
        kind: Kind::TimeOrZero(|s, v| s.connections.linger = v),
        value: Unset::Default(r#""1s""#),
        about: "How long the rest of a refused request is read and thrown away, so that the client sees the answer.",
    },
    Row {
        key: "limits.max_headers",
        also: &[],
        kind: Kind::Number(1..=32768, |s, v| s.connections.max_headers = v as usize),
        value: Unset::Default("100"),
        about: "The most header lines of a request (431).",
    },
    Row {
        key: "limits.max_head",
        also: &[],
        kind: Kind::Size(8192, |s, v| s.connections.max_head = v as usize),
        value: Unset::Default(r#""64KiB""#),
        about: "The largest head of a request (431).",
    },
    Row {
        key: "limits.max_uri",
        also: &[],
        kind: Kind::Size(1, |s, v| s.connections.max_uri = v as usize),
        value: Unset::Default(r#""8KiB""#),
        about: "The longest path and query of a request (414).",
    },
    Row {
        key: "limits.max_connections",
        also: &["transport.http.max_open_connections", "passthru_properties.max_open_connections"],
        kind: Kind::Number(1..=u64::MAX, |s, v| s.connections.max_connections = v as usize),
        value: Unset::Default("10000"),
        about: "The most open connections of clients; more wait.",
    },
    Row {
        key: "limits.max_in_flight",
        also: &[],
        kind: Kind::Number(1..=u64::MAX, |s, v| s.connections.max_in_flight = v as usize),
        value: Unset::Default("4096"),
        about: "The most requests that are worked on at a time; more are answered 503.",
    },
    Row {
        key: "limits.max_streams",
        also: &[],
        kind: Kind::Number(1..=u32::MAX as u64, |s, v| s.connections.max_streams = v as u32),
        value: Unset::Default("100"),
        about: "The most requests at a time on one HTTP/2 connection.",
    },
    Row {
        key: "limits.depth",
        also: &[],
        kind: Kind::Number(1..=100_000, |s, v| s.limits.depth = v as usize),
        value: Unset::Default("256"),
        about: "How deep sequences and templates may call each other, and how often an out sequence may get the response to what it sent itself.",
    },
    Row {
        key: "limits.branches",
        also: &[],
        kind: Kind::Number(1..=100_000, |s, v| s.limits.branches = v as usize),
        value: Unset::Default("64"),
        about: "How many parts of one `clone`, `iterate`, `foreach` or `scatter-gather` run at once; the others wait their turn.",
    },
    Row {
        key: "limits.group_timeout",
        also: &[],
        kind: Kind::Time(|s, v| s.limits.group_timeout = v),
        value: Unset::Default(r#""120s""#),
        about: "How long an `aggregate` without a timeout of its own waits for a group.",
    },
    Row {
        key: "limits.endpoint_timeout",
        also: &[
            "mediation.synapse.global_timeout_interval",
            "synapse_properties.synapse.global_timeout_interval",
        ],
        kind: Kind::Time(|s, v| s.limits.endpoint_timeout = v),
        value: Unset::Default(r#""120s""#),
        about: "How long an endpoint without a timeout of its own may take.",
    },
    Row {
        key: "limits.xml.size",
        also: &[],
        kind: Kind::Size(1, |s, v| s.rules.xml.bytes = v as usize),
        value: Unset::Default(r#""64MiB""#),
        about: "The largest XML document that is parsed. More than any of these limits is answered 413, and 502 in the answer of a back-end.",
    },
    Row {
        key: "limits.xml.depth",
        also: &[],
        kind: Kind::Number(1..=u16::MAX as u64, |s, v| s.rules.xml.depth = v as usize),
        value: Unset::Default("256"),
        about: "How deep its elements may nest.",
    },
    Row {
        key: "limits.xml.elements",
        also: &[],
        kind: Kind::Number(1..=u32::MAX as u64, |s, v| s.rules.xml.elements = v as usize),
        value: Unset::Default("1000000"),
        about: "Its most elements.",
    },
    Row {
        key: "limits.xml.nodes",
        also: &[],
        kind: Kind::Number(1..=u32::MAX as u64, |s, v| s.rules.xml.nodes = v as usize),
        value: Unset::Default("4000000"),
        about: "Its most elements, texts, comments, attributes and namespace declarations together.",
    },
    Row {
        key: "limits.xml.attributes",
        also: &[],
        kind: Kind::Number(0..=u16::MAX as u64, |s, v| s.rules.xml.attributes = v as usize),
        value: Unset::Default("256"),
        about: "The most attributes of one element.",
    },
    Row {
        key: "limits.xml.declarations",
        also: &[],
        kind: Kind::Number(0..=u16::MAX as u64, |s, v| s.rules.xml.declarations = v as usize),
        value: Unset::Default("64"),
        about: "The most namespace declarations of one element.",
    },
    Row {
        key: "limits.xml.declarations_in_scope",
        also: &[],
        kind: Kind::Number(0..=u16::MAX as u64, |s, v| {
            s.rules.xml.declarations_in_scope = v as usize;
        }),
        value: Unset::Default("1024"),
        about: "The most namespace declarations in scope at one place.",
    },
    Row {
        key: "limits.json.size",
        also: &[],
        kind: Kind::Size(1, |s, v| s.rules.json.bytes = v as usize),
        value: Unset::Default(r#""64MiB""#),
        about: "The largest JSON document that is parsed; refused as XML is.",
    },
    Row {
        key: "limits.json.depth",
        also: &[],
        kind: Kind::Number(1..=1024, |s, v| s.rules.json.depth = v as usize),
        value: Unset::Default("128"),
        about: "How deep its arrays and objects may nest.",
    },
    Row {
        key: "limits.json.values",
        also: &[],
        kind: Kind::Number(1..=u32::MAX as u64, |s, v| s.rules.json.values = v as usize),
        value: Unset::Default("8000000"),
        about: "Its most values of every kind.",
    },
    Row {
        key: "limits.expression.steps",
        also: &[],
        kind: Kind::Number(1..=u64::MAX, |s, v| s.rules.work.steps = v),
        value: Unset::Default("4000000"),
        about: "What one evaluation of an XPath, JSONPath or Synapse expression may cost: nodes and values that are looked at, operators, functions, and the text that they work on.",
    },
    Row {
        key: "limits.regex.steps",
        also: &[],
        kind: Kind::Number(1..=u64::MAX, |s, v| s.rules.work.regex = v),
        value: Unset::Default("8000000"),
        about: "What one search with a regular expression may cost: the text's bytes times the size of the pattern, or the tries of a pattern that looks around or back.",
    },
    Row {
        key: "lambda.connect_timeout",
        also: &[],
        kind: Kind::Time(|s, v| s.lambda.connect_timeout = v),
        value: Unset::Default(r#""10s""#),
        about: "How long a connection to AWS Lambda may take to come about.",
    },
    Row {
        key: "lambda.response_timeout",
        also: &[],
        kind: Kind::Time(|s, v| s.lambda.response_timeout = v),
        value: Unset::Default(r#""910s""#),
        about: "How long a function may take to answer; AWS lets it run for 900 seconds.",
    },
    Row {
        key: "lambda.idle_timeout",
        also: &[],
        kind: Kind::Time(|s, v| s.lambda.idle_timeout = v),
        value: Unset::Default(r#""60s""#),
        about: "How long a function's answer may pause between two pieces.",
    },
    Row {
        key: "local_lambda.enabled",
        also: &[],
        kind: Kind::Flag(|s, v| s.local_lambda.embedded = v),
        value: Unset::Default("false"),
        about: "Whether calls of Lambda go to one inside this process, as with `--local-lambda`.",
    },
    Row {
        key: "local_lambda.port",
        also: &[],
        kind: Kind::Port(|s, v| s.local_lambda.port = v),
        value: Unset::Default("0"),
        about: "Its port on the loopback interface; 0 picks a free one.",
    },
    Row {
        key: "local_lambda.functions",
        also: &[],
        kind: Kind::Path(|s, v| s.local_lambda.functions = v),
        value: Unset::Default(r#""functions""#),
        about: "The folder of its functions.",
    },
    Row {
        key: "local_lambda.s3_dir",
        also: &[],
        kind: Kind::Path(|s, v| s.local_lambda.s3_dir = v),
        value: Unset::Default(r#""s3""#),
        about: "The folder that stands for S3 when code is in a bucket: `BUCKET/KEY`.",
    },
    Row {
        key: "local_lambda.access_keys",
        also: &[],
        kind: Kind::AccessKeys(|s, v| s.local_lambda.access_keys = v),
        value: Unset::Default(r#"[{ id = "local", secret = "local" }]"#),
        about: "The key pairs that its callers may sign with.",
    },
    Row {
        key: "local_lambda.account_id",
        also: &[],
        kind: Kind::Account(|s, v| s.local_lambda.account_id = v),
        value: Unset::Default(r#""000000000000""#),
        about: "The account in the ARNs of its functions.",
    },
    Row {
        key: "mediation.internal_https_api_port",
        also: &["synapse_properties.internal.https.api.port"],
        kind: Kind::Port(|s, v| s.management.base = v),
        value: Unset::Default("9154"),
        about: "The base of the management port: with the offset it is 9164.",
    },
    Row {
        key: "management.port",
        also: &[],
        kind: Kind::Port(|s, v| s.management.port = Some(v)),
        value: Unset::None("9164"),
        about: "The management port itself, without base and offset; 0 picks a free one.",
    },
    Row {
        key: "management.probes",
        also: &[
            "mediation.internal_http_api_enable",
            "synapse_properties.internal.http.api.enabled",
        ],
        kind: Kind::Flag(|s, v| s.management.probes = v),
        value: Unset::Default("false"),
        about: "Whether a second port answers probes and metrics, and nothing else, for everybody who can reach it.",
    },
    Row {
        key: "mediation.internal_http_api_port",
        also: &["synapse_properties.internal.http.api.port"],
        kind: Kind::Port(|s, v| s.management.probes_base = v),
        value: Unset::Default("9191"),
        about: "The base of the port for probes: with the offset it is 9201.",
    },
    Row {
        key: "management.probes_port",
        also: &[],
        kind: Kind::Port(|s, v| s.management.probes_port = Some(v)),
        value: Unset::None("9201"),
        about: "The port for probes itself, without base and offset; 0 picks a free one.",
    },
    Row {
        key: "log.level",
        also: &[],
        kind: Kind::LogLevel(|s, v| s.log.level = v),
        value: Unset::Default(r#""info""#),
        about: "`off`, `error`, `warn`, `info`, `debug` or `trace`, and `target=level` pairs after it: `info,myelin::access=debug`.",
    },
    Row {
        key: "log.format",
        also: &[],
        kind: Kind::Choice(&["text", "json"], |s, v| {
            s.log.format = if v == 0 { LogFormat::Text } else { LogFormat::Json };
        }),
        value: Unset::Default(r#""text""#),
        about: "Lines for people, or one JSON object a line.",
    },
];
