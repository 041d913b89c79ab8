//! An AWS Lambda on this machine: the REST API, stubs, and processes over the Runtime API.
//!
//! Everything lives in memory and ends with the server. Functions come from a folder
//! (`functions_dir`, one folder a function, see [`folder`]) or from CreateFunction; each region
//! that is called has its own copies. Every request must be signed with one of the access keys.
//!
//! What differs from AWS: functions are Active at once; nothing is authorised (policies are kept
//! and shown only); memory and architecture are told to a function but not enforced; members such
//! as `VpcConfig` are kept without effect; an Event runs once, without AWS's retries; versions of
//! one function run in at most 16 processes, further invocations wait.

mod archive;
mod arn;
mod auth;
mod code;
mod configuration;
mod error;
mod event_stream;
pub mod folder;
mod invocation;
mod operations;
mod page;
mod policy;
mod process;
mod request;
mod route;
mod server;
mod state;
mod stub;
mod template;
mod validate;
mod version;
mod workspace;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

use self::error::{Answer, ApiError};
use self::folder::{FolderError, Samples};
use self::process::Host;
use self::request::{Call, parse_query};
use self::state::Region;
use self::version::{Parts, Version};
use self::workspace::TempFolder;
use crate::aws::credentials::Credentials;
use crate::aws::sigv4::Signer;

pub use self::server::Running;

/// The id of a request in its answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// How many events wait or run at once; more are throttled.
const EVENTS: usize = 1000;

/// How a local Lambda is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// The folder of functions; a folder that does not exist holds none.
    pub functions_dir: Option<PathBuf>,
    /// The folder that stands for S3: `BUCKET/KEY`.
    pub s3_dir: Option<PathBuf>,
    /// The key pairs that requests may be signed with.
    pub access_keys: Vec<Credentials>,
    /// The account in ARNs, twelve digits.
    pub account_id: String,
    /// What the processes of functions inherit of the host's environment.
    pub inherited: Vec<(OsString, OsString)>,
}

impl Default for Settings {
    /// Port 9001 of the loopback interface, the key pair `local`/`local`, no folders; processes
    /// inherit `PATH`, `HOME` and `TMPDIR`.
    fn default() -> Self {
        let inherit = |name: &&str| Some((OsString::from(name), std::env::var_os(name)?));
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 9001)),
            functions_dir: None,
            s3_dir: None,
            access_keys: vec![Credentials::new("local", "local", None)],
            account_id: "000000000000".to_owned(),
            inherited: ["PATH", "HOME", "TMPDIR"].iter().filter_map(inherit).collect(),
        }
    }
}

/// Why a local Lambda cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Descriptions of functions are wrong; each says where.
    #[error("{}", list(.0))]
    Functions(Vec<FolderError>),
    /// The port cannot be opened.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: std::io::Error,
    },
    /// The folder for code and logs cannot be made.
    #[error("cannot make a temporary folder: {0}")]
    Workspace(std::io::Error),
    /// The account's id is not twelve digits.
    #[error("the account id '{0}' is not twelve digits")]
    Account(String),
}

fn list(errors: &[FolderError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The Lambda API as a function from requests to responses; [`LocalLambda::start`] puts it on a
/// port.
pub struct LocalLambda {
    keys: Vec<Credentials>,
    account: String,
    s3: Option<PathBuf>,
    samples: Samples,
    regions: Mutex<HashMap<String, Region>>,
    signer: Signer,
    host: Arc<Host>,
    sources: Sources,
    /// All invocations that run, of every function without a reserve of its own.
    running: Arc<AtomicUsize>,
    events: Arc<Semaphore>,
    tasks: Mutex<JoinSet<()>>,
    _folder: TempFolder,
}

/// Where time and chance come from.
#[derive(Debug, Clone, Copy)]
struct Sources {
    now: fn() -> SystemTime,
    /// A number from 0 up to 1.
    dice: fn() -> f64,
}

impl Default for Sources {
    fn default() -> Self {
        Self { now: SystemTime::now, dice }
    }
}

/// The random bits of a UUID are good enough to share calls between versions.
fn dice() -> f64 {
    let bits = Uuid::new_v4().as_u128() as u32;
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}

impl fmt::Debug for LocalLambda {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LocalLambda")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl LocalLambda {
    /// Loads the functions. Processes are started when they are called.
    pub fn new(settings: Settings) -> Result<Self, StartError> {
        let account = settings.account_id;
        if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
            return Err(StartError::Account(account));
        }
        let samples = match &settings.functions_dir {
            Some(folder) => folder::load(folder).map_err(StartError::Functions)?,
            None => Samples::default(),
        };
        let folder = TempFolder::new().map_err(StartError::Workspace)?;
        Host::write_shims(folder.path()).map_err(StartError::Workspace)?;
        let host = Host {
            folder: folder.path().to_owned(),
            inherited: settings.inherited,
            key: settings.access_keys.first().cloned(),
            endpoint: OnceLock::new(),
        };
        Ok(Self {
            keys: settings.access_keys,
            account,
            s3: settings.s3_dir,
            samples,
            regions: Mutex::default(),
            signer: Signer::default(),
            host: Arc::new(host),
            sources: Sources::default(),
            running: Arc::default(),
            events: Arc::new(Semaphore::new(EVENTS)),
            tasks: Mutex::default(),
            _folder: folder,
        })
    }

    /// Loads the functions and listens. Must be called inside a runtime.
    pub fn start(settings: Settings) -> Result<Running, StartError> {
        server::start(settings)
    }

    /// Answers one request of a Lambda client. The signature must be right.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let request_id = Uuid::new_v4().to_string();
        let answer = async {
            let region =
                auth::verify(&self.signer, &self.keys, &head, &body, (self.sources.now)())?;
            let query = parse_query(head.uri.query().unwrap_or_default());
            let (operation, labels) = route::route(&head.method, head.uri.path(), &query)?;
            let call = Call {
                region,
                account: self.account.clone(),
                request_id: request_id.clone(),
                labels,
                query,
                headers: head.headers,
                body,
            };
            let reply = self.run(operation, &call).await;
            tracing::debug!(
                operation = operation.name(),
                error = reply.as_ref().err().map(tracing::field::display),
                "local lambda call"
            );
            reply
        };
        let mut response = match answer.await {
            Ok(reply) => reply.into_response(),
            Err(error) => error.into_response(),
        };
        if let Ok(id) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }

    /// Works on what a call's region holds. The region comes to life with the folder's functions.
    fn with_region<T>(
        &self,
        call: &Call,
        work: impl FnOnce(&mut Region) -> Answer<T>,
    ) -> Answer<T> {
        let mut regions = lock(&self.regions);
        if !regions.contains_key(&call.region) {
            let region = self.samples.region(call.owner(), &self.host, self.now());
            regions.insert(call.region.clone(), region);
        }
        match regions.get_mut(&call.region) {
            Some(region) => work(region),
            None => Err(ApiError::internal("the region has vanished")),
        }
    }

    /// A new version of a function.
    fn version(&self, label: &str, parts: Parts, call: &Call) -> Arc<Version> {
        Version::new(label, parts, &call.region, &self.host, self.now())
    }

    fn s3_folder(&self) -> Option<PathBuf> {
        self.s3.clone()
    }

    fn now(&self) -> Timestamp {
        Timestamp::try_from((self.sources.now)()).unwrap_or_default()
    }

    /// Runs work that does not end with the request that began it, only with the server.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    /// Ends every invocation and every process.
    async fn close(&self) {
        let mut tasks = std::mem::take(&mut *lock(&self.tasks));
        tasks.shutdown().await;
        lock(&self.regions).clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
