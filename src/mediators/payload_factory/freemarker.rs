//! FreeMarker: the one place that knows the crate that runs its templates.
//!
//! The crate knows no budget and reads whatever a template hands to `?eval`. So a method that counts
//! is called at the start of every loop's turn and every macro, and built-ins that run text of a
//! message as code, or classes, are refused when the template is compiled.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use freemarker::core::{Element, ElementKind, Environment, NewBuiltinClassResolver};
use freemarker::parser;
use freemarker::template::{
    Configuration, DynValue, NodeHashModel, ObjectWrapper as _, SIMPLE_WRAPPER, TModel,
    Template as Parsed, TemplateMethodModelEx,
};
use freemarker::{Result, TemplateError};

use crate::json;
use crate::message::Value;
use crate::xml::Tree;

/// Built-ins that are refused.
const REFUSED: [&str; 4] = ["api", "eval", "interpret", "new"];
/// The method that counts, by a name that no template uses.
const TURN: &str = "myelin_turn";
/// What a turn of a loop costs of a budget in steps.
const STEPS_A_TURN: u64 = 20;

/// A template that can be parsed.
#[derive(Debug)]
pub(super) struct Template {
    name: Arc<str>,
    text: Arc<str>,
}

/// What is wrong with a template, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) message: String,
}

/// What a template reads: names at the top, and what they hold.
#[derive(Debug, Default)]
pub(super) struct Model(Vec<(&'static str, Data)>);

/// What a name at the top holds.
#[derive(Debug)]
pub(super) enum Data {
    Value(Value),
    Hash(Vec<(String, Value)>),
}

impl Template {
    /// Compiles a template; `name` stands in messages.
    pub(super) fn compile(name: &str, text: &str) -> std::result::Result<Self, Problem> {
        let template = Self { name: name.into(), text: text.into() };
        let parsed = template.parse().map_err(|error| problem(&error))?;
        match refused(&parsed) {
            Some(name) => {
                let message = format!("`?{name}` is refused: it would run text as code");
                Err(Problem { line: 0, column: 0, message })
            }
            None => Ok(template),
        }
    }

    /// Whether the template reads a name.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.text.contains(name)
    }

    /// The template's text for a model, within so many steps. The error says the line.
    pub(super) fn render(&self, model: Model, steps: u64) -> std::result::Result<String, String> {
        let describe = |error: TemplateError| one_line(&error.to_user_message());
        let parsed = self.parse().map_err(describe)?;
        let mut out = Vec::new();
        let root = Root { model, turns: Rc::new(Cell::new(steps / STEPS_A_TURN)) };
        parsed.process(root.into_model().map_err(describe)?, &mut out).map_err(describe)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    /// A parsed template belongs to one thread, and takes little longer to make than to run.
    fn parse(&self) -> Result<Parsed> {
        let mut configuration = Configuration::new();
        configuration.settings.new_builtin_class_resolver = NewBuiltinClassResolver::AllowsNothing;
        let configuration = Rc::new(configuration);
        let turn = parser::parse(&configuration, TURN, &format!("${{{TURN}()}}"))?.root;
        let mut parsed = parser::parse(&configuration, &self.name, &self.text)?;
        count_turns(&mut parsed.root, &turn);
        for known in parsed.macros.values_mut() {
            count_body(&mut known.body, &turn);
        }
        Ok(parsed)
    }
}

/// The refused built-in that a template uses. In the tree's own notation nothing else reads so:
/// quotes inside texts are escaped there.
fn refused(parsed: &Parsed) -> Option<&'static str> {
    let notation = format!("{:?}{:?}", parsed.root, parsed.macros);
    REFUSED.into_iter().find(|name| notation.contains(&format!("name: \"{name}\", args: ")))
}

/// Puts the counting method before every body that may run again and again.
fn count_turns(elements: &mut [Element], turn: &[Element]) {
    for element in elements {
        match &mut element.kind {
            ElementKind::List { body, else_, .. } => {
                count_body(body, turn);
                count_inside(else_, turn);
            }
            ElementKind::Items { body, .. } => count_body(body, turn),
            ElementKind::Macro { def } => count_body(&mut def.body, turn),
            ElementKind::If { then, else_, .. } => {
                count_turns(then, turn);
                count_inside(else_, turn);
            }
            ElementKind::Switch { cases, default, .. } => {
                for case in cases {
                    count_turns(&mut case.body, turn);
                }
                count_inside(default, turn);
            }
            ElementKind::Attempt { try_, recover } => {
                count_turns(try_, turn);
                count_turns(recover, turn);
            }
            ElementKind::Global { body, .. }
            | ElementKind::Local { body, .. }
            | ElementKind::Call { body, .. }
            | ElementKind::Nested { body, .. } => count_inside(body, turn),
            ElementKind::Sep { body }
            | ElementKind::BlockAssign { body, .. }
            | ElementKind::Escape { body, .. }
            | ElementKind::OutputFormat { body, .. }
            | ElementKind::Assignments(body)
            | ElementKind::Trim(body)
            | ElementKind::NoEscape(body)
            | ElementKind::AutoEsc(body)
            | ElementKind::NoAutoEsc(body)
            | ElementKind::Compress(body) => count_turns(body, turn),
            _ => {}
        }
    }
}

fn count_inside(body: &mut Option<Vec<Element>>, turn: &[Element]) {
    if let Some(body) = body {
        count_turns(body, turn);
    }
}

fn count_body(body: &mut Vec<Element>, turn: &[Element]) {
    count_turns(body, turn);
    body.splice(0..0, turn.iter().cloned());
}

fn problem(error: &TemplateError) -> Problem {
    match error {
        TemplateError::Parse { line, col, message, .. } => {
            Problem { line: *line as usize, column: *col as usize, message: one_line(message) }
        }
        other => Problem { line: 0, column: 0, message: one_line(&other.to_user_message()) },
    }
}

/// What a message says in front of its tips and its stack, in one line, with the place that only
/// the stack may say.
fn one_line(message: &str) -> String {
    let told = message.split("\n\n").next().unwrap_or_default();
    let told = told.split("\n----").next().unwrap_or_default();
    let mut line = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let place = message.get(told.len()..).and_then(|stack| {
        let (_, behind) = stack.split_once("at line ")?;
        behind.split_once(']').map(|(place, _)| place)
    });
    if let Some(place) = place.filter(|_| !line.contains("at line ")) {
        line.extend([" (line ", place, ")"]);
    }
    line
}

impl Model {
    pub(super) fn add(&mut self, name: &'static str, data: Data) {
        self.0.push((name, data));
    }
}

/// The counting method.
struct Turn(Rc<Cell<u64>>);

impl TemplateMethodModelEx for Turn {
    fn exec(&self, _: &mut Environment<'_>, _: Vec<TModel>) -> Result<TModel> {
        let left = self.0.get().checked_sub(1).ok_or_else(|| {
            TemplateError::misc("the template takes more steps than limits.expression.steps")
        })?;
        self.0.set(left);
        Ok(TModel::from_scalar(String::new()))
    }
}

struct Root {
    model: Model,
    turns: Rc<Cell<u64>>,
}

impl Root {
    fn into_model(self) -> Result<TModel> {
        let mut names = vec![(TURN.to_owned(), TModel::from_method(Turn(self.turns)))];
        for (name, data) in self.model.0 {
            let model = match data {
                Data::Value(value) => value_model(&value)?,
                Data::Hash(values) => hash_model(values)?,
            };
            names.push((name.to_owned(), model));
        }
        Ok(hash_of(names))
    }
}

fn hash_model(values: Vec<(String, Value)>) -> Result<TModel> {
    let models = values.into_iter().map(|(name, value)| Ok((name, value_model(&value)?)));
    Ok(hash_of(models.collect::<Result<Vec<_>>>()?))
}

fn hash_of(names: Vec<(String, TModel)>) -> TModel {
    TModel::from_hash(names.into_iter().collect())
}

fn value_model(value: &Value) -> Result<TModel> {
    match value {
        Value::Xml(tree) => xml_model(tree),
        Value::Json(json) => Ok(wrapped(&dynamic(json))),
        Value::Null => Ok(TModel::nothing()),
        Value::Bool(value) => Ok(TModel::from_boolean(*value)),
        Value::Int(value) => Ok(wrapped(&DynValue::Int(*value))),
        Value::Double(value) => Ok(wrapped(&DynValue::Float(*value))),
        Value::Text(text) => Ok(TModel::from_scalar(text.to_string())),
    }
}

fn xml_model(tree: &Tree) -> Result<TModel> {
    listable(TModel::from_xml_str(&tree.to_text())?)
}

/// Children of an element by a name. To the crate one of them is no list; in FreeMarker it is one,
/// as it must be where a message has as many as it has.
struct Listable(Rc<dyn NodeHashModel>);

impl NodeHashModel for Listable {
    fn get(&self, env: &mut Environment<'_>, key: &str) -> Result<Option<TModel>> {
        self.0.get(env, key)?.map(listable).transpose()
    }
}

/// A node that is a list of itself, or a list whose items are.
fn listable(mut model: TModel) -> Result<TModel> {
    if let Some(inner) = model.node_hash.take() {
        model.node_hash = Some(Rc::new(Listable(inner)));
    }
    let items = match &model.sequence {
        Some(list) => (0..list.size()?)
            .map(|at| list.get(at).and_then(listable))
            .collect::<Result<Vec<_>>>()?,
        None if model.node.is_some() => vec![model.clone()],
        None => return Ok(model),
    };
    let list = TModel::from_sequence(items);
    Ok(TModel { sequence: list.sequence, collection: list.collection, ..model })
}

fn wrapped(value: &DynValue) -> TModel {
    SIMPLE_WRAPPER.wrap(value).ok().flatten().unwrap_or_else(TModel::nothing)
}

fn dynamic(value: &json::Value) -> DynValue {
    match value {
        json::Value::Null => DynValue::Null,
        json::Value::Bool(value) => DynValue::Bool(*value),
        json::Value::String(text) => DynValue::Str(text.to_string()),
        json::Value::Number(number) => {
            let text = number.as_str();
            match text.parse() {
                Ok(whole) => DynValue::Int(whole),
                Err(_) => DynValue::Float(text.parse().unwrap_or(f64::NAN)),
            }
        }
        json::Value::Array(items) => DynValue::List(items.iter().map(dynamic).collect()),
        json::Value::Object(members) => DynValue::Map(
            members.iter().map(|(name, value)| (name.to_string(), dynamic(value))).collect(),
        ),
    }
}
