//! A value that one caller loads at the first need, and that is renewed ahead of its end while
//! the others go on with what they have.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use super::ChainError;

/// Holds a value or, for a while, why there is none.
#[derive(Debug)]
pub(super) struct Renewed<T> {
    held: ArcSwapOption<Held<T>>,
    loading: Mutex<()>,
    failed: Duration,
}

/// What a loader found.
pub(super) struct Loaded<T> {
    pub(super) value: T,
    /// From when on to look again; never when absent.
    pub(super) renew: Option<SystemTime>,
    /// When it stops being valid; never when absent.
    pub(super) end: Option<SystemTime>,
}

#[derive(Debug)]
struct Held<T> {
    answer: Result<T, ChainError>,
    renew: Option<SystemTime>,
    end: Option<SystemTime>,
}

impl<T: Clone> Renewed<T> {
    /// `failed` is how long a failure is the answer.
    pub(super) fn new(failed: Duration) -> Self {
        Self { held: ArcSwapOption::empty(), loading: Mutex::new(()), failed }
    }

    /// The value, loaded or renewed if that is due. While one caller renews, the others get the
    /// old value; when renewing fails it stays good until its end.
    pub(super) async fn get(
        &self,
        now: SystemTime,
        load: impl AsyncFnOnce() -> Result<Loaded<T>, ChainError>,
    ) -> Result<T, ChainError> {
        let before = self.held.load_full();
        if let Some(held) = before.as_ref().filter(|held| held.fresh(now)) {
            return held.answer.clone();
        }
        let valid = before.filter(|held| held.answer.is_ok() && held.valid(now));
        let _loading = match &valid {
            None => self.loading.lock().await,
            Some(held) => match self.loading.try_lock() {
                Ok(guard) => guard,
                Err(_) => return held.answer.clone(),
            },
        };
        if let Some(held) = self.held.load_full().filter(|held| held.fresh(now)) {
            return held.answer.clone();
        }
        let again = now.checked_add(self.failed);
        let held = match (load().await, valid) {
            (Ok(found), _) => Held { answer: Ok(found.value), renew: found.renew, end: found.end },
            (Err(error), Some(valid)) => {
                tracing::warn!(%error, "keeping the old credentials, renewing them failed");
                Held { answer: valid.answer.clone(), renew: again, end: valid.end }
            }
            (Err(error), None) => Held { answer: Err(error), renew: again, end: again },
        };
        let answer = held.answer.clone();
        self.held.store(Some(Arc::new(held)));
        answer
    }
}

impl<T> Held<T> {
    fn fresh(&self, now: SystemTime) -> bool {
        self.renew.is_none_or(|renew| now < renew) && self.valid(now)
    }

    fn valid(&self, now: SystemTime) -> bool {
        self.end.is_none_or(|end| now < end)
    }
}
