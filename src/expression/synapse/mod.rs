//! Synapse expressions: the `${…}` of Micro Integrator 4.4 and later.
