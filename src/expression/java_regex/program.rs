//! A pattern as steps that are tried one by one.

use super::node::{Assertion, Greed, Node, Repeat, Set};

/// A step; numbers of steps are where to go on.
#[derive(Debug)]
pub(super) enum Step {
    /// One character.
    Set(Set),
    /// As many characters as fit.
    Many(Set, Repeat),
    /// Either, the first one first.
    Either(usize, usize),
    Jump(usize),
    /// Remembers the place.
    Save(usize),
    /// Starts to count rounds.
    Count(Rounds),
    /// Another round, or on behind.
    Round {
        rounds: Rounds,
        repeat: Repeat,
        behind: usize,
    },
    /// A round begins.
    Begin(Rounds),
    Assert(Assertion),
    Back(usize, bool),
    /// What follows up to `end` is tried from here, or from so many characters before.
    Look {
        negated: bool,
        behind: Option<(u64, u64)>,
        end: usize,
    },
    /// What follows up to `end` is matched once and for all.
    Atomic(usize),
    /// The end of the pattern or of a part that is looked at on its own.
    Accept,
}

/// Where rounds are counted, and where the last one began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounds {
    pub count: usize,
    pub began: usize,
}

/// The steps of a pattern.
#[derive(Debug)]
pub(super) struct Program {
    pub steps: Vec<Step>,
    /// How many places are remembered; those of groups come first.
    pub slots: usize,
}

impl Program {
    pub(super) fn new(node: &Node, groups: usize) -> Self {
        let mut program = Self { steps: Vec::new(), slots: 2 * groups };
        program.add(node);
        program.steps.push(Step::Accept);
        program
    }

    fn next(&self) -> usize {
        self.steps.len()
    }

    fn slot(&mut self) -> usize {
        self.slots += 1;
        self.slots - 1
    }

    fn add(&mut self, node: &Node) {
        match node {
            Node::Set(set) => self.steps.push(Step::Set(set.clone())),
            Node::Concat(parts) => parts.iter().for_each(|part| self.add(part)),
            Node::Alternate(parts) => self.alternate(parts),
            Node::Repeat(inner, repeat) => match (&**inner, repeat.greed) {
                (Node::Set(set), _) => self.steps.push(Step::Many(set.clone(), *repeat)),
                (_, Greed::Possessive) => {
                    let greedy = Repeat { greed: Greed::Greedy, ..*repeat };
                    self.apart(Step::Atomic, |program| program.rounds(inner, greedy));
                }
                _ => self.rounds(inner, *repeat),
            },
            Node::Capture(group, inner) => {
                self.steps.push(Step::Save(2 * group));
                self.add(inner);
                self.steps.push(Step::Save(2 * group + 1));
            }
            Node::Atomic(inner) => self.apart(Step::Atomic, |program| program.add(inner)),
            Node::Look { behind, negated, inner } => {
                let (least, most) = inner.width();
                let behind = behind.then_some((least, most.unwrap_or(least)));
                let look = |end| Step::Look { negated: *negated, behind, end };
                self.apart(look, |program| program.add(inner));
            }
            Node::Assert(assertion) => self.steps.push(Step::Assert(*assertion)),
            Node::Back(group, fold) => self.steps.push(Step::Back(*group, *fold)),
        }
    }

    /// A part that is matched on its own, behind the step that says so.
    fn apart(&mut self, step: impl FnOnce(usize) -> Step, part: impl FnOnce(&mut Self)) {
        let at = self.next();
        self.steps.push(Step::Accept);
        part(self);
        self.steps.push(Step::Accept);
        let end = self.next();
        self.put(at, step(end));
    }

    fn put(&mut self, at: usize, step: Step) {
        if let Some(place) = self.steps.get_mut(at) {
            *place = step;
        }
    }

    fn alternate(&mut self, parts: &[Node]) {
        let mut ends = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            if at + 1 == parts.len() {
                self.add(part);
                break;
            }
            let either = self.next();
            self.steps.push(Step::Accept);
            self.add(part);
            ends.push(self.next());
            self.steps.push(Step::Accept);
            self.put(either, Step::Either(either + 1, self.next()));
        }
        for end in ends {
            self.put(end, Step::Jump(self.next()));
        }
    }

    fn rounds(&mut self, inner: &Node, repeat: Repeat) {
        let rounds = Rounds { count: self.slot(), began: self.slot() };
        self.steps.push(Step::Count(rounds));
        let round = self.next();
        self.steps.push(Step::Accept);
        self.steps.push(Step::Begin(rounds));
        self.add(inner);
        self.steps.push(Step::Jump(round));
        self.put(round, Step::Round { rounds, repeat, behind: self.next() });
    }
}
