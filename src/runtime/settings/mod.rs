//! Settings: flag over environment over `deployment.toml` over default.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use crate::mediation::Limits;
use crate::transport::{ClientSettings, ServerLimits};

/// Everything that an operator can set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `[server]`.
    pub server: Server,
    /// `[deployment]`.
    pub deployment: DeploymentSettings,
    /// `[limits]` of messages.
    pub limits: Limits,
    /// `[limits]` of connections.
    pub connections: ServerLimits,
    /// Connections to back-ends.
    pub client: ClientSettings,
    /// `[lambda]`.
    pub lambda: Lambda,
    /// `[local_lambda]`.
    pub local_lambda: LocalLambdaSettings,
    /// `[management]`.
    pub management: Management,
    /// `[log]`.
    pub log: Log,
    /// `[system_properties]`: what `get-property('system', …)` reads.
    pub system_properties: Vec<(String, String)>,
    /// `conf/file.properties`, if it was found.
    pub file_properties: Option<PathBuf>,
}

/// `[server]`.
#[derive(Debug, Clone)]
pub struct Server {
    /// The address that listeners bind to.
    pub bind: IpAddr,
    /// What is added to the base ports.
    pub offset: u16,
    /// The base of the HTTP port.
    pub http_base: u16,
    /// The base of the HTTPS port.
    pub https_base: u16,
    /// The HTTP port from a flag: final.
    pub http_port: Option<u16>,
    /// The HTTPS port from a flag: final.
    pub https_port: Option<u16>,
    /// The certificate chain in PEM; without it there is no HTTPS.
    pub certificate: Option<PathBuf>,
    /// The certificate's key in PEM.
    pub key: Option<PathBuf>,
    /// How many threads work; 0 is one a core.
    pub workers: usize,
    /// How threads share the work.
    pub threads: Threads,
    /// How long a stop waits for what is in flight.
    pub drain: Duration,
}

/// How threads share the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// One runtime with many threads.
    Shared,
    /// One runtime a thread, each with its own listener on the same port.
    PerCore,
}

/// `[deployment]`.
#[derive(Debug, Clone)]
pub struct DeploymentSettings {
    /// Where artifacts are.
    pub artifacts: Vec<PathBuf>,
    /// Whether artifacts with errors are left out instead of refusing the deployment.
    pub skip_errors: bool,
    /// Whether the process is ready although artifacts were left out.
    pub ready_when_skipped: bool,
    /// Whether warnings are errors.
    pub strict: bool,
}

/// `[lambda]`.
#[derive(Debug, Clone)]
pub struct Lambda {
    /// To make a connection.
    pub connect_timeout: Duration,
    /// Until a function has answered; a function may run 900 s.
    pub response_timeout: Duration,
}

/// `[local_lambda]`.
#[derive(Debug, Clone)]
pub struct LocalLambdaSettings {
    /// Whether it is embedded (`--local-lambda`).
    pub embedded: bool,
    /// Its port; 0 picks a free one.
    pub port: u16,
    /// Where sample functions are.
    pub functions: PathBuf,
    /// Where buckets are, for code in S3.
    pub s3_dir: Option<PathBuf>,
    /// Accepted key pairs.
    pub access_keys: Vec<(String, String)>,
}

/// `[management]`.
#[derive(Debug, Clone)]
pub struct Management {
    /// The base of the management port.
    pub base: u16,
    /// The management port from a flag: final.
    pub port: Option<u16>,
    /// Whether the plain port for probes and metrics is open.
    pub probes: bool,
    /// The base of that port.
    pub probes_base: u16,
}

/// `[log]`.
#[derive(Debug, Clone)]
pub struct Log {
    /// A level, or a filter of `target=level` pairs.
    pub level: String,
    /// How lines are written.
    pub format: LogFormat,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            server: Server {
                bind: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
                offset: 10,
                http_base: 8280,
                https_base: 8243,
                http_port: None,
                https_port: None,
                certificate: None,
                key: None,
                workers: 0,
                threads: Threads::Shared,
                drain: Duration::from_secs(30),
            },
            deployment: DeploymentSettings {
                artifacts: vec![PathBuf::from("../sequences")],
                skip_errors: false,
                ready_when_skipped: false,
                strict: false,
            },
            limits: Limits::default(),
            connections: ServerLimits::default(),
            client: ClientSettings::default(),
            lambda: Lambda {
                connect_timeout: Duration::from_secs(5),
                response_timeout: Duration::from_secs(905),
            },
            local_lambda: LocalLambdaSettings {
                embedded: false,
                port: 0,
                functions: PathBuf::from("functions"),
                s3_dir: None,
                access_keys: vec![("local".to_owned(), "local".to_owned())],
            },
            management: Management { base: 9154, port: None, probes: false, probes_base: 9191 },
            log: Log { level: "info".to_owned(), format: LogFormat::Text },
            system_properties: Vec::new(),
            file_properties: None,
        }
    }
}

impl Server {
    /// The port for HTTP.
    pub fn http(&self) -> u16 {
        self.http_port.unwrap_or(self.http_base.saturating_add(self.offset))
    }

    /// The port for HTTPS.
    pub fn https(&self) -> u16 {
        self.https_port.unwrap_or(self.https_base.saturating_add(self.offset))
    }
}
