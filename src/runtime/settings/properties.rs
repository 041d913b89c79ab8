//! `file.properties`: what `$FILE:NAME` and `get-property('file', …)` read.

use std::collections::HashMap;
use std::path::Path;

use crate::artifact::properties;
use crate::diagnostic::{Code, Diagnostics, Span};

/// Where it may be, relative to the configuration folder; the first that exists counts.
const PLACES: [&str; 2] = ["file.properties", "conf/file.properties"];

/// The pairs of the configuration folder's file; none without a file.
pub(super) fn read(folder: &Path, diagnostics: &mut Diagnostics) -> HashMap<String, String> {
    let mut places = PLACES.iter().map(|place| folder.join(place));
    let Some(path) = places.find(|path| path.is_file()) else {
        return HashMap::new();
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("cannot read {}: {error}", path.display());
            diagnostics.report(Code::UNREADABLE_FILE, None, message);
            return HashMap::new();
        }
    };
    // The format is Latin-1; editors of today write UTF-8.
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|it| it.into_bytes().iter().map(|byte| char::from(*byte)).collect());
    properties::parse(&text).unwrap_or_else(|error| {
        // Values may be secrets: the line is named, not shown.
        let hidden: String = text.chars().map(|it| if it == '\n' { it } else { ' ' }).collect();
        let start = line_start(&hidden, error.line);
        let file = diagnostics.sources.add(path, hidden);
        let message = error.to_string();
        diagnostics.report(Code::INVALID_VALUE, Span::new(file, start..start + 1), message);
        HashMap::new()
    })
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}
