//! What must hold for any input whatever: nothing panics, and what is said beside each target.
//!
//! libFuzzer looks for inputs that break it (`tests/fuzz`); the tests of every day try those in
//! `fuzz/corpus` again (`tests/engine/corpus.rs`).

pub mod deployments;
pub mod documents;
pub mod language;
pub mod message;

/// What an input is given to.
pub type Target = fn(&[u8]);

/// Every target by the name of its corpus.
pub const TARGETS: [(&str, Target); 12] = [
    ("artifact", deployments::artifact),
    ("json", documents::json),
    ("json-to-xml", documents::json_to_xml),
    ("jsonpath", language::jsonpath),
    ("payload", documents::payload),
    ("settings", deployments::settings),
    ("synapse", language::synapse),
    ("template", language::template),
    ("uri-template", deployments::uri_template),
    ("xml", documents::xml),
    ("xml-to-json", documents::xml_to_json),
    ("xpath", language::xpath),
];
