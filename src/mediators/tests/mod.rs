//! The catalogue as a whole: sorted, unique, described, and every example compiles.

mod control;
mod log;
mod router;
mod splitting;
mod values;

use super::testing::problems;
use super::{CATALOGUE, REFUSED};

#[test]
fn the_catalogue_is_sorted_and_unique() {
    let names: Vec<_> = CATALOGUE.iter().map(|spec| spec.name).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    let refused: Vec<_> = REFUSED.iter().map(|(name, _)| *name).collect();
    assert!(refused.is_sorted_by(|a, b| a < b), "{refused:?}");
    for name in refused {
        assert!(!names.contains(&name), "{name} is run and refused");
    }
}

#[test]
fn what_is_refused_names_what_runs_instead() {
    for (name, instead) in REFUSED {
        assert!(instead.len() > 30, "{name}: {instead}");
        for other in instead.split('<').skip(1) {
            let other = other.split([' ', '>']).next().unwrap();
            assert!(CATALOGUE.iter().any(|spec| spec.name == other), "{name}: <{other}>");
        }
    }
}

#[test]
fn everything_is_described() {
    for spec in CATALOGUE {
        let is_sentence = |text: &str| text.ends_with('.') && text.len() > 10;
        assert!(is_sentence(spec.summary), "{}: {}", spec.name, spec.summary);
        for attribute in spec.attributes {
            let place = format!("{}@{}: {}", spec.name, attribute.name, attribute.description);
            assert!(is_sentence(attribute.description), "{place}");
            assert!(!(attribute.required && attribute.default.is_some()), "{place}");
        }
    }
}

#[test]
fn every_example_compiles_without_a_word() {
    for spec in CATALOGUE {
        assert!(spec.example.contains(&format!("<{}", spec.name)), "{}", spec.name);
        let problems = problems(spec.example);
        // Keys in examples name artifacts that stand elsewhere.
        let own: Vec<_> = problems.iter().filter(|text| !text.starts_with("A5")).collect();
        assert!(own.is_empty(), "{}: {own:?}", spec.name);
    }
}

#[test]
fn every_mediator_names_unknown_attributes() {
    for spec in CATALOGUE {
        let example = spec.example.replacen(
            &format!("<{}", spec.name),
            &format!("<{} nonsense=\"1\"", spec.name),
            1,
        );
        let expected = format!("A205 <{}> has no attribute `nonsense`", spec.name);
        assert!(problems(&example).contains(&expected), "{}: {:?}", spec.name, problems(&example));
    }
}
