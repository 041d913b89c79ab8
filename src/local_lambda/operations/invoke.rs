//! Invoke: waited for, as an event, as a trial, as a stream.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;
use tokio::time::Instant;
use uuid::Uuid;

use super::Reply;
use super::account::CONCURRENCY;
use crate::local_lambda::LocalLambda;
use crate::local_lambda::arn::FunctionRef;
use crate::local_lambda::error::{Answer, ApiError};
use crate::local_lambda::event_stream;
use crate::local_lambda::invocation::{EVENT_LIMIT, Invocation, Outcome, PAYLOAD_LIMIT, log_tail};
use crate::local_lambda::request::Call;
use crate::local_lambda::state::{Place, no_function};
use crate::local_lambda::validate::Checks;
use crate::local_lambda::version::Version;

const EXECUTED_VERSION: HeaderName = HeaderName::from_static("x-amz-executed-version");
const FUNCTION_ERROR: HeaderName = HeaderName::from_static("x-amz-function-error");
const LOG_RESULT: HeaderName = HeaderName::from_static("x-amz-log-result");
const REMAPPED_LENGTH: HeaderName = HeaderName::from_static("x-amzn-remapped-content-length");
const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// The longest client context, in characters of its base64; AWS's limit.
const CONTEXT_LIMIT: usize = 3583;
/// How long an event looks for a place before it is given up.
const EVENT_AGE: Duration = Duration::from_mins(1);
/// How often it looks.
const EVENT_PAUSE: Duration = Duration::from_millis(250);

/// How a call wants to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Wait,
    Event,
    DryRun,
}

/// A call that is ready to run.
struct Ready {
    version: Arc<Version>,
    invocation: Invocation,
    limit: Limit,
}

/// The places that an invocation needs one of.
#[derive(Clone)]
struct Limit {
    running: Arc<std::sync::atomic::AtomicUsize>,
    most: usize,
    reason: &'static str,
}

/// What ran, for how long.
struct Done {
    outcome: Outcome,
    took: Duration,
}

impl Limit {
    fn place(&self) -> Answer<Place> {
        Place::take(&self.running, self.most).ok_or_else(|| ApiError::throttled(self.reason))
    }
}

/// `Invoke`.
pub(in crate::local_lambda) async fn invoke(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = call.function()?;
    let mode = mode(call)?;
    let tail = wants_tail(call)?;
    let limit = if mode == Mode::Event { EVENT_LIMIT } else { PAYLOAD_LIMIT };
    let ready = prepare(lambda, call, &reference, limit)?;
    match mode {
        Mode::DryRun => Ok(Reply::no_content()),
        Mode::Event => {
            queue(lambda, ready)?;
            let empty = Reply::bytes(StatusCode::ACCEPTED, Bytes::new());
            Ok(empty.with(REMAPPED_LENGTH, HeaderValue::from_static("0")))
        }
        Mode::Wait => {
            let invocation = ready.invocation.clone();
            let done = wait(lambda, ready).await?;
            Ok(show(&invocation, done, tail))
        }
    }
}

/// `InvokeAsync`, the older form of an event.
pub(in crate::local_lambda) fn invoke_async(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let ready = prepare(lambda, call, &call.function()?, EVENT_LIMIT)?;
    queue(lambda, ready)?;
    Ok(Reply::json(StatusCode::ACCEPTED, &json!({"Status": 202})))
}

/// `InvokeWithResponseStream`. The answer is one piece, since the runtimes here give it whole.
pub(in crate::local_lambda) async fn invoke_streaming(
    lambda: &LocalLambda,
    call: &Call,
) -> Answer<Reply> {
    let ready = prepare(lambda, call, &call.function()?, PAYLOAD_LIMIT)?;
    if mode(call)? == Mode::DryRun {
        return Ok(Reply::no_content());
    }
    let tail = wants_tail(call)?;
    let invocation = ready.invocation.clone();
    let Done { outcome, took } = wait(lambda, ready).await?;
    let mut stream = Vec::new();
    let mut complete = Map::new();
    match outcome.fault {
        None => {
            let kind = "application/octet-stream";
            event_stream::write(&mut stream, "PayloadChunk", kind, &outcome.payload);
        }
        Some(fault) => {
            let details = String::from_utf8_lossy(&outcome.payload).into_owned();
            complete.insert("ErrorCode".into(), fault.as_str().into());
            complete.insert("ErrorDetails".into(), details.into());
        }
    }
    if tail {
        let log = BASE64.encode(log_tail(&invocation, &outcome, took));
        complete.insert("LogResult".into(), log.into());
    }
    let complete = Value::Object(complete).to_string();
    event_stream::write(&mut stream, "InvokeComplete", "application/json", complete.as_bytes());
    let kind = HeaderValue::from_static("application/vnd.amazon.eventstream");
    let reply = Reply::bytes(StatusCode::OK, stream).with(header::CONTENT_TYPE, kind);
    Ok(with_text(reply, EXECUTED_VERSION, &invocation.version))
}

fn mode(call: &Call) -> Answer<Mode> {
    match call.header("x-amz-invocation-type") {
        None | Some("RequestResponse") => Ok(Mode::Wait),
        Some("Event") => Ok(Mode::Event),
        Some("DryRun") => Ok(Mode::DryRun),
        Some(other) => {
            let allowed = ["Event", "RequestResponse", "DryRun"];
            Checks::default().one_of("invocationType", other, &allowed).finish()?;
            Ok(Mode::Wait)
        }
    }
}

fn wants_tail(call: &Call) -> Answer<bool> {
    let wanted = call.header("x-amz-log-type").unwrap_or("None");
    Checks::default().one_of("logType", wanted, &["None", "Tail"]).finish()?;
    Ok(wanted == "Tail")
}

/// Checks a call and finds the version that it goes to.
fn prepare(
    lambda: &LocalLambda,
    call: &Call,
    reference: &FunctionRef,
    limit: usize,
) -> Answer<Ready> {
    if call.body.len() > limit {
        return Err(ApiError::too_large(limit, "InvokeFunction"));
    }
    let client_context = call.header("x-amz-client-context").map(client_context).transpose()?;
    let dice = (lambda.sources.dice)();
    let (version, limit) = lambda.with_region(call, |region| {
        let all_reserved = region.reserved();
        let function = region.function(reference, call.owner())?;
        let version = function
            .route(reference.qualifier.as_deref(), dice)
            .ok_or_else(|| no_function(reference, call.owner()))?;
        let limit = match function.reserved {
            Some(most) => Limit {
                running: Arc::clone(&function.running),
                most,
                reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
            },
            None => Limit {
                running: Arc::clone(&lambda.running),
                most: CONCURRENCY.saturating_sub(all_reserved),
                reason: "ConcurrentInvocationLimitExceeded",
            },
        };
        Ok((version, limit))
    })?;
    let payload = payload(&call.body)?;
    let qualifier = reference.qualifier.as_deref();
    let invocation = Invocation {
        request_id: call.request_id.clone(),
        payload,
        client_context,
        trace_id: trace_id(lambda, call),
        arn: call.owner().function_arn(&reference.name, qualifier),
        function: reference.name.clone(),
        version: version.label.clone(),
        timeout: Duration::from_secs(version.configuration.timeout.into()),
        memory: version.configuration.memory,
    };
    Ok(Ready { version, invocation, limit })
}

/// An event is JSON; nothing is an empty object.
fn payload(body: &Bytes) -> Answer<Bytes> {
    if body.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    match serde_json::from_slice::<IgnoredAny>(body) {
        Ok(_) => Ok(body.clone()),
        Err(error) => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "InvalidRequestContentException",
            format!(
                "Could not parse request body into json: Could not parse payload into json: {error}"
            ),
        )),
    }
}

fn client_context(text: &str) -> Answer<String> {
    let refused = |message: &str| {
        ApiError::new(StatusCode::BAD_REQUEST, "InvalidRequestContentException", message)
    };
    if text.len() > CONTEXT_LIMIT {
        return Err(refused("Client context must be at most 3583 bytes of base64."));
    }
    let decoded = BASE64.decode(text).ok();
    let context =
        decoded.and_then(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes).ok());
    // Written anew, it is one line and fit for a header of the Runtime API.
    let context = context.map(|context| Value::Object(context).to_string());
    context.ok_or_else(|| refused("Client context must be a valid Base64-encoded JSON object."))
}

fn trace_id(lambda: &LocalLambda, call: &Call) -> String {
    if let Some(given) = call.header(TRACE_ID.as_str()) {
        return given.to_owned();
    }
    let random = Uuid::new_v4().simple().to_string();
    let tail = random.get(..24).unwrap_or_default();
    format!("Root=1-{:08x}-{tail};Sampled=0", lambda.now().as_second())
}

/// Runs a function to its end even if the caller goes away, and waits for it.
async fn wait(lambda: &LocalLambda, ready: Ready) -> Answer<Done> {
    let place = ready.limit.place()?;
    let (tell, told) = oneshot::channel();
    lambda.spawn(async move {
        let _place = place;
        // Nobody listens where the caller has gone.
        let _ = tell.send(run(&ready).await);
    });
    told.await.map_err(|_| ApiError::internal("the server is shutting down"))?
}

async fn run(ready: &Ready) -> Answer<Done> {
    let start = Instant::now();
    let outcome = ready.version.run(&ready.invocation).await?;
    let took = start.elapsed().saturating_sub(outcome.init.unwrap_or_default());
    tracing::debug!(
        function = ready.invocation.function,
        version = ready.invocation.version,
        request_id = ready.invocation.request_id,
        error = outcome.fault.is_some(),
        log = %String::from_utf8_lossy(&outcome.log),
        "local lambda invocation"
    );
    Ok(Done { outcome, took })
}

/// Takes an event for later, if the queue has room.
fn queue(lambda: &LocalLambda, ready: Ready) -> Answer<()> {
    let slot = Arc::clone(&lambda.events)
        .try_acquire_owned()
        .map_err(|_| ApiError::throttled("CallerRateLimitExceeded"))?;
    lambda.spawn(async move {
        let _slot = slot;
        let given_up = Instant::now() + EVENT_AGE;
        while let Err(error) = attempt(&ready).await {
            if Instant::now() >= given_up {
                let function = &ready.invocation.function;
                tracing::warn!(function, %error, "an event was given up");
                return;
            }
            tokio::time::sleep(EVENT_PAUSE).await;
        }
    });
    Ok(())
}

async fn attempt(ready: &Ready) -> Answer<()> {
    let _place = ready.limit.place()?;
    run(ready).await.map(|_| ())
}

fn show(invocation: &Invocation, done: Done, tail: bool) -> Reply {
    let Done { outcome, took } = done;
    let json = HeaderValue::from_static("application/json");
    let mut reply = Reply::bytes(StatusCode::OK, outcome.payload.clone())
        .with(header::CONTENT_TYPE, json)
        .with(REMAPPED_LENGTH, HeaderValue::from_static("0"));
    reply = with_text(reply, EXECUTED_VERSION, &invocation.version);
    reply = with_text(reply, TRACE_ID, &invocation.trace_id);
    if let Some(fault) = outcome.fault {
        reply = reply.with(FUNCTION_ERROR, HeaderValue::from_static(fault.as_str()));
    }
    if tail {
        let log = BASE64.encode(log_tail(invocation, &outcome, took));
        reply = with_text(reply, LOG_RESULT, &log);
    }
    reply
}

fn with_text(reply: Reply, name: HeaderName, text: &str) -> Reply {
    match HeaderValue::from_str(text) {
        Ok(value) => reply.with(name, value),
        Err(_) => reply,
    }
}
