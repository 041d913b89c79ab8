//! Connector operations: elements that call a service.
