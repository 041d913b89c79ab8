//! From a name to an open connection: addresses, TCP, TLS.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, TlsStream};

use super::error::{SendError, SendErrorKind};
use super::pool::Peer;
use crate::transport::body::reason;
use crate::transport::tls::{TlsError, explain};
use crate::transport::wire::{Stream, tune};

/// The head start of the first address family over the other (RFC 8305 §5 recommends 250 ms).
const HEAD_START: Duration = Duration::from_millis(250);

/// Opens a connection; every failure is before the first byte of a request.
pub(super) async fn connect(
    peer: &Peer,
    keepalive: Option<Duration>,
    tls: impl FnOnce() -> Result<Arc<rustls::ClientConfig>, TlsError>,
) -> Result<Stream, SendError> {
    let host = peer.authority.host().trim_start_matches('[').trim_end_matches(']');
    let port = peer.authority.port_u16().unwrap_or(if peer.secure { 443 } else { 80 });
    let addresses = resolve(host, port).await?;
    let failed = |error: io::Error| {
        SendError::unsent(
            SendErrorKind::Connect,
            format!("cannot connect to {host}:{port}: {}", reason(&error)),
        )
    };
    let socket = race(addresses).await.map_err(failed)?;
    tune(&socket, keepalive);
    if !peer.secure {
        return Ok(Stream::Plain(socket));
    }
    let failed = |why: String| {
        SendError::unsent(SendErrorKind::Tls, format!("TLS with {host}:{port} failed: {why}"))
    };
    let name = ServerName::try_from(host.to_owned()).map_err(|error| failed(error.to_string()))?;
    let config = tls().map_err(|error| failed(error.to_string()))?;
    let stream = TlsConnector::from(config)
        .connect(name, socket)
        .await
        .map_err(|error| failed(explain(&error).unwrap_or_else(|| reason(&error))))?;
    Ok(Stream::Tls(Box::new(TlsStream::from(stream))))
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, SendError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let failed = |why: String| {
        SendError::unsent(SendErrorKind::Dns, format!("cannot resolve {host}: {why}"))
    };
    let addresses: Vec<_> =
        tokio::net::lookup_host((host, port)).await.map_err(|e| failed(reason(&e)))?.collect();
    if addresses.is_empty() {
        return Err(failed("it has no address".to_owned()));
    }
    Ok(addresses)
}

/// Tries the addresses of the first one's family in order, and beside them, a little later or as
/// soon as they have failed, the others.
async fn race(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let prefers_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (preferred, others): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv4() == prefers_v4);
    if others.is_empty() {
        return attempt(preferred).await;
    }
    let mut first = std::pin::pin!(attempt(preferred));
    if let Ok(outcome) = tokio::time::timeout(HEAD_START, &mut first).await {
        return match outcome {
            Ok(socket) => Ok(socket),
            Err(_) => attempt(others).await,
        };
    }
    let mut second = std::pin::pin!(attempt(others));
    tokio::select! {
        outcome = &mut first => match outcome {
            Ok(socket) => Ok(socket),
            Err(_) => second.await,
        },
        outcome = &mut second => match outcome {
            Ok(socket) => Ok(socket),
            Err(_) => first.await,
        },
    }
}

async fn attempt(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(socket) => return Ok(socket),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}
