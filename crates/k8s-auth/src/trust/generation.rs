//! One TLS configuration for each state of the files, with a session store of its own.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::Resumption;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;

use super::verifier::Verifier;
use super::{Inner, TrustError};
use crate::identity::Certified;

/// The TLS configuration of one state of the roots and the client certificate.
#[derive(Debug)]
pub(crate) struct Generation {
    /// Numbers of the roots and of the client certificate.
    number: (u64, u64),
    pub(crate) config: Arc<ClientConfig>,
}

/// The newest generation.
#[derive(Default)]
pub(super) struct Latest {
    slot: Mutex<Option<Arc<Generation>>>,
}

impl Generation {
    pub(crate) fn number(&self) -> (u64, u64) {
        self.number
    }
}

impl Latest {
    /// The generation of this number, made by `make` when it is not the newest one.
    pub(super) fn get(
        &self,
        number: (u64, u64),
        make: impl FnOnce() -> Result<ClientConfig, TrustError>,
    ) -> Result<Arc<Generation>, TrustError> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(latest) = slot.as_ref().filter(|latest| latest.number == number) {
            return Ok(latest.clone());
        }
        let made = Arc::new(Generation {
            number,
            config: Arc::new(make()?),
        });
        *slot = Some(made.clone());
        Ok(made)
    }
}

/// A configuration of `roots`, with a session store of its own: no session outlives its roots.
pub(super) fn config(
    roots: Vec<CertificateDer<'static>>,
    certified: Option<Certified>,
    inner: &Inner,
) -> Result<ClientConfig, TrustError> {
    let builder = ClientConfig::builder_with_provider(inner.provider.rustls().clone())
        .with_safe_default_protocol_versions()
        .map_err(TrustError::config)?
        .dangerous();
    let builder = match inner.unverified() {
        Some(anybody) => builder.with_custom_certificate_verifier(anybody),
        None => builder.with_custom_certificate_verifier(Arc::new(Verifier::new(
            store(roots),
            &inner.provider,
            inner.anchors(),
        )?)),
    };
    let mut config = match certified {
        Some(certified) => builder.with_client_cert_resolver(certified.resolver()),
        None => builder.with_no_client_auth(),
    };
    config.resumption = Resumption::in_memory_sessions(64);
    Ok(config)
}

fn store(roots: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut store = RootCertStore::empty();
    let (_, ignored) = store.add_parsable_certificates(roots);
    if ignored > 0 {
        tracing::warn!(
            ignored,
            "some certificates of the CA bundle cannot be roots"
        );
    }
    store
}
