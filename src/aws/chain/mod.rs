//! What AWS's own configuration says where a connection does not: the environment, the files in
//! `~/.aws`, the container, the instance. Nothing is read before somebody needs it.

mod renewed;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, ConfigLoader, Region};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::ServiceConfigKey;
use tokio::sync::OnceCell;

use self::renewed::{Loaded, Renewed};
use super::credentials::Credentials;
use crate::transport::body::reason;

/// The chain of one profile; keep it, it caches.
#[derive(Debug)]
pub struct Chain {
    profile: Option<Arc<str>>,
    region: Renewed<Arc<str>>,
    endpoint: OnceCell<Option<String>>,
    credentials: Renewed<Credentials>,
}

/// Why the chain has no answer. It says what was looked at, in its order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// There are no credentials anywhere.
    #[error(
        "no AWS credentials: looked at the environment (AWS_ACCESS_KEY_ID, \
         AWS_SECRET_ACCESS_KEY), {profile} in ~/.aws, a web identity (AWS_WEB_IDENTITY_TOKEN_FILE), \
         the container (AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI) and the instance's \
         metadata, in this order"
    )]
    NoCredentials {
        /// The profile as a phrase.
        profile: String,
    },
    /// Somebody should have given credentials and failed.
    #[error("AWS credentials could not be loaded: {0}")]
    Failed(String),
    /// There is no region anywhere.
    #[error(
        "no AWS region: looked at the environment (AWS_REGION, AWS_DEFAULT_REGION), {profile} in \
         ~/.aws and the instance's metadata, in this order"
    )]
    NoRegion {
        /// The profile as a phrase.
        profile: String,
    },
}

/// Keys without an end of their own (environment, profile) are read again after this time.
const REREAD: Duration = Duration::from_mins(15);
/// How long before their end credentials are renewed.
const AHEAD: Duration = Duration::from_mins(5);
/// How long a failure is the answer: looking at an instance's metadata takes seconds.
const FAILED: Duration = Duration::from_secs(5);

impl Chain {
    /// The chain of a profile; without one, of `AWS_PROFILE` or `default`.
    pub fn new(profile: Option<Arc<str>>) -> Self {
        Self {
            profile,
            region: Renewed::new(FAILED),
            endpoint: OnceCell::new(),
            credentials: Renewed::new(FAILED),
        }
    }

    /// The region.
    pub async fn region(&self, now: SystemTime) -> Result<Arc<str>, ChainError> {
        let load = async || {
            let config = self.loader(None).no_credentials().load().await;
            let region = config.region().map(Region::as_ref);
            let region = region.ok_or_else(|| ChainError::NoRegion { profile: self.phrase() })?;
            Ok(Loaded { value: region.into(), renew: None, end: None })
        };
        self.region.get(now, load).await
    }

    /// The credentials, renewed ahead of their end. `region` is where a role is assumed.
    pub async fn credentials(
        &self,
        region: &str,
        now: SystemTime,
    ) -> Result<Credentials, ChainError> {
        let load = async || {
            // Loaded anew each time, since the SDK's own providers read a file but once.
            let config = self.loader(Some(region)).load().await;
            let provider = config
                .credentials_provider()
                .ok_or_else(|| ChainError::NoCredentials { profile: self.phrase() })?;
            let found = provider.provide_credentials().await.map_err(|it| self.failure(&it))?;
            let end = found.expiry();
            let renew = end.map_or(now.checked_add(REREAD), |end| end.checked_sub(AHEAD));
            let value = Credentials::new(
                found.access_key_id(),
                found.secret_access_key(),
                found.session_token(),
            );
            Ok(Loaded { value, renew, end })
        };
        self.credentials.get(now, load).await
    }

    /// The address that `AWS_ENDPOINT_URL_LAMBDA`, `AWS_ENDPOINT_URL` or the profile gives.
    pub async fn endpoint(&self, region: &str) -> Option<&str> {
        let load = || async {
            let config = self.loader(Some(region)).no_credentials().load().await;
            let key = ServiceConfigKey::builder()
                .service_id("Lambda")
                .env("AWS_ENDPOINT_URL")
                .profile("endpoint_url")
                .build();
            config.service_config()?.load_config(key.ok()?)
        };
        self.endpoint.get_or_init(load).await.as_deref()
    }

    /// Without a region the SDK looks for one, at last in the instance's metadata.
    fn loader(&self, region: Option<&str>) -> ConfigLoader {
        let mut loader =
            aws_config::defaults(BehaviorVersion::latest()).http_client(https_client());
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(&**profile);
        }
        match region {
            Some(region) => loader.region(Region::new(region.to_owned())),
            None => loader,
        }
    }

    fn failure(&self, error: &CredentialsError) -> ChainError {
        match error {
            CredentialsError::CredentialsNotLoaded(_) => {
                ChainError::NoCredentials { profile: self.phrase() }
            }
            other => ChainError::Failed(reason(other)),
        }
    }

    fn phrase(&self) -> String {
        match &self.profile {
            Some(profile) => format!("profile {profile}"),
            None => "the profile (AWS_PROFILE, else default)".to_owned(),
        }
    }
}

/// An HTTP client for AWS's own crates, on the TLS of everything else; plain `http` works too.
pub fn https_client() -> SharedHttpClient {
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
    aws_smithy_http_client::Builder::new().tls_provider(provider).build_https()
}
