//! The body of a message: bytes until somebody looks, then a view that is parsed once.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;

use super::request::form_pairs;
use super::{Format, Rules, SOAP11, SOAP12, charset, format, soap};
use crate::json;
use crate::xml::{self, Name, NodeId, Tree};

/// A body that is still on the wire.
pub type BodyStream = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// Bodies up to this many bytes are sent in one piece with their length.
const SMALL: u64 = 16 * 1024;

/// The namespace of the element that wraps text and bytes in the XML view.
pub(super) const AXIS_PAYLOAD: &str = "http://ws.apache.org/commons/ns/payload";

/// Why a payload cannot be looked at.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PayloadError {
    /// It has not been read from the connection.
    #[error("the message body has not been read yet")]
    NeedBody,
    /// It was streamed away and is gone.
    #[error("the message body was already sent on and is gone")]
    Sent,
    /// It is not what its content type says.
    #[error("{0}")]
    Malformed(Arc<str>),
    /// It asks for more than the rules allow.
    #[error("{0}")]
    OverLimit(Arc<str>),
}

/// Which of the forms is the truth; the others follow from it.
#[derive(Debug)]
enum Body {
    Stream(BodyStream),
    Bytes(Bytes),
    Sent,
    /// The JSON view was set or changed.
    Json,
    /// The XML view was set or changed.
    Xml,
}

/// A payload.
#[derive(Debug)]
pub struct Payload {
    body: Body,
    format: Format,
    charset: Option<Arc<str>>,
    rules: Arc<Rules>,
    json: OnceLock<json::Value>,
    xml: OnceLock<Tree>,
    /// Whether the XML came without an envelope; known once it was parsed.
    bare: OnceLock<bool>,
}

impl Default for Payload {
    fn default() -> Self {
        Self::from_bytes(Bytes::new(), Format::Xml)
    }
}

impl Payload {
    fn new(body: Body, format: Format) -> Self {
        Self {
            body,
            format,
            charset: None,
            rules: Rules::shared(),
            json: OnceLock::new(),
            xml: OnceLock::new(),
            bare: OnceLock::new(),
        }
    }

    /// Bytes in a format.
    pub fn from_bytes(bytes: impl Into<Bytes>, format: Format) -> Self {
        Self::new(Body::Bytes(bytes.into()), format)
    }

    /// A body on the wire; `content_type` decides how it will be read.
    pub fn from_stream(stream: BodyStream, content_type: &str) -> Self {
        let mut payload = Self::new(Body::Stream(stream), Format::of(content_type));
        payload.charset = format::charset(content_type).map(Arc::from);
        payload
    }

    /// Bytes with a content type.
    pub fn from_typed_bytes(bytes: impl Into<Bytes>, content_type: &str) -> Self {
        let mut payload = Self::from_bytes(bytes, Format::of(content_type));
        payload.charset = format::charset(content_type).map(Arc::from);
        payload
    }

    /// A JSON document.
    pub fn from_json(value: json::Value) -> Self {
        let payload = Self::new(Body::Json, Format::Json);
        let _ = payload.json.set(value);
        payload
    }

    /// An envelope.
    pub fn from_envelope(tree: Tree, format: Format) -> Self {
        let payload = Self::new(Body::Xml, format);
        let _ = payload.xml.set(tree);
        payload
    }

    /// A tree whose root element (or nodes) becomes the content of the body; an envelope is taken
    /// as it is.
    pub fn from_xml(tree: Tree) -> Self {
        if let Some(root) = tree.root_element()
            && soap::is_envelope(&tree, root)
        {
            let format = envelope_format(&tree, root);
            return Self::from_envelope(tree, format);
        }
        let (mut wrapped, body) = soap::envelope(SOAP11);
        for node in tree.children(Tree::ROOT) {
            let copy = wrapped.import(&tree, node);
            wrapped.append_child(body, copy);
        }
        Self::from_envelope(wrapped, Format::Xml)
    }

    /// Text.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self::from_bytes(text.into().into_bytes(), Format::Text)
    }

    /// A copy; what is still on the wire cannot be copied and is missing in it.
    pub fn copy(&self) -> Self {
        let body = match &self.body {
            Body::Bytes(bytes) => Body::Bytes(bytes.clone()),
            Body::Json => Body::Json,
            Body::Xml => Body::Xml,
            Body::Stream(_) | Body::Sent => Body::Sent,
        };
        Self {
            body,
            format: self.format,
            charset: self.charset.clone(),
            rules: Arc::clone(&self.rules),
            json: self.json.clone(),
            xml: self.xml.clone(),
            bare: self.bare.clone(),
        }
    }

    /// The rules that it is looked at by.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// The payload with other rules than the defaults.
    pub fn under(mut self, rules: Arc<Rules>) -> Self {
        self.rules = rules;
        self
    }

    /// How the payload was read or made.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Says that the payload is to be read as something else.
    pub fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    /// Whether it is known to be empty.
    pub fn is_empty(&self) -> bool {
        matches!(&self.body, Body::Bytes(bytes) if bytes.is_empty())
    }

    /// Whether the body is still on the wire.
    pub fn is_stream(&self) -> bool {
        matches!(self.body, Body::Stream(_))
    }

    /// Whether the body is on the wire and known to be small enough to be sent in one piece.
    pub fn is_small_stream(&self) -> bool {
        match &self.body {
            Body::Stream(stream) => {
                http_body::Body::size_hint(stream).exact().is_some_and(|size| size <= SMALL)
            }
            _ => false,
        }
    }

    /// Whether the body is on the wire and nobody knows how long it is.
    pub fn is_unsized_stream(&self) -> bool {
        match &self.body {
            Body::Stream(stream) => http_body::Body::size_hint(stream).exact().is_none(),
            _ => false,
        }
    }

    /// The original bytes, while nobody changed them.
    pub fn bytes(&self) -> Option<&Bytes> {
        match &self.body {
            Body::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Takes the stream out; until bytes are put back the payload counts as sent.
    pub fn take_stream(&mut self) -> Option<BodyStream> {
        match std::mem::replace(&mut self.body, Body::Sent) {
            Body::Stream(stream) => Some(stream),
            other => {
                self.body = other;
                None
            }
        }
    }

    /// Puts the collected bytes in the stream's place.
    pub fn fill(&mut self, bytes: Bytes) {
        self.body = Body::Bytes(bytes);
    }

    /// Whether one of the views is the truth, and not what came.
    pub(super) fn is_changed(&self) -> bool {
        matches!(self.body, Body::Json | Body::Xml)
    }

    /// The XML view if it exists already.
    pub fn parsed_xml(&self) -> Option<&Tree> {
        self.xml.get()
    }

    /// Whether the payload is JSON (and not XML) by nature.
    pub fn is_json(&self) -> bool {
        match self.body {
            Body::Json => true,
            Body::Xml => false,
            _ => self.format == Format::Json,
        }
    }

    /// The JSON view; of an empty body it is an empty object.
    pub fn json(&self) -> Result<&json::Value, PayloadError> {
        if let Some(value) = self.json.get() {
            return Ok(value);
        }
        let value = if self.is_empty() {
            json::Value::Object(json::Object::new())
        } else if self.is_json() {
            self.parse_json()?
        } else {
            let tree = self.xml()?;
            let body = soap::soap_body(tree).unwrap_or(Tree::ROOT);
            match tree.child_elements(body).next() {
                None => json::Value::Object(json::Object::new()),
                Some(element) => {
                    xml::xml_to_json(tree, element, &self.rules.conversion).map_err(|error| {
                        PayloadError::Malformed(format!("no JSON for this XML: {error}").into())
                    })?
                }
            }
        };
        Ok(self.json.get_or_init(|| value))
    }

    /// The JSON view, to change it: it becomes the truth.
    pub fn json_mut(&mut self) -> Result<&mut json::Value, PayloadError> {
        self.json()?;
        self.body = Body::Json;
        self.format = Format::Json;
        self.xml = OnceLock::new();
        self.json.get_mut().ok_or(PayloadError::Sent)
    }

    /// The XML view: an envelope.
    pub fn xml(&self) -> Result<&Tree, PayloadError> {
        if let Some(tree) = self.xml.get() {
            return Ok(tree);
        }
        let tree = if self.is_json() { self.json_as_xml()? } else { self.build_xml(self.raw()?)? };
        Ok(self.xml.get_or_init(|| tree))
    }

    /// Whether the message is one of SOAP: its XML came in an envelope, or was made with one.
    pub fn is_soap(&self) -> Result<bool, PayloadError> {
        if !matches!(self.format, Format::Soap11 | Format::Soap12) {
            return Ok(false);
        }
        self.xml()?;
        Ok(!self.bare.get().is_some_and(|bare| *bare))
    }

    /// The XML view, to change it: it becomes the truth. What came without an envelope goes out
    /// without one.
    pub fn xml_mut(&mut self) -> Result<&mut Tree, PayloadError> {
        self.xml()?;
        if self.bare.get().is_some_and(|bare| *bare) && self.format.is_xml() {
            self.format = Format::Xml;
        }
        self.body = Body::Xml;
        self.json = OnceLock::new();
        self.xml.get_mut().ok_or(PayloadError::Sent)
    }

    /// The text of a plain-text payload, or of whatever the body holds.
    pub fn text(&self) -> Result<String, PayloadError> {
        match (&self.body, self.format) {
            (Body::Bytes(bytes), Format::Text | Format::Binary) => {
                self.decoded(bytes).map(Cow::into_owned)
            }
            (Body::Json, _) | (_, Format::Json) => Ok(self.json()?.to_text()),
            _ => {
                let tree = self.xml()?;
                let body = soap::soap_body(tree).unwrap_or(Tree::ROOT);
                Ok(tree.string_value(body).into_owned())
            }
        }
    }

    fn raw(&self) -> Result<&Bytes, PayloadError> {
        match &self.body {
            Body::Bytes(bytes) => Ok(bytes),
            Body::Stream(_) => Err(PayloadError::NeedBody),
            Body::Sent | Body::Json | Body::Xml => Err(PayloadError::Sent),
        }
    }

    fn decoded<'b>(&self, bytes: &'b [u8]) -> Result<Cow<'b, str>, PayloadError> {
        charset::decode(bytes, self.charset.as_deref())
    }

    fn parse_json(&self) -> Result<json::Value, PayloadError> {
        let bytes = self.raw()?;
        let limits = &self.rules.json;
        let parsed = if charset::is_utf8(self.charset.as_deref()) {
            json::parse(bytes, limits)
        } else {
            json::parse(self.decoded(bytes)?.as_bytes(), limits)
        };
        parsed.map_err(|error| match error.limit() {
            Some(limit) => over_limit("json", limit, &error),
            None => PayloadError::Malformed(format!("malformed JSON: {error}").into()),
        })
    }

    fn json_as_xml(&self) -> Result<Tree, PayloadError> {
        let (mut tree, body) = soap::envelope(SOAP11);
        if !self.is_empty() {
            xml::json_to_xml(self.json()?, &self.rules.conversion, &mut tree, body);
        }
        Ok(tree)
    }

    fn build_xml(&self, bytes: &Bytes) -> Result<Tree, PayloadError> {
        let (mut tree, body) = soap::envelope(SOAP11);
        if bytes.is_empty() {
            let _ = self.bare.set(true);
            return Ok(tree);
        }
        match self.format {
            Format::Text => wrap(&mut tree, body, "text", &self.decoded(bytes)?),
            Format::Binary | Format::Json => {
                wrap(&mut tree, body, "binary", &BASE64.encode(bytes));
            }
            Format::Form => form(&mut tree, body, &self.decoded(bytes)?),
            Format::Xml | Format::Soap11 | Format::Soap12 => return self.parse_xml(bytes),
        }
        Ok(tree)
    }

    fn parse_xml(&self, bytes: &Bytes) -> Result<Tree, PayloadError> {
        let refused = |error: xml::XmlError| match error.limit() {
            Some(limit) => over_limit("xml", limit, &error),
            None => PayloadError::Malformed(format!("malformed XML: {error}").into()),
        };
        // A SOAP body is an envelope; anything else goes below one of ours.
        let (mut tree, body) = soap::envelope(SOAP11);
        xml::parse_into(&mut tree, body, bytes, self.charset.as_deref(), &self.rules.xml)
            .map_err(refused)?;
        let inner = tree.child_elements(body).next();
        match inner {
            Some(root) if soap::is_envelope(&tree, root) => {
                let _ = self.bare.set(false);
                Ok(tree.extract(root))
            }
            _ => {
                let _ = self.bare.set(true);
                Ok(tree)
            }
        }
    }
}

/// What a sender is told whose document is too much, with the setting's name for the operator.
fn over_limit(language: &str, limit: &str, error: &dyn std::fmt::Display) -> PayloadError {
    PayloadError::OverLimit(format!("{error} by `limits.{language}.{limit}`").into())
}

fn envelope_format(tree: &Tree, root: NodeId) -> Format {
    match tree.name(root).and_then(|name| name.namespace.as_deref()) {
        Some(SOAP12) => Format::Soap12,
        _ => Format::Soap11,
    }
}

/// Wraps text as Axis2 does: one element in its payload namespace.
pub(super) fn wrap(tree: &mut Tree, body: NodeId, local: &str, text: &str) {
    let element = tree.create_element(Name::new(None, Some(AXIS_PAYLOAD), local));
    tree.declare_namespace(element, None, AXIS_PAYLOAD);
    tree.append_child(body, element);
    let text = tree.create_text(text);
    tree.append_child(element, text);
}

fn form(tree: &mut Tree, body: NodeId, text: &str) {
    let values = tree.create_element(Name::local("xformValues"));
    tree.append_child(body, values);
    for (name, value) in form_pairs(text) {
        let field = tree.create_element(Name::local(&*name));
        tree.append_child(values, field);
        let value = tree.create_text(&*value);
        tree.append_child(field, value);
    }
}
