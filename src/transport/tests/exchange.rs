//! Client and server together.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use tokio::sync::Barrier;

use super::support::*;
use crate::transport::body::{empty, full};
use crate::transport::{
    Arrival, Body, Client, ClientSettings, Drain, Listener, Server, ServerLimits, Timeouts,
};

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

/// Answers when as many requests as the barrier counts are there.
fn together(count: usize) -> impl crate::transport::Handler {
    let barrier = Arc::new(Barrier::new(count));
    move |_: Request<Body>, _: Arrival| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            Response::new(full("together"))
        }
    }
}

#[tokio::test]
async fn concurrent_requests_have_connections_of_their_own_and_some_are_kept() {
    let running = run(together(8), ServerLimits::default());
    let settings = ClientSettings { max_idle_per_host: 3, ..ClientSettings::default() };
    let client = Client::new(settings).unwrap();
    for _ in 0..3 {
        let sending: Vec<_> = (0..8)
            .map(|_| {
                let (client, request) = (client.clone(), get(running.address, "/"));
                tokio::spawn(async move {
                    text(client.send(request, Timeouts::default()).await.unwrap()).await
                })
            })
            .collect();
        for answer in sending {
            assert_eq!(answer.await.unwrap(), "together");
        }
        until(|| running.server.connections() == 3).await;
    }
}

#[tokio::test]
async fn an_unused_connection_is_closed_after_a_while() {
    let running = run(hello, ServerLimits::default());
    let idle_timeout = Duration::from_millis(50);
    let client = Client::new(ClientSettings { idle_timeout, ..ClientSettings::default() }).unwrap();
    for _ in 0..2 {
        text(client.send(get(running.address, "/"), Timeouts::default()).await.unwrap()).await;
        assert_eq!(running.server.connections(), 1);
        until(|| running.server.connections() == 0).await;
    }
}

#[tokio::test]
async fn a_client_that_is_dropped_takes_its_connections_along() {
    let running = run(hello, ServerLimits::default());
    let client = client();
    text(client.send(get(running.address, "/"), Timeouts::default()).await.unwrap()).await;
    assert_eq!(running.server.connections(), 1);
    drop(client);
    until(|| running.server.connections() == 0).await;
}

#[tokio::test]
async fn a_send_that_is_dropped_closes_its_connection() {
    let running = run(
        async |_: Request<Body>, _: Arrival| std::future::pending::<Response<Body>>().await,
        ServerLimits::default(),
    );
    let client = client();
    let sending = client.send(get(running.address, "/"), Timeouts::default());
    tokio::select! {
        answer = sending => panic!("{answer:?}"),
        () = until(|| running.server.in_flight() == 1) => {}
    }
    until(|| running.server.in_flight() == 0 && running.server.connections() == 0).await;
}

#[tokio::test]
async fn an_answer_may_come_before_the_request_is_complete() {
    let running = run(
        async |_: Request<Body>, _: Arrival| Response::new(full("enough")),
        ServerLimits::default(),
    );
    let client = client();
    for _ in 0..3 {
        let request = post(running.address, "/", full(vec![b'x'; 8 << 20]));
        let response = client.send(request, Timeouts::default()).await.unwrap();
        assert_eq!(text(response).await, "enough");
    }
}

/// The other way to run: one runtime of one thread for each core, all on one port.
#[test]
fn runtimes_of_one_thread_share_a_port() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let drain = Drain::new();
    let who = async |_: Request<Body>, _: Arrival| {
        Response::new(full(format!("{:?}", std::thread::current().id())))
    };
    let server = Server::new(who, ServerLimits::default(), drain.clone());
    let mut address = any_port();
    let mut threads = Vec::new();
    for _ in 0..2 {
        let runtime = runtime();
        let listener = runtime.block_on(async { Listener::bind_shared(address).unwrap() });
        address = listener.local_addr();
        let server = server.clone();
        let drain = drain.clone();
        threads.push(std::thread::spawn(move || {
            runtime.block_on(async {
                server.serve(listener).await;
                drain.finish(PATIENCE).await
            })
        }));
    }
    runtime().block_on(async {
        let mut answers = std::collections::HashSet::new();
        for _ in 0..1000 {
            let request = Request::get(format!("http://{address}/"))
                .header("connection", "close")
                .body(empty())
                .unwrap();
            let response = client().send(request, Timeouts::default()).await.unwrap();
            answers.insert(text(response).await);
            if answers.len() == 2 {
                break;
            }
        }
        assert_eq!(answers.len(), 2, "one thread got every connection");
    });
    drain.begin();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 0);
    }
}
