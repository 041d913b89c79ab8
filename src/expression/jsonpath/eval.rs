//! Walks paths over JSON.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use super::super::EvalError;
use super::Step;
use super::ast::{Path, Segment, Selector, Slice};
use crate::json::{Object, Value};

/// How many values one evaluation may look at. `$..*..*..*` on a large document would look at
/// more of them than anybody waits for.
const MAX_STEPS: u32 = 4_000_000;

/// What an evaluation sees beside the value that it starts from.
pub(in crate::expression) struct Context<'v> {
    /// The document that `$` means.
    pub root: &'v Value,
    /// What the embedding expression supplies.
    pub late: &'v [Value],
    steps: Cell<u32>,
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

/// A value and, if they were asked for, the places it was found at: several for an object that
/// was made of several members.
pub(super) struct Found<'v> {
    pub value: Cow<'v, Value>,
    pub places: Vec<Vec<Step>>,
}

impl<'v> Context<'v> {
    /// A context for one evaluation.
    pub fn new(root: &'v Value, late: &'v [Value]) -> Self {
        Self { root, late, steps: Cell::new(0) }
    }

    /// Counts a value that is looked at.
    pub(super) fn step(&self) -> Result<(), Stop> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > MAX_STEPS {
            let message = format!("path looks at more than {MAX_STEPS} values");
            return Err(Stop::Failed(EvalError::failed(message)));
        }
        Ok(())
    }

    pub(super) fn late(&self, at: usize) -> &'v Value {
        self.late.get(at).unwrap_or(&Value::Null)
    }
}

/// Evaluates a path from a value on.
pub(in crate::expression) fn run<'v>(
    path: &Path,
    context: &Context<'v>,
    value: &'v Value,
) -> Result<Outcome<'v>, Stop> {
    let outcome = match direct(&path.segments, value) {
        Some(found) => Outcome::One(Cow::Borrowed(found)),
        None => walked(path, context, value)?,
    };
    match &path.call {
        None => Ok(outcome),
        Some(call) => call.apply(outcome, path.begins_with_scan(), context),
    }
}

fn walked<'v>(path: &Path, context: &Context<'v>, value: &'v Value) -> Result<Outcome<'v>, Stop> {
    let mut found = find(path, context, value, false)?.into_iter().map(|found| found.value);
    if !path.has_definite_steps() {
        return Ok(Outcome::Many(found.collect()));
    }
    found.next().map(Outcome::One).ok_or(Stop::Missing)
}

/// The values that the steps of a path lead to; its function is not looked at.
pub(super) fn find<'v>(
    path: &Path,
    context: &Context<'v>,
    value: &'v Value,
    places: bool,
) -> Result<Vec<Found<'v>>, Stop> {
    let mut walker = Walker { context, found: Vec::new(), trail: Vec::new(), places };
    walker.walk(&path.segments, value, true)?;
    Ok(walker.found)
}

/// The quick way for paths of names and indexes that lead somewhere.
fn direct<'v>(segments: &[Segment], value: &'v Value) -> Option<&'v Value> {
    segments.iter().try_fold(value, |value, segment| match (segment, value) {
        (Segment::Child(Selector::Name(name)), Value::Object(object)) => object.get(name),
        (Segment::Child(Selector::Index(index)), Value::Array(elements)) => {
            elements.get(position(*index, elements.len())?)
        }
        _ => None,
    })
}

struct Walker<'c, 'v> {
    context: &'c Context<'v>,
    found: Vec<Found<'v>>,
    trail: Vec<Step>,
    places: bool,
}

impl<'v> Walker<'_, 'v> {
    /// Takes the steps from a value on. `definite` says whether there was no choice so far: then a
    /// value of the wrong kind ends the walk, as it does in Jayway's.
    fn walk(&mut self, steps: &[Segment], value: &'v Value, definite: bool) -> Result<(), Stop> {
        self.context.step()?;
        match steps.split_first() {
            None => {
                self.keep(Cow::Borrowed(value), |trail| vec![trail.to_vec()]);
                Ok(())
            }
            Some((Segment::Child(selector), rest)) => self.select(selector, rest, value, definite),
            Some((Segment::Scan(selector), rest)) => self.scan(selector, rest, value),
        }
    }

    fn keep(&mut self, value: Cow<'v, Value>, places: impl FnOnce(&[Step]) -> Vec<Vec<Step>>) {
        let places = if self.places { places(&self.trail) } else { Vec::new() };
        self.found.push(Found { value, places });
    }

    /// Takes the remaining steps from a part of a value on.
    fn enter(
        &mut self,
        step: impl FnOnce() -> Step,
        rest: &[Segment],
        value: &'v Value,
        definite: bool,
    ) -> Result<(), Stop> {
        if self.places {
            self.trail.push(step());
        }
        let outcome = self.walk(rest, value, definite);
        if self.places {
            self.trail.pop();
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
                    self.context.step()?;
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
            if let Some(member) = object.get(name) {
                merged.insert(Arc::clone(name), member.clone());
            }
        }
        let places = |trail: &[Step]| {
            let place = |name: &Arc<str>| [trail, &[Step::Name(Arc::clone(name))]].concat();
            names.iter().filter(|name| object.get(name).is_some()).map(place).collect()
        };
        self.keep(Cow::Owned(Value::Object(merged)), places);
        Ok(())
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
            self.context.step()?;
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
        self.context.step()?;
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
        if self.places {
            self.trail.push(step());
        }
        let outcome = self.scan(selector, rest, value);
        if self.places {
            self.trail.pop();
        }
        outcome
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

/// Where an index points to; negative ones count from the end.
fn position(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add_unsigned(length as u64)? } else { index };
    usize::try_from(index).ok()
}

/// The places of a slice, as RFC 9535 has them. (Jayway ignores the step and gives nothing for
/// `[1:-1]`.)
fn positions(slice: Slice, length: usize) -> impl Iterator<Item = usize> {
    let length = length as i64;
    let step = slice.step.unwrap_or(1);
    let from_end = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
    let (low, high) = if step < 0 { (-1, length - 1) } else { (0, length) };
    let start = slice.start.map_or(if step < 0 { high } else { low }, from_end).clamp(low, high);
    let end = slice.end.map_or(if step < 0 { low } else { high }, from_end).clamp(low, high);
    let mut next = (step != 0).then_some(start);
    std::iter::from_fn(move || {
        let at = next?;
        let inside = if step < 0 { at > end } else { at < end };
        if !inside {
            return None;
        }
        next = at.checked_add(step);
        usize::try_from(at).ok()
    })
}
