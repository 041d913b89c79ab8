//! Projects of others, as they are: Apache Synapse's sample configurations and the artifacts of
//! the benchmark. `tests/samples` says what comes of each, a row a project; a row needs no compiling.

mod driving;
mod loading;
mod rows;
mod services;

use std::fs;
use std::path::{Path, PathBuf};

/// Where the projects are; nothing where they are not at hand.
fn projects() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    root.join(SAMPLES).is_dir().then_some(root)
}

/// The samples, below the projects.
const SAMPLES: &str = "conformance/synapse-samples";

/// Where the samples expect what they name, from the folder that Synapse is started in.
const HOMES: [&str; 2] = ["repository/conf/sample/resources", "repository/samples/resources"];

/// Copies a sample's resources to where its configuration names them, with the changes that a
/// text needs.
fn copy_resources(projects: &Path, home: &Path, change: &dyn Fn(String) -> String) {
    for place in HOMES {
        copy(&projects.join(SAMPLES).join("resources"), &home.join(place), change);
    }
}

fn copy(from: &Path, to: &Path, change: &dyn Fn(String) -> String) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target, change);
        } else if let Ok(text) = fs::read_to_string(&path) {
            fs::write(target, change(text)).unwrap();
        }
    }
}
