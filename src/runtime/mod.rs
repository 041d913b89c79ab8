//! Settings, the deployment, routing and the life of the process.

mod access;
pub mod deployment;
pub mod dispatch;
mod listeners;
pub mod logging;
pub mod metrics;
mod readiness;
pub mod router;
pub mod serve;
pub mod settings;
mod workers;

pub use access::{Access, Users};
pub use deployment::Deployment;
pub use dispatch::Engine;
pub use readiness::Readiness;
pub use settings::Settings;
