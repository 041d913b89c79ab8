//! What can be seen of an expression before any message: operators that never fit what they get,
//! and expressions that are read otherwise than they look.

use super::ast::{Expr, Operator};
use crate::expression::Remark;
use crate::json;
use crate::message::Value;

/// What an expression gives, as far as that is known before any message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nothing,
    Boolean,
    Number,
    Text,
    Array,
    Object,
    Unknown,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Array => "an array",
            Self::Object => "an object",
            Self::Unknown => "something",
        }
    }

    fn may_be(self, kind: Self) -> bool {
        self == kind || self == Self::Unknown
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(_) => Self::Boolean,
            Value::Int(_) | Value::Double(_) => Self::Number,
            Value::Text(_) => Self::Text,
            Value::Xml(_) => Self::Unknown,
            Value::Json(json) => match &**json {
                json::Value::Number(_) => Self::Number,
                json::Value::Array(_) => Self::Array,
                json::Value::Object(_) => Self::Object,
                _ => Self::Unknown,
            },
        }
    }
}

impl Expr {
    /// What the expression gives where it is part of another.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Literal(value) => Kind::of(value),
            Self::Array(_) => Kind::Array,
            Self::Call(call) if call.steps.is_empty() => call.function.gives,
            Self::Access(..) | Self::Call(_) => Kind::Unknown,
            Self::Negated(_) => Kind::Number,
            Self::Binary(left, Operator::Add, right) => match (left.kind(), right.kind()) {
                (Kind::Text, _) | (_, Kind::Text) => Kind::Text,
                (Kind::Number, _) | (_, Kind::Number) => Kind::Number,
                _ => Kind::Unknown,
            },
            Self::Binary(_, operator, _) if operator.is_arithmetic() => Kind::Number,
            Self::Binary(..) => Kind::Boolean,
            Self::Conditional(parts) => {
                let [_, then, otherwise] = &**parts;
                let kind = then.kind();
                if kind == otherwise.kind() { kind } else { Kind::Unknown }
            }
        }
    }
}

/// What to say of an operator, at an offset, that cannot work on what is on its sides.
pub(super) fn misfit(left: &Expr, operator: Operator, right: &Expr, at: usize) -> Option<Remark> {
    let (left, right) = (left.kind(), right.kind());
    let both = |kind| left.may_be(kind) && right.may_be(kind);
    let (fits, needed) = match operator {
        Operator::Equal | Operator::NotEqual => return None,
        Operator::And | Operator::Or => (both(Kind::Boolean), "two booleans"),
        Operator::Add => (both(Kind::Number) || both(Kind::Text), "two numbers or two texts"),
        _ => (both(Kind::Number), "two numbers"),
    };
    if fits {
        return None;
    }
    let symbol = operator.symbol();
    let message =
        format!("`{symbol}` takes {needed}, and here it gets {} and {}", left.name(), right.name());
    let is_either = |kind| left == kind || right == kind;
    let help = match operator {
        _ if is_either(Kind::Nothing) => "ask with `== null` or exists(…) first",
        Operator::And | Operator::Or => "make each side a comparison in parentheses",
        Operator::Add => "convert the sides: string(…), integer(…) or float(…)",
        _ if operator.is_comparison() && is_either(Kind::Boolean) => {
            "comparisons do not chain: write `(a < b) and (b < c)`"
        }
        _ => "convert texts with integer(…) or float(…)",
    };
    Some(Remark { message, offset: at, help: help.to_owned() })
}

/// What to say of a function that has nothing to ask here.
pub(super) fn unserved(function: &str, at: usize) -> Option<Remark> {
    matches!(function, "hashicorp-vault" | "secret" | "wso2-vault").then(|| Remark {
        message: format!("`{function}()` gives nothing: Myelin has no vault to ask"),
        offset: at,
        help: "pass the secret as an environment variable and write `configs.NAME`".to_owned(),
    })
}

/// What to say of a condition before `?` that is none.
pub(super) fn no_condition(condition: &Expr, at: usize) -> Option<Remark> {
    let kind = condition.kind();
    (!kind.may_be(Kind::Boolean)).then(|| Remark {
        message: format!("the condition before `?` is {}, not a boolean", kind.name()),
        offset: at,
        help: "compare it with something".to_owned(),
    })
}

/// What to say of names behind dots that look like subtractions.
pub(super) fn hyphens(path: &str, start: usize) -> Option<Remark> {
    let names = path.split(['[', '(', '*', '@']).next().unwrap_or_default();
    let mut at = start;
    for name in names.split('.') {
        let trimmed = name.trim();
        if let Some((left, right)) = trimmed.rsplit_once('-')
            && !left.is_empty()
            && (right == "vars" || is_number(right))
        {
            let blank = name.len() - name.trim_start().len();
            return Some(Remark {
                message: format!("`{trimmed}` is one name: hyphens are part of names"),
                offset: at + blank,
                help: format!(
                    "to subtract, write `{left} - {right}`; for the name, [\"{trimmed}\"]"
                ),
            });
        }
        at += name.len() + 1;
    }
    None
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Comparisons and `and`, `or` between them, as they stand in the text without parentheses.
#[derive(Default)]
pub(super) struct Chain<'t> {
    operands: Vec<&'t str>,
    operators: Vec<(Operator, usize)>,
    misfits: Vec<Remark>,
}

impl<'t> Chain<'t> {
    pub fn operand(&mut self, text: &'t str) {
        self.operands.push(text.trim());
    }

    pub fn operator(&mut self, operator: Operator, at: usize) {
        self.operators.push((operator, at));
    }

    pub fn check(&mut self, left: &Expr, operator: Operator, right: &Expr, at: usize) {
        self.misfits.extend(misfit(left, operator, right, at));
    }

    /// One remark where the order of the operators surprises; what does not fit otherwise.
    pub fn remarks(self) -> Vec<Remark> {
        let find = |wanted: fn(Operator) -> bool| {
            self.operators.iter().find(|(operator, _)| wanted(*operator))
        };
        let comparison = find(Operator::is_comparison);
        let (Some((logical, at)), Some((comparison, _))) = (find(Operator::is_logical), comparison)
        else {
            return self.misfits;
        };
        let (logical, comparison) = (logical.symbol(), comparison.symbol());
        let read = self.grouped(Operator::is_comparison);
        vec![Remark {
            message: format!("`{logical}` binds tighter than `{comparison}`: this is `{read}`"),
            offset: *at,
            help: format!("if that is not meant, write `{}`", self.grouped(Operator::is_logical)),
        }]
    }

    /// The text, with parentheses around what stands between the operators asked for.
    fn grouped(&self, splits: fn(Operator) -> bool) -> String {
        let mut text = String::new();
        let mut group = self.operands.first().copied().unwrap_or_default().to_owned();
        let mut is_single = true;
        for ((operator, _), operand) in self.operators.iter().zip(self.operands.iter().skip(1)) {
            let symbol = operator.symbol();
            if splits(*operator) {
                text.extend([&enclosed(&group, is_single), " ", symbol, " "]);
                (group, is_single) = ((*operand).to_owned(), true);
            } else {
                group.extend([" ", symbol, " ", operand]);
                is_single = false;
            }
        }
        text + &enclosed(&group, is_single)
    }
}

fn enclosed(group: &str, is_single: bool) -> String {
    if is_single { group.to_owned() } else { format!("({group})") }
}
