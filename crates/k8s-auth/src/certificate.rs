//! What a certificate says of itself, read for people: nothing here decides whether to believe it.

use std::time::{Duration, SystemTime};

use rustls_pki_types::CertificateDer;

use crate::crypto::Provider;
use crate::der::{self, Parts};
use crate::pem::{self, PemError};
use crate::trust::Pin;

/// Who a certificate is of and by, what it is for, and when it is valid.
///
/// A server may show any text here; control characters are `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// `CN=kube-apiserver, O=…`.
    pub subject: String,
    /// Whose key signed it, by its own account.
    pub issuer: String,
    /// The DNS names and IP addresses that it is for.
    pub names: Vec<String>,
    /// From when it is valid.
    pub not_before: SystemTime,
    /// Until when it is valid.
    pub not_after: SystemTime,
    key: Vec<u8>,
}

impl Certificate {
    /// Reads a certificate; `None` where the bytes are none.
    pub fn from_der(der: &CertificateDer<'_>) -> Option<Self> {
        let parts = Parts::of(der)?;
        let (not_before, not_after) = parts.validity()?;
        let time = |secs| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(secs));
        Some(Self {
            subject: der::name(parts.subject),
            issuer: der::name(parts.issuer),
            names: parts.names(),
            not_before: time(not_before.as_secs())?,
            not_after: time(not_after.as_secs())?,
            key: parts.key.to_vec(),
        })
    }

    /// Every certificate in a text, in its order; those that cannot be read are left out.
    ///
    /// # Errors
    ///
    /// If the text is empty, or holds no PEM certificate.
    pub fn from_pem(text: &[u8]) -> Result<Vec<Self>, PemError> {
        let found = pem::certificates(text)?;
        Ok(found.iter().filter_map(Self::from_der).collect())
    }

    /// The hash of its key, as [`Trust::pinned`](crate::Trust::pinned) takes it; `None` where the provider has no SHA-256.
    pub fn pin(&self, provider: &Provider) -> Option<Pin> {
        Pin::of_key(&self.key, provider)
    }
}
