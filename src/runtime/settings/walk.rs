//! Goes through a `deployment.toml`: what is a setting, what is Micro Integrator's, what is
//! neither.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::micro_integrator::{self, OPEN};
use super::rows::{self, Row};
use crate::diagnostic::{Code, Diagnostics, FileId, Span};

/// Tables whose keys are the user's: system properties.
const SYSTEM: [&str; 2] = ["system_properties", "system.parameter"];

/// A setting as it was found.
#[derive(Clone, Copy)]
pub(super) struct Found<'d> {
    /// Which one.
    pub row: &'static Row,
    /// Whether it has Micro Integrator's name.
    pub foreign: bool,
    /// Its value.
    pub value: &'d Spanned<DeValue<'d>>,
}

/// What is in a document.
#[derive(Default)]
pub(super) struct Contents<'d> {
    /// Settings in the order of their names.
    pub settings: Vec<Found<'d>>,
    /// System properties.
    pub system: Vec<(String, &'d Spanned<DeValue<'d>>)>,
}

/// Finds the settings of a document; what is none is reported.
pub(super) fn walk<'d>(
    document: &'d DeTable<'d>,
    file: FileId,
    diagnostics: &mut Diagnostics,
) -> Contents<'d> {
    let mut walker = Walker { file, diagnostics, contents: Contents::default() };
    walker.table(document, "");
    walker.contents
}

struct Walker<'d, 'w> {
    file: FileId,
    diagnostics: &'w mut Diagnostics,
    contents: Contents<'d>,
}

impl<'d> Walker<'d, '_> {
    fn table(&mut self, table: &'d DeTable<'d>, above: &str) {
        for (name, value) in table {
            let key = rows::join(above, name.get_ref());
            if let Some((row, foreign)) = rows::find(&key) {
                self.contents.settings.push(Found { row, foreign, value });
            } else if SYSTEM.contains(&key.as_str()) {
                self.system(value, "");
            } else if let Some(known) = micro_integrator::find(&key)
                && !has_more_to_say(&key, value)
            {
                self.unhonoured(&key, known.instead, name.span());
            } else if !is_table_name(&key) {
                self.unknown(above, name.get_ref(), name.span());
            } else if let DeValue::Table(inner) = value.get_ref() {
                self.table(inner, &key);
            } else {
                let span = Span::new(self.file, name.span());
                let message = format!("`{key}` is a table: write `[{key}]`");
                self.diagnostics.report(Code::INVALID_SETTING, span, message);
            }
        }
    }

    fn system(&mut self, value: &'d Spanned<DeValue<'d>>, name: &str) {
        match value.get_ref() {
            DeValue::Table(inner) => {
                for (part, value) in inner {
                    self.system(value, &rows::join(name, part.get_ref()));
                }
            }
            _ => self.contents.system.push((name.to_owned(), value)),
        }
    }

    fn unhonoured(&mut self, key: &str, instead: &str, span: std::ops::Range<usize>) {
        let message = format!("`{key}` is a setting of Micro Integrator that has no effect here");
        let span = Span::new(self.file, span);
        let found = self.diagnostics.report(Code::UNHONOURED_SETTING, span, message);
        if !instead.is_empty() {
            found.help(instead);
        }
    }

    fn unknown(&mut self, above: &str, name: &str, span: std::ops::Range<usize>) {
        let key = rows::join(above, name);
        let root = key.split('.').next().unwrap_or_default();
        let code = if OPEN.contains(&root) && !above.is_empty() {
            Code::UNHONOURED_SETTING
        } else {
            Code::INVALID_SETTING
        };
        let message = format!("there is no setting `{key}`");
        let found = self.diagnostics.report(code, Span::new(self.file, span), message);
        found.did_you_mean(name, siblings(above));
        if found.help.is_none()
            && let Some(row) = rows::all().find(|row| last(row.key).1 == last(&key).1)
        {
            let (table, name) = last(row.key);
            found.help(format!("`{name}` belongs into `[{table}]`"));
        }
    }
}

/// Every name of a setting, ours and Micro Integrator's.
fn names() -> impl Iterator<Item = &'static str> {
    let own = rows::all().flat_map(|row| row.also.iter().copied().chain([row.key]));
    let foreign = micro_integrator::KNOWN.iter().map(|entry| entry.key);
    own.chain(foreign).chain(SYSTEM)
}

/// Whether more is known of what is in a table than of the table.
fn has_more_to_say(key: &str, value: &Spanned<DeValue<'_>>) -> bool {
    matches!(value.get_ref(), DeValue::Table(_)) && is_table_name(key)
}

fn is_table_name(key: &str) -> bool {
    names().any(|name| name.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
}

/// The names in a table.
fn siblings(table: &str) -> impl Iterator<Item = &'static str> {
    names().filter_map(move |name| {
        let rest = match table {
            "" => name,
            _ => name.strip_prefix(table)?.strip_prefix('.')?,
        };
        rest.split('.').next()
    })
}

/// A key's table and its name there.
fn last(key: &str) -> (&str, &str) {
    key.rsplit_once('.').unwrap_or(("", key))
}
