//! Published versions.

use std::sync::Arc;

use http::StatusCode;
use serde_json::Value;

use super::Reply;
use crate::local_lambda::LocalLambda;
use crate::local_lambda::arn::FunctionRef;
use crate::local_lambda::error::{Answer, ApiError};
use crate::local_lambda::page::page;
use crate::local_lambda::request::Call;
use crate::local_lambda::state::Region;
use crate::local_lambda::validate::Checks;
use crate::local_lambda::version::Parts;

/// The most versions of a page.
const PAGE: usize = 50;

/// `PublishVersion`.
pub(in crate::local_lambda) fn publish(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = FunctionRef::parse(call.label(0), call.owner())?;
    let members = call.members()?;
    let description = members.text("Description")?;
    Checks::default().longest("description", description.unwrap_or_default(), 256).finish()?;
    let sha256 = members.text("CodeSha256")?;
    let revision = members.text("RevisionId")?;
    let body = lambda.with_region(call, |region| {
        let latest = Arc::clone(&region.function(&reference, call.owner())?.latest);
        if revision.is_some_and(|revision| revision != latest.revision) {
            return Err(ApiError::stale_revision("GetFunction/GetAlias"));
        }
        match sha256 {
            Some(sha256) if sha256 != latest.code.sha256 => {
                return Err(ApiError::invalid_parameter(format!(
                    "CodeSHA256 ({sha256}) is different from current CodeSHA256 in $LATEST \
                     ({}). Please try again with the CodeSHA256 in $LATEST.",
                    latest.code.sha256
                )));
            }
            _ => {}
        }
        publish_latest(lambda, call, region, &reference, description)
    })?;
    Ok(Reply::json(StatusCode::CREATED, &body))
}

/// Makes a version of `$LATEST`, or answers the last one where nothing has changed since.
pub(super) fn publish_latest(
    lambda: &LocalLambda,
    call: &Call,
    region: &mut Region,
    reference: &FunctionRef,
    description: Option<&str>,
) -> Answer<Value> {
    let latest = Arc::clone(&region.function(reference, call.owner())?.latest);
    let layers = region.layer_code(&latest.configuration.layers, call.owner())?;
    let function = region.function(reference, call.owner())?;
    let version = match function.published.values().next_back() {
        Some(last) if !function.changed => Arc::clone(last),
        _ => {
            let mut configuration = latest.configuration.clone();
            if let Some(description) = description {
                description.clone_into(&mut configuration.description);
            }
            let parts = Parts {
                function: function.name.clone(),
                configuration,
                code: Arc::clone(&latest.code),
                stub: latest.stub(),
                layers,
            };
            let number = function.next_version;
            let version = lambda.version(&number.to_string(), parts, call);
            function.published.insert(number, Arc::clone(&version));
            function.next_version += 1;
            function.changed = false;
            version
        }
    };
    Ok(version.show(&function.name, Some(&version.label), call.owner(), true))
}

/// `ListVersionsByFunction`.
pub(in crate::local_lambda) fn list(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = FunctionRef::parse(call.label(0), call.owner())?;
    let body = lambda.with_region(call, |region| {
        let function = region.function(&reference, call.owner())?;
        let versions = std::iter::once(&function.latest).chain(function.published.values());
        let items = versions.map(|version| {
            let number = version.label.parse().unwrap_or(0_u64);
            (format!("{number:020}"), version)
        });
        page(call, "Versions", PAGE, items, |version| {
            version.show(&reference.name, Some(&version.label), call.owner(), false)
        })
    })?;
    Ok(Reply::ok(&body))
}
