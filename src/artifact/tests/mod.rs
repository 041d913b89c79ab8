//! Layouts, kinds of artifacts, Synapse's samples and the rendering of diagnostics.

mod archives;
mod coverage;
mod golden;
mod kinds;
mod layouts;
