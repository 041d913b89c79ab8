//! The operations of the API, one file a kind of resource.

pub(super) mod account;
pub(super) mod aliases;
pub(super) mod functions;
pub(super) mod invoke;
pub(super) mod layers;
pub(super) mod permissions;
pub(super) mod tags;
pub(super) mod versions;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use super::LocalLambda;
use super::error::Answer;
use super::request::Call;
use super::route::Operation;

/// What an operation answers when it succeeds.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    /// A JSON body.
    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        let json = HeaderValue::from_static("application/json");
        Self::bytes(status, body.to_string()).with(header::CONTENT_TYPE, json)
    }

    /// A JSON body with status 200.
    pub(super) fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// No body, status 204.
    pub(super) fn no_content() -> Self {
        Self::bytes(StatusCode::NO_CONTENT, Bytes::new())
    }

    /// A body of any kind.
    pub(super) fn bytes(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }

    /// Adds a header.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The answer on the wire.
    pub(super) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

impl LocalLambda {
    /// Runs one operation.
    pub(super) async fn run(&self, operation: Operation, call: &Call) -> Answer<Reply> {
        match operation {
            Operation::AddLayerVersionPermission => layers::add_permission(self, call),
            Operation::AddPermission => permissions::add(self, call),
            Operation::CreateAlias => aliases::create(self, call),
            Operation::CreateFunction => functions::create(self, call).await,
            Operation::DeleteAlias => aliases::delete(self, call),
            Operation::DeleteFunction => functions::delete(self, call),
            Operation::DeleteFunctionConcurrency => account::delete_concurrency(self, call),
            Operation::DeleteLayerVersion => layers::delete(self, call),
            Operation::GetAccountSettings => account::settings(self, call),
            Operation::GetAlias => aliases::get(self, call),
            Operation::GetFunction => functions::get(self, call),
            Operation::GetFunctionConcurrency => account::get_concurrency(self, call),
            Operation::GetFunctionConfiguration => functions::get_configuration(self, call),
            Operation::GetLayerVersion => layers::get(self, call),
            Operation::GetLayerVersionByArn => layers::get_by_arn(self, call),
            Operation::GetLayerVersionPolicy => layers::get_policy(self, call),
            Operation::GetPolicy => permissions::get(self, call),
            Operation::Invoke => invoke::invoke(self, call).await,
            Operation::InvokeAsync => invoke::invoke_async(self, call),
            Operation::InvokeWithResponseStream => invoke::invoke_streaming(self, call).await,
            Operation::ListAliases => aliases::list(self, call),
            Operation::ListFunctions => functions::list(self, call),
            Operation::ListLayerVersions => layers::list_versions(self, call),
            Operation::ListLayers => layers::list(self, call),
            Operation::ListTags => tags::list(self, call),
            Operation::ListVersionsByFunction => versions::list(self, call),
            Operation::PublishLayerVersion => layers::publish(self, call).await,
            Operation::PublishVersion => versions::publish(self, call),
            Operation::PutFunctionConcurrency => account::put_concurrency(self, call),
            Operation::RemoveLayerVersionPermission => layers::remove_permission(self, call),
            Operation::RemovePermission => permissions::remove(self, call),
            Operation::TagResource => tags::tag(self, call),
            Operation::UntagResource => tags::untag(self, call),
            Operation::UpdateAlias => aliases::update(self, call),
            Operation::UpdateFunctionCode => functions::update_code(self, call).await,
            Operation::UpdateFunctionConfiguration => functions::update_configuration(self, call),
        }
    }
}
