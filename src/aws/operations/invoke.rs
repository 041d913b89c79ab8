//! Operations that run a function.

use http::Method;

use super::{Kind, Location, Operation, header, path, query, text};

pub(super) static INVOKE: Operation = Operation {
    name: "invoke",
    aws_name: "Invoke",
    method: Method::POST,
    uri: "/2015-03-31/functions/{FunctionName}/invocations",
    success: 200,
    doc: "Runs a function and waits for its answer, or queues the event.",
    parameters: &[
        path(&["functionName"], "FunctionName", "the function: name, name:alias, or ARN"),
        header(
            &["x-amz-invocation-type", "invocationType"],
            "x-amz-invocation-type",
            "RequestResponse (wait), Event (queue) or DryRun (check access)",
        ),
        header(
            &["x-amz-log-type", "logType"],
            "x-amz-log-type",
            "Tail for the end of the log in the answer, else None",
        ),
        header(
            &["x-amz-client-context", "clientContext"],
            "x-amz-client-context",
            "up to 3583 bytes of Base64 about the caller, for the function's context",
        ),
        header(
            &["x-amz-durable-execution-name", "durableExecutionName"],
            "x-amz-durable-execution-name",
            "a name of the durable execution, the same for a repeated call",
        ),
        header(
            &["x-amz-tenant-id", "tenantId"],
            "x-amz-tenant-id",
            "the tenant, for a function that isolates tenants",
        ),
        query(&["qualifier"], "Qualifier", "the version or alias to run"),
        text(
            &["payload", "requestPayload"],
            Location::WholeBody("Payload"),
            "the event, JSON, sent as it is",
        )
        .of(Kind::Raw),
    ],
    when_empty: None,
};
