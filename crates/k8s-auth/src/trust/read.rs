//! Roots, read: from a bundle, or from where the operating system keeps them.

use k8s_config::Material;
use rustls_pki_types::CertificateDer;
use secrecy::ExposeSecret as _;

use super::TrustError;
use crate::pem;

/// The certificates of a bundle, at least one of which can be a root.
pub(super) fn bundle(bundle: &Material) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let text = bundle
        .read()
        .map_err(|error| TrustError::read(bundle, error))?;
    let roots =
        pem::certificates(text.expose_secret()).map_err(|error| TrustError::pem(bundle, error))?;
    // A bundle whose certificates all fail to parse would trust nobody, silently.
    let mut store = rustls::RootCertStore::empty();
    let (usable, _) = store.add_parsable_certificates(roots.iter().cloned());
    if usable == 0 {
        return Err(TrustError::no_root(bundle));
    }
    Ok(roots)
}

/// The operating system's roots, at least one.
#[cfg(feature = "system-roots")]
pub(super) fn system() -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        return Err(TrustError::no_system_root());
    }
    Ok(found.certs)
}
