//! Health, readiness and metrics, on ports of their own.
//!
//! `/liveness` says that the process runs. `/healthz` and `/readyz` say whether it wants requests;
//! `/healthz` is readiness because it is in Micro Integrator. `/metrics` and
//! `/metric-service/metrics` are for Prometheus. Nothing here needs a token, and nothing here
//! tells a secret.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::runtime::Readiness;
use crate::runtime::metrics::Metrics;
use crate::transport::{Arrival, Body, Drain, Handler, body};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROMETHEUS: HeaderValue =
    HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// The handler of the ports for management and probes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Admin(Arc<State>);

#[derive(Debug)]
struct State {
    metrics: Arc<Metrics>,
    drain: Drain,
    readiness: Readiness,
}

impl Admin {
    /// A handler that tells of these. `drain` is the engine's: while it is under way the process
    /// is not ready.
    pub fn new(metrics: Arc<Metrics>, drain: Drain, readiness: Readiness) -> Self {
        Self(Arc::new(State { metrics, drain, readiness }))
    }

    fn answer(&self, method: &Method, path: &str) -> Response<Body> {
        let answer: fn(&State) -> Response<Body> = match path {
            "/liveness" => |_| json(StatusCode::OK, &json!({ "status": "started" })),
            "/healthz" | "/readyz" => State::readiness,
            "/metrics" | "/metric-service/metrics" => State::metrics,
            _ => return json(StatusCode::NOT_FOUND, &json!({ "error": "there is nothing here" })),
        };
        if method != Method::GET && method != Method::HEAD {
            let error = json!({ "error": "only GET and HEAD are answered here" });
            let mut refusal = json(StatusCode::METHOD_NOT_ALLOWED, &error);
            refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refusal;
        }
        answer(&self.0)
    }
}

impl State {
    fn readiness(&self) -> Response<Body> {
        let Readiness { refused, .. } = &self.readiness;
        if self.drain.begun() {
            return json(StatusCode::SERVICE_UNAVAILABLE, &json!({ "status": "draining" }));
        }
        if !self.readiness.is_ready() {
            let answer = json!({ "status": "not ready", "refused": refused });
            return json(StatusCode::SERVICE_UNAVAILABLE, &answer);
        }
        let mut answer = json!({ "status": "ready" });
        if !refused.is_empty() {
            answer["refused"] = json!(refused);
        }
        json(StatusCode::OK, &answer)
    }

    fn metrics(&self) -> Response<Body> {
        respond(StatusCode::OK, PROMETHEUS, self.metrics.render())
    }
}

impl Handler for Admin {
    async fn handle(&self, request: Request<Body>, _: Arrival) -> Response<Body> {
        let mut answer = self.answer(request.method(), request.uri().path());
        if request.method() == Method::HEAD {
            *answer.body_mut() = body::empty();
        }
        answer
    }
}

fn json(status: StatusCode, answer: &Value) -> Response<Body> {
    respond(status, JSON, format!("{answer}\n"))
}

fn respond(status: StatusCode, content_type: HeaderValue, text: String) -> Response<Body> {
    let mut response = Response::new(body::full(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    // The next answer may be another.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
