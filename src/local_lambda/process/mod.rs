//! Functions that run as processes of this machine: a pool of warm environments for each version.

mod environment;
mod launch;
mod log;
mod runtime_api;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use self::environment::Environment;
pub(super) use self::launch::{Host, Launch};
use super::invocation::{Invocation, Outcome};

/// How many processes of one version run side by side; more invocations wait for a free one.
const ENVIRONMENTS: usize = 16;

/// The environments of one version of a function; they end when the pool goes.
#[derive(Debug)]
pub(super) struct Pool {
    launch: Arc<Launch>,
    idle: Mutex<Vec<Environment>>,
    places: Semaphore,
}

impl Pool {
    /// A pool without a process: the first invocation starts one.
    pub(super) fn new(launch: Launch) -> Self {
        Self {
            launch: Arc::new(launch),
            idle: Mutex::default(),
            places: Semaphore::new(ENVIRONMENTS),
        }
    }

    /// Runs one invocation in a warm environment, or in a new one. An environment that broke is
    /// not used again.
    pub(super) async fn run(&self, invocation: &Invocation) -> Outcome {
        // The semaphore is never closed.
        let _place = self.places.acquire().await;
        let warm = self.take_idle();
        let environment = match warm {
            Some(environment) => Ok(environment),
            None => Environment::start(&self.launch).await,
        };
        let mut environment = match environment {
            Ok(environment) => environment,
            Err(error) => {
                let id = &invocation.request_id;
                return Outcome::environment_error(error.kind, id, &error.message);
            }
        };
        let (outcome, sound) = environment.run(invocation).await;
        if sound {
            self.idle().push(environment);
        }
        outcome
    }

    fn take_idle(&self) -> Option<Environment> {
        let mut idle = self.idle();
        while let Some(mut environment) = idle.pop() {
            if environment.is_fresh(&self.launch.code) {
                return Some(environment);
            }
        }
        None
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Environment>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
