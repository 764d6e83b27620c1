//! Pins: a server known by its key alone, whoever signed its certificate.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::crypto::hash::{Hash, HashAlgorithm};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::{CertificateError, Error};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::EndEntityCert;

use super::TrustError;
use crate::crypto::Provider;
use crate::signatures::signatures_by_algorithms;

/// The SHA-256 of a public key (`SubjectPublicKeyInfo`, DER), written `sha256:` and 64 hexadecimal digits.
///
/// This is the form that `kubeadm` prints as `--discovery-token-ca-cert-hash`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pin([u8; 32]);

/// A text that is no pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPin(());

/// Believes a server that holds one of the pinned keys.
pub(super) struct PinVerifier {
    pins: Arc<[Pin]>,
    sha256: &'static dyn Hash,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Pin {
    /// A pin by its 32 bytes.
    pub const fn sha256(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The pin of a key (`SubjectPublicKeyInfo`, DER).
    pub(crate) fn of_key(key: &[u8], provider: &Provider) -> Option<Self> {
        Self::hashed(sha256(provider.rustls())?, key)
    }

    fn hashed(sha256: &dyn Hash, key: &[u8]) -> Option<Self> {
        sha256.hash(key).as_ref().try_into().ok().map(Self)
    }
}

/// The provider's SHA-256, which every suite of TLS 1.3 but one brings along.
fn sha256(provider: &CryptoProvider) -> Option<&'static dyn Hash> {
    let suites = provider.cipher_suites.iter();
    suites
        .filter_map(|suite| suite.tls13())
        .map(|suite| suite.common.hash_provider)
        .find(|hash| hash.algorithm() == HashAlgorithm::SHA256)
}

/// The key of a certificate; `None`: it is no certificate, or there is no SHA-256.
pub(crate) fn pin_of(leaf: &CertificateDer<'_>, provider: &CryptoProvider) -> Option<Pin> {
    let parsed = EndEntityCert::try_from(leaf).ok()?;
    Pin::hashed(sha256(provider)?, parsed.subject_public_key_info().as_ref())
}

impl PinVerifier {
    pub(super) fn new(pins: Arc<[Pin]>, provider: &Provider) -> Result<Self, TrustError> {
        let provider = provider.rustls();
        Ok(Self {
            pins,
            sha256: sha256(provider).ok_or_else(TrustError::no_sha256)?,
            algorithms: provider.signature_verification_algorithms,
        })
    }
}

impl ServerCertVerifier for PinVerifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let parsed = EndEntityCert::try_from(leaf)
            .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let shown = Pin::hashed(self.sha256, parsed.subject_public_key_info().as_ref())
            .ok_or_else(|| Error::General("a hash that is no SHA-256".to_owned()))?;
        if self.pins.contains(&shown) {
            return Ok(ServerCertVerified::assertion());
        }
        let unpinned = Unpinned { shown };
        Err(Error::InvalidCertificate(CertificateError::Other(
            rustls::OtherError(Arc::new(unpinned)),
        )))
    }

    signatures_by_algorithms!();
}

/// The server's key is none of those that are pinned.
struct Unpinned {
    shown: Pin,
}

impl fmt::Display for Unpinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server's key is {}, which is not pinned", self.shown)
    }
}

/// As `Display`: rustls prints what it cannot know by `Debug`, and people read that.
impl fmt::Debug for Unpinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Unpinned {}

impl FromStr for Pin {
    type Err = InvalidPin;

    fn from_str(text: &str) -> Result<Self, InvalidPin> {
        let digits = text
            .strip_prefix("sha256:")
            .ok_or(InvalidPin(()))?
            .as_bytes();
        let mut digest = [0; 32];
        if digits.len() != 2 * digest.len() {
            return Err(InvalidPin(()));
        }
        for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |c: u8| char::from(c).to_digit(16).ok_or(InvalidPin(()));
            let value = digit(pair[0])? * 16 + digit(pair[1])?;
            *byte = u8::try_from(value).map_err(|_| InvalidPin(()))?;
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for PinVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PinVerifier")
            .field("pins", &self.pins)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for InvalidPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a pin: it is sha256: and 64 hexadecimal digits")
    }
}

impl std::error::Error for InvalidPin {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints_and_nothing_else() {
        let text = format!("sha256:{}", "0aF3".repeat(16));
        let pin: Pin = text.parse().unwrap();
        assert_eq!(pin.to_string(), text.to_lowercase());
        for bad in [
            "",
            "sha256:",
            "sha1:00",
            &text[..70],
            &format!("{text}0"),
            &text.replace('a', "g"),
        ] {
            assert!(bad.parse::<Pin>().is_err(), "{bad}");
        }
    }
}
