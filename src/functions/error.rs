//! Why the catalogue could not ask AWS, with what to do about it.

use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::aws::TargetError;
use crate::aws::explain::explain;
use crate::transport::body::reason;

/// A question that AWS did not answer, or refused to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", action.map(|action| format!("{action}: ")).unwrap_or_default())]
pub struct CatalogueError {
    /// The IAM action that was tried; none where it did not come to that.
    pub action: Option<&'static str>,
    /// The status of AWS's answer, if there was one.
    pub status: Option<u16>,
    /// AWS's name of the error, `AccessDeniedException`.
    pub error_type: Option<String>,
    /// What happened.
    pub message: String,
    /// What to do about it, where that is known.
    pub help: Option<&'static str>,
}

impl CatalogueError {
    pub(super) fn unresolved(error: &TargetError) -> Self {
        Self {
            action: None,
            status: None,
            error_type: None,
            message: error.to_string(),
            help: match error {
                TargetError::Missing(_) => {
                    Some("set it in the connection or where it was looked for")
                }
                TargetError::Wrong(_) => Some("correct the connection"),
            },
        }
    }

    pub(super) fn endless(action: &'static str, most: usize) -> Self {
        let message = format!("the list goes on after {most} functions");
        Self { message, action: Some(action), status: None, error_type: None, help: None }
    }

    pub(super) fn of<E>(action: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let action = Some(action);
        let SdkError::ServiceError(refusal) = error else {
            let help = "check the network, the endpoint and proxies between here and AWS";
            let message = reason(error);
            return Self { action, status: None, error_type: None, message, help: Some(help) };
        };
        let status = refusal.raw().status().as_u16();
        let error_type = refusal.err().code().map(str::to_owned);
        let message = refusal.err().message().unwrap_or_default();
        let help = explain(status, error_type.as_deref().unwrap_or_default(), message);
        let name = error_type.as_deref().unwrap_or("an error without a name");
        let message = format!("{name} ({status}): {message}");
        Self { action, status: Some(status), error_type, message, help }
    }
}
