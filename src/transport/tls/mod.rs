//! TLS of listeners and of the client: one cryptography provider, certificates from PEM.

mod client;
mod explain;
mod pem;
mod server;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;

pub(super) use self::client::ClientTls;
pub use self::client::{TlsFiles, TlsProfile};
pub(super) use self::explain::explain;
pub use self::server::ServerTls;

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or holds no usable PEM.
    #[error("cannot read {what} from {path}: {reason}", path = path.display())]
    File {
        /// "certificates" or "private key".
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The PEM text holds nothing usable.
    #[error("cannot read {what}: {reason}")]
    Pem {
        /// "certificates" or "private key".
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// Certificate and key do not go together, or rustls does not support them.
    #[error("the certificate cannot be used: {0}")]
    Unusable(String),
}

/// The one cryptography provider, also installed as the process's default so that no library
/// picks another.
fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| {
        // An error says that a default exists already, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        CryptoProvider::get_default()
            .cloned()
            .unwrap_or_else(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
    }))
}
