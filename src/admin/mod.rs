//! Health, readiness and metrics, on ports of their own.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use crate::json;
use crate::runtime::Readiness;
use crate::runtime::metrics::Metrics;
use crate::transport::{Arrival, Body, Drain, Handler, body};

/// What probes and scrapers ask. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Admin(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    metrics: Arc<Metrics>,
    drain: Drain,
    readiness: Readiness,
}

impl Admin {
    /// Answers for an engine whose drain tells when it stops.
    pub fn new(metrics: Arc<Metrics>, drain: Drain, readiness: Readiness) -> Self {
        Self(Arc::new(Inner { metrics, drain, readiness }))
    }

    fn answer(&self, method: &Method, path: &str) -> Response<Body> {
        let response = match path {
            "/liveness" => status(StatusCode::OK, "alive", &[]),
            "/healthz" | "/readyz" => self.readiness(),
            "/metrics" | "/metric-service/metrics" => {
                let text = self.0.metrics.render();
                respond(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
            }
            _ => return status(StatusCode::NOT_FOUND, "unknown path", &[]),
        };
        if *method != Method::GET && *method != Method::HEAD {
            let mut refusal = status(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD", &[]);
            refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refusal;
        }
        response
    }

    fn readiness(&self) -> Response<Body> {
        let readiness = &self.0.readiness;
        if self.0.drain.begun() {
            status(StatusCode::SERVICE_UNAVAILABLE, "draining", &[])
        } else if readiness.is_ready() {
            status(StatusCode::OK, "ready", &readiness.refused)
        } else {
            status(StatusCode::SERVICE_UNAVAILABLE, "artifacts refused", &readiness.refused)
        }
    }
}

impl Handler for Admin {
    async fn handle(&self, request: Request<Body>, _: Arrival) -> Response<Body> {
        self.answer(request.method(), request.uri().path())
    }
}

/// `{"status": …, "refused": […]}`; without the list when nothing was refused.
fn status(code: StatusCode, word: &str, refused: &[String]) -> Response<Body> {
    let mut object = json::Object::new();
    object.insert("status", json::Value::string(word));
    if !refused.is_empty() {
        let names = refused.iter().map(|name| json::Value::string(name.as_str())).collect();
        object.insert("refused", json::Value::Array(names));
    }
    respond(code, "application/json", json::Value::Object(object).to_text())
}

fn respond(
    code: StatusCode,
    content_type: &'static str,
    content: impl Into<Bytes>,
) -> Response<Body> {
    let mut response = Response::new(body::full(content));
    *response.status_mut() = code;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
