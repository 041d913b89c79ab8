//! The message: payload, headers and the scopes of properties.

use std::sync::Arc;

use http::header::{AsHeaderName, CONTENT_TYPE};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue};

use super::content_type::parameter;
use super::{
    Fault, Format, Payload, Properties, PropertyScope, Received, Request, Rules, Value, computed,
    media_type, soap,
};

/// Which way a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the back-end.
    Request,
    /// From the back-end to the client.
    Response,
}

/// A message.
#[derive(Debug)]
pub struct Message {
    /// The body.
    pub payload: Payload,
    /// The transport scope.
    pub headers: HeaderMap,
    /// What the HTTP library keeps beside the headers: how their names were written.
    pub header_case: Extensions,
    /// The default scope.
    pub properties: Properties,
    /// The axis2 scope.
    pub axis2: Properties,
    /// The axis2-client scope.
    pub axis2_client: Properties,
    /// The operation scope.
    pub operation: Properties,
    /// The variables.
    pub variables: Properties,
    /// Which way it travels.
    pub direction: Direction,
    /// The head of the response that it is.
    pub(super) received: Option<Received>,
    /// The request that started the flow.
    pub request: Arc<Request>,
    id: std::sync::OnceLock<Arc<str>>,
    /// The action that the content type of a SOAP 1.2 request named.
    action: Option<Arc<str>>,
    /// Whether the flow made it a fault.
    pub(super) made_fault: bool,
    /// The address that the client said, as the flow has rewritten it.
    pub(super) rewritten_to: Option<Arc<str>>,
}

impl Message {
    /// A request as it arrives.
    pub fn new(request: Arc<Request>, headers: HeaderMap, payload: Payload) -> Self {
        let action = parameter(payload.content_type(), "action").map(Arc::from);
        Self {
            payload,
            headers,
            header_case: Extensions::new(),
            properties: Properties::default(),
            axis2: Properties::default(),
            axis2_client: Properties::default(),
            operation: Properties::default(),
            variables: Properties::default(),
            direction: Direction::Request,
            received: None,
            request,
            id: std::sync::OnceLock::new(),
            action,
            made_fault: false,
            rewritten_to: None,
        }
    }

    /// A copy with a name of its own; a body that is still on the wire is missing in it.
    pub fn copy(&self) -> Self {
        self.copy_with(self.payload.copy())
    }

    /// A copy with a name and a payload of its own, under the same rules.
    pub fn copy_with(&self, payload: Payload) -> Self {
        Self {
            payload: payload.under(Arc::clone(self.rules())),
            headers: self.headers.clone(),
            header_case: self.header_case.clone(),
            properties: self.properties.clone(),
            axis2: self.axis2.clone(),
            axis2_client: self.axis2_client.clone(),
            operation: self.operation.clone(),
            variables: self.variables.clone(),
            direction: self.direction,
            request: Arc::clone(&self.request),
            received: self.received.clone(),
            action: self.action.clone(),
            made_fault: self.made_fault,
            rewritten_to: self.rewritten_to.clone(),
            id: std::sync::OnceLock::new(),
        }
    }

    /// Takes the message away; an empty one of the same request stays.
    pub fn take(&mut self) -> Self {
        let request = Arc::clone(&self.request);
        let empty = Payload::default().under(Arc::clone(self.rules()));
        std::mem::replace(self, Self::new(request, HeaderMap::new(), empty))
    }

    /// The rules that its payload is looked at by.
    pub fn rules(&self) -> &Arc<Rules> {
        self.payload.rules()
    }

    /// Gives it another payload, under the same rules.
    pub fn set_payload(&mut self, payload: Payload) {
        let rules = Arc::clone(self.rules());
        self.payload = payload.under(rules);
    }

    /// The message's own name, made when somebody first asks.
    pub fn id(&self) -> Arc<str> {
        Arc::clone(self.id.get_or_init(|| format!("urn:uuid:{}", uuid::Uuid::new_v4()).into()))
    }

    /// A property of a scope that the message itself holds.
    pub fn property(&self, scope: PropertyScope, name: &str) -> Option<Value> {
        match scope {
            PropertyScope::Default => self.own(&self.properties, name, computed::default_scope),
            PropertyScope::Axis2 => self.own(&self.axis2, name, computed::axis2_scope),
            PropertyScope::Axis2Client => self.axis2_client.get(name).cloned(),
            PropertyScope::Operation => self.operation.get(name).cloned(),
            PropertyScope::Transport => self.header(name).map(Value::Text),
            _ => None,
        }
    }

    fn own(
        &self,
        scope: &Properties,
        name: &str,
        computed: fn(&Self, &str) -> Option<Value>,
    ) -> Option<Value> {
        match scope.entry(name) {
            Some(Value::Null) => None,
            Some(value) => Some(value.clone()),
            None => computed(self, name),
        }
    }

    /// Sets a property of a scope that the message itself holds. `messageType` also says what the
    /// content type is; nothing in the transport scope is the empty header.
    pub fn set_property(
        &mut self,
        scope: PropertyScope,
        name: &Arc<str>,
        value: Value,
    ) -> Result<(), Fault> {
        let name = Arc::clone(name);
        match scope {
            PropertyScope::Default => self.properties.set(name, value),
            PropertyScope::Axis2 if &*name == "messageType" => {
                self.set_content_type(&value.to_text());
            }
            PropertyScope::Axis2 if &*name == "ContentType" => {
                let text = value.to_text();
                if let Ok(header) = HeaderValue::from_str(&text) {
                    self.headers.insert(CONTENT_TYPE, header);
                }
                self.axis2.set(name, value);
            }
            PropertyScope::Axis2 => self.axis2.set(name, value),
            PropertyScope::Axis2Client => self.axis2_client.set(name, value),
            PropertyScope::Operation => self.operation.set(name, value),
            PropertyScope::Transport => self.set_header(&name, &value.to_text())?,
            other => {
                return Err(Fault::flow(format!("properties of {other:?} cannot be set")));
            }
        }
        Ok(())
    }

    /// Removes a property of a scope that the message itself holds.
    pub fn remove_property(&mut self, scope: PropertyScope, name: &str) -> Result<(), Fault> {
        match scope {
            PropertyScope::Default => drop(self.properties.remove(name)),
            PropertyScope::Axis2 if name == "TRANSPORT_HEADERS" => self.headers.clear(),
            PropertyScope::Axis2 => drop(self.axis2.remove(name)),
            PropertyScope::Axis2Client => drop(self.axis2_client.remove(name)),
            PropertyScope::Operation => drop(self.operation.remove(name)),
            PropertyScope::Transport => drop(self.headers.remove(name)),
            other => {
                return Err(Fault::flow(format!("properties of {other:?} cannot be removed")));
            }
        }
        Ok(())
    }

    /// The text of an axis2 property, computed ones included.
    pub fn axis2_text(&self, name: &str) -> Option<Arc<str>> {
        self.property(PropertyScope::Axis2, name).map(|value| value.to_text())
    }

    /// The first value of a header, as text; bytes that are no text are replaced.
    pub fn header(&self, name: impl AsHeaderName) -> Option<Arc<str>> {
        let value = self.headers.get(name)?;
        Some(match value.to_str() {
            Ok(text) => Arc::from(text),
            Err(_) => Arc::from(String::from_utf8_lossy(value.as_bytes())),
        })
    }

    /// Sets a header; line breaks and other control characters are a fault, never sent.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        let key: HeaderName =
            name.parse().map_err(|_| Fault::flow(format!("`{name}` is not a header name")))?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
            Fault::flow(format!("the value for header `{name}` has control characters"))
        })?;
        self.headers.insert(key, value);
        Ok(())
    }

    /// The `Content-Type` header.
    pub fn content_type_header(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())
    }

    /// The content type of the payload: `ContentType` of axis2, else the header.
    pub fn content_type(&self) -> Option<Arc<str>> {
        self.axis2_text("ContentType")
    }

    /// Sets what the payload is: `messageType`, `ContentType` and the header.
    pub fn set_content_type(&mut self, content_type: &str) {
        if let Ok(value) = HeaderValue::from_str(content_type) {
            self.headers.insert(CONTENT_TYPE, value);
        }
        self.axis2.set("messageType", media_type(content_type));
        self.axis2.set("ContentType", content_type);
    }

    /// The format in which the payload is written: `messageType`, else as it came.
    pub fn outgoing_format(&self) -> Format {
        match self.axis2.text("messageType") {
            Some(wanted) if !wanted.is_empty() => Format::of(&wanted),
            _ => self.payload.format(),
        }
    }

    /// The word of `get-property('MESSAGE_FORMAT')`.
    pub(super) fn format_word(&self) -> &'static str {
        match self.payload.format() {
            Format::Soap11 => "soap11",
            Format::Soap12 => "soap12",
            _ => "pox",
        }
    }

    /// The SOAP action: what the flow says it is; else that of its header, or of the request's
    /// content type, unless the flow has removed it.
    pub(super) fn soap_action(&self) -> Option<Arc<str>> {
        let said = self.action_said();
        let header = || self.header("soapaction").map(|text| text.trim().trim_matches('"').into());
        let found = match said {
            Some(said) if !said.is_null() => Some(said.to_text()),
            _ => header().or_else(|| self.action.clone().filter(|_| said.is_none())),
        };
        found.filter(|action: &Arc<str>| !action.is_empty())
    }

    /// The `Action` that the flow has set or removed.
    pub(super) fn action_said(&self) -> Option<&Value> {
        self.properties.entry("Action")
    }

    /// Says that the flow made it a fault.
    pub fn mark_fault(&mut self) {
        self.made_fault = true;
    }

    /// Whether the flow made it a fault.
    pub fn is_made_fault(&self) -> bool {
        self.made_fault
    }

    /// Whether a parsed payload is a SOAP fault.
    pub fn is_soap_fault(&self) -> bool {
        let Some(tree) = self.payload.parsed_xml() else { return false };
        soap::soap_body(tree)
            .and_then(|body| tree.child_elements(body).next())
            .and_then(|element| tree.name(element))
            .is_some_and(|name| {
                &*name.local == "Fault"
                    && matches!(name.namespace.as_deref(), Some(soap::SOAP11 | soap::SOAP12))
            })
    }
}
