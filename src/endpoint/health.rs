//! What an endpoint remembers of failures: whether it is active, waits for a retry or is suspended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::message::{ErrorCode, Fault};

/// How long an endpoint is suspended where nothing says so, in milliseconds.
const USUAL_SUSPENSION: i64 = 30_000;

/// A list of error codes.
#[derive(Debug, Default, Clone)]
pub struct Codes(pub Vec<i64>);

/// When failures suspend an endpoint. Durations are milliseconds.
#[derive(Debug, Clone)]
pub struct Suspension {
    /// Failures that are tolerated for a while; none means 101504 and 101505.
    pub marking: Codes,
    /// How many of them.
    pub retries: i64,
    /// How long nothing is sent after one of them.
    pub retry_delay: i64,
    /// Failures that suspend at once; none means all others.
    pub suspending: Codes,
    /// The first suspension; a negative one means 30 s.
    pub initial: i64,
    /// How many times as long as the one before each further suspension is.
    pub factor: f32,
    /// No suspension is longer.
    pub maximum: i64,
}

/// What an endpoint remembers of failures. Shared by all who use it.
#[derive(Debug, Default)]
pub struct Health {
    /// Whether `failures` has anything to say: nobody waits for the lock of a sound endpoint.
    is_troubled: AtomicBool,
    failures: Mutex<Failures>,
}

/// Where an endpoint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Everything is sent.
    #[default]
    Active,
    /// It failed and is tried again soon.
    Timeout,
    /// It failed too often.
    Suspended,
}

#[derive(Debug, Default)]
struct Failures {
    state: State,
    /// When the endpoint may be used again.
    ready_at: i64,
    /// Failures that are still tolerated; none means as many as the endpoint says.
    retries_left: Option<i64>,
    /// The suspension before; 0 means there was none.
    last_suspension: i64,
}

impl Codes {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a failure is in the list.
    pub fn has(&self, code: &ErrorCode) -> bool {
        matches!(code, ErrorCode::Number(number) if self.0.contains(number))
    }
}

impl Default for Suspension {
    fn default() -> Self {
        Self {
            marking: Codes::default(),
            retries: 0,
            retry_delay: 0,
            suspending: Codes::default(),
            initial: -1,
            factor: 1.0,
            maximum: i64::MAX,
        }
    }
}

impl Suspension {
    fn marks(&self, code: &ErrorCode) -> bool {
        if self.marking.is_empty() {
            let usual = [Fault::TIMEOUT, Fault::CLOSED];
            return matches!(code, ErrorCode::Number(number) if usual.contains(number));
        }
        self.marking.has(code)
    }

    fn suspends(&self, code: &ErrorCode) -> bool {
        self.suspending.is_empty() || self.suspending.has(code)
    }

    /// How long the next suspension is, after one of `last` (0: none).
    fn next(&self, last: i64) -> i64 {
        let next = if last > 0 { (last as f32 * self.factor) as i64 } else { self.initial };
        if next > self.maximum {
            self.maximum
        } else if next < 0 {
            USUAL_SUSPENSION
        } else {
            next
        }
    }
}

impl Health {
    /// Whether the endpoint may be used now.
    pub fn is_ready(&self, now: i64) -> bool {
        !self.is_troubled.load(Ordering::Acquire) || self.failures().is_ready(now)
    }

    /// Where the endpoint stands.
    pub fn state(&self) -> State {
        self.failures().state
    }

    /// Notes that a message got its answer.
    pub fn succeeded(&self) {
        if self.is_troubled.load(Ordering::Acquire) {
            *self.failures() = Failures::default();
            self.is_troubled.store(false, Ordering::Release);
        }
    }

    /// Notes a failure; says where the endpoint stands if that changes anything.
    pub fn failed(&self, code: &ErrorCode, policy: &Suspension, now: i64) -> Option<State> {
        let mut failures = self.failures();
        let was_ready = failures.is_ready(now);
        // Messages that were on their way when the endpoint failed say nothing new.
        if policy.marks(code) {
            if !was_ready {
                return None;
            }
            failures.mark(policy, now);
        } else if policy.suspends(code) {
            if !was_ready && failures.state == State::Suspended {
                return None;
            }
            failures.suspend(policy, now);
        } else {
            return None;
        }
        self.is_troubled.store(true, Ordering::Release);
        Some(failures.state)
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Failures {
    fn is_ready(&self, now: i64) -> bool {
        self.state == State::Active || now >= self.ready_at
    }

    fn mark(&mut self, policy: &Suspension, now: i64) {
        let left = self.retries_left.unwrap_or(policy.retries);
        if left <= 0 {
            return self.suspend(policy, now);
        }
        self.state = State::Timeout;
        self.retries_left = Some(left - 1);
        self.ready_at = now.saturating_add(policy.retry_delay);
    }

    fn suspend(&mut self, policy: &Suspension, now: i64) {
        let duration = policy.next(self.last_suspension);
        self.state = State::Suspended;
        self.last_suspension = duration;
        self.ready_at = now.saturating_add(duration);
    }
}

#[cfg(test)]
mod tests {
    use super::{Codes, Health, State, Suspension};
    use crate::message::ErrorCode;

    /// What happens to an endpoint at a time; after it, where it stands and from when on it is
    /// ready.
    enum Event {
        Fails(i64),
        Succeeds,
    }
    use Event::{Fails, Succeeds};
    use State::{Active, Suspended, Timeout};

    fn follow(policy: &Suspension, rows: &[(i64, Event, State, i64)]) {
        let health = Health::default();
        for (row, (time, event, state, ready_at)) in rows.iter().enumerate() {
            match event {
                Fails(code) => {
                    health.failed(&ErrorCode::Number(*code), policy, *time);
                }
                Succeeds => health.succeeded(),
            }
            assert_eq!(health.state(), *state, "row {row}");
            assert!(health.is_ready(*ready_at), "row {row}");
            let still = *ready_at == 0 || !health.is_ready(*ready_at - 1);
            assert!(still, "row {row} is ready too early");
        }
    }

    #[test]
    fn any_failure_suspends_where_nothing_is_said() {
        follow(
            &Suspension::default(),
            &[
                (0, Fails(101_503), Suspended, 30_000),
                (30_000, Fails(101_504), Suspended, 60_000),
                (70_000, Succeeds, Active, 0),
                (80_000, Fails(101_505), Suspended, 110_000),
                (110_000, Fails(500_000), Suspended, 140_000),
            ],
        );
    }

    #[test]
    fn suspensions_grow_up_to_a_maximum_and_start_anew_after_a_success() {
        let policy =
            Suspension { initial: 1_000, factor: 2.5, maximum: 10_000, ..Suspension::default() };
        follow(
            &policy,
            &[
                (0, Fails(101_503), Suspended, 1_000),
                (1_000, Fails(101_503), Suspended, 3_500),
                (3_600, Fails(101_503), Suspended, 9_850),
                (9_850, Fails(101_503), Suspended, 19_850),
                (19_850, Fails(101_503), Suspended, 29_850),
                (29_850, Succeeds, Active, 0),
                (29_900, Fails(101_503), Suspended, 30_900),
            ],
        );
    }

    #[test]
    fn marked_failures_are_tolerated_as_often_as_said() {
        let policy = Suspension {
            marking: Codes(vec![101_504]),
            retries: 2,
            retry_delay: 100,
            initial: 1_000,
            ..Suspension::default()
        };
        follow(
            &policy,
            &[
                (0, Fails(101_504), Timeout, 100),
                (100, Fails(101_504), Timeout, 200),
                (200, Fails(101_504), Suspended, 1_200),
                // No retries are left until a success.
                (1_200, Fails(101_504), Suspended, 2_200),
                (2_200, Succeeds, Active, 0),
                (2_300, Fails(101_504), Timeout, 2_400),
                (2_400, Succeeds, Active, 0),
                (2_500, Fails(101_504), Timeout, 2_600),
                // What is not marked suspends, tolerated or not.
                (2_510, Fails(101_503), Suspended, 3_510),
            ],
        );
    }

    #[test]
    fn unlisted_failures_say_nothing_where_failures_are_listed() {
        let never = Codes(vec![-1]);
        let policy =
            Suspension { marking: never.clone(), suspending: never, ..Suspension::default() };
        follow(&policy, &[(0, Fails(101_503), Active, 0), (0, Fails(101_504), Active, 0)]);
        let policy = Suspension {
            suspending: Codes(vec![101_503]),
            retries: 1,
            retry_delay: 50,
            ..Suspension::default()
        };
        follow(
            &policy,
            &[
                (0, Fails(101_506), Active, 0),
                (0, Fails(101_505), Timeout, 50),
                (50, Fails(101_506), Timeout, 50),
                (60, Fails(101_503), Suspended, 30_060),
            ],
        );
    }

    #[test]
    fn messages_under_way_when_an_endpoint_is_suspended_do_not_prolong_it() {
        let policy = Suspension { initial: 1_000, factor: 2.0, ..Suspension::default() };
        follow(
            &policy,
            &[
                (0, Fails(101_503), Suspended, 1_000),
                (10, Fails(101_503), Suspended, 1_000),
                (999, Fails(101_504), Suspended, 1_000),
                (1_000, Fails(101_503), Suspended, 3_000),
            ],
        );
    }

    #[test]
    fn the_odd_durations_are_those_of_java() {
        for (initial, factor, maximum, first, second) in [
            // Suspended for no time at all, every time anew.
            (0, 2.0, i64::MAX, 0, 0),
            (-1, 2.0, i64::MAX, 30_000, 60_000),
            (-5, 1.0, 10_000, 30_000, 10_000),
            (20_000, 1.0, 10_000, 10_000, 10_000),
            (1_000, 0.5, i64::MAX, 1_000, 500),
            (1_000, -1.0, i64::MAX, 1_000, 30_000),
            (i64::MAX / 2, 4.0, i64::MAX, i64::MAX / 2, i64::MAX),
        ] {
            let policy = Suspension { initial, factor, maximum, ..Suspension::default() };
            assert_eq!(policy.next(0), first, "{initial}");
            assert_eq!(policy.next(first), second, "{initial}");
        }
    }
}
