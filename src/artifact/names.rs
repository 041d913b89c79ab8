//! Names that were taken: two artifacts cannot share one.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostics, Span};

/// Where a name has to be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Space {
    /// Sequences, endpoints, templates and local entries: one registry holds them all.
    Registry,
    /// APIs by name and version.
    Api,
    /// APIs by context and version.
    Context,
    /// Proxies.
    Proxy,
}

/// The names of a deployment.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<(Space, String), Taken>);

#[derive(Debug, Clone, Copy)]
struct Taken {
    what: &'static str,
    span: Span,
}

impl Names {
    /// Where a name was taken.
    pub(super) fn place_of(&self, space: Space, name: &str) -> Option<Span> {
        self.0.get(&(space, name.to_owned())).map(|taken| taken.span)
    }

    /// Takes a name for an artifact; says whether it was free. One that was not is reported.
    pub(super) fn take(
        &mut self,
        space: Space,
        what: &'static str,
        name: &str,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let key = (space, name.to_owned());
        let Some(earlier) = self.0.get(&key).copied() else {
            self.0.insert(key, Taken { what, span });
            return true;
        };
        let message = if space == Space::Context {
            format!("the context `{name}` belongs to another API")
        } else if earlier.what == what {
            format!("a second {what} is named `{name}`")
        } else {
            format!("the {what} `{name}` has the name of a {}", earlier.what)
        };
        diagnostics
            .report(Code::DUPLICATE_ARTIFACT, span, message)
            .related(earlier.span, "declared here first");
        false
    }
}
