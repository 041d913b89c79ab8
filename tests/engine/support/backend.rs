//! Back-ends: they record what they get and answer as the test says.

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;

use super::PATIENCE;
use super::http::Message;

/// A back-end and what it got, in order.
pub struct Backend {
    pub address: SocketAddr,
    seen: Receiver<Message>,
}

/// A certificate for `localhost` that signs itself.
pub struct Identity {
    /// For clients to trust.
    pub certificate: String,
    config: Arc<ServerConfig>,
}

impl Identity {
    pub fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        Self { certificate: made.cert.pem(), config: Arc::new(config) }
    }
}

/// How a request is answered: writes to the connection, and says whether it stays open.
type Answer = dyn Fn(&Message, &mut TcpStream) -> bool + Send + Sync;

impl Backend {
    /// Answers every request with these bytes.
    pub fn saying(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::new(move |_, stream| stream.write_all(answer.as_bytes()).is_ok())
    }

    /// Answers 200 with JSON.
    pub fn json(body: &str) -> Self {
        Self::saying(&answer("200 OK", "Content-Type: application/json\r\n", body))
    }

    /// Answers as a function does.
    pub fn new(answer: impl Fn(&Message, &mut TcpStream) -> bool + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, seen) = channel();
        let answer: Arc<Answer> = Arc::new(answer);
        let sender = Arc::new(Mutex::new(sender));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, sender) = (Arc::clone(&answer), Arc::clone(&sender));
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    let mut stream = stream;
                    while let Some(message) = Message::read(&mut reader, false) {
                        let _ = sender.lock().unwrap().send(message.clone());
                        if !answer(&message, &mut stream) {
                            break;
                        }
                    }
                    // Whoever sets this wants a reset, and the end of a stream is none.
                    if SockRef::from(&stream).linger().unwrap().is_none() {
                        let _ = stream.shutdown(std::net::Shutdown::Both);
                    }
                });
            }
        });
        Self { address, seen }
    }

    /// Answers as a function does, over TLS.
    pub fn secured(
        identity: &Identity,
        answer: impl Fn(&Message) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, seen) = channel();
        let config = Arc::clone(&identity.config);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let session = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = BufReader::new(StreamOwned::new(session, stream));
                while let Some(message) = Message::read(&mut stream, false) {
                    let text = answer(&message);
                    let _ = sender.send(message);
                    let wrote =
                        text.map(|text| stream.get_mut().write_all(text.as_bytes()).is_ok());
                    if wrote != Some(true) {
                        break;
                    }
                }
            }
        });
        Self { address, seen }
    }

    /// The next request that it got.
    pub fn next(&self) -> Message {
        self.next_within(PATIENCE).expect("the back-end got no request")
    }

    /// The next request that it gets in a time.
    pub fn next_within(&self, time: Duration) -> Option<Message> {
        self.seen.recv_timeout(time).ok()
    }

    /// Whether it got nothing more.
    pub fn is_idle(&self) -> bool {
        self.seen.try_recv().is_err()
    }

    /// `http://address/path`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// An endpoint that points at a path of it, with `inner` in the address.
    pub fn endpoint(&self, path: &str, inner: &str) -> String {
        format!("<endpoint><address uri=\"{}\">{inner}</address></endpoint>", self.url(path))
    }
}

/// The bytes of an answer; `headers` are whole lines.
pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// An address where nobody listens.
pub fn nowhere() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}
