//! Who the engine is to a back-end that wants to know.

use http::HeaderValue;

use super::super::Services;
use crate::endpoint::{Authentication, Credentials, Leaf, Waits};
use crate::message::Fault;

/// What a message shows an endpoint that authenticates.
pub(super) struct Proof<'p> {
    authentication: &'p Authentication,
    credentials: &'p Credentials,
    services: &'p Services,
}

impl<'p> Proof<'p> {
    /// None for endpoints that do not ask.
    pub(super) fn of(
        leaf: &'p Leaf,
        credentials: Option<&'p Credentials>,
        services: &'p Services,
    ) -> Option<Self> {
        let authentication = leaf.authentication.as_ref()?;
        Some(Self { authentication, credentials: credentials?, services })
    }

    /// The header `Authorization`.
    pub(super) async fn header(&self, waits: Waits) -> Result<HeaderValue, Fault> {
        let Self { authentication, credentials, services } = self;
        authentication.header(credentials, &services.http, waits, services.clock.now()).await
    }

    /// Another one in place of one that was refused; none where there is nobody to ask.
    pub(super) async fn another(
        &self,
        refused: Option<&HeaderValue>,
        waits: Waits,
    ) -> Result<Option<HeaderValue>, Fault> {
        let Some(refused) = refused else { return Ok(None) };
        if !self.authentication.forget(self.credentials, refused).await {
            return Ok(None);
        }
        self.header(waits).await.map(Some)
    }
}
