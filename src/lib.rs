//! Myelin runs Apache Synapse and WSO2 Micro Integrator artifacts and calls AWS Lambda natively.
//!
//! The modules are layers; each may use those listed before it, and the `tidy` test holds the
//! table in `docs/architecture.md`:
//!
//! | layer | modules |
//! |---|---|
//! | L0 | [`diagnostic`] |
//! | L1 | [`xml`], [`json`], `transport` |
//! | L2 | [`message`], `aws` |
//! | L3 | [`expression`] |
//! | L4 | `endpoint` |
//! | L5 | `mediation` |
//! | L6 | `mediators`, `connectors` |
//! | L7 | `artifact`, `functions`, `local_lambda` |
//! | L8 | `runtime` |
//! | L9 | `admin`, then `cli` |
//!
//! Without the feature `server` the crate is the language alone (L0 to L3 without `transport` and
//! `aws`): no runtime, no sockets.

pub mod diagnostic;
pub mod expression;
pub mod json;
pub mod message;
pub mod xml;

#[cfg(feature = "server")]
pub mod admin;
#[cfg(feature = "server")]
pub mod artifact;
#[cfg(feature = "server")]
pub mod aws;
#[cfg(feature = "server")]
pub mod cli;
#[cfg(feature = "server")]
pub mod connectors;
#[cfg(feature = "server")]
pub mod endpoint;
#[cfg(feature = "catalogue")]
pub mod functions;
#[cfg(feature = "server")]
pub mod local_lambda;
#[cfg(feature = "server")]
pub mod mediation;
#[cfg(feature = "server")]
pub mod mediators;
#[cfg(feature = "server")]
pub mod runtime;
#[cfg(feature = "server")]
pub mod transport;
