//! The Lambda wire: operations as data, SigV4, credentials, endpoints. Knows no mediation.
//!
//! A call: [`operations::find`] a row, [`request::build`] the request from parameters, resolve a
//! [`Connection`] to a [`Target`] with [`LambdaClient::target`], and [`LambdaClient::call`].

pub mod chain;
pub mod client;
pub mod credentials;
pub mod endpoint;
pub mod explain;
pub mod operations;
pub mod request;
pub mod sigv4;
pub mod target;

pub use self::client::{
    CallError, Failure, LambdaClient, LambdaResponse, LambdaSettings, default_timeouts,
};
pub use self::credentials::Credentials;
pub use self::endpoint::Endpoint;
pub use self::operations::{Named, Operation};
pub use self::request::{ParamValue, RequestError, WireRequest, build};
pub use self::target::{Connection, Source, Target, TargetError};
