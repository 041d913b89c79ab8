//! Client and server together.

use http_body_util::BodyExt as _;

use super::support::*;
use crate::transport::body::full;
use crate::transport::{ServerLimits, Timeouts};

#[tokio::test]
async fn requests_and_answers_pass() {
    let running = run(hello, ServerLimits::default());
    let client = client();
    let response = client.send(get(running.address, "/a?b=c"), Timeouts::default()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(text(response).await, "GET /a");
}

#[tokio::test]
async fn a_task_may_send_and_bodies_echo() {
    let running = run(echo, ServerLimits::default());
    let client = client();
    let echoed = tokio::spawn(async move {
        let request = post(running.address, "/", full("hello"));
        let response = client.send(request, Timeouts::default()).await.unwrap();
        text(response).await
    });
    assert_eq!(echoed.await.unwrap(), "hello");
}

#[tokio::test]
async fn a_connection_is_kept() {
    let running = run(echo, ServerLimits::default());
    let client = client();
    for size in [0, 1, 70_000, 3] {
        let request = post(running.address, "/", full(vec![b'x'; size]));
        let response = client.send(request, Timeouts::default()).await.unwrap();
        assert_eq!(text(response).await.len(), size);
        assert_eq!(running.server.connections(), 1, "after {size} bytes");
    }
    // A body that is dropped half read costs its connection.
    let request = post(running.address, "/", full(vec![b'x'; 1 << 20]));
    let mut response = client.send(request, Timeouts::default()).await.unwrap();
    response.body_mut().frame().await.unwrap().unwrap();
    drop(response);
    let response = client.send(get(running.address, "/"), Timeouts::default()).await.unwrap();
    assert_eq!(response.status(), 200);
}
