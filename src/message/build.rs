//! Builders: what bytes of a format look like as JSON and as XML.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;

use super::charset::{self, Charset};
use super::content_type::parameter;
use super::related::Related;
use super::request::form_pairs;
use super::{Format, Payload, PayloadError, SOAP11, form_data, soap};
use crate::json;
use crate::xml::{self, Name, NodeId, Tree};

/// The namespace of the element that wraps text and bytes in the XML view.
pub(super) const AXIS_PAYLOAD: &str = "http://ws.apache.org/commons/ns/payload";

impl Payload {
    /// Bytes as text in the payload's charset.
    pub(super) fn decoded<'b>(&self, bytes: &'b [u8]) -> Result<Cow<'b, str>, PayloadError> {
        charset::decode(bytes, self.charset().as_deref())
    }

    pub(super) fn parse_json(&self) -> Result<json::Value, PayloadError> {
        let bytes = self.raw()?;
        let limits = &self.rules().json;
        let label = self.charset();
        let parsed = if charset::is_utf8(bytes, label.as_deref()) {
            json::parse(charset::without_mark(bytes), limits)
        } else if label.is_none() {
            json::parse(Charset::Utf16.decode(bytes).as_bytes(), limits)
        } else {
            json::parse(self.decoded(bytes)?.as_bytes(), limits)
        };
        parsed.map_err(|error| match error.limit() {
            Some(limit) => over_limit("json", limit, &error),
            None => PayloadError::Malformed(format!("malformed JSON: {error}").into()),
        })
    }

    pub(super) fn json_as_xml(&self) -> Result<Tree, PayloadError> {
        let (mut tree, body) = soap::envelope(SOAP11);
        if !self.is_empty() {
            xml::json_to_xml(self.json()?, &self.rules().conversion, &mut tree, body);
        }
        Ok(tree)
    }

    pub(super) fn build_xml(&self, bytes: &Bytes) -> Result<Tree, PayloadError> {
        let (mut tree, body) = soap::envelope(SOAP11);
        if bytes.is_empty() {
            let _ = self.bare.set(true);
            return Ok(tree);
        }
        match self.format() {
            Format::Text => wrap(&mut tree, body, "text", &self.decoded(bytes)?),
            Format::Binary | Format::Json => {
                wrap(&mut tree, body, "binary", &BASE64.encode(bytes));
            }
            Format::Form => self.form(&mut tree, body, bytes)?,
            Format::Multipart => {
                let boundary = parameter(self.content_type(), "boundary").unwrap_or_default();
                let charset = self.charset();
                form_data::read(&mut tree, body, bytes, &boundary, charset.as_deref())?;
            }
            Format::Related => {
                let related = Related::read(bytes, self.content_type())?;
                let mut tree = self.parse_xml(related.xml(), related.charset().as_deref())?;
                related.include(&mut tree)?;
                return Ok(tree);
            }
            Format::Xml | Format::Soap11 | Format::Soap12 => {
                return self.parse_xml(bytes, self.charset().as_deref());
            }
        }
        Ok(tree)
    }

    fn parse_xml(&self, bytes: &[u8], charset: Option<&str>) -> Result<Tree, PayloadError> {
        let refused = |error: xml::XmlError| match error.limit() {
            Some(limit) => over_limit("xml", limit, &error),
            None => PayloadError::Malformed(format!("malformed XML: {error}").into()),
        };
        // A SOAP body is an envelope; anything else goes below one of ours.
        let (mut tree, body) = soap::envelope(SOAP11);
        xml::parse_into(&mut tree, body, bytes, charset, &self.rules().xml).map_err(refused)?;
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

    fn form(&self, tree: &mut Tree, body: NodeId, bytes: &[u8]) -> Result<(), PayloadError> {
        let text = self.decoded(bytes)?;
        let charset = self.charset().and_then(|label| Charset::of(&label));
        let values = tree.create_element(Name::local("xformValues"));
        tree.append_child(body, values);
        for (name, value) in form_pairs(&text, charset.unwrap_or(Charset::UTF8)) {
            let field = tree.create_element(Name::local(xml::to_xml_name(&name.into())));
            tree.append_child(values, field);
            let value = tree.create_text(&*value);
            tree.append_child(field, value);
        }
        Ok(())
    }
}

/// What a sender is told whose document is too much, with the setting's name for the operator.
fn over_limit(language: &str, limit: &str, error: &dyn std::fmt::Display) -> PayloadError {
    PayloadError::OverLimit(format!("{error} by `limits.{language}.{limit}`").into())
}

/// Wraps text as Axis2 does: one element in its payload namespace.
fn wrap(tree: &mut Tree, body: NodeId, local: &str, text: &str) {
    let element = tree.create_element(Name::new(None, Some(AXIS_PAYLOAD), local));
    tree.declare_namespace(element, None, AXIS_PAYLOAD);
    tree.append_child(body, element);
    let text = tree.create_text(text);
    tree.append_child(element, text);
}
