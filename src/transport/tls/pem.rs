//! Certificates and keys from PEM files; whoever names another kind of file is told how to convert
//! it.

use std::path::Path;

use rustls::pki_types::pem::{Error, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::TlsError;
use crate::transport::body::reason;

/// The certificates of a file, at least one.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let what = "certificates";
    let bytes = read(path, what)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match found {
        Ok(found) if found.is_empty() => Err(failed(path, what, nothing(&bytes, CERTIFICATES))),
        Ok(found) => Ok(found),
        Err(error) => Err(failed(path, what, reason(&error))),
    }
}

/// The private key of a file.
pub(super) fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let what = "private key";
    let bytes = read(path, what)?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| {
        let why = match error {
            Error::NoItemsFound => nothing(&bytes, KEY),
            error => reason(&error),
        };
        failed(path, what, why)
    })
}

const CERTIFICATES: &str = "certificate";
const KEY: &str = "unencrypted private key";

fn read(path: &Path, what: &'static str) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|error| failed(path, what, reason(&error)))
}

fn failed(path: &Path, what: &'static str, reason: String) -> TlsError {
    TlsError::File { what, path: path.to_owned(), reason }
}

/// Why there is nothing in a file, and what to do.
fn nothing(bytes: &[u8], wanted: &str) -> String {
    const ENCRYPTED: &[u8] = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
    let (kind, to_pkcs12) = match bytes {
        [0xfe, 0xed, 0xfe, 0xed, ..] => ("a Java keystore (JKS)", TO_PKCS12),
        [0xce, 0xce, 0xce, 0xce, ..] => ("a Java keystore (JCEKS)", TO_PKCS12),
        // A sequence of the version 3, which no certificate and no key begins with.
        [0x30, 0x80..=0x84, rest @ ..] if rest.windows(3).take(5).any(|it| it == [2, 1, 3]) => {
            ("a PKCS #12 keystore", "")
        }
        [0x30, 0x80..=0x84, ..] => {
            return "it is DER: `openssl x509 -inform der -in FILE -out FILE.pem` makes PEM of a \
                    certificate, `openssl pkey` of a key"
                .to_owned();
        }
        _ if bytes.windows(ENCRYPTED.len()).any(|found| found == ENCRYPTED) => {
            return "the key has a password: `openssl pkey -in FILE -out KEY.pem` takes it off"
                .to_owned();
        }
        _ => return format!("it holds no {wanted} in PEM"),
    };
    let from_pkcs12 = if wanted == KEY {
        "`openssl pkcs12 -in STORE.p12 -nodes -nocerts -out KEY.pem` writes its key"
    } else {
        "`openssl pkcs12 -in STORE.p12 -nokeys -out CERTIFICATES.pem` writes its certificates"
    };
    format!("it is {kind}: {to_pkcs12}{from_pkcs12}")
}

const TO_PKCS12: &str = "`keytool -importkeystore -srckeystore FILE -destkeystore STORE.p12 \
                         -deststoretype pkcs12` converts it, then ";

#[cfg(test)]
mod tests {
    use super::{CERTIFICATES, KEY, nothing};

    #[test]
    fn whoever_has_another_kind_of_file_is_told_how_to_convert_it() {
        for (bytes, wanted, kind, command) in [
            (&b"\xfe\xed\xfe\xed\0\0\0\x02"[..], CERTIFICATES, "(JKS)", "keytool -importkeystore"),
            (
                b"\xce\xce\xce\xce\0\0\0\x02",
                CERTIFICATES,
                "(JCEKS)",
                "pkcs12 -in STORE.p12 -nokeys",
            ),
            (b"\x30\x82\x0a\x0e\x02\x01\x03\x30", KEY, "PKCS #12", "-nodes -nocerts"),
            (b"\x30\x82\x03\x0e\x30\x82\x02\xf6", CERTIFICATES, "DER", "openssl x509 -inform der"),
            (b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", KEY, "password", "openssl pkey"),
            (b"hello", KEY, "no unencrypted private key in PEM", ""),
            (b"", CERTIFICATES, "no certificate in PEM", ""),
        ] {
            let told = nothing(bytes, wanted);
            assert!(told.contains(kind) && told.contains(command), "{told}");
        }
    }
}
