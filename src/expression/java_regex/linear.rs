//! Patterns that an automaton can match, in time that is in proportion to the text.

use regex_automata::meta::{Builder, Config, Regex};
use regex_syntax::hir::{Capture, Class, Hir, Look, Repetition};

use super::node::{Assertion, Greed, Node};

/// Automata have at most this many bytes.
const SIZE: usize = 1 << 20;

/// The automaton of a pattern; none where the pattern looks around or back, or would be too
/// large.
pub(super) fn automaton(node: &Node, whole: bool) -> Option<Regex> {
    let mut hir = hir(node)?;
    if whole {
        hir = Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)]);
    }
    let config = Config::new().nfa_size_limit(Some(SIZE)).onepass_size_limit(Some(SIZE));
    Builder::new().configure(config).build_from_hir(&hir).ok()
}

fn hir(node: &Node) -> Option<Hir> {
    Some(match node {
        Node::Set(set) => Hir::class(Class::Unicode((**set).clone())),
        Node::Concat(parts) => Hir::concat(all(parts)?),
        Node::Alternate(parts) => Hir::alternation(all(parts)?),
        Node::Repeat(inner, repeat) if repeat.greed != Greed::Possessive => {
            Hir::repetition(Repetition {
                min: repeat.least,
                max: repeat.most,
                greedy: repeat.greed == Greed::Greedy,
                sub: Box::new(hir(inner)?),
            })
        }
        Node::Capture(index, inner) => Hir::capture(Capture {
            index: u32::try_from(*index).ok()?,
            name: None,
            sub: Box::new(hir(inner)?),
        }),
        Node::Assert(assertion) => Hir::look(match assertion {
            Assertion::TextStart => Look::Start,
            Assertion::TextEnd => Look::End,
            Assertion::Boundary => Look::WordUnicode,
            Assertion::NoBoundary => Look::WordUnicodeNegate,
            _ => return None,
        }),
        Node::Repeat(..) | Node::Atomic(_) | Node::Look { .. } | Node::Back(..) => return None,
    })
}

fn all(parts: &[Node]) -> Option<Vec<Hir>> {
    parts.iter().map(hir).collect()
}
