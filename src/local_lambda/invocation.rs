//! One run of a function: what goes in, what comes out, and the log lines around it.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

/// The most bytes of a request and of an answer that is waited for; AWS's limit.
pub(super) const PAYLOAD_LIMIT: usize = 6_291_456;
/// The most bytes of an event; AWS's limit.
pub(super) const EVENT_LIMIT: usize = 1_048_576;
/// How much of a log's end an answer carries.
const TAIL: usize = 4096;

/// What a function is called with.
#[derive(Debug, Clone)]
pub(super) struct Invocation {
    /// The id of the invocation, a UUID.
    pub request_id: String,
    /// The event: JSON.
    pub payload: Bytes,
    /// The client context, decoded from base64: JSON.
    pub client_context: Option<String>,
    /// The trace that the invocation belongs to.
    pub trace_id: String,
    /// The ARN as it was called, with the qualifier.
    pub arn: String,
    /// The function's name.
    pub function: String,
    /// The version that runs.
    pub version: String,
    /// How long it may take.
    pub timeout: Duration,
    /// The memory that it is told to have, in megabytes.
    pub memory: u32,
}

/// How a function's error is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The function reported it.
    Handled,
    /// The function threw, died or ran out of time.
    Unhandled,
}

/// What a run gave.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// The function's answer or the description of its error: JSON.
    pub payload: Bytes,
    /// Whether it is an error.
    pub fault: Option<Fault>,
    /// The end of what the function wrote.
    pub log: Vec<u8>,
    /// How long the start of a process took, where one was started.
    pub init: Option<Duration>,
    /// The most memory that the process had, in megabytes, where the system tells.
    pub memory_used: Option<u64>,
}

impl Fault {
    /// The value of the header.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Handled => "Handled",
            Self::Unhandled => "Unhandled",
        }
    }
}

impl Outcome {
    /// An answer.
    pub(super) fn success(payload: impl Into<Bytes>) -> Self {
        Self { payload: payload.into(), ..Self::default() }
    }

    /// An error that the function did not report itself.
    pub(super) fn unhandled(body: &Value) -> Self {
        let payload = body.to_string().into();
        Self { payload, fault: Some(Fault::Unhandled), ..Self::default() }
    }

    /// An error of the environment, in AWS's words.
    pub(super) fn environment_error(kind: &str, request_id: &str, message: &str) -> Self {
        Self::unhandled(&json!({
            "errorType": kind,
            "errorMessage": format!("RequestId: {request_id} Error: {message}"),
        }))
    }

    /// The end of a run that took too long.
    pub(super) fn timed_out(invocation: &Invocation) -> Self {
        let message =
            format!("Task timed out after {:.2} seconds", invocation.timeout.as_secs_f64());
        let mut outcome =
            Self::environment_error("Sandbox.Timedout", &invocation.request_id, &message);
        outcome.log = format!("{} {message}\n\n", invocation.request_id).into_bytes();
        outcome
    }
}

/// The end of the run's log, with the lines that AWS puts around it.
pub(super) fn log_tail(invocation: &Invocation, outcome: &Outcome, took: Duration) -> Vec<u8> {
    let id = &invocation.request_id;
    let millis = took.as_secs_f64() * 1000.0;
    let mut log = format!("START RequestId: {id} Version: {}\n", invocation.version).into_bytes();
    log.extend_from_slice(&outcome.log);
    if !log.ends_with(b"\n") {
        log.push(b'\n');
    }
    let mut report = format!(
        "END RequestId: {id}\nREPORT RequestId: {id}\tDuration: {millis:.2} ms\tBilled Duration: \
         {} ms\tMemory Size: {} MB\t",
        millis.ceil() as u64,
        invocation.memory
    );
    // Writing into a string cannot fail.
    if let Some(used) = outcome.memory_used {
        let _ = write!(report, "Max Memory Used: {used} MB\t");
    }
    if let Some(init) = outcome.init {
        let _ = write!(report, "Init Duration: {:.2} ms\t", init.as_secs_f64() * 1000.0);
    }
    report.push('\n');
    log.extend_from_slice(report.as_bytes());
    tail(log, TAIL)
}

/// The last bytes of a text, from the start of a character on.
pub(super) fn tail(mut text: Vec<u8>, most: usize) -> Vec<u8> {
    let mut start = text.len().saturating_sub(most);
    while start > 0 && text.get(start).is_some_and(|byte| byte & 0xc0 == 0x80) {
        start += 1;
    }
    text.drain(..start);
    text
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An invocation of a function `f` with an event.
    pub(in crate::local_lambda) fn invocation(payload: &str) -> Invocation {
        Invocation {
            request_id: "id".to_owned(),
            payload: Bytes::copy_from_slice(payload.as_bytes()),
            client_context: None,
            trace_id: "Root=1-0-0;Sampled=0".to_owned(),
            arn: "arn:aws:lambda:us-east-1:000000000000:function:f".to_owned(),
            function: "f".to_owned(),
            version: "$LATEST".to_owned(),
            timeout: Duration::from_secs(3),
            memory: 128,
        }
    }

    #[test]
    fn the_log_is_framed() {
        let outcome = Outcome {
            log: b"hello".to_vec(),
            init: Some(Duration::from_millis(12)),
            memory_used: Some(30),
            ..Outcome::default()
        };
        let log = log_tail(&invocation("{}"), &outcome, Duration::from_micros(1_500));
        assert_eq!(
            String::from_utf8(log).unwrap(),
            "START RequestId: id Version: $LATEST\nhello\nEND RequestId: id\nREPORT RequestId: \
             id\tDuration: 1.50 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: \
             30 MB\tInit Duration: 12.00 ms\t\n"
        );
    }

    #[test]
    fn a_long_log_keeps_its_end() {
        let outcome = Outcome { log: "ä".repeat(4000).into_bytes(), ..Outcome::default() };
        let log = log_tail(&invocation("{}"), &outcome, Duration::ZERO);
        assert!(log.len() <= TAIL && log.len() > TAIL - 2);
        assert!(String::from_utf8(log).unwrap().ends_with("Memory Size: 128 MB\t\n"));
    }

    #[test]
    fn a_timeout_reads_as_on_aws() {
        let outcome = Outcome::timed_out(&invocation("{}"));
        assert_eq!(
            outcome.payload,
            r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after 3.00 seconds"}"#
        );
        assert_eq!(outcome.fault, Some(Fault::Unhandled));
    }
}
