//! Tries the steps of a program on a text, as Java does, and counts what it costs.

use regex_syntax::hir::ClassUnicode;

use super::node::{Assertion, Greed, Repeat, Set};
use super::program::{Program, Step};

/// What is remembered for the case that the present try fails: at most so many entries.
const MAX_TRIES: usize = 1_000_000;

/// No place.
pub(super) const NOWHERE: usize = usize::MAX;

/// The search costs more than it may.
#[derive(Debug)]
pub(super) struct Exhausted;

/// What to do when a try fails.
enum Undo {
    /// Go on there.
    Retry { step: usize, at: usize },
    /// Give one character back and go on.
    Fewer { step: usize, least: usize, at: usize },
    /// Take one character more and go on.
    More { step: usize, at: usize, left: u32 },
    /// Remember what was there before.
    Slot { slot: usize, before: usize },
}

/// One search in one text.
pub(super) struct Machine<'p, 't> {
    program: &'p Program,
    text: &'t str,
    pub(super) slots: Vec<usize>,
    undo: Vec<Undo>,
    /// How many steps are left.
    left: &'p mut u64,
}

impl<'p, 't> Machine<'p, 't> {
    pub(super) fn new(program: &'p Program, text: &'t str, left: &'p mut u64) -> Self {
        Self { program, text, slots: vec![NOWHERE; program.slots], undo: Vec::new(), left }
    }

    /// Matches from a place on; up to the end of the text if `whole`. Gives where the match ends.
    pub(super) fn matched(&mut self, at: usize, whole: bool) -> Result<Option<usize>, Exhausted> {
        self.slots.fill(NOWHERE);
        self.undo.clear();
        self.run(0, at, whole.then_some(self.text.len()))
    }

    /// Searches from a place on. Gives where the match starts and ends.
    pub(super) fn find(&mut self, from: usize) -> Result<Option<(usize, usize)>, Exhausted> {
        let mut start = from;
        loop {
            if let Some(end) = self.matched(start, false)? {
                return Ok(Some((start, end)));
            }
            match self.next(start) {
                Some(c) => start += c.len_utf8(),
                None => return Ok(None),
            }
        }
    }

    fn spend(&mut self, steps: usize) -> Result<(), Exhausted> {
        *self.left = self.left.checked_sub(steps as u64).ok_or(Exhausted)?;
        Ok(())
    }

    fn next(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn previous(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    fn remember(&mut self, undo: Undo) -> Result<(), Exhausted> {
        if self.undo.len() >= MAX_TRIES {
            return Err(Exhausted);
        }
        self.undo.push(undo);
        Ok(())
    }

    fn slot(&self, slot: usize) -> usize {
        self.slots.get(slot).copied().unwrap_or(NOWHERE)
    }

    fn set(&mut self, slot: usize, value: usize) -> Result<(), Exhausted> {
        let before = self.slot(slot);
        self.remember(Undo::Slot { slot, before })?;
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
        Ok(())
    }

    /// Runs from a step up to the next `Accept`, which must be at `end` if that is given.
    fn run(
        &mut self,
        mut step: usize,
        mut at: usize,
        end: Option<usize>,
    ) -> Result<Option<usize>, Exhausted> {
        let base = self.undo.len();
        let program = self.program;
        loop {
            self.spend(1)?;
            let went = match program.steps.get(step) {
                None => None,
                Some(Step::Accept) if end.is_none_or(|end| end == at) => {
                    self.settle(base)?;
                    return Ok(Some(at));
                }
                Some(other) => self.take(other, step, at)?,
            };
            match went.or_else(|| self.retry(base)) {
                Some(next) => (step, at) = next,
                None => return Ok(None),
            }
        }
    }

    /// Takes a step; gives where to go on unless it fails.
    fn take(
        &mut self,
        step: &Step,
        number: usize,
        at: usize,
    ) -> Result<Option<(usize, usize)>, Exhausted> {
        let on = |at| Some((number + 1, at));
        Ok(match step {
            Step::Set(set) => {
                self.next(at).filter(|c| has(set, *c)).and_then(|c| on(at + c.len_utf8()))
            }
            Step::Many(set, repeat) => self.many(set, *repeat, number, at)?.and_then(on),
            Step::Either(first, second) => {
                self.remember(Undo::Retry { step: *second, at })?;
                Some((*first, at))
            }
            Step::Jump(to) => Some((*to, at)),
            Step::Save(slot) => {
                self.set(*slot, at)?;
                on(at)
            }
            Step::Count(rounds) => {
                self.set(rounds.count, 0)?;
                self.set(rounds.began, NOWHERE)?;
                on(at)
            }
            Step::Round { rounds, repeat, behind } => {
                let count = self.slot(rounds.count);
                let more = repeat.most.is_none_or(|most| count < most as usize);
                // A round that took nothing would take nothing again.
                if self.slot(rounds.began) == at || !more {
                    return Ok(Some((*behind, at)));
                }
                if count < repeat.least as usize {
                    return Ok(on(at));
                }
                let (first, second) = match repeat.greed {
                    Greed::Lazy => (*behind, number + 1),
                    _ => (number + 1, *behind),
                };
                self.remember(Undo::Retry { step: second, at })?;
                Some((first, at))
            }
            Step::Begin(rounds) => {
                self.set(rounds.count, self.slot(rounds.count) + 1)?;
                self.set(rounds.began, at)?;
                on(at)
            }
            Step::Assert(assertion) => {
                if self.holds(*assertion, at) {
                    on(at)
                } else {
                    None
                }
            }
            Step::Back(group, fold) => self.back(*group, *fold, at)?.and_then(on),
            Step::Look { negated, behind, end } => {
                let base = self.undo.len();
                let found = match behind {
                    None => self.run(number + 1, at, None)?.is_some(),
                    Some((least, most)) => self.behind(number + 1, at, *least, *most)?,
                };
                if *negated {
                    // Only remembered places are left to undo.
                    self.retry(base);
                }
                (found != *negated).then_some((*end, at))
            }
            // `run` takes it.
            Step::Accept => None,
            Step::Atomic(end) => self.run(number + 1, at, None)?.map(|at| (*end, at)),
        })
    }

    /// Takes a set as often as it fits; other counts are tried when the rest fails.
    fn many(
        &mut self,
        set: &Set,
        repeat: Repeat,
        number: usize,
        from: usize,
    ) -> Result<Option<usize>, Exhausted> {
        let wanted = match repeat.greed {
            Greed::Lazy => repeat.least,
            _ => repeat.most.unwrap_or(u32::MAX),
        };
        let (mut at, mut count, mut least) = (from, 0_u32, from);
        while count < wanted {
            let Some(c) = self.next(at).filter(|c| has(set, *c)) else { break };
            at += c.len_utf8();
            count += 1;
            if count == repeat.least {
                least = at;
            }
        }
        self.spend(count as usize)?;
        if count < repeat.least {
            return Ok(None);
        }
        let step = number + 1;
        match repeat.greed {
            Greed::Greedy if at > least => self.remember(Undo::Fewer { step, least, at })?,
            Greed::Lazy => {
                let left = repeat.most.map_or(u32::MAX, |most| most.saturating_sub(count));
                self.remember(Undo::More { step: number, at, left })?;
            }
            _ => {}
        }
        Ok(Some(at))
    }

    /// Goes back to what was not tried yet.
    fn retry(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.undo.len() > base {
            match self.undo.pop()? {
                Undo::Slot { slot, before } => {
                    if let Some(place) = self.slots.get_mut(slot) {
                        *place = before;
                    }
                }
                Undo::Retry { step, at } => return Some((step, at)),
                Undo::Fewer { step, least, at } => {
                    let at = at - self.previous(at).map_or(0, char::len_utf8);
                    if at > least {
                        self.undo.push(Undo::Fewer { step, least, at });
                    }
                    return Some((step, at));
                }
                Undo::More { step, at, left } => {
                    let Some(Step::Many(set, _)) = self.program.steps.get(step) else { continue };
                    let more = self.next(at).filter(|c| left > 0 && has(set, *c));
                    let Some(c) = more else { continue };
                    let at = at + c.len_utf8();
                    self.undo.push(Undo::More { step, at, left: left - 1 });
                    return Some((step + 1, at));
                }
            }
        }
        None
    }

    /// Keeps the present try, and of the others only what they remembered.
    fn settle(&mut self, base: usize) -> Result<(), Exhausted> {
        self.spend(self.undo.len() - base)?;
        let mut kept = self.undo.split_off(base);
        kept.retain(|undo| matches!(undo, Undo::Slot { .. }));
        self.undo.append(&mut kept);
        Ok(())
    }

    /// Whether a part ends here that started so many characters before.
    fn behind(&mut self, step: usize, at: usize, least: u64, most: u64) -> Result<bool, Exhausted> {
        let mut start = at;
        for back in 0..=most {
            if back >= least && self.run(step, start, Some(at))?.is_some() {
                return Ok(true);
            }
            self.spend(1)?;
            match self.previous(start) {
                Some(c) => start -= c.len_utf8(),
                None => break,
            }
        }
        Ok(false)
    }

    fn back(&mut self, group: usize, fold: bool, at: usize) -> Result<Option<usize>, Exhausted> {
        let (text, start, end) = (self.text, self.slot(2 * group), self.slot(2 * group + 1));
        let Some(wanted) = text.get(start..end) else { return Ok(None) };
        self.spend(wanted.len())?;
        let Some(found) = text.get(at..at + wanted.len()) else { return Ok(None) };
        let same = if fold { found.eq_ignore_ascii_case(wanted) } else { found == wanted };
        Ok(same.then_some(at + wanted.len()))
    }

    fn holds(&self, assertion: Assertion, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        let (before, after) = (self.previous(at), self.next(at));
        match assertion {
            Assertion::TextStart => at == 0,
            Assertion::TextEnd => rest.is_empty(),
            Assertion::LastLineEnd => {
                let last =
                    matches!(rest, "" | "\r\n" | "\n" | "\r" | "\u{85}" | "\u{2028}" | "\u{2029}");
                last && !(rest == "\n" && before == Some('\r'))
            }
            Assertion::LastFeedEnd => matches!(rest, "" | "\n"),
            Assertion::FeedEnd => matches!(after, None | Some('\n')),
            Assertion::FeedStart => after.is_some() && matches!(before, None | Some('\n')),
            Assertion::LineEnd => match after {
                None => true,
                Some('\n') => before != Some('\r'),
                Some(c) => ends_line(c),
            },
            Assertion::LineStart => match (before, after) {
                (_, None) | (Some('\r'), Some('\n')) => false,
                (None, _) => true,
                (Some(c), _) => ends_line(c),
            },
            Assertion::Boundary => is_word(before) != is_word(after),
            Assertion::NoBoundary => is_word(before) == is_word(after),
        }
    }
}

fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| regex_syntax::try_is_word_character(c).unwrap_or(false))
}

fn has(set: &ClassUnicode, c: char) -> bool {
    let ranges = set.ranges();
    let after = ranges.partition_point(|range| range.start() <= c);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|range| c <= range.end())
}
