//! A deployment: everything that was loaded, compiled and routed, never changed afterwards.

use std::path::PathBuf;
use std::sync::Arc;

use super::router::Router;
use super::settings::DeploymentSettings;
use super::{Readiness, Settings};
use crate::artifact::{self, Counts, Loaded, OnError};
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
        settings: &Settings,
        environment: &Environment,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let Settings { deployment: settings, access, .. } = settings;
        let on_error = if settings.skip_errors { OnError::Skip } else { OnError::Keep };
        let mut loaded =
            artifact::load(&settings.artifacts, catalogue(), environment, on_error, diagnostics);
        if loaded.counts == Counts::default() && !diagnostics.has_errors() {
            let paths: Vec<_> =
                settings.artifacts.iter().map(|path| path.display().to_string()).collect();
            let message = format!("no artifacts are in {}", paths.join(" and "));
            diagnostics.report(Code::NO_ARTIFACTS, None, message);
        }
        if access.users.is_empty() {
            warn_of_nobody(&loaded, diagnostics);
        }
        if settings.strict {
            diagnostics.make_strict();
        }
        if diagnostics.has_errors() && !settings.skip_errors {
            return None;
        }
        let router = Router::new(&mut loaded, access);
        Some(Self {
            summary: loaded.summary(),
            refused: loaded.refused,
            program: Arc::new(loaded.program),
            router,
        })
    }
}

/// Warns of APIs that ask for a user where there is none.
fn warn_of_nobody(loaded: &Loaded, diagnostics: &mut Diagnostics) {
    for place in loaded.apis.iter().filter_map(|api| api.handlers.basic_auth) {
        diagnostics
            .report(Code::NOBODY, place, "the API asks for a user, and the settings name none")
            .help("every request is refused; set `[[internal_apis.users]]` in deployment.toml");
    }
}

#[cfg(test)]
mod tests {
    use super::{Deployment, Environment, Settings};
    use crate::artifact::testing::Folder;
    use crate::diagnostic::{Code, Diagnostics};

    const API: &str = r#"<api xmlns="http://ws.apache.org/ns/synapse" name="a" context="/a">
        <resource/><handlers><handler
            class="org.wso2.micro.integrator.security.handler.RESTBasicAuthHandler"/></handlers>
    </api>"#;

    #[test]
    fn an_api_that_nobody_may_call_is_told_of() {
        let folder = Folder::with(&[("a.xml", API)]);
        let mut settings = Settings::default();
        settings.deployment.artifacts = vec![folder.path().to_owned()];
        for expected in [&[Code::NOBODY][..], &[]] {
            let mut diagnostics = Diagnostics::new();
            let environment = Environment::default();
            assert!(Deployment::load(&settings, &environment, &mut diagnostics).is_some());
            let found: Vec<_> = diagnostics.sorted().iter().map(|found| found.code).collect();
            assert_eq!(found, expected);
            settings.access.users.add("ann", "1");
        }
    }
}
