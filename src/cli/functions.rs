//! `myelin functions`: what the account behind a connection holds, and whether a connection works.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as Options, Subcommand};
use serde_json::{Value, json};

use super::options::Config;
use super::report::{self, Format};
use crate::aws::{Connection, Endpoint, LambdaClient, LambdaSettings, Source};
use crate::diagnostic::Diagnostics;
use crate::functions::{self, CatalogueError, Check, FunctionRow, Report};
use crate::local_lambda::{LocalLambda, Running};
use crate::runtime::serve::runtime;
use crate::runtime::settings::Loaded;
use crate::runtime::{Settings, logging};
use crate::transport::Client;

/// Options of `functions`.
#[derive(Debug, Options)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists the functions of a region by name.
    List(Asked),
    /// Tries a connection with two questions that change nothing.
    TestConnection(Asked),
}

/// Whom to ask, and how to answer.
#[derive(Debug, Options)]
struct Asked {
    #[command(flatten)]
    config: Config,
    /// The region; without it AWS's own configuration says.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// The profile of AWS's configuration.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Where Lambda is, if not at the region's address.
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Starts a Lambda on this machine for as long as it is asked.
    #[arg(long)]
    local_lambda: bool,
    /// The folder of the local Lambda's functions.
    #[arg(long, value_name = "DIR", requires = "local_lambda")]
    functions: Option<PathBuf>,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// What is printed to standard output, and whether all is well.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    text: String,
    ok: bool,
}

/// Why nothing can be asked.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Asking(CatalogueError),
    #[error("cannot start: {0}")]
    Starting(String),
}

/// Asks and prints; exit code 0 when all is well, 1 when a connection does not work, 2 when it
/// could not be asked.
pub(super) fn run(args: &Args) -> ExitCode {
    let (Command::List(asked) | Command::TestConnection(asked)) = &args.command;
    let mut diagnostics = Diagnostics::new();
    let Loaded { settings, .. } = asked.config.read(&mut diagnostics);
    if diagnostics.has_errors() {
        report::diagnostics(&diagnostics, Format::Human);
        return ExitCode::from(2);
    }
    if let Err(error) = logging::init(&settings.log) {
        report::problem(error);
        return ExitCode::from(2);
    }
    let answer = runtime(&settings.server)
        .map_err(|error| Failure::Starting(error.to_string()))
        .and_then(|runtime| runtime.block_on(ask(&args.command, &settings)));
    match answer {
        Ok(answer) => {
            print!("{}", answer.text);
            ExitCode::from(u8::from(!answer.ok))
        }
        Err(failure) => {
            report::problem(&failure);
            if let Failure::Asking(CatalogueError { help: Some(help), .. }) = failure {
                report::help(help);
            }
            ExitCode::from(2)
        }
    }
}

async fn ask(command: &Command, settings: &Settings) -> Result<Answer, Failure> {
    let (Command::List(asked) | Command::TestConnection(asked)) = command;
    let local = asked.local_lambda(settings)?;
    let client = client(settings, local.as_ref())?;
    let connection = asked.connection();
    let answer = match command {
        Command::List(_) => {
            functions::list(&client, &connection).await.map_err(Failure::Asking).map(|rows| {
                let text = if asked.format == Format::Json { lines(&rows) } else { table(&rows) };
                Answer { text, ok: true }
            })
        }
        Command::TestConnection(_) => {
            let report = functions::test_connection(&client, &connection).await;
            let json = asked.format == Format::Json;
            let text = if json { format!("{}\n", object(&report)) } else { told(&report) };
            Ok(Answer { text, ok: report.is_ok() })
        }
    };
    if let Some(local) = local {
        local.shutdown().await;
    }
    answer
}

impl Asked {
    fn connection(&self) -> Connection {
        let profile = self.profile.as_deref().map(Into::into);
        Connection {
            source: Source::Chain { profile },
            region: self.region.as_deref().map(Into::into),
            endpoint: self.endpoint_url.as_deref().map(Into::into),
        }
    }

    /// The local Lambda where one is wanted, on a port that nobody else uses.
    fn local_lambda(&self, settings: &Settings) -> Result<Option<Running>, Failure> {
        if !self.local_lambda && !settings.local_lambda.embedded {
            return Ok(None);
        }
        let mut local = settings.local_lambda.clone();
        local.port = 0;
        if let Some(functions) = &self.functions {
            local.functions.clone_from(functions);
        }
        let running = LocalLambda::start(local.to_start());
        running.map(Some).map_err(|error| Failure::Starting(error.to_string()))
    }
}

fn client(settings: &Settings, local: Option<&Running>) -> Result<LambdaClient, Failure> {
    let starting = |error: &dyn std::fmt::Display| Failure::Starting(error.to_string());
    let http = Client::new(settings.client.clone()).map_err(|error| starting(&error))?;
    let local = local.map(|local| Endpoint::parse(&format!("http://{}", local.addr)));
    let local = local.transpose().map_err(|error| starting(&error))?;
    Ok(LambdaClient::new(http, LambdaSettings { local, ..LambdaSettings::default() }))
}

/// One JSON object a line.
fn lines(rows: &[FunctionRow]) -> String {
    ended(rows.iter().map(|row| json!(row).to_string()))
}

/// Columns for people.
fn table(rows: &[FunctionRow]) -> String {
    if rows.is_empty() {
        return "there are no functions in this region\n".to_owned();
    }
    let head = ["NAME", "RUNTIME", "MEMORY", "TIMEOUT", "CHANGED", "DESCRIPTION"];
    let mut cells = vec![head.map(str::to_owned)];
    cells.extend(rows.iter().map(|row| {
        let text = |text: &Option<String>| plain(text.as_deref().unwrap_or("-"));
        let number = |number: Option<i32>, unit: &str| {
            number.map_or("-".to_owned(), |number| format!("{number} {unit}"))
        };
        let changed = row.last_modified.as_deref().and_then(|it| it.get(..10)).unwrap_or("-");
        [
            plain(&row.name),
            // Container images have no runtime.
            text(if row.runtime.is_some() { &row.runtime } else { &row.package_type }),
            number(row.memory_mb, "MB"),
            number(row.timeout_seconds, "s"),
            plain(changed),
            text(&row.description),
        ]
    }));
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..head.len()).filter_map(width).collect();
    ended(cells.iter().map(|row| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }))
}

/// A report for people.
fn told(report: &Report) -> String {
    let known = [
        ("region", &report.region),
        ("endpoint", &report.endpoint),
        ("access key", &report.access_key_id),
    ];
    let known = known.into_iter().map(|(name, value)| {
        format!("{name:<10}  {}", plain(value.as_deref().unwrap_or("not found")))
    });
    ended(known.chain(report.checks.iter().flat_map(outcome)))
}

/// What came of a question, and what to do.
fn outcome(Check { action, outcome }: &Check) -> Vec<String> {
    match outcome {
        Ok(learnt) => vec![format!("ok          {action}: {}", plain(learnt))],
        Err(error) => {
            // The error names the action itself where there is one.
            let action = if error.action.is_some() { "" } else { &format!("{action}: ") };
            let failed = format!("failed      {action}{}", plain(&error.to_string()));
            let help = error.help.map(|help| format!("            help: {help}"));
            [Some(failed), help].into_iter().flatten().collect()
        }
    }
}

/// Lines with their ends.
fn ended(lines: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// A report for programs.
fn object(report: &Report) -> Value {
    let checks = report.checks.iter().map(|check| match &check.outcome {
        Ok(learnt) => json!({ "action": check.action, "ok": true, "message": learnt }),
        Err(error) => json!({
            "action": check.action,
            "ok": false,
            "message": error.message,
            "status": error.status,
            "error_type": error.error_type,
            "help": error.help,
        }),
    });
    json!({
        "ok": report.is_ok(),
        "region": report.region,
        "endpoint": report.endpoint,
        "access_key_id": report.access_key_id,
        "checks": checks.collect::<Vec<_>>(),
    })
}

/// What others wrote, without what could move a terminal's cursor.
fn plain(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

#[cfg(test)]
mod tests;
