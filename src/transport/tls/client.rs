//! TLS to back-ends: who is trusted and which certificate is shown, for all or for some.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use http::uri::Authority;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::{TlsError, pem, provider};
use crate::transport::body::reason;

/// The files of a client, all of them PEM.
#[derive(Debug, Clone, Default)]
pub struct TlsFiles {
    /// Certificates to trust beside the system's.
    pub extra_ca: Option<PathBuf>,
    /// The certificate chain that is shown to a back-end that asks for one.
    pub certificate: Option<PathBuf>,
    /// Its private key.
    pub key: Option<PathBuf>,
    /// What is different for some back-ends; the first that names one counts.
    pub profiles: Vec<TlsProfile>,
}

/// TLS for some back-ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsProfile {
    /// Hosts, with or without a port.
    pub servers: Vec<String>,
    /// Certificates that are trusted, and no others.
    pub ca: Option<PathBuf>,
    /// The certificate chain that is shown instead of the client's own.
    pub certificate: Option<PathBuf>,
    /// Its private key.
    pub key: Option<PathBuf>,
}

impl TlsProfile {
    fn names(&self, authority: &Authority) -> bool {
        let port = authority.port_u16().unwrap_or(443);
        let full = format!("{}:{port}", authority.host());
        let is_it = |server: &str| {
            server.eq_ignore_ascii_case(authority.host()) || server.eq_ignore_ascii_case(&full)
        };
        self.servers.iter().any(|server| is_it(server))
    }
}

/// A certificate chain and its key.
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// What the files of a client held; configurations are made at their first use, since reading the
/// system's roots takes long.
pub(in crate::transport) struct ClientTls {
    common: Choice,
    profiles: Vec<(TlsProfile, Choice)>,
    system: OnceLock<Arc<RootCertStore>>,
}

struct Choice {
    /// Trusted certificates.
    ca: Vec<CertificateDer<'static>>,
    /// Whether the system's are trusted as well.
    with_system: bool,
    identity: Option<Identity>,
    config: OnceLock<Arc<ClientConfig>>,
}

impl fmt::Debug for ClientTls {
    /// Without the keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientTls").finish_non_exhaustive()
    }
}

impl ClientTls {
    /// Reads the files.
    pub(in crate::transport) fn new(files: &TlsFiles) -> Result<Self, TlsError> {
        let extra = match &files.extra_ca {
            Some(path) => pem::certificates(path)?,
            None => Vec::new(),
        };
        let choice =
            |ca: Option<&PathBuf>, certificate: Option<&PathBuf>, key: Option<&PathBuf>| {
                let with_system = ca.is_none();
                let ca = ca.map_or_else(|| Ok(extra.clone()), |path| pem::certificates(path))?;
                let identity = match (certificate, key) {
                    (Some(chain), Some(key)) => {
                        Some((pem::certificates(chain)?, pem::private_key(key)?))
                    }
                    _ => None,
                };
                let choice = Choice { ca, with_system, identity, config: OnceLock::new() };
                choice.check()?;
                Ok(choice)
            };
        let own = (files.certificate.as_ref(), files.key.as_ref());
        let profile = |profile: &TlsProfile| {
            let of_profile = (profile.certificate.as_ref(), profile.key.as_ref());
            let (certificate, key) = if of_profile.0.is_some() { of_profile } else { own };
            Ok((profile.clone(), choice(profile.ca.as_ref(), certificate, key)?))
        };
        Ok(Self {
            common: choice(None, own.0, own.1)?,
            profiles: files.profiles.iter().map(profile).collect::<Result<_, TlsError>>()?,
            system: OnceLock::new(),
        })
    }

    /// The configuration for a back-end.
    pub(in crate::transport) fn config(
        &self,
        authority: &Authority,
    ) -> Result<Arc<ClientConfig>, TlsError> {
        let named = self.profiles.iter().find(|(profile, _)| profile.names(authority));
        let choice = named.map_or(&self.common, |(_, choice)| choice);
        if let Some(config) = choice.config.get() {
            return Ok(Arc::clone(config));
        }
        let mut roots = if choice.with_system {
            RootCertStore::clone(self.system.get_or_init(system))
        } else {
            RootCertStore::empty()
        };
        choice.trust(&mut roots)?;
        let config = Arc::new(choice.build(roots)?);
        Ok(Arc::clone(choice.config.get_or_init(|| config)))
    }
}

impl Choice {
    /// Says at once what the first connection would say.
    fn check(&self) -> Result<(), TlsError> {
        self.trust(&mut RootCertStore::empty())?;
        self.build(RootCertStore::empty()).map(drop)
    }

    fn trust(&self, roots: &mut RootCertStore) -> Result<(), TlsError> {
        let mut add = |certificate: &CertificateDer<'static>| roots.add(certificate.clone());
        self.ca.iter().try_for_each(&mut add).map_err(|error| unusable(&error))
    }

    fn build(&self, roots: RootCertStore) -> Result<ClientConfig, TlsError> {
        let builder = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .with_root_certificates(roots);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder
                .with_client_auth_cert(chain.clone(), key.clone_key())
                .map_err(|error| unusable(&error))?,
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn unusable(error: &rustls::Error) -> TlsError {
    TlsError::Unusable(reason(error))
}

/// The system's roots.
fn system() -> Arc<RootCertStore> {
    let native = rustls_native_certs::load_native_certs();
    for error in &native.errors {
        tracing::warn!(%error, "system certificates could not be read");
    }
    let mut roots = RootCertStore::empty();
    // Some systems carry roots that no parser accepts; they are left out.
    roots.add_parsable_certificates(native.certs);
    Arc::new(roots)
}

#[cfg(test)]
mod tests {
    use super::TlsProfile;

    #[test]
    fn profiles_name_hosts_with_and_without_ports() {
        let servers = ["one.example", "Two.example:8443", "[::1]:443"];
        let servers = servers.map(str::to_owned).to_vec();
        let profile = TlsProfile { servers, ca: None, certificate: None, key: None };
        for (authority, expected) in [
            ("one.example", true),
            ("ONE.example:8443", true),
            ("one.example.org", false),
            ("two.example:8443", true),
            ("two.example", false),
            ("[::1]", true),
            ("[::1]:8443", false),
        ] {
            assert_eq!(profile.names(&authority.parse().unwrap()), expected, "{authority}");
        }
    }
}
