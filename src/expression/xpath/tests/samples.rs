//! Every expression of Apache Synapse's sample configurations compiles.

use std::path::Path;

use crate::expression::{Expression, Namespaces};

#[test]
fn the_samples_of_synapse_compile() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/synapse-samples");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("left out: the samples are not at {}", folder.display());
        return;
    };
    let (mut compiled, mut refused) = (0, Vec::new());
    for file in files {
        let path = file.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Ok(document) = roxmltree::Document::parse(&text) else { continue };
        for element in document.descendants().filter(roxmltree::Node::is_element) {
            let bound = element.namespaces().filter_map(|one| Some((one.name()?, one.uri())));
            let namespaces = Namespaces::new(bound);
            for attribute in ["expression", "xpath"] {
                let Some(text) = element.attribute(attribute) else { continue };
                match Expression::compile(text, &namespaces) {
                    Ok(_) => compiled += 1,
                    Err(error) => refused.push(format!("{}: {text}: {error}", path.display())),
                }
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(compiled > 100, "only {compiled} expressions were found");
}
