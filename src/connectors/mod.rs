//! Connector operations: elements that call a service.

mod amazonlambda;

use crate::mediation::Connector;

/// Every connector.
pub static CATALOGUE: &[&dyn Connector] = &[&amazonlambda::AmazonLambda];
