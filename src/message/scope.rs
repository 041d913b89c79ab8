//! The scopes of properties.

/// The scopes that a property can live in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PropertyScope {
    /// `default`, called `synapse` in `${…}`: the whole flow.
    Default,
    /// `axis2`: the transport's message.
    Axis2,
    /// `axis2-client`: options of the outgoing call.
    Axis2Client,
    /// `transport`: HTTP headers.
    Transport,
    /// `operation`: shared by request and response.
    Operation,
    /// `registry`: a registry resource, `path` or `path@property`.
    Registry,
    /// `system`: a system property (`-D` of the JVM; ours come from `[system_properties]`).
    System,
    /// `env`: an environment variable.
    Env,
    /// `file`: a line of `file.properties`.
    File,
    /// `func`: a template's parameter.
    Func,
}
