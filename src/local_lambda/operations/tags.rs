//! Tags of functions.

use std::collections::BTreeMap;

use serde_json::json;

use super::Reply;
use crate::local_lambda::LocalLambda;
use crate::local_lambda::arn::FunctionRef;
use crate::local_lambda::error::{Answer, ApiError};
use crate::local_lambda::request::Call;
use crate::local_lambda::validate::Checks;

/// The most tags of a function; AWS's limit.
const LIMIT: usize = 50;

/// `ListTags`.
pub(in crate::local_lambda) fn list(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = resource(call)?;
    let body = lambda.with_region(call, |region| {
        Ok(json!({"Tags": region.function(&reference, call.owner())?.tags}))
    })?;
    Ok(Reply::ok(&body))
}

/// `TagResource`.
pub(in crate::local_lambda) fn tag(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = resource(call)?;
    let tags = call.members()?.text_map("Tags")?;
    Checks::default().required("tags", tags.is_some()).finish()?;
    let tags = tags.unwrap_or_default();
    lambda.with_region(call, |region| {
        let function = region.function(&reference, call.owner())?;
        let mut all = function.tags.clone();
        all.extend(tags);
        check(&all)?;
        function.tags = all;
        Ok(())
    })?;
    Ok(Reply::no_content())
}

/// `UntagResource`.
pub(in crate::local_lambda) fn untag(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = resource(call)?;
    let keys = call.parameters("tagKeys");
    Checks::default().required("tagKeys", !keys.is_empty()).finish()?;
    lambda.with_region(call, |region| {
        let function = region.function(&reference, call.owner())?;
        function.tags.retain(|key, _| !keys.contains(&key.as_str()));
        Ok(())
    })?;
    Ok(Reply::no_content())
}

/// Refuses tags that AWS refuses.
pub(super) fn check(tags: &BTreeMap<String, String>) -> Answer<()> {
    if tags.len() > LIMIT {
        return Err(ApiError::invalid_parameter("Number of tags exceeds resource tag limit."));
    }
    let mut checks = Checks::default();
    for (key, value) in tags {
        checks.longest("tags.key", key, 128).longest("tags.value", value, 256);
        let own = !key.is_empty() && !key.to_ascii_lowercase().starts_with("aws:");
        checks.pattern("tags", key, own, "^(?!aws:).+$");
    }
    checks.finish()
}

/// Tags belong to the function, and their calls name it by its ARN.
fn resource(call: &Call) -> Answer<FunctionRef> {
    let arn = call.label(0);
    if !arn.starts_with("arn:") {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '{arn}' at 'resource' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: \
             arn:(aws[a-zA-Z-]*):lambda:[a-z0-9-]+:\\d{{12}}:function:[a-zA-Z0-9-_]+"
        )));
    }
    let reference = FunctionRef::parse(arn, call.owner())?;
    if reference.qualifier.is_some() {
        return Err(ApiError::invalid_parameter(
            "Tags on function aliases and versions are not supported. Please specify a function \
             ARN.",
        ));
    }
    Ok(reference)
}
