//! One process that runs a function, invocation after invocation.

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::process::Child;
use tokio::time::{Instant, interval, timeout_at};

use super::launch::{Launch, LaunchError};
use super::log::ProcessLog;
use super::runtime_api::{RuntimeApi, Told};
use crate::local_lambda::code::{Code, Stamp};
use crate::local_lambda::invocation::{Fault, Invocation, Outcome, PAYLOAD_LIMIT};

/// How long a process may take to ask for its first invocation, unless the function's own
/// timeout is longer.
const INIT_LIMIT: Duration = Duration::from_secs(10);
/// How often the size of the log is looked at.
const LOG_CHECK: Duration = Duration::from_millis(500);

/// A process with its Runtime API. Dropping it kills the process and all that it started.
#[derive(Debug)]
pub(super) struct Environment {
    api: RuntimeApi,
    log: ProcessLog,
    child: Child,
    group: Option<u32>,
    ready: bool,
    code: Stamp,
}

/// Why an invocation ended without the process' answer.
enum Broken {
    Exit(ExitStatus),
    Late,
    Init(bytes::Bytes),
    Gone,
}

impl Environment {
    /// Starts a process.
    pub(super) async fn start(launch: &Arc<Launch>) -> Result<Self, LaunchError> {
        let failed = |error: std::io::Error| LaunchError {
            kind: "Runtime.ExitError",
            message: format!("the environment cannot be made: {error}"),
        };
        let code = launch.code.stamp();
        let api = RuntimeApi::open().map_err(failed)?;
        let log = ProcessLog::new(&launch.host.folder).map_err(failed)?;
        let child = launch.start(api.address(), log.file()).await?;
        let group = child.id();
        Ok(Self { api, log, child, group, ready: false, code })
    }

    /// Whether the process still lives and runs the files as they are now.
    pub(super) fn is_fresh(&mut self, code: &Code) -> bool {
        matches!(self.child.try_wait(), Ok(None)) && self.code == code.stamp()
    }

    /// Runs one invocation; says whether the process can run another one.
    pub(super) async fn run(&mut self, invocation: &Invocation) -> (Outcome, bool) {
        let mut init = None;
        let result = self.attempt(invocation, &mut init).await;
        let sound = result.is_ok();
        let mut outcome = result.unwrap_or_else(|broken| broken.into_outcome(invocation));
        outcome.log.splice(..0, self.log.take());
        outcome.memory_used = self.memory_used();
        outcome.init = init;
        (outcome, sound)
    }

    async fn attempt(
        &mut self,
        invocation: &Invocation,
        init: &mut Option<Duration>,
    ) -> Result<Outcome, Broken> {
        if !self.ready {
            let start = Instant::now();
            self.init(start + INIT_LIMIT.max(invocation.timeout)).await?;
            *init = Some(start.elapsed());
        }
        self.answer(invocation, Instant::now() + invocation.timeout).await
    }

    async fn init(&mut self, deadline: Instant) -> Result<(), Broken> {
        loop {
            match self.hear(deadline).await? {
                Told::Ready => {
                    self.ready = true;
                    return Ok(());
                }
                Told::InitError { payload } => return Err(Broken::Init(payload)),
                _ => {}
            }
        }
    }

    async fn answer(
        &mut self,
        invocation: &Invocation,
        deadline: Instant,
    ) -> Result<Outcome, Broken> {
        if !self.api.give(invocation).await {
            return Err(Broken::Gone);
        }
        loop {
            // What belongs to an invocation that was given up before is passed over.
            match self.hear(deadline).await? {
                Told::Answer { request_id, payload } if request_id == invocation.request_id => {
                    return Ok(Outcome::success(payload));
                }
                Told::Error { request_id, payload } if request_id == invocation.request_id => {
                    let fault = Some(Fault::Unhandled);
                    return Ok(Outcome { payload, fault, ..Outcome::default() });
                }
                Told::TooLarge { request_id } if request_id == invocation.request_id => {
                    return Ok(Outcome::unhandled(&json!({
                        "errorType": "Function.ResponseSizeTooLarge",
                        "errorMessage": format!(
                            "Response payload size exceeded maximum allowed payload size \
                             ({PAYLOAD_LIMIT} bytes)."
                        ),
                    })));
                }
                Told::InitError { payload } => return Err(Broken::Init(payload)),
                _ => {}
            }
        }
    }

    /// Waits for what the process tells, for its end, or for the deadline.
    async fn hear(&mut self, deadline: Instant) -> Result<Told, Broken> {
        let mut check = interval(LOG_CHECK);
        loop {
            tokio::select! {
                // What it told before it ended counts.
                biased;
                told = self.api.told() => return told.ok_or(Broken::Gone),
                () = tokio::time::sleep_until(deadline) => return Err(Broken::Late),
                ended = self.child.wait() => {
                    // Its last words may still be on their way through the socket.
                    let last = Instant::now() + Duration::from_millis(50);
                    if let Ok(Some(told)) = timeout_at(last, self.api.told()).await {
                        return Ok(told);
                    }
                    return Err(ended.map_or(Broken::Gone, Broken::Exit));
                }
                _ = check.tick() => self.log.bound(),
            }
        }
    }

    /// The peak of the process' memory in megabytes, as Linux tells it.
    fn memory_used(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.group?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kilobytes.div_ceil(1024))
    }
}

impl Broken {
    fn into_outcome(self, invocation: &Invocation) -> Outcome {
        let id = &invocation.request_id;
        let exit = |message: &str| Outcome::environment_error("Runtime.ExitError", id, message);
        match self {
            Self::Late => Outcome::timed_out(invocation),
            Self::Init(payload) => {
                Outcome { payload, fault: Some(Fault::Unhandled), ..Outcome::default() }
            }
            Self::Gone => exit("Runtime exited without providing a reason"),
            Self::Exit(status) => match status.code() {
                Some(0) => exit("Runtime exited without providing a reason"),
                Some(code) => exit(&format!("Runtime exited with error: exit status {code}")),
                None => exit(&format!("Runtime exited with error: {}", signal(status))),
            },
        }
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.group.and_then(|id| rustix::process::Pid::from_raw(id as i32)) {
            // Fails only where nothing of the group lives any more.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal().map_or_else(|| status.to_string(), |signal| format!("signal {signal}"))
}

#[cfg(not(unix))]
fn signal(status: ExitStatus) -> String {
    status.to_string()
}
