//! Comparisons: over sets of nodes they ask whether some pair compares.

use std::collections::HashSet;

use super::ast::Comparison;
use super::eval::{Data, Evaluation, boolean, text_to_number};
use super::node::Node;
use crate::expression::EvalError;

impl Comparison {
    fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    fn holds<T: PartialOrd + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }

    /// The comparison with its sides exchanged.
    fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

impl Evaluation<'_> {
    pub(super) fn compare(
        &self,
        comparison: Comparison,
        left: &Data,
        right: &Data,
    ) -> Result<bool, EvalError> {
        match (left, right) {
            (Data::Nodes(left), Data::Nodes(right)) => self.compare_sets(comparison, left, right),
            (Data::Nodes(nodes), other) => self.compare_set(comparison, nodes, other),
            (other, Data::Nodes(nodes)) => self.compare_set(comparison.turned(), nodes, other),
            _ if !comparison.is_equality() => {
                Ok(comparison.holds(&self.number(left)?, &self.number(right)?))
            }
            (Data::Boolean(_), _) | (_, Data::Boolean(_)) => {
                Ok(comparison.holds(&boolean(left), &boolean(right)))
            }
            (Data::Number(_), _) | (_, Data::Number(_)) => {
                Ok(comparison.holds(&self.number(left)?, &self.number(right)?))
            }
            _ => Ok(comparison.holds(&*self.text(left)?, &*self.text(right)?)),
        }
    }

    /// Nodes on the left, something else on the right.
    fn compare_set(
        &self,
        comparison: Comparison,
        nodes: &[Node],
        other: &Data,
    ) -> Result<bool, EvalError> {
        if matches!(other, Data::Boolean(_)) {
            let set = Data::Boolean(!nodes.is_empty());
            return self.compare(comparison, &set, other);
        }
        let as_text = comparison.is_equality() && !matches!(other, Data::Number(_));
        let (text, number) = (self.text(other)?, self.number(other)?);
        for node in nodes {
            let value = self.string_value(*node)?;
            let holds = if as_text {
                comparison.holds(&*value, &*text)
            } else {
                comparison.holds(&text_to_number(&value), &number)
            };
            if holds {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether some pair compares, without trying all pairs.
    fn compare_sets(
        &self,
        comparison: Comparison,
        left: &[Node],
        right: &[Node],
    ) -> Result<bool, EvalError> {
        if left.is_empty() || right.is_empty() {
            return Ok(false);
        }
        Ok(match comparison {
            Comparison::Equal => {
                let left = self.values(left)?;
                let mut found = false;
                for node in right {
                    found |= left.contains(&*self.string_value(*node)?);
                }
                found
            }
            Comparison::NotEqual => {
                let (left, right) = (self.values(left)?, self.values(right)?);
                left.len() > 1 || right.len() > 1 || left != right
            }
            // The pair that has the best chance is made of the extremes.
            Comparison::Less | Comparison::LessOrEqual => {
                comparison.holds(&self.extreme(left, f64::min)?, &self.extreme(right, f64::max)?)
            }
            Comparison::Greater | Comparison::GreaterOrEqual => {
                comparison.holds(&self.extreme(left, f64::max)?, &self.extreme(right, f64::min)?)
            }
        })
    }

    fn values(&self, nodes: &[Node]) -> Result<HashSet<String>, EvalError> {
        nodes.iter().map(|node| Ok(self.string_value(*node)?.into_owned())).collect()
    }

    /// The least or the greatest number among nodes; those that are none do not count.
    fn extreme(&self, nodes: &[Node], choose: fn(f64, f64) -> f64) -> Result<f64, EvalError> {
        let mut extreme = f64::NAN;
        for node in nodes {
            extreme = choose(extreme, text_to_number(&self.string_value(*node)?));
        }
        Ok(extreme)
    }
}
