//! Settings, the deployment, routing and the life of the process.

pub mod metrics;
pub mod router;
pub mod settings;

pub use settings::Settings;
