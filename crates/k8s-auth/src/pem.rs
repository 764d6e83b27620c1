//! PEM: certificates and keys out of text. The one importer of `rustls-pemfile`, which answers garbage with nothing.

use std::fmt;

use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// What is wrong with PEM text. It never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PemError {
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Empty,
    Malformed,
    NoCertificate,
    NoKey,
    EncryptedKey,
}

/// Every certificate in `text`, at least one.
pub(crate) fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, PemError> {
    not_blank(text)?;
    let found = rustls_pemfile::certs(&mut &*text)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| PemError {
            fault: Fault::Malformed,
        })?;
    // Garbage is an empty list, not an error: count.
    if found.is_empty() {
        return Err(PemError {
            fault: Fault::NoCertificate,
        });
    }
    Ok(found)
}

/// The first private key in `text`: PKCS#8, PKCS#1 or SEC1, not encrypted.
pub(crate) fn private_key(text: &[u8]) -> Result<PrivateKeyDer<'static>, PemError> {
    not_blank(text)?;
    let key = rustls_pemfile::private_key(&mut &*text).map_err(|_| PemError {
        fault: Fault::Malformed,
    })?;
    key.ok_or_else(|| PemError {
        fault: if is_encrypted(text) {
            Fault::EncryptedKey
        } else {
            Fault::NoKey
        },
    })
}

fn not_blank(text: &[u8]) -> Result<(), PemError> {
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(PemError {
            fault: Fault::Empty,
        });
    }
    Ok(())
}

fn is_encrypted(text: &[u8]) -> bool {
    [
        &b"BEGIN ENCRYPTED PRIVATE KEY"[..],
        b"Proc-Type: 4,ENCRYPTED",
    ]
    .iter()
    .any(|mark| text.windows(mark.len()).any(|window| window == *mark))
}

// === impl PemError ===

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.fault {
            Fault::Empty => "it is empty",
            Fault::Malformed => "it holds PEM that cannot be decoded",
            Fault::NoCertificate => "it holds no certificate in PEM",
            Fault::NoKey => "it holds no private key in PEM",
            Fault::EncryptedKey => "its private key is encrypted, which no Kubernetes client reads",
        })
    }
}

impl std::error::Error for PemError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, certificates_fault: &str, key_fault: &str) {
        let found = certificates(text.as_bytes()).map_err(|e| e.to_string());
        assert_eq!(found.unwrap_err(), certificates_fault, "{text}");
        let found = private_key(text.as_bytes()).map_err(|e| e.to_string());
        assert_eq!(found.unwrap_err(), key_fault, "{text}");
    }

    #[test]
    fn refuses_what_holds_nothing() {
        let no = (
            "it holds no certificate in PEM",
            "it holds no private key in PEM",
        );
        check("", "it is empty", "it is empty");
        check(" \n\t", "it is empty", "it is empty");
        check("garbage", no.0, no.1);
        check(
            "-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----\n",
            no.0,
            no.1,
        );
        let broken = "it holds PEM that cannot be decoded";
        check(
            "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
            broken,
            broken,
        );
        check(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
            no.0,
            "its private key is encrypted, which no Kubernetes client reads",
        );
    }

    #[test]
    fn finds_certificates_and_keys() {
        let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(certificates(pem.repeat(2).as_bytes()).unwrap().len(), 2);
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert!(private_key(format!("{pem}{key}").as_bytes()).is_ok());
    }
}
