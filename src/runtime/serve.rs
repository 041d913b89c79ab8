//! The life of the process: listeners up, ready, drain, gone.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::metrics::Metrics;
use super::settings::{Settings, Threads};
use super::{Deployment, Engine};
use crate::aws::{LambdaClient, LambdaSettings};
use crate::local_lambda::{self, LocalLambda};
use crate::mediation::{Environment, Services, SystemClock};
use crate::transport::{
    Client, Drain, Handler, Listener, Server, ServerLimits, ServerTls, TlsError,
};

/// Why the process cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A port is taken, or an address is not ours.
    #[error("cannot listen on {address}: {source}")]
    Bind {
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
    LocalLambda(String),
    /// The operating system gives no runtime or signal.
    #[error("cannot start: {0}")]
    System(#[from] io::Error),
}

/// A listener that is up.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// `http`, `https`, `management`, `probes` or `lambda`.
    pub kind: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
}

/// What the management port serves; `admin` implements it.
pub trait Management: Handler {}

/// Serves a deployment until `stop` resolves, then drains. `report` hears of each listener that
/// is up, and of `None` when all are.
pub async fn serve<M: Handler>(
    settings: &Settings,
    deployment: Arc<ArcSwap<Deployment>>,
    environment: Environment,
    management: impl FnOnce(Arc<Metrics>, Drain) -> M,
    mut report: impl FnMut(Option<Bound>),
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let local = start_local_lambda(settings).await?;
    let services = Arc::new(services(settings, environment, local.as_ref())?);
    let metrics = Arc::new(Metrics::default());
    let drain = Drain::new();
    let engine = Engine::new(deployment, Arc::clone(&services), Arc::clone(&metrics));
    let server = Server::new(engine, settings.connections.clone(), drain.clone());
    let admin_drain = Drain::new();
    let admin = Server::new(
        management(metrics, drain.clone()),
        ServerLimits { max_body: 1 << 20, ..settings.connections.clone() },
        admin_drain.clone(),
    );

    let mut up = Vec::new();
    for (kind, listener) in listeners(settings)? {
        up.push(Bound { kind, address: listener.local_addr() });
        let server = server.clone();
        tokio::spawn(async move { server.serve(listener).await });
    }
    for (kind, listener) in admin_listeners(settings)? {
        up.push(Bound { kind, address: listener.local_addr() });
        let admin = admin.clone();
        tokio::spawn(async move { admin.serve(listener).await });
    }
    if let Some(local) = &local {
        up.push(Bound { kind: "lambda", address: local.address() });
    }
    for bound in up {
        report(Some(bound));
    }
    report(None);

    stop.await;
    tracing::info!("draining");
    let cut = drain.finish(settings.server.drain).await;
    if cut > 0 {
        tracing::warn!(cut, "requests were cut off at the end of the drain");
    }
    // Probes answer until the last request is done.
    admin_drain.finish(std::time::Duration::from_secs(1)).await;
    if let Some(local) = local {
        local.stop().await;
    }
    tracing::info!("stopped");
    Ok(())
}

async fn start_local_lambda(
    settings: &Settings,
) -> Result<Option<local_lambda::Running>, ServeError> {
    if !settings.local_lambda.embedded {
        return Ok(None);
    }
    let running = LocalLambda::start(settings.local_lambda.to_start())
        .await
        .map_err(|error| ServeError::LocalLambda(error.to_string()))?;
    Ok(Some(running))
}

fn services(
    settings: &Settings,
    environment: Environment,
    local: Option<&local_lambda::Running>,
) -> Result<Services, ServeError> {
    let http = Client::new(settings.client.clone())
        .map_err(|error| ServeError::Client(error.to_string()))?;
    let lambda = LambdaClient::new(
        http.clone(),
        LambdaSettings {
            environment: environment.variables.clone(),
            local: local.map(|running| running.address()),
            connect_timeout: settings.lambda.connect_timeout,
            response_timeout: settings.lambda.response_timeout,
        },
    );
    Ok(Services {
        clock: Arc::new(SystemClock),
        environment,
        http,
        lambda,
        limits: settings.limits.clone(),
    })
}

fn listeners(settings: &Settings) -> Result<Vec<(&'static str, Listener)>, ServeError> {
    let server = &settings.server;
    let mut listeners = vec![("http", bind(server.bind, server.http())?)];
    if let (Some(certificate), Some(key)) = (&server.certificate, &server.key) {
        let tls = ServerTls::from_files(certificate, key)?;
        listeners.push(("https", bind(server.bind, server.https())?.with_tls(tls)));
    }
    Ok(listeners)
}

fn admin_listeners(settings: &Settings) -> Result<Vec<(&'static str, Listener)>, ServeError> {
    let management = &settings.management;
    let offset = settings.server.offset;
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let port = management.port.unwrap_or(management.base.saturating_add(offset));
    let mut listeners = vec![("management", bind(loopback, port)?)];
    if management.probes {
        let port = management.probes_base.saturating_add(offset);
        listeners.push(("probes", bind(settings.server.bind, port)?));
    }
    Ok(listeners)
}

fn bind(ip: IpAddr, port: u16) -> Result<Listener, ServeError> {
    let address = SocketAddr::new(ip, port);
    Listener::bind(address).map_err(|source| ServeError::Bind { address, source })
}
