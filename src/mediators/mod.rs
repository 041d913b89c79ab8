//! One file an element, and the catalogue that lists them.
