//! The services that the projects send to: Synapse's stock quotes, and those that fail.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use serde::Deserialize;

use super::rows::envelope;
use crate::support::backend::{Backend, Identity, answer, nowhere};
use crate::support::http::Message;

/// What a service does.
#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Answers as Synapse's samples' services do, and says on which port.
    #[default]
    Quotes,
    /// The same over TLS, with a certificate that the row's `localhost.pem` lets the engine trust.
    Secured,
    /// Gives back what it got.
    Echo,
    /// Answers 500 with a SOAP fault.
    Fault,
    /// Reads the request and closes the connection.
    Closes,
    /// Nobody listens.
    Down,
}

/// The ports that projects know.
const PORTS: [u16; 8] = [9000, 9001, 9002, 9003, 9004, 9009, 9700, 9701];

/// More than what is sent takes to come.
pub const SOON: Duration = Duration::from_secs(5);

/// The services of a row.
pub struct Services {
    places: BTreeMap<u16, Place>,
    /// The certificate of those that speak TLS.
    pub certificate: String,
}

struct Place {
    address: SocketAddr,
    backend: Option<Backend>,
}

impl Services {
    /// Starts one for each port.
    pub fn start(kinds: &BTreeMap<String, Service>) -> Self {
        let identity = Identity::new();
        let place = |port: u16| {
            let kind = kinds.get(&port.to_string()).copied().unwrap_or_default();
            if matches!(kind, Service::Down) {
                return Place { address: nowhere(), backend: None };
            }
            let reply = move |request: &Message| reply(kind, port, request);
            let backend = match kind {
                Service::Secured => Backend::secured(&identity, reply),
                _ => Backend::new(move |request, stream| {
                    reply(request).is_some_and(|text| stream.write_all(text.as_bytes()).is_ok())
                }),
            };
            Place { address: backend.address, backend: Some(backend) }
        };
        let places = PORTS.into_iter().map(|port| (port, place(port))).collect();
        Self { places, certificate: identity.certificate }
    }

    /// A text with the addresses of these services in place of those that the projects know.
    pub fn fill(&self, text: &str) -> String {
        self.places.iter().fold(text.to_owned(), |text, (port, place)| {
            let address = place.address;
            text.replace(&format!("localhost:{port}"), &address.to_string())
                .replace(&format!("127.0.0.1:{port}"), &address.to_string())
                .replace(
                    &format!("httpPort=\"{port}\""),
                    &format!("httpPort=\"{}\"", address.port()),
                )
                .replace(&format!("value=\"{port}\""), &format!("value=\"{}\"", address.port()))
        })
    }

    /// The next request that the service of a port got.
    pub fn next(&self, port: u16) -> Option<Message> {
        self.places.get(&port)?.backend.as_ref()?.next_within(SOON)
    }

    /// The ports whose services got something more.
    pub fn busy(&self) -> Vec<u16> {
        let idle = |place: &Place| place.backend.as_ref().is_none_or(Backend::is_idle);
        self.places.iter().filter(|(_, place)| !idle(place)).map(|(port, _)| *port).collect()
    }
}

/// An answer; nothing closes the connection.
fn reply(kind: Service, port: u16, request: &Message) -> Option<String> {
    match kind {
        Service::Quotes | Service::Secured => Some(quotes(port, request)),
        Service::Echo => {
            let kind = request.header("content-type").unwrap_or("text/plain");
            Some(answer("200 OK", &format!("Content-Type: {kind}\r\n"), &request.text()))
        }
        Service::Fault => {
            let fault = "<soapenv:Fault><faultcode>soapenv:Server</faultcode>\
                         <faultstring>out of stock</faultstring></soapenv:Fault>";
            Some(answer("500 Internal Server Error", SOAP, &envelope("", fault)))
        }
        Service::Closes | Service::Down => None,
    }
}

const SOAP: &str = "Content-Type: text/xml; charset=UTF-8\r\n";

/// A quote for a symbol, whose price the secured service does not look at; nothing for an order; the server's name for what is left.
fn quotes(port: u16, request: &Message) -> String {
    let text = request.text();
    if text.contains("placeOrder") {
        return answer("202 Accepted", "", "");
    }
    let content = match text_of(&text, "symbol") {
        Some(symbol) => {
            let is_secure = request.start.contains("/SecureStockQuoteService ");
            let from_port = f64::from(port % 100) * 10.0 + 0.5 * f64::from(symbol.len() as u32);
            let last = if is_secure { 1.0 } else { from_port };
            format!(
                "<ns:getQuoteResponse xmlns:ns=\"http://services.samples\"><ns:return>\
                 <ns:last>{last}</ns:last>\
                 <ns:lastTradeTimestamp>Sun Nov 22 06:00:00 UTC 2026</ns:lastTradeTimestamp>\
                 <ns:name>{symbol} Company</ns:name><ns:symbol>{symbol}</ns:symbol>\
                 <ns:server>{port}</ns:server></ns:return></ns:getQuoteResponse>"
            )
        }
        None => format!(
            "<ns:sampleOperationResponse xmlns:ns=\"http://services.samples\">\
             <ns:return>Response from server: {port}</ns:return></ns:sampleOperationResponse>"
        ),
    };
    answer("200 OK", SOAP, &envelope("", &content))
}

/// The text of the first element of a name.
fn text_of<'t>(xml: &'t str, name: &str) -> Option<&'t str> {
    let rest = &xml[xml.find(&format!("{name}>"))? + name.len() + 1..];
    Some(rest.split('<').next().unwrap_or_default())
}
