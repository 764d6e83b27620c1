//! Cryptography as a value: which provider signs, encrypts and verifies.
//!
//! A provider is passed to [`Trust`](crate::Trust); the process-wide default of rustls is never read, so two
//! providers in one program do not get in each other's way.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;

/// A cryptography provider for TLS.
#[derive(Clone)]
pub struct Provider(Arc<CryptoProvider>);

/// The provider built on `ring`.
#[cfg(feature = "ring")]
pub fn ring() -> Provider {
    Provider(Arc::new(rustls::crypto::ring::default_provider()))
}

/// The provider built on `aws-lc-rs`; chains with P-521 keys need it.
#[cfg(feature = "aws-lc-rs")]
pub fn aws_lc_rs() -> Provider {
    Provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
}

impl Provider {
    pub(crate) fn rustls(&self) -> &Arc<CryptoProvider> {
        &self.0
    }
}

/// Any provider of rustls 0.23: this follows rustls' version, not ours.
impl From<Arc<CryptoProvider>> for Provider {
    fn from(provider: Arc<CryptoProvider>) -> Self {
        Self(provider)
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").finish_non_exhaustive()
    }
}
