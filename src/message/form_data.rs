//! `multipart/form-data` as XML and back, as Axis2 shows it: an element a field below
//! `<mediate>`; the content of a file is base64, its name and type are attributes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::multipart::{Writer, parts};
use super::{PayloadError, charset};
use crate::xml::{Name, NodeId, Tree, to_member_name, to_xml_name};

/// The root element: the name of the operation that takes every message.
const ROOT: &str = "mediate";
/// The namespace of the element that a flow makes to send a file.
const FILE_NAMESPACE: &str = "http://org.apache.axis2/xsd/form-data";
/// What is sent of a file that has no name.
const NAMELESS_FILE: &str = "esb-generated-file";

/// Puts the fields of a body below a node. Parts without a name are no fields.
pub(super) fn read(
    tree: &mut Tree,
    parent: NodeId,
    body: &[u8],
    boundary: &str,
    charset: Option<&str>,
) -> Result<(), PayloadError> {
    let parts = parts(body, boundary).map_err(|why| {
        PayloadError::Malformed(format!("malformed multipart/form-data: {why}").into())
    })?;
    let root = tree.create_element(Name::local(ROOT));
    tree.append_child(parent, root);
    for part in parts {
        let Some(name) = part.disposition("name").filter(|name| !name.is_empty()) else { continue };
        let field = tree.create_element(Name::local(to_xml_name(&name.into())));
        tree.append_child(root, field);
        let text = if let Some(file) = part.disposition("filename") {
            tree.set_attribute(field, Name::local("filename"), file);
            tree.set_attribute(field, Name::local("content-type"), part.media_type());
            BASE64.encode(part.content)
        } else {
            if part.header("content-type").is_some() {
                tree.set_attribute(field, Name::local("content-type"), part.media_type());
            }
            charset::decode(part.content, part.charset().as_deref().or(charset))?.into_owned()
        };
        if !text.is_empty() {
            let text = tree.create_text(text);
            tree.append_child(field, text);
        }
    }
    Ok(())
}

/// The children of an element as fields. A file that came as one is sent as a file for `decode`,
/// else as the text that it is in the tree.
pub(super) fn write(tree: &Tree, root: NodeId, boundary: &str, decode: bool) -> Vec<u8> {
    let mut writer = Writer::new(boundary);
    for field in tree.child_elements(root) {
        let Some(name) = tree.name(field) else { continue };
        let attribute = |name: &str| tree.attribute(field, None, name);
        let text = tree.string_value(field);
        let is_made = name.matches(Some(FILE_NAMESPACE), "file");
        let local = to_member_name(&name.local);
        let file_name = attribute("name").unwrap_or(&local);
        let content_type = attribute("content-type");
        if tree.child_elements(field).next().is_some() {
            let xml = tree.node_to_text(field);
            writer.field(&local, None, "application/xml; charset=UTF-8", xml.as_bytes());
        } else if is_made || (decode && attribute("filename").is_some()) {
            let packed: String = text.split_whitespace().collect();
            let content = BASE64.decode(packed).unwrap_or_else(|_| text.as_bytes().to_vec());
            let file = attribute("filename").unwrap_or(NAMELESS_FILE);
            writer.field(file_name, Some(file), content_type.unwrap_or("text/plain"), &content);
        } else if attribute("filename").is_some() {
            writer.field(file_name, None, "text/plain; charset=UTF-8", text.as_bytes());
        } else {
            let content_type = content_type.unwrap_or("text/plain");
            let content_type = format!("{content_type}; charset=UTF-8");
            writer.field(&local, None, &content_type, text.as_bytes());
        }
    }
    writer.finish()
}
