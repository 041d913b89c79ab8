//! The engine proper: compiled sequences, flows and the interpreter. Knows no concrete mediator.
