//! Formatters: the payload as it is sent on.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{BodyStream, Format, Message, Payload, PayloadError, soap};
use crate::xml::{NodeId, Tree};

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

    /// `text/xml` and `application/xml` differ only in the envelope, which a plain XML body does
    /// not have; what the engine never parsed keeps its form.
    fn goes_as_it_came(&self, format: Format) -> bool {
        format == self.format() || self.is_empty()
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
            Format::Xml => self.body_element(Tree::node_to_text),
            Format::Soap11 | Format::Soap12 => self.envelope_text(format),
            Format::Text => Ok(self.text()?.into()),
            Format::Form => self.body_element(form_text),
            Format::Binary => self.binary(),
        }
    }

    fn body_element(&self, write: fn(&Tree, NodeId) -> String) -> Result<Bytes, PayloadError> {
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
        if let Some(old) = soap::soap_body(tree) {
            for child in tree.children(old) {
                let copy = converted.import(tree, child);
                converted.append_child(body, copy);
            }
        }
        Ok(converted.to_text().into())
    }

    fn binary(&self) -> Result<Bytes, PayloadError> {
        let text = self.text()?;
        let packed: String = text.split_whitespace().collect();
        Ok(BASE64.decode(packed).map_or_else(|_| text.into(), Bytes::from))
    }
}

fn form_text(tree: &Tree, values: NodeId) -> String {
    let encode =
        |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string().replace("%20", "+");
    let pairs: Vec<String> = tree
        .child_elements(values)
        .filter_map(|field| {
            let name = &tree.name(field)?.local;
            Some(format!("{}={}", encode(name), encode(&tree.string_value(field))))
        })
        .collect();
    pairs.join("&")
}
