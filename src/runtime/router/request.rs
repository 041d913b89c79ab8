//! What routing looks at, and what comes of it.

use std::sync::Arc;

use http::header::HOST;
use http::request::Parts;
use http::{HeaderMap, Method};

use super::Reply;
use crate::mediation::Origin;
use crate::message::Route;

/// What of a request decides where it goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'r> {
    /// Its method.
    pub(super) method: &'r Method,
    /// `http` or `https`.
    pub(super) scheme: &'r str,
    /// The `Host` header (HTTP/2: the authority), with its port.
    pub(super) host: Option<&'r str>,
    /// Its path and query, as received.
    pub(super) target: &'r str,
    /// Its headers.
    pub(super) headers: &'r HeaderMap,
}

impl<'r> Asked<'r> {
    /// What a request's head says.
    pub(super) fn new(scheme: &'r str, head: &'r Parts) -> Self {
        let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
        let authority = head.uri.authority().map(http::uri::Authority::as_str);
        Self {
            method: &head.method,
            scheme,
            host: host.or(authority),
            target: head.uri.path_and_query().map_or("/", |target| target.as_str()),
            headers: &head.headers,
        }
    }
}

/// What comes of routing a request.
#[derive(Debug)]
pub enum Routed {
    /// A flow starts.
    To(Box<Target>),
    /// The engine answers.
    Answer(Reply),
}

/// Where a flow starts.
#[derive(Debug)]
pub struct Target {
    /// What the request was routed to.
    pub route: Route,
    /// What it runs through.
    pub origin: Arc<Origin>,
    /// Properties of the default scope: `uri.var.x` and `query.param.x`.
    pub properties: Vec<(Arc<str>, Arc<str>)>,
    /// What `Max-Forwards` has to become.
    pub max_forwards: Option<u32>,
    /// Headers that the answer gets whatever the flow makes of it; `Vary` is added to its own.
    pub told: HeaderMap,
}
