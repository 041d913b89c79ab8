//! Whatever an expression is made of: written and read again it is the same.

use proptest::prelude::*;

use super::super::ast::{Axis, Comparison, Expr, NodeTest, Operation, Path, Start, Step, Variable};
use super::super::functions::Function;
use super::super::parser;
use super::super::steps::push_step;
use super::namespaces;
use crate::expression::PropertyScope;

proptest! {
    #[test]
    fn what_is_written_reads_the_same(expr in any_expr(3)) {
        let text = written(&expr);
        let parsed = parser::parse(&text, &namespaces()).map_err(|error| error.to_string());
        prop_assert_eq!(parsed.map(|parsed| parsed.expr), Ok(expr), "{}", text);
    }
}

const PREFIXES: [(&str, &str); 2] = [("m", "urn:m"), ("n", "urn:n")];
/// Names that are operators, node types, axes or functions elsewhere.
const NAMES: [&str; 10] =
    ["a", "b-1", "div", "and", "or", "mod", "text", "self", "count", "evaluate"];
const NUMBERS: [f64; 6] = [0.0, 1.0, 2.5, 0.001, 1e21, 123_456_789.125];
const TEXTS: [&str; 6] = ["", "a b", "it's", "\"", "//*[1]", "ß"];

/// Functions with the count of arguments to give them.
const FUNCTIONS: [(&str, Function, usize); 10] = [
    ("position", Function::Position, 0),
    ("last", Function::Last, 0),
    ("string", Function::String, 0),
    ("not", Function::Not, 1),
    ("id", Function::Id, 1),
    ("substring", Function::Substring, 2),
    ("concat", Function::Concat, 3),
    ("get-property", Function::GetProperty, 2),
    ("count", Function::Count, 1),
    ("sum", Function::Sum, 1),
];

fn variables() -> Vec<(&'static str, Variable)> {
    vec![
        ("env", Variable::Envelope),
        ("header", Variable::Header),
        ("body", Variable::Body),
        ("ctx:x-1", Variable::Property(PropertyScope::Default, "x-1".into())),
        ("axis2:x", Variable::Property(PropertyScope::Axis2, "x".into())),
        ("trp:Content-Type", Variable::Property(PropertyScope::Transport, "Content-Type".into())),
        ("operation:x", Variable::Property(PropertyScope::Operation, "x".into())),
        ("sys:x.y", Variable::Property(PropertyScope::System, "x.y".into())),
        ("func:x", Variable::Parameter("x".into())),
        ("url:x", Variable::Query("x".into())),
        ("config:x", Variable::Config("x".into())),
        ("var:div", Variable::Flow("div".into())),
    ]
}

const CHAINS: [(&str, Comparison, u8); 6] = [
    ("=", Comparison::Equal, 2),
    ("!=", Comparison::NotEqual, 2),
    ("<", Comparison::Less, 3),
    ("<=", Comparison::LessOrEqual, 3),
    (">", Comparison::Greater, 3),
    (">=", Comparison::GreaterOrEqual, 3),
];

const SUMS: [(&str, Operation, u8); 5] = [
    ("+", Operation::Add, 4),
    ("-", Operation::Subtract, 4),
    ("*", Operation::Multiply, 5),
    ("div", Operation::Divide, 5),
    ("mod", Operation::Remainder, 5),
];

fn any_expr(depth: usize) -> BoxedStrategy<Expr> {
    let leaf = prop_oneof![
        prop::sample::select(&TEXTS[..]).prop_map(|text| Expr::Literal(text.into())),
        prop::sample::select(&NUMBERS[..]).prop_map(Expr::Number),
        prop::sample::select(variables()).prop_map(|(_, variable)| Expr::Variable(variable)),
        nodes(0),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let below = move || any_expr(depth - 1);
    let pair = move || (below(), below()).prop_map(|(left, right)| Box::new([left, right]));
    prop_oneof![
        leaf,
        nodes(depth),
        (prop::sample::select(&FUNCTIONS[..7]), prop::collection::vec(below(), 3)).prop_map(
            |((_, function, count), arguments)| {
                Expr::Call(function, arguments.into_iter().take(count).collect())
            }
        ),
        (prop::sample::select(&FUNCTIONS[8..]), nodes(depth - 1))
            .prop_map(|((_, function, _), argument)| Expr::Call(function, vec![argument])),
        prop::collection::vec(below(), 2..4).prop_map(Expr::Or),
        prop::collection::vec(below(), 2..4).prop_map(Expr::And),
        (prop::sample::select(&CHAINS[..]), pair())
            .prop_map(|((_, comparison, _), sides)| Expr::Compare(comparison, sides)),
        (prop::sample::select(&SUMS[..]), pair())
            .prop_map(|((_, operation, _), sides)| Expr::Calculate(operation, sides)),
        below().prop_map(|inner| Expr::Negate(Box::new(inner))),
    ]
    .boxed()
}

fn nodes(depth: usize) -> BoxedStrategy<Expr> {
    let start = prop_oneof![Just(Start::Context), Just(Start::Root)];
    let location = (start, steps(depth, 1)).prop_map(|(start, steps)| path(start, steps));
    if depth == 0 {
        return location.boxed();
    }
    let below = move || nodes(depth - 1);
    let filter = |least: usize| {
        (below(), prop::collection::vec(any_expr(depth - 1), 1 - least..2), steps(depth - 1, least))
            .prop_map(|(primary, predicates, steps)| {
                path(Start::Filter(Box::new(primary), predicates), steps)
            })
    };
    prop_oneof![
        3 => location,
        1 => Just(Expr::Path(Path { start: Start::Root, steps: Vec::new() })),
        1 => prop::collection::vec(below(), 2..4).prop_map(Expr::Union),
        1 => filter(0),
        1 => filter(1),
    ]
    .boxed()
}

/// A path in the form that the parser gives it.
fn path(start: Start, written: Vec<Step>) -> Expr {
    let mut steps = Vec::new();
    for step in written {
        push_step(&mut steps, step);
    }
    Expr::Path(Path { start, steps })
}

fn steps(depth: usize, least: usize) -> BoxedStrategy<Vec<Step>> {
    let axis = prop::sample::select(&Axis::NAMES[..]).prop_map(|(_, axis)| axis);
    let predicates = match depth {
        0 => Just(Vec::new()).boxed(),
        _ => prop::collection::vec(any_expr(depth - 1), 0..2).boxed(),
    };
    let step = (axis, node_test(), predicates).prop_map(|(axis, test, predicates)| Step {
        axis,
        test,
        predicates,
    });
    prop::collection::vec(step, least..4).boxed()
}

fn node_test() -> impl Strategy<Value = NodeTest> {
    let name = || prop::sample::select(&NAMES[..]);
    let uri = || prop::sample::select(&PREFIXES[..]).prop_map(|(_, uri)| uri);
    prop_oneof![
        Just(NodeTest::AnyName),
        Just(NodeTest::AnyNode),
        Just(NodeTest::Text),
        Just(NodeTest::Comment),
        Just(NodeTest::Instruction(None)),
        name().prop_map(|target| NodeTest::Instruction(Some(target.into()))),
        uri().prop_map(|uri| NodeTest::AnyNameIn(uri.into())),
        name().prop_map(|name| NodeTest::Name(None, name.into())),
        (uri(), name()).prop_map(|(uri, name)| NodeTest::Name(Some(uri.into()), name.into())),
    ]
}

/// An expression with no more brackets than it needs.
fn written(expr: &Expr) -> String {
    match expr {
        Expr::Literal(text) if text.contains('\'') => format!("\"{text}\""),
        Expr::Literal(text) => format!("'{text}'"),
        Expr::Number(number) => number.to_string(),
        Expr::Variable(wanted) => {
            let (name, _) = variables().into_iter().find(|(_, one)| one == wanted).unwrap();
            format!("${name}")
        }
        Expr::Call(wanted, arguments) => {
            let (name, ..) = FUNCTIONS.iter().find(|(_, one, _)| one == wanted).unwrap();
            format!("{name}({})", arguments.iter().map(written).collect::<Vec<_>>().join(", "))
        }
        Expr::Evaluate(..) => unreachable!("no computed expression is made here"),
        Expr::Or(parts) => listed(parts, " or ", 1),
        Expr::And(parts) => listed(parts, " and ", 2),
        Expr::Union(parts) => listed(parts, " | ", 8),
        Expr::Compare(wanted, sides) => {
            let (sign, _, level) = CHAINS.iter().find(|(_, one, _)| one == wanted).unwrap();
            chained(sides, sign, *level)
        }
        Expr::Calculate(wanted, sides) => {
            let (sign, _, level) = SUMS.iter().find(|(_, one, _)| one == wanted).unwrap();
            chained(sides, sign, *level)
        }
        Expr::Negate(inner) => format!("-{}", at_level(inner, 7)),
        Expr::Path(path) => path_written(path),
    }
}

/// How tightly an expression binds, as the grammar has it.
fn level(expr: &Expr) -> u8 {
    match expr {
        Expr::Or(_) => 0,
        Expr::And(_) => 1,
        Expr::Compare(wanted, _) => CHAINS.iter().find(|(_, one, _)| one == wanted).unwrap().2,
        Expr::Calculate(wanted, _) => SUMS.iter().find(|(_, one, _)| one == wanted).unwrap().2,
        Expr::Negate(_) => 6,
        Expr::Union(_) => 7,
        Expr::Path(_) => 8,
        _ => 9,
    }
}

fn at_level(expr: &Expr, needed: u8) -> String {
    if level(expr) < needed { format!("({})", written(expr)) } else { written(expr) }
}

fn listed(parts: &[Expr], sign: &str, needed: u8) -> String {
    parts.iter().map(|part| at_level(part, needed)).collect::<Vec<_>>().join(sign)
}

fn chained([left, right]: &[Expr; 2], sign: &str, level: u8) -> String {
    format!("{} {sign} {}", at_level(left, level), at_level(right, level + 1))
}

fn path_written(path: &Path) -> String {
    let steps = path.steps.iter().map(step_written).collect::<Vec<_>>().join("/");
    match &path.start {
        Start::Context => steps,
        // What follows a `/` alone would be its step.
        Start::Root if steps.is_empty() => "(/)".to_owned(),
        Start::Root => format!("/{steps}"),
        Start::Filter(primary, predicates) => {
            let slash = if steps.is_empty() { "" } else { "/" };
            format!("{}{}{slash}{steps}", at_level(primary, 9), bracketed(predicates))
        }
    }
}

fn step_written(step: &Step) -> String {
    let test = test_written(&step.test);
    let predicates = bracketed(&step.predicates);
    match (step.axis, &step.test) {
        (Axis::Itself, NodeTest::AnyNode) if predicates.is_empty() => ".".to_owned(),
        (Axis::Parent, NodeTest::AnyNode) if predicates.is_empty() => "..".to_owned(),
        (Axis::Child, _) => test + &predicates,
        (Axis::Attribute, _) => format!("@{test}{predicates}"),
        (wanted, _) => {
            let (name, _) = Axis::NAMES.iter().find(|(_, one)| *one == wanted).unwrap();
            format!("{name}::{test}{predicates}")
        }
    }
}

fn test_written(test: &NodeTest) -> String {
    let prefix = |wanted: &str| PREFIXES.iter().find(|(_, uri)| *uri == wanted).unwrap().0;
    match test {
        NodeTest::AnyName => "*".to_owned(),
        NodeTest::AnyNameIn(uri) => format!("{}:*", prefix(uri)),
        NodeTest::Name(None, local) => local.as_ref().to_owned(),
        NodeTest::Name(Some(uri), local) => format!("{}:{local}", prefix(uri)),
        NodeTest::AnyNode => "node()".to_owned(),
        NodeTest::Text => "text()".to_owned(),
        NodeTest::Comment => "comment()".to_owned(),
        NodeTest::Instruction(None) => "processing-instruction()".to_owned(),
        NodeTest::Instruction(Some(target)) => format!("processing-instruction('{target}')"),
    }
}

fn bracketed(predicates: &[Expr]) -> String {
    predicates
        .iter()
        .map(|predicate| format!("[{}]", written(predicate)))
        .collect::<Vec<_>>()
        .concat()
}
