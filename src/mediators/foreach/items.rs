//! What a foreach runs over, and how what became of the items takes their places.

use std::borrow::Cow;
use std::sync::Arc;

use crate::expression::jsonpath::{DynamicPath, JsonPath, Location};
use crate::expression::synapse::{Place as Named, SynapseExpression};
use crate::expression::xpath::{NodeRef, Object, XPath};
use crate::json;
use crate::mediation::{Flow, Interrupt};
use crate::mediators::item::Item;
use crate::message::{Fault, Value};
use crate::xml::{NodeId, Tree};

/// What selects the items.
#[derive(Debug)]
pub(super) enum Collection {
    XPath(XPath),
    JsonPath(JsonPath),
    DynamicPath(DynamicPath),
    Synapse(SynapseExpression),
}

/// What was selected.
pub(super) struct Found {
    /// The items in their order.
    pub(super) items: Vec<Item>,
    /// Where they lie; nothing for those of a value that a message does not hold.
    pub(super) place: Option<Place>,
}

/// Where items lie.
pub(super) struct Place {
    /// The variable that holds them; without one the payload.
    variable: Option<Arc<str>>,
    spots: Spots,
}

enum Spots {
    /// They are the elements of an array.
    Array(Location),
    /// They are values here and there in a JSON document.
    Values(Vec<Location>),
    /// They are nodes of a document.
    Nodes(Vec<NodeId>),
}

impl Collection {
    /// Whether what it selects lies in a message, where results can take its place.
    pub(super) fn has_place(&self) -> bool {
        match self {
            Self::XPath(_) => true,
            Self::JsonPath(path) => path.reads_payload(),
            Self::DynamicPath(path) => path.reads_payload(),
            Self::Synapse(expression) => expression.place().is_some(),
        }
    }

    /// Selects the items of a message.
    pub(super) fn find(&self, flow: &Flow) -> Result<Found, Interrupt> {
        match self {
            Self::XPath(xpath) => nodes(xpath, None, flow),
            Self::JsonPath(path) => by_path(path, flow),
            Self::DynamicPath(path) => by_path(&path.resolve(&flow.view())?, flow),
            Self::Synapse(expression) => match expression.place() {
                Some(Named::Payload) => {
                    let document = flow.message.payload.json()?;
                    let places = expression.locate(document, &flow.view())?;
                    let found = in_json(document, places, expression.is_definite(), None);
                    found.ok_or_else(|| no_array(expression.text()))
                }
                Some(Named::Variable(name)) => in_variable(expression, name, flow),
                Some(Named::Nodes(xpath, variable)) => nodes(xpath, variable, flow),
                None => computed(expression.try_evaluate(&flow.view())?, expression.text()),
            },
        }
    }
}

fn no_array(text: &str) -> Interrupt {
    Fault::flow(format!("`{text}` gives no array, so there is nothing to run over")).into()
}

fn by_path(path: &JsonPath, flow: &Flow) -> Result<Found, Interrupt> {
    if !path.reads_payload() {
        return computed(path.evaluate(&flow.view())?, path.text());
    }
    let document = flow.message.payload.json()?;
    let places = path.locate(document, &flow.message.rules().work)?;
    in_json(document, places, path.is_definite(), None).ok_or_else(|| no_array(path.text()))
}

/// The elements of the array that a path leads to, or all that it leads to where that may be
/// several; nothing when the one is no array.
fn in_json(
    document: &json::Value,
    mut places: Vec<Location>,
    is_definite: bool,
    variable: Option<&Arc<str>>,
) -> Option<Found> {
    let (items, spots) = if is_definite {
        let place = places.pop()?;
        let json::Value::Array(elements) = place.get(document)? else { return None };
        (elements.clone(), Spots::Array(place))
    } else {
        let items = places.iter().filter_map(|place| place.get(document).cloned()).collect();
        (items, Spots::Values(places))
    };
    Some(Found {
        items: items.into_iter().map(Item::Json).collect(),
        place: Some(Place { variable: variable.cloned(), spots }),
    })
}

fn in_variable(
    expression: &SynapseExpression,
    name: &Arc<str>,
    flow: &Flow,
) -> Result<Found, Interrupt> {
    let view = flow.view();
    match flow.message.variables.get(name) {
        None => Err(Fault::flow(format!("variable `{name}` is not set")).into()),
        Some(Value::Xml(tree)) => {
            // A path on XML fails.
            expression.try_evaluate(&view)?;
            let ids = tree.child_elements(Tree::ROOT).collect();
            Ok(of_tree(tree, ids, Some(name)))
        }
        Some(value) => {
            let rules = &flow.message.rules().json;
            let document = value.as_json(rules).ok_or_else(|| no_array(expression.text()))?;
            let places = expression.locate(&document, &view)?;
            in_json(&document, places, expression.is_definite(), Some(name))
                .ok_or_else(|| no_array(expression.text()))
        }
    }
}

fn nodes(xpath: &XPath, variable: Option<&Arc<str>>, flow: &Flow) -> Result<Found, Interrupt> {
    let view = flow.view();
    let (document, selected) = match xpath.evaluate(&view)? {
        Object::NodeSet(set) => set.of_one_tree()?,
        Object::Missing => (None, Vec::new()),
        _ => return Err(no_array(xpath.text())),
    };
    let Some(ids) = selected.iter().map(NodeRef::whole).collect::<Option<Vec<_>>>() else {
        let text = xpath.text();
        return Err(Fault::flow(format!("`{text}` selects attributes, not elements")).into());
    };
    match (&document, variable) {
        (Some(tree), _) => Ok(of_tree(tree, ids, variable)),
        (None, None) => Ok(of_tree(flow.message.payload.xml()?, ids, None)),
        // Nothing was selected.
        (None, Some(_)) => Ok(Found { items: Vec::new(), place: None }),
    }
}

fn of_tree(tree: &Tree, ids: Vec<NodeId>, variable: Option<&Arc<str>>) -> Found {
    Found {
        items: ids.iter().map(|id| Item::Xml(Arc::new(tree.extract(*id)))).collect(),
        place: Some(Place { variable: variable.cloned(), spots: Spots::Nodes(ids) }),
    }
}

/// The items of a value that no place holds.
fn computed(value: Value, text: &str) -> Result<Found, Interrupt> {
    let items = match value {
        Value::Json(value) => match Arc::unwrap_or_clone(value) {
            json::Value::Array(elements) => elements.into_iter().map(Item::Json).collect(),
            _ => return Err(no_array(text)),
        },
        Value::Xml(tree) => of_tree(&tree, tree.child_elements(Tree::ROOT).collect(), None).items,
        _ => return Err(no_array(text)),
    };
    Ok(Found { items, place: None })
}

impl Place {
    /// Whether the items are XML.
    pub(super) fn is_xml(&self) -> bool {
        matches!(self.spots, Spots::Nodes(_))
    }

    /// Whether the items are XML of the payload.
    pub(super) fn is_envelope(&self) -> bool {
        self.is_xml() && self.variable.is_none()
    }

    /// Puts results in the items' places; an item without one is gone.
    pub(super) fn put(self, results: Vec<Option<Item>>, flow: &mut Flow) -> Result<(), Fault> {
        if results.is_empty() {
            return Ok(());
        }
        let message = &mut flow.message;
        let Some(name) = self.variable else {
            match self.spots {
                Spots::Nodes(ids) => put_nodes(message.payload.xml_mut()?, &ids, results),
                spots => spots.put_values(message.payload.json_mut()?, results),
            }
            return Ok(());
        };
        let rules = Arc::clone(message.rules());
        let value = match (self.spots, message.variables.remove(&name)) {
            (Spots::Nodes(ids), Some(Value::Xml(tree))) => {
                let mut tree = Arc::unwrap_or_clone(tree);
                put_nodes(&mut tree, &ids, results);
                Value::Xml(Arc::new(tree))
            }
            (spots, value) => {
                let document = value.as_ref().and_then(|value| value.as_json(&rules.json));
                let mut document = document.map_or(json::Value::Null, Cow::into_owned);
                spots.put_values(&mut document, results);
                Value::Json(Arc::new(document))
            }
        };
        message.variables.set(name, value);
        Ok(())
    }
}

impl Spots {
    fn put_values(self, document: &mut json::Value, results: Vec<Option<Item>>) {
        match self {
            Self::Array(place) => {
                if let Some(array) = place.get_mut(document) {
                    let items = results.into_iter().flatten().map(Item::into_json);
                    *array = json::Value::Array(items.collect());
                }
            }
            Self::Values(places) => {
                // Last first: elements behind one that goes move up.
                for (place, result) in places.iter().zip(results).rev() {
                    match (result, place.get_mut(document)) {
                        (Some(item), Some(value)) => *value = item.into_json(),
                        _ => drop(place.remove(document)),
                    }
                }
            }
            Self::Nodes(_) => {}
        }
    }
}

fn put_nodes(tree: &mut Tree, ids: &[NodeId], results: Vec<Option<Item>>) {
    for (id, result) in ids.iter().zip(results) {
        if let Some(Item::Xml(nodes)) = result {
            for child in nodes.children(Tree::ROOT) {
                let copy = tree.import(&nodes, child);
                tree.insert_before(*id, copy);
            }
        }
        tree.detach(*id);
    }
}
