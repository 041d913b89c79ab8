//! Invoke: its modes, its headers, its limits, with stubs that answer.

use std::time::Duration;

use super::*;

const FUNCTIONS: &[(&str, &str)] = &[
    ("echo/function.toml", "[stub]\necho = true\nlog = \"heard\""),
    ("failing/function.toml", "[stub]\nerror = { type = \"ValueError\", message = \"no\" }"),
    ("throttled/function.toml", "[stub]\nthrottle = true"),
    ("slow/function.toml", "[stub]\necho = true\ndelay_ms = 60000\n"),
    ("counted/function.toml", "repeat = false\n[[sequence]]\nfixed = 1\n[[sequence]]\nfixed = 2"),
];

#[tokio::test]
async fn a_call_is_waited_for() {
    let lambda = Fixture::with(FUNCTIONS);
    let got = lambda.invoke("echo", r#"{"a": 1}"#).await;
    assert_eq!((got.status, &got.bytes[..]), (200, br#"{"a": 1}"#.as_slice()));
    assert_eq!(got.header("x-amz-executed-version"), "$LATEST");
    assert_eq!(got.header("content-type"), "application/json");
    assert!(got.header("x-amzn-trace-id").starts_with("Root=1-"));
    assert!(!got.headers.contains_key("x-amz-log-result"));
    assert!(!got.headers.contains_key("x-amz-function-error"));
    assert_eq!(lambda.invoke("echo", "").await.json(), json!({}));
    for name in [
        "arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Aecho",
        "000000000000:function:echo",
        "echo:$LATEST",
    ] {
        assert_eq!(lambda.invoke(name, "7").await.json(), 7, "{name}");
    }
}

#[tokio::test]
async fn errors_and_the_log_are_headers() {
    let lambda = Fixture::with(FUNCTIONS);
    let got = lambda.invoke_with("failing", "{}", &[("x-amz-log-type", "Tail")]).await;
    assert_eq!((got.status, got.header("x-amz-function-error")), (200, "Unhandled"));
    assert_eq!(got.json()["errorType"], "ValueError");
    let heard = lambda.invoke_with("echo", "{}", &[("x-amz-log-type", "Tail")]).await;
    let log = BASE64.decode(heard.header("x-amz-log-result")).unwrap();
    let log = String::from_utf8(log).unwrap();
    let id = heard.header("x-amzn-requestid");
    assert!(
        log.starts_with(&format!("START RequestId: {id} Version: $LATEST\nheard\nEND")),
        "{log}"
    );
    assert!(log.contains(&format!("REPORT RequestId: {id}\tDuration: ")));
}

#[tokio::test]
async fn events_and_trials() {
    let lambda = Fixture::with(FUNCTIONS);
    let event = &[("x-amz-invocation-type", "Event")];
    let got = lambda.invoke_with("counted", "{}", event).await;
    assert_eq!((got.status, got.bytes.len()), (202, 0));
    let trial = lambda.invoke_with("counted", "{}", &[("x-amz-invocation-type", "DryRun")]).await;
    assert_eq!((trial.status, trial.bytes.len()), (204, 0));
    // The event has counted, the trial has not.
    while lambda.invoke("counted", "{}").await.json() != 2 {
        tokio::task::yield_now().await;
    }
    let old = lambda.post("/2014-11-13/functions/echo/invoke-async/", json!({})).await;
    assert_eq!((old.status, old.json()), (202, json!({"Status": 202})));
}

#[tokio::test]
async fn what_is_refused() {
    let lambda = Fixture::with(FUNCTIONS);
    let got = lambda.invoke("none", "{}").await;
    assert_eq!(got.error(), (404, "ResourceNotFoundException"));
    for payload in ["{", "text", "{}{}", "'"] {
        let got = lambda.invoke("echo", payload).await;
        assert_eq!(got.error(), (400, "InvalidRequestContentException"));
        assert!(got.message().starts_with("Could not parse request body into json"));
    }
    for headers in [[("x-amz-invocation-type", "Later")], [("x-amz-log-type", "All")]] {
        let got = lambda.invoke_with("echo", "{}", &headers).await;
        assert_eq!(got.error(), (400, "ValidationException"));
    }
    for context in ["%", "bm9wZQ==", &"A".repeat(3584)] {
        let got = lambda.invoke_with("echo", "{}", &[("x-amz-client-context", context)]).await;
        assert_eq!(got.error(), (400, "InvalidRequestContentException"));
    }
}

#[tokio::test]
async fn payloads_have_limits() {
    let lambda = Fixture::with(FUNCTIONS);
    let sized = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    assert_eq!(lambda.invoke("echo", &sized(6_291_456)).await.status, 200);
    let got = lambda.invoke("echo", &sized(6_291_457)).await;
    assert_eq!(got.error(), (413, "RequestTooLargeException"));
    assert_eq!(
        got.message(),
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation"
    );
    let event = &[("x-amz-invocation-type", "Event")];
    assert_eq!(lambda.invoke_with("echo", &sized(1_048_576), event).await.status, 202);
    let got = lambda.invoke_with("echo", &sized(1_048_577), event).await;
    assert_eq!(got.error(), (413, "RequestTooLargeException"));
}

#[tokio::test]
async fn throttling_says_why_and_when() {
    let lambda = Fixture::with(FUNCTIONS);
    let got = lambda.invoke("throttled", "{}").await;
    assert_eq!(got.error(), (429, "TooManyRequestsException"));
    assert_eq!(got.header("retry-after"), "1");
    assert_eq!(got.json()["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
    let target = "/2017-10-31/functions/echo/concurrency";
    lambda.put(target, json!({"ReservedConcurrentExecutions": 0})).await;
    assert_eq!(lambda.invoke("echo", "{}").await.error(), (429, "TooManyRequestsException"));
    lambda.delete(target).await;
    assert_eq!(lambda.invoke("echo", "{}").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn reserved_places_are_counted() {
    let lambda = Fixture::with(FUNCTIONS);
    let reserve = json!({"ReservedConcurrentExecutions": 1});
    lambda.put("/2017-10-31/functions/slow/concurrency", reserve).await;
    let (first, second) = tokio::join!(lambda.invoke("slow", "{}"), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        lambda.invoke("slow", "{}").await
    });
    assert_eq!((first.status, second.status), (200, 429));
    assert_eq!(first.json()["errorType"], "Sandbox.Timedout");
    // The place is free again.
    assert_eq!(lambda.invoke("slow", "{}").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn events_have_a_bounded_queue() {
    let lambda = Fixture::with(FUNCTIONS);
    let event = &[("x-amz-invocation-type", "Event")];
    for _ in 0..EVENTS {
        assert_eq!(lambda.invoke_with("slow", "{}", event).await.status, 202);
    }
    let got = lambda.invoke_with("slow", "{}", event).await;
    assert_eq!(got.error(), (429, "TooManyRequestsException"));
    tokio::time::sleep(Duration::from_secs(70)).await;
    assert_eq!(lambda.invoke_with("slow", "{}", event).await.status, 202);
}

#[tokio::test]
async fn an_unknown_operation_is_not_found() {
    let lambda = Fixture::new();
    let got = lambda.get("/2020-01-01/nothing").await;
    assert_eq!(got.error(), (404, "UnknownOperationException"));
}
