//! What fuzzing found, and what it starts from, tried again: every file of `fuzz/corpus`.

#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use fuzz::TARGETS;
use proptest::prelude::*;
use proptest::sample::Index;

fn corpus() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus"))
}

#[test]
fn no_input_of_a_corpus_breaks_its_target() {
    let mut broken = Vec::new();
    for (name, target) in TARGETS {
        let mut files: Vec<_> =
            fs::read_dir(corpus().join(name)).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        assert!(files.len() >= 10, "{name} has only {} inputs", files.len());
        for file in files {
            let input = fs::read(&file).unwrap();
            if std::panic::catch_unwind(|| target(&input)).is_err() {
                broken.push(file);
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

fn inputs(name: &str) -> Vec<Vec<u8>> {
    let mut files: Vec<_> =
        fs::read_dir(corpus().join(name)).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

proptest! {
    /// What a fuzzer does first, for those who have none: a piece of one input inside another.
    #[test]
    fn crossed_inputs_break_no_target(
        [outer, inner] in any::<[Index; 2]>(),
        [begin, end, from, to] in any::<[Index; 4]>(),
    ) {
        static CORPORA: LazyLock<Vec<Vec<Vec<u8>>>> =
            LazyLock::new(|| TARGETS.iter().map(|(name, _)| inputs(name)).collect());
        for ((_, target), inputs) in TARGETS.iter().zip(&*CORPORA) {
            let (outer, inner) = (outer.get(inputs), inner.get(inputs));
            let part = |input: &[u8], a: &Index, b: &Index| {
                let (a, b) = (a.index(input.len() + 1), b.index(input.len() + 1));
                a.min(b)..a.max(b)
            };
            let (hole, piece) = (part(outer, &begin, &end), part(inner, &from, &to));
            target(&[&outer[..hole.start], &inner[piece], &outer[hole.end..]].concat());
        }
    }
}

#[test]
fn corpus_and_binaries_are_those_of_the_table() {
    let table: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let names = |folder: &Path| -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(corpus()), table);
    assert_eq!(names(&corpus().with_file_name("fuzz_targets")), table);
    let manifest = fs::read_to_string(corpus().with_file_name("Cargo.toml")).unwrap();
    for name in table {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
    }
}
