//! Types of artifacts in an archive: one table from what a part says it is to what is done with it.

/// What is done with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An artifact, with one of these root elements.
    Artifact(&'static [&'static str]),
    /// Resources of the registry, listed by its file.
    Resources,
    /// Keys of the configuration store.
    Declarations,
    /// A connector.
    Connector,
    /// Nothing: it describes other parts.
    Description,
    /// Known and not run: what it is and what to do.
    NotRun(&'static str, &'static str),
}

/// Every type, sorted.
static TYPES: &[(&str, Kind)] = &[
    ("config/property", Kind::Declarations),
    ("datasource/datasource", Kind::NotRun("data source", NO_DATABASES)),
    ("lib/connector/dependency", Kind::NotRun("library of a connector", NO_JAVA)),
    ("lib/synapse/mediator", Kind::NotRun("class mediator", NO_JAVA)),
    ("registry/resource", Kind::Resources),
    ("service/axis2", Kind::NotRun("Axis2 service", NO_JAVA)),
    ("service/dataservice", Kind::NotRun("data service", NO_DATABASES)),
    ("synapse/api", Kind::Artifact(&["api"])),
    ("synapse/endpoint", Kind::Artifact(&["endpoint"])),
    ("synapse/endpointTemplate", Kind::Artifact(&["template"])),
    ("synapse/event-source", Kind::Artifact(&["eventSource"])),
    ("synapse/inbound-endpoint", Kind::Artifact(&["inboundEndpoint"])),
    ("synapse/lib", Kind::Connector),
    ("synapse/local-entry", Kind::Artifact(&["localEntry"])),
    ("synapse/message-processors", Kind::Artifact(&["messageProcessor"])),
    ("synapse/message-store", Kind::Artifact(&["messageStore"])),
    ("synapse/metadata", Kind::Description),
    ("synapse/proxy-service", Kind::Artifact(&["proxy"])),
    ("synapse/sequence", Kind::Artifact(&["sequence"])),
    ("synapse/sequenceTemplate", Kind::Artifact(&["template"])),
    ("synapse/task", Kind::Artifact(&["task"])),
    ("synapse/template", Kind::Artifact(&["template"])),
];

const NO_JAVA: &str =
    "Java is not run: write a mediation with the language's own mediators, or a Lambda function";
const NO_DATABASES: &str = "databases are not spoken to: call a service or a Lambda function";

/// Servers whose artifacts are deployed.
pub(super) const ROLES: [&str; 3] =
    ["EnterpriseIntegrator", "EnterpriseServiceBus", "DataServicesServer"];

/// What is done with a part of a type.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    TYPES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

/// The names of all types.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::TYPES;

    #[test]
    fn types_are_sorted() {
        assert!(TYPES.is_sorted_by_key(|(name, _)| *name));
    }
}
