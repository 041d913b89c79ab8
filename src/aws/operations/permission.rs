//! Operations on the resource policy of a function: who else may use it.

use http::Method;

use super::{Kind, Operation, body, path, query};

pub(super) static ADD_PERMISSION: Operation = Operation {
    name: "addPermission",
    aws_name: "AddPermission",
    method: Method::POST,
    uri: "/2015-03-31/functions/{FunctionName}/policy",
    success: 201,
    doc: "Lets a service, an account or an organization use a function.",
    parameters: &[
        path(&["functionName"], "FunctionName", "the function, by name or ARN"),
        body(
            &["permissionStatementId", "statementId"],
            "StatementId",
            "the statement's own name within the policy",
        )
        .required(),
        body(
            &["permissionAction", "action"],
            "Action",
            "what is allowed, such as lambda:InvokeFunction",
        )
        .required(),
        body(
            &["permissionPrincipal", "principal"],
            "Principal",
            "to whom: a service, an account, a user or a role",
        )
        .required(),
        body(&["sourceArn"], "SourceArn", "only for calls on behalf of this resource"),
        body(&["sourceAccount"], "SourceAccount", "only for resources of this account"),
        body(&["eventSourceToken"], "EventSourceToken", "the token of an Alexa smart home skill"),
        query(
            &["permissionQualifier", "qualifier"],
            "Qualifier",
            "the version or alias that it is about",
        ),
        body(
            &["permissionRevisionId", "revisionId"],
            "RevisionId",
            "change the policy only while this is its revision",
        ),
        body(&["principalOrgID"], "PrincipalOrgID", "only for members of this organization"),
        body(
            &["functionUrlAuthType"],
            "FunctionUrlAuthType",
            "how the function's URL authenticates: AWS_IAM or NONE",
        ),
        body(
            &["invokedViaFunctionUrl"],
            "InvokedViaFunctionUrl",
            "whether it holds for calls through the function's URL alone",
        )
        .of(Kind::Boolean),
    ],
    when_empty: None,
};

pub(super) static REMOVE_PERMISSION: Operation = Operation {
    name: "removePermission",
    aws_name: "RemovePermission",
    method: Method::DELETE,
    uri: "/2015-03-31/functions/{FunctionName}/policy/{StatementId}",
    success: 204,
    doc: "Takes a statement out of a function's policy.",
    parameters: &[
        path(&["functionName"], "FunctionName", "the function, by name or ARN"),
        path(&["permissionStatementId", "statementId"], "StatementId", "the statement's name"),
        query(
            &["permissionQualifier", "qualifier"],
            "Qualifier",
            "the version or alias that it is about",
        ),
        query(
            &["permissionRevisionId", "revisionId"],
            "RevisionId",
            "change the policy only while this is its revision",
        ),
    ],
    when_empty: None,
};
