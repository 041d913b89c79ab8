//! Table, struct, sample file and manual agree.

use std::path::Path;

use super::{found, read, variables};
use crate::diagnostic::Diagnostics;
use crate::runtime::settings::rows::{self, Row, Unset};
use crate::runtime::settings::{Settings, load, micro_integrator, process_environment, reference};

fn toml_of(row: &Row, value: &str) -> String {
    let (table, name) = row.key.rsplit_once('.').unwrap();
    format!("[{table}]\n{name} = {value}\n")
}

/// Settings as they would be without the folder that they were read from.
fn shown(settings: &Settings, folder: &Path) -> String {
    let beside = folder.parent().unwrap();
    let keys = &settings.local_lambda.access_keys;
    assert_eq!(*keys, Settings::default().local_lambda.access_keys);
    format!("{settings:#?}")
        .replace(&format!("{}/", folder.display()), "")
        .replace(&format!("{}/", beside.display()), "../")
}

#[test]
fn the_defaults_of_the_table_are_those_of_the_struct() {
    let defaults = format!("{:#?}", Settings::default());
    for row in rows::all() {
        let (value, is_default) = match row.value {
            Unset::Default(value) => (value, true),
            Unset::None(value) => (value, false),
        };
        let (loaded, diagnostics, folder) = read(&toml_of(row, value), &[]);
        // One half of a pair is refused for want of the other.
        let name = row.key.split('.').next_back();
        let half = name.is_some_and(|name| name == "certificate" || name == "key");
        assert_eq!(diagnostics.error_count(), usize::from(half), "{:?}", found(&diagnostics));
        let same = shown(&loaded.settings, &folder.0) == defaults;
        assert_eq!(same, is_default, "{} = {value}", row.key);
    }
}

#[test]
fn names_are_unique_and_honoured_names_are_not_refused() {
    let names_of = |row: &Row| row.also.iter().copied().chain([row.key]).collect::<Vec<_>>();
    let mut names: Vec<&str> = rows::all().flat_map(names_of).collect();
    for name in &names {
        assert!(micro_integrator::find(name).is_none(), "{name}");
        assert!(rows::find(name).is_some());
    }
    names.extend(micro_integrator::KNOWN.iter().map(|entry| entry.key));
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    for row in rows::all() {
        assert!(row.about.ends_with('.') && !row.about.contains('\n'), "{}", row.key);
    }
}

/// Compares a file with what it must be; `UPDATE_EXPECT=1` writes it.
fn expect(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if process_environment().contains_key("UPDATE_EXPECT") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let path = path.display();
    assert!(written == text, "{path} differs from the table: run this with UPDATE_EXPECT=1");
}

#[test]
fn the_manual_is_what_the_table_says() {
    let manual = reference::manual();
    for row in rows::all() {
        let (_, name) = row.key.split_once('.').unwrap();
        let name = name.strip_prefix("http.").unwrap_or(name);
        assert!(manual.contains(&format!("| `{name}` |")), "{}", row.key);
    }
    expect("docs/settings.md", &manual);
}

#[test]
fn the_sample_has_every_setting_and_changes_none() {
    let sample = reference::sample();
    expect("config/deployment.toml", &sample);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut diagnostics = Diagnostics::new();
    let loaded = load(Some(&folder), variables(&[]), &mut diagnostics);
    assert_eq!(found(&diagnostics), [""; 0]);
    assert_eq!(shown(&loaded.settings, &folder), format!("{:#?}", Settings::default()));
    // Every line that can be enabled is a setting, and every setting has its line.
    let enabled: Vec<&str> = sample
        .lines()
        .filter(|line| line.starts_with('[') || line.contains(" = "))
        .map(|line| line.trim_start_matches("# "))
        .collect();
    let enabled = enabled.join("\n");
    let (_, diagnostics, _folder) = read(&enabled, &[]);
    assert_eq!(found(&diagnostics), [""; 0], "{enabled}");
    assert_eq!(enabled.lines().filter(|line| line.contains(" = ")).count(), rows::all().count());
}
