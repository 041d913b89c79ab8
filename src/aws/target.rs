//! From what a connection says to where a request goes and who signs it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::chain::{Chain, ChainError};
use super::credentials::Credentials;
use super::endpoint::{Endpoint, EndpointError, check_region};

/// What a connection says; what it leaves out comes from AWS's own configuration.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// Who signs.
    pub source: Source,
    /// The region; blank counts as left out.
    pub region: Option<Arc<str>>,
    /// An address other than the region's own; blank counts as left out.
    pub endpoint: Option<Arc<str>>,
}

/// Where a connection's credentials come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// The connection has them.
    Static(Credentials),
    /// AWS's chain of places has them.
    Chain {
        /// The profile; `None` for `AWS_PROFILE` or `default`.
        profile: Option<Arc<str>>,
    },
}

/// Where a request goes and who signs it. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Who signs.
    pub credentials: Credentials,
    /// The region that the signature is for.
    pub region: Arc<str>,
    /// The address.
    pub endpoint: Endpoint,
}

/// Why a connection leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Neither the connection nor AWS's configuration says it.
    #[error(transparent)]
    Missing(#[from] ChainError),
    /// The region or the address is none.
    #[error(transparent)]
    Wrong(#[from] EndpointError),
}

/// More profiles than anybody has; beyond it chains start anew.
const CHAINS: usize = 64;

/// Resolves connections, with a chain kept for every profile.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    /// The embedded Lambda. With it nothing outside of the connection is looked at.
    pub(super) local: Option<Endpoint>,
    chains: Mutex<HashMap<Option<Arc<str>>, Arc<Chain>>>,
}

impl Resolver {
    pub(super) fn new(local: Option<Endpoint>) -> Self {
        Self { local, chains: Mutex::default() }
    }

    pub(super) async fn target(
        &self,
        connection: &Connection,
        now: SystemTime,
    ) -> Result<Target, TargetError> {
        let region = given(connection.region.as_ref());
        let endpoint = given(connection.endpoint.as_ref()).map(Endpoint::parse).transpose()?;
        if let Some(local) = &self.local {
            let region = region.unwrap_or("us-east-1");
            check_region(region)?;
            let credentials = match &connection.source {
                Source::Static(credentials) => credentials.clone(),
                Source::Chain { .. } => Credentials::new("local", "local", None),
            };
            let endpoint = endpoint.unwrap_or_else(|| local.clone());
            return Ok(Target { credentials, region: region.into(), endpoint });
        }
        let chain = self.chain(&connection.source);
        let region = match region {
            Some(region) => region.into(),
            None => chain.region(now).await?,
        };
        check_region(&region)?;
        let endpoint = match endpoint {
            Some(endpoint) => endpoint,
            None => match chain.endpoint(&region).await {
                Some(url) => Endpoint::parse(url)?,
                None => Endpoint::of_region(&region)?,
            },
        };
        let credentials = match &connection.source {
            Source::Static(credentials) => credentials.clone(),
            Source::Chain { .. } => chain.credentials(&region, now).await?,
        };
        Ok(Target { credentials, region, endpoint })
    }

    fn chain(&self, source: &Source) -> Arc<Chain> {
        let profile = match source {
            Source::Static(_) => None,
            Source::Chain { profile } => profile.clone(),
        };
        let mut chains = self.chains.lock().unwrap_or_else(PoisonError::into_inner);
        if chains.len() >= CHAINS && !chains.contains_key(&profile) {
            chains.clear();
        }
        let chain = chains.entry(profile).or_insert_with_key(|it| Arc::new(Chain::new(it.clone())));
        Arc::clone(chain)
    }
}

impl Default for Source {
    fn default() -> Self {
        Self::Chain { profile: None }
    }
}

fn given(text: Option<&Arc<str>>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(region: &str, endpoint: &str) -> Connection {
        let source = Source::Static(Credentials::new("AK", "hunter2", None));
        Connection { source, region: Some(region.into()), endpoint: Some(endpoint.into()) }
    }

    #[tokio::test]
    async fn local_mode_needs_nothing_and_reads_nothing() {
        let local = Endpoint::parse("http://127.0.0.1:9001").unwrap();
        let resolver = Resolver::new(Some(local));
        let now = SystemTime::UNIX_EPOCH;
        let profile = Source::Chain { profile: Some("p".into()) };
        for nothing in [Connection::default(), Connection { source: profile, ..Default::default() }]
        {
            let target = resolver.target(&nothing, now).await.unwrap();
            assert_eq!(target.credentials, Credentials::new("local", "local", None));
            assert_eq!(&*target.region, "us-east-1");
            assert_eq!(target.endpoint.to_string(), "http://127.0.0.1:9001");
        }
        let target = resolver.target(&connection("eu-west-1", " "), now).await.unwrap();
        assert_eq!((target.credentials.access_key_id(), &*target.region), ("AK", "eu-west-1"));
        let target = resolver.target(&connection("", "http://h:1/"), now).await.unwrap();
        assert_eq!(target.endpoint.to_string(), "http://h:1");
        assert!(resolver.target(&connection("a b", ""), now).await.is_err());
        assert!(resolver.chains.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_whole_connection_needs_no_chain() {
        let resolver = Resolver::default();
        let whole = connection(" eu-west-1\n", "http://h");
        let found = resolver.target(&whole, SystemTime::UNIX_EPOCH).await.unwrap();
        assert_eq!(&*found.region, "eu-west-1");
        assert!(!format!("{found:?}").contains("hunter2"));
        for (region, endpoint) in
            [("evil.com/", "http://h"), ("eu-west-1", "h:80"), ("eu west", "")]
        {
            let found =
                resolver.target(&connection(region, endpoint), SystemTime::UNIX_EPOCH).await;
            assert!(matches!(found, Err(TargetError::Wrong(_))), "{region} {endpoint}");
        }
    }

    #[test]
    fn chains_are_kept_and_bounded() {
        let resolver = Resolver::default();
        let chain = |name: &str| resolver.chain(&Source::Chain { profile: Some(name.into()) });
        assert!(Arc::ptr_eq(&chain("a"), &chain("a")));
        for number in 0..200 {
            chain(&number.to_string());
        }
        assert!(resolver.chains.lock().unwrap().len() <= CHAINS);
    }
}
