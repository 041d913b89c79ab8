//! An AWS Lambda on this machine: the REST API, stubs, and processes over the Runtime API.
