//! From an operation and its parameters to the request that AWS expects, before signing.

mod body;
mod convert;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use self::body::Body;
use super::operations::{self, Binding, Kind, Location, Named, Operation, Parameter};

/// What RFC 3986 leaves alone; SigV4 encodes everything else.
pub(super) const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The value of a parameter. An empty one counts as not given.
#[derive(Clone)]
pub enum ParamValue {
    /// Text, as a flow gives it.
    Text(Arc<str>),
    /// Bytes, for payloads and packages.
    Bytes(Bytes),
}

/// A request for Lambda, complete but for host and signature. Its path and query are encoded as
/// they go over the wire.
#[derive(Clone)]
pub struct WireRequest {
    /// What is asked for; not always what was built, see [`Operation::when_empty`].
    pub operation: &'static Operation,
    /// The HTTP method.
    pub method: Method,
    /// The path, each segment percent-encoded.
    pub path: String,
    /// The query without `?`, sorted by name; empty when there is none.
    pub query: String,
    /// The operation's own headers and the content type.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Why no request can be made. None of them carries a parameter's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// A part of the path is missing: the flow gets a local 403, as AWS's routing would answer.
    #[error("parameter {parameter} must not be empty")]
    EmptyPath {
        /// The parameter's name in flows.
        parameter: &'static str,
    },
    /// A text is not what the parameter needs: the flow gets a local 400.
    #[error("parameter {parameter} {problem}")]
    Invalid {
        /// The parameter's name in flows.
        parameter: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no parameter of this name.
    #[error("{operation} has no parameter {name}")]
    Unknown {
        /// The operation.
        operation: &'static str,
        /// The name that was used.
        name: String,
    },
}

/// Makes the request of an operation from parameters that were resolved before
/// ([`Operation::resolve`]). Of two names of one parameter the connector's wins, of two values of
/// one name the last.
pub fn build(
    operation: &'static Operation,
    values: &[(Binding, ParamValue)],
) -> Result<WireRequest, RequestError> {
    let path = match path(operation, values) {
        Err(RequestError::EmptyPath { parameter }) => {
            let other = operation.when_empty.and_then(operations::find);
            return other
                .map_or(Err(RequestError::EmptyPath { parameter }), |other| build(other, &[]));
        }
        path => path?,
    };
    let mut request = WireRequest {
        operation,
        method: operation.method.clone(),
        path,
        query: String::new(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    let mut query = constant_query(operation);
    let mut document = operation.has_json_body().then(Body::default);
    for (index, parameter) in operation.parameters.iter().enumerate() {
        let Some(value) = chosen(values, index, parameter) else { continue };
        let fault = |problem| invalid(parameter, problem);
        match parameter.location {
            Location::Path(_) => {}
            Location::Query(wire) => {
                query.push((wire, convert::scalar(parameter.kind, value).map_err(fault)?));
            }
            Location::Header(wire) => {
                let text = convert::scalar(parameter.kind, value).map_err(fault)?;
                let (name, value) = header(wire, &text).map_err(fault)?;
                request.headers.insert(name, value);
            }
            Location::Body(member) => {
                let json = convert::json(parameter.kind, value).map_err(fault)?;
                if let Some(document) = &mut document {
                    document.set(member, json);
                }
            }
            Location::WholeBody(_) => {
                request.body = value.bytes();
                request.headers.insert(CONTENT_TYPE, OCTETS);
            }
        }
    }
    request.query = encode_query(query);
    if let Some(document) = document {
        request.body = document.finish();
        request.headers.insert(CONTENT_TYPE, JSON);
    }
    Ok(request)
}

/// [`build`] for callers that hold names: the command line, tests.
pub fn build_named(
    operation: &'static Operation,
    values: &[(&str, ParamValue)],
) -> Result<WireRequest, RequestError> {
    let mut bound = Vec::with_capacity(values.len());
    for (name, value) in values {
        match operation.resolve(name) {
            Some(Named::Parameter(binding)) => bound.push((binding, value.clone())),
            Some(Named::Ignored) => {}
            None => {
                let name = (*name).to_owned();
                return Err(RequestError::Unknown { operation: operation.name, name });
            }
        }
    }
    build(operation, &bound)
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The value of a parameter, if a name of it was given one.
fn chosen<'a>(
    values: &'a [(Binding, ParamValue)],
    index: usize,
    parameter: &Parameter,
) -> Option<&'a ParamValue> {
    (0..parameter.names.len()).find_map(|rank| {
        let wanted = Binding { index, rank };
        let (_, value) = values.iter().rev().find(|(binding, _)| *binding == wanted)?;
        (!value.is_empty(parameter.kind)).then_some(value)
    })
}

/// Fills the path's members in.
fn path(
    operation: &'static Operation,
    values: &[(Binding, ParamValue)],
) -> Result<String, RequestError> {
    let template = operation.uri.split_once('?').map_or(operation.uri, |(path, _)| path);
    let mut path = String::with_capacity(template.len() + 64);
    for (number, segment) in template.split('/').enumerate() {
        if number > 0 {
            path.push('/');
        }
        let Some(member) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            path.push_str(segment);
            continue;
        };
        let row = operation.parameters.iter().enumerate();
        let Some((index, parameter)) =
            row.into_iter().find(|(_, row)| row.location == Location::Path(member))
        else {
            continue;
        };
        let Some(value) = chosen(values, index, parameter) else {
            return Err(RequestError::EmptyPath { parameter: parameter.name() });
        };
        let text = convert::scalar(parameter.kind, value)
            .and_then(not_a_step)
            .map_err(|problem| invalid(parameter, problem))?;
        path.extend(utf8_percent_encode(&text, ENCODED));
    }
    Ok(path)
}

/// Dots alone would climb to another resource.
fn not_a_step(text: String) -> Result<String, String> {
    match text.as_str() {
        "." | ".." => Err("is not a name".into()),
        _ => Ok(text),
    }
}

/// The query that belongs to the operation itself.
fn constant_query(operation: &'static Operation) -> Vec<(&'static str, String)> {
    let Some((_, query)) = operation.uri.split_once('?') else { return Vec::new() };
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (name, value.to_owned())).collect()
}

fn encode_query(mut pairs: Vec<(&'static str, String)>) -> String {
    pairs.sort_unstable();
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.extend(utf8_percent_encode(name, ENCODED));
        query.push('=');
        query.extend(utf8_percent_encode(&value, ENCODED));
    }
    query
}

fn header(wire: &'static str, text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let refused = || "cannot be sent in a header".to_owned();
    let name = HeaderName::from_bytes(wire.as_bytes()).map_err(|_| refused())?;
    Ok((name, HeaderValue::from_str(text).map_err(|_| refused())?))
}

fn invalid(parameter: &Parameter, problem: String) -> RequestError {
    RequestError::Invalid { parameter: parameter.name(), problem }
}

impl ParamValue {
    /// A text value.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Blank text counts as empty too, except for what goes out untouched.
    fn is_empty(&self, kind: Kind) -> bool {
        match self {
            Self::Text(text) if kind == Kind::Raw => text.is_empty(),
            Self::Text(text) => text.trim().is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
        }
    }

    fn bytes(&self) -> Bytes {
        match self {
            Self::Text(text) => Bytes::from_owner(Arc::<[u8]>::from(Arc::clone(text))),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl fmt::Debug for ParamValue {
    /// The size only: values can be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
        }
    }
}

impl fmt::Debug for WireRequest {
    /// Without headers and body: they can be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
