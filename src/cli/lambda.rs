//! `myelin lambda serve`: the local Lambda alone.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as Options, Subcommand};

use super::options::Config;
use super::report::{self, Format};
use super::serve::announce;
use crate::diagnostic::Diagnostics;
use crate::local_lambda::LocalLambda;
use crate::runtime::serve::{Bound, ServeError, StopSignals, runtime};
use crate::runtime::settings::Loaded;
use crate::runtime::{Settings, logging};

/// The port that nobody has to name.
const PORT: u16 = 9001;

/// Options of `lambda`.
#[derive(Debug, Options)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the Lambda API on this machine until it is stopped.
    Serve(Serve),
}

#[derive(Debug, Options)]
struct Serve {
    #[command(flatten)]
    config: Config,
    /// The port; 0 picks a free one. Unless `[local_lambda] port` is set it is 9001.
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// The folder of functions.
    #[arg(long, value_name = "DIR")]
    functions: Option<PathBuf>,
    /// error, warn, info, debug or trace, or a filter of target=level pairs.
    #[arg(long, value_name = "L")]
    log_level: Option<String>,
}

/// Serves; exit code 0 after a stop, 2 when it cannot serve.
pub(super) fn run(args: Args) -> ExitCode {
    let Command::Serve(args) = args.command;
    let mut diagnostics = Diagnostics::new();
    let Loaded { mut settings, .. } = args.config.read(&mut diagnostics);
    report::diagnostics(&diagnostics, Format::Human);
    if diagnostics.has_errors() {
        return ExitCode::from(2);
    }
    let port = &mut settings.local_lambda.port;
    // Whoever starts it alone wants to find it again; embedded it is found by its engine.
    *port = args.port.unwrap_or(if *port == 0 { PORT } else { *port });
    if let Some(functions) = args.functions {
        if !functions.is_dir() {
            report::problem(format!("there is no folder of functions {}", functions.display()));
            return ExitCode::from(2);
        }
        settings.local_lambda.functions = functions;
    }
    if let Some(level) = args.log_level {
        settings.log.level = level;
    }
    if let Err(error) = logging::init(&settings.log) {
        report::problem(error);
        return ExitCode::from(2);
    }
    match serve(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::problem(&error);
            if let Some(help) = error.help() {
                report::help(help);
            }
            ExitCode::from(2)
        }
    }
}

fn serve(settings: &Settings) -> Result<(), ServeError> {
    runtime(&settings.server)?.block_on(async {
        let mut stop = StopSignals::new()?;
        let running = LocalLambda::start(settings.local_lambda.to_start())?;
        announce(Some(Bound { kind: "lambda", address: running.addr }));
        announce(None);
        stop.first().await;
        running.shutdown().await;
        Ok(())
    })
}
