//! Layers: their versions and who may use them.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::Reply;
use crate::local_lambda::LocalLambda;
use crate::local_lambda::arn::{Owner, is_name, layer_name, layer_version};
use crate::local_lambda::code;
use crate::local_lambda::error::{Answer, ApiError};
use crate::local_lambda::page::page;
use crate::local_lambda::policy::{Policy, Statement};
use crate::local_lambda::request::Call;
use crate::local_lambda::state::{Layer, LayerVersion, Region};
use crate::local_lambda::validate::{Checks, STATEMENT};
use crate::local_lambda::version::written;

/// The most layers or versions of a page.
const PAGE: usize = 50;
/// How a caller learns the latest revision.
const READ_WITH: &str = "GetLayerVersionPolicy";
/// The only action that a layer's policy allows.
const ACTION: &str = "lambda:GetLayerVersion";

/// `PublishLayerVersion`.
pub(in crate::local_lambda) async fn publish(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let name = layer_name(call.label(0), call.owner())?;
    let members = call.members()?;
    let content = members.object("Content")?;
    let description = members.owned("Description")?.unwrap_or_default();
    Checks::default()
        .required("content", content.is_some())
        .longest("description", &description, 256)
        .finish()?;
    let code = code::fetch(code::source(content), lambda.s3_folder()).await?;
    let version = LayerVersion {
        description,
        created: written(lambda.now()),
        runtimes: members.texts("CompatibleRuntimes")?.unwrap_or_default(),
        architectures: members.texts("CompatibleArchitectures")?.unwrap_or_default(),
        license: members.owned("LicenseInfo")?.unwrap_or_default(),
        code: Arc::new(code),
        policy: Policy::default(),
    };
    let body = lambda.with_region(call, |region| {
        let new = || Layer { versions: BTreeMap::new(), next_version: 1 };
        let layer = region.layers.entry(name.to_owned()).or_insert_with(new);
        let number = layer.next_version;
        layer.next_version += 1;
        let shown = version.show_whole(name, number, call.owner());
        layer.versions.insert(number, version);
        Ok(shown)
    })?;
    Ok(Reply::json(StatusCode::CREATED, &body))
}

/// `GetLayerVersion`.
pub(in crate::local_lambda) fn get(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let (name, number) = named(call)?;
    show(lambda, call, &name, number)
}

/// `GetLayerVersionByArn`.
pub(in crate::local_lambda) fn get_by_arn(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let arn = call.parameter("Arn").unwrap_or_default();
    let Some((name, number)) = layer_version(arn, call.owner()) else {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '{arn}' at 'arn' failed to satisfy constraint: \
             Member must be the ARN of a layer version"
        )));
    };
    show(lambda, call, &name, number)
}

fn show(lambda: &LocalLambda, call: &Call, name: &str, number: u64) -> Answer<Reply> {
    let body = lambda.with_region(call, |region| {
        let missing = || ApiError::not_found("The resource you requested does not exist.");
        let version = region.layer(name, number).ok_or_else(missing)?;
        Ok(version.show_whole(name, number, call.owner()))
    })?;
    Ok(Reply::ok(&body))
}

/// `DeleteLayerVersion`; a version that is not there is deleted too.
pub(in crate::local_lambda) fn delete(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let (name, number) = named(call)?;
    let _deleted = lambda.with_region(call, |region| {
        let layer = region.layers.get_mut(&name);
        Ok(layer.and_then(|layer| layer.versions.remove(&number)))
    })?;
    Ok(Reply::no_content())
}

/// `ListLayers`: each with its newest version that matches.
pub(in crate::local_lambda) fn list(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let body = lambda.with_region(call, |region| {
        let items = region.layers.iter().filter_map(|(name, layer)| {
            let mut newest_first = layer.versions.iter().rev();
            let (number, version) = newest_first.find(|(_, version)| version.matches(call))?;
            Some((name.clone(), (name, *number, version)))
        });
        page(call, "Layers", PAGE, items, |(name, number, version)| {
            json!({
                "LayerName": name,
                "LayerArn": call.owner().layer_arn(name),
                "LatestMatchingVersion": version.show(name, *number, call.owner()),
            })
        })
    })?;
    Ok(Reply::ok(&body))
}

/// `ListLayerVersions`, the newest first.
pub(in crate::local_lambda) fn list_versions(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let name = layer_name(call.label(0), call.owner())?;
    let body = lambda.with_region(call, |region| {
        let versions = region.layers.get(name).map(|layer| layer.versions.iter().rev());
        let items =
            versions.into_iter().flatten().filter(|(_, version)| version.matches(call)).map(
                |(number, version)| (format!("{:020}", u64::MAX - number), (*number, version)),
            );
        page(call, "LayerVersions", PAGE, items, |(number, version)| {
            version.show(name, *number, call.owner())
        })
    })?;
    Ok(Reply::ok(&body))
}

/// `AddLayerVersionPermission`.
pub(in crate::local_lambda) fn add_permission(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let (name, number) = named(call)?;
    let members = call.members()?;
    let id = members.text("StatementId")?;
    let action = members.text("Action")?;
    let principal = members.text("Principal")?;
    let mut checks = Checks::default();
    checks
        .required("statementId", id.is_some())
        .required("action", action.is_some())
        .required("principal", principal.is_some());
    let id = id.unwrap_or("missing");
    checks.pattern("statementId", id, is_name(id), STATEMENT).longest("statementId", id, 100);
    let action = action.unwrap_or(ACTION);
    checks.pattern("action", action, action == ACTION, ACTION);
    let principal = principal.unwrap_or("*");
    let pattern = r"\d{12}|\*|arn:(aws[a-zA-Z-]*):iam::\d{12}:root";
    checks.pattern("principal", principal, is_principal(principal), pattern).finish()?;
    let organization = members.owned("OrganizationId")?;
    let conditions = organization.map(|id| ("StringEquals", "aws:PrincipalOrgID", id.into()));
    let resource = format!("{}:{number}", call.owner().layer_arn(&name));
    let statement = Statement {
        id,
        action,
        principal,
        resource: &resource,
        conditions: conditions.into_iter().collect(),
    };
    let body = lambda.with_region(call, |region| {
        let policy = &mut existing(region, &name, number, call)?.policy;
        let text = policy.add(&statement, call.parameter("RevisionId"), READ_WITH)?;
        Ok(json!({"Statement": text, "RevisionId": policy.revision()}))
    })?;
    Ok(Reply::json(StatusCode::CREATED, &body))
}

/// `RemoveLayerVersionPermission`.
pub(in crate::local_lambda) fn remove_permission(
    lambda: &LocalLambda,
    call: &Call,
) -> Answer<Reply> {
    let (name, number) = named(call)?;
    lambda.with_region(call, |region| {
        let policy = &mut existing(region, &name, number, call)?.policy;
        policy.remove(call.label(2), call.parameter("RevisionId"), READ_WITH)
    })?;
    Ok(Reply::no_content())
}

/// `GetLayerVersionPolicy`.
pub(in crate::local_lambda) fn get_policy(lambda: &LocalLambda, call: &Call) -> Answer<Reply> {
    let (name, number) = named(call)?;
    let body =
        lambda.with_region(call, |region| existing(region, &name, number, call)?.policy.show())?;
    Ok(Reply::ok(&body))
}

fn named(call: &Call) -> Answer<(String, u64)> {
    let name = layer_name(call.label(0), call.owner())?.to_owned();
    let number = call.label(1);
    match number.parse() {
        Ok(parsed) if parsed > 0 => Ok((name, parsed)),
        _ => Err(ApiError::validation(format!(
            "1 validation error detected: Value '{number}' at 'versionNumber' failed to satisfy \
             constraint: Member must be a version number"
        ))),
    }
}

fn existing<'a>(
    region: &'a mut Region,
    name: &str,
    number: u64,
    call: &Call,
) -> Answer<&'a mut LayerVersion> {
    region.layer(name, number).ok_or_else(|| {
        let arn = call.owner().layer_arn(name);
        ApiError::not_found(format!("Layer version {arn}:{number} does not exist."))
    })
}

fn is_principal(text: &str) -> bool {
    let account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    let root = || match text.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, "iam", "", id, "root"] => partition.starts_with("aws") && account(id),
        _ => false,
    };
    text == "*" || account(text) || root()
}

impl LayerVersion {
    /// Whether it is for the runtime and architecture that a list asks for.
    fn matches(&self, call: &Call) -> bool {
        let has = |parameter: &str, list: &[String]| {
            call.parameter(parameter).is_none_or(|wanted| list.iter().any(|item| item == wanted))
        };
        has("CompatibleRuntime", &self.runtimes)
            && has("CompatibleArchitecture", &self.architectures)
    }

    fn show(&self, name: &str, number: u64, owner: Owner<'_>) -> Value {
        let mut body = Map::new();
        let arn = format!("{}:{number}", owner.layer_arn(name));
        body.insert("LayerVersionArn".into(), arn.into());
        body.insert("Version".into(), number.into());
        body.insert("Description".into(), self.description.clone().into());
        body.insert("CreatedDate".into(), self.created.clone().into());
        if !self.architectures.is_empty() {
            body.insert("CompatibleArchitectures".into(), json!(self.architectures));
        }
        if !self.runtimes.is_empty() {
            body.insert("CompatibleRuntimes".into(), json!(self.runtimes));
        }
        if !self.license.is_empty() {
            body.insert("LicenseInfo".into(), self.license.clone().into());
        }
        Value::Object(body)
    }

    fn show_whole(&self, name: &str, number: u64, owner: Owner<'_>) -> Value {
        let mut body = self.show(name, number, owner);
        if let Value::Object(body) = &mut body {
            body.insert("LayerArn".into(), owner.layer_arn(name).into());
            body.insert(
                "Content".into(),
                json!({
                    "Location": self.code.location(),
                    "CodeSha256": self.code.sha256,
                    "CodeSize": self.code.size,
                }),
            );
        }
        body
    }
}
