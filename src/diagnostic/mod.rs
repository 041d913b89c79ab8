//! What is wrong with a file, where, and what to do about it.
//!
//! An *error* is what Synapse refuses too, or what asks for something that we cannot run; a
//! *warning* is what Synapse deploys and ignores, or fails on later.

mod codes;
mod mask;
mod render;
mod sources;
mod suggest;

use std::collections::HashSet;

pub use codes::{CODES, Code};
pub use render::{Rendering, render_human, render_json};
pub use sources::{FileId, Position, Sources, Span};
pub use suggest::nearest;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Deploys, but something is ignored or will fail later.
    Warning,
    /// Does not deploy.
    Error,
}

impl Severity {
    /// The word for it in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One problem.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Which kind of problem; its page is in the reference.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one phrase that stands alone.
    pub message: String,
    /// Where; `None` for a problem of a whole deployment.
    pub span: Option<Span>,
    /// Other places that matter, each with a word on why.
    pub related: Vec<(Span, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A problem with the severity of its code.
    pub fn new(code: Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            span: span.into(),
            related: Vec::new(),
            help: None,
        }
    }

    /// Says what to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Says which known name was probably meant.
    pub fn did_you_mean<'n>(
        &mut self,
        written: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> &mut Self {
        if let Some(name) = nearest(written, known) {
            self.help = Some(format!("did you mean `{name}`?"));
        }
        self
    }

    /// Points at another place.
    pub fn related(&mut self, span: Span, why: impl Into<String>) -> &mut Self {
        self.related.push((span, why.into()));
        self
    }
}

/// The files that were read and everything that was found in them.
#[derive(Debug, Default)]
pub struct Diagnostics {
    /// The files.
    pub sources: Sources,
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Nothing read, nothing found.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records a problem; returns it, so that a help can be added.
    pub fn report(
        &mut self,
        code: Code,
        span: impl Into<Option<Span>>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.found.push(Diagnostic::new(code, span, message));
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// What was found, in the order of files and places.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut all: Vec<_> = self.found.iter().collect();
        all.sort_by_key(|found| found.span.map(|span| (span.file, span.start)));
        all
    }

    /// Forgets what the caller does not want to keep.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(keep);
    }

    /// Forgets what was said of a place before: a template that is used twice is compiled twice.
    pub fn forget_repeated(&mut self) {
        let mut said = HashSet::new();
        self.found.retain(|found| said.insert((found.code, found.span, found.message.clone())));
    }

    /// How many errors there are.
    pub fn error_count(&self) -> usize {
        self.found.iter().filter(|found| found.severity == Severity::Error).count()
    }

    /// How many warnings there are.
    pub fn warning_count(&self) -> usize {
        self.found.len() - self.error_count()
    }

    /// Whether anything keeps the deployment from being served.
    pub fn has_errors(&self) -> bool {
        self.error_count() > 0
    }

    /// Makes errors of all warnings (`--strict`).
    pub fn make_strict(&mut self) {
        for found in &mut self.found {
            found.severity = Severity::Error;
        }
    }

    /// Whether a file has an error.
    pub fn has_errors_in(&self, file: FileId) -> bool {
        self.found.iter().any(|found| {
            found.severity == Severity::Error && found.span.is_some_and(|span| span.file == file)
        })
    }
}

/// Why a file cannot be read, in words that do not change from system to system.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        _ => format!("it cannot be read: {error}"),
    }
}
