//! One deployment while its artifacts are compiled.

use std::path::PathBuf;
use std::sync::Arc;

use super::names::{Names, Space};
use super::{Api, Counts, Proxy, steps};
use crate::diagnostic::Span;
use crate::mediation::{Compiler, Origin, Placed, SequenceId, SequenceRef};
use crate::xml::document::Text;

/// The compiler and everything that artifacts become beside its program.
#[derive(Debug)]
pub(super) struct Loader<'c> {
    /// The compiler.
    pub(super) compiler: Compiler<'c>,
    /// Names that are taken.
    pub(super) names: Names,
    /// Whether there is a sequence that runs before every other (`pre-mediate`).
    pub(super) pre_mediate: bool,
    /// The folders of registries, whose files are resources.
    pub(super) registries: Vec<PathBuf>,
    /// APIs.
    pub(super) apis: Vec<Api>,
    /// Proxies.
    pub(super) proxies: Vec<Proxy>,
    /// How many artifacts there are.
    pub(super) counts: Counts,
}

/// The sequence that runs before every other, if somebody deploys it.
pub(super) const PRE_MEDIATE: &str = "pre-mediate";

impl Loader<'_> {
    /// Takes a name for an artifact; says whether it was free.
    pub(super) fn take(&mut self, space: Space, what: &'static str, name: Text<'_>) -> bool {
        let diagnostics = &mut *self.compiler.diagnostics;
        self.names.take(space, what, name.value.trim(), name.span, diagnostics)
    }

    /// What a message runs through first: `pre-mediate`, a sequence, a last step.
    pub(super) fn start(
        &mut self,
        label: &str,
        body: Option<SequenceRef>,
        last: Option<Placed>,
        place: Span,
    ) -> SequenceId {
        if let (Some(SequenceRef::Inline(id)), None, false) = (&body, &last, self.pre_mediate) {
            return *id;
        }
        let before = self.pre_mediate.then(|| self.compiler.sequence_named(PRE_MEDIATE, place));
        let steps = before.into_iter().chain(body).map(|sequence| steps::enter(sequence, place));
        let steps = steps.chain(last).collect();
        self.compiler.sequence(label, steps, None)
    }

    /// What a response runs through: `pre-mediate`, then the out sequence, or the way to the
    /// client where there is none.
    pub(super) fn out(&mut self, body: Option<SequenceRef>, place: Span) -> Option<SequenceRef> {
        if !self.pre_mediate {
            return body;
        }
        let send = self.compiler.catalogue.send;
        let back = || Placed { name: "send", span: place, step: send(None) };
        let last = body.is_none().then(back);
        Some(SequenceRef::Inline(self.start("outSequence", body, last, place)))
    }
}

/// Where messages come from that run a sequence by itself.
pub(super) fn sequence_origin(
    name: &str,
    in_sequence: SequenceId,
    out_sequence: Option<SequenceRef>,
) -> Arc<Origin> {
    Arc::new(Origin {
        name: Arc::from(format!("sequence:{name}")),
        in_sequence,
        out_sequence,
        fault_sequence: None,
    })
}
