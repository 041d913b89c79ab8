//! Which ports are opened.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::serve::ServeError;
use super::settings::Settings;
use crate::transport::{Listener, ServerTls};

type Listeners = Vec<(&'static str, Listener)>;

/// The ports of the engine. Shared ones can be opened again by another thread.
pub(super) fn engine(settings: &Settings, shared: bool) -> Result<Listeners, ServeError> {
    let server = &settings.server;
    let open = |kind, port| bind(kind, server.bind, port, shared);
    let mut listeners = vec![("http", open("http", server.http())?)];
    if let (Some(certificate), Some(key)) = (&server.certificate, &server.key) {
        let tls = ServerTls::from_files(certificate, key)?;
        listeners.push(("https", open("https", server.https())?.with_tls(tls)));
    }
    Ok(listeners)
}

/// The management port, on loopback, and the plain one for probes where it is wanted.
pub(super) fn management(settings: &Settings) -> Result<Listeners, ServeError> {
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let port = settings.management_port();
    let mut listeners = vec![("management", bind("management", loopback, port, false)?)];
    if let Some(port) = settings.probes_port() {
        listeners.push(("probes", bind("probes", settings.server.bind, port, false)?));
    }
    Ok(listeners)
}

fn bind(kind: &'static str, ip: IpAddr, port: u16, shared: bool) -> Result<Listener, ServeError> {
    let address = SocketAddr::new(ip, port);
    let bound = if shared { Listener::bind_shared(address) } else { Listener::bind(address) };
    bound.map_err(|source| ServeError::Bind { kind, address, source })
}
