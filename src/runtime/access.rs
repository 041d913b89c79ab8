//! Who may call APIs: users with passwords, and pages of other origins.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::artifact::Cors;

/// What settings say of everybody who calls.
#[derive(Debug, Clone)]
pub struct Access {
    /// Whether the rules of [`Access::cors`] hold.
    pub cors_enabled: bool,
    /// What browsers are told of APIs without rules of their own.
    pub cors: Cors,
    /// Who may call an API that asks for a user.
    pub users: Users,
}

impl Default for Access {
    fn default() -> Self {
        Self { cors_enabled: true, cors: Cors::default(), users: Users::default() }
    }
}

/// Users with passwords, as nothing that could be read back: each is a keyed digest of `name:password`,
/// compared in constant time.
#[derive(Clone)]
pub struct Users {
    key: Hmac<Sha256>,
    digests: Vec<Vec<u8>>,
}

impl Users {
    /// Adds a user.
    pub fn add(&mut self, name: &str, password: &str) {
        let digest = self.digest(format!("{name}:{password}").as_bytes());
        self.digests.push(digest.finalize().into_bytes().to_vec());
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    /// Whether `name:password` is a user's. Every user is compared, so that time tells nothing.
    pub fn know(&self, credentials: &[u8]) -> bool {
        let digest = self.digest(credentials);
        let same = |known: &Vec<u8>| digest.clone().verify_slice(known).is_ok();
        self.digests.iter().fold(false, |found, known| same(known) | found)
    }

    fn digest(&self, credentials: &[u8]) -> Hmac<Sha256> {
        let mut digest = self.key.clone();
        digest.update(credentials);
        digest
    }
}

impl Default for Users {
    /// Nobody, under a key of this process's own.
    fn default() -> Self {
        let key = uuid::Uuid::new_v4();
        // HMAC takes keys of any length.
        let key =
            Hmac::new_from_slice(key.as_bytes()).unwrap_or_else(|_| Hmac::new(&[0; 64].into()));
        Self { key, digests: Vec::new() }
    }
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Users").field("count", &self.digests.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Users;

    #[test]
    fn knows_whole_credentials_only() {
        let mut users = Users::default();
        assert!(users.is_empty() && !users.know(b"") && !users.know(b":"));
        users.add("ann", "a:b");
        users.add("bob", "");
        for (credentials, expected) in [
            ("ann:a:b", true),
            ("bob:", true),
            ("ann:a", false),
            ("ann", false),
            ("ann:", false),
            ("bob", false),
            ("bob:a:b", false),
            ("", false),
        ] {
            assert_eq!(users.know(credentials.as_bytes()), expected, "{credentials}");
        }
        assert!(!format!("{users:?}").contains("ann"));
    }
}
