//! JSON as XML and back, by the rules that Synapse's flows are written for.
//!
//! An object is `<jsonObject>` with a child a member, an array `<jsonArray>` with a `<jsonElement>`
//! an item, any other document `<jsonValue>` with its JSON text. An array that is a member becomes
//! siblings with the member's name. A member `@x` is an attribute, `$` is text.
//!
//! Deliberate differences: `<jsonArray>` stays an array with one element or none, where Synapse
//! makes the element itself or null of it; siblings of one name become one array even with others
//! between them, where Synapse writes the member twice; numbers stay as they were written.

mod from_xml;
mod names;
mod primitive;
#[cfg(test)]
mod tests;
mod to_xml;

pub use from_xml::{ConversionError, xml_to_json};
pub use names::{to_member_name, to_xml_name};
pub use to_xml::json_to_xml;

const OBJECT: &str = "jsonObject";
const ARRAY: &str = "jsonArray";
const ELEMENT: &str = "jsonElement";
const VALUE: &str = "jsonValue";

/// The target of the instruction that says: what follows is an array, even of one.
const MULTIPLE: &str = "xml-multiple";

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// What `synapse.properties` can change about the conversion; the defaults are Synapse's.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct XmlRules {
    /// Text that reads as a number, as `true`, `false` or `null` becomes that
    /// (`synapse.commons.json.output.autoPrimitive`).
    pub auto_primitive: bool,
    /// Text that would be a number stays text where this matches; see [`XmlRules::whole_text`]
    /// (`…output.disableAutoPrimitive.regex`).
    pub stays_text: Option<regex::Regex>,
    /// Text stays text, whatever it reads as, where it begins with this, and the match is replaced;
    /// see [`XmlRules::text_start`]. Only without `stays_text`
    /// (`…json.output.disableAutoPrimitive.customReplaceRegex`).
    pub replaced: Option<regex::Regex>,
    /// What it is replaced with; see [`XmlRules::replacement`] (`….customReplaceSequence`).
    pub replacement: String,
    /// Names keep their prefix (`…preserve.namespace`).
    pub keep_prefixes: bool,
    /// What stands between prefix and name (`…output.namespaceSepChar`).
    pub prefix_separator: char,
    /// Namespace declarations become members `@xmlns`; only together with `keep_prefixes`
    /// (`…output.enableNSDeclarations`).
    pub keep_declarations: bool,
    /// Siblings of one name become an array (`…output.jsonoutAutoArray`); else the last one stays.
    pub auto_array: bool,
    /// Instructions `<?xml-multiple name?>` make arrays (`…output.jsonoutMultiplePI`).
    pub reads_instructions: bool,
    /// Such instructions are written for arrays
    /// (`synapse.json.to.xml.processing.instruction.enabled`).
    pub writes_instructions: bool,
    /// An empty element is null, else it is empty text (`…enableXmlNullForEmptyElement`).
    pub empty_is_null: bool,
    /// `xsi:nil="true"` stands for null both ways (`…enableXmlNilReadWrite`).
    pub nil: bool,
    /// White space that is an element's only content stays (the property `PRESERVE_SPACES`).
    pub keep_spaces: bool,
}

impl Default for XmlRules {
    fn default() -> Self {
        Self {
            auto_primitive: true,
            stays_text: None,
            replaced: None,
            replacement: String::new(),
            keep_prefixes: false,
            prefix_separator: '_',
            keep_declarations: false,
            auto_array: true,
            reads_instructions: true,
            writes_instructions: false,
            empty_is_null: true,
            nil: false,
            keep_spaces: false,
        }
    }
}
