//! `[[client.profiles]]`: TLS for some back-ends.

use std::path::Path;

use super::kind::{Value, filled, hosts, under};
use crate::transport::TlsProfile;

/// What the setting may be.
pub(super) const EXPECTED: &str =
    "a list of `{ servers = [\"…\"], ca = \"…\", certificate = \"…\", key = \"…\" }`";

const NAMES: [&str; 4] = ["servers", "ca", "certificate", "key"];

/// Reads profiles; paths start at the folder.
pub(super) fn read(value: &Value, folder: &Path) -> Result<Vec<TlsProfile>, String> {
    let Value::List(list) = value else { return Err(format!("must be {EXPECTED}")) };
    list.iter().map(|value| profile(value, folder)).collect()
}

fn profile(value: &Value, folder: &Path) -> Result<TlsProfile, String> {
    let Value::Pairs(pairs) = value else { return Err(format!("must be {EXPECTED}")) };
    if let Some((name, _)) = pairs.iter().find(|(name, _)| !NAMES.contains(&name.as_str())) {
        return Err(format!("has profiles with {}, not `{name}`", NAMES.join(", ")));
    }
    let find = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, it)| it);
    let servers = find("servers").and_then(hosts).filter(|servers| !servers.is_empty());
    let servers = servers.ok_or("has a profile without `servers`, a list of hosts")?;
    let file = |name: &'static str| match find(name) {
        None => Ok(None),
        Some(value) => {
            let path =
                filled(value).ok_or_else(|| format!("has a profile whose `{name}` is no path"));
            path.map(|path| Some(under(folder, path)))
        }
    };
    let (ca, certificate, key) = (file("ca")?, file("certificate")?, file("key")?);
    if certificate.is_some() != key.is_some() {
        return Err("has a profile with one of `certificate` and `key`: it needs both".to_owned());
    }
    if ca.is_none() && certificate.is_none() {
        return Err("has a profile with neither `ca` nor `certificate`".to_owned());
    }
    Ok(TlsProfile { servers, ca, certificate, key })
}
