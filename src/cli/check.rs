//! `myelin check`: every problem of a deployment in one run.
#![allow(clippy::print_stderr)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args as Options;

use super::options::Config;
use super::report::{self, Format};
use crate::diagnostic::Diagnostics;
use crate::runtime::Deployment;
use crate::runtime::settings::Loaded;

/// Options of `check`.
#[derive(Debug, Options)]
pub(super) struct Args {
    #[command(flatten)]
    config: Config,
    /// Warnings are errors.
    #[arg(long)]
    strict: bool,
    /// How problems are printed.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Projects, folders or files; those of the settings when none is given.
    paths: Vec<PathBuf>,
}

/// Checks; exit code 0 without errors, 1 with errors, 2 when there is nothing to check: the
/// settings cannot be read or a path of the command line names nothing.
pub(super) fn run(args: &Args) -> ExitCode {
    let mut diagnostics = Diagnostics::new();
    let Loaded { mut settings, environment } = args.config.read(&mut diagnostics);
    if diagnostics.has_errors() {
        report::diagnostics(&diagnostics, args.format);
        return ExitCode::from(2);
    }
    if let Some(missing) = args.paths.iter().find(|path| !path.exists()) {
        report::problem(format_args!("{}: there is no such file or folder", missing.display()));
        return ExitCode::from(2);
    }
    if !args.paths.is_empty() {
        settings.deployment.artifacts.clone_from(&args.paths);
    }
    settings.deployment.strict |= args.strict;
    settings.deployment.skip_errors = false;
    let deployment = Deployment::load(&settings, &environment, &mut diagnostics);
    report::diagnostics(&diagnostics, args.format);
    if args.format == Format::Human {
        let summary = deployment.as_ref().map(|deployment| deployment.summary.as_str());
        eprintln!("{}: {}", summary.unwrap_or("not deployable"), report::count(&diagnostics));
        report::missing(&settings.deployment.artifacts);
    }
    if diagnostics.has_errors() { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
