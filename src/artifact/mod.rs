//! Root elements and folder layouts: files in, artifacts and diagnostics out.
