//! The account's limits, and what of its concurrency is reserved for a function.

use serde_json::{Value, json};

use super::Reply;
use crate::local_lambda::LocalLambda;
use crate::local_lambda::arn::FunctionRef;
use crate::local_lambda::error::{Answer, ApiError};
use crate::local_lambda::request::Call;
use crate::local_lambda::validate::Checks;

/// How many invocations run at once in a region; AWS's default.
pub(in crate::local_lambda) const CONCURRENCY: usize = 1000;
/// What of it cannot be reserved.
const UNRESERVED: usize = 100;

/// `GetAccountSettings`.
pub(in crate::local_lambda) fn settings(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let body = lambda.with_region(call, |region| {
        let sizes = region.functions.values().map(|function| function.latest.code.size);
        Ok(json!({
            "AccountLimit": {
                "TotalCodeSize": 80_530_636_800_u64,
                "CodeSizeUnzipped": 262_144_000,
                "CodeSizeZipped": 52_428_800,
                "ConcurrentExecutions": CONCURRENCY,
                "UnreservedConcurrentExecutions": CONCURRENCY.saturating_sub(region.reserved()),
            },
            "AccountUsage": {
                "TotalCodeSize": sizes.sum::<u64>(),
                "FunctionCount": region.functions.len(),
            },
        }))
    })?;
    Ok(Reply::ok(&body))
}

/// `PutFunctionConcurrency`.
pub(in crate::local_lambda) fn put_concurrency(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = function(call)?;
    let wanted = call.members()?.integer("ReservedConcurrentExecutions")?;
    let mut checks = Checks::default();
    checks.required("reservedConcurrentExecutions", wanted.is_some());
    let wanted = wanted.unwrap_or_default();
    checks.range("reservedConcurrentExecutions", wanted, 0, i64::MAX).finish()?;
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let body = lambda.with_region(call, |region| {
        let all = region.reserved();
        let function = region.function(&reference, call.owner())?;
        let others = all - function.reserved.unwrap_or_default();
        if others.saturating_add(wanted) > CONCURRENCY - UNRESERVED {
            return Err(ApiError::invalid_parameter(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's \
                 UnreservedConcurrentExecution below its minimum value of [{UNRESERVED}]."
            )));
        }
        function.reserved = Some(wanted);
        Ok(shown(function.reserved))
    })?;
    Ok(Reply::ok(&body))
}

/// `GetFunctionConcurrency`.
pub(in crate::local_lambda) fn get_concurrency(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = function(call)?;
    let body = lambda.with_region(call, |region| {
        Ok(shown(region.function(&reference, call.owner())?.reserved))
    })?;
    Ok(Reply::ok(&body))
}

/// `DeleteFunctionConcurrency`.
pub(in crate::local_lambda) fn delete_concurrency(
    lambda: &LocalLambda,
    call: &Call,
) -> Answer<Reply> {
    let reference = function(call)?;
    lambda.with_region(call, |region| {
        region.function(&reference, call.owner())?.reserved = None;
        Ok(())
    })?;
    Ok(Reply::no_content())
}

fn shown(reserved: Option<usize>) -> Value {
    match reserved {
        Some(reserved) => json!({"ReservedConcurrentExecutions": reserved}),
        None => json!({}),
    }
}

fn function(call: &Call) -> Answer<FunctionRef> {
    FunctionRef::parse(call.label(0), call.owner())
}
