//! Functions over text and numbers.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Call;
use crate::expression::EvalError;

impl Call<'_, '_> {
    pub(super) fn text_or_context(&self) -> Result<String, EvalError> {
        if self.has(0) {
            return self.text(0);
        }
        let node = self.evaluation.context_node(self.context)?;
        self.evaluation.string_value(node).map(Cow::into_owned)
    }

    pub(super) fn number_or_context(&self) -> Result<f64, EvalError> {
        if self.has(0) {
            return self.number(0);
        }
        self.text_or_context().map(|text| super::super::eval::text_to_number(&text))
    }

    pub(super) fn concat(&self) -> Result<String, EvalError> {
        let mut whole = String::new();
        for index in 0..self.arguments.len() {
            let data = self.argument(index)?;
            whole.push_str(&self.evaluation.text(&data)?);
        }
        Ok(whole)
    }

    /// One side of the first place where the second text occurs in the first; empty when it does
    /// not.
    pub(super) fn around(
        &self,
        side: for<'a> fn((&'a str, &'a str)) -> &'a str,
    ) -> Result<String, EvalError> {
        let (text, mark) = (self.text(0)?, self.text(1)?);
        Ok(text.split_once(mark.as_str()).map(side).unwrap_or_default().to_owned())
    }

    /// Characters by their place, counted from one and rounded; infinite and undefined numbers
    /// follow from the comparisons.
    pub(super) fn substring(&self) -> Result<String, EvalError> {
        let text = self.text(0)?;
        let start = round(self.number(1)?);
        let end = if self.has(2) { start + round(self.number(2)?) } else { f64::INFINITY };
        let inside = |place: f64| place >= start && place < end;
        let places = (1_u32..).map(f64::from);
        Ok(text.chars().zip(places).filter(|(_, place)| inside(*place)).map(|(c, _)| c).collect())
    }

    pub(super) fn translate(&self) -> Result<String, EvalError> {
        let (text, from, to) = (self.text(0)?, self.text(1)?, self.text(2)?);
        let mut targets = HashMap::new();
        let mut replacements = to.chars();
        for from in from.chars() {
            let to = replacements.next();
            targets.entry(from).or_insert(to);
        }
        Ok(text.chars().filter_map(|c| targets.get(&c).copied().unwrap_or(Some(c))).collect())
    }
}

/// The nearest whole number; of two, the greater.
pub(super) fn round(number: f64) -> f64 {
    let below = number.floor();
    if number - below >= 0.5 { below + 1.0 } else { below }
}

/// Text without blanks at the ends and with one space for each run of blanks inside.
pub(super) fn normalize(text: &str) -> String {
    let words = text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
