//! What is known of the client's request for as long as its flow runs.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Method, Uri};

use super::charset::Charset;
use super::{Format, media_type};

/// The request that started a flow.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Its target as received: path and query, behind an authority where the client took us for
    /// a proxy.
    pub uri: Uri,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The `Host` header, with its port.
    pub host: Option<Arc<str>>,
    /// Where the client is.
    pub peer: Option<SocketAddr>,
    /// The address of ours that it reached.
    pub local: Option<SocketAddr>,
    /// The form in which the client reads what the engine itself has to say.
    pub reads: Format,
    /// What it was routed to.
    pub route: Route,
}

/// What a request was routed to.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// The API's name with its version, as Synapse writes it.
    pub api: Option<Arc<str>>,
    /// The API's context.
    pub context: Option<Arc<str>>,
    /// The API's version.
    pub version: Option<Arc<str>>,
    /// The resource's template or mapping.
    pub resource: Option<Arc<str>>,
    /// The proxy's name.
    pub proxy: Option<Arc<str>>,
    /// The path behind context and version, or behind the proxy's name, with the query.
    pub postfix: Arc<str>,
}

impl Request {
    /// Path and query as received.
    pub fn target(&self) -> &str {
        self.uri.path_and_query().map_or("/", |target| target.as_str())
    }

    /// The target as received: an absolute URI where the client took us for a proxy.
    pub fn address(&self) -> Cow<'_, str> {
        match self.uri.scheme() {
            Some(_) => Cow::Owned(self.uri.to_string()),
            None => Cow::Borrowed(self.target()),
        }
    }

    /// `scheme://host:port` of the request.
    pub fn prefix(&self) -> String {
        format!("{}://{}", self.scheme, self.host.as_deref().unwrap_or("localhost"))
    }

    /// The pairs of the query string, decoded.
    pub fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        form_pairs(self.uri.query().unwrap_or_default(), Charset::UTF8)
    }
}

impl Request {
    /// The form in which a client reads: SOAP if it speaks it, else the text form that it accepts
    /// most, else one like that which it sends. Without a hint it is JSON.
    pub fn reads(headers: &HeaderMap) -> Format {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let sent = text(CONTENT_TYPE).map(Format::of);
        if sent == Some(Format::Soap12) {
            return Format::Soap12;
        }
        if headers.contains_key("soapaction") {
            return Format::Soap11;
        }
        let own = if sent.is_some_and(Format::is_xml) { Format::Xml } else { Format::Json };
        let mut best = (0.0, own);
        for range in text(ACCEPT).unwrap_or_default().split(',') {
            let form = match Format::of(range) {
                Format::Json => Format::Json,
                Format::Xml | Format::Soap11 | Format::Soap12 => Format::Xml,
                Format::Text if media_type(range).eq_ignore_ascii_case("text/plain") => {
                    Format::Text
                }
                _ if matches!(media_type(range), "*/*" | "application/*") => own,
                _ => continue,
            };
            let quality = quality(range);
            if quality > best.0 {
                best = (quality, form);
            }
        }
        best.1
    }
}

/// How much a media range is wanted (`;q=`).
fn quality(range: &str) -> f32 {
    let given = range.split(';').skip(1).find_map(|piece| piece.trim().strip_prefix("q="));
    given.and_then(|text| text.trim().parse().ok()).unwrap_or(1.0)
}

/// The decoded pairs of a query string or a form; a piece without `=` has an empty value.
pub(super) fn form_pairs(text: &str, charset: Charset) -> impl Iterator<Item = (String, String)> {
    let decode = move |piece: &str| {
        let spaced = piece.replace('+', " ");
        let bytes: Cow<'_, [u8]> = match percent_encoding::percent_decode_str(&spaced).into() {
            // What was not escaped is text already.
            Cow::Borrowed(_) => return spaced,
            bytes @ Cow::Owned(_) => bytes,
        };
        charset.decode(&bytes).into_owned()
    };
    text.split('&').filter(|piece| !piece.is_empty()).map(move |piece| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        (decode(name), decode(value))
    })
}
