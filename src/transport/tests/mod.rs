//! The transport against real sockets: stories of servers, clients and both.

mod draining;
mod exchange;
mod failures;
mod framing;
mod limits;
mod mutual;
mod secure;
mod streams;
mod support;
