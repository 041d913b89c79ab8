//! The SDK's client for a target that we resolved: one set of rules for both clients.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_sdk_lambda::{Client, Config};

use crate::aws::Target;
use crate::aws::chain::https_client;

/// A client of the SDK's. It reads no environment and no files.
pub(super) fn client(target: &Target) -> Client {
    let key = &target.credentials;
    let credentials = Credentials::new(
        key.access_key_id(),
        key.secret_access_key().expose(),
        key.session_token().map(|token| token.expose().to_owned()),
        None,
        "myelin",
    );
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(10))
        .operation_attempt_timeout(Duration::from_secs(30))
        .build();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(target.region.to_string()))
        .credentials_provider(credentials)
        .endpoint_url(target.endpoint.to_string())
        .http_client(https_client())
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    Client::from_conf(config.build())
}
