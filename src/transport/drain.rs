//! Letting go in order: everything that must end before the process may stop holds a guard.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Running,
    Draining,
    Cut,
}

/// The switch that begins a drain; clones are one switch.
#[derive(Debug, Clone)]
pub struct Drain(Arc<watch::Sender<Stage>>);

/// Holds a drain open until it is dropped, and hears of it.
#[derive(Debug, Clone)]
pub struct Guard(watch::Receiver<Stage>);

impl Default for Drain {
    fn default() -> Self {
        Self::new()
    }
}

impl Drain {
    /// A drain that has not begun.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Stage::Running)))
    }

    /// A guard that the drain waits for.
    pub fn guard(&self) -> Guard {
        Guard(self.0.subscribe())
    }

    /// Begins the drain: listeners close, connections finish what they have begun.
    pub fn begin(&self) {
        self.advance(Stage::Draining);
    }

    /// Whether the drain has begun.
    pub fn begun(&self) -> bool {
        *self.0.borrow() >= Stage::Draining
    }

    /// Begins the drain and waits until every guard is dropped. What is left after `deadline` is
    /// cut off; answers how many guards that were.
    pub async fn finish(&self, deadline: Duration) -> usize {
        self.begin();
        if tokio::time::timeout(deadline, self.0.closed()).await.is_ok() {
            return 0;
        }
        let left = self.0.receiver_count();
        self.advance(Stage::Cut);
        left
    }

    fn advance(&self, stage: Stage) {
        self.0.send_if_modified(|now| {
            let forward = *now < stage;
            *now = stage.max(*now);
            forward
        });
    }
}

impl Guard {
    /// Resolves when the drain has begun.
    pub async fn draining(&mut self) {
        self.reach(Stage::Draining).await;
    }

    /// Resolves when the drain's deadline has passed: stop now.
    pub async fn cut(&mut self) {
        self.reach(Stage::Cut).await;
    }

    async fn reach(&mut self, stage: Stage) {
        if self.0.wait_for(|now| *now >= stage).await.is_err() {
            // Every switch is gone, so the drain can never begin.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    #[tokio::test(start_paused = true)]
    async fn a_drain_waits_for_its_guards() {
        let drain = Drain::new();
        assert!(!drain.begun());
        let mut guard = drain.guard();
        let worker = tokio::spawn(async move {
            guard.draining().await;
            tokio::time::sleep(Duration::from_secs(5)).await;
            drop(guard);
        });
        let begun = tokio::time::Instant::now();
        assert_eq!(drain.finish(LONG).await, 0);
        assert_eq!(begun.elapsed().as_secs(), 5);
        assert!(drain.begun());
        worker.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn guards_that_stay_are_counted_and_cut() {
        let drain = Drain::new();
        let mut guards = [drain.guard(), drain.guard()];
        assert_eq!(drain.finish(Duration::from_secs(1)).await, 2);
        for guard in &mut guards {
            guard.cut().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_switch_nothing_drains() {
        let mut guard = Drain::new().guard();
        assert!(tokio::time::timeout(LONG, guard.draining()).await.is_err());
    }
}
