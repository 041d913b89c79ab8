//! Aliases: names for versions, with a share of the calls for a second one.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::Reply;
use crate::local_lambda::LocalLambda;
use crate::local_lambda::arn::{FunctionRef, LATEST};
use crate::local_lambda::error::{Answer, ApiError};
use crate::local_lambda::page::page;
use crate::local_lambda::request::{Call, Members};
use crate::local_lambda::state::{Alias, Function, no_function};
use crate::local_lambda::validate::{ALIAS, Checks, VERSION, is_alias};

/// The most aliases of a page.
const PAGE: usize = 50;

/// `CreateAlias`.
pub(in crate::local_lambda) fn create(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = function(call)?;
    let members = call.members()?;
    let name = members.text("Name")?;
    let version = members.text("FunctionVersion")?;
    let mut checks = Checks::default();
    checks.required("name", name.is_some()).required("functionVersion", version.is_some());
    if let Some(name) = name {
        checks.pattern("name", name, is_alias(name), ALIAS);
    }
    check_version(&mut checks, version);
    checks.longest("description", members.text("Description")?.unwrap_or_default(), 256);
    checks.finish()?;
    let (name, version) = (name.unwrap_or_default(), version.unwrap_or_default());
    let weights = weights(&members)?.unwrap_or_default();
    let body = lambda.with_region(call, |region| {
        let function = region.function(&reference, call.owner())?;
        if function.aliases.contains_key(name) {
            let arn = call.owner().function_arn(&function.name, Some(name));
            return Err(ApiError::conflict(format!("Alias already exists: {arn}")));
        }
        check_targets(function, version, &weights, call)?;
        let alias = Alias {
            version: version.to_owned(),
            description: members.owned("Description")?.unwrap_or_default(),
            weights,
            revision: Uuid::new_v4().to_string(),
        };
        let shown = alias.show(&function.name, name, call.owner());
        function.aliases.insert(name.to_owned(), alias);
        Ok(shown)
    })?;
    Ok(Reply::json(StatusCode::CREATED, &body))
}

/// `GetAlias`.
pub(in crate::local_lambda) fn get(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = function(call)?;
    let name = call.label(1);
    let body = lambda.with_region(call, |region| {
        let function = region.function(&reference, call.owner())?;
        let alias = function.aliases.get(name).ok_or_else(|| no_alias(&reference, name, call))?;
        Ok(alias.show(&reference.name, name, call.owner()))
    })?;
    Ok(Reply::ok(&body))
}

/// `UpdateAlias`.
pub(in crate::local_lambda) fn update(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = function(call)?;
    let name = call.label(1);
    let members = call.members()?;
    let version = members.text("FunctionVersion")?;
    let description = members.text("Description")?;
    let mut checks = Checks::default();
    check_version(&mut checks, version);
    checks.longest("description", description.unwrap_or_default(), 256).finish()?;
    let weights = weights(&members)?;
    let body = lambda.with_region(call, |region| {
        let function = region.function(&reference, call.owner())?;
        let known = function.aliases.get(name).ok_or_else(|| no_alias(&reference, name, call))?;
        let mut alias = known.clone();
        if members.text("RevisionId")?.is_some_and(|revision| revision != alias.revision) {
            return Err(ApiError::stale_revision("GetFunction/GetAlias"));
        }
        if let Some(version) = version {
            version.clone_into(&mut alias.version);
        }
        if let Some(description) = description {
            description.clone_into(&mut alias.description);
        }
        if let Some(weights) = weights {
            alias.weights = weights;
        }
        check_targets(function, &alias.version, &alias.weights, call)?;
        alias.revision = Uuid::new_v4().to_string();
        let shown = alias.show(&reference.name, name, call.owner());
        function.aliases.insert(name.to_owned(), alias);
        Ok(shown)
    })?;
    Ok(Reply::ok(&body))
}

/// `DeleteAlias`; an alias that is not there is deleted too.
pub(in crate::local_lambda) fn delete(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = function(call)?;
    lambda.with_region(call, |region| {
        let function = region.function(&reference, call.owner())?;
        function.aliases.remove(call.label(1));
        function.policies.remove(&Some(call.label(1).to_owned()));
        Ok(())
    })?;
    Ok(Reply::no_content())
}

/// `ListAliases`.
pub(in crate::local_lambda) fn list(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = function(call)?;
    let version = call.parameter("FunctionVersion");
    let body = lambda.with_region(call, |region| {
        let function = region.function(&reference, call.owner())?;
        let of_version = |alias: &Alias| version.is_none_or(|version| alias.version == version);
        let items = function
            .aliases
            .iter()
            .filter(|(_, alias)| of_version(alias))
            .map(|(name, alias)| (name.clone(), (name, alias)));
        page(call, "Aliases", PAGE, items, |(name, alias)| {
            alias.show(&reference.name, name, call.owner())
        })
    })?;
    Ok(Reply::ok(&body))
}

fn function(call: &Call) -> Answer<FunctionRef> {
    FunctionRef::parse(call.label(0), call.owner())
}

fn no_alias(reference: &FunctionRef, name: &str, call: &Call) -> ApiError {
    let arn = call.owner().function_arn(&reference.name, Some(name));
    ApiError::not_found(format!("Cannot find alias arn: {arn}"))
}

fn check_version(checks: &mut Checks, version: Option<&str>) {
    if let Some(version) = version {
        let number = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
        checks.pattern("functionVersion", version, version == LATEST || number, VERSION);
    }
}

/// The weights that a call gives; a routing without weights takes them away.
fn weights(members: &Members) -> Answer<Option<BTreeMap<String, f64>>> {
    let Some(routing) = members.object("RoutingConfig")? else { return Ok(None) };
    let Some(Value::Object(given)) = routing.get("AdditionalVersionWeights").cloned() else {
        return Ok(Some(BTreeMap::new()));
    };
    if given.len() > 1 {
        return Err(ApiError::invalid_parameter(
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ));
    }
    let mut weights = BTreeMap::new();
    for (version, weight) in given {
        let weight = weight.as_f64().filter(|weight| (0.0..=1.0).contains(weight));
        let number = version.bytes().all(|b| b.is_ascii_digit());
        let Some(weight) = weight.filter(|_| number) else {
            return Err(ApiError::validation(format!(
                "1 validation error detected: Value at \
                 'routingConfig.additionalVersionWeights' for version '{version}' failed to \
                 satisfy constraint: Map value must be between 0.0 and 1.0 and its key a version"
            )));
        };
        weights.insert(version, weight);
    }
    Ok(Some(weights))
}

/// Every version that an alias sends calls to must be there, and published where two share them.
fn check_targets(
    function: &Function,
    version: &str,
    weights: &BTreeMap<String, f64>,
    call: &Call,
) -> Answer<()> {
    for target in std::iter::once(version).chain(weights.keys().map(String::as_str)) {
        if function.version(Some(target)).is_none() {
            let qualifier = Some(target.to_owned());
            let missing = FunctionRef { name: function.name.clone(), qualifier };
            return Err(no_function(&missing, call.owner()));
        }
    }
    if !weights.is_empty() && version == LATEST {
        return Err(ApiError::invalid_parameter(
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ));
    }
    if weights.contains_key(version) {
        return Err(ApiError::invalid_parameter(format!(
            "Invalid function version {version}. Function version {version} is already included \
             in routing configuration."
        )));
    }
    Ok(())
}
