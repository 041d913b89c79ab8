//! The transport against real sockets: stories of servers, clients and both.

mod exchange;
mod support;
