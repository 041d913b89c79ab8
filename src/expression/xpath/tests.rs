//! Proofs of the XPath engine.

mod jaxen;
