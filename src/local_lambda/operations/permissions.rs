//! Who may call a function, a version or an alias. Kept and shown, never enforced: the caller
//! owns everything here.

use http::StatusCode;
use serde_json::{Value, json};

use super::Reply;
use crate::local_lambda::LocalLambda;
use crate::local_lambda::arn::{FunctionRef, LATEST, is_name};
use crate::local_lambda::error::{Answer, ApiError};
use crate::local_lambda::policy::Statement;
use crate::local_lambda::request::{Call, Members};
use crate::local_lambda::validate::{Checks, STATEMENT};

/// How a caller learns the latest revision.
const READ_WITH: &str = "GetPolicy";

/// `AddPermission`.
pub(in crate::local_lambda) fn add(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = target(call)?;
    let members = call.members()?;
    let (id, action, principal) = required(&members)?;
    let conditions = conditions(&members)?;
    let revision = members.text("RevisionId")?;
    let statement = lambda.with_region(call, |region| {
        let (function, _) = region.version(&reference, call.owner())?;
        let resource = call.owner().function_arn(&function.name, reference.qualifier.as_deref());
        let statement = Statement { id, action, principal, resource: &resource, conditions };
        let policy = function.policies.entry(reference.qualifier.clone()).or_default();
        policy.add(&statement, revision, READ_WITH)
    })?;
    Ok(Reply::json(StatusCode::CREATED, &json!({"Statement": statement})))
}

/// `RemovePermission`.
pub(in crate::local_lambda) fn remove(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = target(call)?;
    lambda.with_region(call, |region| {
        let (function, _) = region.version(&reference, call.owner())?;
        let policy = function.policies.entry(reference.qualifier.clone()).or_default();
        policy.remove(call.label(1), call.parameter("RevisionId"), READ_WITH)
    })?;
    Ok(Reply::no_content())
}

/// `GetPolicy`.
pub(in crate::local_lambda) fn get(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = call.function()?;
    let body = lambda.with_region(call, |region| {
        let (function, _) = region.version(&reference, call.owner())?;
        function.policies.entry(reference.qualifier.clone()).or_default().show()
    })?;
    Ok(Reply::ok(&body))
}

/// `$LATEST` has no policy of its own.
fn target(call: &Call) -> Answer<FunctionRef> {
    let reference = call.function()?;
    if reference.qualifier.as_deref() == Some(LATEST) {
        return Err(ApiError::invalid_parameter(
            "We currently do not support adding policies for $LATEST.",
        ));
    }
    Ok(reference)
}

fn required(members: &Members) -> Answer<(&str, &str, &str)> {
    let id = members.text("StatementId")?;
    let action = members.text("Action")?;
    let principal = members.text("Principal")?;
    let mut checks = Checks::default();
    checks
        .required("statementId", id.is_some())
        .required("action", action.is_some())
        .required("principal", principal.is_some());
    if let Some(id) = id {
        checks.pattern("statementId", id, is_name(id), STATEMENT).longest("statementId", id, 100);
    }
    if let Some(action) = action {
        let pattern = "(lambda:[*]|lambda:[a-zA-Z]+|[*])";
        checks.pattern("action", action, is_action(action), pattern);
    }
    if let Some(principal) = principal {
        let one_word = !principal.is_empty() && !principal.chars().any(char::is_whitespace);
        checks.pattern("principal", principal, one_word, r"[^\s]+");
    }
    checks.finish()?;
    Ok((id.unwrap_or_default(), action.unwrap_or_default(), principal.unwrap_or_default()))
}

fn is_action(text: &str) -> bool {
    text == "*"
        || text.strip_prefix("lambda:").is_some_and(|name| {
            name == "*" || (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic()))
        })
}

/// The conditions of a statement: where the call comes from.
fn conditions(members: &Members) -> Answer<Vec<(&'static str, &'static str, Value)>> {
    let mut conditions = Vec::new();
    let texts = [
        ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ];
    for (member, operator, key) in texts {
        if let Some(text) = members.owned(member)? {
            check_condition(member, &text)?;
            conditions.push((operator, key, text.into()));
        }
    }
    if members.flag("InvokedViaFunctionUrl")? {
        conditions.push(("Bool", "lambda:InvokedViaFunctionUrl", "true".into()));
    }
    Ok(conditions)
}

fn check_condition(member: &str, text: &str) -> Answer<()> {
    let mut checks = Checks::default();
    match member {
        "SourceAccount" => {
            let digits = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
            checks.pattern("sourceAccount", text, digits, r"\d{12}");
        }
        "SourceArn" => {
            let shape = text.starts_with("arn:") && text.split(':').count() >= 6;
            checks.pattern("sourceArn", text, shape, "arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9-])+:(.*)");
        }
        "FunctionUrlAuthType" => {
            checks.one_of("functionUrlAuthType", text, &["NONE", "AWS_IAM"]);
        }
        _ => {}
    }
    checks.finish()
}
