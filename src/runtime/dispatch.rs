//! From a request to a flow and from a flow to an answer.
//!
//! The listener polls the flow inline. A client that goes away drops the listener's future, not
//! the flow: what is left of it moves to a task of its own and finishes there.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use arc_swap::ArcSwap;
use http::header::{CONTENT_TYPE, MAX_FORWARDS};
use http::{HeaderValue, Method, Request as HttpRequest, Response, Uri, Version};

use super::Deployment;
use super::metrics::Metrics;
use super::router::{Routed, Target, tell};
use crate::mediation::{Answer, Exchange, Flow, Services, Waiting, accepted, run};
use crate::message::{Message, Payload, Request, Side, Value};
use crate::transport::{Arrival, Body, Handler, Permit};

/// The engine as a server's handler. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    deployment: Arc<ArcSwap<Deployment>>,
    services: Arc<Services>,
    metrics: Arc<Metrics>,
}

impl Engine {
    /// An engine that serves a deployment.
    pub fn new(
        deployment: Arc<ArcSwap<Deployment>>,
        services: Arc<Services>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self { deployment, services, metrics }
    }

    async fn answer(&self, request: HttpRequest<Body>, arrival: Arrival) -> Answer {
        let deployment = self.deployment.load_full();
        let (mut head, body) = request.into_parts();
        let scheme = if arrival.secure { "https" } else { "http" };
        let routed = deployment.router.route(scheme, &head);
        let target = match routed {
            Routed::To(target) => target,
            Routed::Answer(reply) => return reply.into_answer(&head.method),
        };
        let host = head.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        let request = Request {
            method: head.method,
            host: host.or(head.uri.host()).map(Arc::from),
            uri: target_of(head.uri, head.version),
            scheme,
            peer: Some(arrival.remote),
            local: Some(arrival.local),
            reads: Request::reads(&head.headers),
            route: target.route.clone(),
        };
        if let Some(left) = target.max_forwards {
            head.headers.insert(MAX_FORWARDS, HeaderValue::from(left));
        }
        let content_type = content_type(&head.headers, &request.method);
        let payload = Payload::from_stream(body, &content_type, &head.headers, Side::Client)
            .under(Arc::clone(&self.services.rules));
        let mut message = Message::new(Arc::new(request), head.headers, payload);
        message.header_case = std::mem::take(&mut head.extensions);
        self.start(message, target, &deployment, arrival.permit).await
    }

    async fn start(
        &self,
        mut message: Message,
        target: Box<Target>,
        deployment: &Deployment,
        permit: Permit,
    ) -> Answer {
        for (name, value) in target.properties {
            message.properties.set(name, Value::Text(value));
        }
        let (exchange, waiting) = Exchange::new();
        let flow = Flow::new(
            message,
            Arc::clone(&deployment.program),
            Arc::clone(&self.services),
            target.origin,
            Some(Arc::new(exchange)),
        );
        let in_flight = self.metrics.begin();
        let running = Running::new(async move {
            run(flow).await;
            drop((permit, in_flight));
        });
        let mut answer = running.wait(waiting).await.unwrap_or_else(accepted);
        tell(target.told, answer.headers_mut());
        answer
    }
}

impl Handler for Engine {
    async fn handle(&self, request: HttpRequest<Body>, arrival: Arrival) -> Response<Body> {
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let answer = self.answer(request, arrival).await;
        self.metrics.count(answer.status());
        tracing::debug!(
            target: "myelin::access",
            %method,
            path,
            status = answer.status().as_u16(),
            "request answered"
        );
        answer
    }
}

/// A flow that is polled where its client waits, and finished elsewhere when nobody waits.
struct Running(Option<Pin<Box<dyn Future<Output = ()> + Send>>>);

impl Running {
    fn new(flow: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Some(Box::pin(flow)))
    }

    /// The flow's answer; `None` when the flow ends without one.
    async fn wait(mut self, mut waiting: Waiting) -> Option<Answer> {
        if let Some(flow) = &mut self.0 {
            tokio::select! {
                biased;
                () = flow => self.0 = None,
                answer = &mut waiting => return answer.ok(),
            }
        }
        waiting.await.ok()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(flow) = self.0.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(flow);
        }
    }
}

/// The target that a client wrote. HTTP/2 puts the host into every URI; only over HTTP/1 does it
/// mean that the client takes us for a proxy.
fn target_of(uri: Uri, version: Version) -> Uri {
    match uri.path_and_query() {
        Some(path) if version >= Version::HTTP_2 => Uri::from(path.clone()),
        _ => uri,
    }
}

/// The content type of a request; without one it depends on the method, as in Axis2.
fn content_type(headers: &http::HeaderMap, method: &Method) -> String {
    let stated = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match stated {
        Some(stated) => stated.to_owned(),
        None if *method == Method::GET || *method == Method::DELETE => {
            "application/x-www-form-urlencoded".to_owned()
        }
        None => "application/octet-stream".to_owned(),
    }
}
