//! `myelin serve`: loads a deployment and serves it until it is told to stop.
#![allow(clippy::print_stdout)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use arc_swap::ArcSwap;
use clap::Args as Options;

use super::options::Config;
use super::report::{self, Format};
use crate::admin::Admin;
use crate::diagnostic::Diagnostics;
use crate::mediation::Environment;
use crate::runtime::serve::{Bound, ServeError, StopSignals, runtime, serve};
use crate::runtime::settings::Loaded;
use crate::runtime::{Deployment, Settings, logging};

/// Options of `serve`.
#[derive(Debug, Options)]
pub(super) struct Args {
    #[command(flatten)]
    config: Config,
    /// A project, folder or file of artifacts; may be given several times.
    #[arg(long, value_name = "PATH")]
    artifacts: Vec<PathBuf>,
    /// The port for HTTP.
    #[arg(long, value_name = "N")]
    http_port: Option<u16>,
    /// The port for HTTPS.
    #[arg(long, value_name = "N")]
    https_port: Option<u16>,
    /// The port for probes and metrics.
    #[arg(long, value_name = "N")]
    management_port: Option<u16>,
    /// Starts a Lambda on this machine and sends calls there.
    #[arg(long)]
    local_lambda: bool,
    /// error, warn, info, debug or trace, or a filter of target=level pairs.
    #[arg(long, value_name = "L")]
    log_level: Option<String>,
}

/// Serves; exit code 0 after a stop, 1 when the deployment is refused, 2 when it cannot serve.
pub(super) fn run(args: &Args) -> ExitCode {
    let mut diagnostics = Diagnostics::new();
    let Loaded { mut settings, environment } = args.config.read(&mut diagnostics);
    if diagnostics.has_errors() {
        report::diagnostics(&diagnostics, Format::Human);
        return ExitCode::from(2);
    }
    args.apply(&mut settings);
    if let Err(error) = logging::init(&settings.log) {
        report::problem(error);
        return ExitCode::from(2);
    }
    let deployment = Deployment::load(&settings, &environment, &mut diagnostics);
    report::diagnostics(&diagnostics, Format::Human);
    let Some(deployment) = deployment else {
        report::problem(format!("the deployment is refused: {}", report::count(&diagnostics)));
        report::missing(&settings.deployment.artifacts);
        return ExitCode::from(1);
    };
    tracing::info!(artifacts = deployment.summary, "deployed");
    match serve_until_stopped(&settings, deployment, environment) {
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

impl Args {
    fn apply(&self, settings: &mut Settings) {
        if !self.artifacts.is_empty() {
            settings.deployment.artifacts.clone_from(&self.artifacts);
        }
        settings.server.http_port = self.http_port.or(settings.server.http_port);
        settings.server.https_port = self.https_port.or(settings.server.https_port);
        settings.management.port = self.management_port.or(settings.management.port);
        settings.local_lambda.embedded |= self.local_lambda;
        if let Some(level) = &self.log_level {
            settings.log.level.clone_from(level);
        }
    }
}

fn serve_until_stopped(
    settings: &Settings,
    deployment: Deployment,
    environment: Environment,
) -> Result<(), ServeError> {
    let readiness = deployment.readiness(&settings.deployment);
    let deployment = Arc::new(ArcSwap::from_pointee(deployment));
    let runtime = runtime(&settings.server)?;
    runtime.block_on(async {
        let stop = StopSignals::new()?;
        let admin = |metrics, drain| Admin::new(metrics, drain, readiness);
        serve(settings, deployment, environment, admin, announce, stop).await
    })
}

/// Tells whoever started the process what listens, and when all does.
pub(super) fn announce(bound: Option<Bound>) {
    let mut out = std::io::stdout().lock();
    // Whoever started the process may have closed its end; serving goes on.
    let _ = match bound {
        Some(Bound { kind, address }) => writeln!(out, "listening kind={kind} addr={address}"),
        None => writeln!(out, "ready"),
    };
    let _ = out.flush();
}
