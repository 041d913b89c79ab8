//! The signing keys of a day, derived once: four of the five hashes of a signature.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use hmac::digest::Key;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::TERMINATION;
use crate::aws::credentials::Secret;

/// A signer that has taken its key in already.
pub(super) type Keyed = Hmac<Sha256>;

/// More keys than a deployment has connections; beyond it the oldest goes.
const CAPACITY: usize = 64;

/// Derived keys by secret, date, region and service.
#[derive(Default)]
pub(super) struct KeyCache(Mutex<Vec<Entry>>);

struct Entry {
    secret: Secret,
    date: String,
    region: String,
    service: String,
    key: Keyed,
}

impl KeyCache {
    /// The key, derived now if it is not there.
    pub(super) fn get(&self, secret: &Secret, date: &str, region: &str, service: &str) -> Keyed {
        let found = |entry: &&Entry| {
            entry.date == date
                && entry.region == region
                && entry.service == service
                && entry.secret == *secret
        };
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.iter().find(found) {
            return entry.key.clone();
        }
        let key = derive(secret, date, region, service);
        // The days of the past sign nothing any more.
        entries.retain(|entry| entry.secret != *secret || entry.date.as_str() >= date);
        if entries.len() >= CAPACITY {
            entries.remove(0);
        }
        entries.push(Entry {
            secret: secret.clone(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            key: key.clone(),
        });
        key
    }
}

fn derive(secret: &Secret, date: &str, region: &str, service: &str) -> Keyed {
    let mut first = zeroize::Zeroizing::new(String::from("AWS4"));
    first.push_str(secret.expose());
    let mut key = keyed(first.as_bytes());
    for part in [date, region, service, TERMINATION] {
        key = keyed(&key.chain_update(part).finalize().into_bytes());
    }
    key
}

/// HMAC's own rule for keys: hashed when they are longer than a block, then filled up with zeros.
fn keyed(key: &[u8]) -> Keyed {
    let mut block = Key::<Keyed>::default();
    if key.len() > block.len() {
        return keyed(&Sha256::digest(key));
    }
    for (slot, byte) in block.iter_mut().zip(key) {
        *slot = *byte;
    }
    Keyed::new(&block)
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyCache")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_bounded_and_forgets_past_days() {
        let cache = KeyCache::default();
        let count = || cache.0.lock().unwrap().len();
        for number in 0..200 {
            cache.get(&Secret::new(&number.to_string()), "20150830", "r", "lambda");
        }
        assert_eq!(count(), CAPACITY);
        let secret = Secret::new("199");
        for _ in 0..3 {
            cache.get(&secret, "20150831", "r", "lambda");
        }
        assert_eq!(count(), CAPACITY);
        assert!(
            cache.0.lock().unwrap().iter().all(|it| it.secret != secret || it.date == "20150831")
        );
        assert!(!format!("{cache:?}").contains("199"));
    }
}
