//! The function catalogue: what the accounts behind connections hold, and whether a connection
//! works, on the AWS SDK's typed client.

mod error;
mod report;
mod sdk;
#[cfg(test)]
mod tests;

use aws_sdk_lambda::types::FunctionConfiguration;
use serde::Serialize;

pub use self::error::CatalogueError;
pub use self::report::{Check, Report, test_connection};
use crate::aws::{Connection, LambdaClient};

/// A function as the catalogue shows it. What AWS does not say of it is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionRow {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: Option<String>,
    /// What runs it, `python3.13`; none for container images.
    pub runtime: Option<String>,
    /// `Zip` or `Image`.
    pub package_type: Option<String>,
    /// `Active`, `Pending` …; AWS says it of single functions only, not in lists.
    pub state: Option<String>,
    /// Memory in MB.
    pub memory_mb: Option<i32>,
    /// The limit of a run in seconds.
    pub timeout_seconds: Option<i32>,
    /// When it was changed, ISO-8601.
    pub last_modified: Option<String>,
    /// What its owner says that it is for.
    pub description: Option<String>,
}

/// An account with more functions is a loop of the server's.
const MOST: usize = 100_000;

/// All functions of a connection's region, by name.
pub async fn list(
    client: &LambdaClient,
    connection: &Connection,
) -> Result<Vec<FunctionRow>, CatalogueError> {
    let target = client.target(connection).await.map_err(|it| CatalogueError::unresolved(&it))?;
    let mut pages = sdk::client(&target).list_functions().into_paginator().items().send();
    let mut rows = Vec::new();
    while let Some(function) = pages.next().await {
        let function = function.map_err(|it| CatalogueError::of("lambda:ListFunctions", &it))?;
        rows.push(FunctionRow::from(function));
        if rows.len() >= MOST {
            return Err(CatalogueError::endless("lambda:ListFunctions", MOST));
        }
    }
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(rows)
}

impl From<FunctionConfiguration> for FunctionRow {
    fn from(function: FunctionConfiguration) -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            runtime: function.runtime().map(|it| text(it.as_str())),
            package_type: function.package_type().map(|it| text(it.as_str())),
            state: function.state().map(|it| text(it.as_str())),
            memory_mb: function.memory_size,
            timeout_seconds: function.timeout,
            name: function.function_name.unwrap_or_default(),
            arn: function.function_arn,
            last_modified: function.last_modified,
            description: function.description.filter(|text| !text.is_empty()),
        }
    }
}
