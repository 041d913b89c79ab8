//! A deployment: everything that was loaded, compiled and routed, never changed afterwards.

use std::path::PathBuf;
use std::sync::Arc;

use super::Readiness;
use super::router::Router;
use super::settings::DeploymentSettings;
use crate::artifact::{self, Counts, OnError};
use crate::connectors;
use crate::diagnostic::{Code, Diagnostics};
use crate::mediation::{Catalogue, Environment, Program};
use crate::mediators;

/// What a message can see of a deployment, from its start to its end.
#[derive(Debug)]
pub struct Deployment {
    /// What messages run through.
    pub program: Arc<Program>,
    /// Which request runs through what.
    pub router: Router,
    /// Files that were left out since they have errors.
    pub refused: Vec<PathBuf>,
    /// How many artifacts there are, by kind, for people.
    pub summary: String,
}

/// Everything that an element inside a sequence can be.
pub fn catalogue() -> Catalogue {
    Catalogue {
        mediators: mediators::CATALOGUE,
        refused: mediators::REFUSED,
        connectors: connectors::CATALOGUE,
        send: mediators::send_step,
    }
}

impl Deployment {
    /// Whether it makes the process ready.
    pub fn readiness(&self, settings: &DeploymentSettings) -> Readiness {
        Readiness {
            refused: self.refused.iter().map(|path| path.display().to_string()).collect(),
            ready_when_skipped: settings.ready_when_skipped,
        }
    }

    /// Loads artifacts. `None` when they are refused; what is wrong is in `diagnostics` either way.
    pub fn load(
        settings: &DeploymentSettings,
        environment: &Environment,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let on_error = if settings.skip_errors { OnError::Skip } else { OnError::Keep };
        let mut loaded =
            artifact::load(&settings.artifacts, catalogue(), environment, on_error, diagnostics);
        if loaded.counts == Counts::default() && !diagnostics.has_errors() {
            let paths: Vec<_> =
                settings.artifacts.iter().map(|path| path.display().to_string()).collect();
            let message = format!("no artifacts are in {}", paths.join(" and "));
            diagnostics.report(Code::NO_ARTIFACTS, None, message);
        }
        if settings.strict {
            diagnostics.make_strict();
        }
        if diagnostics.has_errors() && !settings.skip_errors {
            return None;
        }
        let router = Router::new(&mut loaded);
        Some(Self {
            summary: loaded.summary(),
            refused: loaded.refused,
            program: Arc::new(loaded.program),
            router,
        })
    }
}
