//! XML to JSON, without recursion.

use std::borrow::Cow;
use std::sync::Arc;

use super::names::to_member_name;
use super::{ARRAY, ELEMENT, MULTIPLE, OBJECT, VALUE, XSI, XmlRules};
use crate::json::{Limits, MAX_DEPTH, Members, Object, Value, parse};
use crate::xml::{Name, NodeId, NodeKind, Tree};

/// Why XML is no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConversionError {
    /// Text beside elements has no place in JSON.
    #[error("the element '{0}' holds text as well as elements, which JSON cannot express")]
    Mixed(String),
    /// The elements are nested too deep.
    #[error("more than {MAX_DEPTH} levels of elements")]
    Depth,
}

/// The JSON for an element (for the document: for its root element). Elements named for their JSON
/// type stand for their content, any other is the one member of an object.
pub fn xml_to_json(tree: &Tree, id: NodeId, rules: &XmlRules) -> Result<Value, ConversionError> {
    let id = match tree.kind(id) {
        NodeKind::Document => tree.root_element().unwrap_or(id),
        _ => id,
    };
    let Some(name) = tree.name(id) else {
        return Ok(tree.text(id).map_or(Value::Null, |text| rules.primitive(text)));
    };
    let root = Part::new(tree, id, rules);
    let (kind, member) = (root.kind, rules.member_name(name));
    if kind == Kind::Value {
        return Ok(json_text(&tree.string_value(id)));
    }
    let value = convert(tree, root, rules)?;
    if kind == Kind::Plain {
        return Ok(Value::Object(Object::from_unique(vec![(Arc::from(member), value)])));
    }
    Ok(value)
}

fn convert(tree: &Tree, root: Part, rules: &XmlRules) -> Result<Value, ConversionError> {
    let mut open = vec![root];
    loop {
        let depth = open.len();
        let Some(part) = open.last_mut() else { return Ok(Value::Null) };
        if let Some(child) = part.next {
            part.next = tree.next_sibling(child);
            match tree.kind(child) {
                NodeKind::Element if depth == MAX_DEPTH => return Err(ConversionError::Depth),
                NodeKind::Element => {
                    let child = Part::new(tree, child, rules);
                    part.expect_child(tree, child.kind)?;
                    open.push(child);
                }
                NodeKind::Text => part.add_text(tree, child, rules)?,
                NodeKind::Instruction => part.add_instruction(tree, child, rules),
                NodeKind::Document | NodeKind::Comment => {}
            }
            continue;
        }
        let Some(done) = open.pop() else { return Ok(Value::Null) };
        let Some(parent) = open.last_mut() else { return Ok(done.finish(rules)) };
        let name = tree.name(done.id).map(|name| rules.member_name(name)).unwrap_or_default();
        parent.add_child(&name, done.finish(rules), rules);
    }
}

/// What an element's name says about its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Object,
    Array,
    Element,
    Value,
}

impl Kind {
    fn of(member_name: &str) -> Self {
        match member_name {
            OBJECT => Self::Object,
            ARRAY => Self::Array,
            ELEMENT => Self::Element,
            VALUE => Self::Value,
            _ => Self::Plain,
        }
    }
}

/// A member that is being made: an array where there may be several.
struct Member {
    values: Vec<Value>,
    is_array: bool,
}

/// What sort of child elements there are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Children {
    None,
    /// All are named for the same JSON type: they stand for their content.
    Wrappers(Kind),
    Members,
}

impl Children {
    fn with(self, kind: Kind) -> Self {
        let is_wrapper = matches!(kind, Kind::Object | Kind::Array | Kind::Element);
        match self {
            Self::None if is_wrapper => Self::Wrappers(kind),
            Self::Wrappers(others) if others == kind => self,
            _ => Self::Members,
        }
    }
}

/// An element that is being converted.
struct Part {
    id: NodeId,
    kind: Kind,
    /// The child to look at next.
    next: Option<NodeId>,
    members: Members<Member>,
    text: String,
    children: Children,
    has_attributes: bool,
    is_nil: bool,
    /// An instruction without name makes an array of the next child.
    is_next_array: bool,
}

impl Part {
    fn new(tree: &Tree, id: NodeId, rules: &XmlRules) -> Self {
        let name = tree.name(id).map(|name| rules.member_name(name));
        let kind = name.map_or(Kind::Plain, |name| Kind::of(&name));
        let mut part = Self {
            id,
            kind,
            next: tree.first_child(id),
            members: Members::new(),
            text: String::new(),
            children: Children::None,
            has_attributes: false,
            is_nil: false,
            is_next_array: false,
        };
        part.add_attributes(tree, rules);
        part
    }

    fn add_attributes(&mut self, tree: &Tree, rules: &XmlRules) {
        if rules.keep_prefixes && rules.keep_declarations {
            let declarations = tree.declarations(self.id).iter();
            for (prefix, uri) in declarations.filter(|(_, uri)| !rules.nil || &**uri != XSI) {
                let name = match prefix {
                    Some(prefix) => format!("@xmlns{}{prefix}", rules.prefix_separator),
                    None => "@xmlns".to_owned(),
                };
                self.set(&name, Value::string(Arc::clone(uri)));
            }
        }
        for attribute in tree.attributes(self.id) {
            let is_nil = matches!(attribute.name.namespace.as_deref(), None | Some(XSI))
                && &*attribute.name.local == "nil"
                && &*attribute.value == "true";
            if rules.nil && is_nil {
                self.is_nil = true;
            } else {
                let name = format!("@{}", rules.member_name(&attribute.name));
                self.set(&name, Value::string(Arc::clone(&attribute.value)));
            }
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        self.has_attributes = true;
        let place = self.member(name);
        if let Some(member) = self.members.at(place) {
            member.values = vec![value];
        }
    }

    fn member(&mut self, name: &str) -> usize {
        self.members.place(Arc::from(name), || Member { values: Vec::new(), is_array: false })
    }

    fn add_text(
        &mut self,
        tree: &Tree,
        id: NodeId,
        rules: &XmlRules,
    ) -> Result<(), ConversionError> {
        let text = tree.text(id).unwrap_or_default();
        let is_alone = tree.next_sibling(id).is_none() && tree.previous_sibling(id).is_none();
        let is_space = text.trim_matches([' ', '\t', '\n', '\r']).is_empty();
        if !is_space || rules.keep_spaces && is_alone {
            self.text.push_str(text);
        }
        self.check_mixed(tree)
    }

    fn expect_child(&mut self, tree: &Tree, kind: Kind) -> Result<(), ConversionError> {
        self.children = self.children.with(kind);
        self.check_mixed(tree)
    }

    fn check_mixed(&self, tree: &Tree) -> Result<(), ConversionError> {
        if self.children == Children::None || self.text.is_empty() {
            return Ok(());
        }
        Err(ConversionError::Mixed(tree.name(self.id).map(Name::qualified).unwrap_or_default()))
    }

    fn add_instruction(&mut self, tree: &Tree, id: NodeId, rules: &XmlRules) {
        if !rules.reads_instructions || tree.target(id) != Some(MULTIPLE) {
            return;
        }
        let text = tree.text(id).unwrap_or_default().trim();
        if text.is_empty() {
            self.is_next_array = true;
            return;
        }
        let name = to_member_name(text);
        self.children = self.children.with(Kind::of(&name));
        let place = self.member(&name);
        if let Some(member) = self.members.at(place) {
            member.is_array = true;
        }
    }

    fn add_child(&mut self, name: &str, value: Value, rules: &XmlRules) {
        let is_array = std::mem::take(&mut self.is_next_array);
        let place = self.member(name);
        if let Some(member) = self.members.at(place) {
            member.is_array |= is_array;
            if !rules.auto_array && !member.is_array {
                member.values.clear();
            }
            member.values.push(value);
        }
    }

    fn finish(self, rules: &XmlRules) -> Value {
        if self.is_nil {
            return Value::Null;
        }
        if self.has_attributes || !self.text.is_empty() {
            return self.finish_members(rules);
        }
        let members = self.members.into_vec().into_iter();
        match (self.kind, self.children) {
            (Kind::Array, Children::None | Children::Wrappers(Kind::Element)) => {
                Value::Array(members.flat_map(|(_, member)| member.values).collect())
            }
            (_, Children::Wrappers(_)) => {
                members.map(|(_, member)| member.finish()).next().unwrap_or(Value::Null)
            }
            (Kind::Object, Children::None) => Value::Object(Object::new()),
            (_, Children::None) if rules.empty_is_null => Value::Null,
            (_, Children::None) => Value::string(""),
            (_, Children::Members) => {
                let members = members.map(|(name, member)| (name, member.finish()));
                Value::Object(Object::from_unique(members.collect()))
            }
        }
    }

    /// The value of an element with text or attributes.
    fn finish_members(self, rules: &XmlRules) -> Value {
        if self.members.is_empty() {
            return rules.primitive(&self.text);
        }
        let members = self.members.into_vec().into_iter();
        let mut members: Vec<_> = members.map(|(name, member)| (name, member.finish())).collect();
        if !self.text.is_empty() {
            members.push((Arc::from("$"), rules.primitive(&self.text)));
        }
        Value::Object(Object::from_unique(members))
    }
}

impl Member {
    fn finish(mut self) -> Value {
        match self.values.pop() {
            Some(only) if self.values.is_empty() && !self.is_array => only,
            Some(last) => {
                self.values.push(last);
                Value::Array(self.values)
            }
            None => Value::Array(Vec::new()),
        }
    }
}

impl XmlRules {
    fn member_name<'a>(&self, name: &'a Name) -> Cow<'a, str> {
        let local = to_member_name(&name.local);
        match &name.prefix {
            Some(prefix) if self.keep_prefixes => {
                Cow::Owned(format!("{prefix}{}{local}", self.prefix_separator))
            }
            _ => local,
        }
    }
}

/// What `<jsonValue>` holds: JSON text, or plain text where a flow put that there.
fn json_text(text: &str) -> Value {
    parse(text.as_bytes(), &Limits::default()).unwrap_or_else(|_| Value::string(text))
}
