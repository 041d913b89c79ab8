//! Walks paths over JSON.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::EvalError;
use super::Step;
use super::ast::{Path, Segment, Selector, Slice};
use super::budget::Budget;
use super::slice::{position, positions};
use crate::json::{Object, Value};

/// What an evaluation sees beside the value that it starts from.
pub(in crate::expression) struct Context<'v, 'b> {
    /// The document that `$` means.
    pub root: &'v Value,
    /// What the embedding expression supplies.
    pub late: &'v [Value],
    /// What the evaluation pays from.
    pub budget: &'b Budget,
}

/// Why a walk ended early.
#[derive(Debug)]
pub(in crate::expression) enum Stop {
    /// A value that the path names without doubt does not exist.
    Missing,
    /// The evaluation failed.
    Failed(EvalError),
}

/// What a path leads to.
#[derive(Debug)]
pub(in crate::expression) enum Outcome<'v> {
    /// The one value of a definite path.
    One(Cow<'v, Value>),
    /// The values of an indefinite path.
    Many(Vec<Cow<'v, Value>>),
}

impl<'v> Outcome<'v> {
    /// The outcome as one value: a list of them is an array, which is paid for.
    pub(super) fn into_value(self, budget: &Budget) -> Result<Cow<'v, Value>, Stop> {
        match self {
            Self::One(value) => Ok(value),
            Self::Many(values) => Ok(Cow::Owned(Value::Array(owned(values, budget)?))),
        }
    }
}

/// Copies of values, which are paid for.
pub(in crate::expression) fn owned(
    values: Vec<Cow<'_, Value>>,
    budget: &Budget,
) -> Result<Vec<Value>, Stop> {
    let copy = |value: Cow<'_, Value>| {
        if let Cow::Borrowed(value) = value {
            budget.weigh(value)?;
        }
        Ok(value.into_owned())
    };
    values.into_iter().map(copy).collect()
}

impl<'v, 'b> Context<'v, 'b> {
    /// A context for one evaluation.
    pub fn new(root: &'v Value, late: &'v [Value], budget: &'b Budget) -> Self {
        Self { root, late, budget }
    }

    pub(super) fn late(&self, at: usize) -> &'v Value {
        self.late.get(at).unwrap_or(&Value::Null)
    }
}

/// Evaluates a path from a value on.
pub(in crate::expression) fn run<'v>(
    path: &Path,
    context: &Context<'v, '_>,
    value: &'v Value,
) -> Result<Outcome<'v>, Stop> {
    let pay = |object: &Object| context.budget.spend(looking(object));
    let outcome = match direct(&path.segments, value, pay)? {
        Some(found) => Outcome::One(Cow::Borrowed(found)),
        None => walked(path, context, value)?,
    };
    match &path.call {
        None => Ok(outcome),
        Some(call) => call.apply(outcome, value, path.begins_with_scan(), context),
    }
}

fn walked<'v>(
    path: &Path,
    context: &Context<'v, '_>,
    value: &'v Value,
) -> Result<Outcome<'v>, Stop> {
    let mut walker = Walker { context, found: Vec::new(), places: None };
    walker.walk(&path.segments, value, true)?;
    if !path.has_definite_steps() {
        return Ok(Outcome::Many(walker.found));
    }
    walker.found.into_iter().next().map(Outcome::One).ok_or(Stop::Missing)
}

/// The places that the steps of a path lead to, as steps from the value; an object that is made of
/// several members has several. The path's function is not looked at.
pub(super) fn places<'v>(
    path: &Path,
    context: &Context<'v, '_>,
    value: &'v Value,
) -> Result<Vec<Vec<Step>>, Stop> {
    let mut walker = Walker { context, found: Vec::new(), places: Some(Places::default()) };
    walker.walk(&path.segments, value, true)?;
    Ok(walker.places.map(|places| places.found).unwrap_or_default())
}

/// The quick way for paths of names and indexes that lead somewhere; `pay` is told in which objects
/// it looks.
pub(super) fn direct<'v, E>(
    segments: &[Segment],
    value: &'v Value,
    pay: impl Fn(&Object) -> Result<(), E>,
) -> Result<Option<&'v Value>, E> {
    let mut value = value;
    for segment in segments {
        let next = match (segment, value) {
            (Segment::Child(Selector::Name(name)), Value::Object(object)) => {
                pay(object)?;
                object.get(name)
            }
            (Segment::Child(Selector::Index(index)), Value::Array(elements)) => {
                position(*index, elements.len()).and_then(|at| elements.get(at))
            }
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

/// What it costs to look for a member: one name is compared after the other.
fn looking(object: &Object) -> usize {
    object.len() >> 5
}

struct Walker<'c, 'v> {
    context: &'c Context<'v, 'c>,
    found: Vec<Cow<'v, Value>>,
    /// Where the walk is and what it found, if that is asked for.
    places: Option<Places>,
}

#[derive(Default)]
struct Places {
    trail: Vec<Step>,
    found: Vec<Vec<Step>>,
}

impl<'v> Walker<'_, 'v> {
    /// Takes the steps from a value on. `definite` says whether there was no choice so far: then a
    /// value of the wrong kind ends the walk, as it does in Jayway's.
    fn walk(&mut self, steps: &[Segment], value: &'v Value, definite: bool) -> Result<(), Stop> {
        self.context.budget.spend(1)?;
        match steps.split_first() {
            None => self.keep(Cow::Borrowed(value), |trail| vec![trail.to_vec()]),
            Some((Segment::Child(selector), rest)) => self.select(selector, rest, value, definite),
            Some((Segment::Scan(selector), rest)) => self.scan(selector, rest, value),
        }
    }

    fn keep(
        &mut self,
        value: Cow<'v, Value>,
        found: impl FnOnce(&[Step]) -> Vec<Vec<Step>>,
    ) -> Result<(), Stop> {
        self.context.budget.spend(1)?;
        match &mut self.places {
            Some(places) => places.found.extend(found(&places.trail)),
            None => self.found.push(value),
        }
        Ok(())
    }

    /// Takes the remaining steps from a part of a value on.
    fn enter(
        &mut self,
        step: impl FnOnce() -> Step,
        rest: &[Segment],
        value: &'v Value,
        definite: bool,
    ) -> Result<(), Stop> {
        self.within(step, |walker| walker.walk(rest, value, definite))
    }

    fn within(
        &mut self,
        step: impl FnOnce() -> Step,
        work: impl FnOnce(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        if let Some(places) = &mut self.places {
            places.trail.push(step());
        }
        self.context.budget.down()?;
        let outcome = work(self);
        self.context.budget.up();
        if let Some(places) = &mut self.places {
            places.trail.pop();
        }
        outcome
    }

    fn select(
        &mut self,
        selector: &Selector,
        rest: &[Segment],
        value: &'v Value,
        definite: bool,
    ) -> Result<(), Stop> {
        match (selector, value) {
            (Selector::Name(name), Value::Object(object)) => {
                self.name(name, object, rest, definite)
            }
            (Selector::Names(names), Value::Object(object)) => self.names(names, object, rest),
            (Selector::Index(index), Value::Array(elements)) => {
                self.index(*index, elements, rest, definite)
            }
            (Selector::Indexes(indexes), Value::Array(elements)) => {
                indexes.iter().try_for_each(|index| self.index(*index, elements, rest, false))
            }
            (Selector::Slice(slice), Value::Array(elements)) => self.slice(*slice, elements, rest),
            (Selector::Wildcard, Value::Object(object)) => {
                object.iter().try_for_each(|(name, member)| {
                    self.enter(|| Step::Name(Arc::clone(name)), rest, member, false)
                })
            }
            (Selector::Wildcard, Value::Array(elements)) => elements
                .iter()
                .enumerate()
                .try_for_each(|(at, element)| self.enter(|| Step::Index(at), rest, element, false)),
            (Selector::Wildcard, _) => Ok(()),
            (Selector::Filter(filter), Value::Object(_)) => {
                // Jayway tests an object itself, not its members.
                if filter.accepts(value, self.context)? {
                    self.walk(rest, value, false)
                } else {
                    Ok(())
                }
            }
            (Selector::Filter(filter), Value::Array(elements)) => {
                elements.iter().enumerate().try_for_each(|(at, element)| {
                    self.context.budget.spend(1)?;
                    if !filter.accepts(element, self.context)? {
                        return Ok(());
                    }
                    self.enter(|| Step::Index(at), rest, element, false)
                })
            }
            (Selector::Late(keys), _) => self.late(keys, rest, value, definite),
            (Selector::LateSlice(parts), Value::Array(elements)) => {
                let slice = self.late_slice(*parts)?;
                self.slice(slice, elements, rest)
            }
            _ if definite => Err(Stop::Missing),
            _ => Ok(()),
        }
    }

    fn name(
        &mut self,
        name: &Arc<str>,
        object: &'v Object,
        rest: &[Segment],
        definite: bool,
    ) -> Result<(), Stop> {
        self.context.budget.spend(looking(object))?;
        match object.get(name) {
            Some(member) => self.enter(|| Step::Name(Arc::clone(name)), rest, member, definite),
            None if definite => Err(Stop::Missing),
            None => Ok(()),
        }
    }

    /// Several names: one object of them at a path's end, each of them before it.
    fn names(
        &mut self,
        names: &[Arc<str>],
        object: &'v Object,
        rest: &[Segment],
    ) -> Result<(), Stop> {
        if !rest.is_empty() {
            return names.iter().try_for_each(|name| self.name(name, object, rest, false));
        }
        let mut merged = Object::new();
        for name in names {
            self.context.budget.spend(looking(object))?;
            if let Some(member) = object.get(name) {
                self.context.budget.weigh(member)?;
                merged.insert(Arc::clone(name), member.clone());
            }
        }
        let places = |trail: &[Step]| {
            let place = |name: &Arc<str>| [trail, &[Step::Name(Arc::clone(name))]].concat();
            names.iter().filter(|name| object.get(name).is_some()).map(place).collect()
        };
        self.keep(Cow::Owned(Value::Object(merged)), places)
    }

    fn index(
        &mut self,
        index: i64,
        elements: &'v [Value],
        rest: &[Segment],
        definite: bool,
    ) -> Result<(), Stop> {
        // An index beyond the end is no error: Jayway gives nothing, or an empty list.
        let Some(at) = position(index, elements.len()) else { return Ok(()) };
        match elements.get(at) {
            Some(element) => self.enter(|| Step::Index(at), rest, element, definite),
            None => Ok(()),
        }
    }

    fn slice(&mut self, slice: Slice, elements: &'v [Value], rest: &[Segment]) -> Result<(), Stop> {
        for at in positions(slice, elements.len()) {
            self.context.budget.spend(1)?;
            if let Some(element) = elements.get(at) {
                self.enter(|| Step::Index(at), rest, element, false)?;
            }
        }
        Ok(())
    }

    /// A selector on a value and on everything in it, outer values first.
    fn scan(
        &mut self,
        selector: &Selector,
        rest: &[Segment],
        value: &'v Value,
    ) -> Result<(), Stop> {
        self.context.budget.spend(1)?;
        match (selector, value) {
            (Selector::Filter(filter), Value::Array(elements)) => {
                // Objects in it are tested when the scan gets to them.
                for (at, element) in elements.iter().enumerate() {
                    if !matches!(element, Value::Object(_))
                        && filter.accepts(element, self.context)?
                    {
                        self.enter(|| Step::Index(at), rest, element, false)?;
                    }
                }
            }
            (Selector::Names(names), Value::Object(object))
                if !names.iter().all(|name| object.get(name).is_some()) => {}
            _ => self.select(selector, rest, value, false)?,
        }
        match value {
            Value::Object(object) => object.iter().try_for_each(|(name, member)| {
                self.descend(|| Step::Name(Arc::clone(name)), selector, rest, member)
            }),
            Value::Array(elements) => elements.iter().enumerate().try_for_each(|(at, element)| {
                self.descend(|| Step::Index(at), selector, rest, element)
            }),
            _ => Ok(()),
        }
    }

    fn descend(
        &mut self,
        step: impl FnOnce() -> Step,
        selector: &Selector,
        rest: &[Segment],
        value: &'v Value,
    ) -> Result<(), Stop> {
        self.within(step, |walker| walker.scan(selector, rest, value))
    }

    fn late(
        &mut self,
        keys: &[usize],
        rest: &[Segment],
        value: &'v Value,
        definite: bool,
    ) -> Result<(), Stop> {
        let definite = definite && keys.len() == 1;
        for key in keys {
            match (self.context.late(*key), value) {
                (Value::String(name), Value::Object(object)) => {
                    self.name(name, object, rest, definite)?;
                }
                (Value::Number(_), Value::Array(elements)) => {
                    let index = self.late_integer(*key)?;
                    self.index(index, elements, rest, definite)?;
                }
                (Value::String(_) | Value::Number(_), _) if definite => return Err(Stop::Missing),
                (Value::String(_) | Value::Number(_), _) => {}
                _ => {
                    return Err(failed(
                        "a name or an index between brackets is neither text nor a number",
                    ));
                }
            }
        }
        Ok(())
    }

    fn late_slice(&self, parts: [Option<usize>; 3]) -> Result<Slice, Stop> {
        let [start, end, step] =
            parts.map(|part| part.map(|key| self.late_integer(key)).transpose());
        Ok(Slice { start: start?, end: end?, step: step? })
    }

    fn late_integer(&self, key: usize) -> Result<i64, Stop> {
        match self.context.late(key) {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
        .ok_or_else(|| failed("an index between brackets is no whole number"))
    }
}

fn failed(message: &str) -> Stop {
    Stop::Failed(EvalError::failed(message))
}
