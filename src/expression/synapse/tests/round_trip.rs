//! What is written from a tree and read again is that tree, with no more parentheses than the
//! order of the operators asks for.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;

use super::compile;
use crate::expression::PropertyScope;
use crate::expression::jsonpath::ast::{Path, Segment, Selector, Slice};
use crate::expression::synapse::ast::{Call, Expr, Operator, Prepared, Root, Steps};
use crate::expression::synapse::functions::Function;
use crate::json;
use crate::message::Value;

/// The levels of the grammar, the loosest first.
const CONDITION: u8 = 0;
const COMPARISON: u8 = 1;
const LOGICAL: u8 = 2;
const SUM: u8 = 3;
const PRODUCT: u8 = 4;
const FACTOR: u8 = 5;

fn level(operator: Operator) -> u8 {
    match operator {
        Operator::Multiply | Operator::Divide | Operator::Modulo => PRODUCT,
        Operator::Add | Operator::Subtract => SUM,
        operator if operator.is_logical() => LOGICAL,
        _ => COMPARISON,
    }
}

fn write(expr: &Expr, within: u8, text: &mut String) {
    let own = match expr {
        Expr::Binary(_, operator, _) => level(*operator),
        Expr::Conditional(_) => CONDITION,
        _ => FACTOR,
    };
    let enclosed = own < within;
    text.push_str(if enclosed { "(" } else { "" });
    match expr {
        Expr::Literal(value) => literal(value, text),
        Expr::Array(elements) => list(elements, '[', ']', text),
        Expr::Access(root, steps) => {
            write_root(root, text);
            write_steps(steps, text);
        }
        Expr::Call(call) => {
            text.push_str(call.function.name);
            list(&call.arguments, '(', ')', text);
            write_steps(&call.steps, text);
        }
        Expr::Negated(_) => unreachable!("only brackets have it"),
        Expr::Binary(left, operator, right) => {
            // `and` and `or` group from the right, all others from the left.
            let (left_level, right_level) =
                if own == LOGICAL { (own + 1, own) } else { (own, own + 1) };
            write(left, left_level, text);
            write!(text, " {} ", operator.symbol()).unwrap();
            write(right, right_level, text);
        }
        Expr::Conditional(parts) => {
            write(&parts[0], COMPARISON, text);
            text.push_str(" ? ");
            write(&parts[1], CONDITION, text);
            text.push_str(" : ");
            write(&parts[2], CONDITION, text);
        }
    }
    text.push_str(if enclosed { ")" } else { "" });
}

fn list(parts: &[Expr], open: char, close: char, text: &mut String) {
    text.push(open);
    for (at, part) in parts.iter().enumerate() {
        text.push_str(if at > 0 { ", " } else { "" });
        write(part, CONDITION, text);
    }
    text.push(close);
}

fn literal(value: &Value, text: &mut String) {
    match value {
        Value::Text(value) => quoted(value, text),
        Value::Null => text.push_str("null"),
        other => text.push_str(&other.to_text()),
    }
}

fn quoted(value: &str, text: &mut String) {
    write!(text, "'{}'", value.replace('\\', "\\\\").replace('\'', "\\'")).unwrap();
}

fn key(name: &str, text: &mut String) {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain) {
        write!(text, ".{name}").unwrap();
    } else {
        text.push('[');
        quoted(name, text);
        text.push(']');
    }
}

fn write_root(root: &Root, text: &mut String) {
    let (prefix, name) = match root {
        Root::Payload => return text.push_str("payload"),
        Root::Variable(name) => ("vars", &**name),
        Root::Parameter(name) => ("params.functionParams", &**name),
        Root::Config(name) => ("configs", &**name),
        Root::Property(PropertyScope::Transport, name, _) => ("headers", &**name),
        Root::Property(PropertyScope::Axis2, name, _) => ("props.axis2", &**name),
        Root::Property(_, name, "property") => ("props.synapse", &**name),
        Root::Property(_, name, "query parameter") => {
            ("params.queryParams", name.strip_prefix("query.param.").unwrap())
        }
        Root::Property(_, name, _) => ("params.pathParams", name.strip_prefix("uri.var.").unwrap()),
    };
    text.push_str(prefix);
    key(name, text);
}

fn write_steps(steps: &Steps, text: &mut String) {
    let join =
        |numbers: &[i64]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    for segment in &steps.path.segments {
        let (Segment::Child(selector) | Segment::Scan(selector)) = segment;
        if matches!(segment, Segment::Scan(_)) {
            text.push_str("..");
        }
        match selector {
            Selector::Name(name) if matches!(segment, Segment::Child(_)) => key(name, text),
            Selector::Name(name) => text.push_str(name),
            Selector::Wildcard => text.push_str("[*]"),
            Selector::Index(index) => write!(text, "[{index}]").unwrap(),
            Selector::Indexes(indexes) => write!(text, "[{}]", join(indexes)).unwrap(),
            Selector::Slice(Slice { start, end, .. }) => {
                let number = |number: &Option<i64>| number.map_or(String::new(), |n| n.to_string());
                write!(text, "[{}:{}]", number(start), number(end)).unwrap();
            }
            Selector::Late(keys) => {
                text.push('[');
                write(&steps.late[keys[0]], CONDITION, text);
                text.push(']');
            }
            other => unreachable!("{other:?} is not generated"),
        }
    }
}

fn names() -> impl Strategy<Value = Arc<str>> {
    prop_oneof!["[a-z][a-zA-Z0-9_-]{0,6}", "\\PC{1,6}"].prop_map(Arc::from)
}

fn roots() -> impl Strategy<Value = Root> {
    let property = |scope, prefix: &'static str, what| {
        names().prop_map(move |name| Root::Property(scope, format!("{prefix}{name}").into(), what))
    };
    prop_oneof![
        3 => Just(Root::Payload),
        3 => names().prop_map(Root::Variable),
        1 => names().prop_map(Root::Parameter),
        1 => names().prop_map(Root::Config),
        1 => property(PropertyScope::Transport, "", "header"),
        1 => property(PropertyScope::Axis2, "", "axis2 property"),
        1 => property(PropertyScope::Default, "", "property"),
        1 => property(PropertyScope::Default, "query.param.", "query parameter"),
        1 => property(PropertyScope::Default, "uri.var.", "path parameter"),
    ]
}

fn literals() -> impl Strategy<Value = Expr> {
    let decimal = (any::<i32>(), "[0-9]{1,6}").prop_map(|(whole, fraction)| {
        let number = json::Number::parse(&format!("{whole}.{fraction}")).unwrap();
        Value::Json(Arc::new(json::Value::Number(number)))
    });
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        decimal,
        "\\PC{0,8}|[ \\t\\n\"'\\\\a]{0,6}".prop_map(Value::text),
    ]
    .prop_map(Expr::Literal)
}

/// Paths; in brackets stands an expression that is more than a literal.
fn steps(inner: impl Strategy<Value = Expr>) -> impl Strategy<Value = Steps> {
    let fixed = prop_oneof![
        4 => names().prop_map(|name| Segment::Child(Selector::Name(name))),
        1 => "[a-z]{1,4}".prop_map(|name| Segment::Scan(Selector::Name(name.into()))),
        1 => Just(Segment::Child(Selector::Wildcard)),
        1 => any::<i8>().prop_map(|index| Segment::Child(Selector::Index(index.into()))),
        1 => (any::<i8>(), any::<i8>()).prop_map(|(a, b)| {
            Segment::Child(Selector::Indexes(vec![a.into(), b.into()]))
        }),
        1 => any::<i8>().prop_map(|start| {
            Segment::Child(Selector::Slice(Slice { start: Some(start.into()), end: None, step: None }))
        }),
    ];
    (prop::collection::vec(fixed, 0..3), prop::option::weighted(0.3, inner)).prop_map(
        |(mut segments, late)| {
            let late: Vec<Expr> = late.into_iter().collect();
            if !late.is_empty() {
                segments.push(Segment::Child(Selector::Late(vec![0])));
            }
            Steps { path: Path { segments, call: None }, late }
        },
    )
}

fn operators() -> impl Strategy<Value = Operator> {
    prop::sample::select(Operator::ALL.to_vec())
}

/// Trees of all that the grammar has but filters, which are JSONPath's.
fn expressions() -> impl Strategy<Value = Expr> {
    let none = prop_oneof![Just(Expr::Access(Root::Payload, Steps::default()))];
    let access = (roots(), steps(none)).prop_map(|(root, steps)| Expr::Access(root, steps));
    prop_oneof![literals(), access].prop_recursive(4, 32, 3, |inner| {
        let binary = (inner.clone(), operators(), inner.clone())
            .prop_map(|(left, operator, right)| Expr::Binary(left.into(), operator, right.into()))
            .boxed();
        let chosen = (inner.clone(), inner.clone(), inner.clone())
            .prop_map(|(a, b, c)| Expr::Conditional(Box::new([a, b, c])));
        let call = |function, arguments, steps| {
            Expr::Call(Call {
                function: Function::named(function).unwrap(),
                arguments,
                prepared: Prepared::Nothing,
                steps,
            })
        };
        prop_oneof![
            4 => binary.clone(),
            1 => chosen,
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Expr::Array),
            1 => (inner.clone(), steps(binary.clone())).prop_map(move |(argument, steps)| {
                call("object", vec![argument], steps)
            }),
            1 => (inner.clone(), inner.clone(), inner).prop_map(move |(a, b, c)| {
                call("replace", vec![a, b, c], Steps::default())
            }),
            1 => (roots(), steps(binary)).prop_map(|(root, steps)| Expr::Access(root, steps)),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(expr in expressions()) {
        let mut text = String::new();
        write(&expr, CONDITION, &mut text);
        let read = compile(&text);
        prop_assert_eq!(format!("{:?}", read.expression), format!("{:?}", expr), "{}", text);
    }

    /// Nothing that is typed makes the parser or the evaluation panic.
    #[test]
    fn any_text_is_read_or_refused(text in "[ a-z$.()\\[\\]'\"0-9+*/%<>=!?:&|,@-]{0,40}") {
        let namespaces = crate::expression::Namespaces::default();
        if let Ok(found) = crate::expression::synapse::SynapseExpression::compile(&text, &namespaces) {
            let _ = found.try_evaluate(&super::message());
        }
    }
}
