//! Settings: flag over environment over `deployment.toml` over default.
//!
//! [`load`] reads them; [`rows::all`] says which there are. Flags are set on the result by
//! whoever parsed them.

mod check;
mod expand;
mod kind;
mod load;
mod mask;
pub mod micro_integrator;
mod profiles;
mod properties;
pub mod reference;
pub mod rows;
#[cfg(test)]
mod tests;
mod walk;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use self::load::{Loaded, load, process_environment};
use super::Access;
use crate::aws::{Credentials, default_timeouts};
use crate::local_lambda;
use crate::mediation::Limits;
use crate::message::Rules;
use crate::transport::{ClientSettings, ServerLimits, Timeouts};

/// Everything that an operator can set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `[server]`.
    pub server: Server,
    /// `[deployment]`.
    pub deployment: DeploymentSettings,
    /// `[limits]` of messages.
    pub limits: Limits,
    /// `[limits.xml]` and the other limits of documents and evaluations.
    pub rules: Rules,
    /// `[limits]` of connections.
    pub connections: ServerLimits,
    /// `[cors]` and the users.
    pub access: Access,
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
    /// The HTTP port itself, whatever base and offset say.
    pub http_port: Option<u16>,
    /// The HTTPS port itself, whatever base and offset say.
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
    /// Between two pieces of an answer.
    pub idle_timeout: Duration,
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
    pub s3_dir: PathBuf,
    /// The key pairs that requests may be signed with.
    pub access_keys: Vec<Credentials>,
    /// The account in ARNs, twelve digits.
    pub account_id: String,
}

/// `[management]`.
#[derive(Debug, Clone)]
pub struct Management {
    /// The base of the management port.
    pub base: u16,
    /// The management port itself, whatever base and offset say.
    pub port: Option<u16>,
    /// Whether the plain port for probes and metrics is open.
    pub probes: bool,
    /// The base of that port.
    pub probes_base: u16,
    /// That port itself, whatever base and offset say.
    pub probes_port: Option<u16>,
}

/// `[log]`.
#[derive(Debug, Clone)]
pub struct Log {
    /// A level, or a list of `target=level` pairs and a level for the rest.
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
        let lambda = default_timeouts();
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
            rules: Rules::default(),
            connections: ServerLimits::default(),
            access: Access::default(),
            client: ClientSettings::default(),
            lambda: Lambda {
                connect_timeout: lambda.connect,
                response_timeout: lambda.response.unwrap_or(Duration::from_secs(910)),
                idle_timeout: lambda.idle.unwrap_or(Duration::from_mins(1)),
            },
            local_lambda: LocalLambdaSettings {
                embedded: false,
                port: 0,
                functions: PathBuf::from("functions"),
                s3_dir: PathBuf::from("s3"),
                access_keys: vec![Credentials::new("local", "local", None)],
                account_id: "000000000000".to_owned(),
            },
            management: Management {
                base: 9154,
                port: None,
                probes: false,
                probes_base: 9191,
                probes_port: None,
            },
            log: Log { level: "info".to_owned(), format: LogFormat::Text },
        }
    }
}

impl Settings {
    /// The port for management.
    pub fn management_port(&self) -> u16 {
        let port = self.management.base.saturating_add(self.server.offset);
        self.management.port.unwrap_or(port)
    }

    /// The port for probes and metrics, where it is open.
    pub fn probes_port(&self) -> Option<u16> {
        let port = self.management.probes_base.saturating_add(self.server.offset);
        self.management.probes.then(|| self.management.probes_port.unwrap_or(port))
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

impl Lambda {
    /// How long a call of Lambda may take, unless its connection says otherwise.
    pub fn timeouts(&self) -> Timeouts {
        Timeouts {
            connect: self.connect_timeout,
            response: Some(self.response_timeout),
            idle: Some(self.idle_timeout),
            overall: None,
        }
    }
}

impl LocalLambdaSettings {
    /// The settings that a local Lambda starts with.
    pub fn to_start(&self) -> local_lambda::Settings {
        local_lambda::Settings {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)),
            functions_dir: Some(self.functions.clone()),
            s3_dir: Some(self.s3_dir.clone()),
            access_keys: self.access_keys.clone(),
            account_id: self.account_id.clone(),
            ..local_lambda::Settings::default()
        }
    }
}
