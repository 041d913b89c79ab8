//! The body of a message: bytes until somebody looks, then a view that is parsed once.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::combinators::UnsyncBoxBody;

use super::content_type::parameter;
use super::{Format, Rules, SOAP11, Side, soap};
use crate::json;
use crate::xml::{self, Tree};

/// A body that is still on the wire.
pub type BodyStream = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// Bodies up to this many bytes are sent in one piece with their length.
const SMALL: u64 = 16 * 1024;

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
    /// What the flow asks for cannot be written.
    #[error("{0}")]
    Unwritable(Arc<str>),
    /// It asks for more than the rules allow.
    #[error("{0}")]
    OverLimit(Arc<str>),
}

/// Which of the forms is the truth; the others follow from it.
#[derive(Debug)]
enum Body {
    Stream(BodyStream),
    /// Collected, and still in its content coding.
    Packed(Bytes),
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
    /// The content type that it came with, where it has parameters.
    content_type: Option<Arc<str>>,
    /// The content coding that it came in, until it is unpacked.
    coding: Option<Arc<str>>,
    /// Who sent it; the flow where it was made here.
    sender: Side,
    rules: Arc<Rules>,
    json: OnceLock<json::Value>,
    xml: OnceLock<Tree>,
    /// Whether the XML came without an envelope; known once it was parsed.
    pub(super) bare: OnceLock<bool>,
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
            content_type: None,
            coding: None,
            sender: Side::Flow,
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

    /// A body as it arrives: `content_type` decides how it will be read, the headers say in which
    /// content coding it is.
    pub fn from_stream(
        stream: BodyStream,
        content_type: &str,
        headers: &HeaderMap,
        sender: Side,
    ) -> Self {
        let body = if http_body::Body::size_hint(&stream).exact() == Some(0) {
            Body::Bytes(Bytes::new())
        } else {
            Body::Stream(stream)
        };
        let mut payload = Self::new(body, Format::of(content_type)).typed(content_type);
        let codings = headers.get_all(CONTENT_ENCODING).iter();
        let codings: Vec<&str> = codings.filter_map(|coding| coding.to_str().ok()).collect();
        payload.coding = (!codings.is_empty()).then(|| codings.join(",").into());
        payload.sent_by(sender)
    }

    /// Bytes with a content type.
    pub fn from_typed_bytes(bytes: impl Into<Bytes>, content_type: &str) -> Self {
        Self::from_bytes(bytes, Format::of(content_type)).typed(content_type)
    }

    fn typed(mut self, content_type: &str) -> Self {
        self.content_type = content_type.contains(';').then(|| content_type.into());
        self
    }

    /// Says who sent it.
    pub fn sent_by(mut self, sender: Side) -> Self {
        self.sender = sender;
        self
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
            let format = soap::version(&tree);
            return Self::from_envelope(tree, format);
        }
        let (mut wrapped, body) = soap::envelope(SOAP11);
        wrapped.append_children_of(body, &tree, Tree::ROOT);
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
            Body::Packed(bytes) => Body::Packed(bytes.clone()),
            Body::Json => Body::Json,
            Body::Xml => Body::Xml,
            Body::Stream(_) | Body::Sent => Body::Sent,
        };
        Self {
            body,
            format: self.format,
            content_type: self.content_type.clone(),
            coding: self.coding.clone(),
            sender: self.sender,
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

    /// Reads what came as another format: how it looked as the first one is forgotten.
    pub fn read_as(&mut self, format: Format) {
        if format != self.format && self.bytes().is_some() {
            self.format = format;
            (self.json, self.xml, self.bare) = Default::default();
        }
    }

    /// Whether it is known to be empty.
    pub fn is_empty(&self) -> bool {
        matches!(&self.body, Body::Bytes(bytes) if bytes.is_empty())
    }

    /// Whether the body is still on the wire.
    pub fn is_stream(&self) -> bool {
        matches!(self.body, Body::Stream(_))
    }

    /// Whether the body has to be read before anybody can look at it: it is on the wire, or packed.
    pub fn is_unread(&self) -> bool {
        matches!(self.body, Body::Stream(_) | Body::Packed(_))
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

    /// Who sent it; the flow where it was made here.
    pub fn sender(&self) -> Side {
        self.sender
    }

    /// The content coding that it came in, until it is unpacked.
    pub fn coding(&self) -> Option<&str> {
        self.coding.as_deref()
    }

    /// The original bytes, while nobody changed them.
    pub fn bytes(&self) -> Option<&Bytes> {
        match &self.body {
            Body::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The bytes to send where nothing has to be done to them.
    pub(super) fn bytes_as_they_came(&self) -> Option<&Bytes> {
        match &self.body {
            Body::Bytes(bytes) | Body::Packed(bytes) => Some(bytes),
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

    /// Puts the collected bytes in the stream's place; they are what came, packed or not.
    pub fn fill(&mut self, bytes: Bytes) {
        self.body = if self.coding.is_some() { Body::Packed(bytes) } else { Body::Bytes(bytes) };
    }

    /// The collected bytes that are still packed.
    pub fn packed(&self) -> Option<&Bytes> {
        match &self.body {
            Body::Packed(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Puts what packed bytes hold in their place; `None` where the coding is not one of HTTP's
    /// and says nothing.
    pub fn unpack(&mut self, content: Option<Bytes>) {
        match (content, std::mem::replace(&mut self.body, Body::Sent)) {
            (Some(content), _) => {
                self.body = Body::Bytes(content);
                self.coding = None;
            }
            (None, Body::Packed(bytes)) => self.body = Body::Bytes(bytes),
            (None, other) => self.body = other,
        }
    }

    /// The charset that its content type names.
    pub(super) fn charset(&self) -> Option<String> {
        Some(parameter(self.content_type.as_deref()?, "charset")?.into_owned())
    }

    /// The content type that it came with; nothing where that has no parameters.
    pub(super) fn content_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or_default()
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
            self.xml_as_json(&self.rules.conversion)?
        };
        Ok(self.json.get_or_init(|| value))
    }

    /// What the XML view is in JSON by these rules.
    pub fn xml_as_json(&self, conversion: &xml::XmlRules) -> Result<json::Value, PayloadError> {
        let tree = self.xml()?;
        let body = soap::soap_body(tree).unwrap_or(Tree::ROOT);
        let Some(element) = tree.child_elements(body).next() else {
            return Ok(json::Value::Object(json::Object::new()));
        };
        xml::xml_to_json(tree, element, conversion).map_err(|error| {
            PayloadError::Malformed(format!("no JSON for this XML: {error}").into())
        })
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
        if !matches!(self.format, Format::Soap11 | Format::Soap12 | Format::Related) {
            return Ok(false);
        }
        self.xml()?;
        Ok(!self.bare.get().is_some_and(|bare| *bare))
    }

    /// The XML view, to change it: it becomes the truth. What came without an envelope goes out
    /// without one.
    pub fn xml_mut(&mut self) -> Result<&mut Tree, PayloadError> {
        self.xml()?;
        let is_related = self.format == Format::Related;
        if is_related || self.format.is_xml() {
            if self.bare.get().is_some_and(|bare| *bare) {
                self.format = Format::Xml;
            } else if is_related {
                self.format = self.xml.get().map_or(Format::Xml, soap::version);
            }
        }
        self.body = Body::Xml;
        self.json = OnceLock::new();
        self.xml.get_mut().ok_or(PayloadError::Sent)
    }

    /// The XML view, to change what is around its content: what came in another form than XML
    /// stays the truth.
    pub fn envelope_mut(&mut self) -> Result<&mut Tree, PayloadError> {
        let is_xml = self.format.is_xml() || self.format == Format::Related;
        if is_xml || matches!(self.body, Body::Xml) {
            return self.xml_mut();
        }
        self.xml()?;
        self.xml.get_mut().ok_or(PayloadError::Sent)
    }

    /// The text of a plain-text payload, or of whatever the body holds.
    pub fn text(&self) -> Result<String, PayloadError> {
        match (&self.body, self.format) {
            (Body::Bytes(bytes), Format::Text | Format::Binary) => {
                self.decoded(bytes).map(std::borrow::Cow::into_owned)
            }
            (Body::Json, _) | (_, Format::Json) => Ok(self.json()?.to_text()),
            _ => {
                let tree = self.xml()?;
                let body = soap::soap_body(tree).unwrap_or(Tree::ROOT);
                Ok(tree.string_value(body).into_owned())
            }
        }
    }

    /// The bytes, to be read.
    pub(super) fn raw(&self) -> Result<&Bytes, PayloadError> {
        match &self.body {
            Body::Bytes(bytes) => Ok(bytes),
            Body::Stream(_) | Body::Packed(_) => Err(PayloadError::NeedBody),
            Body::Sent | Body::Json | Body::Xml => Err(PayloadError::Sent),
        }
    }
}
