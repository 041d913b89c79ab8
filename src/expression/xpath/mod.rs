//! XPath 1.0 over the payload tree, with the variables and functions of Synapse.
