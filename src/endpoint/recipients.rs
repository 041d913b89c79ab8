//! Recipient lists: endpoints that get a copy of the message each.

use std::sync::{Arc, Mutex, PoisonError};

use super::recent::Recent;
use super::{Address, Endpoint};
use crate::expression::{Dynamic, EvalError, Scope};

/// Endpoints that get a copy each.
#[derive(Debug)]
pub enum Recipients {
    /// As written.
    Listed(Vec<Arc<Endpoint>>),
    /// As each message says.
    Computed(Computed),
}

/// Endpoints that an expression names by their URLs.
#[derive(Debug)]
pub struct Computed {
    urls: Dynamic,
    /// Endpoints of URLs that were named lately, with what they remember of failures.
    known: Mutex<Recent<Arc<Endpoint>>>,
}

impl Computed {
    /// Recipients of which `remembered` are known again.
    pub fn new(urls: Dynamic, remembered: usize) -> Self {
        Self { urls, known: Mutex::new(Recent::new(remembered)) }
    }

    fn endpoint(&self, url: &str) -> Arc<Endpoint> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(url) {
            return Arc::clone(found);
        }
        let url: Arc<str> = Arc::from(url);
        let endpoint = Arc::new(Endpoint::to(Address::Address(Arc::clone(&url))));
        known.insert(url, Arc::clone(&endpoint));
        endpoint
    }
}

impl Recipients {
    /// The endpoints that a message goes to.
    pub fn of(&self, scope: &dyn Scope) -> Result<Vec<Arc<Endpoint>>, EvalError> {
        match self {
            Self::Listed(endpoints) => Ok(endpoints.clone()),
            Self::Computed(computed) => {
                let text = computed.urls.evaluate_text(scope)?;
                let urls = text.split(',').map(str::trim).filter(|url| !url.is_empty());
                Ok(urls.map(|url| computed.endpoint(url)).collect())
            }
        }
    }
}
