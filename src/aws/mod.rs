//! The Lambda wire: operations as data, SigV4, credentials, endpoints. Knows no mediation.

pub mod credentials;
pub mod operations;
pub mod request;
pub mod sigv4;
