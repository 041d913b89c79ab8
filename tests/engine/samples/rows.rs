//! What a row of `tests/samples` says.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::services::Service;

/// A file of rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// Where the files of its rows are, below the projects.
    pub folder: String,
    pub row: Vec<Row>,
}

/// A project, served, and what it does.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its files.
    pub files: Vec<String>,
    /// What it is for.
    pub expects: String,
    /// A `deployment.toml`.
    #[serde(default)]
    pub settings: String,
    /// Environment variables.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// The services that do otherwise than quote stocks, by the port that the project knows.
    #[serde(default)]
    pub services: BTreeMap<String, Service>,
    #[serde(rename = "exchange")]
    pub exchanges: Vec<Exchange>,
}

/// A request, its answer, and what the services heard of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    #[serde(default = "post")]
    pub method: String,
    pub path: String,
    /// How often it is sent.
    #[serde(default = "once")]
    pub times: u32,
    /// Header lines.
    #[serde(default)]
    pub headers: Vec<String>,
    /// A SOAP 1.1 request for the quote of a stock.
    pub quote: Option<String>,
    /// What else stands in the body of a SOAP 1.1 envelope.
    pub soap: Option<String>,
    /// What stands in its header.
    #[serde(default)]
    pub soap_header: String,
    /// The `SOAPAction` of such a request.
    #[serde(default = "get_quote")]
    pub action: String,
    /// Any other body.
    pub body: Option<String>,
    /// A file of the projects that is the body.
    pub body_of: Option<String>,
    #[serde(default)]
    pub answer: Answer,
    /// What the services get, in order for each of them, and nothing else.
    #[serde(default)]
    pub sent: Vec<Sent>,
    /// What its log mediators write.
    #[serde(default)]
    pub logged: Vec<String>,
}

fn post() -> String {
    "POST".to_owned()
}

fn get_quote() -> String {
    "urn:getQuote".to_owned()
}

/// What the client hears.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answer {
    pub status: u16,
    /// Header lines; one without a value must be absent.
    pub headers: Vec<String>,
    /// Texts of the body.
    pub has: Vec<String>,
    /// Texts that the body must not have.
    pub lacks: Vec<String>,
    /// The whole body.
    pub body: Option<String>,
    /// Whether it is the body of the request, byte for byte.
    pub same: bool,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            has: Vec::new(),
            lacks: Vec::new(),
            body: None,
            same: false,
        }
    }
}

/// What a service gets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// The service's port, as the project knows it.
    pub to: u16,
    /// How often.
    #[serde(default = "once")]
    pub times: u32,
    pub method: Option<String>,
    pub path: Option<String>,
    /// Header lines; one without a value must be absent.
    #[serde(default)]
    pub headers: Vec<String>,
    #[serde(default)]
    pub has: Vec<String>,
    #[serde(default)]
    pub lacks: Vec<String>,
    /// The whole body.
    pub body: Option<String>,
    /// Whether it is the body of the request, byte for byte.
    #[serde(default)]
    pub same: bool,
}

fn once() -> u32 {
    1
}

impl Exchange {
    /// Header lines and body of the request; files are read by `read`.
    pub fn request(&self, read: &dyn Fn(&str) -> String) -> (String, String) {
        let mut headers = String::new();
        for line in &self.headers {
            headers.extend([line, "\r\n"]);
        }
        let quoted = self.quote.as_ref().map(|symbol| quote(symbol));
        if let Some(content) = quoted.as_ref().or(self.soap.as_ref()) {
            let _ = write!(headers, "Content-Type: text/xml; charset=UTF-8\r\n");
            let _ = write!(headers, "SOAPAction: \"{}\"\r\n", self.action);
            return (headers, envelope(&self.soap_header, content));
        }
        let file = self.body_of.as_ref().map(|file| read(file));
        (headers, file.or(self.body.clone()).unwrap_or_default())
    }
}

fn quote(symbol: &str) -> String {
    format!(
        "<m0:getQuote xmlns:m0=\"http://services.samples\"><m0:request>\
         <m0:symbol>{symbol}</m0:symbol></m0:request></m0:getQuote>"
    )
}

/// A SOAP 1.1 envelope.
pub fn envelope(header: &str, content: &str) -> String {
    let header = match header {
        "" => String::new(),
        header => format!("<soapenv:Header>{header}</soapenv:Header>"),
    };
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">{header}\
         <soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    )
}
