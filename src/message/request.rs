//! What is known of the client's request for as long as its flow runs.

use std::net::SocketAddr;
use std::sync::Arc;

use http::{Method, Uri};

/// The request that started a flow.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Its target as received: path and query.
    pub uri: Uri,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The `Host` header, with its port.
    pub host: Option<Arc<str>>,
    /// Where the client is.
    pub peer: Option<SocketAddr>,
    /// What it was routed to.
    pub route: Route,
}

/// What a request was routed to.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// The API's name with its version, as Synapse writes it.
    pub api: Option<Arc<str>>,
    /// The API's context.
    pub context: Option<Arc<str>>,
    /// The API's version.
    pub version: Option<Arc<str>>,
    /// The resource's template or mapping.
    pub resource: Option<Arc<str>>,
    /// The proxy's name.
    pub proxy: Option<Arc<str>>,
    /// The path behind context and version, or behind the proxy's name, with the query.
    pub postfix: Arc<str>,
}

impl Request {
    /// Path and query as received.
    pub fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", |target| target.as_str())
    }

    /// `scheme://host:port` of the request.
    pub fn prefix(&self) -> String {
        format!("{}://{}", self.scheme, self.host.as_deref().unwrap_or("localhost"))
    }

    /// The pairs of the query string, decoded.
    pub fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        form_pairs(self.uri.query().unwrap_or_default())
    }
}

/// The decoded pairs of a query string or a form; a piece without `=` has an empty value.
pub(super) fn form_pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    let decode = |piece: &str| {
        let spaced = piece.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    text.split('&').filter(|piece| !piece.is_empty()).map(move |piece| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        (decode(name), decode(value))
    })
}
