//! The folder of functions: one folder a function, with a `function.toml` that describes it.
//!
//! ```text
//! functions/
//!   hello/function.toml                 a stub answers from its description
//!   add-numbers/function.toml, app.py   a process runs the files beside the description
//!   layers/tools/layer.toml, content/   a layer
//! ```

mod description;
mod samples;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;

use self::description::{FunctionFile, LayerFile};
pub(super) use self::samples::Samples;
use super::arn::is_name;
use super::code::Code;

/// What is wrong with a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderError {
    /// The file or folder.
    pub file: PathBuf,
    /// The line, counted from one, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do, where that is known.
    pub help: Option<String>,
}

impl fmt::Display for FolderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        write!(formatter, ": {}", self.message)?;
        match &self.help {
            Some(help) => write!(formatter, " ({help})"),
            None => Ok(()),
        }
    }
}

/// Something wrong with a description: a place in its text, what, and what to do.
#[derive(Debug)]
struct Problem {
    at: Option<usize>,
    message: String,
    help: Option<String>,
}

impl Problem {
    fn new(message: impl Into<String>) -> Self {
        Self { at: None, message: message.into(), help: None }
    }

    fn at(mut self, offset: usize) -> Self {
        self.at = Some(offset);
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn of(self, file: &Path, text: &str) -> FolderError {
        let line = self.at.and_then(|at| text.get(..at)).map(|before| before.lines().count());
        let line = line.map(|lines| lines.max(1));
        FolderError { file: file.to_owned(), line, message: self.message, help: self.help }
    }
}

/// Loads every function and layer of a folder, or says everything that is wrong.
pub(super) fn load(folder: &Path) -> Result<Samples, Vec<FolderError>> {
    let mut samples = Samples::default();
    let mut errors = Vec::new();
    if !folder.exists() {
        tracing::info!(folder = %folder.display(), "no folder of functions");
        return Ok(samples);
    }
    // Processes run in their own folders, so a relative path would lead elsewhere.
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    for place in folders(&folder, &mut errors) {
        if place.ends_with("layers") {
            for layer in folders(&place, &mut errors) {
                keep(load_layer(&layer), &mut samples.layers, &mut errors);
            }
        } else {
            keep(load_function(&place), &mut samples.functions, &mut errors);
        }
    }
    samples.check(&mut errors);
    if errors.is_empty() { Ok(samples) } else { Err(errors) }
}

fn keep<T>(loaded: Result<T, FolderError>, all: &mut Vec<T>, errors: &mut Vec<FolderError>) {
    match loaded {
        Ok(one) => all.push(one),
        Err(error) => errors.push(error),
    }
}

/// The folders in a folder, sorted; hidden ones are none of ours.
fn folders(folder: &Path, errors: &mut Vec<FolderError>) -> Vec<PathBuf> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            errors.push(Problem::new(format!("cannot be read: {error}")).of(folder, ""));
            return Vec::new();
        }
    };
    let hidden =
        |path: &Path| path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir() && !hidden(path))
        .collect();
    found.sort();
    found
}

fn load_function(folder: &Path) -> Result<samples::Sample, FolderError> {
    let (file, text) = read(folder, "function.toml")?;
    let wrong = |problem: Problem| problem.of(&file, &text);
    let description: FunctionFile = parse(&text).map_err(wrong)?;
    let name = name(folder, 64).map_err(wrong)?;
    let code = Arc::new(Code::of_folder(folder, &text));
    description.into_sample(name, file.clone(), code).map_err(wrong)
}

fn load_layer(folder: &Path) -> Result<samples::LayerSample, FolderError> {
    let (file, text) = read(folder, "layer.toml")?;
    let wrong = |problem: Problem| problem.of(&file, &text);
    let description: LayerFile = parse(&text).map_err(wrong)?;
    let name = name(folder, 140).map_err(wrong)?;
    let code = Arc::new(Code::of_folder(&folder.join("content"), &text));
    description.into_sample(name, code).map_err(wrong)
}

fn read(folder: &Path, name: &str) -> Result<(PathBuf, String), FolderError> {
    let file = folder.join(name);
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok((file, text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Problem::new(format!("the folder has no {name}"))
                .help(format!("describe it in {name}, or move the folder elsewhere"))
                .of(folder, ""))
        }
        Err(error) => Err(Problem::new(format!("cannot be read: {error}")).of(&file, "")),
    }
}

/// The folder's name is the function's name.
fn name(folder: &Path, longest: usize) -> Result<String, Problem> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    name.filter(|name| is_name(name) && name.len() <= longest).ok_or_else(|| {
        Problem::new("the folder's name cannot be a function's name")
            .help(format!("use at most {longest} letters, digits, '-' and '_'"))
    })
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| {
        let problem = Problem::new(error.message());
        match error.span() {
            Some(span) => problem.at(span.start + 1),
            None => problem,
        }
    })
}

#[cfg(test)]
mod tests;
