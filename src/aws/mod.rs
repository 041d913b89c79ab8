//! The Lambda wire: operations as data, SigV4, credentials, endpoints. Knows no mediation.

pub mod chain;
pub mod credentials;
pub mod endpoint;
pub mod operations;
pub mod request;
pub mod sigv4;
