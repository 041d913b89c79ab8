//! Formatters: the payload as it is sent on.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::payload::AXIS_PAYLOAD;
use super::{BodyStream, Format, Message, Payload, PayloadError, charset, soap};
use crate::xml::{Name, NodeId, Tree};

/// A body ready to be sent.
#[derive(Debug)]
pub enum Rendered {
    /// The body as it arrives, never looked at.
    Stream(BodyStream),
    /// Bytes.
    Bytes(Bytes),
}

impl Message {
    /// The body in its outgoing format. A stream that needs no change is taken out and passed on;
    /// bytes that nobody changed go out as they came.
    pub fn render(&mut self) -> Result<Rendered, PayloadError> {
        if self.axis2.is_true("NO_ENTITY_BODY") {
            return Ok(Rendered::Bytes(Bytes::new()));
        }
        let format = self.outgoing_format();
        self.payload.render(format)
    }

    /// Whether the body is on the wire and cannot be sent as it comes, so that it must be read
    /// before [`Message::render`].
    pub fn needs_body_to_be_sent(&self) -> bool {
        self.payload.is_stream()
            && self.outgoing_format() != self.payload.format()
            && !self.axis2.is_true("NO_ENTITY_BODY")
    }

    /// The content type to send the message with. What a flow says counts; else a body that went
    /// through keeps its own words, and one that was rewritten says what it is now.
    pub fn outgoing_content_type(&self) -> Option<String> {
        if self.axis2.is_true("NO_ENTITY_BODY") {
            return None;
        }
        let format = self.outgoing_format();
        let own = |name| self.axis2.text(name).filter(|text| !text.trim().is_empty());
        let fits = |header: &&str| {
            let stated = Format::of(header);
            self.payload.is_empty() || stated == format || (stated.is_xml() && format.is_xml())
        };
        let stated = match own("ContentType").or_else(|| own("messageType")) {
            Some(stated) => stated.to_string(),
            None => match self.content_type_header().filter(fits) {
                Some(header) => header.to_owned(),
                None if self.payload.is_empty() => return None,
                None => format.content_type().to_owned(),
            },
        };
        if self.payload.is_written_anew(format) {
            return Some(charset::written_in_utf8(&stated).into_owned());
        }
        Some(stated)
    }
}

impl Payload {
    /// The payload in a format.
    fn render(&mut self, format: Format) -> Result<Rendered, PayloadError> {
        if self.goes_as_it_came(format) {
            if let Some(stream) = self.take_stream() {
                return Ok(Rendered::Stream(stream));
            }
            if let Some(bytes) = self.bytes() {
                return Ok(Rendered::Bytes(bytes.clone()));
            }
        }
        self.to_bytes(format).map(Rendered::Bytes)
    }

    /// What nobody changed and nobody wants in another form keeps its bytes.
    fn goes_as_it_came(&self, format: Format) -> bool {
        format == self.format() || self.is_empty()
    }

    /// Whether the bytes that are sent are ours, and not those that came.
    fn is_written_anew(&self, format: Format) -> bool {
        self.is_changed() || !self.goes_as_it_came(format)
    }

    /// The payload written in a format.
    pub fn to_bytes(&self, format: Format) -> Result<Bytes, PayloadError> {
        if self.goes_as_it_came(format)
            && let Some(bytes) = self.bytes()
        {
            return Ok(bytes.clone());
        }
        match format {
            Format::Json => Ok(self.json()?.to_text().into()),
            Format::Xml => {
                self.body_element(|tree, element| tree.node_to_text(element).into_bytes())
            }
            Format::Soap11 | Format::Soap12 => self.envelope_text(format),
            Format::Text => Ok(self.text()?.into()),
            Format::Form => self.body_element(form_text),
            Format::Binary => self.binary(),
        }
    }

    fn body_element(&self, write: fn(&Tree, NodeId) -> Vec<u8>) -> Result<Bytes, PayloadError> {
        let tree = self.xml()?;
        let body = soap::soap_body(tree).unwrap_or(Tree::ROOT);
        let element = tree.child_elements(body).next();
        Ok(element.map_or_else(Bytes::new, |element| write(tree, element).into()))
    }

    /// The envelope in the version that the format names.
    fn envelope_text(&self, format: Format) -> Result<Bytes, PayloadError> {
        let tree = self.xml()?;
        let wanted = if format == Format::Soap12 { soap::SOAP12 } else { soap::SOAP11 };
        let has = tree
            .root_element()
            .and_then(|root| tree.name(root))
            .and_then(|name| name.namespace.as_deref());
        if has == Some(wanted) {
            return Ok(tree.to_text().into());
        }
        let (mut converted, body) = soap::envelope(wanted);
        if let Some(old) = soap::soap_header(tree) {
            let name = Name::new(Some("soapenv"), Some(wanted), "Header");
            let header = converted.create_element(name);
            converted.insert_before(body, header);
            copy_children(tree, old, &mut converted, header);
        }
        if let Some(old) = soap::soap_body(tree) {
            copy_children(tree, old, &mut converted, body);
        }
        Ok(converted.to_text().into())
    }

    /// Bytes: those behind the element that wraps bytes, text as it is, and XML as XML.
    fn binary(&self) -> Result<Bytes, PayloadError> {
        let plain = matches!(self.format(), Format::Text | Format::Binary);
        if self.is_json() || (plain && self.bytes().is_some()) {
            return Ok(self.text()?.into());
        }
        self.body_element(|tree, element| {
            let wrapper = tree.name(element).filter(|name| {
                name.namespace.as_deref() == Some(AXIS_PAYLOAD)
                    && tree.first_child(element).is_some()
            });
            let text = tree.string_value(element);
            match wrapper.map(|name| &*name.local) {
                Some("binary") => {
                    let packed: String = text.split_whitespace().collect();
                    BASE64.decode(packed).unwrap_or_else(|_| text.into_owned().into_bytes())
                }
                Some("text") => text.into_owned().into_bytes(),
                _ => tree.node_to_text(element).into_bytes(),
            }
        })
    }
}

fn copy_children(from: &Tree, parent: NodeId, to: &mut Tree, new_parent: NodeId) {
    for child in from.children(parent) {
        let copy = to.import(from, child);
        to.append_child(new_parent, copy);
    }
}

fn form_text(tree: &Tree, values: NodeId) -> Vec<u8> {
    let encode =
        |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string().replace("%20", "+");
    let pairs: Vec<String> = tree
        .child_elements(values)
        .filter_map(|field| {
            let name = &tree.name(field)?.local;
            Some(format!("{}={}", encode(name), encode(&tree.string_value(field))))
        })
        .collect();
    pairs.join("&").into_bytes()
}
