//! The command line: one file a subcommand. The only code that prints.
//!
//! Exit codes: 0 done, 1 there are errors in what was given, 2 it could not be done.

mod check;
#[cfg(feature = "catalogue")]
mod functions;
mod lambda;
mod options;
mod report;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Synapse flows, made fast: runs Apache Synapse and WSO2 Micro Integrator artifacts and calls AWS
/// Lambda natively.
#[derive(Debug, Parser)]
#[command(name = "myelin", version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the APIs and proxies of a deployment.
    Serve(serve::Args),
    /// Finds every problem of a deployment, without serving it.
    Check(check::Args),
    /// The functions of an account, and whether a connection to it works.
    #[cfg(feature = "catalogue")]
    Functions(functions::Args),
    /// The local Lambda alone.
    Lambda(lambda::Args),
}

/// Runs the command of the process's arguments.
pub fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Check(args) => check::run(&args),
        #[cfg(feature = "catalogue")]
        Command::Functions(args) => functions::run(&args),
        Command::Lambda(args) => lambda::run(args),
    }
}
