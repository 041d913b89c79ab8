//! What holds of every path: it reads back as what was written, and a definite one leads where its
//! steps do.

use std::fmt::{self, Display};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{Answer, answer};
use crate::expression::jsonpath::JsonPath;
use crate::expression::jsonpath::Step;
use crate::expression::jsonpath::ast::{
    Argument, Call, Comparison, Filter, Operand, Path, Segment, Selector, Slice,
};
use crate::expression::jsonpath::function::Function;
use crate::expression::jsonpath::location::Location;
use crate::json::{Number, Object, Value};

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| Value::Number(Number::from(number))),
        (any::<i32>(), 0..100_u8)
            .prop_map(|(whole, part)| Number::parse(&format!("{whole}.{part}")).unwrap())
            .prop_map(Value::Number),
        name().prop_map(Value::string),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::Array),
            vec((name(), inner), 0..5).prop_map(|members| {
                let mut object = Object::new();
                for (name, value) in members {
                    object.insert(name, value);
                }
                Value::Object(object)
            }),
        ]
    })
}

/// Few names, so that they are found, and all kinds of others.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[abc]", "[a-z][a-z0-9_-]{0,6}", "\\PC{0,6}", "['\"\\\\\\]\\[.()?@$*{}\n\t]{1,3}"]
}

fn index() -> impl Strategy<Value = i64> {
    prop_oneof![-4..5_i64, -((1_i64 << 53) - 1)..(1 << 53)]
}

fn selector(filter: BoxedStrategy<Filter>) -> impl Strategy<Value = Selector> {
    let slice = (option::of(index()), option::of(index()), option::of(index()))
        .prop_map(|(start, end, step)| Selector::Slice(Slice { start, end, step }));
    prop_oneof![
        4 => name().prop_map(|name| Selector::Name(name.into())),
        1 => vec(name().prop_map(Into::into), 2..4).prop_map(Selector::Names),
        1 => Just(Selector::Wildcard),
        2 => index().prop_map(Selector::Index),
        1 => vec(index(), 2..4).prop_map(Selector::Indexes),
        1 => slice,
        1 => filter.prop_map(Selector::Filter),
    ]
}

fn steps(filter: BoxedStrategy<Filter>) -> impl Strategy<Value = Vec<Segment>> {
    let segment = prop_oneof![
        4 => selector(filter.clone()).prop_map(Segment::Child),
        1 => selector(filter).prop_map(Segment::Scan),
    ];
    vec(segment, 0..4)
}

fn path(filter: BoxedStrategy<Filter>) -> impl Strategy<Value = Path> {
    let argument = prop_oneof![
        json().prop_map(Argument::Literal),
        steps(filter.clone()).prop_map(|segments| Argument::Path(Path { segments, call: None })),
    ];
    let function = prop_oneof![
        Just((Function::Length, Vec::new())),
        Just((Function::Keys, Vec::new())),
        vec(argument.clone(), 0..3).prop_map(|arguments| (Function::Sum, arguments)),
        vec(argument, 1..3).prop_map(|arguments| (Function::Append, arguments)),
    ];
    let call = (function, steps(filter.clone())).prop_map(|((function, arguments), segments)| {
        Box::new(Call { function, arguments, then: Path { segments, call: None } })
    });
    (steps(filter), option::weighted(0.2, call))
        .prop_map(|(segments, call)| Path { segments, call })
}

fn filter() -> BoxedStrategy<Filter> {
    let leaf = Just(Filter::Exists(Operand::Current(Path::default()))).boxed();
    (0..2).fold(leaf, |inner, _| {
        let some = || path(inner.clone());
        let operand = prop_oneof![
            json().prop_map(Operand::Literal),
            some().prop_map(Operand::Current),
            some().prop_map(Operand::Root),
        ];
        let comparison = (0..SIGNS.len()).prop_map(|at| SIGNS[at].1);
        prop_oneof![
            some().prop_map(|path| Filter::Exists(Operand::Current(path))),
            some().prop_map(|path| Filter::Exists(Operand::Root(path))),
            (operand.clone(), comparison, operand)
                .prop_map(|(left, comparison, right)| { Filter::Compare(left, comparison, right) }),
            vec(inner.clone(), 2..4).prop_map(Filter::Any),
            vec(inner.clone(), 2..4).prop_map(Filter::All),
            inner.clone().prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
        .boxed()
    })
}

/// The operators as they are written.
const SIGNS: [(&str, Comparison); 17] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("===", Comparison::SameType),
    ("!==", Comparison::NotSameType),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
    ("in", Comparison::In),
    ("nin", Comparison::NotIn),
    ("subsetof", Comparison::SubsetOf),
    ("anyof", Comparison::AnyOf),
    ("noneof", Comparison::NoneOf),
    ("all", Comparison::All),
    ("contains", Comparison::Contains),
    ("size", Comparison::Size),
    ("empty", Comparison::Empty),
];

impl Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segments.iter().try_for_each(|segment| segment.fmt(f))?;
        self.call.iter().try_for_each(|call| call.fmt(f))
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.function {
            Function::Length => "length",
            Function::Keys => "keys",
            Function::Sum => "sum",
            _ => "append",
        };
        let arguments: Vec<String> = self.arguments.iter().map(ToString::to_string).collect();
        write!(f, ".{name}({}){}", arguments.join(", "), self.then)
    }
}

impl Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "${path}"),
            Self::Literal(value) => f.write_str(&value.to_text()),
        }
    }
}

impl Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        };
        match self {
            Self::Child(Selector::Name(name)) if plain(name) => write!(f, ".{name}"),
            Self::Scan(Selector::Name(name)) if plain(name) => write!(f, "..{name}"),
            Self::Child(selector) => write!(f, "[{selector}]"),
            Self::Scan(selector) => write!(f, "..[{selector}]"),
        }
    }
}

impl Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |name: &str| {
            let place = Location::new(vec![Step::Name(name.into())]).to_string();
            place[2..place.len() - 1].to_owned()
        };
        let number = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
        match self {
            Self::Name(name) => f.write_str(&quoted(name)),
            Self::Names(names) => {
                let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
                f.write_str(&names.join(","))
            }
            Self::Wildcard => f.write_str("*"),
            Self::Index(index) => index.fmt(f),
            Self::Indexes(indexes) => {
                let indexes: Vec<String> = indexes.iter().map(ToString::to_string).collect();
                f.write_str(&indexes.join(","))
            }
            Self::Slice(slice) => {
                write!(f, "{}:{}", number(slice.start), number(slice.end))?;
                slice.step.iter().try_for_each(|step| write!(f, ":{step}"))
            }
            Self::Filter(filter) => write!(f, "?({filter})"),
            Self::Late(_) | Self::LateSlice(_) => Err(fmt::Error),
        }
    }
}

impl Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |filters: &[Filter], sign: &str| {
            let filters: Vec<String> = filters.iter().map(|filter| format!("({filter})")).collect();
            filters.join(sign)
        };
        match self {
            Self::Any(filters) => f.write_str(&joined(filters, " || ")),
            Self::All(filters) => f.write_str(&joined(filters, "&&")),
            Self::Not(filter) => write!(f, "!({filter})"),
            Self::Exists(operand) => operand.fmt(f),
            Self::Compare(left, comparison, right) => {
                let sign = SIGNS.iter().find(|(_, known)| known == comparison);
                write!(f, "{left} {} {right}", sign.ok_or(fmt::Error)?.0)
            }
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(value) => f.write_str(&value.to_text()),
            Self::Current(path) => write!(f, "@{path}"),
            Self::Root(path) => write!(f, "${path}"),
            Self::Pattern(_) | Self::Late(_) => Err(fmt::Error),
        }
    }
}

/// Where steps lead, the plain way.
fn walked<'v>(document: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(document, |value, step| match (step, value) {
        (Step::Name(name), Value::Object(object)) => object.get(name),
        (Step::Index(at), Value::Array(elements)) => elements.get(*at),
        _ => None,
    })
}

/// Every place of a document.
fn places(value: &Value, at: &[Step], found: &mut Vec<Vec<Step>>) {
    found.push(at.to_vec());
    let mut down = |step: Step, value: &Value| places(value, &[at, &[step]].concat(), found);
    match value {
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(at, element)| down(Step::Index(at), element));
        }
        Value::Object(object) => {
            object.iter().for_each(|(name, member)| down(Step::Name(name.clone()), member));
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(path in path(filter())) {
        let text = format!("${path}");
        let read = JsonPath::compile(&text);
        prop_assert!(read.is_ok(), "{text}: {:?}", read.err());
        prop_assert_eq!(format!("{:?}", read.unwrap().path), format!("{path:?}"), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused_at_its_place(text in "[$@.\\[\\]()?'\"/a-c0-2=<>~!&|,:*{} \\\\é-]{0,24}") {
        if let Err(error) = JsonPath::compile(&text) {
            prop_assert!(text.get(error.offset..).is_some(), "{} at {}", text, error.offset);
        }
    }

    #[test]
    fn a_definite_path_leads_where_its_steps_do(
        document in json(),
        seed in any::<prop::sample::Index>(),
        other in vec(prop_oneof![name().prop_map(|name| Step::Name(name.into())), (0..4_usize).prop_map(Step::Index)], 0..3),
    ) {
        let mut all = Vec::new();
        places(&document, &[], &mut all);
        let place = seed.get(&all).clone();
        for steps in [place.clone(), [place, other].concat()] {
            let path = Location::new(steps.clone()).to_string();
            let expected = walked(&document, &steps).map_or(Answer::Nothing, |value| Answer::Gives(value.clone()));
            prop_assert_eq!(answer(&path, Some(&document)), expected, "{}", path);
        }
    }

    #[test]
    fn a_search_finds_every_place(document in json()) {
        let mut all = Vec::new();
        places(&document, &[], &mut all);
        let found = JsonPath::compile("$..*").unwrap().locate(&document, &crate::message::Work::default()).unwrap();
        prop_assert_eq!(found.len() + 1, all.len());
        for place in found {
            prop_assert!(all.contains(&place.steps().to_vec()), "{}", place);
        }
    }
}
