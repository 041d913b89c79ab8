//! What an endpoint means for one message: where, how, how long.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method, Uri};

use super::{Address, Form, Leaf, UriTemplate, Variable};
use crate::expression::{EvalError, PropertyScope, Scope};
use crate::message::{Fault, Format, Message, Value};

/// A message's way to an endpoint.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The endpoint's name, for logs and faults.
    pub name: Option<Arc<str>>,
    /// The absolute URI.
    pub uri: Uri,
    /// The method.
    pub method: Method,
    /// The form that the endpoint asks for.
    pub form: Option<Form>,
    /// The header that says who the engine is.
    pub authorization: Option<HeaderValue>,
    /// How long to wait.
    pub waits: Waits,
}

/// How long an exchange may take.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// To make the connection.
    pub connect: Duration,
    /// Until the response's head is there.
    pub response: Duration,
    /// Between two pieces of the response's body.
    pub idle: Option<Duration>,
}

impl Leaf {
    /// Plans the way of a message on which [`Endpoint::evaluate_properties`] are set already.
    /// `name` is the endpoint's; `global` is how long endpoints without a timeout may take.
    ///
    /// [`Endpoint::evaluate_properties`]: super::Endpoint::evaluate_properties
    pub fn plan(
        &self,
        name: Option<&Arc<str>>,
        message: &Message,
        scope: &dyn Scope,
        global: Waits,
    ) -> Result<Result<Plan, Fault>, EvalError> {
        let waits = match &self.timeout {
            None => global,
            Some(timeout) => {
                let text = timeout.evaluate(scope)?.to_text();
                match text.trim().parse::<u64>() {
                    Ok(0) => global,
                    Ok(millis) => limited(global, Duration::from_millis(millis)),
                    Err(_) => {
                        let message = format!("the timeout `{text}` is not a number of ms");
                        return Ok(Err(Fault::flow(message)));
                    }
                }
            }
        };
        Ok(self.target(message).map(|(uri, method)| Plan {
            name: name.cloned(),
            uri,
            method,
            form: self.form,
            authorization: None,
            waits,
        }))
    }

    fn target(&self, message: &Message) -> Result<(Uri, Method), Fault> {
        let (text, own_method) = match &self.address {
            Address::Address(uri) | Address::Port(uri) => {
                (with_postfix(uri, self.form, message), None)
            }
            Address::Http { template, method } => (expand(template, message)?, method.clone()),
            Address::Default => (with_postfix(&message.destination()?, self.form, message), None),
            Address::To => (message.destination()?.to_string(), None),
            Address::Member { host, http, https } => {
                let port = if message.request.scheme == "https" { https } else { http };
                (at_member(host, *port, message)?, None)
            }
        };
        let uri = absolute(&text)?;
        Ok((uri, method_of(own_method, self.form, message)?))
    }
}

fn limited(global: Waits, duration: Duration) -> Waits {
    Waits {
        connect: global.connect.min(duration),
        response: duration,
        idle: Some(global.idle.map_or(duration, |idle| idle.max(duration))),
    }
}

/// An address or default endpoint appends what was behind the context or the proxy's name, but for SOAP,
/// where one address serves all operations.
fn with_postfix(uri: &str, form: Option<Form>, message: &Message) -> String {
    let soap = matches!(form, Some(Form::Soap11 | Form::Soap12))
        || (form != Some(Form::Rest) && speaks_soap(message));
    match message.axis2_text("REST_URL_POSTFIX") {
        Some(postfix) if !soap => joined(uri, &postfix),
        _ => uri.to_owned(),
    }
}

fn joined(uri: &str, postfix: &str) -> String {
    let open = uri.strip_suffix('/');
    match (open, postfix.chars().next()) {
        (_, None) => uri.to_owned(),
        (Some(open), Some('/' | '?')) => format!("{open}{postfix}"),
        (None, Some('/' | '?')) | (Some(_), Some(_)) => format!("{uri}{postfix}"),
        (None, Some(_)) => format!("{uri}/{postfix}"),
    }
}

fn speaks_soap(message: &Message) -> bool {
    let format = message.content_type_header().map(Format::of);
    format == Some(Format::Soap12)
        || (format == Some(Format::Soap11) && message.headers.contains_key("soapaction"))
}

/// Only these two families of properties are variables of a template. A JSON array or object is
/// its text, as in Synapse; under a modifier, which would tear that text apart, it is a list or a
/// map.
fn expand(template: &UriTemplate, message: &Message) -> Result<String, Fault> {
    let lookup = |name: &str, is_modified: bool| {
        let is_variable = name.starts_with("uri.var.") || name.starts_with("query.param.");
        let value = message.properties.get(name).filter(|_| is_variable)?;
        let parts = match value {
            Value::Json(json) if is_modified => Variable::of_json(json),
            _ => None,
        };
        Some(parts.unwrap_or_else(|| Variable::Text(value.to_text())))
    };
    template.expand(lookup).map_err(|error| Fault::flow(error.to_string()))
}

/// A member is asked for what `To` names, over the transport that the request came by.
fn at_member(host: &str, port: Option<u16>, message: &Message) -> Result<String, Fault> {
    let scheme = message.request.scheme;
    let port = port.ok_or_else(|| {
        Fault::flow(format!("the member `{host}` has no port for requests by {scheme}"))
    })?;
    let to = message.property(PropertyScope::Default, "To").map(|to| to.to_text());
    let to = to.as_deref().unwrap_or_default();
    let path = match to.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default(),
        None => to,
    };
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(format!("{scheme}://{host}:{port}{slash}{path}"))
}

fn absolute(text: &str) -> Result<Uri, Fault> {
    // A user and a query may be secret.
    let shown = text.split('?').next().unwrap_or_default();
    let shown = shown.rsplit('@').next().unwrap_or_default();
    // Addresses in flows are written by hand; a blank is the most frequent slip.
    let uri: Uri = text
        .trim()
        .replace(' ', "%20")
        .parse()
        .map_err(|error| Fault::flow(format!("`{shown}` is not a URI: {error}")))?;
    match uri.scheme_str() {
        Some("http" | "https") if uri.host().is_some() => Ok(uri),
        _ => Err(Fault::flow(format!("`{shown}` is not an absolute http or https URI"))),
    }
}

fn method_of(own: Option<Method>, form: Option<Form>, message: &Message) -> Result<Method, Fault> {
    if let Some(method) = own {
        return Ok(method);
    }
    match form {
        Some(Form::Get) => return Ok(Method::GET),
        Some(Form::Soap11 | Form::Soap12 | Form::Pox) => return Ok(Method::POST),
        Some(Form::Rest) | None => {}
    }
    let word = message.axis2_text("HTTP_METHOD").unwrap_or_else(|| "POST".into());
    word.parse().map_err(|_| Fault::flow(format!("`{word}` is not an HTTP method")))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_postfix_meets_its_address_in_one_slash() {
        let rows = [
            ("http://h/a", "/b", "http://h/a/b"),
            ("http://h/a/", "/b", "http://h/a/b"),
            ("http://h/a", "b", "http://h/a/b"),
            ("http://h/a/", "b", "http://h/a/b"),
            ("http://h/a", "?q=1", "http://h/a?q=1"),
            ("http://h/a/", "?q=1", "http://h/a?q=1"),
            ("http://h/a/", "", "http://h/a/"),
        ];
        for (uri, postfix, expected) in rows {
            assert_eq!(joined(uri, postfix), expected, "{uri} {postfix}");
        }
    }
}
