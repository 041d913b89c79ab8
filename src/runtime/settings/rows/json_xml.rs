//! The rows of `[json_xml]`: what `synapse.properties` says about JSON as XML and back.

use super::{Kind, Row, Unset};
use crate::xml::XmlRules;

pub(super) static ROWS: &[Row] = &[
    Row {
        key: "json_xml.primitives",
        also: &[
            "mediation.synapse.enable_auto_primitive",
            "synapse_properties.synapse.commons.json.output.autoPrimitive",
        ],
        kind: Kind::Flag(|s, v| s.rules.conversion.auto_primitive = v),
        value: Unset::Default("true"),
        about: "Whether XML's text that reads as a number, `true`, `false` or `null` becomes that in JSON.",
    },
    Row {
        key: "json_xml.stays_text",
        also: &[
            "mediation.synapse.disable_auto_primitive_regex",
            "synapse_properties.synapse.commons.json.output.disableAutoPrimitive.regex",
        ],
        kind: Kind::Pattern(|s, v| {
            s.rules.conversion.stays_text = Some(XmlRules::whole_text(v)?);
            Ok(())
        }),
        value: Unset::None(r#""[0-9]{10,}""#),
        about: "What numbers stay text: a pattern for the whole of a text.",
    },
    Row {
        key: "json_xml.replaced",
        also: &[
            "mediation.synapse.disable_custom_replace_regex",
            "synapse_properties.synapse.commons.json.json.output.disableAutoPrimitive.customReplaceRegex",
        ],
        kind: Kind::Pattern(|s, v| {
            s.rules.conversion.replaced = Some(XmlRules::text_start(v)?);
            Ok(())
        }),
        value: Unset::None(r#""text:""#),
        about: "What text begins with that stays text whatever it reads as; unless `stays_text` is set.",
    },
    Row {
        key: "json_xml.replacement",
        also: &[
            "synapse_properties.synapse.commons.json.json.output.disableAutoPrimitive.customReplaceSequence",
        ],
        kind: Kind::Text(|s, v| s.rules.conversion.replacement = XmlRules::replacement(&v)),
        value: Unset::Default(r#""""#),
        about: "What takes the place of that beginning; `$1` is the first group of its pattern.",
    },
    Row {
        key: "json_xml.prefixes",
        also: &[
            "mediation.synapse.preserve_namespace_on_xml_to_json",
            "synapse_properties.synapse.commons.json.preserve.namespace",
        ],
        kind: Kind::Flag(|s, v| s.rules.conversion.keep_prefixes = v),
        value: Unset::Default("false"),
        about: "Whether names of XML keep their prefix in JSON.",
    },
    Row {
        key: "json_xml.prefix_separator",
        also: &["synapse_properties.synapse.commons.json.output.namespaceSepChar"],
        kind: Kind::Character(|s, v| s.rules.conversion.prefix_separator = v),
        value: Unset::Default(r#""_""#),
        about: "What stands between prefix and name there.",
    },
    Row {
        key: "json_xml.declarations",
        also: &[
            "mediation.synapse.enable_namespace_declaration",
            "synapse_properties.synapse.commons.json.output.enableNSDeclarations",
        ],
        kind: Kind::Flag(|s, v| s.rules.conversion.keep_declarations = v),
        value: Unset::Default("false"),
        about: "Whether namespace declarations become members `@xmlns` in JSON; only with `prefixes`.",
    },
    Row {
        key: "json_xml.arrays",
        also: &[
            "mediation.synapse.json_out_auto_array",
            "synapse_properties.synapse.commons.json.output.jsonoutAutoArray",
        ],
        kind: Kind::Flag(|s, v| s.rules.conversion.auto_array = v),
        value: Unset::Default("true"),
        about: "Whether siblings of one name become an array in JSON; else the last one stays.",
    },
    Row {
        key: "json_xml.read_instructions",
        also: &["synapse_properties.synapse.commons.json.output.jsonoutMultiplePI"],
        kind: Kind::Flag(|s, v| s.rules.conversion.reads_instructions = v),
        value: Unset::Default("true"),
        about: "Whether `<?xml-multiple name?>` makes an array of the elements of that name, even of one or none.",
    },
    Row {
        key: "json_xml.write_instructions",
        also: &[
            "synapse_properties.synapse.json.to.xml.processing.instruction.enabled",
            "synapse_properties.synapse.commons.json.output.xmloutMultiplePI",
        ],
        kind: Kind::Flag(|s, v| s.rules.conversion.writes_instructions = v),
        value: Unset::Default("false"),
        about: "Whether an array of JSON has such an instruction in XML, so that it comes back as it was.",
    },
    Row {
        key: "json_xml.empty_is_null",
        also: &["synapse_properties.synapse.commons.enableXmlNullForEmptyElement"],
        kind: Kind::Flag(|s, v| s.rules.conversion.empty_is_null = v),
        value: Unset::Default("true"),
        about: "Whether an empty element is null in JSON; else it is an empty text.",
    },
    Row {
        key: "json_xml.nil",
        also: &[
            "mediation.synapse.enable_xml_nil",
            "synapse_properties.synapse.commons.enableXmlNilReadWrite",
        ],
        kind: Kind::Flag(|s, v| s.rules.conversion.nil = v),
        value: Unset::Default("false"),
        about: "Whether null is an element with `xsi:nil=\"true\"` in XML, and such an element null in JSON.",
    },
];
