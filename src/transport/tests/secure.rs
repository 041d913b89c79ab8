//! TLS and HTTP/2.

use std::io::Write as _;
use std::path::PathBuf;

use http::{Request, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use super::support::*;
use crate::transport::body::{collect, empty, full};
use crate::transport::{
    Body, Client, ClientSettings, Drain, Listener, SendErrorKind, Sent, Server, ServerLimits,
    ServerTls, Timeouts, TlsError, TlsFiles,
};

/// A certificate for `localhost` that signs itself, with its file for clients to trust.
struct Identity {
    certificate: String,
    key: String,
    file: PathBuf,
}

impl Identity {
    fn new(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        let file = std::env::temp_dir().join(format!("myelin-{}-{name}.pem", std::process::id()));
        std::fs::File::create(&file).unwrap().write_all(certificate.as_bytes()).unwrap();
        Self { certificate, key, file }
    }

    fn client(&self) -> Client {
        let tls = TlsFiles { extra_ca: Some(self.file.clone()), ..TlsFiles::default() };
        Client::new(ClientSettings { tls, ..ClientSettings::default() }).unwrap()
    }

    fn serve(&self) -> u16 {
        self.serve_with(ServerLimits::default())
    }

    fn serve_with(&self, limits: ServerLimits) -> u16 {
        let tls = ServerTls::from_pem(self.certificate.as_bytes(), self.key.as_bytes()).unwrap();
        let listener = Listener::bind(any_port()).unwrap().with_tls(tls);
        let port = listener.local_addr().port();
        let server = Server::new(hello, limits, Drain::new());
        tokio::spawn(async move { server.serve(listener).await });
        port
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

#[tokio::test]
async fn tls_carries_requests() {
    let identity = Identity::new("carries");
    let uri = format!("https://localhost:{}/a", identity.serve());
    let client = identity.client();
    for _ in 0..2 {
        let request = Request::get(&uri).body(empty()).unwrap();
        let response = client.send(request, Timeouts::default()).await.unwrap();
        assert_eq!(response.version(), Version::HTTP_11);
        assert_eq!(text(response).await, "GET /a");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_or_not_his_is_refused() {
    let identity = Identity::new("refused");
    let port = identity.serve();
    let rows = [(client(), "localhost"), (identity.client(), "127.0.0.1")];
    for (client, host) in rows {
        let request = Request::get(format!("https://{host}:{port}/")).body(empty()).unwrap();
        let error = client.send(request, Timeouts::default()).await.expect_err(host);
        assert_eq!((error.kind, error.sent), (SendErrorKind::Tls, Sent::No), "{error}");
        assert!(error.message.contains("certificate"), "{error}");
    }
}

#[tokio::test]
async fn a_client_that_never_shakes_hands_is_let_go() {
    let identity = Identity::new("silent");
    let limits = ServerLimits {
        header_timeout: std::time::Duration::from_millis(60),
        ..ServerLimits::default()
    };
    let port = identity.serve_with(limits);
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    assert_eq!(to_end(&mut socket).await, "");
}

#[tokio::test]
async fn bad_pem_is_an_error() {
    let one = Identity::new("one");
    let other = Identity::new("other");
    let rows = [
        ("", one.key.as_str(), "cannot be used"),
        (one.certificate.as_str(), "", "private key"),
        (one.certificate.as_str(), other.key.as_str(), "cannot be used"),
    ];
    for (certificate, key, expected) in rows {
        let error =
            ServerTls::from_pem(certificate.as_bytes(), key.as_bytes()).expect_err(expected);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let missing = PathBuf::from("/no/such.pem");
    assert!(matches!(ServerTls::from_files(&missing, &missing), Err(TlsError::File { .. })));
    let tls = TlsFiles { extra_ca: Some(missing), ..TlsFiles::default() };
    let settings = ClientSettings { tls, ..ClientSettings::default() };
    assert!(matches!(Client::new(settings), Err(TlsError::File { .. })));
}

#[tokio::test]
async fn http2_with_prior_knowledge_shares_the_port() {
    let limits = ServerLimits { max_body: 10, ..ServerLimits::default() };
    let running = run(
        async |request: Request<Body>, _: crate::transport::Arrival| {
            let host = request.headers()["host"].to_str().unwrap().to_owned();
            let text = match collect(request.into_body(), 100, None).await {
                Ok(bytes) => format!("{host} {}", bytes.len()),
                Err(error) => error.to_string(),
            };
            http::Response::new(full(text))
        },
        limits,
    );
    let socket = TcpStream::connect(running.address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(socket))
            .await
            .unwrap();
    let connection = tokio::spawn(connection);
    let uri = format!("http://{}/", running.address);
    for (size, status, expected) in [
        (0, 200, format!("{} 0", running.address)),
        (10, 200, format!("{} 10", running.address)),
        (11, 413, String::new()),
    ] {
        let request = Request::post(&uri).body(full(vec![b'x'; size])).unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.version(), Version::HTTP_2);
        assert_eq!(response.status(), status);
        assert_eq!(text(response).await, expected);
    }
    assert_eq!(
        text(
            client()
                .send(post(running.address, "/", full("abc")), Timeouts::default())
                .await
                .unwrap()
        )
        .await,
        format!("{} 3", running.address)
    );
    // A drain says goodbye to HTTP/2 clients too.
    assert_eq!(running.drain.finish(PATIENCE).await, 0);
    connection.await.unwrap().unwrap();
}
