//! Where a message is sent: address, http, default and references to them.
