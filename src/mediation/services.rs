//! What steps may use of the world: injected, so that tests choose it.

use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Registry;
use crate::aws::LambdaClient;
use crate::endpoint::Waits;
use crate::message::Rules;
use crate::transport::{Client, ClientSettings, Timeouts};

/// What every flow of a process shares.
#[derive(Debug)]
pub struct Services {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Named values of the process's surroundings.
    pub environment: Arc<Environment>,
    /// What flows have written into the registry; shared by all workers.
    pub registry: Arc<Registry>,
    /// Connections to back-ends.
    pub http: Client,
    /// Calls of AWS Lambda.
    pub lambda: LambdaClient,
    /// How long a call of Lambda may take, unless its connection says otherwise.
    pub lambda_timeouts: Timeouts,
    /// What a flow may not exceed.
    pub limits: Limits,
    /// What messages and evaluations keep to.
    pub rules: Arc<Rules>,
}

/// What a flow may not exceed.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest body that is read into memory, in bytes.
    pub body: usize,
    /// How long a body may pause between two pieces.
    pub body_idle: Option<Duration>,
    /// How deep sequences and templates may nest.
    pub depth: usize,
    /// How many parts of one fork may run at once.
    pub branches: usize,
    /// How long an aggregate without a timeout of its own waits for a group.
    pub group_timeout: Duration,
    /// How long an endpoint without a timeout of its own may take
    /// (`synapse.global_timeout_interval`).
    pub endpoint_timeout: Duration,
}

impl Limits {
    /// How long an endpoint without a timeout of its own may take.
    pub fn waits(&self) -> Waits {
        Waits {
            connect: self.endpoint_timeout.min(Duration::from_secs(30)),
            response: self.endpoint_timeout,
            idle: Some(self.endpoint_timeout),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 64 * 1024 * 1024,
            body_idle: Some(Duration::from_secs(30)),
            depth: 256,
            branches: 64,
            group_timeout: Duration::from_mins(2),
            endpoint_timeout: Duration::from_mins(2),
        }
    }
}

/// The time.
pub trait Clock: Debug + Send + Sync {
    /// Milliseconds since 1970.
    fn now_millis(&self) -> i64;

    /// Milliseconds since some moment, by a clock that nobody sets.
    fn now(&self) -> i64 {
        self.now_millis()
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_millis(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        since.as_millis() as i64
    }

    fn now(&self) -> i64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed().as_millis() as i64
    }
}

/// Named values that artifacts and expressions can ask for.
#[derive(Default)]
pub struct Environment {
    /// Environment variables (`$SYSTEM:NAME`, `get-property('env', …)`).
    pub variables: HashMap<String, String>,
    /// `conf/file.properties` (`$FILE:NAME`, `get-property('file', …)`).
    pub file: HashMap<String, String>,
    /// System properties (`get-property('system', …)`).
    pub system: HashMap<String, String>,
    /// How documents are fetched that artifacts name by URL; without it none is.
    pub client: Option<ClientSettings>,
}

impl Debug for Environment {
    /// Without the values: they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

impl Environment {
    /// A key of the configuration store: an environment variable, else a system property, else a
    /// line of `file.properties`.
    pub fn config(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .or_else(|| self.system.get(name))
            .or_else(|| self.file.get(name))
            .map(String::as_str)
    }

    /// The deploy-time value behind `$SYSTEM:NAME`, `$FILE:NAME` or `${configs.NAME}` when the
    /// whole text is one of these; the text itself otherwise. An error names what is missing.
    pub fn resolve<'t>(&'t self, text: &'t str) -> Result<&'t str, String> {
        let trimmed = text.trim();
        let (found, name, place) = if let Some(name) = trimmed.strip_prefix("$SYSTEM:") {
            (self.variables.get(name), name, "the environment")
        } else if let Some(name) = trimmed.strip_prefix("$FILE:") {
            (self.file.get(name), name, "file.properties")
        } else if let Some(name) = config_name(trimmed) {
            return self.config(name).ok_or_else(|| {
                format!("`{name}` is not set in the environment or in file.properties")
            });
        } else {
            return Ok(text);
        };
        found.map(String::as_str).ok_or_else(|| format!("`{name}` is not set in {place}"))
    }
}

fn config_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${configs.")?.strip_suffix('}')?;
    let plain = name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    plain.then_some(name)
}
