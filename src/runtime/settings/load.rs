//! Reads the configuration folder and the environment into settings.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::expand::Scope;
use super::kind::{Reading, Value, under};
use super::mask::{mask, mask_unreadable};
use super::rows::{self, Row};
use super::walk::{Contents, walk};
use super::{Settings, check, properties};
use crate::diagnostic::{Code, Diagnostics, FileId, Severity, Span};
use crate::mediation::Environment;

/// What was read.
#[derive(Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// What artifacts and expressions can ask for by name.
    pub environment: Environment,
}

/// The folder that is looked for when nobody names one.
const FOLDER: &str = "config";
/// The file in it.
const FILE: &str = "deployment.toml";
/// The variable that names the folder.
const FOLDER_VARIABLE: &str = "MYELIN_CONFIG";
/// The short name of `log.level`'s variable.
const LOG_VARIABLE: &str = "MYELIN_LOG";
/// What every variable of a setting begins with.
const PREFIX: &str = "MYELIN_";

/// The variables of this process. Nothing else of Myelin reads them; the AWS SDK does.
pub fn process_environment() -> HashMap<String, String> {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
}

/// Reads the settings of a configuration folder, `config/` unless a flag or the environment names
/// one. What is wrong is reported; what is right is set nevertheless.
#[expect(clippy::implicit_hasher, reason = "the map becomes a field of the environment")]
pub fn load(
    folder: Option<&Path>,
    variables: HashMap<String, String>,
    diagnostics: &mut Diagnostics,
) -> Loaded {
    let named = folder
        .map(Path::to_owned)
        .or_else(|| variables.get(FOLDER_VARIABLE).filter(|it| !it.is_empty()).map(PathBuf::from));
    let folder = named.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    let mut loader = Loader {
        settings: Settings::default(),
        folder: &folder,
        variables: &variables,
        places: HashMap::new(),
        diagnostics,
    };
    loader.place_defaults();
    let system = loader.file(named.is_some());
    loader.environment();
    let Loader { settings, places, .. } = loader;
    check::check(&settings, |key| places.get(key).copied(), diagnostics);
    let file = properties::read(&folder, diagnostics);
    let client = Some(settings.client.clone());
    Loaded { settings, environment: Environment { variables, file, system, client } }
}

struct Loader<'l> {
    settings: Settings,
    folder: &'l Path,
    variables: &'l HashMap<String, String>,
    /// Where settings were made.
    places: HashMap<&'static str, Span>,
    diagnostics: &'l mut Diagnostics,
}

impl Loader<'_> {
    fn place_defaults(&mut self) {
        let Settings { deployment, local_lambda, .. } = &mut self.settings;
        let lambda = [&mut local_lambda.functions, &mut local_lambda.s3_dir];
        for path in deployment.artifacts.iter_mut().chain(lambda) {
            *path = under(self.folder, &path);
        }
    }

    /// Reads `deployment.toml` and answers the system properties in it.
    fn file(&mut self, named: bool) -> HashMap<String, String> {
        let Some(text) = self.read(named) else {
            return HashMap::new();
        };
        let path = self.folder.join(FILE);
        let (document, errors) = DeTable::parse_recoverable(&text);
        if !errors.is_empty() {
            let file = self.diagnostics.sources.add(path, mask_unreadable(&text));
            for error in errors {
                let span = error.span().map(|span| Span::new(file, span));
                let message = format!("this is no TOML: {}", error.message().replace('\n', " "));
                self.diagnostics.report(Code::INVALID_SETTING, span, message);
            }
            return HashMap::new();
        }
        let document = document.get_ref();
        let file = self.diagnostics.sources.add(path, mask(&text, document));
        let contents = walk(document, file, self.diagnostics);
        let none = HashMap::new();
        let scope = Scope { variables: self.variables, system: &none, document };
        let system = self.system(&contents, scope, file);
        self.settings(&contents, Scope { system: &system, ..scope }, file);
        system
    }

    fn read(&mut self, named: bool) -> Option<String> {
        let path = self.folder.join(FILE);
        let error = match std::fs::read_to_string(&path) {
            Ok(text) => return Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => return None,
            Err(error) => error,
        };
        let message = format!("cannot read {}: {error}", path.display());
        let found = self.diagnostics.report(Code::UNREADABLE_FILE, None, message);
        if self.folder.is_file() {
            found.help("name the folder that the file is in");
        }
        None
    }

    fn system(
        &mut self,
        contents: &Contents<'_>,
        scope: Scope<'_>,
        file: FileId,
    ) -> HashMap<String, String> {
        let mut system = HashMap::new();
        for (name, value) in &contents.system {
            let text = match convert(value, scope) {
                Ok(Value::Text(text)) => Ok(text),
                Ok(Value::Integer(number)) => Ok(number.to_string()),
                Ok(Value::Flag(flag)) => Ok(flag.to_string()),
                Ok(_) => Err("must be a text, a whole number or `true` or `false`".to_owned()),
                Err(error) => Err(error),
            };
            match text {
                Ok(text) => {
                    system.insert(name.clone(), text);
                }
                Err(problem) => {
                    let span = Span::new(file, value.span());
                    let message = format!("system property `{name}`: {problem}");
                    self.diagnostics.report(Code::INVALID_SETTING, span, message);
                }
            }
        }
        system
    }

    fn settings(&mut self, contents: &Contents<'_>, scope: Scope<'_>, file: FileId) {
        for row in rows::all() {
            for found in contents.settings.iter().filter(|it| std::ptr::eq(it.row, row)) {
                let span = Span::new(file, found.value.span());
                if let Some(other) = self.places.insert(row.key, span) {
                    let message = format!("`{}` is set twice, by two names", row.key);
                    self.diagnostics
                        .report(Code::INVALID_SETTING, span, message)
                        .related(other, "the other is here");
                    continue;
                }
                let reading = Reading { folder: self.folder, foreign: found.foreign };
                let read = convert(found.value, scope)
                    .map_err(|problem| format!(": {problem}"))
                    .and_then(|value| {
                        let read = row.kind.read(&mut self.settings, &value, reading);
                        read.map_err(|problem| format!(" {problem}"))
                    });
                if let Err(problem) = read {
                    let message = format!("`{}`{problem}", row.key);
                    self.diagnostics.report(Code::INVALID_SETTING, span, message);
                }
            }
        }
    }

    fn environment(&mut self) {
        for row in rows::all() {
            let short = (row.key == "log.level").then_some(LOG_VARIABLE);
            let names = short.into_iter().map(str::to_owned).chain([row.variable()]);
            for name in names {
                self.variable(row, &name);
            }
        }
        let known: Vec<String> =
            rows::all().map(Row::variable).chain([LOG_VARIABLE.to_owned()]).collect();
        for name in self.variables.keys().filter(|it| is_ours(it) && !known.contains(it)) {
            let message = format!("the environment variable `{name}` sets nothing");
            let found = self.diagnostics.report(Code::INVALID_SETTING, None, message);
            found.severity = Severity::Warning;
            found.did_you_mean(name, known.iter().map(String::as_str));
        }
    }

    fn variable(&mut self, row: &'static Row, name: &str) {
        let Some(text) = self.variables.get(name).filter(|text| !text.is_empty()) else {
            return;
        };
        // Like a flag's, a path in a variable is relative to where the process was started.
        let reading = Reading { folder: Path::new(""), foreign: row.is_foreign() };
        let value = Value::Text(text.clone());
        if let Err(problem) = row.kind.read(&mut self.settings, &value, reading) {
            let message = format!("the environment variable `{name}` {problem}");
            self.diagnostics.report(Code::INVALID_SETTING, None, message);
        }
    }
}

/// Whether a variable was meant to be a setting: it begins like those of one of our tables.
/// Others may be anybody's; Kubernetes makes `MYELIN_PORT` for a service of our name.
fn is_ours(name: &str) -> bool {
    rows::all().any(|row| {
        let variable = row.variable();
        let table = row.key.rfind('.').and_then(|dot| variable.get(..=PREFIX.len() + dot));
        table.is_some_and(|table| name.starts_with(table))
    })
}

fn convert(value: &Spanned<DeValue<'_>>, scope: Scope<'_>) -> Result<Value, String> {
    Ok(match value.get_ref() {
        DeValue::String(text) => Value::Text(scope.expand(text)?),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            parsed.map_or(Value::Other, Value::Integer)
        }
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Array(list) => {
            let list: Result<_, _> = list.iter().map(|it| convert(it, scope)).collect();
            Value::List(list?)
        }
        DeValue::Table(table) => {
            let pairs: Result<_, String> = table
                .iter()
                .map(|(name, value)| Ok((name.get_ref().to_string(), convert(value, scope)?)))
                .collect();
            Value::Pairs(pairs?)
        }
        DeValue::Float(_) | DeValue::Datetime(_) => Value::Other,
    })
}
