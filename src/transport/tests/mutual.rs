//! Back-ends that ask for a client certificate, and what each side's mistakes are called.

use std::path::PathBuf;
use std::sync::Arc;

use http::Request;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::support::*;
use crate::transport::body::empty;
use crate::transport::{
    Client, ClientSettings, SendErrorKind, Sent, Timeouts, TlsFiles, TlsProfile,
};

/// Somebody who signs.
struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, in PEM.
struct Signed {
    certificate: String,
    key: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    fn sign(&self, name: &str, years: (i32, i32)) -> Signed {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Signed { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

const VALID: (i32, i32) = (2001, 2999);

/// Files that vanish.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("myelin-mutual-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, text: &str) -> Option<PathBuf> {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        Some(path)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Serves `hello` to whoever shows a certificate that the authority has signed.
async fn serve(
    own: &Signed,
    clients: Option<&Authority>,
    version: &'static SupportedProtocolVersion,
) -> u16 {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version])
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.certificate.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let chain = vec![CertificateDer::from_pem_slice(own.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(own.key.as_bytes()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(builder.with_single_cert(chain, key).unwrap()));
    let listener = TcpListener::bind(any_port()).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(socket).await else { continue };
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    });
    port
}

async fn ask(tls: TlsFiles, host: &str, port: u16) -> Result<String, String> {
    let client = Client::new(ClientSettings { tls, ..ClientSettings::default() }).unwrap();
    let request = Request::get(format!("https://{host}:{port}/secret?token=abc")).body(empty());
    match client.send(request.unwrap(), Timeouts::default()).await {
        Ok(response) => Ok(text(response).await),
        Err(error) => {
            assert_eq!((error.kind, error.sent), (SendErrorKind::Tls, Sent::No), "{error}");
            assert!(!error.message.contains("secret") && !error.message.contains("abc"));
            Err(error.message)
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_tls_is_said_in_words() {
    let files = Files::new("words");
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let good = ours.sign("localhost", VALID);
    let expired = ours.sign("localhost", (2001, 2002));
    let early = ours.sign("localhost", (2998, 2999));
    let stranger = theirs.sign("localhost", VALID);
    let extra_ca = files.write("ca.pem", &ours.certificate.pem());
    let identity = |name: &str, signed: &Signed| TlsFiles {
        extra_ca: extra_ca.clone(),
        certificate: files.write(&format!("{name}.pem"), &signed.certificate),
        key: files.write(&format!("{name}.key"), &signed.key),
        profiles: Vec::new(),
    };
    let nobody = || TlsFiles { extra_ca: extra_ca.clone(), ..TlsFiles::default() };
    let known = identity("known", &ours.sign("client", VALID));
    let unknown = identity("unknown", &theirs.sign("client", VALID));
    let old = identity("old", &ours.sign("client", (2001, 2002)));
    let open = None;
    let asks = Some(&ours);
    for (tls, own, clients, version, host, expected) in [
        (nobody(), &good, open, &TLS13, "localhost", Ok("hello")),
        (known.clone(), &good, open, &TLS13, "localhost", Ok("hello")),
        (known.clone(), &good, asks, &TLS13, "localhost", Ok("hello")),
        (known.clone(), &good, asks, &TLS12, "localhost", Ok("hello")),
        (nobody(), &good, asks, &TLS13, "localhost", Err("it wants a client certificate")),
        (nobody(), &good, asks, &TLS12, "localhost", Err("client certificate")),
        (unknown.clone(), &good, asks, &TLS13, "localhost", Err("refuses our client certificate")),
        (unknown, &good, asks, &TLS12, "localhost", Err("refuses our client certificate")),
        (
            old,
            &good,
            asks,
            &TLS13,
            "localhost",
            Err("refuses our client certificate (CertificateExpired"),
        ),
        (nobody(), &good, open, &TLS13, "127.0.0.1", Err("certificate is for another host")),
        (
            nobody(),
            &expired,
            open,
            &TLS13,
            "localhost",
            Err("certificate has expired on 2002-01-01"),
        ),
        (
            nobody(),
            &early,
            open,
            &TLS13,
            "localhost",
            Err("certificate is not valid before 2998-01-01"),
        ),
        (
            nobody(),
            &stranger,
            open,
            &TLS13,
            "localhost",
            Err("not signed by anybody who is trusted"),
        ),
        (
            TlsFiles::default(),
            &good,
            open,
            &TLS13,
            "localhost",
            Err("not signed by anybody who is trusted"),
        ),
    ] {
        let port = serve(own, clients, version).await;
        match (ask(tls, host, port).await, expected) {
            (Ok(heard), Ok(expected)) => assert_eq!(heard, expected),
            (Err(heard), Err(expected)) => assert!(heard.contains(expected), "{heard}: {expected}"),
            (heard, expected) => panic!("{heard:?} instead of {expected:?}"),
        }
    }
    let plain = run(hello, crate::transport::ServerLimits::default());
    let heard = ask(nobody(), "localhost", plain.address.port()).await;
    assert!(heard.as_ref().is_err_and(|it| it.contains("does not speak TLS")), "{heard:?}");
}

#[tokio::test]
async fn profiles_say_who_is_trusted_and_what_is_shown_for_some_hosts() {
    let files = Files::new("profiles");
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let port = serve(&theirs.sign("localhost", VALID), Some(&theirs), &TLS13).await;
    let client = theirs.sign("client", VALID);
    let profile = |server: &str| TlsProfile {
        servers: vec![server.to_owned()],
        ca: files.write("theirs.pem", &theirs.certificate.pem()),
        certificate: files.write("client.pem", &client.certificate),
        key: files.write("client.key", &client.key),
    };
    for (server, expected) in [
        ("localhost".to_owned(), Ok("hello".to_owned())),
        (format!("localhost:{port}"), Ok("hello".to_owned())),
        ("localhost:1".to_owned(), Err(())),
        ("elsewhere".to_owned(), Err(())),
    ] {
        let tls = TlsFiles {
            extra_ca: files.write("ours.pem", &ours.certificate.pem()),
            profiles: vec![profile(&server)],
            ..TlsFiles::default()
        };
        assert_eq!(ask(tls, "localhost", port).await.map_err(drop), expected, "{server}");
    }
    // A profile's authorities are the only ones: those of the others are not trusted for it.
    let own = serve(&ours.sign("localhost", VALID), None, &TLS13).await;
    let tls = TlsFiles {
        extra_ca: files.write("ours.pem", &ours.certificate.pem()),
        profiles: vec![profile("localhost")],
        ..TlsFiles::default()
    };
    assert!(ask(tls, "localhost", own).await.is_err());
}
