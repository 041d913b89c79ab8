//! AWS's own client for Rust as the judge of a local Lambda on a port.

#![cfg(feature = "catalogue")]

use aws_sdk_lambda::config::{BehaviorVersion, Region as SdkRegion};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{FunctionCode, InvocationType, LogType, Runtime};
use aws_sdk_lambda::{Client, Config};

use super::*;

fn start(functions: &[(&str, &str)]) -> (Running, Client) {
    let folder = TempFolder::new().unwrap();
    for (name, text) in functions {
        std::fs::create_dir_all(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("function.toml"), text).unwrap();
    }
    let settings = Settings {
        bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        functions_dir: Some(folder.path().to_owned()),
        ..Settings::default()
    };
    let running = LocalLambda::start(settings).unwrap();
    let keys = aws_credential_types::Credentials::new("local", "local", None, None, "test");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(SdkRegion::new(REGION))
        .endpoint_url(format!("http://{}", running.addr))
        .credentials_provider(keys)
        .retry_config(aws_sdk_lambda::config::retry::RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    (running, Client::from_conf(config))
}

#[tokio::test]
async fn functions_are_made_listed_called_and_deleted() {
    let (running, client) = start(&[("echo", "[stub]\necho = true\nlog = \"heard\"")]);
    for name in ["one", "two"] {
        let code = FunctionCode::builder().zip_file(Blob::new(package(&[("app.py", "")]))).build();
        let made = client
            .create_function()
            .function_name(name)
            .runtime(Runtime::Python312)
            .role(ROLE)
            .handler("app.handler")
            .code(code)
            .send()
            .await
            .unwrap();
        assert_eq!(made.function_name(), Some(name));
    }
    let pages = client.list_functions().max_items(1).into_paginator().items().send();
    let names: Vec<_> = pages.try_collect().await.unwrap();
    assert_eq!(names.len(), 3);
    let answer = client
        .invoke()
        .function_name("echo:$LATEST")
        .payload(Blob::new(r#"{"a":1}"#))
        .log_type(LogType::Tail)
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status_code(), answer.executed_version()), (200, Some("$LATEST")));
    assert_eq!(answer.payload().unwrap().as_ref(), br#"{"a":1}"#);
    let log = BASE64.decode(answer.log_result().unwrap()).unwrap();
    assert!(String::from_utf8(log).unwrap().contains("heard"));
    let event =
        client.invoke().function_name("echo").invocation_type(InvocationType::Event).send().await;
    assert_eq!(event.unwrap().status_code(), 202);
    client.delete_function().function_name("one").send().await.unwrap();
    running.shutdown().await;
}

#[tokio::test]
async fn errors_are_the_clients_own_types() {
    let (running, client) = start(&[("throttled", "[stub]\nthrottle = true")]);
    let missing = client.get_function().function_name("none").send().await.unwrap_err();
    assert!(missing.into_service_error().is_resource_not_found_exception());
    let throttled = client.invoke().function_name("throttled").send().await.unwrap_err();
    let throttled = throttled.into_service_error();
    assert!(throttled.is_too_many_requests_exception(), "{throttled}");
    let conflict = client
        .publish_version()
        .function_name("throttled")
        .revision_id("stale")
        .send()
        .await
        .unwrap_err();
    assert!(conflict.into_service_error().is_precondition_failed_exception());
    running.shutdown().await;
}

#[tokio::test]
async fn a_stream_of_events_is_read() {
    let (running, client) = start(&[
        ("echo", "[stub]\necho = true"),
        ("failing", "[stub]\nerror = { type = \"E\", message = \"m\" }"),
    ]);
    for (name, chunk, error) in [("echo", Some("{}"), None), ("failing", None, Some("Unhandled"))] {
        let mut answer =
            client.invoke_with_response_stream().function_name(name).send().await.unwrap();
        let (mut chunks, mut code) = (None, None);
        while let Some(event) = answer.event_stream.recv().await.unwrap() {
            if let Ok(update) = event.as_payload_chunk() {
                let bytes = update.payload().unwrap().as_ref().to_vec();
                chunks = Some(String::from_utf8(bytes).unwrap());
            } else if let Ok(complete) = event.as_invoke_complete() {
                code = complete.error_code().map(str::to_owned);
            }
        }
        assert_eq!((chunks.as_deref(), code.as_deref()), (chunk, error), "{name}");
    }
    running.shutdown().await;
}
