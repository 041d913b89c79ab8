//! Probes and metrics over a port.

use std::net::SocketAddr;
use std::sync::Arc;

use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;

use super::Admin;
use crate::runtime::Readiness;
use crate::runtime::metrics::Metrics;
use crate::transport::{
    BoxError, Client, ClientSettings, Drain, Listener, Server, ServerLimits, Timeouts, body,
    collect,
};

/// A port with a handler whose engine drains apart from it.
struct Port {
    address: SocketAddr,
    metrics: Arc<Metrics>,
    engine: Drain,
}

fn open(refused: &[&str], ready_when_skipped: bool) -> Port {
    let (metrics, engine) = (Arc::new(Metrics::default()), Drain::new());
    let refused = refused.iter().map(|file| (*file).to_owned()).collect();
    let readiness = Readiness { refused, ready_when_skipped };
    let admin = Admin::new(Arc::clone(&metrics), engine.clone(), readiness);
    let server = Server::new(admin, ServerLimits::default(), Drain::new());
    let listener = Listener::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = listener.local_addr();
    tokio::spawn(async move { server.serve(listener).await });
    Port { address, metrics, engine }
}

impl Port {
    async fn call(&self, method: &str, path: &str) -> (StatusCode, HeaderMap, String) {
        let client = Client::new(ClientSettings::default()).unwrap();
        let request =
            Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        let sent = client.send(request.body(body::empty()).unwrap(), Timeouts::default()).await;
        let (head, stream) = sent.unwrap().into_parts();
        let stream = stream.map_err(Into::<BoxError>::into).boxed_unsync();
        let bytes = collect(stream, 1 << 20, None).await.unwrap();
        (head.status, head.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let (status, _, text) = self.call("GET", path).await;
        (status.as_u16(), text)
    }
}

#[tokio::test]
async fn a_process_that_serves_is_alive_and_ready() {
    let port = open(&[], false);
    assert_eq!(port.get("/liveness").await, (200, "{\"status\":\"started\"}\n".to_owned()));
    for path in ["/healthz", "/readyz", "/readyz?verbose=1"] {
        assert_eq!(port.get(path).await, (200, "{\"status\":\"ready\"}\n".to_owned()), "{path}");
    }
    let (_, headers, _) = port.call("GET", "/readyz").await;
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["cache-control"], "no-store");
}

#[tokio::test]
async fn left_out_artifacts_are_named() {
    let refused = ["a \"b\".xml", "c.xml"];
    let names = r#""refused":["a \"b\".xml","c.xml"]"#;
    let port = open(&refused, false);
    for path in ["/healthz", "/readyz"] {
        let expected = format!("{{\"status\":\"not ready\",{names}}}\n");
        assert_eq!(port.get(path).await, (503, expected));
    }
    assert_eq!(port.get("/liveness").await.0, 200);
    let port = open(&refused, true);
    assert_eq!(port.get("/readyz").await, (200, format!("{{\"status\":\"ready\",{names}}}\n")));
}

#[tokio::test]
async fn a_process_that_drains_is_alive_and_not_ready() {
    let port = open(&[], false);
    port.engine.begin();
    assert_eq!(port.get("/readyz").await, (503, "{\"status\":\"draining\"}\n".to_owned()));
    assert_eq!(port.get("/healthz").await.0, 503);
    assert_eq!(port.get("/liveness").await.0, 200);
}

#[tokio::test]
async fn metrics_are_prometheus_text_under_both_names() {
    let port = open(&[], false);
    port.metrics.count(StatusCode::OK);
    for path in ["/metrics", "/metric-service/metrics"] {
        let (status, headers, text) = port.call("GET", path).await;
        assert_eq!(status, 200);
        assert_eq!(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        assert_eq!(text, port.metrics.render());
        assert!(text.contains("myelin_http_answers_total{class=\"2xx\"} 1\n"));
    }
}

#[tokio::test]
async fn nothing_else_is_there() {
    let port = open(&[], false);
    for path in
        ["/", "/management", "/management/apis", "/readyz/", "/liveness/x", "//readyz", "/%72eadyz"]
    {
        assert_eq!(port.get(path).await.0, 404, "{path}");
        assert_eq!(port.call("POST", path).await.0, 404, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        let (status, headers, _) = port.call(method, "/readyz").await;
        assert_eq!((status.as_u16(), &headers["allow"]), (405, &"GET, HEAD".parse().unwrap()));
    }
    let (status, headers, text) = port.call("HEAD", "/readyz").await;
    assert_eq!((status.as_u16(), text.as_str()), (200, ""));
    assert_eq!(headers["content-type"], "application/json");
}
