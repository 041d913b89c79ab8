//! Functions: create, show, list, change, delete.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::Reply;
use super::versions::publish_latest;
use crate::local_lambda::LocalLambda;
use crate::local_lambda::arn::{FunctionRef, LATEST, is_region};
use crate::local_lambda::code::{self, Code};
use crate::local_lambda::configuration::Configuration;
use crate::local_lambda::error::{Answer, ApiError};
use crate::local_lambda::page::page;
use crate::local_lambda::request::{Call, Members};
use crate::local_lambda::state::{Function, Region, no_function};
use crate::local_lambda::stub::Stub;
use crate::local_lambda::validate::Checks;
use crate::local_lambda::version::{Parts, Version};

/// The most functions of a page.
const PAGE: usize = 50;
/// How a caller learns the latest revision.
const READ_WITH: &str = "GetFunction/GetAlias";

/// `CreateFunction`.
pub(in crate::local_lambda) async fn create(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let members = call.members()?;
    let name = members.text("FunctionName")?;
    Checks::default()
        .required("functionName", name.is_some())
        .required("code", members.get("Code").is_some())
        .finish()?;
    let reference = FunctionRef::parse(name.unwrap_or_default(), call.owner())?;
    if reference.qualifier.is_some() {
        return Err(ApiError::invalid_parameter("A new function's name has no qualifier."));
    }
    let configuration = Configuration::create(&members)?;
    if members.text("PackageType")?.is_some_and(|package| package != "Zip") {
        return Err(ApiError::invalid_parameter(
            "The local Lambda runs ZIP packages only; PackageType must be Zip.",
        ));
    }
    let tags = members.text_map("Tags")?.unwrap_or_default();
    super::tags::check(&tags)?;
    // A call that names no code is wrong even where the function exists, so the code comes first.
    let source = code::source(members.object("Code")?);
    let code = Arc::new(code::fetch(source, lambda.s3_folder()).await?);
    let publish = members.flag("Publish")?;
    let body = lambda.with_region(call, |region| {
        absent(region, &reference.name)?;
        let layers = region.layer_code(&configuration.layers, call.owner())?;
        let function = reference.name.clone();
        let parts = Parts { function, configuration, code, stub: None, layers };
        let version = lambda.version(LATEST, parts, call);
        let mut function = Function::new(&reference.name, version);
        function.tags = tags;
        let function = region.functions.entry(reference.name.clone()).or_insert(function);
        if publish {
            return publish_latest(lambda, call, region, &reference, None);
        }
        Ok(function.latest.show(&reference.name, None, call.owner(), true))
    })?;
    Ok(Reply::json(StatusCode::CREATED, &body))
}

fn absent(region: &Region, name: &str) -> Answer<()> {
    if region.functions.contains_key(name) {
        return Err(ApiError::conflict(format!("Function already exist: {name}")));
    }
    Ok(())
}

/// `GetFunction`.
pub(in crate::local_lambda) fn get(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = call.function()?;
    let body = lambda.with_region(call, |region| {
        let (function, version) = region.version(&reference, call.owner())?;
        let qualifier = reference.qualifier.as_deref();
        let mut body = Map::new();
        let shown = version.show(&function.name, qualifier, call.owner(), true);
        body.insert("Configuration".into(), shown);
        let place = json!({"RepositoryType": "S3", "Location": version.code.location()});
        body.insert("Code".into(), place);
        if !function.tags.is_empty() {
            body.insert("Tags".into(), json!(function.tags));
        }
        if let Some(reserved) = function.reserved {
            let concurrency = json!({"ReservedConcurrentExecutions": reserved});
            body.insert("Concurrency".into(), concurrency);
        }
        Ok(Value::Object(body))
    })?;
    Ok(Reply::ok(&body))
}

/// `GetFunctionConfiguration`.
pub(in crate::local_lambda) fn get_configuration(
    lambda: &LocalLambda,
    call: &Call,
) -> Answer<Reply> {
    let reference = call.function()?;
    let body = lambda.with_region(call, |region| {
        let (function, version) = region.version(&reference, call.owner())?;
        let qualifier = reference.qualifier.as_deref();
        Ok(version.show(&function.name, qualifier, call.owner(), true))
    })?;
    Ok(Reply::ok(&body))
}

/// `ListFunctions`.
pub(in crate::local_lambda) fn list(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let versions = call.parameter("FunctionVersion");
    let master = call.parameter("MasterRegion");
    let mut checks = Checks::default();
    if let Some(versions) = versions {
        checks.one_of("functionVersion", versions, &["ALL"]);
    }
    if let Some(master) = master {
        let matches = master == "ALL" || is_region(master);
        checks.pattern("masterRegion", master, matches, r"ALL|[a-z]{2}(-gov)?-[a-z]+-\d{1}");
    }
    checks.finish()?;
    if master.is_some() && versions.is_none() {
        return Err(ApiError::invalid_parameter(
            "MasterRegion requires FunctionVersion to be set to ALL.",
        ));
    }
    // Replicas of other regions' functions exist at CloudFront only.
    let here = master.is_none_or(|master| master == "ALL" || master == call.region);
    let body = lambda.with_region(call, |region| {
        let functions = region.functions.values().filter(|_| here);
        let items = functions.flat_map(|function| {
            let published = function.published.values().filter(|_| versions.is_some());
            std::iter::once(&function.latest).chain(published).map(|version| {
                let number = version.label.parse().unwrap_or(0_u64);
                (format!("{}:{number:020}", function.name), (function.name.clone(), version))
            })
        });
        page(call, "Functions", PAGE, items, |(name, version)| {
            let qualifier = versions.map(|_| version.label.as_str());
            version.show(name, qualifier, call.owner(), false)
        })
    })?;
    Ok(Reply::ok(&body))
}

/// `UpdateFunctionCode`.
pub(in crate::local_lambda) async fn update_code(
    lambda: &LocalLambda,
    call: &Call,
) -> Answer<Reply> {
    let reference = unqualified(call)?;
    let members = call.members()?;
    lambda.with_region(call, |region| current(region, &reference, &members, call).map(|_| ()))?;
    let (publish, dry_run) = (members.flag("Publish")?, members.flag("DryRun")?);
    let architecture = members.get("Architectures").cloned();
    let code = Arc::new(code::fetch(call.members()?, lambda.s3_folder()).await?);
    let (body, _replaced) = lambda.with_region(call, |region| {
        let latest = current(region, &reference, &members, call)?;
        let mut configuration = latest.configuration.clone();
        if let Some(architecture) = architecture {
            let change = Map::from_iter([("Architectures".to_owned(), architecture)]);
            configuration.apply(&change.into())?;
        }
        if dry_run {
            return Ok((latest.show(&reference.name, None, call.owner(), true), latest));
        }
        let change = Change { configuration, code, stub: None };
        let mut shown = replace(lambda, call, region, &reference, change)?;
        if publish {
            shown = publish_latest(lambda, call, region, &reference, None)?;
        }
        Ok((shown, latest))
    })?;
    Ok(Reply::ok(&body))
}

/// `UpdateFunctionConfiguration`.
pub(in crate::local_lambda) fn update_configuration(
    lambda: &LocalLambda,
    call: &Call,
) -> Answer<Reply> {
    let reference = unqualified(call)?;
    let members = call.members()?;
    let (body, _replaced) = lambda.with_region(call, |region| {
        let latest = current(region, &reference, &members, call)?;
        let mut configuration = latest.configuration.clone();
        configuration.apply(&members)?;
        let code = Arc::clone(&latest.code);
        let change = Change { configuration, code, stub: latest.stub() };
        let shown = replace(lambda, call, region, &reference, change)?;
        Ok((shown, latest))
    })?;
    Ok(Reply::ok(&body))
}

/// `DeleteFunction`.
pub(in crate::local_lambda) fn delete(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let reference = call.function()?;
    // What was deleted is dropped outside the lock: it removes files and ends processes.
    let _deleted = lambda.with_region(call, |region| {
        let function = region.function(&reference, call.owner())?;
        let Some(qualifier) = &reference.qualifier else {
            return Ok((region.functions.remove(&reference.name), None));
        };
        if qualifier == LATEST {
            return Err(ApiError::invalid_parameter(
                "$LATEST version cannot be deleted without deleting the function.",
            ));
        }
        let Ok(number) = qualifier.parse() else {
            return Err(ApiError::invalid_parameter(
                "Deletion of aliases is not currently supported.",
            ));
        };
        let aliases = function.aliases_of(qualifier);
        if !aliases.is_empty() {
            return Err(ApiError::conflict(format!(
                "Version {qualifier} of function {} is in use by aliases: {}",
                reference.name,
                aliases.join(", ")
            )));
        }
        function.policies.remove(&reference.qualifier);
        match function.published.remove(&number) {
            Some(version) => Ok((None, Some(version))),
            None => Err(no_function(&reference, call.owner())),
        }
    })?;
    Ok(Reply::no_content())
}

/// Changes are made to `$LATEST` alone.
fn unqualified(call: &Call) -> Answer<FunctionRef> {
    let reference = FunctionRef::parse(call.label(0), call.owner())?;
    match reference.qualifier.as_deref() {
        None | Some(LATEST) => Ok(FunctionRef { qualifier: None, ..reference }),
        Some(_) => Err(ApiError::invalid_parameter(
            "This operation is permitted on Lambda functions only. Aliases and versions do not \
             support this operation. Please specify either a function name or an unqualified \
             function ARN.",
        )),
    }
}

/// The version to change, if the caller knows its revision or names none.
fn current(
    region: &mut Region,
    reference: &FunctionRef,
    members: &Members,
    call: &Call,
) -> Answer<Arc<Version>> {
    let function = region.function(reference, call.owner())?;
    match members.text("RevisionId")? {
        Some(revision) if revision != function.latest.revision => {
            Err(ApiError::stale_revision(READ_WITH))
        }
        _ => Ok(Arc::clone(&function.latest)),
    }
}

/// What the next `$LATEST` is made of.
struct Change {
    configuration: Configuration,
    code: Arc<Code>,
    stub: Option<Arc<Stub>>,
}

/// Puts a new `$LATEST` in place. The caller keeps the old one until the lock is given back: its
/// end removes files and ends processes.
fn replace(
    lambda: &LocalLambda,
    call: &Call,
    region: &mut Region,
    reference: &FunctionRef,
    change: Change,
) -> Answer<Value> {
    let Change { configuration, code, stub } = change;
    let layers = region.layer_code(&configuration.layers, call.owner())?;
    let name = reference.name.clone();
    let parts = Parts { function: name, configuration, code, stub, layers };
    let function = region.function(reference, call.owner())?;
    function.latest = lambda.version(LATEST, parts, call);
    function.changed = true;
    Ok(function.latest.show(&reference.name, None, call.owner(), true))
}
