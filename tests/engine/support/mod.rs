//! The engine as a process, back-ends that record or misbehave, and a client of raw sockets.

pub mod backend;
pub mod engine;
pub mod http;

use std::time::Duration;

/// More than anything that goes well takes.
pub const PATIENCE: Duration = Duration::from_secs(30);
