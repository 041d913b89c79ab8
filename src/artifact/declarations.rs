//! `config.properties`: the keys of the configuration store that artifacts use, with their types.

use super::properties;
use super::source::Source;
use crate::diagnostic::{Code, Diagnostics, Severity, Span};
use crate::mediation::Environment;

/// Where a project declares its keys, below its folder `resources`.
pub(super) const IN_RESOURCES: &str = "conf/config.properties";

/// Warns of declared keys that have no value, and of types that ask for more than a value.
pub(super) fn check(source: &Source, environment: &Environment, diagnostics: &mut Diagnostics) {
    let declared = match properties::parse(&source.text) {
        Ok(declared) => declared,
        Err(error) => {
            let place = Span::new(source.id, line(&source.text, error.line));
            diagnostics.report(Code::INVALID_VALUE, place, error.to_string());
            return;
        }
    };
    for (key, kind) in declared {
        let place = Span::new(source.id, place_of(&key, &source.text));
        if environment.config(&key).is_none() {
            let found =
                diagnostics.report(Code::MISSING_VALUE, place, format!("`{key}` has no value"));
            found.severity = Severity::Warning;
            found.help(
                "set it in the environment or in conf/file.properties; an artifact with \
                 `${configs.…}` of it is refused",
            );
        } else if kind.trim() == "cert" {
            let message = format!("the certificate `{key}` is not imported");
            diagnostics
                .report(Code::NOT_HONOURED, place, message)
                .help("name its file in the setting `client.extra_ca`");
        }
    }
}

/// Where a key stands; at the beginning when it is written in another way.
fn place_of(key: &str, text: &str) -> std::ops::Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let indented = line.len() - line.trim_start().len();
        let rest = line.trim_start().strip_prefix(key);
        if rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric())) {
            return start + indented..start + indented + key.len();
        }
        start += line.len();
    }
    0..0
}

fn line(text: &str, number: usize) -> std::ops::Range<usize> {
    let lines = text.split_inclusive('\n');
    let start = lines.take(number.saturating_sub(1)).map(str::len).sum();
    start..start + text[start..].lines().next().map_or(0, str::len)
}
