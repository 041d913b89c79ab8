//! The life of the process: listeners up, ready, drain, gone.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::metrics::Metrics;
use super::settings::{self, Settings};
use super::{Deployment, Engine, listeners, workers};
use crate::aws::{Endpoint, LambdaClient, LambdaSettings};
use crate::local_lambda::{LocalLambda, Running, StartError};
use crate::mediation::{Environment, Registry, Services, SystemClock};
use crate::transport::{Client, Drain, Handler, Server, ServerLimits, TlsError};

/// How long probes are answered after the last request.
const PROBES_GRACE: Duration = Duration::from_secs(1);
/// The largest body of a request to the management port, in bytes.
const MANAGEMENT_BODY: u64 = 1 << 20;

/// Why the process cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A port is taken, or an address is not ours.
    #[error("cannot listen on {address} for {kind}: {source}")]
    Bind {
        /// What the port is for.
        kind: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The certificate cannot be used.
    #[error("cannot serve HTTPS: {0}")]
    Tls(#[from] TlsError),
    /// The client for back-ends cannot be built.
    #[error("cannot set up the connections to back-ends: {0}")]
    Client(String),
    /// The local Lambda cannot start.
    #[error("cannot start the local Lambda: {0}")]
    LocalLambda(#[from] StartError),
    /// The operating system gives no runtime or signal.
    #[error("cannot start: {0}")]
    System(#[from] io::Error),
}

impl ServeError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Bind { kind, source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
                Some(format!("something else uses the port; choose another with --{kind}-port"))
            }
            Self::Bind { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Some("ports below 1024 need a privilege; choose a higher one".to_owned())
            }
            Self::LocalLambda(StartError::Listen { error, .. })
                if error.kind() == io::ErrorKind::AddrInUse =>
            {
                Some("something else uses the port; 0 picks a free one".to_owned())
            }
            _ => None,
        }
    }
}

/// A listener that is up.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// `http`, `https`, `management`, `probes` or `lambda`.
    pub kind: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Serves a deployment until it is told to stop, then drains; a Ctrl-C during the drain ends it. `report` hears of each listener that
/// is up, and of `None` when all are.
pub async fn serve<M: Handler>(
    settings: &Settings,
    deployment: Arc<ArcSwap<Deployment>>,
    environment: Environment,
    management: impl FnOnce(Arc<Metrics>, Drain) -> M,
    mut report: impl FnMut(Option<Bound>),
    mut stop: StopSignals,
) -> Result<(), ServeError> {
    let embedded = settings.local_lambda.embedded.then(|| settings.local_lambda.to_start());
    let local = embedded.map(LocalLambda::start).transpose()?;
    let environment = Arc::new(environment);
    let registry = Arc::default();
    let metrics = Arc::new(Metrics::default());
    let (drain, admin_drain) = (Drain::new(), Drain::new());
    let admin = Server::new(
        management(Arc::clone(&metrics), drain.clone()),
        ServerLimits { max_body: MANAGEMENT_BODY, ..settings.connections.clone() },
        admin_drain.clone(),
    );
    let engine = || {
        let services = services(settings, &environment, &registry, local.as_ref())?;
        Ok(Engine::new(Arc::clone(&deployment), Arc::new(services), Arc::clone(&metrics)))
    };
    let mut up = workers::start(settings, &drain, engine)?;
    for (kind, listener) in listeners::management(settings)? {
        up.push(Bound { kind, address: listener.local_addr() });
        let admin = admin.clone();
        tokio::spawn(async move { admin.serve(listener).await });
    }
    up.extend(local.as_ref().map(|local| Bound { kind: "lambda", address: local.addr }));
    for bound in up {
        report(Some(bound));
    }
    report(None);

    stop.first().await;
    tracing::info!("draining");
    let cut = tokio::select! {
        cut = drain.finish(settings.server.drain) => cut,
        () = stop.interrupted() => drain.finish(Duration::ZERO).await,
    };
    if cut > 0 {
        tracing::warn!(cut, "requests were cut off at the end of the drain");
    }
    admin_drain.finish(PROBES_GRACE).await;
    if let Some(local) = local {
        local.shutdown().await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// What steps may use of the world. Connections belong to the runtime that made them.
fn services(
    settings: &Settings,
    environment: &Arc<Environment>,
    registry: &Arc<Registry>,
    local: Option<&Running>,
) -> Result<Services, ServeError> {
    let failed = |error: &dyn std::fmt::Display| ServeError::Client(error.to_string());
    let http = Client::new(settings.client.clone()).map_err(|error| failed(&error))?;
    let local = local.map(|running| Endpoint::parse(&format!("http://{}", running.addr)));
    let local = local.transpose().map_err(|error| failed(&error))?;
    let lambda =
        LambdaClient::new(http.clone(), LambdaSettings { local, ..LambdaSettings::default() });
    Ok(Services {
        clock: Arc::new(SystemClock),
        environment: Arc::clone(environment),
        registry: Arc::clone(registry),
        http,
        lambda,
        lambda_timeouts: settings.lambda.timeouts(),
        limits: settings.limits.clone(),
        rules: Arc::new(settings.rules.clone()),
    })
}

/// The runtime of the process.
pub fn runtime(server: &settings::Server) -> io::Result<Runtime> {
    let mut builder = match server.threads {
        settings::Threads::Shared => Builder::new_multi_thread(),
        // The workers have runtimes of their own; here are signals and the management port.
        settings::Threads::PerCore => Builder::new_current_thread(),
    };
    if server.workers > 0 {
        builder.worker_threads(server.workers);
    }
    builder.enable_all().thread_name("myelin").build()
}

/// The signals that ask the process to stop: SIGTERM and SIGINT.
#[derive(Debug)]
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Listens for them, instead of being ended by them.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Resolves at either.
    pub async fn first(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Resolves at Ctrl-C: somebody sits there and is tired of waiting. Supervisors that repeat
    /// SIGTERM are not.
    pub async fn interrupted(&mut self) {
        self.interrupt.recv().await;
    }
}
