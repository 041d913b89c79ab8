//! `<authentication>` of http endpoints: who the engine is to the back-end.

mod grant;
mod request;
mod tokens;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::HeaderValue;

pub use grant::{Field, Grant, GrantKind};

use self::grant::Claims;
use super::Waits;
use crate::expression::{Dynamic, EvalError, Scope};
use crate::message::{Fault, Side};
use crate::transport::Client;

/// How an endpoint proves who the engine is.
#[derive(Debug)]
pub enum Authentication {
    /// User and password.
    Basic {
        /// The user.
        username: Dynamic,
        /// The password.
        password: Dynamic,
    },
    /// A token, which an OAuth server issues.
    OAuth(Box<Grant>),
}

/// What a message says of the values of an [`Authentication`].
pub enum Credentials {
    /// The header itself.
    Header(HeaderValue),
    /// What a token is asked for with.
    Token(Box<Claims>),
}

impl Authentication {
    /// The values for a message.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Result<Credentials, Fault>, EvalError> {
        match self {
            Self::Basic { username, password } => {
                let pair = format!(
                    "{}:{}",
                    username.evaluate(scope)?.to_text(),
                    password.evaluate(scope)?.to_text()
                );
                Ok(header("Basic", &BASE64.encode(pair)).map(Credentials::Header))
            }
            Self::OAuth(grant) => {
                Ok(Ok(Credentials::Token(Box::new(Claims::evaluate(grant, scope)?))))
            }
        }
    }

    /// The header `Authorization`; a token that is not at hand is asked for. `now` is in
    /// milliseconds.
    pub async fn header(
        &self,
        credentials: &Credentials,
        client: &Client,
        waits: Waits,
        now: i64,
    ) -> Result<HeaderValue, Fault> {
        match (self, credentials) {
            (_, Credentials::Header(header)) => Ok(header.clone()),
            (Self::OAuth(grant), Credentials::Token(claims)) => {
                let load = async |refresh: Option<String>| {
                    request::token(grant, claims, refresh, client, waits).await
                };
                grant.tokens.get(claims.digest(), now, load).await
            }
            (Self::Basic { .. }, Credentials::Token(_)) => Err(refused("there is nothing to ask")),
        }
    }

    /// Forgets a token that the back-end has refused, so that the next one asks for another. Says
    /// whether there is anything to ask.
    pub async fn forget(&self, credentials: &Credentials, header: &HeaderValue) -> bool {
        let (Self::OAuth(grant), Credentials::Token(claims)) = (self, credentials) else {
            return false;
        };
        grant.tokens.forget(claims.digest(), header).await;
        true
    }

    /// Whether the back-end may refuse what it is shown and be asked again.
    pub fn renews(&self) -> bool {
        matches!(self, Self::OAuth(_))
    }
}

/// A header that nothing prints.
fn header(scheme: &str, value: &str) -> Result<HeaderValue, Fault> {
    let mut header = HeaderValue::from_str(&format!("{scheme} {value}"))
        .map_err(|_| refused("the token cannot be sent in a header"))?;
    header.set_sensitive(true);
    Ok(header)
}

/// The fault of an endpoint that gets no token. The text never holds what was sent or received.
fn refused(why: impl std::fmt::Display) -> Fault {
    Fault::new(Fault::AUTHENTICATION, format!("no token for the endpoint: {why}"))
        .blame(Side::Backend)
}
