//! The kinds of artifact: one table from root elements to what is made of them.

use super::loader::Loader;
use super::source::Role;
use super::{api, definitions, endpoint, import, local_entry, provider, proxy, sequence, template};
use crate::diagnostic::{Code, nearest};
use crate::xml::document::{Element, SYNAPSE};

/// What is made of a root element.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// An artifact, compiled by this.
    Run(fn(Element<'_>, &mut Loader<'_>)),
    /// Read by others: configuration of Synapse's own parts.
    Accepted,
    /// Known and not run: what it is and what does not happen.
    NotRun(&'static str, &'static str),
}

/// Every kind, by its root element.
pub(super) static KINDS: &[(&str, Kind)] = &[
    ("api", Kind::Run(api::define)),
    ("data", Kind::NotRun("data service", "its operations cannot be called")),
    ("definitions", Kind::Run(definitions::define)),
    ("endpoint", Kind::Run(endpoint::define)),
    ("eventSource", Kind::NotRun("event source", "nobody can subscribe to it")),
    ("import", Kind::Run(import::define)),
    ("inboundEndpoint", Kind::NotRun("inbound endpoint", "it receives nothing")),
    ("localEntry", Kind::Run(local_entry::define)),
    ("messageProcessor", Kind::NotRun("message processor", "it takes no messages from its store")),
    ("messageStore", Kind::NotRun("message store", "nothing can be put into it")),
    ("priorityExecutor", Kind::NotRun("priority executor", "nothing can be put into its queues")),
    ("proxy", Kind::Run(proxy::define)),
    ("registry", Kind::Run(provider::define)),
    ("rule", Kind::NotRun("rule service", "its rules are not evaluated")),
    ("ruleService", Kind::NotRun("rule service", "its rules are not evaluated")),
    ("ruleSet", Kind::NotRun("rule set", "its rules are not evaluated")),
    ("sequence", Kind::Run(sequence::define)),
    ("startup", Kind::NotRun("startup", "it does not run")),
    ("task", Kind::NotRun("task", "it never fires")),
    ("taskManager", Kind::Accepted),
    ("template", Kind::Run(template::define)),
];

/// Roots of tests, which are no part of a deployment.
const TESTS: [&str; 2] = ["unit-test", "mock-service"];

/// The namespace that tasks of old releases are in.
const OLD_TASKS: &str = "http://synapse.apache.org/ns/2010/04/configuration";

/// Names that begin an artifact and hardly anything else.
const TELLING: [&str; 8] = [
    "api",
    "proxy",
    "sequence",
    "endpoint",
    "localEntry",
    "inboundEndpoint",
    "messageStore",
    "messageProcessor",
];

fn kind_of(element: Element<'_>) -> Option<Kind> {
    KINDS.iter().find(|(name, _)| *name == element.name()).map(|(_, kind)| *kind)
}

/// Compiles the root of a file.
pub(super) fn root(element: Element<'_>, role: Role, loader: &mut Loader<'_>) {
    if let Role::Declared(roots) = role
        && !roots.contains(&element.name())
    {
        return not_declared(element, roots, loader);
    }
    if TESTS.contains(&element.name()) {
        return;
    }
    let is_old_task = element.namespace() == Some(OLD_TASKS) && element.name() == "task";
    if element.is_synapse() || is_old_task {
        if !child(element, loader) {
            unknown(element, loader);
        }
        return;
    }
    let telling = element.namespace().is_none() && TELLING.contains(&element.name());
    if role == Role::Found && !telling {
        return;
    }
    let message = format!("<{}> is not in Synapse's namespace", element.name());
    let diagnostics = &mut *loader.compiler.diagnostics;
    diagnostics
        .report(Code::UNKNOWN_ARTIFACT, element.name_span(), message)
        .help(format!("write <{} xmlns=\"{SYNAPSE}\" …>", element.name()));
}

/// Reports an artifact that is not what its archive says.
fn not_declared(element: Element<'_>, roots: &[&str], loader: &mut Loader<'_>) {
    let message = format!(
        "the archive says that this is <{}>, not <{}>",
        roots.join("> or <"),
        element.name()
    );
    let diagnostics = &mut *loader.compiler.diagnostics;
    diagnostics
        .report(Code::CONFLICT, element.name_span(), message)
        .help("correct the `type` in the artifact.xml beside it");
}

/// Compiles an element of a kind; says whether it is of one.
pub(super) fn child(element: Element<'_>, loader: &mut Loader<'_>) -> bool {
    match kind_of(element) {
        None => return false,
        Some(Kind::Accepted) => {}
        Some(Kind::Run(define)) => define(element, loader),
        Some(Kind::NotRun(what, consequence)) => {
            let name = ["name", "key", "id"].iter().find_map(|name| element.attribute(name));
            let what = match name {
                Some(name) => format!("the {what} `{}`", name.value.value),
                None => format!("this {what}"),
            };
            loader
                .compiler
                .diagnostics
                .report(
                    Code::UNSUPPORTED_ARTIFACT,
                    element.name_span(),
                    format!("{what} is not run by Myelin yet"),
                )
                .help(consequence);
        }
    }
    true
}

/// Reports an element that is of no kind.
pub(super) fn unknown(element: Element<'_>, loader: &mut Loader<'_>) {
    let name = element.name();
    let suggestion = suggestion(name);
    let message = format!("<{name}> is no artifact of Synapse");
    let found =
        loader.compiler.diagnostics.report(Code::UNKNOWN_ARTIFACT, element.name_span(), message);
    if let Some(suggestion) = suggestion {
        found.help(format!("did you mean <{suggestion}>?"));
    } else if loader.compiler.catalogue.mediator(name).is_some() {
        found.help("a mediator stands in a <sequence> or an <inSequence>");
    }
}

/// The kind whose name was probably meant.
pub(super) fn suggestion(name: &str) -> Option<&'static str> {
    nearest(name, KINDS.iter().map(|(name, _)| *name))
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn kinds_are_sorted() {
        assert!(KINDS.is_sorted_by_key(|(name, _)| *name));
    }
}
