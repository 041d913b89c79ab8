//! The command line: one file a subcommand. The only code that prints.
