//! The integration tests: one binary, a module a theme.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod authentication;
mod cases;
mod corpus;
mod endpoints;
mod faults;
mod hostile;
mod http;
mod lifetime;
mod limits;
mod payloads;
mod properties;
mod samples;
mod splitting;
mod streaming;
mod support;
mod tidy;
