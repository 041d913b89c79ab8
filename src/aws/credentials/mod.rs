//! Who signs: access keys whose secrets show up nowhere, and AWS's chain of places to find them.

mod secret;

use std::sync::Arc;

pub use self::secret::Secret;

/// An access key, as the signer needs it. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    access_key_id: Arc<str>,
    secret_access_key: Secret,
    session_token: Option<Secret>,
}

/// One half of a key was given without the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    /// There is no secret.
    #[error("accessKeyId is given without secretAccessKey")]
    NoSecret,
    /// There is only a secret.
    #[error("secretAccessKey is given without accessKeyId")]
    NoId,
}

impl Credentials {
    /// A key. White space around the texts is dropped; no part of a key has any.
    pub fn new(access_key_id: &str, secret_access_key: &str, session_token: Option<&str>) -> Self {
        Self {
            access_key_id: access_key_id.trim().into(),
            secret_access_key: Secret::new(secret_access_key.trim()),
            session_token: given(session_token).map(Secret::new),
        }
    }

    /// The key that a connection gives, `None` when it gives none: blank texts count as absent.
    pub fn given(
        access_key_id: Option<&str>,
        secret_access_key: Option<&str>,
        session_token: Option<&str>,
    ) -> Result<Option<Self>, Incomplete> {
        match (given(access_key_id), given(secret_access_key)) {
            (Some(id), Some(secret)) => Ok(Some(Self::new(id, secret, session_token))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(Incomplete::NoSecret),
            (None, Some(_)) => Err(Incomplete::NoId),
        }
    }

    /// The public half.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret half.
    pub fn secret_access_key(&self) -> &Secret {
        &self.secret_access_key
    }

    /// The token of temporary credentials.
    pub fn session_token(&self) -> Option<&Secret> {
        self.session_token.as_ref()
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_key_is_a_mistake_and_blank_is_absent() {
        let given = Credentials::given;
        assert_eq!(given(Some("AK"), None, None), Err(Incomplete::NoSecret));
        assert_eq!(given(Some(" "), Some("s"), Some("t")), Err(Incomplete::NoId));
        assert_eq!(given(Some(""), Some("\n"), Some("t")), Ok(None));
        let key = given(Some(" AK\n"), Some("s"), Some("")).unwrap().unwrap();
        assert_eq!(key, Credentials::new("AK", "s", None));
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = Credentials::new("AKIDEXAMPLE", "hunter2", Some("token-of-mine"));
        let text = format!("{key:?}{:#?}", key.secret_access_key());
        assert!(text.contains("AKIDEXAMPLE"));
        assert!(!text.contains("hunter2") && !text.contains("token-of-mine"));
    }
}
