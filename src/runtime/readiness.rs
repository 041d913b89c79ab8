//! Whether the process wants requests: what probes ask.

/// How the deployment that is served came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readiness {
    /// The files that were left out since they have errors.
    pub refused: Vec<String>,
    /// Whether the process is ready nevertheless.
    pub ready_when_skipped: bool,
}

impl Readiness {
    /// Whether requests may come.
    pub fn is_ready(&self) -> bool {
        self.refused.is_empty() || self.ready_when_skipped
    }
}
