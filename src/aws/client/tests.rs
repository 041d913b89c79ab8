//! The client against a server that verifies, and against peers that misbehave.

use std::io::Write;
use std::sync::Mutex;

use http::Response;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};
use tracing::instrument::WithSubscriber as _;

use super::*;
use crate::aws::operations::find;
use crate::aws::request::{ParamValue, build_named};
use crate::aws::{Credentials, Source};
use crate::transport::{Arrival, Body, ClientSettings, Drain, Listener, Server, ServerLimits};

const SECRET: &str = "wJalrXUtnFEMI-hunter2";
const TOKEN: &str = "session-hunter3";
const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST";

fn client(settings: LambdaSettings) -> LambdaClient {
    LambdaClient::new(Client::new(ClientSettings::default()).unwrap(), settings)
}

fn request(operation: &str, values: &[(&str, &str)]) -> WireRequest {
    let values: Vec<_> =
        values.iter().map(|(name, value)| (*name, ParamValue::text(*value))).collect();
    build_named(find(operation).unwrap(), &values).unwrap()
}

async fn target(client: &LambdaClient, endpoint: &str) -> Target {
    let key = Credentials::new("AKIDEXAMPLE", SECRET, Some(TOKEN));
    let connection = Connection {
        source: Source::Static(key),
        region: Some("eu-west-1".into()),
        endpoint: Some(endpoint.into()),
    };
    client.target(&connection).await.unwrap()
}

/// Checks the signature as it arrived and answers what it saw, or the refusal as AWS would.
async fn lambda(request: Request<Body>, _: Arrival) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = collect(body, 1 << 20, None).await.unwrap();
    let find = |_: &str| Some(Credentials::new("AKIDEXAMPLE", SECRET, Some(TOKEN)));
    let skew = Duration::from_mins(5);
    match Signer::default().verify(&head, &body, find, SystemTime::now(), skew) {
        Ok(_) => Response::builder()
            .status(202)
            .header("X-Amz-Function-Error", "Unhandled")
            .header("x-seen", format!("{} {}", head.method, head.uri))
            .header("x-log-type", head.headers.get("x-amz-log-type").cloned().unwrap_or(AGENT))
            .body(body::full(body))
            .unwrap(),
        Err(error) => Response::builder()
            .status(403)
            .header("x-amzn-ErrorType", format!("{}:http://internal/", error.error_type()))
            .body(body::full(format!(r#"{{"message":"{error}"}}"#)))
            .unwrap(),
    }
}

fn serve() -> String {
    let server = Server::new(lambda, ServerLimits::default(), Drain::new());
    let listener = Listener::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = listener.local_addr();
    tokio::spawn(async move { server.serve(listener).await });
    format!("http://{address}")
}

#[tokio::test]
async fn a_signed_call_arrives_and_its_answer_comes_back_verbatim() {
    let client = client(LambdaSettings::default());
    let target = target(&client, &serve()).await;
    let payload = "{\"b\": 1.10,  \"a\": null}";
    let values = [("functionName", ARN), ("logType", "Tail"), ("payload", payload)];
    for _ in 0..3 {
        let request = request("invoke", &values);
        let answer = client.call(request, &target, default_timeouts()).await.unwrap();
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (202, payload.as_bytes()));
        assert_eq!(answer.headers["x-amz-function-error"], "Unhandled");
        assert_eq!(answer.headers["x-log-type"], "Tail");
        let path = "arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Af%3A%24LATEST";
        let seen = format!("POST /2015-03-31/functions/{path}/invocations");
        assert_eq!(answer.headers["x-seen"], seen);
        assert!(answer.help().is_none());
    }
    let list = request("listFunctions", &[("marker", "a+b/c ="), ("maxItems", "5")]);
    let answer = client.call(list, &target, default_timeouts()).await.unwrap();
    assert_eq!(
        answer.headers["x-seen"],
        "GET /2015-03-31/functions?Marker=a%2Bb%2Fc%20%3D&MaxItems=5"
    );
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn a_refusal_is_an_answer_with_an_explanation() {
    let settings = LambdaSettings { clock: || SystemTime::UNIX_EPOCH, ..Default::default() };
    let client = client(settings);
    let target = target(&client, &serve()).await;
    let request = request("invoke", &[("functionName", "f")]);
    let answer = client.call(request, &target, default_timeouts()).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.error_type()), (403, "InvalidSignatureException"));
    assert!(answer.help().unwrap().contains("clock"));
}

/// Accepts connections, reads one request from each, and answers with these bytes; or never.
async fn raw(answer: Option<&'static [u8]>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = Vec::new();
            let post = |request: &[u8]| request.starts_with(b"POST");
            while !request.ends_with(if post(&request) { b"\r\n\r\n{}" } else { b"\r\n\r\n" }) {
                if socket.read_buf(&mut request).await.unwrap_or(0) == 0 {
                    break;
                }
            }
            match answer {
                Some(answer) => drop(socket.write_all(answer).await),
                None => open.push(socket),
            }
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn failures_are_told_apart() {
    let client = client(LambdaSettings { response_limit: 16, ..Default::default() });
    // Bound, so that nobody else gets the port, but not listening.
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let refused = format!("http://{}", closed.local_addr().unwrap());
    let silent = raw(None).await;
    for (endpoint, failure, invoke_again, list_again) in [
        (refused, Failure::Refused, true, true),
        ("http://name.invalid".into(), Failure::Refused, true, true),
        (silent.clone(), Failure::Timeout, false, true),
        (raw(Some(b"")).await, Failure::Closed, false, true),
        (raw(Some(b"hello\r\n\r\n")).await, Failure::Receive, false, true),
        (
            raw(Some(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")).await,
            Failure::Receive,
            false,
            true,
        ),
        (
            raw(Some(b"HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n")).await,
            Failure::TooLarge,
            false,
            false,
        ),
    ] {
        let patience = if endpoint == silent { 80 } else { 20_000 };
        let response = Some(Duration::from_millis(patience));
        let timeouts = Timeouts { response, ..default_timeouts() };
        let target = target(&client, &endpoint).await;
        let invoke = request("invoke", &[("functionName", "f"), ("payload", "{}")]);
        let error = client.call(invoke, &target, timeouts).await.unwrap_err();
        assert_eq!(
            (error.failure, error.retry_safe),
            (failure, invoke_again),
            "{endpoint}: {error}"
        );
        let list = request("listFunctions", &[]);
        let error = client.call(list, &target, timeouts).await.unwrap_err();
        assert_eq!((error.failure, error.retry_safe), (failure, list_again), "{endpoint}: {error}");
    }
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_refused_here() {
    let client = client(LambdaSettings::default());
    let target = Target {
        credentials: Credentials::new("AK\u{1}ID", SECRET, None),
        region: "eu-west-1".into(),
        endpoint: Endpoint::parse("http://127.0.0.1:1").unwrap(),
    };
    let request = request("invoke", &[("functionName", "f")]);
    let error = client.call(request, &target, default_timeouts()).await.unwrap_err();
    assert_eq!((error.failure, error.retry_safe), (Failure::Unsendable, false));
    assert!(!format!("{error:?}{error}{target:?}{client:?}").contains("hunter"));
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_logged_at_any_level() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let calls = async {
        let client = client(LambdaSettings::default());
        let target = target(&client, &serve()).await;
        let values = [("functionName", "f"), ("payload", "\"hunter4\"")];
        client.call(request("invoke", &values), &target, default_timeouts()).await.unwrap();
        let target = self::target(&client, "http://127.0.0.1:1").await;
        client.call(request("invoke", &values), &target, default_timeouts()).await.unwrap_err();
    };
    calls.with_subscriber(subscriber).await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("lambda answered"), "{text}");
    assert!(!text.contains("hunter"), "{text}");
    assert!(!text.contains("Signature="), "{text}");
}
