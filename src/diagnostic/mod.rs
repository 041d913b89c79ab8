//! What is wrong with a file, where, and what to do about it.

mod suggest;
pub use suggest::nearest;
