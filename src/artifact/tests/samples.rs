//! Apache Synapse's own sample configurations as a smoke test.

use std::path::Path;

use super::super::testing::{Folder, catalogue};
use super::super::{OnError, load};
use crate::diagnostic::{Code, Diagnostics, Rendering, Severity, render_human};
use crate::mediation::Environment;

const SAMPLES: &str = "../shared/conformance/synapse-samples";

/// Every sample loads, and none has an error but for mediators that are not run.
#[test]
fn samples_of_synapse_load() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLES);
    let Ok(entries) = std::fs::read_dir(&samples) else {
        println!("left out: there is no {}", samples.display());
        return;
    };
    // Local entries of the samples name files by their place in a server.
    let home = Folder::with(&[]);
    home.write("repository/conf/.keep", b"");
    let mut errors = Vec::new();
    let mut count = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read(&path) else { continue };
        count += 1;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        home.write(&name, &text);
        let mut diagnostics = Diagnostics::new();
        let roots = [home.path().join(&name)];
        load(&roots, catalogue(), &Environment::default(), OnError::Keep, &mut diagnostics);
        let unexpected = diagnostics.sorted().into_iter().filter(|found| {
            found.severity == Severity::Error
                && found.code != Code::UNSUPPORTED_MEDIATOR
                && !is_mediator_to_come(&found.message)
                && !is_file_of_the_server(&found.message)
        });
        errors.extend(
            unexpected.map(|found| render_human(found, &diagnostics.sources, Rendering::Plain)),
        );
    }
    assert!(count > 100, "only {count} samples");
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

fn is_file_of_the_server(message: &str) -> bool {
    message.contains("repository/conf/sample/resources")
}

fn is_mediator_to_come(message: &str) -> bool {
    ["<enrich>", "<payloadFactory>"].iter().any(|element| message.starts_with(element))
}
