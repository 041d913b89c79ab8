//! The rules of XML and JSON that a `<property>` of `jsontransform` changes for one message.

use crate::xml::XmlRules;

/// Changes a rule; the error says why a value cannot be.
type Set = fn(&mut XmlRules, &str) -> Result<(), String>;

const RULES: [(&str, Set); 10] = [
    ("synapse.commons.enableXmlNilReadWrite", |r, v| flag(v, &mut r.nil)),
    ("synapse.commons.enableXmlNullForEmptyElement", |r, v| flag(v, &mut r.empty_is_null)),
    ("synapse.commons.json.output.autoPrimitive", |r, v| flag(v, &mut r.auto_primitive)),
    ("synapse.commons.json.output.disableAutoPrimitive.regex", |r, v| {
        r.stays_text = Some(XmlRules::whole_text(v).map_err(|_| "it is no pattern".to_owned())?);
        Ok(())
    }),
    ("synapse.commons.json.output.emptyXmlElemToEmptyStr", |r, v| {
        flag(v, &mut r.empty_is_null)?;
        r.empty_is_null = !r.empty_is_null;
        Ok(())
    }),
    ("synapse.commons.json.output.enableNSDeclarations", |r, v| flag(v, &mut r.keep_declarations)),
    ("synapse.commons.json.output.jsonoutAutoArray", |r, v| flag(v, &mut r.auto_array)),
    ("synapse.commons.json.output.jsonoutMultiplePI", |r, v| flag(v, &mut r.reads_instructions)),
    ("synapse.commons.json.output.namespaceSepChar", |r, v| {
        let mut characters = v.chars();
        match (characters.next(), characters.next()) {
            (Some(one), None) => {
                r.prefix_separator = one;
                Ok(())
            }
            _ => Err("it is one character".to_owned()),
        }
    }),
    ("synapse.commons.json.preserve.namespace", |r, v| flag(v, &mut r.keep_prefixes)),
];

/// A rule with its value.
#[derive(Debug)]
pub(super) struct Override {
    set: Set,
    value: String,
}

/// The rules that can be changed.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|(name, _)| *name)
}

impl Override {
    /// The rule of a name; nothing where there is none.
    pub(super) fn of(name: &str, value: &str) -> Option<Result<Self, String>> {
        let (_, set) = RULES.iter().find(|(known, _)| *known == name)?;
        let found = Self { set: *set, value: value.to_owned() };
        Some(set(&mut XmlRules::default(), value).map(|()| found))
    }

    /// Changes the rules of a message. What was sound when it was compiled is sound now.
    pub(super) fn apply(&self, rules: &mut XmlRules) {
        let _ = (self.set)(rules, &self.value);
    }
}

fn flag(value: &str, slot: &mut bool) -> Result<(), String> {
    *slot = value.trim().parse().map_err(|_| "it is true or false".to_owned())?;
    Ok(())
}
