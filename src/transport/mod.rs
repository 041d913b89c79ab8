//! Listeners, connections, the client pool, limits, TLS and drain. Knows no message.
