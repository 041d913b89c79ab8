//! Formatters: the payload as bytes of a format.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use super::build::AXIS_PAYLOAD;
use super::charset::{Charset, Missing};
use super::{Format, Payload, PayloadError, form_data, soap};
use crate::xml::{Name, NodeId, Tree, XmlRules, to_member_name};

/// How a body is written.
#[derive(Debug)]
pub(super) struct Style<'s> {
    /// The charset of text.
    pub charset: Charset,
    /// What stands between the parts of a multipart body.
    pub boundary: &'s str,
    /// Whether files of a multipart body are sent as files.
    pub decode_files: bool,
    /// Whether white space that is all that an element holds stays in JSON.
    pub keep_spaces: bool,
}

impl Payload {
    /// The payload in a format, as text in UTF-8; what nobody changed and is in that format keeps
    /// its bytes.
    pub fn to_bytes(&self, format: Format) -> Result<Bytes, PayloadError> {
        match self.bytes() {
            Some(bytes) if format == self.format() || bytes.is_empty() => Ok(bytes.clone()),
            _ => self.written(
                format,
                &Style {
                    charset: Charset::UTF8,
                    boundary: "MIMEBoundary",
                    decode_files: false,
                    keep_spaces: false,
                },
            ),
        }
    }

    /// The payload written anew.
    pub(super) fn written(&self, format: Format, style: &Style<'_>) -> Result<Bytes, PayloadError> {
        let charset = style.charset;
        match format {
            Format::Json => {
                let text = match self.bytes() {
                    Some(bytes) if self.is_json() => self.decoded(bytes)?.into_owned(),
                    _ if style.keep_spaces && !self.is_json() => {
                        let usual = self.rules().conversion.clone();
                        self.xml_as_json(&XmlRules { keep_spaces: true, ..usual })?.to_text()
                    }
                    _ => self.json()?.to_text(),
                };
                Ok(charset.encode(text, Missing::Escape))
            }
            Format::Xml => {
                self.body_element(|tree, element| document(tree.node_to_text(element), style))
            }
            Format::Soap11 | Format::Soap12 => self.envelope(format, style),
            Format::Related => self.envelope(soap::version(self.xml()?), style),
            Format::Text => Ok(charset.encode(self.text()?, Missing::Mark)),
            Format::Form => self.body_element(|tree, values| form(tree, values, charset)),
            Format::Multipart => self.body_element(|tree, root| {
                form_data::write(tree, root, style.boundary, style.decode_files).into()
            }),
            Format::Binary => self.binary(),
        }
    }

    fn body_element(
        &self,
        write: impl FnOnce(&Tree, NodeId) -> Bytes,
    ) -> Result<Bytes, PayloadError> {
        let tree = self.xml()?;
        let body = soap::soap_body(tree).unwrap_or(Tree::ROOT);
        let element = tree.child_elements(body).next();
        Ok(element.map_or_else(Bytes::new, |element| write(tree, element)))
    }

    /// The envelope in the version that the format names.
    fn envelope(&self, format: Format, style: &Style<'_>) -> Result<Bytes, PayloadError> {
        let tree = self.xml()?;
        let wanted = if format == Format::Soap12 { soap::SOAP12 } else { soap::SOAP11 };
        let has = tree
            .root_element()
            .and_then(|root| tree.name(root))
            .and_then(|name| name.namespace.as_deref());
        if has == Some(wanted) {
            return Ok(document(tree.to_text(), style));
        }
        let (mut converted, body) = soap::envelope(wanted);
        if let Some(old) = soap::soap_header(tree) {
            let name = Name::new(Some("soapenv"), Some(wanted), "Header");
            let header = converted.create_element(name);
            converted.insert_before(body, header);
            converted.append_children_of(header, tree, old);
        }
        if let Some(old) = soap::soap_body(tree) {
            converted.append_children_of(body, tree, old);
        }
        Ok(document(converted.to_text(), style))
    }

    /// Bytes: those behind the element that wraps bytes, text as it is, and XML as XML.
    fn binary(&self) -> Result<Bytes, PayloadError> {
        if let (Some(bytes), Format::Text | Format::Binary | Format::Json) =
            (self.bytes(), self.format())
        {
            return Ok(bytes.clone());
        }
        if self.is_json() {
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
                    let bytes = BASE64.decode(packed);
                    bytes.unwrap_or_else(|_| text.into_owned().into_bytes()).into()
                }
                Some("text") => text.into_owned().into(),
                _ => tree.node_to_text(element).into(),
            }
        })
    }
}

/// XML as a document. In another charset than UTF-8 it has to say so itself.
fn document(text: String, style: &Style<'_>) -> Bytes {
    let Some(name) = style.charset.declared_name() else {
        return style.charset.encode(text, Missing::Reference);
    };
    let declared = format!("<?xml version=\"1.0\" encoding=\"{name}\"?>{text}");
    style.charset.encode(declared, Missing::Reference)
}

fn form(tree: &Tree, values: NodeId, charset: Charset) -> Bytes {
    let encode = |text: &str| {
        let bytes = charset.encode(text.to_owned(), Missing::Mark);
        percent_encode(&bytes, NON_ALPHANUMERIC).to_string().replace("%20", "+")
    };
    let pairs: Vec<String> = tree
        .child_elements(values)
        .filter_map(|field| {
            let name = to_member_name(&tree.name(field)?.local);
            Some(format!("{}={}", encode(&name), encode(&tree.string_value(field))))
        })
        .collect();
    pairs.join("&").into()
}
