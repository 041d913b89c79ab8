//! The `amazonlambda` connector: `init` and one operation a row of the table.
