//! Options that several commands share, and the settings that come of them.

use std::path::PathBuf;

use clap::Args;

use crate::diagnostic::Diagnostics;
use crate::runtime::settings::{self, Loaded};

/// Where settings come from.
#[derive(Debug, Args)]
pub(super) struct Config {
    /// The folder of `deployment.toml`; `config` when it exists.
    #[arg(long, value_name = "DIR")]
    pub(super) config: Option<PathBuf>,
}

impl Config {
    /// Reads settings and surroundings; problems are in `diagnostics`.
    pub(super) fn read(&self, diagnostics: &mut Diagnostics) -> Loaded {
        settings::load(self.config.as_deref(), settings::process_environment(), diagnostics)
    }
}
