//! Failures of a call in Synapse's table of error codes.

use crate::aws::{CallError, Failure, LambdaResponse, Operation, TargetError};
use crate::message::{Cause, Fault, Side};

/// No credentials, no region, or an impossible address.
pub(super) fn no_target(error: &TargetError) -> Fault {
    Fault::new(Fault::INVALID_KEY, error.to_string())
}

/// The call got no answer.
pub(super) fn no_answer(operation: &Operation, error: &CallError, blocking: bool) -> Fault {
    let (code, cause) = match error.failure {
        Failure::Unsendable => (Fault::SENDING, Cause::Other),
        Failure::Refused => (Fault::CONNECT, Cause::Connection),
        Failure::ConnectTimeout => (Fault::CONNECT_TIMEOUT, Cause::Timeout),
        Failure::Send => (Fault::SENDING, Cause::Connection),
        Failure::Timeout => (Fault::TIMEOUT, Cause::Timeout),
        Failure::Closed => (Fault::CLOSED, Cause::Connection),
        Failure::Receive | Failure::TooLarge => (Fault::RECEIVING, Cause::Connection),
    };
    let code = if blocking { Fault::BLOCKING } else { code };
    Fault::new(code, format!("{} got no answer: {error}", operation.aws_name))
        .blame(Side::Backend)
        .because(cause)
        .retryable(error.retry_safe)
}

/// AWS answered with an error and the connection is blocking. The text is Axis2's, which flows
/// look for; AWS's own words are the detail.
pub(super) fn refused(response: &LambdaResponse) -> Fault {
    let status = response.status;
    let reason = status.canonical_reason().unwrap_or_default();
    let mut detail = String::from_utf8_lossy(&response.body).into_owned();
    if let Some(help) = response.help() {
        detail = format!("{detail} ({help})");
    }
    Fault::new(Fault::BLOCKING, format!("Transport error: {} Error: {reason}", status.as_u16()))
        .detail(detail)
        .blame(Side::Backend)
        .retryable(status.as_u16() == 429)
}
