//! How threads share the engine's work: one runtime with many threads, or one a thread with a
//! listener of its own on the same port.

use std::num::NonZeroUsize;

use tokio::runtime::Builder;

use super::serve::{Bound, ServeError};
use super::settings::{Settings, Threads};
use super::{Engine, listeners};
use crate::transport::{Drain, Server, ServerLimits};

/// Opens the engine's ports and serves them until the drain begins.
pub(super) fn start(
    settings: &Settings,
    drain: &Drain,
    engine: impl Fn() -> Result<Engine, ServeError>,
) -> Result<Vec<Bound>, ServeError> {
    match settings.server.threads {
        Threads::Shared => shared(settings, drain, engine()?),
        Threads::PerCore => per_core(settings, drain, &engine),
    }
}

fn shared(settings: &Settings, drain: &Drain, engine: Engine) -> Result<Vec<Bound>, ServeError> {
    let server = Server::new(engine, settings.connections.clone(), drain.clone());
    let mut up = Vec::new();
    for (kind, listener) in listeners::engine(settings, false)? {
        up.push(Bound { kind, address: listener.local_addr() });
        let server = server.clone();
        tokio::spawn(async move { server.serve(listener).await });
    }
    Ok(up)
}

fn per_core(
    settings: &Settings,
    drain: &Drain,
    engine: &impl Fn() -> Result<Engine, ServeError>,
) -> Result<Vec<Bound>, ServeError> {
    let count = match settings.server.workers {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        count => count,
    };
    let mut settings = settings.clone();
    let limits = share(&settings.connections, count);
    let mut up: Vec<Bound> = Vec::new();
    for _ in 0..count {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        // Listeners and connections are bound to the runtime that they are made in.
        let entered = runtime.enter();
        let server = Server::new(engine()?, limits.clone(), drain.clone());
        let listeners = listeners::engine(&settings, true)?;
        drop(entered);
        if up.is_empty() {
            for (kind, listener) in &listeners {
                up.push(Bound { kind, address: listener.local_addr() });
            }
            // The other threads open the ports that the first one got.
            fix_ports(&mut settings, &up);
        }
        let mut drained = drain.guard();
        std::thread::Builder::new().name("myelin".to_owned()).spawn(move || {
            runtime.block_on(async move {
                for (_, listener) in listeners {
                    let server = server.clone();
                    tokio::spawn(async move { server.serve(listener).await });
                }
                drained.draining().await;
                // What is in flight holds the drain open and runs here until it ends.
                drop(drained);
                std::future::pending::<()>().await;
            });
        })?;
    }
    Ok(up)
}

fn share(limits: &ServerLimits, count: usize) -> ServerLimits {
    ServerLimits {
        max_connections: limits.max_connections.div_ceil(count),
        max_in_flight: limits.max_in_flight.div_ceil(count),
        ..limits.clone()
    }
}

fn fix_ports(settings: &mut Settings, up: &[Bound]) {
    for bound in up {
        let port = Some(bound.address.port());
        match bound.kind {
            "http" => settings.server.http_port = port,
            _ => settings.server.https_port = port,
        }
    }
}
