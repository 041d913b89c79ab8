//! Enriching JSON: places that JSONPaths name, whole bodies, keys and properties.

use std::borrow::Cow;
use std::sync::Arc;

use super::source::to_json;
use super::{Action, Enrich, From, Target};
use crate::expression::Expression;
use crate::expression::jsonpath::JsonPath;
use crate::json;
use crate::mediation::{Flow, Interrupt};
use crate::mediators::inline::Content;
use crate::message::{Fault, Format, Payload, Value, Work};

fn nowhere(path: &JsonPath) -> Interrupt {
    let text = path.text();
    Fault::flow(format!("the path `{text}` leads nowhere, so nothing can be put there")).into()
}

/// What an action could not do in Synapse either; it goes on there.
fn ignored(reason: &'static str) {
    tracing::warn!(reason, "enrich did nothing");
}

impl Enrich {
    pub(super) fn enrich_json(
        &self,
        inline: Option<&Content>,
        flow: &mut Flow,
    ) -> Result<(), Interrupt> {
        let value = self.source.json(inline, flow)?;
        // Looked for before anything is changed.
        let places = match &self.target {
            Target::Json(path) => {
                let payload = &flow.message.payload;
                let places = path.locate(payload.json()?, &payload.rules().work)?;
                if places.is_empty() {
                    return Err(nowhere(path));
                }
                places
            }
            _ => Vec::new(),
        };
        match &self.target {
            Target::Json(_) => {
                let document = flow.message.payload.json_mut()?;
                for place in places {
                    if let Some(slot) = place.get_mut(document) {
                        self.put(slot, &value);
                    }
                }
                self.take_away(flow)
            }
            Target::Body => {
                self.take_away(flow)?;
                self.replace_body(flow, value);
                Ok(())
            }
            Target::Key(parent, name) => rename(flow, parent, name, &value),
            Target::Property(..) | Target::Variable(_) => {
                self.take_away(flow)?;
                self.set_value(flow, value)
            }
            Target::Xml(_) | Target::Envelope => Ok(()),
        }
    }

    fn put(&self, slot: &mut json::Value, value: &json::Value) {
        match (self.action, slot) {
            (Action::Replace, slot) => *slot = value.clone(),
            (Action::Child, json::Value::Array(items)) => items.push(value.clone()),
            (Action::Child, json::Value::Object(members)) => match value {
                json::Value::Object(more) => {
                    for (name, value) in more.iter() {
                        members.insert(Arc::clone(name), value.clone());
                    }
                }
                _ => ignored("only an object can become a child of an object"),
            },
            (Action::Child, _) => ignored("the target is neither an object nor an array"),
            (Action::Sibling | Action::Remove, _) => ignored("JSON has no siblings"),
        }
    }

    fn replace_body(&self, flow: &mut Flow, value: json::Value) {
        match (self.action, value) {
            (Action::Replace, value @ (json::Value::Object(_) | json::Value::Array(_))) => {
                set_body(flow, value);
            }
            (Action::Replace, _) => ignored("a body is replaced by an object or an array only"),
            _ => ignored("a JSON body can only be replaced"),
        }
    }

    fn set_value(&self, flow: &mut Flow, value: json::Value) -> Result<(), Interrupt> {
        match self.action {
            Action::Replace => self.target.set(flow, property_value(value)),
            Action::Child => {
                match self.target.value(flow).map(|value| to_json(&value, flow.message.rules())) {
                    Some(json::Value::Array(mut items)) => {
                        items.push(value);
                        let items = Value::Json(Arc::new(json::Value::Array(items)));
                        return self.target.set(flow, items);
                    }
                    Some(_) => ignored("the target holds no JSON array"),
                    None => ignored("the target is not set"),
                }
                Ok(())
            }
            Action::Sibling | Action::Remove => {
                ignored("JSON has no siblings");
                Ok(())
            }
        }
    }

    /// `clone="false"`: the source leaves its place.
    fn take_away(&self, flow: &mut Flow) -> Result<(), Interrupt> {
        if self.source.clone {
            return Ok(());
        }
        let path = match &self.source.from {
            From::Custom(Expression::JsonPath(path)) => Cow::Borrowed(path),
            From::Custom(Expression::DynamicPath(path)) => Cow::Owned(path.resolve(&flow.view())?),
            _ => return Ok(()),
        };
        if path.reads_payload() {
            delete_from_body(flow, &path)?;
        }
        Ok(())
    }

    /// Removes from the body or from a property what the source names.
    pub(super) fn remove(&self, flow: &mut Flow) -> Result<(), Interrupt> {
        let From::Paths(paths) = &self.source.from else { return self.remove_nodes(flow) };
        if self.target.is_value() {
            let Some(value) = self.target.value(flow) else {
                return Err(Fault::flow("nothing can be removed from what is not set").into());
            };
            let mut document = to_json(&value, flow.message.rules());
            for path in paths {
                delete(&mut document, path, &flow.message.rules().work)?;
            }
            return self.target.set(flow, Value::Json(Arc::new(document)));
        }
        for path in paths {
            if path.is_whole_payload() {
                flow.message.set_payload(Payload::from_bytes("", Format::Json));
            } else {
                // Looked for first: what is missing must not make a JSON message of another one.
                let payload = &flow.message.payload;
                if path.locate(payload.json()?, &payload.rules().work)?.is_empty() {
                    return Err(nothing_to_remove(path));
                }
                let format = payload.format();
                delete_from_body(flow, path)?;
                flow.message.payload.set_format(format);
            }
        }
        Ok(())
    }
}

impl Target {
    fn is_value(&self) -> bool {
        matches!(self, Self::Property(..) | Self::Variable(_))
    }
}

fn nothing_to_remove(path: &JsonPath) -> Interrupt {
    let text = path.text();
    Fault::flow(format!("the path `{text}` leads nowhere, so nothing can be removed")).into()
}

fn delete_from_body(flow: &mut Flow, path: &JsonPath) -> Result<(), Interrupt> {
    let rules = Arc::clone(flow.message.rules());
    delete(flow.message.payload.json_mut()?, path, &rules.work)
}

fn delete(document: &mut json::Value, path: &JsonPath, work: &Work) -> Result<(), Interrupt> {
    let places = path.locate(document, work)?;
    if places.is_empty() {
        return Err(nothing_to_remove(path));
    }
    for place in places.iter().rev() {
        place.remove(document);
    }
    Ok(())
}

/// Makes JSON the body; what the message calls itself stays, unless nothing says it.
pub(super) fn set_body(flow: &mut Flow, value: json::Value) {
    let message = &mut flow.message;
    let format = message.payload.format();
    let is_stated = message.content_type().is_some_and(|kind| !kind.is_empty());
    message.set_payload(Payload::from_json(value));
    if is_stated {
        message.payload.set_format(format);
    }
}

/// A JSON null is a value too, and not a property that is not set.
fn property_value(value: json::Value) -> Value {
    match value {
        json::Value::Null => Value::Json(Arc::new(json::Value::Null)),
        other => Value::from_json(&other),
    }
}

fn rename(
    flow: &mut Flow,
    parent: &JsonPath,
    name: &Arc<str>,
    value: &json::Value,
) -> Result<(), Interrupt> {
    let new: Arc<str> = match value {
        json::Value::Object(_) | json::Value::Array(_) | json::Value::Null => {
            return Err(Fault::flow("the new name of a key has to be a text").into());
        }
        json::Value::String(text) => Arc::clone(text),
        other => other.to_text().into(),
    };
    let has = |object: &json::Value| object.get(name).is_some();
    let payload = &flow.message.payload;
    let places = parent.locate(payload.json()?, &payload.rules().work)?;
    let document = flow.message.payload.json_mut()?;
    let mut renamed = false;
    for place in places {
        if let Some(slot) = place.get_mut(document).filter(|slot| has(slot)) {
            renamed = true;
            if let json::Value::Object(members) = slot {
                *members = with_name(members, name, &new);
            }
        }
    }
    if !renamed {
        return Err(Fault::flow(format!("there is no key `{name}` to be renamed")).into());
    }
    Ok(())
}

/// The members in their order, one of them under another name.
fn with_name(members: &json::Object, old: &str, new: &Arc<str>) -> json::Object {
    let mut renamed = json::Object::new();
    for (name, value) in members.iter() {
        if **name == *old {
            renamed.insert(Arc::clone(new), value.clone());
        } else if name != new {
            renamed.insert(Arc::clone(name), value.clone());
        }
    }
    renamed
}
