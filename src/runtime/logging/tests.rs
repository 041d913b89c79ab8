//! Lines, levels, and what must never be in the log.

use std::io;
use std::sync::{Arc, Mutex};

use tracing::{Level, debug, error, info, trace, warn};

use super::{Log, LogFormat, check, subscriber, targets};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(level: &str, format: LogFormat, events: impl FnOnce()) -> String {
    let written = Written::default();
    let writer = written.clone();
    let log = Log { level: level.to_owned(), format };
    let subscriber = subscriber(&log, move || writer.clone()).unwrap();
    tracing::subscriber::with_default(subscriber, events);
    let bytes = written.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn levels_are_words_and_lists() {
    for (text, target, level, enabled) in [
        ("info", "myelin::runtime", Level::INFO, true),
        ("info", "myelin::runtime", Level::DEBUG, false),
        ("INFO", "myelin", Level::INFO, true),
        ("", "myelin", Level::INFO, true),
        ("off", "myelin", Level::ERROR, false),
        ("trace", "myelin", Level::TRACE, true),
        ("debug,myelin::access=off", "myelin::access", Level::ERROR, false),
        ("debug,myelin::access=off", "myelin::aws", Level::DEBUG, true),
        ("myelin::access=debug, warn", "myelin::access", Level::DEBUG, true),
        ("myelin::access=debug, warn", "myelin", Level::INFO, false),
        // Other crates: warnings, unless asked by name, and then not everything.
        ("trace", "h2", Level::WARN, true),
        ("trace", "h2", Level::INFO, false),
        ("trace", "aws_config::profile", Level::INFO, false),
        ("error", "hyper", Level::WARN, false),
        ("info", "aws_config::imds::region", Level::WARN, false),
        ("info", "aws_config::imds::region", Level::ERROR, true),
        ("aws_config=warn", "aws_config::imds::region", Level::WARN, true),
        ("h2=trace", "h2::codec", Level::INFO, true),
        ("h2=trace", "h2::codec", Level::DEBUG, false),
        ("h=trace", "hyper_util", Level::DEBUG, false),
        ("aws_smithy_runtime=debug", "aws_smithy_runtime::client", Level::DEBUG, false),
        ("rustls=trace", "rustls::server", Level::DEBUG, true),
        ("rustls=trace", "rustls::server", Level::TRACE, false),
        ("m=trace", "mio", Level::DEBUG, false),
    ] {
        let enables = targets(text).unwrap().would_enable(target, &level);
        assert_eq!(enables, enabled, "{text}: {target} at {level}");
    }
    for (text, item) in [
        ("inf", "inf"),
        ("info,x=loud", "x=loud"),
        ("=info", "=info"),
        ("5", "5"),
        ("myelin", "myelin"),
    ] {
        let error = check(text).unwrap_err().to_string();
        assert!(error.contains(&format!("`{item}`")), "{text}: {error}");
    }
}

/// Texts that would begin a new line, hide one, or take over a terminal.
const FORGED: [&str; 9] = [
    "a\nb",
    "a\r\nb",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{2029}b",
    "\u{1b}[2Ka",
    "a\u{0}b",
    "a\u{202e}b",
    "a\x0bb\x7f",
];

#[test]
fn one_event_is_one_line() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let text = logged("info", format, || {
            for forged in FORGED {
                info!(value = forged, debug = ?forged, display = %forged, "{forged}");
            }
        });
        assert_eq!(text.lines().count(), FORGED.len(), "{text}");
        assert!(text.ends_with('\n'));
        for line in text.lines() {
            assert!(!line.contains(super::ends_or_hides_a_line), "{line:?}");
            if format == LogFormat::Json {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
    }
}

#[test]
fn json_lines_have_level_target_message_and_fields() {
    let text = logged("debug", LogFormat::Json, || {
        debug!(target: "myelin::access", status = 200, path = "/a\nb", "request answered");
        trace!("not asked for");
    });
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["level"], "DEBUG");
    assert_eq!(line["target"], "myelin::access");
    assert_eq!(line["message"], "request answered");
    assert_eq!((&line["status"], &line["path"]), (&200.into(), &"/a\nb".into()));
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn text_lines_are_for_people() {
    let text = logged("info", LogFormat::Text, || {
        warn!(target: "myelin::runtime", port = 8290, "port is taken");
        error!(target: "h2", "broken");
        info!(target: "h2", "not asked for");
    });
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with("WARN myelin::runtime: port is taken port=8290"), "{text}");
    assert_eq!(lines.len(), 2);
}

/// A client and a server with secrets in address, query, headers and bodies, over HTTP/1.1 and HTTP/2, while
/// everything is asked for.
mod secrets {
    use std::net::SocketAddr;

    use bytes::Bytes;
    use http::{Request, Response};
    use http_body_util::Full;
    use hyper::service::service_fn;
    use hyper_util::client::legacy::Client;
    use hyper_util::rt::{TokioExecutor, TokioIo};

    use super::*;
    use crate::aws::{Connection, Credentials, LambdaClient, LambdaSettings, Source};
    use crate::{functions, transport};

    const SECRETS: [&str; 7] = [
        "hunter2-query",
        "hunter2-header",
        "hunter2-body",
        "hunter2-reply",
        "hunter2-key",
        "hunter2-token",
        "hunter2-user",
    ];

    /// A server of one connection that answers everything with secrets.
    async fn serve() -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (socket, _) = listener.accept().await.unwrap();
            let answer = service_fn(|_| async {
                let reply = Response::builder().header("set-cookie", SECRETS[3]);
                reply.body(Full::new(Bytes::from(format!("{{\"x\":\"{}\"}}", SECRETS[3]))))
            });
            let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            let _ = server.serve_connection(TokioIo::new(socket), answer).await;
        });
        address
    }

    async fn exchange(http2: bool) {
        let address = serve().await;
        let client: Client<_, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).http2_only(http2).build_http();
        let request =
            Request::post(format!("http://{}@{address}/?token={}", SECRETS[6], SECRETS[0]))
                .header("authorization", SECRETS[1])
                .body(Full::new(Bytes::from(SECRETS[2])))
                .unwrap();
        assert_eq!(client.request(request).await.unwrap().status(), 200);
    }

    /// The same by AWS's own client.
    #[cfg(feature = "catalogue")]
    async fn exchange_with_aws() {
        let http = transport::Client::new(transport::ClientSettings::default()).unwrap();
        let client = LambdaClient::new(http, LambdaSettings::default());
        let key = Credentials::new("AK", SECRETS[4], Some(SECRETS[5]));
        let connection = Connection {
            source: Source::Static(key),
            region: Some("eu-west-1".into()),
            endpoint: Some(format!("http://{}", serve().await).into()),
        };
        assert!(functions::list(&client, &connection).await.unwrap().is_empty());
    }

    #[test]
    fn no_level_shows_headers_or_bodies() {
        let everything = "trace,h2=trace,hyper=trace,hyper_util=trace,http=trace,tokio=trace,\
                          aws=trace,aws_config=trace,aws_sdk_lambda=trace,aws_smithy_runtime=trace";
        let text = logged(everything, LogFormat::Text, || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                exchange(false).await;
                exchange(true).await;
                #[cfg(feature = "catalogue")]
                exchange_with_aws().await;
            });
            trace!(target: "myelin", "the log is on");
        });
        assert!(text.contains("the log is on"));
        for secret in SECRETS {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
