//! Whether a connection works: which questions AWS answers with it, and what to do where not.

use aws_sdk_lambda::types::{AccountLimit, AccountUsage};

use super::{CatalogueError, sdk};
use crate::aws::{Connection, LambdaClient};

/// What a test of a connection found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The region, once it is known.
    pub region: Option<String>,
    /// The address, once it is known.
    pub endpoint: Option<String>,
    /// The access key, once it is known; never its secret.
    pub access_key_id: Option<String>,
    /// What was tried, in order.
    pub checks: Vec<Check>,
}

/// One question and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The IAM action, or `resolve` for finding out where to go and as whom.
    pub action: &'static str,
    /// What was learnt, in a phrase; or the refusal.
    pub outcome: Result<String, CatalogueError>,
}

impl Report {
    /// Whether everything was answered.
    pub fn is_ok(&self) -> bool {
        self.checks.iter().all(|check| check.outcome.is_ok())
    }
}

const LIST: &str = "lambda:ListFunctions";
const SETTINGS: &str = "lambda:GetAccountSettings";

/// Tries a connection with two questions that change nothing. Neither is needed to invoke
/// functions, so a refusal says that key and address are right.
pub async fn test_connection(client: &LambdaClient, connection: &Connection) -> Report {
    let target = match client.target(connection).await {
        Ok(target) => target,
        Err(error) => {
            let outcome = Err(CatalogueError::unresolved(&error));
            let checks = vec![Check { action: "resolve", outcome }];
            return Report { region: None, endpoint: None, access_key_id: None, checks };
        }
    };
    let lambda = sdk::client(&target);
    let functions = lambda.list_functions().max_items(1).send().await;
    let functions = functions.map_err(|it| CatalogueError::of(LIST, &it)).map(|answer| {
        if answer.functions().is_empty() { "no functions yet" } else { "there are functions" }
    });
    let settings = lambda.get_account_settings().send().await;
    let settings = settings.map_err(|it| CatalogueError::of(SETTINGS, &it)).map(|answer| {
        let functions = answer.account_usage().map_or(0, AccountUsage::function_count);
        let limit = answer.account_limit().map_or(0, AccountLimit::concurrent_executions);
        format!("{functions} functions, at most {limit} runs at a time")
    });
    Report {
        region: Some(target.region.to_string()),
        endpoint: Some(target.endpoint.to_string()),
        access_key_id: Some(target.credentials.access_key_id().to_owned()),
        checks: vec![
            Check { action: LIST, outcome: functions.map(str::to_owned) },
            Check { action: SETTINGS, outcome: settings },
        ],
    }
}
